"""The pages of a history's file as they were last written, in the file itself or in its log."""

import struct
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from statmon.history import wal
from statmon.history.btree_rows import SIZE, is_free
from statmon.history.open_files import close
from statmon.history.schema import APPLICATION, MIGRATIONS
from statmon.history.seal import DamagedHistory


class Newest:
    """Each page as it stands in the log, or else in the file."""

    def __init__(self, path: Path) -> None:
        """Open a file with its log.

        Raises:
            OSError: it cannot be read.
        """
        self._file = path.open("rb", buffering=0)
        size = self._size = path.stat().st_size
        self.log = wal.read(Path(f"{path}-wal"), SIZE)
        self._in_log: dict[int, list[wal.Frame]] = defaultdict(list)
        for frame in self.log.frames:
            self._in_log[frame.page].append(frame)
        highest = max((f.page for f in self.log.frames if f.sound), default=0)
        self.count = max(-(-size // SIZE), highest)
        self._whole = max(size // SIZE, highest)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        close(self._file)

    def image(self, page: int) -> bytes:
        """Return the newest sound image of a page, with zeros where it is cut off."""
        sound = next((f for f in reversed(self._in_log.get(page, ())) if f.sound), None)
        if sound is not None:
            return sound.image
        self._file.seek((page - 1) * SIZE)
        return (self._file.read(SIZE) or b"").ljust(SIZE, b"\0")

    def damaged(self) -> list[tuple[int, bytes]]:
        """Return the pages in the log that are not what was written: some rows on them may be."""
        return [(f.page, f.image) for f in self.log.frames if not f.sound]

    def check(self) -> None:
        """Look whether the file's head, its list of free pages and its log are sound.

        SQLite believes them: with a list that names pages in use it would write over readings.

        Raises:
            DamagedHistory: they are not.
        """
        head = self.image(1)[: _HEAD.size]
        values = _HEAD.unpack(head)
        if values[_VERSION] > len(MIGRATIONS) and values[_OURS] == APPLICATION:
            return  # of a newer statmon: it is left alone
        if self.log.damaged:
            raise DamagedHistory("its log is not what was written")
        if not any(head) and not self._size:
            return  # it is new
        for place, (value, wanted) in enumerate(zip(values, _WANTED, strict=True)):
            if wanted and value not in wanted:
                raise DamagedHistory(f"its head is not one of ours: {place}")
        if self._whole < values[_COUNT] and values[_CHANGES] == values[_VALID]:
            raise DamagedHistory("its end is cut off")
        self._check_free(values[_TRUNK], values[_FREE])

    def _check_free(self, trunk: int, free: int) -> None:
        seen = 0
        while trunk:
            if not 1 < trunk <= self.count or seen > free or not is_free(self, trunk):
                raise DamagedHistory("its list of free pages leads astray")
            image = self.image(trunk)
            trunk, count = struct.unpack_from(">II", image)
            if count > SIZE // 4 - 2:
                raise DamagedHistory("its list of free pages is too long")
            for page in struct.unpack_from(f">{count}I", image, 8):
                if not is_free(self, page):
                    raise DamagedHistory("its list of free pages names one in use")
            seen += 1 + count
        if seen != free:
            raise DamagedHistory("its list of free pages is not whole")


def check_file(path: Path) -> None:
    """Look whether a file that nobody writes is one that SQLite may be let at.

    Raises:
        DamagedHistory: it is not.
    """
    try:
        with Newest(path) as images:
            images.check()
    except OSError:
        return  # there is none, or SQLite says better why it cannot be read


_HEAD: Final = struct.Struct(">16sHBBBBBBIIIIIIIIIIII20sII")
"""The file's head (https://sqlite.org/fileformat2.html, 1.3)."""
_CHANGES, _COUNT, _TRUNK, _FREE, _VERSION, _OURS, _VALID = 8, 9, 10, 11, 17, 19, 21
_ANY: Final = frozenset[object]()
_WANTED: Final[tuple[frozenset[object], ...]] = (
    frozenset({b"SQLite format 3\0"}),
    frozenset({SIZE}),
    frozenset({1, 2}),
    frozenset({1, 2}),
    frozenset({0}),
    frozenset({64}),
    frozenset({32}),
    frozenset({32}),
    *[_ANY] * 5,  # changes, pages, free pages and their number, schema's changes
    frozenset({4}),  # schema's format
    _ANY,
    _ANY,  # largest root page
    frozenset({1}),  # UTF-8
    _ANY,  # version
    frozenset({1}),  # pages are given back step by step
    frozenset({APPLICATION}),
    frozenset({bytes(20)}),
    _ANY,
    _ANY,
)
"""What stands in a head of ours; nothing: anything may."""
