"""The way to a site: chosen in one place, never by a file without a yes."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.service.access import Access, BrowserSignIn
from statmon.service.sign_in.way import (
    PARTS,
    Way,
    as_settings,
    as_typed,
    decide,
    follow,
    foreign,
    in_words,
    lasting,
    parts_of,
    written,
)

values = {
    "proxy": st.sampled_from(["http://a:1", "http://b:2", "socks5://c:3"]),
    "caBundle": st.sampled_from(["/a.pem", "/b.pem"]),
    "clientCertificate": st.sampled_from(["/c.pem", "/d.pem"]),
    "transport": st.sampled_from(["websocket", "long-polling"]),
    "pkce": st.just(False),
    "redirect": st.sampled_from([{"host": "localhost"}, {"pasted": "https://x"}, {"ports": [8]}]),
}
parts = st.fixed_dictionaries({}, optional=values)
origins = ("option", "environment", "policy", "list")
sources = st.tuples(parts, parts, parts, parts).map(
    lambda all_: list(zip(origins, all_, strict=True))
)


@given(sources, parts)
def test_without_a_yes_a_file_changes_nothing(said, wished):
    """Whatever it says and whatever else is said; and it is told what it wished."""
    alone, beside = decide(said, {}), decide(said, wished)

    assert (beside.parts, beside.origins) == (alone.parts, alone.origins)
    assert all(wished[part] == value for part, value in beside.wishes.items())
    assert all(alone.parts.get(part) != value for part, value in beside.wishes.items())


@given(sources, parts)
def test_the_nearest_to_the_user_counts(said, wished):
    """Part by part: option, environment, policy, a wish with a yes, the list."""
    way = decide(said, wished, lambda _: True)
    ranked = [*said[:3], ("file", wished), said[3]]

    for part in PARTS:
        told = [(origin, one[part]) for origin, one in ranked if part in one]
        assert way.parts.get(part) == (told[0][1] if told else None)
        if told:
            # A file that says the same as the list wishes nothing.
            first, listed = told[0], dict(said)["list"].get(part)
            same = first[0] == "file" and listed == first[1]
            assert way.origins[part] == ("list" if same else first[0])
    assert way.wishes == {}


@given(sources, parts)
def test_only_what_is_wished_beyond_is_asked_about(said, wished):
    """The user's own files, and options, ask nothing."""
    asked = []
    decide(said, wished, lambda wishes: asked.append(wishes) or True)

    for origin, one in said:
        for part, value in one.items():
            for wishes in asked:
                assert part not in wishes or (origin == "list" and wishes[part] != value)
    assert not (asked and asked[0] == {})


@given(parts)
def test_parts_read_back_equal(some):
    """From a file and from an access."""
    assert written(json.loads(json.dumps(as_settings(some)))) == some
    access = follow(Access("https://site"), decide([("list", some)], {}))
    assert parts_of(access) == some
    assert dict(access.origins) == dict.fromkeys(some, "list")


def test_a_proxys_password_stays_with_its_proxy_only():
    """It is no part of the way, and goes to no other proxy."""
    access = Access("https://site", proxy="http://u:canary@a:1")

    assert parts_of(access) == {"proxy": "http://a:1"}
    kept = follow(access, decide([("list", {"proxy": "http://a:1"})], {}))
    gone = follow(access, decide([("list", {"proxy": "http://b:2"})], {}))
    assert (kept.proxy, gone.proxy) == ("http://u:canary@a:1", "http://b:2")
    assert written({"proxy": "http://u:canary@a:1"}) == {"proxy": "http://a:1"}


@given(parts, parts, st.sampled_from([*origins, "file"]))
def test_a_secret_goes_by_what_it_was_kept_for_and_by_what_was_said(bound, some, origin):
    """Never by what merely stands in the list now, unless it was kept for that or is as usual."""
    way = decide([(origin, some)], {})
    between = foreign(follow(Access("https://site"), way), bound)

    if origin == "list":
        assert between == {p: value for p, value in some.items() if bound.get(p) != value}
    else:
        assert between == {}


def test_a_way_that_was_just_typed_is_the_users():
    """No origin is known of it yet: a secret that was kept for nothing waits for a yes."""
    typed = Access("https://site", proxy="http://a:1")

    assert foreign(typed, {}) == {"proxy": "http://a:1"}
    assert foreign(typed, {"proxy": "http://a:1"}) == {}
    assert foreign(replace(typed, proxy=""), {"proxy": "http://a:1"}) == {}


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("proxy", "http://p:1", "proxy http://p:1"),
        ("caBundle", "/x\u202egro.pem\n", "CA file /x\\u202egro.pem\\u000a"),
        ("transport", "websocket", "transport websocket"),
        ("pkce", False, "no proof key (PKCE)"),
        ("redirect", {"pasted": "https://e.example/c"}, "redirect to https://e.example/c"),
        ("redirect", {"host": "localhost", "ports": [8, 9], "path": "/x"},
         "redirect to localhost:8,9/x"),
    ],
)  # fmt: skip
def test_a_part_is_told_so_that_it_hides_nothing(part, value, words):
    """Letters that turn the direction, or cannot be seen, are written out."""
    assert in_words(part, value) == words


def test_a_long_part_does_not_push_the_others_out_of_sight():
    """Its beginning and its end are shown."""
    words = in_words("caBundle", "/begin" + "x" * 5000 + "end.pem")

    assert len(words) < 100
    assert "/begin" in words
    assert words.endswith("end.pem")


def test_a_file_in_disorder_wishes_what_can_be_understood():
    """And nothing else."""
    wild = {"proxy": 5, "caBundle": None, "transport": "pigeon", "browser": {"pkce": 0, "ports": 3}}

    assert written(wild) == {}
    assert written({"browser": {"host": "evil.example"}}) == {}
    assert written({"browser": {"pasted": "https://evil"}}) == {
        "redirect": {"pasted": "https://evil"}
    }
    assert BrowserSignIn().pkce


@given(sources, parts, parts)
def test_what_is_for_this_run_does_not_become_the_users_own(said, wished, typed):
    """Signing in keeps what was typed and what the list says, and nothing of anybody else's."""
    way, listed = decide(said, wished, lambda _: True), dict(said)["list"]
    shown = follow(Access("https://x"), way)
    left = as_typed(replace(shown, origins=(), username="sue"), shown)
    kept = lasting(left, listed)

    assert dict(left.origins) == way.origins
    assert kept == listed

    entered = as_typed(follow(left, Way({**way.parts, **typed})), shown)
    changed = {part: value for part, value in typed.items() if way.parts.get(part) != value}
    assert lasting(entered, listed) == {**listed, **changed}


@given(sources, parts)
def test_what_is_taken_out_where_one_signs_in_is_gone(said, typed):
    """An empty field is typed, too: what the list said goes, what an option said goes."""
    way, listed = decide(said, {}), dict(said)["list"]
    shown = follow(Access("https://x"), way)
    assert lasting(as_typed(Access("https://x"), shown), listed) == {}
