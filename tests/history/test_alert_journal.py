"""The journal of alerts: survives kills, goes with retention and erasure, and a damaged file."""

import os
import random
import sqlite3
from pathlib import Path

import pytest

from statmon.domain.statistic import Series
from statmon.history import AlertEntry, Deed, Rules, alert_journal
from statmon.history.alert_journal import AlertJournal
from tests.history.support.alert_process import START, entries_of, series
from tests.history.support.killed import server

ROUNDS = 200 if os.environ.get("STATMON_TEST_LONG") else 5
EVER = (0, 1 << 60)
FOREVER = Rules(keep_days=None)
DAY = 86_400_000
SUPPORT = Path(__file__).parent / "support"
AGENT = Series("http://site", "Agent", "sue", "CurrentAgentState")


@pytest.fixture
def keepers():
    """Keep alerts, each time in a process of its own: gives a function that kills one."""
    with server("alert_process.py") as work_and_kill:
        yield work_and_kill


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_kills_at_any_moment_lose_nothing_that_was_on_disk(open_history, tmp_path, keepers):
    """Every alert and every deed is there, once, as it stood last; what came after is whole."""
    folder, chance, first = tmp_path / "killed", random.Random(1), 0
    for _ in range(ROUNDS):
        acknowledged = keepers(folder, first, chance.randrange(1, 6))
        history = open_history(FOREVER, folder)
        alerts, deeds = history.alerts(*EVER).result()
        history.close()
        found = {int(one.id.removeprefix("alert")): one for one in alerts}

        assert len(found) == len(alerts)
        assert sorted(found) == list(range(len(found)))
        assert len(found) >= acknowledged
        for number in range(acknowledged):
            assert found[number] == entries_of(number)[-1]
        assert len({one[:3] for one in deeds}) == len(deeds)
        assert {one.words for one in deeds} >= {f"deed {number}" for number in range(acknowledged)}
        first = acknowledged


def kept(history):
    alerts, deeds = history.alerts(*EVER).result()
    return [one.id for one in alerts], [one.alert for one in deeds]


def test_what_happens_twice_is_there_once(open_history):
    """And the last state counts."""
    history = open_history(FOREVER)
    for _ in range(3):
        for one in entries_of(1):
            history.note([one])
            assert history.flush().result()  # each is a commit of its own
    history.note([entries_of(1)[2]._replace(words="said better")])
    assert history.flush().result()
    history.note(entries_of(1))
    alerts, deeds = history.alerts(*EVER).result()

    assert alerts == [entries_of(1)[-1]]
    assert deeds == [entries_of(1)[2]]


def test_the_next_run_hears_of_what_had_not_ended(open_history, tmp_path):
    """And of what ended a moment ago: it may begin again."""
    first = open_history(FOREVER, tmp_path / "shared")
    first.note([*entries_of(1), *entries_of(2), entries_of(3)[0]])
    first.close()
    second = open_history(FOREVER, tmp_path / "shared")

    assert [one.id for one in second.unfinished(START + 2002).result()] == ["alert2", "alert3"]


def test_what_is_too_old_goes(open_history, tmp_path):
    """Persons' alerts, and who did something, earlier than the rest."""
    now = START + 100 * DAY
    rules = Rules(keep_days=90, personal_days=30)
    journal = AlertJournal(tmp_path, FOREVER)
    for days, about in ((95, series(1)), (40, series(1)), (40, AGENT), (10, AGENT)):
        at = now - days * DAY
        id_ = f"{about.object_type} {days}"
        journal.write([
            AlertEntry(id_, about, at, at + 1, at + 1, "body"),
            Deed(id_, at, "acknowledged", "bob", "called", about),
        ])  # fmt: skip
    journal.close()
    journal = AlertJournal(tmp_path, rules)
    journal.trim(now)
    alerts, deeds = journal.between(*EVER)
    journal.close()

    assert [one.id for one in alerts] == ["Queue 40", "Agent 10"]
    assert [(one.alert, one.who) for one in deeds] == [("Queue 40", ""), ("Agent 10", "bob")]


def test_persons_that_are_not_to_be_kept_are_not(open_history):
    """Neither their alerts nor what was done about them."""
    history = open_history(Rules(personal=False))
    history.note([
        AlertEntry("a", AGENT, START, None, START, "body"),
        Deed("a", START, "acknowledged", "bob", "called", AGENT),
        AlertEntry("q", series(1), START, None, START, "body"),
    ])  # fmt: skip

    assert kept(history) == (["q"], [])


def test_a_person_is_erased_with_all_alerts(open_history):
    """Nothing of it is left in any file of the folder."""
    history = open_history(FOREVER)
    history.note([
        AlertEntry("a", AGENT, START, None, START, "a telling body"),
        Deed("a", START, "acknowledged", "bob", "spoke with her", AGENT),
        *entries_of(1),
    ])  # fmt: skip
    assert history.flush().result()
    history.erase(lambda about: about.object_id == "sue").result()

    assert kept(history) == (["alert1"], ["alert1"])
    for path in history.folder.iterdir():
        assert b"telling body" not in path.read_bytes()
        assert b"spoke with her" not in path.read_bytes()


def test_a_damaged_file_is_set_aside(open_history, tmp_path):
    """The next alerts are kept in a sound one; the damaged one goes when all is erased."""
    folder = tmp_path / "damaged"
    first = open_history(FOREVER, folder)
    first.note(entries_of(1))
    first.close()
    (folder / "alerts.db").write_bytes(b"no database at all" * 400)
    history = open_history(FOREVER, folder)
    history.note(entries_of(2))

    assert kept(history) == (["alert2"], ["alert2"])
    assert list(folder.glob("history-damaged-alerts*"))
    history.erase(lambda _: True).result()
    assert not list(folder.glob("history-damaged-alerts*"))


def test_what_cannot_be_written_now_is_written_later(tmp_path, monkeypatch):
    """It is held, up to a bound, the newest; nobody hears an error."""
    journal = AlertJournal(tmp_path, FOREVER)
    monkeypatch.setattr(alert_journal, "MOST_WAITING", 6)
    with monkeypatch.context() as broken:
        broken.setattr(
            journal, "_opened", lambda: (_ for _ in ()).throw(sqlite3.OperationalError())
        )
        for number in range(9):
            assert not journal.write(entries_of(number))
    assert journal.write(())
    alerts, deeds = journal.between(*EVER)
    journal.close()

    assert [one.id for one in alerts] == ["alert6", "alert7", "alert8"]
    assert len(deeds) == 3


def test_where_another_statmon_records_nothing_is_written(open_history, tmp_path):
    """It keeps its own alerts."""
    folder = tmp_path / "shared"
    first = open_history(FOREVER, folder)
    assert first.flush().result()  # it has the folder
    second = open_history(FOREVER, folder)
    assert not second.flush().result()
    second.note(entries_of(1))

    assert kept(second) == ([], [])
    first.note(entries_of(2))
    assert kept(first) == (["alert2"], ["alert2"])
