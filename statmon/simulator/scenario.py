"""Scenarios: a day's course in a file, for training and demonstrations.

A scenario is a TOML file; every key is optional::

    title = "Switch failure"        # and description
    start = "10:30"                 # hour of the contact centre's day
    agents = 40
    queues = 6
    load = 1.0                      # times the traffic of an ordinary day
    absent = 0.0                    # share of the agents who do not come
    faults = ["slow=2@60:30"]       # as --fault, in real seconds

    [[events]]                      # in the contact centre's own time
    at = 10                         # minutes after the start
    kind = "switch-failure"         # or "surge" with a factor
    minutes = 5
"""

import tomllib
from importlib import resources
from pathlib import Path

import msgspec

from statmon.simulator.agenda import MINUTE
from statmon.simulator.centre import Centre
from statmon.simulator.service.faults import parse_fault


class ScenarioError(ValueError):
    """The scenario cannot be used; the text says why."""


class Event(msgspec.Struct, forbid_unknown_fields=True):
    """Something that happens in the contact centre. Times are its own minutes."""

    at: float
    kind: str
    minutes: float
    factor: float = 2.0


class Scenario(msgspec.Struct, forbid_unknown_fields=True):
    """What a scenario file says; None where it says nothing."""

    title: str = ""
    description: str = ""
    start: str | None = None
    agents: int | None = None
    queues: int | None = None
    load: float | None = None
    absent: float | None = None
    faults: list[str] = []
    events: list[Event] = []


def load_scenario(name: str) -> Scenario:
    """Read a scenario by its name, or from a file. Raises ScenarioError."""
    path = Path(name)
    if path.suffix != ".toml":
        path = folder() / f"{name}.toml"
        if not path.is_file():
            raise ScenarioError(f"no scenario '{name}'; there are {', '.join(names())}")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return _checked(msgspec.convert(raw, Scenario))
    except OSError as error:
        raise ScenarioError(f"cannot read scenario {path}: {error.strerror}") from None
    except ValueError as error:
        raise ScenarioError(f"scenario {path} is not valid: {error}") from None


def _checked(scenario: Scenario) -> Scenario:
    for text in scenario.faults:
        parse_fault(text)
    for event in scenario.events:
        if event.kind not in ("switch-failure", "surge"):
            raise ValueError(f"unknown event '{event.kind}'")
        if not (0 <= event.at < 1e6 and 0 < event.minutes < 1e6 and 0 < event.factor < 1000):
            raise ValueError("an event's times and factor must be positive")
    return scenario


def names() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def folder() -> Path:
    """Return the folder of scenarios: in the installed package, or in the source tree."""
    package = Path(str(resources.files("statmon")))
    installed = package / "resources" / "scenarios"
    return installed if installed.is_dir() else package.parent / "resources" / "scenarios"


def plan(centre: Centre, events: list[Event], start: int) -> None:
    """Enter a scenario's events into the contact centre's agenda."""
    for event in events:
        begin = start + int(event.at * MINUTE)
        end = begin + int(event.minutes * MINUTE)
        if event.kind == "surge":
            centre.agenda.at(begin, centre.surge, event.factor)
            centre.agenda.at(end, centre.surge, 1.0)
        else:
            centre.agenda.at(begin, centre.fail_switch)
            centre.agenda.at(end, centre.restore_switch)
