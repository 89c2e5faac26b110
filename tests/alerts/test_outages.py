"""The list of when the feed was down."""

from statmon.alerts.outages import KEPT, Outages, Part


def test_an_outage_lasts_until_the_connection_is_back():
    """With the last reason that was given."""
    outages = Outages()
    outages.connection("connected", None, 0)
    outages.connection("reconnecting", "refused", 1000)
    outages.connection("reconnecting", "timed out", 2000)
    assert [o.reason for o in outages.now] == ["timed out"]

    outages.connection("connected", None, 5000)
    assert [(o.part, o.began, o.ended) for o in outages.all] == [(Part.CONNECTION, 1000, 5000)]


def test_service_and_connection_are_two_things():
    """Each has its own beginning and end."""
    outages = Outages()
    outages.service("UNAVAILABLE", 1000)
    outages.connection("reconnecting", None, 2000)
    outages.connection("connected", None, 3000)
    assert [o.part for o in outages.now] == [Part.SERVICE]

    outages.service("AVAILABLE", 4000)
    assert not outages.now


def test_leaving_on_purpose_is_no_outage():
    """And ends what there was."""
    outages = Outages()
    outages.connection("reconnecting", None, 1000)
    outages.connection("closed", None, 2000)

    assert (len(outages.all), outages.now) == (1, [])


def test_the_list_is_bounded():
    """A line that flutters for days fills no memory."""
    outages = Outages()
    for second in range(3 * KEPT):
        outages.connection("reconnecting" if second % 2 else "connected", None, second)

    assert len(outages.all) == KEPT
