"""Where the history is kept and what may be kept: the user's settings within a policy.

Settings and policy have the same keys under ``"history"``: ``record`` (true or false),
``keepDays``, ``keepMegabytes``, ``agents`` (whether agents' statistics, which are personal data,
are recorded) and ``agentDays``. An administrator's policy can only forbid and shorten.
"""

import functools
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import platformdirs

from statmon.history import Rules
from statmon.storage.machine import policy
from statmon.storage.machine.policy_keys import allows, limit, limits
from statmon.storage.user import settings

_log = logging.getLogger(__name__)
_MEGABYTE: Final = 1_000_000
_DEFAULT: Final = Rules()
_N = TypeVar("_N", int, float)


def folder() -> Path:
    """Return where the history is kept."""
    return Path(platformdirs.user_data_dir("statmon", appauthor=False)) / "history"


def load() -> Rules:
    """Return what may be kept. A policy that cannot be read forbids everything, to be safe."""
    try:
        allowed = policy.restrictions("history")
    except policy.UnreadablePolicy as error:
        _log.error("nothing is recorded: %s", error)
        return Rules(enabled=False)
    for sentence in policy.unusable("history"):
        _log.error("%s", sentence)
    return functools.reduce(within, allowed, wished())


def wished() -> Rules:
    """Return what the user asks for, whatever a policy says of it."""
    return rules_of(_section(settings.load()))


def keep(rules: Rules) -> None:
    """Keep what the user asks for; it counts from the next start on."""
    megabytes = None if rules.keep_bytes is None else rules.keep_bytes / _MEGABYTE
    wishes = {
        "record": rules.enabled,
        "keepDays": rules.keep_days,
        "keepMegabytes": megabytes,
        "agents": rules.personal,
        "agentDays": rules.personal_days,
    }
    settings.revise("history", lambda kept: {**(kept if isinstance(kept, dict) else {}), **wishes})


def rules_of(wishes: Mapping[str, Any]) -> Rules:
    """Return the rules that settings ask for; what is no number counts as not said."""
    megabytes = limit(wishes, "keepMegabytes")
    days = limit(wishes, "keepDays")
    return Rules(
        enabled=wishes.get("record") is not False,
        keep_days=_DEFAULT.keep_days if days is None else days,
        keep_bytes=_DEFAULT.keep_bytes if megabytes is None else int(megabytes * _MEGABYTE),
        personal=wishes.get("agents") is not False,
        personal_days=limit(wishes, "agentDays"),
    )


def within(rules: Rules, allowed: Mapping[str, Any]) -> Rules:
    """Return rules as far as a policy lets them; what of it cannot be used forbids.

    A limit that cannot be used deletes nothing: nobody knows which was meant.
    """
    megabytes = limit(allowed, "keepMegabytes")
    record = allows(allowed, "record") and limits(allowed, "keepDays", "keepMegabytes")
    agents = allows(allowed, "agents") and limits(allowed, "agentDays")
    return Rules(
        enabled=rules.enabled and record,
        keep_days=_least(rules.keep_days, limit(allowed, "keepDays")),
        keep_bytes=_least(
            rules.keep_bytes, None if megabytes is None else int(megabytes * _MEGABYTE)
        ),
        personal=rules.personal and agents,
        personal_days=_least(rules.personal_days, limit(allowed, "agentDays")),
    )


def _section(data: Any) -> Mapping[str, Any]:
    section = data.get("history") if isinstance(data, dict) else None
    return section if isinstance(section, dict) else {}


def _least(first: _N | None, second: _N | None) -> _N | None:
    return min((number for number in (first, second) if number is not None), default=None)
