"""Reading what others give us, off the loop: text of any usual encoding, bounded in size."""

import asyncio
from pathlib import Path
from typing import Final

from statmon.domain.exchange import ExchangeError, Sheet, read_request, read_table
from statmon.storage.files import read_bounded

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
        if is_json(text):
            return Sheet(statistics=read_request(text).statistics), text
        return read_table(text, object_type), text
    except ExchangeError as error:
        raise ExchangeError(f"{path.name}: {error}") from None


def is_json(text: str) -> bool:
    """Whether a text is meant to be JSON: no table begins like that."""
    return text.lstrip().startswith(("{", "["))


def text_of(path: Path) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a mark, or what Windows wrote before.

    Raises:
        ExchangeError: it cannot be read; one sentence that names the file.
    """
    try:
        data, _ = read_bounded(path, LARGEST)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExchangeError(f"{path} cannot be read ({reason})") from None
    try:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
