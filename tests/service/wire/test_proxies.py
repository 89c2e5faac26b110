"""Which proxy is taken: what cannot be used is named, and stops nothing that it is not for."""

import pytest

from statmon.service.access import Access
from statmon.service.wire import proxies
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from statmon.service.wire.proxies import Surroundings, find
from tests.service.support.wires import Proxy, response, serving

SITE = Access("https://stats.example:8443")


def in_environment(**said):
    return Surroundings({name.rstrip("_"): value for name, value in said.items()})


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({}, ""),
        ({"https": "http://p:1"}, "http://p:1"),
        ({"http": "http://p:1"}, ""),
        ({"all": "p:1"}, "http://p:1"),
        ({"https": "http://p:1", "all": "socks5://s:2"}, "http://p:1"),
        ({"all": "socks5://s:2", "no": "stats.example"}, ""),
    ],
)
def test_the_environment_names_it(said, address):
    """The scheme's own entry before the one for all."""
    found = find(SITE, in_environment(**said))

    assert (found.address, found.problem) == (address, None)


@pytest.mark.parametrize("entry", ["socks://s:2", "socks5://u:canary@s:2", "ftp://s", "http://"])
def test_an_entry_that_cannot_be_used_is_named(entry):
    """With what to do, and without its password."""
    problem = str(find(SITE, in_environment(all=entry)).problem)

    assert "ALL_PROXY in the environment cannot be used" in problem
    assert "--proxy" in problem
    assert "NO_PROXY" in problem
    assert "canary" not in problem


@pytest.mark.parametrize(
    ("exceptions", "url", "excepted"),
    [
        ("*", "https://stats.example", True),
        ("stats.example", "https://stats.example", True),
        ("example", "https://stats.example", True),
        (".example", "https://stats.example", True),
        ("*.example", "https://stats.example", True),
        (" other , STATS.example ", "https://stats.example", True),
        ("tats.example", "https://stats.example", False),
        ("stats.example:443", "https://stats.example", True),
        ("stats.example:8443", "https://stats.example", False),
        ("stats.example:443", "https://stats.example:8443", False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.1.2.3", "https://10.1.2.3", True),
        ("10.1.2.3", "https://10.1.2.33", False),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("fd00::/8", "https://[fd00::1]", True),
        ("[fd00::1]:443", "https://[fd00::1]", True),
        ("", "https://stats.example", False),
        (".", "https://stats.example", False),
    ],
)
def test_exceptions_as_people_write_them(exceptions, url, excepted):
    """Names, ports, addresses, networks."""
    found = find(Access(url), in_environment(https="http://p:1", no=exceptions))

    assert bool(found.address) is not excepted


@pytest.mark.parametrize("kind", ["registry", "macosx_sysconf"])
def test_the_exceptions_of_windows_and_macos_are_asked(monkeypatch, kind):
    """Their settings name a proxy, and the hosts that it is not for; also beside NO_PROXY."""
    asked = []

    def excepted(host):
        asked.append(host)
        return host.startswith("inside.")

    said = {"https": "http://p:1", "socks": "socks://s:1"}
    monkeypatch.setattr("urllib.request.getproxies_environment", lambda: {"no": "third"})
    monkeypatch.setattr(f"urllib.request.getproxies_{kind}", lambda: said, raising=False)
    monkeypatch.setattr(f"urllib.request.proxy_bypass_{kind}", excepted, raising=False)

    assert find(Access("https://outside.example")).address == "http://p:1"
    assert find(Access("https://inside.example")).address == ""
    assert find(Access("https://third.example")).address == "http://p:1"
    assert find(Access("https://third")).address == ""
    assert asked == ["outside.example:443", "inside.example:443", "third.example:443"]


def test_a_site_on_this_computer_and_a_proxy_of_its_own():
    """The first has none, unless it was given one."""
    around = in_environment(http="http://p:1", https="http://p:1")

    assert find(Access("http://127.0.0.1:8080"), around).address == ""
    assert find(Access("http://127.0.0.1:8080", proxy="http://q:2"), around).address == "http://q:2"


async def test_one_unusable_entry_does_not_stop_what_is_excepted(monkeypatch):
    """On a socket: the HTTP library itself would refuse to be made."""
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8,localhost.localdomain")
    monkeypatch.setattr(Access, "loopback", property(lambda _: False))
    async with serving(lambda *_: response("200 OK", b"{}")) as port:
        http = Http(Access(f"http://127.0.0.1:{port}"))
        assert http.websocket_proxy is None
        assert await http.call("look", "GET", "/x", headers={}) == b"{}"
        await http.close()

        with pytest.raises(ServiceError, match=r"socks://127\.0\.0\.1:9 of ALL_PROXY"):
            Http(Access("http://elsewhere.example"))


async def test_the_proxy_is_looked_for_anew(monkeypatch):
    """A laptop that was carried home has another one; one that cannot be used replaces none."""
    async with Proxy().running() as proxy, serving(lambda *_: response("200 OK", b"{}")) as port:
        http = Http(Access(f"http://localhost.localdomain:{port}"))
        assert http.websocket_proxy is None
        there = f"http://proxyuser:p%40ss%3Aw%2Frd@127.0.0.1:{proxy.port}"
        monkeypatch.setenv("HTTP_PROXY", there)
        assert http.websocket_proxy == there
        monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:9")
        assert http.websocket_proxy == there


def test_every_proxy_is_looked_for_here(monkeypatch):
    """The libraries read no environment of their own."""
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    monkeypatch.setattr(proxies, "surroundings", lambda: Surroundings({}))
    http = Http(SITE)

    assert http.websocket_proxy is None
    assert not http.client().trust_env
