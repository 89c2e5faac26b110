"""Opening hours, holidays and shifts in the window: typed, with a word about what is wrong."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from statmon.domain.workspace import dump, parse
from statmon.ui.editor.site_hours import SiteHoursDialog

BERLIN = ZoneInfo("Europe/Berlin")
NOW = int(datetime(2026, 11, 30, 10, tzinfo=BERLIN).timestamp() * 1000)  # a Monday
SITE = {"url": "https://x", "timeZone": "Europe/Berlin"}


@pytest.fixture
def opened(qapp):
    """Return a function that opens the dialog on a workspace; what it edits is kept."""

    def open_(**keys):
        workspace = parse({"schema": 1, "site": SITE, **keys})
        done = []
        dialog = SiteHoursDialog(
            workspace, BERLIN, lambda: NOW, lambda words, change: done.append(change(workspace))
        )
        dialog.done_ = done
        return dialog

    return open_


def typed(edit, text):
    edit.setText(text)
    edit.textEdited.emit(text)


def test_what_is_typed_is_written_as_plain_keys(opened):
    """Other keys of the site stay, and the words say what it means now."""
    dialog = opened()
    assert dialog.said.text() == "Open now."
    dialog.always.setChecked(False)
    assert dialog.said.text() == "Closed now."
    typed(dialog.days["mon"], "08:00-12:00, 13:00-18:00")
    assert dialog.said.text() == "Open now; closes 12:00."
    dialog.holidays.setPlainText("2026-12-25 Christmas Day\n\n12-24 08:00-12:00")
    typed(dialog.shifts, "06:00-14:00, 14:00")
    assert dialog.said.text() == "Open now; closes 12:00. The shift runs from 06:00 to 14:00."

    dialog.accept()

    (workspace,) = dialog.done_
    assert dump(workspace)["site"] == {
        **SITE, "hours": {"mon": "08:00-12:00, 13:00-18:00"},
        "holidays": ["2026-12-25 Christmas Day", "12-24 08:00-12:00"],
    }  # fmt: skip
    assert workspace.extra["shifts"] == ["06:00-14:00", "14:00"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: typed(d.days["mon"], "8-18"), "⚠ the hours «8-18» of mon cannot be read"),
        (lambda d: d.holidays.setPlainText("25.12."), "⚠ the holiday «25.12.» is no date"),
        (lambda d: typed(d.shifts, "early"), "⚠ the shift «early» is no time"),
    ],
)
def test_what_cannot_be_read_cannot_be_accepted(opened, change, words):
    """It is said at once."""
    dialog = opened(site={**SITE, "hours": {}})
    change(dialog)

    assert dialog.said.text().startswith(words)
    dialog.accept()
    assert dialog.done_ == []


def test_what_the_file_has_is_shown_and_what_is_emptied_is_gone(opened):
    """Accepting without an edit changes nothing."""
    keys = {
        "site": {**SITE, "hours": {"tue": "09:00-17:00"}, "holidays": ["01-01"]},
        "shifts": ["06:00"],
    }
    dialog = opened(**keys)
    dialog.accept()
    assert dialog.done_[0] == parse({"schema": 1, **keys})

    dialog.always.setChecked(True)
    dialog.holidays.setPlainText("")
    typed(dialog.shifts, "")
    dialog.accept()

    assert dialog.done_[1] == parse({"schema": 1, "site": SITE})
