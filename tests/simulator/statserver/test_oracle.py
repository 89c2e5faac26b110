"""Every category against a brute-force calculation from the recorded stream.

The oracle keeps everything and looks at each span, as the definitions in words say; it shares
no code with the incremental computation but the masks' spelling.
"""

import itertools
import os
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.simulator.statserver.calculator import Calculator
from statmon.simulator.statserver.categories import CATEGORIES
from statmon.simulator.statserver.definition import Formula, Interval
from statmon.simulator.statserver.masks import parse_mask
from statmon.simulator.stream import Feed, GroupFeed

EXAMPLES = 2_000 if os.environ.get("STATMON_TEST_LONG") == "1" else 60
T0 = 1_700_000_000_000
DAY = 86_400_000
NAMES = ("CallInbound", "CallWait", "WaitForNextCall", "AfterCallWork")
INSTANTS = ("CallAnswered", "CallAbandoned", "CallInbound")
MASKS = ("*", "CallInbound", "CallInbound,CallWait", "*,~CallWait", "CallAnswered", "CallAbandoned")


@dataclass
class Seen:
    """One thing of the recorded stream; ``ended`` is None while it lasts."""

    name: str
    began: int
    ended: int | None
    media: str
    data: dict
    source: str
    durable: bool
    sequence: int
    rank: int = 0
    """Of two that ended at one instant, which was the later."""


@dataclass
class Record:
    """The whole stream, as a listener of the feeds."""

    things: list[Seen]
    moments: list[int]

    def begin(self, now, span):
        self.things.append(
            Seen(span.name, span.began, None, span.media, span.data, span.source, True, id(span))
        )
        self.moments.append(now)

    def end(self, now, span):
        for thing in self.things:
            if thing.sequence == id(span) and thing.ended is None:
                thing.ended, thing.rank = now, len(self.moments)
        self.moments.append(now)

    def instant(self, now, span):
        rank = len(self.moments)
        self.things.append(
            Seen(span.name, span.began, now, span.media, span.data, span.source, False, 0, rank)
        )
        self.moments.append(now)


FILTERS = {
    "": lambda _thing: True,
    "MediaType=voice": lambda thing: thing.media == "voice",
    'PairExists("V") | MediaType=chat': lambda t: "V" in t.data or t.media == "chat",
    '~PairExists("V","-0.4") & GetNumber("V") < 8': lambda t: (
        t.data.get("V") != "-0.4" and Fraction(t.data.get("V", "0")) < 8
    ),
}
DATA = [{}, {"V": "7"}, {"V": "12.25"}, {"V": "-0.4"}]


def matches(mask, name):
    words = mask.split(",")
    return ("*" in words or name in words) and "~" + name not in words


class Oracle:
    """Answers a formula at a time, from the record alone."""

    def __init__(self, record, formula, texts, opened, now, start):
        self.record, self.formula, self.now, self.start = record, formula, now, start
        self.opened = opened
        self.main_mask, self.relative_mask = texts
        self.status = formula.subject != "DNAction"

    def of(self, mask):
        counts = FILTERS[self.formula.filter]
        return [
            thing
            for thing in self.record.things
            if matches(mask, thing.name) and counts(thing)
            and (thing.durable or not self.formula.category.startswith("Current"))
        ]  # fmt: skip

    def ended(self, mask):
        found = [t for t in self.of(mask) if t.ended is not None and t.ended >= self.start]
        if self.formula.interval.kind == "SlidingSelection":
            complete = sorted(found, key=lambda t: (t.ended, t.rank))
            found = complete[-self.formula.interval.length :]
        return found

    def running(self, mask):
        return [t for t in self.of(mask) if t.ended is None]

    def facts(self, mask):
        if self.formula.interval.kind == "SlidingSelection":
            return self.ended(mask)
        return self.ended(mask) + (self.running(mask) if self.status else [])

    def custom(self, things):
        """The values of the formula, in thousandths."""
        return [round(Fraction(thing.data.get("V", "0")) * 1000) for thing in things]

    def waited(self, mask):
        """The time integral of how long those in progress have lasted, in ms²."""
        total = Fraction(0)
        for thing in self.of(mask):
            if not thing.durable:
                continue
            first = max(thing.began, self.start, self.opened)
            last = self.now if thing.ended is None else thing.ended
            if last > first:
                total += Fraction((last - thing.began) ** 2 - (first - thing.began) ** 2, 2)
        return total

    def length(self, thing):
        return (self.now if thing.ended is None else thing.ended) - thing.began

    def seconds_of_range(self, thing):
        end = self.now if thing.ended is None else thing.ended
        return end // 1000 - thing.began // 1000

    def within(self, things, limits):
        return [t for t in things if limits[0] <= self.seconds_of_range(t) < limits[1]]

    def overlap(self, thing):
        end = self.now if thing.ended is None else thing.ended
        return max(0, end - max(thing.began, self.start, self.opened))

    def adjusted(self, mask):
        return sum(self.overlap(t) for t in self.of(mask) if t.durable)

    def time(self, mask):
        if self.status and self.formula.interval.kind != "SlidingSelection":
            return self.adjusted(mask)
        return sum(self.length(t) for t in self.ended(mask))

    def levels(self, mask):
        """Return (number in progress, length) of each stretch between moments of the interval."""
        inside = [m for m in self.record.moments if self.start < m < self.now]
        moments = sorted({self.start, *inside, self.now})
        return [
            (sum(t.durable and t.began <= a and (t.ended is None or t.ended >= b)
                 for t in self.of(mask)), b - a)
            for a, b in itertools.pairwise(moments)
        ]  # fmt: skip

    def value(self):
        main, rel = self.main_mask, self.relative_mask
        facts, now = self.facts(main), self.running(main)
        limits = self.formula.first_range
        elapsed = self.now - self.start
        waits = [self.length(t) for t in now]
        durations = [self.length(t) for t in facts]
        counts = [level for level, _ in self.levels(main)] + [len(now)]

        def over(a, b, scale=1):
            return scale * a / b if b else 0

        table = {
            "TotalNumber": lambda: len(facts),
            "TotalAdjustedNumber": lambda: len(self.ended(main)) + len(now),
            "TotalContinuousNumber": self.stretches,
            "TotalTime": lambda: self.time(main) // 1000,
            "TotalAdjustedTime": lambda: self.adjusted(main) // 1000,
            "TotalDistinctTime": lambda: sum(d for n, d in self.levels(main) if n) // 1000,
            "AverageTime": lambda: over(self.time(main) / 1000, len(self.facts(rel))),
            "MaxTime": lambda: max(durations, default=0) // 1000,
            "MinTime": lambda: min(durations, default=0) // 1000,
            "MaxNumber": lambda: max(counts),
            "MinNumber": lambda: min(counts),
            "ElapsedTimePercentage": lambda: over(self.adjusted(main), elapsed, 100),
            "RelativeTimePercentage": lambda: over(self.adjusted(main), self.adjusted(rel), 100),
            "RelativeNumberPercentage": lambda: over(len(facts), len(self.facts(rel)), 100),
            "RelativeNumber": lambda: over(len(facts), len(self.facts(rel))),
            "TotalNumberInTimeRange": lambda: len(self.within(facts, limits)),
            "TotalNumberInTimeRangePercentage": lambda: over(
                len(self.within(facts, limits)), len(facts), 100
            ),
            "TotalTimeInTimeRange": lambda: (
                sum(self.length(t) for t in self.within(facts, limits)) // 1000
            ),
            "TotalNumberPerSecond": lambda: over(len(facts), elapsed, 1000),
            "AverageNumberPerRelativeHour": lambda: over(len(facts), self.adjusted(rel), 3_600_000),
            "AverageOfCurrentNumber": lambda: over(self.adjusted(main), elapsed),
            "AverageOfCurrentTime": lambda: (
                float(self.waited(main) / (elapsed * 1000)) if elapsed else 0
            ),
            "TotalCustomValue": lambda: sum(self.custom(facts)) / 1000,
            "AverageCustomValue": lambda: over(sum(self.custom(facts)) / 1000, len(facts)),
            "MaxCustomValue": lambda: max(self.custom(facts), default=0) / 1000,
            "MinCustomValue": lambda: min(self.custom(facts), default=0) / 1000,
            "CurrentCustomValue": lambda: sum(self.custom(now)) / 1000,
            "CurrentAverageCustomValue": lambda: over(sum(self.custom(now)) / 1000, len(now)),
            "CurrentMaxCustomValue": lambda: max(self.custom(now), default=0) / 1000,
            "CurrentMinCustomValue": lambda: min(self.custom(now), default=0) / 1000,
            "CurrentDistinctNumber": lambda: len({t.source for t in now}),
            "ServiceFactor1": self.service_factor,
            "EstimTimeToEndCurrentNumber": lambda: over(len(now) * elapsed / 1000, len(facts)),
            "CurrentNumber": lambda: len(now),
            "CurrentTime": lambda: sum(waits) // 1000,
            "CurrentMaxTime": lambda: max(waits, default=0) // 1000,
            "CurrentMinTime": lambda: min(waits, default=0) // 1000,
            "CurrentAverageTime": lambda: over(sum(waits) / 1000, len(self.running(rel))),
            "CurrentContinuousTime": self.continuous,
            "CurrentRelativeTimePercentage": lambda: over(
                sum(waits), sum(self.length(t) for t in self.running(rel)), 100
            ),
            "CurrentRelativeNumberPercentage": lambda: over(len(now), len(self.running(rel)), 100),
            "CurrentNumberInTimeRange": lambda: len(self.within(now, limits)),
            "CurrentNumberInTimeRangePercentage": lambda: over(
                len(self.within(now, limits)), len(now), 100
            ),
        }
        return table[self.formula.category]()

    def service_factor(self):
        answered = self.facts("CallAnswered")
        abandoned = self.facts("CallAbandoned")
        second = self.formula.second_range
        counted = len(answered) + len(abandoned) - len(self.within(abandoned, second))
        in_time = len(self.within(answered, self.formula.first_range))
        return 100 * in_time / counted if counted else 0

    def stretches(self):
        """Join spans that touch each other; count what ends in the interval or not at all."""
        now, joined = self.now, []
        spans = [t for t in self.of(self.main_mask) if t.durable]
        spans = [t for t in spans if t.ended is None or t.ended >= self.opened]
        for thing in sorted(spans, key=lambda t: (t.began, t.ended is None)):
            end = now if thing.ended is None else thing.ended
            if joined and thing.began <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end), thing.ended is None)
            else:
                joined.append((thing.began, end, thing.ended is None))
        return sum(end >= self.start or open_ for _, end, open_ in joined)

    def continuous(self):
        """Walk back over spans that touch each other, from the present."""
        spans = [t for t in self.of(self.main_mask) if t.durable]
        spans = [t for t in spans if t.ended is None or t.ended > self.opened]
        if not any(t.ended is None for t in spans):
            return 0
        since = self.now
        moved = True
        while moved:
            reaching = [
                t.began for t in spans
                if t.began < since and (t.ended is None or t.ended >= since)
            ]  # fmt: skip
            moved = bool(reaching)
            since = min(reaching, default=since)
        return (self.now - since) // 1000


INTERVALS = st.one_of(
    st.sampled_from([(0,), (3600,), (0, 80_000), (22 * 3600 + 800,)]).map(
        lambda resets: Interval("GrowingWindow", resets)
    ),
    st.sampled_from([(60, 10), (10, 10), (3600, 60), (25, 10)]).map(
        lambda pair: Interval("SlidingWindow", (), *pair)
    ),
    st.just(Interval("SinceLogin", ())),
)
SELECTION = st.integers(1, 4).map(lambda n: Interval("SlidingSelection", (), n))
SELECTABLE = {"TotalNumber", "TotalTime", "AverageTime", "MaxTime", "MinTime"}
STEP = st.tuples(
    st.sampled_from(["begin", "end", "instant", "login", "wait"]),
    st.integers(0, 1),
    st.sampled_from(NAMES),
    st.sampled_from(["voice", "chat"]),
    st.one_of(st.integers(0, 3), st.integers(0, 30_000), st.just(1000), st.just(3_000_000)),
    st.integers(0, 40_000),
)
RANGES = st.tuples(st.integers(0, 30), st.integers(1, 40)).map(lambda r: (r[0], r[0] + r[1]))


def expected_start(formula, opened, now, login):
    """Where the interval begins (docs/reference/definitions.md §1, §3)."""
    kind = formula.interval.kind
    if formula.category.startswith("Current"):
        return opened
    if kind == "GrowingWindow":
        days = [now // DAY * DAY, now // DAY * DAY - DAY]
        resets = [day + s * 1000 for day in days for s in formula.interval.resets]
        return max([opened, *(reset for reset in resets if reset <= now)])
    if kind == "SlidingWindow":
        sample = formula.interval.sample * 1000
        target = now // sample * sample - formula.interval.length * 1000
        if target < opened:
            return opened
        # samples are kept only at multiples of the sample: a length that is none reaches less far
        return -(-target // sample) * sample if target % sample == 0 else target // sample * sample
    return login if kind == "SinceLogin" and login is not None else opened


def run(steps, feeds, calculator):
    now, running, login = T0, [[], []], None
    for what, index, name, media, delay, back in steps:
        now += delay
        feed = feeds[index]
        if what == "begin":
            running[index].append(feed.begin(now, name, media, data=DATA[back % 4]))
        elif what == "end" and running[index]:
            feed.end(now, running[index].pop(back % len(running[index])))
        elif what == "instant":
            feed.instant(now, INSTANTS[back % 3], max(now - back, 0), media, DATA[back % 4])
        elif what == "login" and calculator.formula.interval.kind == "SinceLogin":
            now += 1  # what ended at the instant of the login would belong to nobody
            calculator.window.restart(now)
            login = now
        yield now, login


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_category_equals_the_calculation_from_the_whole_stream(category):
    intervals = st.one_of(INTERVALS, SELECTION) if category in SELECTABLE else INTERVALS

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(
        st.lists(STEP, max_size=25), st.sampled_from(MASKS), st.sampled_from(MASKS), intervals,
        st.sampled_from(["DNAction", "DNStatus"]), st.sampled_from(sorted(FILTERS)), RANGES,
        RANGES, st.lists(STEP, max_size=3), st.integers(0, 100_000),
    )  # fmt: skip
    def compare(steps, main, relative, interval, subject, only, first, second, before, rest):
        formula = Formula(
            category, subject, parse_mask(main), parse_mask(relative), interval, only,
            first, second, 'GetNumber("V")',
        )  # fmt: skip
        feeds = [Feed("a"), Feed("b")]
        group = GroupFeed(feeds)
        record = Record([], [])
        group.listen(record)
        for _, index, name, medium, _, back in before:
            feeds[index].begin(T0 - back, name, medium)
        calculator = Calculator(formula, T0)
        calculator.start(T0, group.in_progress())
        group.listen(calculator)
        now, login = T0, None
        for now, login in run(steps, feeds, calculator):
            if now % 3 == 0:
                check(calculator, record, formula, (main, relative), now, login)
        check(calculator, record, formula, (main, relative), now + rest, login)

    compare()


def check(calculator, record, formula, texts, now, login):
    start = expected_start(formula, T0, now, login)
    oracle = Oracle(record, formula, texts, T0, now, start)
    assert calculator.value(now) == oracle.value()
