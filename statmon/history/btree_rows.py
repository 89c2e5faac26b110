"""The rows of a damaged SQLite file, read from its pages without SQLite.

SQLite finds a row from the file's head by way of the schema and the pages above it: where one of
these is damaged, all that lies below is lost to it. Here every page that holds rows is read for
itself (https://sqlite.org/fileformat2.html); where the pages above it are gone, the file's pointer
map says to which table it belonged, and whether it is in use at all.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

SIZE: Final = 8192
"""Bytes of a page of a history."""
_HEAD: Final = 100
"""Bytes of the file's head, on its first page."""
_INNER, _LEAF = 5, 13
_LOCAL: Final = SIZE - 35
"""A larger row goes on elsewhere ..."""
_LEAST: Final = (SIZE - 12) * 32 // 255 - 23
"""... with at least so many bytes of it here."""
_MAP: Final = SIZE // 5
"""How many pages a page of the pointer map tells of."""
_ROOT, _FREE, _FIRST_MORE, _MORE, _BELOW = 1, 2, 3, 4, 5
_DEEPEST: Final = 12
_LARGEST: Final = 1 << 30
Row = tuple[Any, ...]


class Images(Protocol):
    """The pages of a file."""

    count: int
    """How many there are; the first is number 1."""

    def image(self, page: int) -> bytes:
        """Return a page, with zeros where it is cut off."""


class Found(NamedTuple):
    """A row that was found."""

    table: str | None
    """To which it belongs, as far as its page says; None where nothing says it."""
    row: Row
    """The key, then the other columns."""


def rows_in(images: Images, tables: Mapping[int, str]) -> Iterator[Found]:
    """Yield every row of every page that is in use.

    Args:
        images: the file.
        tables: the table of each root page.
    """
    known = _reached(images, tables)
    for page in range(1, images.count + 1):
        if _is_map(page):
            continue
        image = images.image(page)
        if _kind(page, image) != _LEAF:
            continue
        table, in_use = known.get(page), True
        if table is None:
            table, in_use = _owner(images, page, tables)
        if in_use:
            for row in leaf_rows(images, page, image):
                yield Found(table, row)


def roots_in(images: Images) -> dict[int, str]:
    """Return the table of each root page, as the file's schema says it; of what is left of it."""
    roots: dict[int, str] = {}
    pages, seen = [1], set()
    while pages:
        page = pages.pop()
        if page in seen:
            continue
        seen.add(page)
        image = images.image(page)
        pages += _children(page, image, images.count)
        if _kind(page, image) == _LEAF:
            roots |= {
                root: name
                for _, kind, name, _, root, *_ in leaf_rows(images, page, image, exactly=6)
                if kind == "table" and isinstance(root, int) and isinstance(name, str)
            }
    return roots


def keys_in(images: Images, root: int) -> Iterator[tuple[int, int]]:
    """Yield the key of every row below a root page, and the page it is on."""
    level: Sequence[int] = [root]
    while level:
        for page in level:
            for row in leaf_rows(images, page, images.image(page)):
                yield row[0], page
        level = _all_children(images, level)


def leaf_rows(images: Images, page: int, image: bytes, exactly: int | None = None) -> Iterator[Row]:
    """Yield the rows on a page that can be read.

    Args:
        images: the file, for rows that go on elsewhere.
        page: its number.
        image: what is on it.
        exactly: how many columns they have with the key; None: any.
    """
    start = _HEAD if page == 1 else 0
    count = int.from_bytes(image[start + 3 : start + 5], "big")
    for number in range(min(count, SIZE // 4)):
        place = start + 8 + 2 * number
        cell = int.from_bytes(image[place : place + 2], "big")
        try:
            row = _row(images, image, cell)
        except (IndexError, ValueError, struct.error):
            continue  # it is damaged: that is why we are here
        if exactly is None or len(row) == exactly:
            yield row


def _row(images: Images, image: bytes, cell: int) -> Row:
    length, place = _varint(image, cell)
    key, place = _varint(image, place)
    if not 0 < length < _LARGEST:
        raise ValueError("no row is so long")
    local = length
    if length > _LOCAL:
        local = _LEAST + (length - _LEAST) % (SIZE - 4)
        local = local if local <= _LOCAL else _LEAST
    payload = image[place : place + local]
    if len(payload) < local:
        raise ValueError("it goes beyond its page")
    if local < length:
        (more,) = struct.unpack_from(">I", image, place + local)
        payload += _more(images, more, length - local)
    return _values(payload, key)


def _more(images: Images, page: int, length: int) -> bytes:
    parts = []
    while length > 0:
        if not 1 < page <= images.count:
            raise ValueError("it goes on nowhere")
        image = images.image(page)
        (page,) = struct.unpack_from(">I", image)
        parts.append(image[4 : 4 + min(length, SIZE - 4)])
        length -= SIZE - 4
    return b"".join(parts)


def _values(payload: bytes, key: int) -> Row:
    head, place = _varint(payload, 0)
    if not 0 < head <= len(payload):
        raise ValueError("its head is too long")
    kinds = []
    while place < head:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    values: list[Any] = []
    for kind in kinds:
        value, place = _value(payload, kind, place)
        values.append(value)
    return (key if values and values[0] is None else _no_key(), *values[1:])


def _no_key() -> int:
    raise ValueError("it is no row of a table of ours")


_WIDTHS: Final = (0, 1, 2, 3, 4, 6, 8)


def _value(payload: bytes, kind: int, place: int) -> tuple[Any, int]:
    if kind < len(_WIDTHS):
        end = place + _WIDTHS[kind]
        whole = int.from_bytes(payload[place:end], "big", signed=True)
        value: Any = whole if kind else None
    elif kind in {8, 9}:
        value, end = kind - 8, place
    elif kind >= 12:
        end = place + (kind - 12) // 2
        piece = payload[place:end]
        value = piece.decode() if kind & 1 else piece
    else:
        raise ValueError("nothing of ours is kept so")
    if end > len(payload):
        raise ValueError("a value is cut off")
    return value, end


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = 0
    for count in range(9):
        octet = data[place + count]
        if count == 8:
            number = number << 8 | octet
            break
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            return number, place + count + 1
    return number - (1 << 64) if number >> 63 else number, place + 9


def _kind(page: int, image: bytes) -> int:
    return image[_HEAD if page == 1 else 0]


def _children(page: int, image: bytes, count: int) -> list[int]:
    """Return the pages below an inner one."""
    if _kind(page, image) != _INNER:
        return []
    start = _HEAD if page == 1 else 0
    cells = min(int.from_bytes(image[start + 3 : start + 5], "big"), SIZE // 4)
    places = struct.unpack_from(f">{cells}H", image, start + 12)
    below = [int.from_bytes(image[place : place + 4], "big") for place in places]
    below.append(int.from_bytes(image[start + 8 : start + 12], "big"))
    return [number for number in below if 1 < number <= count]


def _reached(images: Images, tables: Mapping[int, str]) -> dict[int, str]:
    """Return the table of each page that can be reached from a root."""
    found: dict[int, str] = {}
    for root, table in tables.items():
        level: Sequence[int] = [root]
        while level:
            fresh = [page for page in level if 0 < page <= images.count and page not in found]
            found |= dict.fromkeys(fresh, table)
            level = _all_children(images, fresh)
    return found


def _all_children(images: Images, pages: Iterable[int]) -> list[int]:
    return [
        child
        for page in pages
        for child in _children(page, images.image(page), images.count)
        if not _is_map(child)
    ]


def is_free(images: Images, page: int) -> bool:
    """Return whether the pointer map says of a page that nothing is on it."""
    return 2 < page <= images.count and _entry(images, page)[0] == _FREE


def _is_map(page: int) -> bool:
    return page > 1 and (page - 2) % (_MAP + 1) == 0


def _owner(images: Images, page: int, tables: Mapping[int, str]) -> tuple[str | None, bool]:
    """Return to which table a page belongs by the pointer map, if it says so; if it is in use."""
    for _ in range(_DEEPEST):
        kind, above = _entry(images, page)
        if kind in {_FREE, _FIRST_MORE, _MORE}:
            return None, False
        if kind == _ROOT:
            return tables.get(page), True
        if kind != _BELOW or not 1 < above <= images.count:
            break
        page = above
    return None, True


def _entry(images: Images, page: int) -> tuple[int, int]:
    """Return what the pointer map says of a page: what it is, and the page above it."""
    if page < 3:
        return 0, 0
    map_page = (page - 2) // (_MAP + 1) * (_MAP + 1) + 2
    place = 5 * (page - map_page - 1)
    kind, above = struct.unpack_from(">BI", images.image(map_page), place)
    return kind, above
