"""Takes files out of a ZIP that a stranger made: named ones, counted while they are inflated.

What a ZIP says of its sizes is believed only where it is bad enough; zipfile reads a directory of
any length at once, so that is measured before.
"""

import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from statmon.named_files import opened, within

MOST_MEMBERS: Final = 64
RATIO: Final = 100
"""How many times as large a member may become; readings are compressed already."""
AT_LEAST: Final = 16 * 1024 * 1024
"""Bytes that any ZIP may become."""
_PORTION: Final = 1024 * 1024
_ROOM: Final = 256 * 1024 * 1024
"""Bytes of the disk that stay free."""
_END: Final = b"PK\x05\x06"
_LONGEST_END: Final = 65_557
_DIRECTORY: Final = 64 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FAULTS: Final = (OSError, EOFError, zipfile.BadZipFile, zlib.error, struct.error, ValueError,
                 NotImplementedError, RuntimeError)  # fmt: skip
"""What reading a damaged ZIP raises."""

Told = Callable[[float], object]
"""Is told how much is done, 0 to 1; may raise to end it there."""


class TooMuch(ValueError):
    """It holds more than anything of its kind; the message is the rest of a sentence."""


class Lacks(zipfile.BadZipFile):
    """Something of it is not there; the message says what, in words of ours."""


@contextmanager
def bounded(path: Path, most: int) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP; its size and its directory are looked at before.

    Raises:
        TooMuch: it is larger than ``most`` bytes, or names more than anything of its kind.
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    with within(lambda: opened(path)) as file:
        size = file.seek(0, 2)
        if size > most:
            raise TooMuch(f"it is larger than {most >> 20} MB")
        _check_directory(file, size)
        with zipfile.ZipFile(file) as found:
            yield found


def _check_directory(file: BinaryIO, size: int) -> None:
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Lacks("its end is missing")
    members, length = struct.unpack_from("<HL", tail, at + 10)
    if members > MOST_MEMBERS or length > _DIRECTORY:
        raise TooMuch(f"it names more than {MOST_MEMBERS} files")


def read(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a small member.

    Raises:
        zipfile.BadZipFile: there is none of that name.
        TooMuch: it has more than ``most`` bytes.
    """
    try:
        info = file.getinfo(name)
    except KeyError:
        raise Lacks(f"{name} is not in it") from None
    _check_method(info)
    with file.open(info) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise TooMuch(f"{name} in it is larger than {most >> 10} kB")
    return data


def extract(file: zipfile.ZipFile, wanted: dict[str, Path], most: int, told: Told) -> None:
    """Write members to files, as many bytes as a sound ZIP of that size may hold and no more.

    Raises:
        TooMuch: it becomes too large, or the disk has no room for it.
        Exception: whatever ``told`` raises.
    """
    infos = [(file.getinfo(name), target) for name, target in wanted.items()]
    compressed = sum(info.compress_size for info, _ in infos)
    allowed = min(most, max(AT_LEAST, RATIO * compressed))
    said = sum(info.file_size for info, _ in infos)
    if said > allowed:
        raise TooMuch(f"it says that it holds {said >> 20} MB")
    for target in wanted.values():
        if shutil.disk_usage(target.parent).free < said + _ROOM:
            raise TooMuch(f"the disk has no room for the {said >> 20} MB that it holds")
    written = 0
    for info, target in infos:
        _check_method(info)
        with file.open(info) as member, target.open("xb") as copy:
            while portion := member.read(_PORTION):
                written += len(portion)
                if written > allowed:
                    raise TooMuch("it holds more than it says")
                copy.write(portion)
                told(written / max(said, 1))


def _check_method(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 1:
        raise TooMuch("it is encrypted")
    if info.compress_type not in _METHODS:
        raise TooMuch("it is compressed in a way that bundles are not")
