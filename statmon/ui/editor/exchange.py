"""Import and export of subscriptions: request bodies and tables, off the loop."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from statmon.domain import editing
from statmon.domain.cells import ExchangeError
from statmon.domain.exchange import read_request, write_request, write_table
from statmon.domain.tables import Sheet, read_table
from statmon.domain.workspace import ObjectLabel, Subscription, Workspace
from statmon.storage.machine.files import write_text
from statmon.ui.editor.text_files import is_json, text_of
from statmon.ui.look.text import tr
from statmon.ui.widgets.copying import for_spreadsheets


async def imported(path: Path, workspace: Callable[[], Workspace]) -> Workspace:
    """Return the workspace, as it is once the file is read, with the file's subscription added.

    A request body is JSON; everything else is a table, and must name statistics.

    Raises:
        ExchangeError: it holds nothing of the kind; one sentence that names the file.
    """
    subscription, labels = await asyncio.to_thread(_read, path)
    now = workspace()
    named = replace(subscription, name=editing.free_name(now, subscription.name))
    return editing.label(editing.put(now, named, None), labels)


def read(path: Path, object_type: str) -> tuple[Sheet, str]:
    """Return what a file holds, a request body or a table, and what a subscription of it is called.

    Blocks: for a thread.

    Raises:
        ExchangeError: it cannot be read; one sentence that names the file.
    """
    text = text_of(path)
    try:
        if is_json(text):
            found = read_request(text)
            return Sheet(statistics=found.statistics), found.name
        return read_table(text, object_type), path.stem
    except ExchangeError as error:
        raise ExchangeError(f"{path.name}: {error}") from None


def _read(path: Path) -> tuple[Subscription, tuple[ObjectLabel, ...]]:
    sheet, name = read(path, "Agent")
    if not sheet.statistics:
        raise ExchangeError(
            f"{path.name} {tr('names objects but no statistics: choose them in the editor, with')} "
            f"{tr('From file')}"
        )
    return Subscription(name, sheet.statistics), sheet.objects


async def export(path: Path, subscription: Subscription, workspace: Workspace) -> None:
    """Write a subscription as a table (``.csv``) or else as a request body.

    Raises:
        OSError: it cannot be written; an old file is untouched.
    """
    dialect = for_spreadsheets()

    def write() -> None:
        table = path.suffix.casefold() == ".csv"
        text = (
            write_table(subscription, workspace.objects, dialect)
            if table
            else write_request(subscription)
        )
        write_text(path, text)

    await asyncio.to_thread(write)
