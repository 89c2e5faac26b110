"""How alerts are told: the user's settings within a policy, never a workspace's.

Settings have these keys under ``"alerts"``: ``notify`` and ``sound`` (from which level on:
``warning``, ``critical`` or ``never``), ``repeatMinutes`` (a critical one is told again until
somebody has acknowledged it; 0: once), ``toFront`` (a critical one brings the window to the front),
``webhook`` and ``alertmanager`` (addresses). A policy has ``sound`` and ``webhook``, which forbid,
and ``webhookAddress`` and ``alertmanagerAddress``, which replace the user's.

A workspace that asks for any of these would make a file that somebody sent ring bells, or send
what a contact centre does to an address of its own: it is passed over, and said (``asked_in``).
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from statmon.domain.outside import brief, visible
from statmon.service.access import is_address
from statmon.storage.machine import policy
from statmon.storage.machine.policy_keys import allows
from statmon.storage.user import settings

_log = logging.getLogger(__name__)
From = Literal["warning", "critical", "never"]
FROM: Final[tuple[From, ...]] = get_args(From)
MOST_MINUTES: Final = 120
_LONGEST: Final = 60
_NOBODY: Final = 3
"""A level that no alert has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How alerts are told."""

    notify: From = "critical"
    """The level from which on there is a notice of the desktop's."""
    sound: From = "critical"
    repeat_minutes: int = 0
    """After how many minutes a critical one is told again, until it is acknowledged; 0: never."""
    to_front: bool = False
    """A critical one brings the window to the front."""
    webhook: str = ""
    """Where to POST each step of an alert; nothing: nowhere."""
    alertmanager: str = ""
    """The base address of a Prometheus Alertmanager; nothing: none."""

    def notifies(self, level: int) -> bool:
        """Whether an alert of a level (below 0 on the low side) has a notice of the desktop's."""
        return abs(level) >= _least(self.notify)

    def sounds(self, level: int) -> bool:
        """Whether it has a sound."""
        return abs(level) >= _least(self.sound)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a policy leaves."""

    delivery: Delivery
    """What holds."""
    barred: str = ""
    """Why nothing may be sent to a webhook, a sentence; nothing where something may."""
    silent: bool = False
    """Sounds are forbidden."""
    given: frozenset[str] = frozenset()
    """The addresses that the policy gives: ``webhook``, ``alertmanager``."""


def load() -> Allowed:
    """Return what holds on this computer; reads files."""
    wished = wishes()
    try:
        restrictions = policy.restrictions("alerts")
        elsewhere = all(allows(said, "otherSites") for said in policy.restrictions("connect"))
    except policy.UnreadablePolicy as error:
        _log.error("no alert is sent, none sounds: %s", error)
        return within(wished, [{"sound": False, "webhook": False}], {})
    if not elsewhere:
        # Nothing is to be sent but where the policy says.
        wished = replace(wished, webhook="", alertmanager="")
    for sentence in policy.unusable("alerts"):
        _log.error("%s", sentence)
    values = policy.value("alerts")
    return within(wished, restrictions, values if isinstance(values, dict) else {})


def wishes() -> Delivery:
    """Return what the user asks for, whatever a policy says of it."""
    found = settings.load().get("alerts")
    return parse(found if isinstance(found, dict) else {})


def keep(delivery: Delivery) -> None:
    """Keep what the user asks for; what this version does not know stays."""
    wished = {
        "notify": delivery.notify,
        "sound": delivery.sound,
        "repeatMinutes": delivery.repeat_minutes,
        "toFront": delivery.to_front,
        "webhook": delivery.webhook,
        "alertmanager": delivery.alertmanager,
    }
    settings.revise("alerts", lambda kept: {**(kept if isinstance(kept, dict) else {}), **wished})


def parse(data: Mapping[str, Any]) -> Delivery:
    """Return what settings ask for; what cannot be used counts as not said."""
    default = Delivery()
    minutes: Any = data.get("repeatMinutes")
    usable = isinstance(minutes, int) and not isinstance(minutes, bool)
    return Delivery(
        notify=next((one for one in FROM if one == data.get("notify")), default.notify),
        sound=next((one for one in FROM if one == data.get("sound")), default.sound),
        repeat_minutes=min(max(minutes, 0), MOST_MINUTES) if usable else 0,
        to_front=data.get("toFront") is True,
        webhook=_address(data.get("webhook")),
        alertmanager=_address(data.get("alertmanager")),
    )


def within(
    wished: Delivery, restrictions: Iterable[Mapping[str, Any]], values: Mapping[str, Any]
) -> Allowed:
    """Return what a policy leaves of wishes; what of it cannot be used forbids.

    Args:
        wished: what the user asks for.
        restrictions: what each policy says.
        values: what the one says whose values count.
    """
    said = list(restrictions)
    addresses = {
        name: _address(values.get(f"{name}Address")) for name in ("webhook", "alertmanager")
    }
    given = frozenset(name for name, address in addresses.items() if address)
    delivery = replace(
        wished,
        webhook=addresses["webhook"] or wished.webhook,
        alertmanager=addresses["alertmanager"] or wished.alertmanager,
    )
    silent = not all(allows(one, "sound") for one in said)
    if silent:
        delivery = replace(delivery, sound="never")
    if all(allows(one, "webhook") for one in said):
        return Allowed(delivery, silent=silent, given=given)
    delivery = replace(delivery, webhook="", alertmanager="")
    return Allowed(delivery, "Your administrator does not allow it.", silent)


def address_problem(address: str) -> str:
    """Return a sentence that says why nothing can be sent to an address; nothing if it can be.

    Addresses are kept in the settings and told in the log, so none may hold a secret.
    """
    if not is_address(address, {"http", "https"}):
        return f"«{brief(visible(address), _LONGEST)}» is no address: write it as https://host/path"
    if "@" in address or "?" in address or "#" in address:
        return (
            "An address is no place for a secret: leave out what is before @ and what follows ? "
            "or #, and give the secret that signs what is sent"
        )
    return ""


def asked_in(extra: Mapping[str, Any], alerts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each wish of a workspace that only its user may have.

    Args:
        extra: what a workspace holds that no part of it knows.
        alerts: its alerts.
    """
    alerts = list(alerts)
    named = [key for key in _WISHES if key in extra or any(key in alert for alert in alerts)]
    kinds = [str(alert["kind"]) for alert in alerts if alert.get("kind") in _WISHES]
    return [
        f"This workspace asks for «{brief(visible(key), _LONGEST)}»: how alerts are told is "
        "decided in your settings only, so it is passed over."
        for key in dict.fromkeys((*named, *kinds))
    ]


_WISHES: Final = (
    "notify", "sound", "repeatMinutes", "toFront", "webhook", "webhookAddress", "alertmanager",
    "alertmanagerAddress",
)  # fmt: skip


def _least(level: From) -> int:
    return {"warning": 1, "critical": 2}.get(level, _NOBODY)


def _address(value: object) -> str:
    return value if isinstance(value, str) and value and not address_problem(value) else ""
