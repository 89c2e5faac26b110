"""The write-ahead log of a history, read without SQLite: what it has of each page of the file.

SQLite reads a log up to the first frame that is not sound and forgets the rest, silently. Here
each frame is judged by itself, so that damage costs the frames that it hit
(https://sqlite.org/walformat.html).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_HEAD: Final = struct.Struct(">8I")
"""Magic, format, page size, checkpoint, two salts, two checksums."""
_FRAME: Final = struct.Struct(">6I")
"""Page, pages in the file after a commit (or 0), two salts, two checksums."""
_MAGIC: Final = 0x377F0682
_OLDER: Final = 1 << 20
"""A log that begins anew counts its first salt one up: what has a smaller one is left over."""


class Frame(NamedTuple):
    """One page as it was written into the log."""

    page: int
    image: bytes
    commit: bool
    """Whether a transaction ended with it."""
    sound: bool
    """Whether it is what was written."""


class Log(NamedTuple):
    """What is in a log."""

    frames: list[Frame]
    """Up to the last that a transaction ended with."""
    damaged: bool
    """Whether some of it is not what was written; what is missing at its end is not seen."""


def read(path: Path, size: int) -> Log:
    """Read a log.

    Args:
        path: it need not exist.
        size: bytes of a page.

    Raises:
        OSError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Log([], damaged=False)
    if not data:
        return Log([], damaged=False)
    step = _FRAME.size + size
    count = max(0, len(data) - _HEAD.size) // step
    heads = [_FRAME.unpack_from(data, _HEAD.size + n * step) for n in range(count)]
    head = _HEAD.unpack_from(data) if len(data) >= _HEAD.size else (0,) * 8
    sound_head = (
        head[0] in {_MAGIC, _MAGIC + 1}
        and head[2] == size
        and _sums(data[: _HEAD.size - 8], head[0], (0, 0)) == head[6:]
    )
    salts = head[4:6] if sound_head else _first_salts(heads)
    frames = list(_frames(data, size, heads, head if sound_head else None, salts))
    left_over = heads[len(frames) :]
    torn = any(not _is_older(item, salts) for item in left_over)
    damaged = not sound_head or torn or any(not frame.sound for frame in frames)
    last = max((n for n, frame in enumerate(frames) if frame.commit or not frame.sound), default=-1)
    return Log(frames[: last + 1], damaged)


def _frames(
    data: bytes,
    size: int,
    heads: list[tuple[int, ...]],
    head: tuple[int, ...] | None,
    salts: tuple[int, ...],
) -> Iterator[Frame]:
    """Yield all frames up to the last one of this log."""
    magic = _MAGIC if head is None else head[0]
    before = None if head is None else head[6:]
    ours = [n for n, item in enumerate(heads) if item[2:4] == salts]
    for number in range(ours[-1] + 1 if ours else 0):
        start = _HEAD.size + number * (_FRAME.size + size)
        page, commit, *of_log, first, second = heads[number]
        image = data[start + _FRAME.size : start + _FRAME.size + size]
        # One whose predecessor is gone is believed for now: each row has a seal of its own.
        sums = None if before is None else _sums(data[start : start + 8] + image, magic, before)
        sound = tuple(of_log) == salts and sums in {None, (first, second)}
        yield Frame(page, image, commit > 0, sound)
        before = (first, second) if sound else None


def _first_salts(heads: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the salts of a log whose head is gone: those of the newest round in it."""
    found: dict[tuple[int, ...], int] = {}
    for item in heads:
        found[item[2:4]] = found.get(item[2:4], 0) + 1
    often = [salts for salts, count in found.items() if count > 1 and any(salts)]
    often = often or [salts for salts in found if any(salts)]
    # The log begins with frames of the newest round; what is left over has smaller salts.
    return max(often, default=(0, 0))


def _is_older(head: tuple[int, ...], salts: tuple[int, ...]) -> bool:
    return 0 < (salts[0] - head[2]) % (1 << 32) < _OLDER


def _sums(data: bytes, magic: int, before: tuple[int, ...]) -> tuple[int, int]:
    """Return the log's checksums over some bytes, going on from those before.

    Each word is added to the sum of the last two results, so that in the end it counts as often
    as a Fibonacci number says.
    """
    order = ">" if magic & 1 else "<"
    words = np.frombuffer(data, f"{order}u4").astype(np.uint32)
    count = len(words)
    fibonacci = _fibonacci(count + 2)
    # The last result is the sum of the words, each times F(1), F(2) and so on from the end.
    second = _dot(words, fibonacci[count:0:-1])
    first = _dot(words[:-1], fibonacci[count - 1 : 0 : -1])
    grown = [
        (before[0] * int(fibonacci[n]) + before[1] * int(fibonacci[n + 1])) % (1 << 32)
        for n in (count - 1, count)
    ]
    return (first + grown[0]) % (1 << 32), (second + grown[1]) % (1 << 32)


def _dot(words: NDArray[np.uint32], factors: NDArray[np.uint32]) -> int:
    return int((words * factors).sum(dtype=np.uint32))


_known: list[NDArray[np.uint32]] = [np.array([0, 1], np.uint32)]


def _fibonacci(count: int) -> NDArray[np.uint32]:
    """Return the Fibonacci numbers modulo 2³², from F(0) = 0 on."""
    if len(_known[0]) < count:
        numbers = [0, 1]
        while len(numbers) < count:
            numbers.append((numbers[-1] + numbers[-2]) % (1 << 32))
        _known[0] = np.array(numbers, np.uint32)
    return _known[0]
