"""What comes from others is read or refused, and never anything else."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.statistic import ObjectRef, Series
from statmon.hub import messages
from statmon.hub.messages import LARGEST, Batch, Heartbeat, MessageError, Row, decode, encode
from statmon.hub.subjects import Subjects, object_token, series_number, token, user_of

KINDS = [
    Batch, Heartbeat, messages.Wish, messages.WishAnswer, messages.SnapshotAsk, messages.Part,
]  # fmt: skip


def test_what_is_written_is_read():
    """A value of any JSON."""
    batch = Batch(1, 2, 3, 0, (Row(2**64 - 1, 5, {"a": [1, None, "é"]}, 3), Row(1, 0, error="no")))
    assert decode(Batch, encode(batch)) == batch


def test_fields_that_a_newer_side_appends_are_not_looked_at():
    """An older desktop stays useful for a while."""
    newer = msgspec.msgpack.encode([7, 1, 2, 0, 5_000, True, "", 3, "", "new", {"more": 1}])
    assert decode(Heartbeat, newer).epoch == 7


@given(payload=st.binary(max_size=300), kind=st.sampled_from(KINDS))
def test_bytes_of_anybody_are_a_message_or_an_error(payload, kind):
    """No exception of the decoder."""
    try:
        assert isinstance(decode(kind, payload), kind)
    except MessageError as error:
        assert kind.__name__ in str(error)  # noqa: PT017


def test_a_nest_without_end_is_an_error():
    """It would else be a RecursionError."""
    with pytest.raises(MessageError):
        decode(Batch, b"\x95\x01\x01\x01\x00\x91\x93\x01\x01" + b"\x91" * 100_000 + b"\x01")


def test_a_message_has_a_largest_size_both_ways():
    """The server's own."""
    with pytest.raises(MessageError, match="too large"):
        encode(Batch(1, 1, 1, 0, (Row(1, 1, "x" * LARGEST),)))
    with pytest.raises(MessageError, match="too large"):
        decode(Batch, b"x" * (LARGEST + 1))


def test_what_cannot_be_written_is_an_error():
    """A number beyond 64 bits, for one."""
    with pytest.raises(MessageError):
        encode(Batch(1, 1, 1, 0, (Row(1, 1, 2**70),)))


@pytest.mark.parametrize("name", ["", "a.b", "a*", "a b", "ä", "a>", "x" * 65, "a\n"])
def test_a_name_that_would_be_another_subject_is_refused(name):
    """In words."""
    with pytest.raises(ValueError, match="cannot be a name on the hub"):
        token(name)
    with pytest.raises(ValueError, match="cannot be a name on the hub"):
        Subjects(name)


@given(type_=st.text(max_size=9), id_=st.text(max_size=30))
def test_any_object_has_a_name_of_its_own(type_, id_):
    """Whatever its id holds."""
    ref = ObjectRef(type_, id_)
    assert token(object_token(ref)) == object_token(ref)
    assert object_token(ref) != object_token(ObjectRef(type_, id_ + "x"))


def test_series_are_told_apart_by_all_they_are():
    """But for the site, which has subjects of its own."""
    own = Series("http://a", "Agent", "1", "Calls")
    others = [
        Series("http://a", "Queue", "1", "Calls"),
        Series("http://a", "Agent", "2", "Calls"),
        Series("http://a", "Agent", "1", "Talk"),
    ]
    assert len({series_number(own), *map(series_number, others)}) == 4
    assert series_number(own._replace(site="http://b")) == series_number(own)


def test_subjects_name_site_zone_and_user():
    """The user stands in what only that user may send."""
    subjects = Subjects("main")
    assert subjects.state == "statmon.1.main.state"
    assert subjects.wish("anna") == "statmon.1.main.wish.anna"
    assert user_of(subjects.ask("anna", "snapshot")) == "anna"
    assert user_of(subjects.wish("bob")) == "bob"
    assert subjects.values("all", ObjectRef("Agent", "a.b *")).startswith("statmon.1.main.v.all.")
    assert subjects.every_ask("snapshot") == "statmon.1.main.ask.*.snapshot"
