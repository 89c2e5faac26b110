"""How the connection stands, in words: for the panel and for support. Secrets are masked."""

import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon import __version__
from statmon.domain.outside import visible
from statmon.domain.value import format_duration
from statmon.live.freshness import Freshness
from statmon.service.access import without_secret
from statmon.service.event_log import EventLog, Outage
from statmon.service.wire.masking import masked
from statmon.ui.connect.guarded import Guarded
from statmon.ui.connect.token_life import token_words
from statmon.ui.data.lens import Lens
from statmon.ui.data.source import Source
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tr

_MOST_PROTOCOL_LINES: Final = 100


class Fact(NamedTuple):
    """One line of what is known."""

    name: str
    text: str


def why_connection(source: Source, *, running: bool) -> str:
    """Explain the first light."""
    connection = source.connection
    state = connection.state if running else "closed"
    if state == "connected":
        by = f"{tr('Values come by')} {connection.transport}. "
        return by + (
            connection.reason or tr("That the line is up says nothing about the service behind it.")
        )
    if state == "closed":
        return tr("Nothing is asked for. Choose Site, Connect.")
    words = tr("There is no line to the service; statmon tries again by itself.")
    return f"{words} {connection.reason}" if connection.reason else words


def why_service(word: str | None) -> str:
    """Explain the second light, by what the service said or proved."""
    if word == "AVAILABLE":
        return tr("The service has its source of data: it says so, or it has opened statistics.")
    if word == "UNAVAILABLE":
        return tr(
            "The service has lost its source of data and dropped all subscriptions. "
            "They are opened again, by themselves, as soon as it is back."
        )
    if word is None:
        return tr("The service has not said how it is, and nothing that it opened proves it.")
    return tr("The service says a word that statmon does not know; nothing is done about it.")


def why_data(lens: Lens) -> str:
    """Explain the third light: how many statistics are how fresh."""
    if not len(lens.rows):
        return tr("Nothing is subscribed in this workspace.")
    counts = np.bincount(lens.fresh[lens.rows], minlength=len(Freshness))
    parts = [
        f"{numbers.count(int(counts[freshness]))} {signs.of_freshness(freshness).word}"
        for freshness in Freshness
        if counts[freshness]
    ]
    return f"{', '.join(parts)}. {_meaning(counts)}".strip()


def _meaning(counts: NDArray[np.intp]) -> str:
    """Say what is meant by the worst of them."""
    if counts[Freshness.STALE]:
        return tr("Stale: the last that is known, and old; greyed until news come.")
    if counts[Freshness.ERROR]:
        return tr("Error: the service refused them; its words stand beside each.")
    if counts[Freshness.LATE]:
        return tr("Late: longer without news than they promise.")
    return ""


def facts(source: Source, site: str) -> list[Fact]:
    """Return what is known of sign-in, line and values at a site's URL."""
    return [
        Fact(tr("Service"), site or "–"),
        *_sign_in(source),
        *_received(source),
        *_clock(source),
    ]


def _sign_in(source: Source) -> Iterator[Fact]:
    yield Fact(tr("Signed in as"), source.signed_in_as or "–")
    if isinstance(source, Guarded):
        yield Fact(tr("Token"), token_words(source) or "–")
        if source.access.proxy:
            yield Fact(tr("Proxy"), without_secret(source.access.proxy))
        if source.access.ca_bundle:
            yield Fact(tr("CA file"), source.access.ca_bundle)
        if source.access.client_certificate:
            yield Fact(tr("Client certificate"), source.access.client_certificate)


def _received(source: Source) -> Iterator[Fact]:
    received = source.received
    yield Fact(tr("Values received"), f"{numbers.count(received.news)}")
    yield Fact(tr("Late, dropped"), f"{numbers.count(received.late)}")
    yield Fact(tr("Duplicate, dropped"), f"{numbers.count(received.duplicate)}")
    yield Fact(tr("Foreign, dropped"), f"{numbers.count(received.foreign)}")


def _clock(source: Source) -> Iterator[Fact]:
    clock = source.table.clock
    if clock.latest is None:
        yield Fact(tr("Service's clock"), tr("not known yet"))
    else:
        ahead = clock.offset / 1000
        words = tr("ahead of ours") if ahead >= 0 else tr("behind ours")
        yield Fact(tr("Service's clock"), f"{numbers.decimal(abs(ahead), 1)} s {words}")


def lasted(outage: Outage, now: int) -> str:
    """Say how long an outage lasted."""
    words = format_duration(outage.seconds(now))
    return words if outage.end is not None else f"{words} {tr('and lasts')}"


def moment(at: int, now: int | None = None) -> str:
    """Write a time of this computer, with its day unless that is the day of ``now``."""
    then = _local(at)
    today = now is not None and _local(now).date() == then.date()
    return then.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def for_support(
    source: Source, site: str, event_log: EventLog, lights: Iterable[tuple[str, str]], now: int
) -> str:
    """Return everything as one text that may be sent to somebody."""
    lines = [f"statmon {__version__} · Python {platform.python_version()} · {platform.platform()}"]
    lines += [moment(now), ""]
    lines += [f"{light} – {why}" for light, why in lights]
    lines += ["", *(f"{fact.name}: {fact.text}" for fact in facts(source, site))]
    lines += ["", tr("Outages")]
    lines += [
        f"{moment(outage.start)}  {outage.part}  {lasted(outage, now)}  {outage.reason}"
        for outage in event_log.outages()
    ] or [tr("none")]
    lines += ["", tr("Last events")]
    lines += [f"{moment(event.at)}  {event.words}" for event in event_log.events()] or [tr("none")]
    lines += _protocol(source)
    return visible(masked("\n".join(lines), secrets_of(source)), lines=True)


def _protocol(source: Source) -> list[str]:
    journal: Any = getattr(source, "journal", None)
    if journal is None:
        return []
    return ["", tr("Protocol"), *journal.lines()[-_MOST_PROTOCOL_LINES:]]


def secrets_of(source: Source) -> tuple[str, ...]:
    """Return what must not be seen of an engine."""
    if not isinstance(source, Guarded):
        return ()
    tokens = source.tokens
    return (*source.access.secrets, *((tokens.access, tokens.refresh) if tokens else ()))
