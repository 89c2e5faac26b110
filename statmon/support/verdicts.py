"""The doctor's verdicts: facts in, findings out. Nothing here looks at anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from statmon.service.access import UNREADABLE, without_secret
from statmon.support.finding import Finding, failed, ok, skipped, warning

CLOCK_NOTICED: Final = 5.0
"""Seconds that this computer's clock may differ from the service's before it is worth a word."""
CLOCK_WRONG: Final = 60.0
"""Seconds from which on tokens and certificates are refused and ages look wrong."""
LITTLE_SPACE: Final = 500_000_000
"""Bytes; a month of history of a thousand statistics takes about as much."""
NO_SPACE: Final = 20_000_000
"""Bytes below which history and logs will soon fail to be written."""
CERTIFICATE_ENDS_SOON: Final = 14.0
"""Days."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What is known of a folder that statmon writes to."""

    what: str
    path: Path
    free: int | None
    """Bytes, or None where it cannot be told."""
    problem: str = ""
    """Why it cannot be written, in the system's words."""
    mended: int = 0
    """How many files and folders others could read, until now."""


def disk(folders: Sequence[Folder]) -> Finding:
    """Judge the folders for settings, history and logs: each writable, with room to grow."""
    for folder in folders:
        if folder.problem:
            return failed(
                "disk",
                f"the folder for {folder.what} cannot be written: {folder.path} ({folder.problem})",
                "free some space or give yourself the right to write there",
            )
    known = [folder for folder in folders if folder.free is not None]
    tightest = min(known, key=lambda folder: folder.free or 0, default=None)
    if tightest is None or tightest.free is None:
        return ok("disk", "settings, history and logs can be written")
    room = f"{tightest.free / 1e9:.1f} GB free at {tightest.path}"
    if mended := [folder.what for folder in folders if folder.mended]:
        room += f"; others could read {' and '.join(mended)} until now, this is mended"
    if tightest.free < NO_SPACE:
        return failed("disk", room, "free some space: history and logs need it")
    if tightest.free < LITTLE_SPACE:
        return warning("disk", room, "free some space: history grows every day")
    return ok("disk", room)


def policy(places: Sequence[str], problems: Sequence[str]) -> Finding:
    """Judge an administrator's policy, in the places where there is one."""
    if problems:
        return warning("policy", "; ".join(problems), "correct it, or ask your administrator")
    return ok("policy", f"{' and '.join(places)} counts" if places else "there is none")


def history(readings: int, damage: str, *, saved: bool) -> Finding:
    """Judge the history of which every page was looked at.

    Args:
        readings: how many there are, or can be saved.
        damage: what is gone of it, in a sentence; nothing if nothing is.
        saved: it was damaged in the past, and is sound now.
    """
    if not damage:
        return ok("history", f"{readings:,} readings, all sound")
    if saved:
        return warning("history", damage, "look after the disk; the damaged file stands beside it")
    return failed("history", damage, "open statmon: it saves the rest into a sound file")


def keyring(name: str, problem: str = "") -> Finding:
    """Judge the backend that ``keyring`` chose, by its class name with its module."""
    if problem:
        return warning(
            "keyring", f"it cannot be used ({problem})", "sign in at each start, or mend it"
        )
    module = name.rpartition(".")[0]
    if "alt." in name or "PlaintextKeyring" in name:
        return failed(
            "keyring",
            f"{name} keeps secrets in plain text",
            "uninstall keyrings.alt: statmon does not use it",
        )
    if module.endswith((".fail", ".null")):
        return warning(
            "keyring",
            "there is none, so secrets are kept only while statmon runs",
            "unlock or install one (GNOME Keyring, KWallet), or sign in at each start",
        )
    return ok("keyring", module.rpartition(".")[2] or name)


def proxy(address: str, origin: str, problem: str | None) -> Finding:
    """Judge the way out.

    Args:
        address: the proxy's URL, or nothing where there is none.
        origin: who named it, for instance an environment variable.
        problem: why it does not answer; nothing where it was reached, None where not tried.
    """
    if not address:
        return ok("proxy", f"none ({origin})" if origin else "none")
    shown = f"{without_secret(address) or UNREADABLE} (from {origin})"
    if problem is None:
        return skipped("proxy", shown)
    if problem:
        return failed(
            "proxy",
            f"nothing answers at {shown}: {problem}",
            "correct or remove it: --proxy, or the variable or system setting named",
        )
    return ok("proxy", shown)


def certificate(version: str, days_left: float | None, issuer: str) -> Finding:
    """Judge a TLS connection that came about, hence a certificate that is trusted."""
    words = f"{version or 'TLS'}, trusted, issued by {issuer or 'an authority without a name'}"
    if days_left is not None and days_left < CERTIFICATE_ENDS_SOON:
        return warning(
            "tls",
            f"{words}, ends in {days_left:.0f} days",
            "tell who runs the service: nobody will connect after that",
        )
    return ok("tls", words)


def clock(ahead: float | None, uncertainty: float) -> Finding:
    """Judge this computer's clock against the service's, both in seconds."""
    if ahead is None:
        return skipped("clock", "the service does not say what time it has")
    off = max(0.0, abs(ahead) - uncertainty)
    words = f"this computer is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} it"
    if off >= CLOCK_WRONG:
        return failed("clock", words, "let the system set the clock by network time (NTP)")
    if off >= CLOCK_NOTICED:
        return warning("clock", words, "let the system set the clock by network time (NTP)")
    return ok("clock", f"within {max(1.0, abs(ahead)):.0f} s of the service's")


@dataclass(frozen=True, slots=True)
class Notified:
    """How an attempt to be notified ended."""

    transport: str
    problem: str = ""
    """Why it did not come about; empty if it did."""
    websocket_blocked: bool = False
    """The service offers a websocket, and it did not open."""


def notifications(found: Notified, other: Notified | None = None) -> Finding:
    """Judge whether the service's notifications come through.

    Args:
        found: how it ended.
        other: how it ended by long-polling, where only a websocket was wanted and did not open.
    """
    name, reason = "notifications", found.problem.rstrip(".")
    if found.websocket_blocked and not reason:
        return warning(
            name,
            f"by {found.transport}: the websocket that the service offers does not come through",
            "nothing has to be done; --transport long-polling saves the attempt",
        )
    if not reason:
        return ok(name, f"by {found.transport}")
    if other is not None and not other.problem:
        return failed(
            name,
            f"no websocket comes about ({reason}), but long-polling works",
            "use --transport auto",
        )
    return warning(
        name,
        f"they do not come through ({reason}), so values are fetched every few seconds",
        "ask who runs proxy or firewall to let /statistics/v3/notifications pass",
    )


def unencrypted() -> Finding:
    """Judge a service on another computer that is spoken to without TLS."""
    return warning(
        "tls",
        "the address is http://: everybody on the way can read token and numbers",
        "ask who runs the service for its https:// address",
    )
