"""How fast the subscription editor answers a key when 10,000 statistics were pasted into it.

An answer is the CPU time from the key to the painted window: key event, everything that is due
within the next half second (what waits for a pause in typing), and the repaint. The peer is the
same key in a bare QLineEdit beside a QStandardItemModel with as many rows, in the same run,
interleaved.

    python tests/benchmarks/editor_keystroke.py [--statistics N] [--keys N]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.workspace import parse
from statmon.storage.user import library, workspace_file
from statmon.ui.background.debounce import Debounce
from statmon.ui.editor.editor import SubscriptionEditor
from statmon.ui.look import theme as themes
from statmon.ui.start.application import application

COLUMNS = 6


class Peer(QWidget):
    """A line to type in and a table of Qt's own, as many rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.model = QStandardItemModel(rows, COLUMNS)
        for row in range(rows):
            for column in range(COLUMNS):
                self.model.setItem(row, column, QStandardItem(f"agent{row}"))
        view = QTableView()
        view.setModel(self.model)
        layout = QVBoxLayout(self)
        layout.addWidget(self.line)
        layout.addWidget(view)
        self.resize(1120, 720)
        self.show()


def press(app: QApplication, target: QWidget, key: int, text: str) -> float:
    """Press a key, let what waits for a pause happen, repaint; return milliseconds."""
    began = time.process_time()
    down = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    app.sendEvent(target, down)
    for waiting in _pending:
        waiting.now()
    window = target.window()
    window.repaint()
    app.processEvents()
    return (time.process_time() - began) * 1000


_pending: list[Debounce] = []


def typed(app: QApplication, target: QWidget, keys: int) -> list[float]:
    """Type a letter and take it back, again and again."""
    result = []
    for number in range(keys):
        back = number % 2
        key = Qt.Key.Key_Backspace if back else Qt.Key.Key_1
        result.append(press(app, target, key, "" if back else "1"))
    return result


def inside(text: QPlainTextEdit) -> None:
    """Put the cursor into a statistic in the middle, behind a letter of its object's id."""
    found = text.document().find(f'"objectId": "agent{len(text.toPlainText()) % 1000 + 1000}')
    found.clearSelection()
    text.setTextCursor(found)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def timed(do: Callable[[], Any]) -> float:
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statistics", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=40)
    args = parser.parse_args()
    app = application("light")
    whole = parse({"schema": 1, "name": "Bench", "site": {"url": "http://127.0.0.1:1"}})

    def start(work: Any, _name: str) -> Any:
        work.close()

    editor = SubscriptionEditor(
        whole, None, library.shipped(), lambda: None, start, themes.current("light")
    )
    editor.show()
    box = editor.choose.objects
    _pending.extend((box._settled, editor._cost, editor.json.settled))
    objects = args.statistics // 2
    say(f"{objects:,} objects × 2 = {args.statistics:,} statistics, {args.keys} keys each\n")
    say(f"| {'paste the objects':38} | {timed(lambda: paste(app, editor, objects)):7.1f} ms |")
    editor.choose.picker.take(next(t for t in library.shipped().templates if t.id == "agent-now"))
    say(f"| {'Add (objects × statistics)':38} | {timed(editor.add):7.1f} ms |")
    assert len(editor.subscription.statistics) == args.statistics

    peer = Peer(args.statistics)
    places = {
        "the name, table in front": (editor.name, editor.page),
        "the search": (editor.choose.picker.search, editor.choose),
        "the pasted objects": (box.ids, editor.choose),
        "the JSON, all of it": (editor.json.text, editor.json),
    }
    figures: dict[str, list[float]] = {name: [] for name in (*places, "peer")}
    for _ in range(3):
        for name, (target, page) in places.items():
            editor.tabs.setCurrentWidget(page)
            app.processEvents()
            while editor.json.text.isReadOnly():
                app.processEvents()  # the page writes as the loop has time
            if target is editor.json.text:
                inside(editor.json.text)
            figures[name] += typed(app, target, args.keys)
        figures["peer"] += typed(app, peer.line, args.keys)
    floor = statistics.median(figures["peer"])
    say("\n| a key in | median CPU ms | worst CPU ms | × peer |\n|---|---|---|---|")
    for name, values in figures.items():
        middle = statistics.median(values)
        say(f"| {name} | {middle:.1f} | {max(values):.1f} | {middle / floor:.1f} |")

    editor.page.view.selectAll()
    say(f"\n| {'switch all off (and repaint)':38} | {timed(editor.page.toggle):7.1f} ms |")
    say(f"| {'undo':38} | {timed(editor.undo):7.1f} ms |")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.statmon"
        kept = parse({"schema": 1, "name": "Bench"})
        kept = type(kept)(kept.name, kept.site, (editor.subscription,))
        took = timed(lambda: workspace_file.write(path, kept))
        size = path.stat().st_size / 1e6
        say(f"| {f'write the file, {size:.1f} MB (in a thread)':38} | {took:7.1f} ms |")
    editor.close()


def paste(app: QApplication, editor: SubscriptionEditor, count: int) -> None:
    editor.choose.objects.take("\n".join(f"agent{number}" for number in range(count)))
    editor.repaint()
    app.processEvents()


if __name__ == "__main__":
    main()
