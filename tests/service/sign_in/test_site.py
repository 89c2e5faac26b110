"""A site in a file: nothing secret, nothing lost, nothing that a newer statmon wrote breaks it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.service.access import Access, BrowserSignIn
from statmon.service.sign_in.site import access_of, over, settings_of, who_settings
from statmon.service.sign_in.way import ports_in

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12)
browsers = st.builds(
    BrowserSignIn,
    ports=st.lists(st.integers(0, 65_535), min_size=1, max_size=3).map(tuple),
    host=st.sampled_from(["127.0.0.1", "localhost"]),
    path=words.map("/{}".format),
    pkce=st.booleans(),
    pasted=words,
)
accesses = st.builds(
    Access,
    url=st.just("https://site"),
    username=words,
    client_id=words,
    transport=st.sampled_from(["auto", "long-polling", "websocket"]),
    ca_bundle=words,
    proxy=st.sampled_from(["", "http://proxy:3128"]),
    grant=st.sampled_from([None, "password", "browser", "client", "token"]),
    browser=browsers,
)


@given(accesses)
def test_settings_read_back_equal(access):
    """Through JSON, as in a file."""
    kept = json.loads(json.dumps(settings_of(access)))

    assert access_of(access.url, kept) == access


def test_no_secret_is_among_them():
    """Whatever is secret in an access stays out, the proxy's password included."""
    access = Access(
        "https://site",
        api_key="canary1",
        token="canary2",
        username="sue",
        password="canary3",
        client_secret="canary4",
        refresh_token="canary5",
        proxy="http://user:canary6@proxy:3128",
    )
    kept = settings_of(access)

    assert "canary" not in json.dumps(kept)
    assert kept["proxy"] == "http://proxy:3128"
    assert {"canary1", "canary2", "canary3", "canary4", "canary5", "canary6"} <= set(access.secrets)
    assert "canary" not in repr(access)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["signIn", "username", "transport", "browser", "caBundle", "new"]),
        json_values,
    )
)
def test_nonsense_counts_as_absent(settings):
    """Files are edited by hand."""
    assert access_of("https://site", settings).url == "https://site"


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("", (0,)),
        ("8080", (8080,)),
        ("8080, 8081 9090", (8080, 8081, 9090)),
        ("70000", None),
        ("http", None),
        ("-1", None),
        ("1_000", None),
        ("٣", None),
    ],
)
def test_ports_are_read_as_people_write_them(text, ports):
    """Or refused."""
    assert ports_in(text) == ports


def test_what_is_nearer_to_the_user_counts():
    """Of who signs in: options over the workspace over the list of sites."""
    near = Access("https://site", username="sue", transport="websocket")
    far = Access("https://site", username="tom", client_id="client", grant="browser")

    assert over(near, far) == replace(far, username="sue", transport="websocket")


@given(accesses)
def test_a_workspace_file_is_given_nothing_of_the_way(access):
    """Whoever gets it chooses the way."""
    assert set(who_settings(access)) <= {"signIn", "username", "clientId"}


@pytest.mark.parametrize(
    "written",
    [
        "https://site/gws",
        "https://site/gws/",
        "https://site/gws//",
        "https://site/gws/statistics/v3",
        "https://site/gws/statistics/v3/",
    ],
)
def test_an_address_may_end_with_the_apis_own_path(written):
    """As it is pasted from a document of the API; nothing would be found below it."""
    assert Access(written).base == "https://site/gws"


@pytest.mark.parametrize("written", ["http://a b", "http://a\tb", "http://", "http://[::1"])
def test_what_is_no_name_of_a_computer_is_said_to_be_none(written):
    """At once, and not as a name that is unknown."""
    assert "is not a service's address" in str(Access(written).place_problem())


@pytest.mark.parametrize("secret", ["canary\n", " canary", "can\tary", "cän", "can\0ary"])
def test_a_key_or_token_that_cannot_travel_is_said_and_not_repeated(secret):
    """Before anything is sent: the HTTP library would repeat it in its error."""
    for access in (Access("http://site", api_key=secret), Access("http://site", token=secret)):
        assert "check what was pasted" in str(access.place_problem())
        assert secret.strip() not in str(access.place_problem())


@pytest.mark.parametrize("url", ["http://host/?a=b#c", "https://host?x", "https://host/p#there"])
def test_an_address_ends_with_its_path(url):
    """What follows would stand in the midst of every address that is made of it."""
    assert "leave out what follows ? or #" in str(Access(url).place_problem())
    assert Access("https://host/p").place_problem() is None


def test_a_refused_address_is_shown_as_what_it_is():
    """No sign in it acts on a terminal."""
    said = str(Access("x://\u202eevil").place_problem())
    assert "\u202e" not in said
    assert "evil" in said
