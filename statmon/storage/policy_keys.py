"""What a policy may say, and what follows where it says it in a way that nobody can use.

A key that forbids and cannot be read forbids: whoever wrote it wanted something (decision 25).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from statmon.domain.outside import brief, visible

MOST: Final = 1e9
"""Days or megabytes: what is beyond is no number that anybody means."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a policy."""

    usable: Callable[[Any], bool]
    must: str
    """What it must be."""
    until: str
    """What holds until it is."""
    forbids: bool = True
    """It counts wherever the policy stands; else it is a value, which counts at one path only."""


def allows(said: Mapping[str, Any], key: str) -> bool:
    """Whether a policy leaves what a key may forbid: by saying true, or nothing."""
    return said.get(key, True) is True


def limit(said: Mapping[str, Any], key: str) -> float | None:
    """Return a policy's limit; None where it sets none, and where it cannot be used."""
    value = said.get(key)
    return float(value) if value is not None and _is_limit(value) else None


def limits(said: Mapping[str, Any], *keys: str) -> bool:
    """Whether all limits under these keys can be used, or are not set."""
    return all(_is_limit(said.get(key)) for key in keys)


def unusable(data: Mapping[str, Any], section: str = "", *, values: bool) -> Iterator[str]:
    """Yield what a policy says and nobody can use, each a clause without a full stop.

    Args:
        data: the whole policy.
        section: of which part of it; of all by default.
        values: whether its values count; else only what forbids is looked at.
    """
    for name, value in _said(data):
        key = KEYS.get(name)
        if section not in ("", name.partition(".")[0]):
            continue
        if name in _SECTIONS:
            yield f"«{name}» must be an object; all that it could forbid is forbidden until it is"
        elif key is not None and (key.forbids or values) and not key.usable(value):
            yield f"«{name}» must be {key.must}; {key.until} until it is"


def unknown(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a policy says that this statmon does not know, each a clause."""
    for name, _ in _said(data):
        if name not in KEYS and name not in _SECTIONS:
            yield f"«{brief(visible(name), _LONGEST)}» is no key that this statmon knows"


def _said(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if name in _SECTIONS and isinstance(value, dict):
            yield from ((f"{name}.{key}", one) for key, one in value.items())
        else:
            yield name, value


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_limit(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and bool(value) and all(isinstance(each, kind) for each in value)
    )


def _are_sites(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(site, dict) and _is_text(site.get("url")) for site in value
    )


_NOTHING: Final = "nothing is recorded"
_NO_AGENTS: Final = "agents are not recorded"
_NOBODY: Final = "nobody is asked for updates"
_SECTIONS: Final = frozenset({"history", "updates"})
_LONGEST: Final = 60
KEYS: Final[Mapping[str, Key]] = {
    "history.record": Key(_is_flag, "true or false", _NOTHING),
    "history.keepDays": Key(_is_limit, "a number of days", _NOTHING),
    "history.keepMegabytes": Key(_is_limit, "a number of megabytes", _NOTHING),
    "history.agents": Key(_is_flag, "true or false", _NO_AGENTS),
    "history.agentDays": Key(_is_limit, "a number of days", _NO_AGENTS),
    "updates.allowed": Key(_is_flag, "true or false", _NOBODY),
    "updates.address": Key(_is_text, "an https address", _NOBODY, forbids=False),
    "updates.keys": Key(_is_list_of(str), "a list of keys", _NOBODY, forbids=False),
    "sites": Key(_are_sites, "a list of sites with a url each", "what is none is passed over",
                 forbids=False),
}  # fmt: skip
"""All that a policy may say; a number may be null, which sets none."""
