"""What acts or hides in names and values is seen as what it is, in the window and outside it."""

import pytest

from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.value import channels_of, value_of
from statmon.domain.workspace import parse
from statmon.export.rows import names_of
from statmon.history import SeriesInfo
from statmon.ui import text
from statmon.ui.names import Names

EVIL = "a\x1b[2J\u202egpj\u200b.exe"
SEEN = "a‹U+001B›[2J‹U+202E›gpj‹U+200B›.exe"


@pytest.mark.parametrize(
    "raw",
    [
        EVIL,
        {"stringValue": EVIL},
        {"stateValue": {"status": EVIL}},
        {"stateValue": {"status": 4, "reasons": [EVIL]}},
        {"x": EVIL},
    ],
)
def test_a_value_is_seen(raw):
    """Tree, board, details, charts, exports and the command line all show this text."""
    shown = value_of(raw).text
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert visible(shown) == shown


def test_a_channel_is_seen():
    """Of an agent's place."""
    place = {"dnStatuses": [{"dnId": EVIL, "mediaType": EVIL, "status": EVIL}]}
    (channel,) = channels_of({"stateValue": {"place": place}})
    assert (channel.dn, channel.media, channel.state) == (SEEN, SEEN, SEEN)


def test_names_are_seen(qapp):
    """Of objects, of statistics, of labels: from the service and from a colleague's file."""
    ref = ObjectRef("Agent", EVIL)
    assert str(ref) == f"Agent {SEEN}"
    assert Statistic("s", ref, EVIL).title == SEEN
    objects = [{"objectType": "Agent", "objectId": "x", "label": EVIL}]
    names = Names(parse({"schema": 1, "subscriptions": [], "objects": objects}))
    assert names.short(ref) == SEEN
    assert names.short(ObjectRef("Agent", "x")) == SEEN
    assert names.name(ObjectRef("Agent", "x")) == f"{SEEN} (x)"
    assert names.label(ObjectRef("Agent", "x")) == EVIL  # to be edited as it is


def test_labels_and_tooltips_are_seen(qapp):
    """Whoever makes one, whatever it says."""
    assert text.label(EVIL).text() == SEEN
    assert SEEN in text.tooltip(EVIL)
    assert text.label("a\nb").text() == "a\nb"


def test_what_is_exported_is_seen():
    """In every format: they share the names."""
    statistic = Statistic("s", ObjectRef(EVIL, EVIL), EVIL)
    info = SeriesInfo(statistic.series("x"), EVIL, EVIL, EVIL)
    assert set(names_of(info)) == {SEEN}
