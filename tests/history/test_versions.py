"""A file that an earlier statmon wrote opens, and nothing of it is lost."""

import lzma
import sqlite3
from pathlib import Path

import pytest

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import Gap, Reader, Rules, downsamples, schema
from tests.history.support.readings import START, agent_state, floor, series

DATA = Path(__file__).parent / "data"
"""A file of each earlier version, written by the statmon that had it: what ``recorded`` returns, in
two segments and the journal, with a name and a gap; from version 3 on with outlines."""
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


@pytest.fixture(params=[2, 3])
def earlier(request, tmp_path):
    """A folder with a file of an earlier version."""
    folder = tmp_path / "history"
    folder.mkdir()
    packed = (DATA / f"history-{request.param}.db.xz").read_bytes()
    (folder / "history.db").write_bytes(lzma.decompress(packed))
    return folder


def test_a_file_of_an_earlier_version_is_brought_to_todays_with_all_that_is_in_it(
    open_history, earlier, monkeypatch
):
    """Segments, journal, names and gaps; it is outlined afterwards."""
    monkeypatch.setattr(downsamples, "SPAN", 60_000)
    history = open_history(Rules(keep_days=None), earlier)
    assert history.settled().result()

    assert_whole({item.series: item for item in history.series().result()}, history_read(history))
    assert history.gaps(*EVER).result()[0] == Gap("service", START + 500_500, START + 501_000)
    history.close()
    connection = sqlite3.connect(earlier / "history.db")
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert connection.execute("SELECT count(*) FROM outline").fetchone()[0] > 0
    connection.close()


def test_who_only_reads_a_file_of_an_earlier_version_leaves_it_as_it_is(earlier):
    """An export need not wait for the window to bring it to today's."""
    before = (earlier / "history.db").read_bytes()
    reader = Reader(earlier)

    infos = {item.series: item for item in reader.catalogue.infos()}
    assert_whole(infos, lambda wanted: reader.read(wanted, *EVER))
    assert reader.outline([series(1)], START, START + 500_000, downsamples.CELL)[0]
    reader.close()
    assert (earlier / "history.db").read_bytes() == before


@pytest.mark.parametrize("page", [0, 1, 2, 5])
def test_a_damaged_file_of_an_earlier_version_is_saved_as_far_as_it_can_be(
    open_history, earlier, page
):
    """What is read of it is what was recorded; that some may be gone is said."""
    path = earlier / "history.db"
    data = bytearray(path.read_bytes())
    data[page * 8192 : (page + 1) * 8192] = bytes(8192)
    path.write_bytes(data)

    history = open_history(Rules(keep_days=None), earlier)
    assert history.settled().result()

    wanted = recorded()
    for samples in history.read_many(list(wanted), *EVER).result():
        left = list(wanted[samples.series])
        for reading in samples.readings():
            left.remove(reading)
    # On the second page stands only what SQLite needs to give pages back.
    assert "the history's file was damaged" in history.status.damage or page == 1


def test_what_an_earlier_statmon_wrote_is_sealed_by_and_by(open_history, earlier):
    """Names, gaps and segments at once; it is as sound afterwards as one of today."""
    open_history(Rules(keep_days=None), earlier).close()
    reader = Reader(earlier)

    assert len(list(reader.proof())) > 0
    reader.close()
    connection = sqlite3.connect(earlier / "history.db")
    for table in ("series", "gap", "segment"):
        (open_,) = connection.execute(f"SELECT count(*) FROM {table} WHERE seal IS NULL").fetchone()
        assert open_ == 0
    connection.close()


def history_read(history):
    return lambda wanted: history.read_many(wanted, *EVER).result()


def assert_whole(infos, read) -> None:
    """What was recorded, and nothing else, is there."""
    wanted = recorded()
    assert set(infos) == set(wanted)
    assert infos[series(1)].label == "Hotline"
    for samples in read(list(wanted)):
        assert samples.readings() == wanted[samples.series]
