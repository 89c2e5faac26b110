from statmon.ui.data.feed import FeedNotice


def test_no_notice_while_all_is_well(engine):
    """Nor before the start, nor while it connects for the first time."""
    notice = FeedNotice(engine)
    assert notice.text() == ""

    engine.connect("connecting")
    assert notice.text() == ""
    engine.go_up()
    assert notice.text() == ""


def test_it_names_the_reason_and_since_when(engine):
    """The beginning stands still while the reasons change."""
    notice = FeedNotice(engine)
    engine.connect("reconnecting", "No answer from 127.0.0.1.")
    first = notice.text()
    engine.connect("reconnecting", "Connection refused.")
    second = notice.text()

    assert "No answer from 127.0.0.1 (since " in first
    assert second.split("since")[1] == first.split("since")[1]


def test_a_service_that_is_down_is_named(engine):
    """It goes with the trouble."""
    notice = FeedNotice(engine)
    engine.go_up()
    engine.service("UNAVAILABLE")
    assert "service is unavailable" in notice.text()

    engine.go_up()
    assert notice.text() == ""


def test_the_window_shows_it_and_it_cannot_be_dismissed(engine, open_window):
    """A feed that is down is itself an alert."""
    window = open_window(engine)
    engine.go_up()
    engine.service("UNAVAILABLE")
    window.parts.told()

    assert "unavailable" in window.parts.feed.text
    assert not window.parts.feed._close.isVisible()
    engine.go_up()
    window.parts.told()
    assert window.parts.feed.text == ""
