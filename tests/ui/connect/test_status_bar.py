import pytest

from statmon.ui.data.lights import data_sign
from statmon.ui.look.theme import Tone


@pytest.fixture
def status(engine, open_window):
    window = open_window(engine)
    return window.parts.status


def lights(status):
    status._pulse.lens.refresh(status._pulse.lens.now + 1)
    status.refresh()
    return [light.text for light in status.lights]


def test_before_the_start_nothing_is_claimed(status):
    """Not connected, not told, nothing there."""
    assert lights(status) == [
        "connection: not connected",
        "service: not told yet",
        "data: no values yet",
    ]


def test_each_light_speaks_for_itself(status, engine):
    """A socket that is up says nothing about the service, nor the service about the data."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 1)
    assert lights(status) == ["connection: connected", "service: available", "data: live"]

    engine.service("UNAVAILABLE")
    assert lights(status) == [
        "connection: connected",
        "service: unavailable",
        "data: 18 stale",
    ]

    engine.connect("reconnecting", "no answer")
    assert lights(status)[:2] == ["connection: reconnecting …", "service: not told yet"]


def test_what_the_service_opened_proves_that_it_is_there(status, engine):
    """It speaks of itself only when it changes."""
    engine.go_up()
    engine.service_state = None

    assert lights(status)[1] == "service: available"


def test_an_empty_table_waits(status, engine):
    """Subscribed, nothing yet."""
    engine.go_up()

    assert lights(status)[2] == "data: waiting for values"


def test_what_is_not_well_is_counted(status, engine):
    """Refused statistics among live ones."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 1)
    engine.refuse("agent1", "AverageHandlingTime", "no")
    engine.refuse("agent2", "AverageHandlingTime", "no")

    assert lights(status)[2] == "data: 2 error"


def test_what_is_late_is_counted_and_is_no_alarm(status, engine):
    """It is still the number of now, as far as anybody knows."""
    engine.go_up()
    engine.owe(engine.feed("agent1", "InboundCalls", 1, ago=150), 60)

    assert lights(status)[2] == "data: 1 late"
    assert data_sign(status._pulse.lens).tone is Tone.WARN


def test_the_figures_say_how_much_comes_in(status, engine):
    """Statistics, rate, lag."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 1)
    status.refresh()

    assert status.figures.text() == "18 statistics  ·  0 values/s  ·  lag 0.0 s"


def test_the_reason_of_a_lost_connection_is_on_hover(status, engine):
    """As plain text, whatever the server put into it."""
    engine.connect("reconnecting", "<img src=x> refused")
    status.refresh()

    assert "&lt;img" in status.connection.toolTip()
