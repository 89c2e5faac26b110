"""What the history may keep, chosen in the settings dialog."""

import pytest

from statmon.history import Rules
from statmon.storage.user import history_rules, settings
from statmon.ui.desktop.history_choices import HistoryChoices


@pytest.fixture
def choices(qtbot):
    def shown(wished, allowed=None):
        made = HistoryChoices(wished, allowed or wished)
        qtbot.addWidget(made)
        return made

    return shown


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(enabled=False),
        Rules(personal=False, personal_days=7),
        Rules(keep_days=0.5, keep_bytes=123_456_789),
        Rules(keep_days=None, keep_bytes=None),
    ],
)
def test_what_is_not_touched_stays_as_it_was(choices, rules):
    """Also what the dialog cannot show to the last digit."""
    assert choices(rules).rules == rules


def test_what_is_chosen_is_kept_and_read_again(choices, tmp_path, monkeypatch):
    """By the next start."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    settings.remember("history", {"keepDays": 30, "ofAnotherVersion": 1})
    shown = choices(history_rules.wished())
    shown.days.setValue(14)
    shown.gigabytes.setValue(5)
    shown.agent_days.setValue(2)

    history_rules.keep(shown.rules)

    assert history_rules.wished() == Rules(keep_days=14, keep_bytes=5_000_000_000, personal_days=2)
    assert settings.load()["history"]["ofAnotherVersion"] == 1


def test_without_recording_nothing_else_can_be_chosen(choices):
    """It would say nothing."""
    shown = choices(Rules())
    shown.record.setChecked(False)

    assert not shown.days.isEnabled()
    assert not shown.agents.isEnabled()
    assert not shown.agent_days.isEnabled()


def test_a_policy_that_allows_less_is_said(choices):
    """Else a longer time would be chosen in vain."""
    limited = choices(Rules(keep_days=90), Rules(keep_days=10))

    assert "administrator" in limited.remark.text()
    assert "administrator" not in choices(Rules()).remark.text()
