"""The notice of a newer version, and what is said about it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit

from statmon.storage.user import preferences, settings
from statmon.storage.user.preferences import Preferences
from statmon.ui.desktop.preferences_dialog import Choices, PreferencesDialog
from statmon.ui.desktop.updates import Updates
from statmon.ui.desktop.updates_dialog import UpdatesDialog
from statmon.ui.start import loop as qt_loop
from statmon.ui.widgets import links
from statmon.updates.check import EVERY, Standing
from statmon.updates.manifest import Release
from statmon.updates.release_source import ReleaseSource
from tests.waiting import until

PLACE = ReleaseSource("https://statmon.example/updates.json", (b"k" * 32,))
BARRED = ReleaseSource(barred="Your administrator does not allow it.")
NOW = 1_767_225_600.0
RELEASE = Release(
    "0.2.0",
    datetime.fromtimestamp(NOW, UTC),
    datetime.fromtimestamp(NOW, UTC) + timedelta(days=30),
    "https://statmon.example/0.2.0",
    "<b>Charts</b> remember their span.",
)


class FakeCheck:
    """Knows what it is told to know, and counts who asks."""

    def __init__(self, place=PLACE, asked=0.0, release=None):
        self.place, self.release, self.asked, self.now = place, release, asked, NOW
        self.times = 0
        self.heard = asyncio.Event()

    def standing(self):
        return Standing(self.place, self.asked, "", self.release)

    async def ask(self, way):
        self.times += 1
        self.asked, self.release = self.now, RELEASE
        self.heard.set()
        return self.standing()


@pytest.fixture
def window(qapp):
    made = QMainWindow()
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def run(qapp, window, tmp_path, monkeypatch):
    """Run steps beside the notice of a window; settings are its own."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")

    def begin(check, steps):
        async def main():
            tasks = []

            def start(work, _):
                tasks.append(asyncio.ensure_future(work))
                return tasks[-1]

            updates = Updates(window, start, lambda: None, check)
            updates.begin(first_after=0)
            watching = tasks.pop()
            await steps(updates, tasks)
            watching.cancel()
            await asyncio.gather(watching, *tasks, return_exceptions=True)
            return updates

        return qt_loop.run(qapp, main())

    return begin


def want(*, on):
    preferences.save(Preferences(updates=on))


@pytest.mark.parametrize(
    ("wanted", "place"),
    [(False, PLACE), (True, BARRED)],
    ids=["not wanted, as at first", "not allowed, whatever the user wants"],
)
def test_nobody_is_asked(run, wanted, place):
    """Unless the user wants it and the administrator allows it."""
    check = FakeCheck(place=place, release=RELEASE)
    want(on=wanted)

    async def steps(updates, _):
        updates.notice.show()
        await until(updates.notice.isHidden)

    run(check, steps)

    assert not Preferences().updates
    assert check.times == 0


def test_switched_on_it_asks_and_shows_a_quiet_notice(run):
    """In the status bar, at once, and not a second time on this day."""
    check = FakeCheck()

    async def steps(updates, _):
        want(on=True)
        updates.reconsider()
        await until(updates.notice.isVisible)
        assert updates.notice.text() == "statmon 0.2.0 is available"
        assert updates.notice.accessibleName() == "statmon 0.2.0 is available"

        want(on=False)
        updates.reconsider()
        await until(updates.notice.isHidden)

    run(check, steps)

    assert check.times == 1


def test_what_was_asked_today_is_shown_without_asking(run):
    """After a restart, for one."""
    check = FakeCheck(asked=NOW - EVERY + 60, release=RELEASE)
    want(on=True)

    async def steps(updates, _):
        await until(updates.notice.isVisible)

    run(check, steps)

    assert check.times == 0


def test_a_day_later_it_asks_again(run):
    """The computer may have slept meanwhile."""
    check = FakeCheck(asked=NOW - EVERY - 1)
    want(on=True)

    async def steps(*_):
        await check.heard.wait()

    run(check, steps)

    assert check.times == 1


def test_the_dialog_tells_notes_as_plain_text_and_opens_only_the_page(window, monkeypatch):
    """By the one function that opens addresses."""
    opened = []
    monkeypatch.setattr(links, "open_page", lambda address: opened.append(address) or False)
    dialog = UpdatesDialog(Standing(PLACE, NOW, "", RELEASE), wanted=True, parent=window)
    dialog.open()
    dialog.opening.click()

    assert isinstance(dialog.notes, QPlainTextEdit)
    assert dialog.notes.toPlainText() == RELEASE.notes
    assert dialog.notes.isReadOnly()
    assert opened == [RELEASE.page]
    assert "No browser" in dialog.words.text()
    dialog.reject()


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(PLACE, 0, "", None), "not asked by itself"),
        (Standing(PLACE, NOW, "", None), "nothing newer"),
        (
            Standing(PLACE, NOW, "its signature is not the project's", None),
            "does not count: its signature is not the project's",
        ),
        (Standing(BARRED, 0, "", None), "administrator"),
    ],
    ids=["never", "current", "refused", "barred"],
)
def test_the_dialog_says_how_it_stands(window, standing, said):
    """Also where there is nothing to offer."""
    dialog = UpdatesDialog(standing, wanted=False, parent=window)
    dialog.open()

    assert said in dialog.words.text()
    assert not dialog.opening.isVisible()
    assert dialog.asking.isEnabled() == (not standing.place.barred)
    dialog.reject()


def test_asking_from_the_dialog_shows_what_came(run, window):
    """Without the setting, too: it was the user who clicked."""
    check = FakeCheck()

    async def steps(updates, tasks):
        updates.show()
        await asyncio.gather(*tasks)
        dialog = window.findChild(UpdatesDialog)
        dialog.asking.click()
        await until(lambda: dialog.headline.text() == "statmon 0.2.0 is available")
        assert updates.notice.isHidden(), "nobody asked for notices"
        dialog.reject()

    run(check, steps)


def test_an_answer_may_come_after_its_dialog_was_closed(run, window):
    """It is known, and nothing breaks."""
    check = FakeCheck()

    async def steps(updates, tasks):
        updates.show()
        await asyncio.gather(*tasks)
        dialog = window.findChild(UpdatesDialog)
        dialog.asking.click()
        dialog.reject()
        await asyncio.gather(*tasks)

    run(check, steps)

    assert check.times == 1


@pytest.mark.parametrize(
    ("place", "enabled", "words"),
    [(PLACE, True, "statmon.example"), (BARRED, False, "administrator")],
)
def test_the_setting_says_who_is_asked_or_why_nobody_is(window, place, enabled, words):
    """What a policy bars keeps the user's wish for the day on which it does not."""
    chosen = []
    dialog = PreferencesDialog(
        Choices(Preferences(updates=True), autostart=False),
        has_tray=True,
        kept_in="/x",
        parent=window,
        updates=place,
    )
    dialog.chosen.connect(chosen.append)
    dialog.open()

    assert dialog.updates.isEnabled() is enabled
    assert dialog.updates.isChecked() is enabled
    assert words in dialog.about_updates.text()
    dialog._accept()
    assert chosen[0].preferences.updates
