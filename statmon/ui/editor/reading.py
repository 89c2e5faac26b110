"""Reading what others give us, off the loop: text of any usual encoding, bounded in size."""

import asyncio
from pathlib import Path
from typing import Final

from statmon.domain.exchange import ExchangeError, Sheet, read_table

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a table or request body that is read."""


async def read_text(path: Path, object_type: str) -> tuple[Sheet, str]:
    """Return a table and its text.

    Raises:
        ExchangeError: it cannot be read; one sentence that names the file.
    """
    return await asyncio.to_thread(_read_table, path, object_type)


def _read_table(path: Path, object_type: str) -> tuple[Sheet, str]:
    text = text_of(path)
    try:
        return read_table(text, object_type), text
    except ExchangeError as error:
        raise ExchangeError(f"{path.name}: {error}") from None


def text_of(path: Path) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a mark, or what Windows wrote before.

    Raises:
        ExchangeError: it cannot be read; one sentence that names the file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read ({error.strerror})") from None
    if len(data) > LARGEST:
        raise ExchangeError(f"{path.name} is larger than {LARGEST >> 20} MB")
    try:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
