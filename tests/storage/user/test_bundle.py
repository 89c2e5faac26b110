import json
import zipfile

import pytest

from statmon.domain.reading import Reading
from statmon.domain.workspace import parse
from statmon.history import History
from statmon.storage.user.bundle import BundleError, Slice, open_history, unpack, write
from statmon.storage.user.kinds import is_bundle

SITE = "http://127.0.0.1:1"
START = 1_790_000_000_000
MINUTE = 60_000


@pytest.fixture
def workspace():
    return parse(
        {
            "schema": 1,
            "name": "Sales",
            "site": {"url": SITE},
            "subscriptions": [
                {
                    "name": "q",
                    "statistics": [
                        {
                            "id": str(i),
                            "objectType": "Queue",
                            "objectId": f"q{i}",
                            "name": "Waiting",
                        }
                        for i in range(3)
                    ],
                }
            ],
        }
    )


@pytest.fixture
def series(workspace):
    return [item.statistic.series(SITE) for item in workspace.subscriptions[0].statistics]


@pytest.fixture
def history(tmp_path, series):
    """Two hours of a value a minute, one that never changed, an outage; and a foreign series."""
    history = History(tmp_path / "history", now=lambda: START)
    readings = [Reading(series[1], 42, START, START, "open")]
    for minute in range(120):
        at = START + minute * MINUTE
        readings.append(Reading(series[0], minute, at, at, "update"))
        foreign = series[0]._replace(site="http://elsewhere")
        readings.append(Reading(foreign, -1, at, at, "update"))
    history.record(readings)
    history.gap("service", START + 50 * MINUTE)
    history.mend("service", START + 55 * MINUTE)
    yield history
    history.close()


PART = Slice(START + 30 * MINUTE, START + 60 * MINUTE, START + 40 * MINUTE)


@pytest.fixture
def opened(tmp_path, workspace, history):
    """The bundle, written and unpacked."""
    path = tmp_path / "look.statbundle"
    write(path, workspace, history, PART)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    return unpack(path, folder)


@pytest.fixture
def copy(opened):
    history = open_history(opened)
    yield history
    history.close()


def facts(readings):
    return sorted((r.series, r.value, r.timestamp, r.arrived) for r in readings)


def test_at_every_instant_of_it_the_bundle_knows_what_the_history_knew(history, copy, series):
    """Also what had not changed since long before."""
    for minute in (30, 40, 47, 60):
        when = START + minute * MINUTE + 5
        if minute == 60:
            when -= 5
        here = [r for r in history.as_of(when).result() if r.series in set(series)]
        assert facts(copy.as_of(when).result()) == facts(here)
    samples = copy.read(series[0], PART.begin, PART.end + 1).result()
    assert samples.numbers.tolist() == list(range(30, 61))


def test_outages_come_along_and_nothing_else_is_missing(copy):
    """No gap is made up by the copying."""
    found = copy.gaps(PART.begin, PART.end).result()

    assert [(gap.kind, gap.start, gap.end) for gap in found] == [
        ("service", START + 50 * MINUTE, START + 55 * MINUTE)
    ]


def test_it_opens_at_the_instant_with_the_workspace(opened, workspace):
    """Look at 11:40, it says."""
    assert opened.part == PART
    assert opened.workspace == workspace


def test_only_what_the_workspace_shows_leaves_this_computer(copy):
    """Series of other sites and workspaces stay here."""
    sites = {info.series.site for info in copy.series().result()}

    assert sites == {SITE}


def test_what_is_no_bundle_is_refused_in_a_sentence(tmp_path):
    """Damaged, of a newer version, or something else."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = tmp_path / "x.statbundle"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(BundleError, match="not a bundle"):
        unpack(path, folder)
    with pytest.raises(BundleError, match="not a bundle"):
        unpack(tmp_path / "missing.statbundle", folder)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("another.json", "{}")
    with pytest.raises(BundleError, match=r"\(bundle\.json is not in it\)"):
        unpack(path, folder)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("bundle.json", json.dumps({"bundle": 99}))
    with pytest.raises(BundleError, match="newer statmon"):
        unpack(path, folder)


def test_nothing_is_written_outside_of_its_folder(tmp_path):
    """Whatever the names in the file say."""
    path, folder = tmp_path / "x.statbundle", tmp_path / "out"
    folder.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        about = {"bundle": 1, "begin": 0, "end": 1, "instant": 0}
        file.writestr("bundle.json", json.dumps(about))
        file.writestr("workspace.statmon", '{"schema": 1}')
        file.writestr("history/../../evil", "x")
        file.writestr("history/sub/evil", "x")
        file.writestr("elsewhere", "x")
    unpack(path, folder)

    assert list(folder.rglob("*")) == []
    assert not (tmp_path / "evil").exists()


def test_a_bundle_is_known_by_its_name(tmp_path):
    """Whatever the case."""
    assert is_bundle(tmp_path / "Look.STATBUNDLE")
    assert not is_bundle(tmp_path / "look.statmon")
