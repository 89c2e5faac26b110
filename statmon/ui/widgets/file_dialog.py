"""Asking for a file; the one place from which that is done."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(
    window: QWidget,
    title: str,
    kinds: Sequence[str],
    do: Callable[[Path], object],
    *,
    saves: bool,
    folder: Path | None = None,
    name: str = "",
    suffix: str = "",
) -> QFileDialog:
    """Ask for a file, without waiting, and do something with it; return the open dialog.

    Args:
        window: where to ask.
        title: what for.
        kinds: filters by name, as Qt writes them.
        do: called with the file, if one is chosen.
        saves: it need not exist.
        folder: where to begin; None for where the last one was.
        name: of the file that is offered.
        suffix: is added to a name without one.
    """
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(list(kinds))
    if folder is not None:
        dialog.setDirectory(str(folder))
    if saves:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if name:
        dialog.selectFile(name)
    # A dialog can be left with nothing chosen, and says so with an empty name.
    dialog.fileSelected.connect(lambda chosen: do(Path(chosen)) if chosen else None)
    dialog.open()
    return dialog
