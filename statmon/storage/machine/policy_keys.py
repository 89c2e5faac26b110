"""What a policy may say, and what follows where it says it in a way that nobody can use.

A key that forbids and cannot be read forbids: whoever wrote it wanted something (decision 25).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from statmon.domain.outside import brief, visible
from statmon.storage.machine.appearance import APPEARANCES

MOST: Final = 1e9
"""Days or megabytes: what is beyond is no number that anybody means."""


Kind = Literal["flag", "limit", "text", "texts", "file", "look", "sites"]
"""What a value is; what each looks like in the registry stands in ``policy_registry``."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a policy: the one place from which templates, properties and documents follow."""

    kind: Kind
    must: str
    """What it must be."""
    until: str
    """What holds until it is."""
    title: str
    """What it is about, as a headline for administrators."""
    means: str
    """What it does, in a sentence."""
    forbids: bool = True
    """It counts wherever the policy stands; else it is a value, which counts at one path only."""

    def usable(self, value: Any) -> bool:
        """Whether a value can be used."""
        return _USABLE[self.kind](value)


def allows(said: Mapping[str, Any], key: str) -> bool:
    """Whether a policy leaves what a key may forbid: by saying true, or nothing."""
    return said.get(key, True) is True


def limit(said: Mapping[str, Any], key: str) -> float | None:
    """Return a limit; None where none is set, and where it cannot be used."""
    value = said.get(key)
    return value if _is_limit(value) else None


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
            what = (
                "all that it could forbid is forbidden" if _forbids(name) else "it is passed over"
            )
            yield f"«{name}» must be an object; {what} until it is"
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


def _forbids(section: str) -> bool:
    return any(key.forbids for name, key in KEYS.items() if name.startswith(f"{section}."))


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


def _is_file(value: Any) -> bool:
    return _is_text(value) and Path(value).is_absolute()


def _are_sites(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(site, dict) and _is_text(site.get("url")) for site in value
    )


def _is_look(value: Any) -> bool:
    return value in APPEARANCES


_USABLE: Final[Mapping[Kind, Callable[[Any], bool]]] = {
    "flag": _is_flag,
    "limit": _is_limit,
    "text": _is_text,
    "texts": _is_list_of(str),
    "file": _is_file,
    "look": _is_look,
    "sites": _are_sites,
}
_NOTHING: Final = "nothing is recorded"
_NO_AGENTS: Final = "agents are not recorded"
_NOBODY: Final = "nobody is asked for updates"
_NOBODY_TOLD: Final = "no alert is sent to an address"
_OWN: Final = "statmon's own holds"
_LAST: Final = "a start opens what it would without it"
_FILE: Final = "the whole path of a file"
_FLAG: Final = "true or false"
_LONGEST: Final = 60
KEYS: Final[Mapping[str, Key]] = {
    "history.record": Key(
        "flag", _FLAG, _NOTHING, "Record a history",
        "False: nothing is recorded, and users cannot change that.",
    ),
    "history.keepDays": Key(
        "limit", "a number of days", _NOTHING, "Days of history",
        "The most that may be kept; users can ask for less.",
    ),
    "history.keepMegabytes": Key(
        "limit", "a number of megabytes", _NOTHING, "Megabytes of history",
        "The most that may be kept; users can ask for less.",
    ),
    "history.agents": Key(
        "flag", _FLAG, _NO_AGENTS, "Record agents and places",
        "False: statistics of agents and places, which are personal data, are not recorded.",
    ),
    "history.agentDays": Key(
        "limit", "a number of days", _NO_AGENTS, "Days of agents' history",
        "The most that may be kept of agents and places; users can ask for less.",
    ),
    "updates.allowed": Key(
        "flag", _FLAG, _NOBODY, "Notice of updates",
        "False: users cannot switch on that statmon asks whether there is a newer one.",
    ),
    "updates.address": Key(
        "text", "an https address", _NOBODY, "Where to ask for updates",
        "Replaces the project's address.", forbids=False,
    ),
    "updates.keys": Key(
        "texts", "a list of keys", _NOBODY, "Keys of announcements",
        "Replace the project's keys (Ed25519, base64).", forbids=False,
    ),
    "connect.otherSites": Key(
        "flag", _FLAG, "only the sites of the policy are connected to", "Connect to other sites",
        "False: only the sites under «sites» are connected to, so that nothing is sent elsewhere.",
    ),
    "workspace.file": Key(
        "file", _FILE, _LAST, "Workspace of every start",
        "Opened by every start that names no file, from a share for instance. It is never written: "
        "what a user changes in it is theirs to save elsewhere.", forbids=False,
    ),
    "preset.workspace": Key(
        "file", _FILE, _LAST, "First workspace",
        "Opened by a start that names no file, until a user has opened a workspace.", forbids=False,
    ),
    "alerts.sound": Key(
        "flag", _FLAG, "no alert has a sound", "Sounds of alerts",
        "False: alerts make no sound, and users cannot change that.",
    ),
    "alerts.webhook": Key(
        "flag", _FLAG, _NOBODY_TOLD, "Alerts to a webhook",
        "False: users cannot have alerts sent to a webhook or an Alertmanager.",
    ),
    "alerts.webhookAddress": Key(
        "text", "an http or https address", _NOBODY_TOLD, "Where to send alerts",
        "Each step of an alert is sent there; replaces the user's address.", forbids=False,
    ),
    "alerts.alertmanagerAddress": Key(
        "text", "an http or https address", _NOBODY_TOLD, "Prometheus Alertmanager",
        "Open alerts are sent there; replaces the user's address.", forbids=False,
    ),
    "preset.theme": Key(
        "look", "system, light or dark", _OWN, "Theme",
        "Holds until a user chooses another.", forbids=False,
    ),
    "preset.tray": Key(
        "flag", _FLAG, _OWN, "Stay in the tray",
        "Whether closing the window leaves statmon running, until a user chooses.", forbids=False,
    ),
    "preset.updates": Key(
        "flag", _FLAG, _OWN, "Ask for updates",
        "Whether it is asked once a day, until a user chooses.", forbids=False,
    ),
    "sites": Key(
        "sites", "a list of sites with a url each", "what is none is passed over", "Sites",
        "The way to each site: its url with proxy, caBundle and the other keys of settings.json.",
        forbids=False,
    ),
}  # fmt: skip
"""All that a policy may say; a number may be null, which sets none."""
_SECTIONS: Final = frozenset(name.partition(".")[0] for name in KEYS if "." in name)
