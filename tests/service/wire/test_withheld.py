"""A service that says our secrets as values: no view, line, history or export holds them."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.bayeux.frames import FrameDecoder
from statmon.commands.lines import lines_of
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.domain.value import value_of
from statmon.history import History
from statmon.live.table import LiveTable
from statmon.service.wire import masking
from statmon.service.wire.api import read_answer
from statmon.service.wire.events import Arrival, ReadingsArrived
from statmon.service.wire.masking import MASK, forms_of, hide, withheld
from statmon.service.wire.notifications import UPDATES_CHANNEL, Notification, values_in

SECRETS = (
    "0f3cb8c1-8a52-4a3e-9d35-6f0f4a4be1aa",
    "Sommer-2024!",
    'p@ss "wörd"/+&=9d',
    "correcthorsebatterystaple",
)
ORDINARY = ("20261130", "2026-11-30 12:30", "password", "Nachbearbeitung", "NotReadyForNextCall")
"""Secrets that may as well be a number, a date, a state's name: as values they stay."""


@pytest.fixture(autouse=True)
def hidden(monkeypatch):
    """These are ours."""
    monkeypatch.setattr(masking, "_Hidden", type("Hidden", (masking._Hidden,), {}))
    hide([*SECRETS, *ORDINARY[:-1]])


SHAPES = {
    "text": lambda said: said,
    "number and text": lambda said: {"intValue": 5, "stringValue": said},
    "text as number": lambda said: {"intValue": said, "stringValue": "5"},
    "state": lambda said: {"stateValue": {"status": 4, "reasons": [{"value": said}]}},
    "key": lambda said: {"stateValue": {said: [1, {said: None}]}},
    "list": lambda said: [1, [said], said],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_value_holds_a_secret_in_any_form(shape, secret):
    """However it is said, beside what else is."""
    for form in forms_of([secret]):
        value = withheld(shape(f"x {form} y"))
        assert value == shape(f"x {MASK} y"), form


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("word", [*ORDINARY, "5", "82.5", "-", "", "12345678901234567890"])
def test_an_ordinary_word_or_number_is_never_hidden(shape, word):
    """Even where somebody has it for a password."""
    value = shape(word)
    assert withheld(value) is value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(SECRETS),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just(SECRETS[0]), inner),
)


@given(json_values)
def test_whatever_the_value_is_no_secret_is_in_it_and_all_else_is(value):
    """Masked is what is ours, and nothing near it."""
    hide(SECRETS)
    written = json.dumps(value, ensure_ascii=False)
    for secret in SECRETS:
        written = written.replace(json.dumps(secret, ensure_ascii=False)[1:-1], MASK)
    assert json.dumps(withheld(value), ensure_ascii=False) == written


def test_nothing_behind_the_line_holds_a_secret(tmp_path):
    """Table, lines, history and what is shown, from answers and from notifications."""
    said = " ".join(SECRETS)
    statistic = Statistic("s", ObjectRef("Queue", "q"), "Waiting")
    series = statistic.series("http://x")
    table, history = LiveTable(), History(tmp_path)
    table.add(statistic, series)
    for at, shape in enumerate(SHAPES.values(), 1_790_000_000_000):
        item = {"statisticId": "s", "subscriptionId": "u", "value": shape(said)}
        body = json.dumps({"status": {"code": 0}, "data": {"statistics": [item]}})
        event = {"channel": UPDATES_CHANNEL, "data": {"data": {"statistics": [item]}}}
        odd = {**event, "data": {"data": {"statistics": [{**item, "objectId": 5}]}}}
        frames = FrameDecoder(Notification).decode(json.dumps([event]).encode())
        frames += FrameDecoder(Notification).decode(json.dumps([odd]).encode())
        answered = read_answer("peek", body.encode(), partial=True).statistics
        heard = [value for frame in frames for value in values_in(frame.data)]
        assert len(heard) == 2
        for got in (*answered, *heard):
            assert MASK in value_of(got.value).text + json.dumps(got.value, ensure_ascii=False)
            readings = table.apply([Reading(series, got.value, at, at, "update")])
            history.record(readings)
            wanted = (Wanted("A", statistic, series),)
            arrivals = tuple(Arrival(one, wanted, "id") for one in readings)
            lines = msgspec.json.encode(list(lines_of(ReadingsArrived(arrivals, at))))
            assert not any(secret in lines.decode() for secret in SECRETS)
    kept = history.read(series, 0, 1 << 60).result()
    assert len(kept) == len(SHAPES)
    written = json.dumps(list(kept.values), ensure_ascii=False)
    assert MASK in written
    assert not any(secret in written for secret in SECRETS)
    history.close()
