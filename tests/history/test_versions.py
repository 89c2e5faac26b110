"""A file that an earlier statmon wrote opens, and nothing of it is lost."""

import lzma
import sqlite3
from pathlib import Path

import pytest
from readings import START, agent_state, floor, series

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import Gap, Reader, Rules, outlines, schema

SECOND = Path(__file__).parent / "data" / "history-2.db.xz"
"""Version 2: what ``recorded`` returns, in two segments and the journal, with a name and a gap."""
EVER = (-(1 << 60), 1 << 60)
STATES = series(9, "Agent", "State")


def recorded() -> dict[Series, list[Reading]]:
    """What was recorded into the file."""
    found: dict[Series, list[Reading]] = {}
    for tick, batch in enumerate(floor(5, 500)):
        at = START + tick * 1000
        if tick % 50 == 0:
            state = agent_state(4 + tick % 3, at // 1000, at)
            batch.append(Reading(STATES, state, at, batch[-1].arrived, "open"))
        for reading in batch:
            found.setdefault(reading.series, []).append(reading)
    return found


@pytest.fixture
def second(tmp_path):
    """A folder with a file of version 2."""
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "history.db").write_bytes(lzma.decompress(SECOND.read_bytes()))
    return folder


def test_a_file_of_version_2_is_brought_to_todays_with_all_that_is_in_it(
    open_history, second, monkeypatch
):
    """Segments, journal, names and gaps; it is outlined afterwards."""
    monkeypatch.setattr(outlines, "SPAN", 60_000)
    history = open_history(Rules(keep_days=None), second)
    assert history.settled().result()

    assert_whole({item.series: item for item in history.series().result()}, history_read(history))
    assert history.gaps(*EVER).result()[0] == Gap("service", START + 500_500, START + 501_000)
    history.close()
    connection = sqlite3.connect(second / "history.db")
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert connection.execute("SELECT count(*) FROM outline").fetchone()[0] > 0
    connection.close()


def test_who_only_reads_a_file_of_version_2_leaves_it_as_it_is(second):
    """An export need not wait for the window to bring it to today's."""
    before = (second / "history.db").read_bytes()
    reader = Reader(second)

    infos = {item.series: item for item in reader.catalogue.infos()}
    assert_whole(infos, lambda wanted: reader.read(wanted, *EVER))
    assert reader.outline([series(1)], START, START + 500_000, outlines.CELL)[0]
    reader.close()
    assert (second / "history.db").read_bytes() == before


def history_read(history):
    return lambda wanted: history.read_many(wanted, *EVER).result()


def assert_whole(infos, read) -> None:
    """What was recorded, and nothing else, is there."""
    wanted = recorded()
    assert set(infos) == set(wanted)
    assert infos[series(1)].label == "Hotline"
    for samples in read(list(wanted)):
        assert samples.readings() == wanted[samples.series]
