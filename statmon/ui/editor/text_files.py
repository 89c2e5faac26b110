"""Reading what others give us, off the loop: text of any usual encoding, bounded in size."""

import asyncio
import codecs
import locale
from pathlib import Path
from typing import Final

from statmon.domain.cells import ExchangeError
from statmon.domain.exchange import read_request
from statmon.domain.tables import Sheet, read_table
from statmon.named_files import read_bounded

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a table or request body that is read."""
_LOOKED_AT: Final = 4096
"""Bytes by which an encoding is recognised."""
_NO_TEXT: Final = (
    (b"pk\x03\x04", "a workbook or an archive (.xlsx, .ods, .zip)"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"%pdf-", "a PDF"),
    (b"<", "a web page or XML"),
)


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
    """Return the text of a file: UTF-8, UTF-16 (with a mark or not), or what Windows writes.

    Raises:
        ExchangeError: it cannot be read or is no text; one sentence that names the file.
    """
    try:
        data, _ = read_bounded(path, LARGEST)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExchangeError(f"{path} cannot be read ({reason})") from None
    for beginning, kind in _NO_TEXT:
        if data.lstrip()[: len(beginning)].lower() == beginning:
            raise ExchangeError(
                f"{path.name} is {kind}, whatever its name says: open it, save it as CSV (UTF-8) "
                "or copy its cells, and try again"
            )
    try:
        return data.decode(_encoding(data))
    except UnicodeDecodeError:
        raise ExchangeError(
            f"the letters of {path.name} cannot be told: save it as CSV (UTF-8) and try again"
        ) from None


def _encoding(data: bytes) -> str:
    """Return how a text is most likely encoded: UTF-16 without a mark has zeros at every other."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_LOOKED_AT]
    if 2 * head[1::2].count(0) > len(head[1::2]) > 0:
        return "utf-16-le"
    if 2 * head[::2].count(0) > len(head[::2]) > 0:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # What a spreadsheet of this computer's language writes; on other systems, of the West.
        own = locale.getencoding()
        return "cp1252" if codecs.lookup(own).name == "utf-8" else own
    return "utf-8-sig"
