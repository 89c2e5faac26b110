"""What the libraries and programs of a frozen tree ask of the system that runs them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

OF_GLIBC = re.compile(r"(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util|nsl))\.so\.\d+")
"""glibc's own libraries: asked for by version, as one package."""
_MAGIC = b"\x7fELF"

Version = tuple[int, ...]


def asked(tree: Path) -> set[str]:
    """Return the libraries that a tree names and has not itself, apart from glibc's."""
    files = list(_binaries(tree))
    names = {name for file in files for name in _needed(file)}
    return {name for name in names - {file.name for file in files} if not OF_GLIBC.fullmatch(name)}


def glibc(tree: Path) -> tuple[Version, list[str]]:
    """Return the newest version of glibc that a tree asks for, and the files that ask for it."""
    wanted = {file.name: version for file in _binaries(tree) if (version := _glibc(file))}
    newest = max(wanted.values())
    return newest, sorted(name for name, version in wanted.items() if version == newest)


def _binaries(tree: Path) -> Iterator[Path]:
    for file in sorted(tree.rglob("*")):
        if file.is_file():
            with file.open("rb") as stream:
                if stream.read(len(_MAGIC)) == _MAGIC:
                    yield file


def _needed(file: Path) -> list[str]:
    with _elf(file) as elf:
        dynamic = elf.get_section_by_name(".dynamic")
        return [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")] if dynamic else []


def _glibc(file: Path) -> Version:
    with _elf(file) as elf:
        asked_for = [
            auxiliary.name
            for section in elf.iter_sections()
            if isinstance(section, GNUVerNeedSection)
            for _, auxiliaries in section.iter_versions()
            for auxiliary in auxiliaries
        ]
    found = [re.fullmatch(r"GLIBC_(\d[\d.]*)", name) for name in asked_for]
    numbers = [tuple(map(int, one[1].split("."))) for one in found if one]
    return max(numbers, default=())


@contextmanager
def _elf(file: Path) -> Iterator[ELFFile]:
    with file.open("rb") as stream:
        yield ELFFile(stream)
