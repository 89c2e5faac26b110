"""Damaged copies of a history, and whether what is read of them is true.

``python damages.py [COPIES]`` prints the figures of so many, each read by who records and by who
exports.
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import Gap, History, Rules, SeriesInfo, downsamples, memtable, sound_reader
from tests.history.support.readings import START, agent_state, floor, series

EVER = (-(1 << 60), 1 << 60)
FOREVER = Rules(keep_days=None, keep_bytes=None)
LONGEST = 64 * 1024
LARGE = 200_000
TAIL = 1000
"""Milliseconds at the end that may be gone without a word."""
FILES = ("history.db", "history.db-wal")


class Truth(NamedTuple):
    """What was recorded."""

    killed: Path
    closed: Path
    """Its files as a kill left them, most in the log; and as an end left them, all in the file."""
    readings: dict[Series, list[Reading]]
    infos: dict[Series, SeriesInfo]
    gaps: list[Gap]
    end: int
    """When the last reading arrived."""

    @property
    def count(self) -> int:
        return sum(map(len, self.readings.values()))


class Outcome(NamedTuple):
    """What became of a damaged copy."""

    what: str
    said: str
    readings: int
    names: int
    gaps: int
    """How many are gone."""


def record(folder: Path, count: int, seconds: int) -> Truth:
    """Record a floor's day: segments, outlines, a journal, a log, names and gaps."""
    before = memtable.MOST, downsamples.SPAN
    memtable.MOST, downsamples.SPAN = count * seconds // 5, 60_000
    live = folder / "live"
    history = History(live, FOREVER, now=lambda: at[0])
    readings: dict[Series, list[Reading]] = {}
    at = [START]
    gaps = []
    known = [series(number + 1) for number in range(count)]
    infos = [SeriesInfo(s, f"Title {n}", f"Etikett ä{n}", "Floor") for n, s in enumerate(known)]
    history.describe(infos)
    for tick, batch in enumerate(floor(count, seconds)):
        at[0] = batch[0].arrived
        if tick % 20 == 7:
            item = batch[tick % count]
            state = agent_state(4 + tick % 3, at[0] // 1000, at[0])
            batch[tick % count] = item._replace(value=state)
        if tick % 11 == 5:
            some = None if tick % 60 else known[: 1 + tick % count]
            kind = "service" if some is None else "subscription"
            history.gap(kind, at[0], some)
            history.mend(kind, at[0] + 400, some)
            gaps.append(Gap(kind, at[0], at[0] + 400, None if some is None else tuple(some)))
        history.record(batch)
        for reading in batch:
            readings.setdefault(reading.series, []).append(reading)
        history.flush().result()
        if tick % 60 == 59:
            history.settled().result()
    killed, closed = folder / "killed", folder / "closed"
    shutil.copytree(live, killed)
    history.close()
    shutil.copytree(live, closed)
    memtable.MOST, downsamples.SPAN = before
    return Truth(killed, closed, readings, {i.series: i for i in infos}, gaps, at[0])


def damage(folder: Path, chance: random.Random) -> str:
    """Damage a copy: one run of bytes anywhere, or the last tenth cut off; return what it was."""
    sizes = {name: (folder / name).stat().st_size for name in FILES if (folder / name).exists()}
    name = chance.choice([*sizes])
    path, size = folder / name, sizes[name]
    how = chance.choice(("zeros", "noise", "noise", "zeros", "ones", "cut"))
    if how == "cut":
        with path.open("r+b") as file:
            file.truncate(size - size // 10)
        return f"{name}: last tenth cut off"
    length = chance.choice((16, 512, 8192, chance.randrange(1, LONGEST), LONGEST))
    first = chance.choice((0, chance.randrange(100), 8192 * chance.randrange(1, 40)))
    start = first if chance.random() < 0.25 else chance.randrange(size)
    start = min(start, size - 1)
    length = min(length, size - start)
    data = {"zeros": bytes(length), "ones": b"\xff" * length}.get(how) or chance.randbytes(length)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)
    return f"{name}: {how}, {length} bytes from {start}"


def copies(truth: Truth, count: int, seed: int = 0) -> Iterator[Outcome]:
    """Yield what becomes of so many damaged copies; each outcome was found to be true."""
    for number in range(count):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "damaged"
            shutil.copytree(truth.closed if number % 2 else truth.killed, folder)
            what = f"{seed}.{number} {damage(folder, random.Random(seed * 100_000 + number))}"
            exported = folder.with_name("exported")
            shutil.copytree(folder, exported)
            yield recorded_on(truth, folder, what)
            yield read_only(truth, exported, what)


def recorded_on(truth: Truth, folder: Path, what: str) -> Outcome:
    """Open a damaged copy for recording, and look at what it answers."""
    heard: list[str] = []
    history = History(folder, FOREVER, now=lambda: truth.end + 60_000)
    history.hear(heard.append)
    try:
        assert history.settled().result(), (what, history.status)
        infos = history.series().result()
        found = history.read_many([i.series for i in infos], *EVER).result()
        readings = {samples.series: samples.readings() for samples in found}
        gaps = history.gaps(*EVER).result()
        for share in (0.1, 0.37, 0.81, 1.0):
            when = int(START + share * (truth.end - START))
            as_it_was(truth, history.as_of(when).result(), gaps, when, what)
        fresh = Reading(series(1), 4711, truth.end + 61_000, truth.end + 61_000, "update")
        history.record([fresh])
        assert history.flush().result(), (what, history.status)
        assert history.read(series(1), truth.end + 61_000, EVER[1]).result().values == [4711], what
        assert history.status.state == "recording", (what, history.status)
        said = history.status.damage
        assert not said or heard == [said], (what, heard)
        history.settled().result()
    finally:
        history.close()
    reopened = History(folder, FOREVER, now=lambda: truth.end + 90_000)
    assert reopened.settled().result(), what
    aside = list(folder.glob("history-damaged-*.db"))
    assert reopened.status.damage == said, (what, said, reopened.status)
    reopened.close()
    assert len(aside) <= 1, (what, aside)
    return judged(truth, {i.series: i for i in infos}, readings, gaps, said, f"{what} (recorded)")


def read_only(truth: Truth, folder: Path, what: str) -> Outcome:
    """Open a damaged copy as an export does, and look at what it answers."""
    with sound_reader(folder) as (reader, said):
        infos = {i.series: i for i in reader.catalogue.infos()}
        found = reader.read(list(infos), *EVER)
        gaps = reader.gaps_between(*EVER)
        readings = {samples.series: samples.readings() for samples in found}
    return judged(truth, infos, readings, gaps, said, f"{what} (exported)")


def judged(truth, infos, readings, gaps, said, what) -> Outcome:
    """Nothing is wrong, nothing is refused whole, and what is gone is said."""
    # In a small history 64 KB is much of the file.
    assert sum(map(len, readings.values())) > (truth.count // 2 if truth.count > LARGE else 0), what
    for item, info in infos.items():
        assert item in truth.infos, (what, info)
        assert info in {truth.infos[item], SeriesInfo(item, unit=info.unit)}, (what, info)
    gone = 0
    for item, wanted in truth.readings.items():
        there = readings.get(item, [])
        if there != wanted:
            left = Counter(map(repr, wanted))
            left.subtract(map(repr, there))
            assert min(left.values()) >= 0, (what, item, -left)
            early = [r for r in wanted if left[repr(r)] and r.arrived <= truth.end - TAIL]
            gone += len(early)
    names = len(truth.infos) - len(infos)
    # A name that is lost is said even where its readings were found.
    lost = [gap for gap in truth.gaps if gap not in gaps and gap.start <= truth.end - TAIL]
    wrong = [g for g in gaps if g not in truth.gaps and g.kind not in {"damage", "program"}]
    assert not wrong or said, (what, wrong)
    assert said or not (gone or names or lost), (what, gone, names, lost)
    return Outcome(what, said, gone, names, len(lost))


def as_it_was(truth: Truth, found: list[Reading], gaps: list[Gap], when: int, what: str) -> None:
    """No number is taken for that of another time, but within what is told to be gone."""
    damaged = [gap for gap in gaps if gap.kind == "damage" and gap.start <= when <= (gap.end or 0)]
    if any(gap.series is None for gap in damaged):
        return
    unknown = {item for gap in damaged for item in gap.series or ()}
    for reading in found:
        if reading.series in unknown:
            continue
        before = [r for r in truth.readings[reading.series] if r.arrived <= when]
        assert before[-1] == reading, (what, when, reading, before[-1])


def figures(truth: Truth, outcomes: list[Outcome]) -> str:
    """What became of all copies, in a few lines."""
    said = [outcome for outcome in outcomes if outcome.said]
    gone = np.array([outcome.readings for outcome in said] or [0])
    return (
        f"{truth.count} readings, {len(truth.infos)} names, {len(truth.gaps)} gaps; "
        f"{len(outcomes)} looks at damaged copies, {len(said)} said it\n"
        f"readings gone of those: median {np.median(gone):.0f}, mean {gone.mean():.0f}, "
        f"most {gone.max()}; all saved in {sum(gone == 0)}\n"
        f"names gone in {sum(outcome.names > 0 for outcome in outcomes)}, "
        f"gaps in {sum(outcome.gaps > 0 for outcome in outcomes)}\n"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as name:
        truth = record(Path(name), 300, 700)
        outcomes = []
        for outcome in copies(truth, count, seed):
            outcomes.append(outcome)
            sys.stdout.write(f"{outcome}\n")
    sys.stdout.write(figures(truth, outcomes))


if __name__ == "__main__":
    main()
