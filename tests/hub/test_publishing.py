"""What is published, and that no desktop takes an old number for one of now, whatever happens."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.hub.join import LAG, SILENCE, Apply, Ask, Join, Now, Rebuild
from statmon.hub.messages import OPEN, PART, PROVED, Heartbeat, Part, Row, encode
from statmon.hub.publishing import Publishing

STATE = Heartbeat(0, 0, 0, 0, 5_000, True, "AVAILABLE", 3, "")


def batches(publishing, now):
    return dict(publishing.tick(now))


def test_a_tick_says_the_newest_of_a_number_and_all_steps_of_a_state():
    """Alerts count steps; nobody needs a number that was there for a tenth of a second."""
    publishing = Publishing(3, 1_000)
    for at in (1, 2, 3):
        publishing.take("a", Row(1, at, at), steps=False)
        publishing.take("a", Row(2, at, f"state {at}"), steps=True)
    publishing.take("b", Row(9, 5, 7), steps=False)
    made = batches(publishing, 1_250)

    assert [(row.series, row.at) for row in made["a"].rows] == [(1, 3), (2, 1), (2, 2), (2, 3)]
    assert (made["a"].epoch, made["a"].seq, made["a"].sent) == (3, 1, 250)
    assert made["b"].seq == 1


def test_what_did_not_change_is_not_said_again():
    """An old number would look new."""
    publishing = Publishing(3, 0)
    publishing.take("a", Row(1, 1, 1), steps=False)
    assert batches(publishing, 250)
    assert not batches(publishing, 500)
    publishing.take("a", Row(1, 2, 1), steps=False)
    assert batches(publishing, 750)["a"].seq == 2


def test_what_nobody_wants_any_more_is_forgotten():
    """Neither published nor in a snapshot."""
    publishing = Publishing(3, 0)
    publishing.take("a", Row(1, 1, 1), steps=False)
    publishing.take("a", Row(2, 1, 1), steps=False)
    publishing.forget([1, 777])
    assert [row.series for row in batches(publishing, 1)["a"].rows] == [2]
    assert publishing.snapshot({1: "a"})[0].rows == ()


def test_how_a_series_stands_is_said_with_what_is_known_of_it():
    """An opening tells no value, a loss makes none newer; what is so already is not said again."""
    publishing = Publishing(3, 0)
    publishing.mark(1, "a", flags=OPEN)
    assert batches(publishing, 1)["a"].rows == (Row(1, 0, None, OPEN),)
    publishing.take("a", Row(1, 5, 7, OPEN | PROVED), steps=False)
    batches(publishing, 2)
    publishing.mark(1, "a", flags=0)
    publishing.mark(1, "a", flags=0)
    assert batches(publishing, 3)["a"].rows == (Row(1, 5, 7, 0),)
    publishing.mark(1, "a", flags=0, error="unknown object")
    assert publishing.snapshot({1: "a"})[0].rows == (Row(1, 5, 7, 0, "unknown object"),)


def test_a_snapshot_counts_also_objects_of_which_nothing_is_known_to_who_asks():
    """Else another's batches of the object would look like a loss, again and again."""
    publishing = Publishing(3, 0)
    publishing.take("a", Row(1, 1, 1), steps=False)
    batches(publishing, 1)
    (part,) = publishing.snapshot({2: "a", 3: "b"})
    assert part.rows == ()
    assert part.seqs == {"a": 1, "b": 0}


def test_a_long_snapshot_comes_in_parts_that_fit_a_message():
    """All of one moment."""
    publishing = Publishing(3, 0)
    for series in range(2_000):
        publishing.take("a", Row(series, 1, "x" * 1_000), steps=False)
    parts = publishing.snapshot(dict.fromkeys(range(2_000), "a"))
    assert len(parts) > 5
    assert [part.part for part in parts] == list(range(len(parts)))
    assert {part.of for part in parts} == {len(parts)}
    assert sum(len(part.rows) for part in parts) == 2_000
    assert max(len(encode(part)) for part in parts) < 1.1 * PART


OBJECTS = {1: "a", 2: "a", 3: "b"}
RULE = SILENCE + LAG + 2
"""Seconds: a heartbeat's silence, what may have lain about, a tick of each side."""


class World:
    """A collector, a way that loses and delays, and a desktop that looks at it all."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.time = 1_000.0
        self.wall = 5_000_000.0
        self.epoch = 0
        self.made: dict[int, list[tuple[float, int]]] = {series: [] for series in OBJECTS}
        """When each value of a series was made, and its service time."""
        self.join = Join(OBJECTS)
        self.shown: dict[int, int] = {}
        self.way: list[tuple] = []
        self.lead()
        self.join.up(self.now)

    @property
    def now(self):
        return Now(self.time, self.wall)

    def lead(self):
        """Another collector leads; what it knows it has opened anew."""
        self.epoch += 1
        self.publishing = Publishing(self.epoch, round(self.time * 1000) - 17)
        for series, token in OBJECTS.items():
            if self.made[series]:
                at = self.made[series][-1][1]
                self.publishing.take(token, Row(series, at), steps=False)

    def do(self, effects):
        for effect in effects:
            if isinstance(effect, Apply):
                for row in effect.rows:
                    assert row.at >= self.shown.get(row.series, 0), "it went back in time"
                    self.shown[row.series] = row.at
            elif isinstance(effect, Ask):
                for part in self.publishing.snapshot(OBJECTS):
                    self.way.append(("part", effect.number, part))
            elif isinstance(effect, Rebuild):
                self.way.clear()
                self.join.up(self.now)

    def value(self, series):
        at = round(self.time * 1000)
        self.made[series].append((self.time, at))
        self.publishing.take(OBJECTS[series], Row(series, at), steps=False)

    def tick(self):
        now = round(self.time * 1000)
        for token, batch in self.publishing.tick(now):
            self.way.append(("batch", token, batch))

    def beat(self):
        self.way.append(("beat", self.publishing.beat(round(self.time * 1000), STATE)))

    def deliver(self, count):
        for _ in range(count):
            if not self.way:
                break
            match self.way.pop(0):
                case ("batch", token, batch):
                    self.do(self.join.batch(token, batch, self.now))
                case ("beat", beat):
                    self.do(self.join.heard(beat, self.now))
                case ("part", number, part):
                    self.do(self.join.part(number, part, self.now))
            self.check()

    def check(self):
        if not self.join.trusted(self.now):
            return
        for series, made in self.made.items():
            due = [at for when, at in made if when < self.time - RULE]
            if due:
                assert self.shown.get(series, 0) >= due[-1], "an old number is taken for now"

    def second(self, *, collector=True, desktop=True):
        """Let a second go by as it does when all is well on the sides that are."""
        self.time += 1
        self.wall += 1
        if collector:
            self.tick()
            self.beat()
        if desktop:
            self.deliver(1_000)
            self.do(self.join.tick(self.now))
            self.deliver(1_000)
        self.check()


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("value"), st.sampled_from(sorted(OBJECTS))),
        st.tuples(st.sampled_from(["second", "frozen", "silent"]), st.integers(1, 12)),
        st.tuples(st.sampled_from(["cut", "lead", "slow", "asleep", "tick", "part"]), st.just(0)),
        st.tuples(st.just("deliver"), st.integers(1, 4)),
        st.tuples(st.just("lose"), st.integers(0, 3)),
    ),
    max_size=80,
)


@settings(max_examples=300)
@given(events=EVENTS, seed=st.integers(0, 9))
def test_no_old_number_is_taken_for_one_of_now(events, seed):
    """Losses, delays, new leaders, stopped programs, sleep; and afterwards all is well again."""
    random.seed(seed)
    world = World(seed)
    for event, argument in events:
        match event:
            case "value":
                world.value(argument)
            case "second":
                for _ in range(argument):
                    world.second()
            case "frozen":  # the desktop is stopped, messages wait in its socket
                for _ in range(argument):
                    world.second(desktop=False)
                world.deliver(1_000)
            case "silent":  # nothing comes, and nobody says so
                for _ in range(argument):
                    world.second(collector=False)
            case "cut":
                world.way.clear()
                world.do(world.join.down())
                world.join.up(world.now)
            case "lead":
                world.lead()
            case "slow":
                del world.way[: len(world.way) // 2]
                world.do(world.join.missed(world.now))
            case "asleep":  # the monotonic clock stands still, as on Linux
                world.wall += 3_600
            case "tick":
                world.tick()
            case "deliver":
                world.deliver(argument)
            case "lose":
                if argument < len(world.way) and world.way[argument][0] == "batch":
                    lost = world.way.pop(argument)
                    # A loss is told by the next batch, or by the library.
                    world.do(world.join.missed(world.now))
                    assert lost
            case "part":
                world.do(world.join.part(1, Part(world.epoch, 0, 1, (), {}), world.now))
        world.check()
    for series in OBJECTS:
        world.value(series)
    for _ in range(40):
        world.second()
    assert world.join.trusted(world.now)
    assert world.shown == {series: made[-1][1] for series, made in world.made.items()}
