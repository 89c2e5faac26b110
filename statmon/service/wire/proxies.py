"""Which proxy stands between us and a site, who says so, and whether it can be used.

The HTTP libraries would read the environment themselves: all of it, so that an entry that they
cannot use stops everything, and none of the exceptions that Windows and macOS know.
"""

import ipaddress
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from statmon.domain.problem import Problem
from statmon.service.access import UNREADABLE, Access, is_address, without_secret

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """What stands in between."""

    address: str = field(default="", repr=False)
    """The proxy's URL; empty where there is none, or none that can be used."""
    origin: str = ""
    """Who names it, or why there is none."""
    problem: Problem | None = None
    """Why it cannot be used; names the entry."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What environment and system say of proxies."""

    environment: Mapping[str, str]
    """By scheme (``http``, ``https``, ``all``), and the exceptions as ``no``."""
    system: Callable[[], Mapping[str, str]] = dict
    """The same from the system's settings; empty where a system has none."""
    excepted: Callable[[str], bool] = lambda _: False
    """Whether the system's settings make an exception for a host, with its port."""


def surroundings() -> Surroundings:
    """Return this computer's."""
    environment = urllib.request.getproxies_environment()
    for kind in ("registry", "macosx_sysconf"):  # Windows, macOS
        found = getattr(urllib.request, f"getproxies_{kind}", None)
        excepted = getattr(urllib.request, f"proxy_bypass_{kind}", None)
        if found is not None and excepted is not None:
            return Surroundings(environment, found, lambda host, ask=excepted: bool(ask(host)))  # type: ignore[misc]
    return Surroundings(environment)


def find(access: Access, around: Surroundings | None = None) -> Proxy:
    """Return the proxy of a site: the one that is set for it, else the environment's, the system's.

    Args:
        access: the site.
        around: what environment and system say; None for this computer's.
    """
    if access.proxy:
        return Proxy(access.proxy, "what is set for this site")
    if access.loopback:
        return Proxy(origin="the service is on this computer")
    if not is_address(access.url):
        return Proxy()
    around = around or surroundings()
    parts = urlsplit(access.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if _excepts(around.environment.get("no", ""), host, port):
        return Proxy(origin="NO_PROXY makes an exception for this host")
    for scheme in (parts.scheme, "all"):
        if entry := around.environment.get(scheme):
            return _usable(entry, f"{scheme.upper()}_PROXY in the environment")
    system = around.system()
    if not system or around.excepted(f"{host}:{port}"):
        return Proxy(origin="the system makes an exception for this host" if system else "")
    for scheme in (parts.scheme, "all", "socks"):
        if entry := system.get(scheme):
            return _usable(entry, f"the system's settings ({scheme})")
    return Proxy()


def _usable(entry: str, origin: str) -> Proxy:
    address = entry if "://" in entry else f"http://{entry}"
    if is_address(address):
        return Proxy(address, origin)
    shown = without_secret(address) or UNREADABLE
    return Proxy(
        origin=origin,
        problem=Problem(
            f"the proxy {shown} of {origin} cannot be used: statmon speaks to http:// and "
            "https:// proxies",
            "name one with --proxy, or make an exception for the host in NO_PROXY",
        ),
    )


def _excepts(exceptions: str, host: str, port: int) -> bool:
    """Tell whether a list such as NO_PROXY excepts a host.

    Entries are ``*``, a name (which stands for all below it, with a dot or ``*.`` before it or
    not), an address or a network (10.0.0.0/8); names and addresses with a port or without one.
    """
    return any(
        _matches(entry.strip().casefold(), host.casefold(), port) for entry in exceptions.split(",")
    )


def _matches(entry: str, host: str, port: int) -> bool:
    if not entry or entry == "*":
        return bool(entry)
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a name
    name, colon, only = entry.rpartition(":")
    if colon and only.isdecimal():
        if int(only) != port:
            return False
        entry = name.strip("[]")
    name = entry.removeprefix("*").lstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
