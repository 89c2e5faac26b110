"""Time runs on when the computer's clock is set, and follows it only when told."""

from statmon.service.clock import BLINK, Absence, SteadyClock

HOUR = 3_600_000


class Computer:
    """A clock that can be set, and the time that really goes by."""

    def __init__(self):
        self.wall, self.elapsed = 1_700_000_000_000, 5_000
        self.clock = SteadyClock(lambda: self.wall, lambda: self.elapsed)

    def wait(self, milliseconds):
        self.wall += milliseconds
        self.elapsed += milliseconds


def test_it_shows_the_wall_clocks_time():
    """As long as nobody sets that."""
    computer = Computer()
    computer.wait(1234)

    assert computer.clock.now() == computer.wall
    assert computer.clock.follow() == 0


def test_a_clock_set_back_an_hour_makes_nothing_younger():
    """Differences are what really went by, before and after it follows."""
    computer = Computer()
    before = computer.clock.now()
    computer.wait(1000)
    computer.wall -= HOUR

    assert computer.clock.now() - before == 1000
    assert computer.clock.follow() == -HOUR
    assert computer.clock.now() == computer.wall
    assert computer.clock.follow() == 0


def test_the_last_second_of_drift_is_not_followed():
    """A clock that is slewed would otherwise shake every age."""
    computer = Computer()
    computer.wall += 999
    assert computer.clock.follow() == 0
    computer.wall += 1
    assert computer.clock.follow() == 1000


def test_a_sleep_is_noticed_once_and_a_blocked_loop_is_none():
    """By the time that runs on through sleep: the wall clock may be set to anything."""
    computer = Computer()
    absence = Absence(lambda: computer.elapsed)
    assert absence.ended() == 0

    computer.wait(BLINK)
    assert absence.ended() == 0
    computer.wait(38 * 60_000)
    assert absence.ended() == 38 * 60_000
    assert absence.ended() == 0

    computer.wall += HOUR
    assert absence.ended() == 0
