"""What the history may keep, for how long, and what is erased."""

import json
import os

import pytest

from statmon.history import Rules, memtable
from statmon.history.segments import Segments
from statmon.storage.user import history_rules
from tests.history.support.readings import START, bean, floor, reading, series

EVER = (0, 1 << 60)
DAY = 86_400_000


class Clock:
    """The computer's time as the test has it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch):
    monkeypatch.setattr(memtable, "MOST", 50)


def day_of(history, clock, number, values=range(60), kind="Queue"):
    """Record a day's readings of a series, and let the history do its work."""
    items = [reading(number, bean(value, 0), value) for value in values]
    at = clock.now - START
    history.record(
        [
            i._replace(
                series=series(number, kind), arrived=i.arrived + at, timestamp=i.arrived + at
            )
            for i in items
        ]
    )
    clock.now += DAY
    assert history.settled().result()


def test_what_is_too_old_is_deleted(open_history, clock):
    """Whole segments, once all that is in them is older than the rule."""
    history = open_history(Rules(keep_days=3), now=clock)
    for _ in range(10):
        day_of(history, clock, 1)
    clock.now += 60_000
    history.settled().result()

    first, _ = history.span().result()

    assert clock.now - 5 * DAY < first < clock.now - 2 * DAY
    assert len(history.read(series(1), *EVER).result()) < 300


def test_what_is_too_old_leaves_the_table_as_well(open_history, clock):
    """A reading that is younger than the rule stands in it, though its segment is gone."""
    history = open_history(Rules(keep_days=5), now=clock)
    day_of(history, clock, 7)
    for _ in range(3):
        day_of(history, clock, 1)
    assert series(7) in {item.series for item in history.last().result()}

    for _ in range(6):
        day_of(history, clock, 1)
    assert {item.series for item in history.last().result()} == {series(1)}


def test_the_oldest_goes_first_when_it_is_too_much(open_history, clock):
    """The file stays under the size; what is newest is there."""
    limit = 200_000
    history = open_history(Rules(keep_bytes=limit), now=clock)
    for batch in floor(400, 40):
        history.record(batch)
        history.settled().result()
        clock.now += 60_000

    assert 0 < history.status.size <= limit
    assert history.span().result()[0] > START
    assert len(history.last().result()) == 400
    assert (history.folder / "history.db").stat().st_size < 3 * limit


def test_erased_series_are_gone_from_every_corner(open_history, clock, tmp_path):
    """From segments, keyframes, the journal, the gaps and the file's bytes; others stay."""
    history = open_history(now=clock)
    for number in (1, 2):
        day_of(history, clock, number, kind="Agent")
    history.record([reading(1)._replace(series=series(1, "Agent"), value={"who": "agent1-secret"})])
    history.gap("subscription", START, [series(1, "Agent"), series(2, "Agent")])
    history.flush().result()

    erased = history.erase(lambda item: item.object_id == "agent1")
    assert history.settled().result()

    assert erased.result() == 1
    assert len(history.read(series(1, "Agent"), *EVER).result()) == 0
    assert len(history.read(series(2, "Agent"), *EVER).result()) == 60
    assert {item.series for item in history.last().result()} == {series(2, "Agent")}
    assert {item.series for item in history.as_of(START + 30).result()} <= {series(2, "Agent")}
    assert [gap.series for gap in history.gaps(*EVER).result()] == [(series(2, "Agent"),)]
    history.close()
    data = b"".join(path.read_bytes() for path in (tmp_path / "history").iterdir())
    assert b"agent1" not in data
    assert b"agent2" in data


def test_an_erased_series_may_be_recorded_again(open_history, clock):
    """Under another number: the old ones stay gone, also after a restart in between."""
    history = open_history(now=clock)
    day_of(history, clock, 1)
    history.erase(lambda _: True)
    history.close()

    history = open_history(now=clock)
    day_of(history, clock, 1, values=range(5))
    history.settled().result()

    assert len(history.read(series(1), *EVER).result()) == 5
    assert len(history.last().result()) == 1


def set_aside(folder, when):
    """What a salvage leaves, and one that was killed; last written at a time, epoch ms."""
    (folder / "saving-x").mkdir()
    (folder / "saving-x" / "history.db").write_bytes(b"agent1-secret")
    for suffix in ("", "-wal", "-shm"):
        (folder / f"history-damaged-20260101-120000.db{suffix}").write_bytes(b"agent1-secret")
    left = [*folder.glob("history-damaged-*"), *folder.glob("saving-*")]
    for path in left:
        os.utime(path, (when / 1000, when / 1000))
    return left


def test_what_is_erased_is_gone_from_damaged_copies(open_history, clock):
    """Nobody can take single readings out of these: they are deleted."""
    history = open_history(now=clock)
    day_of(history, clock, 1, kind="Agent")
    left = set_aside(history.folder, clock())

    erased = history.erase(lambda item: item.object_id == "agent1")
    assert history.settled().result()

    assert erased.result() == 1
    assert not [path for path in left if path.exists()]


def test_an_erasure_that_a_damaged_copy_outlives_is_said(open_history, clock, monkeypatch):
    """Another program holds it: nothing is told to be erased that is not."""
    history = open_history(now=clock)
    day_of(history, clock, 1, kind="Agent")
    set_aside(history.folder, clock())

    def refuse(_path):
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr("statmon.history.aside._delete", refuse)
        erased = history.erase(lambda item: item.object_id == "agent1")
        with pytest.raises(RuntimeError):
            erased.result()


def test_damaged_copies_are_kept_no_longer_than_what_is_in_them(open_history, clock):
    """The shortest time counts: agents' readings are in them as well."""
    history = open_history(Rules(keep_days=90, personal_days=5), now=clock)
    assert history.settled().result()
    young = set_aside(history.folder, clock() - 4 * DAY)
    clock.now += 120_000
    assert history.settled().result()
    assert all(path.exists() for path in young)

    clock.now += DAY
    assert history.settled().result()
    assert not [path for path in young if path.exists()]


def test_who_no_longer_waits_for_an_erasure_does_not_stop_it(open_history, clock, caplog):
    """The window's task was cancelled; what it asked for is done, and nothing is an error."""
    history = open_history(now=clock)
    day_of(history, clock, 1)
    history.erase(lambda _: True).cancel()
    assert history.settled().result()

    assert history.series().result() == []
    assert not caplog.records


def test_agents_readings_can_have_a_shorter_life(open_history, clock):
    """They are personal data; a queue's are not."""
    history = open_history(Rules(personal_days=5), now=clock)
    for _ in range(6):
        day_of(history, clock, 1, kind="Agent")
        day_of(history, clock, 2)
        clock.now += 61_000
        history.settled().result()

    agents = history.read(series(1, "Agent"), *EVER).result()
    assert agents.arrived.min() > clock.now - 7 * DAY
    oldest = min(item.arrived for item in history.as_of(clock.now).result())
    assert oldest > clock.now - 7 * DAY
    assert len(history.read(series(2), *EVER).result()) == 6 * 60


def test_what_has_left_is_not_looked_through_again(open_history, clock, monkeypatch):
    """A segment is cleaned of agents' readings once, however long the history goes on."""
    cleaned = []
    erase = Segments.erase

    def noted(segments, segment, numbers):
        cleaned.append(segment.id)
        return erase(segments, segment, numbers)

    monkeypatch.setattr(Segments, "erase", noted)
    history = open_history(Rules(personal_days=5), now=clock)
    for _ in range(9):
        day_of(history, clock, 1, kind="Agent")

    assert cleaned == sorted(set(cleaned))
    assert len(cleaned) > 3


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Settings and policy of the test's own."""
    monkeypatch.setattr(history_rules.policy, "path", lambda: tmp_path / "policy.json")
    monkeypatch.setattr(history_rules.settings, "path", lambda: tmp_path / "settings.json")

    def write(settings=None, policy=None):
        for name, content in (("settings", settings), ("policy", policy)):
            if content is not None:
                (tmp_path / f"{name}.json").write_text(json.dumps({"history": content}))

    return write


def test_a_policy_can_only_forbid_and_shorten(files):
    """What the settings forbid stays forbidden."""
    files(
        {"keepDays": 30, "agents": False, "keepMegabytes": 10},
        {"keepDays": 365, "agents": True, "keepMegabytes": 5, "agentDays": 7},
    )

    assert history_rules.load() == Rules(
        keep_days=30, keep_bytes=5_000_000, personal=False, personal_days=7
    )


def test_a_policy_can_switch_the_history_off(files):
    """Whatever the settings say."""
    files({"record": True}, {"record": False})

    assert not history_rules.load().enabled


@pytest.mark.parametrize("text", ["{", "[]", '{"history": 5}', '{"history": {"keepDays": "x"}}'])
def test_settings_that_make_no_sense_change_nothing(files, tmp_path, text):
    """The defaults hold."""
    (tmp_path / "settings.json").write_text(text)

    assert history_rules.load() == Rules()


@pytest.mark.parametrize("written", ["{", "[]", '{"history": false}', '{"history": null}'])
def test_a_policy_that_cannot_be_read_forbids(files, tmp_path, written):
    """Nobody is recorded by mistake."""
    (tmp_path / "policy.json").write_text(written)

    assert not history_rules.load().enabled


def test_gaps_of_deleted_segments_go_with_them(open_history, clock):
    """Also of the last one, with those after it that no reading lies beside."""
    history = open_history(Rules(keep_days=3), now=clock)

    def gap(at):
        history.gap("service", at)
        history.mend("service", at + 1000)

    day_of(history, clock, 1)
    gap(clock.now - DAY // 2)
    clock.now += 60_000
    gap(clock.now)
    clock.now += 5 * DAY
    history.record([reading(1, bean(5, 0), clock.now - START)])
    history.settled().result()
    clock.now += 60_000
    history.settled().result()

    assert history.span().result() == (clock.now - 60_000, clock.now - 60_000)
    assert history.gaps(*EVER).result() == []
    gap(clock.now - 1000)
    assert len(history.gaps(*EVER).result()) == 1


def test_a_gap_beside_what_is_kept_stays(open_history, clock):
    """Only what lies before the first reading that is left goes."""
    history = open_history(Rules(keep_days=3), now=clock)
    for _ in range(8):
        day_of(history, clock, 1)
        history.gap("service", clock.now - DAY // 2)
        history.mend("service", clock.now - DAY // 2 + 1000)
    clock.now += 60_000
    history.settled().result()

    first, _ = history.span().result()
    starts = [item.start for item in history.gaps(*EVER).result()]
    assert starts == [clock.now - 60_000 - DAY // 2 - DAY * n for n in range(len(starts))][::-1]
    assert len(starts) >= 2
    assert all(start >= first - DAY for start in starts)


def test_agents_gaps_go_with_their_readings(open_history, clock):
    """They tell who was not there; a queue's stay."""
    history = open_history(Rules(personal_days=2), now=clock)
    agent, queue = series(1, "Agent"), series(2)
    for _ in range(6):
        day_of(history, clock, 1, kind="Agent")
        day_of(history, clock, 2)
        history.gap("subscription", clock.now - 3 * DAY // 2, [agent, queue])
        history.mend("subscription", clock.now - 3 * DAY // 2 + 10, [agent, queue])
    clock.now += 3_700_000
    history.settled().result()

    gaps = [gap for gap in history.gaps(*EVER).result() if gap.kind == "subscription"]
    old = [gap for gap in gaps if gap.start < clock.now - 5 * DAY]
    assert old
    assert all(gap.series == (queue,) for gap in old)
    assert any(agent in gap.series for gap in gaps)
