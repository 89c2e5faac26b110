"""The Help menu's parts, in a real loop and a real window."""

import asyncio

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from statmon.commands import doctor as command
from statmon.service.access import Access
from statmon.storage.machine import logs
from statmon.support.finding import failed, ok, skipped, warning
from statmon.ui.look import theme as themes
from statmon.ui.start import loop as qt_loop
from statmon.ui.support.doctor_dialog import DoctorDialog
from statmon.ui.support.log_dialog import LogDialog, filtered
from statmon.ui.support.menu import SupportMenu

LOG = """2026-01-01 10:00:00,1 INFO a: connected
2026-01-01 10:00:01,1 ERROR b: it broke
Traceback (most recent call last):
ValueError: <b>bold</b>
2026-01-01 10:00:02,1 WARNING c: careful
"""


@pytest.fixture
def in_loop(qapp):
    """Run steps in Qt's loop; give them a window, how tasks start, and what was said."""

    def run(steps):
        async def main():
            window = QMainWindow()
            menu = window.menuBar().addMenu("Help")
            menu.addAction("About")
            tasks, said = [], []

            def start(work, _name):
                tasks.append(asyncio.ensure_future(work))

            support = SupportMenu(
                menu, window, lambda: None, start, lambda: themes.LIGHT, said.append
            )
            window.show()
            try:
                await steps(support, tasks, said)
            finally:
                await asyncio.gather(*tasks)
                window.close()
                window.deleteLater()

        qt_loop.run(qapp, main())

    return run


def texts(tree):
    return [
        [tree.topLevelItem(row).text(column) for column in range(4)]
        for row in range(tree.topLevelItemCount())
    ]


def test_doctor_and_log_may_be_closed_before_they_have_looked(qapp):
    """What they find comes to nobody then."""

    async def main():
        parent = QMainWindow()
        tasks = []

        def start(work, _name):
            tasks.append(asyncio.ensure_future(work))

        looked = asyncio.Event()

        async def examine():
            yield ok("qt", "6.11")
            await looked.wait()
            yield ok("display", "there")

        for dialog in (
            DoctorDialog(examine, start, themes.LIGHT, parent),
            LogDialog(lambda: LOG, start, parent),
        ):
            dialog.open()
            dialog.close()
            QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
            assert not shiboken6.isValid(dialog)
        looked.set()
        await asyncio.gather(*tasks)
        parent.deleteLater()

    qt_loop.run(qapp, main())


def test_the_doctor_shows_each_finding_by_sign_word_and_cure(qapp):
    """Colour is never alone; what can be copied is what the command line prints."""

    async def examine():
        yield ok("qt", "6.11")
        yield warning("keyring", "none", "install one")
        yield failed("proxy", "<img src='file:///etc/passwd'>", "correct it")
        yield skipped("clock", "no service")

    async def main():
        parent = QMainWindow()
        tasks = []
        dialog = DoctorDialog(
            examine, lambda work, _: tasks.append(asyncio.ensure_future(work)), themes.DARK, parent
        )
        dialog.open()
        await asyncio.gather(*tasks)
        rows = texts(dialog.list)
        dialog.copying.click()
        words = dialog.said.text()
        tip = dialog.list.topLevelItem(2).toolTip(2)
        dialog.close()
        parent.deleteLater()
        return rows, words, tip

    rows, words, tip = qt_loop.run(qapp, main())

    assert [row[0] for row in rows] == ["✓ ok", "! warning", "✗ failed", "– skipped"]
    assert rows[2][2] == "<img src='file:///etc/passwd'>"
    assert "&lt;img" in tip
    assert words.startswith("Failed checks: 1")
    assert "failed   proxy" in QGuiApplication.clipboard().text()


def test_the_menu_finds_what_the_command_prints(in_loop, capsys):
    """Line for line, with something broken; only how much room there is may change meanwhile."""
    broken = Access("http://127.0.0.1:1", token="t", proxy="http://127.0.0.1:1")

    async def steps(support, tasks, _):
        support._access = lambda: broken
        dialog = support.check()
        await asyncio.gather(*tasks)
        dialog.copying.click()
        dialog.close()
        assert await command.print_findings(broken) == 1

    in_loop(steps)
    printed = capsys.readouterr().out.splitlines()
    shown = QGuiApplication.clipboard().text().splitlines()

    assert [line for line in shown if " disk " not in line] == [
        line for line in printed if " disk " not in line
    ]
    assert any(line.startswith("failed   proxy") for line in shown)


@pytest.mark.parametrize(
    ("level", "words", "count"),
    [("INFO", "", 5), ("WARNING", "", 4), ("ERROR", "", 3), ("INFO", "VALUEerror", 3)],
)
def test_the_log_is_filtered_by_entries_not_by_lines(level, words, count):
    """A traceback belongs to what it explains."""
    assert len(filtered(LOG, level, words)) == count


def test_the_log_shows_markup_as_it_is(in_loop, tmp_path, monkeypatch):
    """It may quote anything that a service sent."""
    (tmp_path / "statmon.log").write_text(LOG)
    monkeypatch.setattr(logs, "folder", lambda: tmp_path)

    async def steps(support, tasks, _):
        dialog = support.read()
        await asyncio.gather(*tasks)

        assert "<b>bold</b>" in dialog.page.toPlainText()
        dialog.words.setText("nothing fits this")
        assert "Nothing was logged" in dialog.page.toPlainText()
        dialog.close()

    in_loop(steps)


def test_the_bundle_is_written_where_it_was_asked_for(in_loop, tmp_path):
    """And the window says where it is; a folder that is not there is told, too."""

    async def steps(support, tasks, said):
        support.write_bundle(tmp_path / "bundle.zip")
        support.write_bundle(tmp_path / "none/bundle.zip")
        await asyncio.gather(*tasks)

        assert (tmp_path / "bundle.zip").exists()
        assert any("bundle.zip" in words and not words.startswith("⚠") for words in said)
        assert any(words.startswith("⚠") and "another folder" in words for words in said)

    in_loop(steps)


def test_its_entries_stand_above_about(in_loop):
    """About is the last in every program's Help menu."""

    async def steps(support, _, __):
        actions = support.checking.associatedObjects()[0].actions()

        assert actions[0] is support.checking
        assert actions[-1].text() == "About"

    in_loop(steps)
