"""The service's time is its newest timestamp plus what went by since."""

from statmon.live.clock import ServiceClock


def test_an_old_value_does_not_set_the_clock_back():
    """What did not change for an hour comes with an hour-old timestamp."""
    clock = ServiceClock()
    clock.observe(10_000, 500)
    clock.observe(9_000, 700)
    clock.observe(10_100, 900)

    assert clock.at(1_000) == 10_500


def test_after_the_service_was_away_its_clock_may_be_another():
    """Then the next time that comes counts, and what runs ahead of it."""
    clock = ServiceClock()
    clock.observe(10_000, 500)
    clock.doubt()
    clock.observe(4_000, 600)
    clock.observe(5_000, 700)

    assert clock.at(700) == 5_000
