"""Asking for a file, beside the one that is open."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(
    window: QWidget,
    title: str,
    kinds: list[str],
    do: Callable[[Path], object],
    folder: Path | None,
    *,
    saves: bool,
) -> None:
    """Ask for a file, without waiting, and do something with it.

    Args:
        window: where to ask.
        title: what for.
        kinds: filters by name, as Qt writes them.
        do: called with the file, if one is chosen.
        folder: where to begin; None for where the last one was.
        saves: it need not exist.
    """
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(kinds)
    if folder is not None:
        dialog.setDirectory(str(folder))
    if saves:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    # A dialog can be left with nothing chosen, and says so with an empty name.
    dialog.fileSelected.connect(lambda name: do(Path(name)) if name else None)
    dialog.open()
