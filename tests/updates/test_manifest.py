"""An announcement counts only if the project has signed exactly this."""

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from statmon.updates import manifest
from statmon.updates.manifest import Refused, opened
from statmon.updates.newer import is_newer
from tests.updates.support.releases import KEY, NOW, PAGE, PUBLIC, announced, sign_release


def signed(text: str, key=KEY, context=manifest.CONTEXT) -> bytes:
    """Sign any text: the tool itself refuses to make what statmon would not believe."""
    signature = key.sign(context + text.encode()).signature
    return json.dumps({"release": text, "signature": base64.b64encode(signature).decode()}).encode()


def saying(**changes) -> bytes:
    said = json.loads(json.loads(announced())["release"])
    return signed(json.dumps({**said, **changes}))


def test_what_the_tool_signs_is_read_back():
    """Several keys may count, so that one can be replaced by another."""
    release = opened(announced(), [bytes(SigningKey.generate().verify_key), PUBLIC])

    assert (release.version, release.page) == ("0.2.0", PAGE)
    assert release.notes == "Charts remember their span."
    assert release.issued == NOW - timedelta(days=1)


@pytest.mark.parametrize(
    "answer",
    [
        signed(json.loads(announced())["release"], SigningKey.generate()),
        signed(json.loads(announced())["release"], context=b""),
        announced().replace(b"0.2.0", b"0.9.0"),
        json.dumps({**json.loads(announced()), "signature": ""}).encode(),
        json.dumps({**json.loads(announced()), "signature": "QUJD"}).encode(),
    ],
    ids=["another key", "signed for something else", "changed", "no signature", "short signature"],
)
def test_what_the_project_has_not_signed_is_refused(answer):
    """Whatever it says."""
    with pytest.raises(Refused, match="signature"):
        opened(answer, [PUBLIC])


def test_without_a_key_nothing_counts():
    """A build that knows no key believes nobody."""
    with pytest.raises(Refused, match="signature"):
        opened(announced(), [])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "form"),
        (b"{}", "form"),
        (b"[1]", "form"),
        (b"\xff\xfe", "form"),
        (b'{"release": "\\ud800", "signature": ""}', "form"),
        (b'{"release": 5, "signature": ""}', "form"),
        (b'{"release": "{}", "signature": "\\u00e4"}', "form"),
        (b"  <!DOCTYPE html><title>Sign in</title>", "web page"),
        (b" " * (manifest.LARGEST + 1), "large"),
        (signed("[]"), "form"),
        (signed("{}"), "form"),
        (saying(version=2), "form"),
        (saying(issued="yesterday"), "form"),
        (saying(issued="2026-03-01T12:00:00"), "form"),
        (saying(version="2.0-beta"), "version"),
        (saying(version="1" * 5000), "version"),
        (saying(version="../../etc"), "version"),
        (saying(page="http://statmon.example/"), "https"),
        (saying(page="file:///etc/passwd"), "https"),
        (saying(page="https://"), "https"),
        (saying(page="https://you@evil.example/"), "https"),
        (saying(page="https://x.example/\u202e"), "https"),
        (saying(page="https://[x"), "form"),
    ],
)
def test_what_is_no_announcement_is_refused_in_one_clause(answer, why):
    """Even signed: a slip of the project's must not open a file."""
    with pytest.raises(Refused, match=why) as caught:
        opened(answer, [PUBLIC])
    assert "\n" not in str(caught.value)


def test_notes_are_plain_text_without_what_reorders_or_hides_it():
    """Markup stays what it is, characters; what turns text around goes."""
    release = opened(saying(notes="<b>New</b>\n\u202egpj.exe\x1b[2J\x00 " + "x" * 9_000), [PUBLIC])

    assert release.notes.startswith("<b>New</b>\ngpj.exe[2J x")
    assert len(release.notes) <= 8_000


def test_unknown_keys_are_passed_over():
    """A later tool may say more."""
    assert opened(saying(size=5), [PUBLIC]).version == "0.2.0"


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(answer):
    """Nor are they believed."""
    with pytest.raises(Refused):
        opened(answer, [PUBLIC])


def test_no_changed_announcement_is_believed():
    """One byte anywhere: either it says the same (between two words), or it is refused."""
    whole = announced()
    said = opened(whole, [PUBLIC])
    outcomes = []
    for place, byte in enumerate(whole):
        for other in (*(byte ^ 1 << bit for bit in range(8)), ord("\n")):
            changed = whole[:place] + bytes([other]) + whole[place + 1 :]
            with contextlib.suppress(Refused):
                outcomes.append(opened(changed, [PUBLIC]))

    assert outcomes
    assert all(outcome == said for outcome in outcomes)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


_TIMES = st.datetimes(timezones=st.just(UTC))
_RIGHT = {
    "version": st.from_regex(r"\A[0-9]{1,6}(\.[0-9]{1,6}){1,3}\Z"),
    "issued": _TIMES,
    "expires": _TIMES,
    "page": st.from_regex(r"\Ahttps://[a-z]{1,9}(\.[a-z]{1,9}){0,3}/[a-z0-9/?=.-]{0,20}\Z"),
    "notes": st.text("abc <>&\n", max_size=90).map(str.strip),
}


@given(st.sampled_from(sorted(_RIGHT)).flatmap(lambda k: st.tuples(st.just(k), _RIGHT[k])))
def test_a_signed_value_that_is_right_is_read_as_it_is(one):
    """Whichever field it stands in."""
    key, value = one
    written = value.isoformat() if isinstance(value, datetime) else value

    assert getattr(opened(saying(**{key: written}), [PUBLIC]), key) == value


@given(st.sampled_from(sorted(_RIGHT)), _json)
def test_no_signed_value_raises_anything_else(key, value):
    """Whatever stands in a field: refused, unless it is a text. Notes are any text."""
    try:
        opened(saying(**{key: value}), [PUBLIC])
    except Refused:
        assert (key, type(value)) != ("notes", str)
    else:
        assert isinstance(value, str)


@pytest.mark.parametrize(
    ("announced_as", "own", "newer"),
    [
        ("0.2.0", "0.1.0", True),
        ("0.10", "0.9.5", True),
        ("1.0", "1.0.0", False),
        ("0.1.0", "0.1.0", False),
        ("0.1.0.1", "0.1.0", True),
    ],
)
def test_versions_are_compared_as_numbers(announced_as, own, newer):
    """Not as texts."""
    release = opened(announced(announced_as), [PUBLIC])

    assert is_newer(release, own, None, NOW) is newer


@pytest.mark.parametrize(
    ("release", "seen", "why"),
    [
        (announced("0.0.9"), None, "older than this 0.1.0"),
        (announced(expires=NOW), None, "expired on 2026-03-01"),
        (announced(issued=NOW + timedelta(days=2)), None, "clock"),
        (announced(), NOW, "came before"),
    ],
    ids=["older than what runs", "expired", "from the future", "older than one seen"],
)
def test_an_old_announcement_is_refused(release, seen, why):
    """Whoever stands in between could hand out an old one with a right signature for ever."""
    with pytest.raises(Refused, match=why):
        is_newer(opened(release, [PUBLIC]), "0.1.0", seen, NOW)


def test_a_release_may_be_taken_back_by_a_newer_announcement():
    """What counts against going back is when it was signed, not the number."""
    release = opened(announced("0.1.0", issued=NOW), [PUBLIC])

    assert not is_newer(release, "0.1.0", NOW - timedelta(days=1), NOW)


def test_the_tool_signs_nothing_that_would_not_be_believed():
    """It reads back what it made."""
    with pytest.raises(Refused, match="https"):
        announced(page="http://statmon.example")


def test_a_new_secret_key_is_the_owners_only_and_overwrites_none(tmp_path):
    """And its public half checks what it signs."""
    public = base64.b64decode(sign_release.new_key(tmp_path / "key"))
    secret = SigningKey(base64.b64decode((tmp_path / "key").read_bytes()))

    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert opened(announced(key=secret), [public]).version == "0.2.0"
    with pytest.raises(FileExistsError):
        sign_release.new_key(tmp_path / "key")
