"""The files of a sequence: workspaces that differ in all that a workspace can hold."""

import json
import random
from pathlib import Path
from typing import Any

from tests.ui.machine.support.service import AGENTS, QUEUES

SITE = "http://127.0.0.1:1"
AGENT_NAMES = ("CurrentAgentState", "InboundCalls", "AverageHandlingTime")
QUEUE_NAMES = ("CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel")
KINDS = ("line", "bar", "multiples", "step", "ribbon")


def _statistic(kind: str, object_id: str, name: str) -> dict[str, Any]:
    return {
        "id": f"{object_id}-{name}", "objectType": kind, "objectId": object_id, "name": name,
    }  # fmt: skip


def _item(kind: str, object_id: str, name: str) -> dict[str, Any]:
    return {"objectType": kind, "objectId": object_id, "name": name}


def _chart(title: str, items: list[dict[str, Any]], span: float = 900.0) -> dict[str, Any]:
    return {"kind": "line", "title": title, "series": items, "span": span}


def _rule(title: str, **more: Any) -> dict[str, Any]:
    return {"kind": "threshold", "title": title, "high": {"warning": 20, "critical": 60}, **more}


def _agents(count: int) -> dict[str, Any]:
    found = [_statistic("Agent", one, name) for one in AGENTS[:count] for name in AGENT_NAMES]
    return {"name": "Agents", "statistics": found}


def _queues(count: int, name: str = "Queues") -> dict[str, Any]:
    found = [_statistic("Queue", one, measure) for one in QUEUES[:count] for measure in QUEUE_NAMES]
    return {"name": name, "statistics": found}


def _workspace(name: str, **parts: Any) -> dict[str, Any]:
    return {"schema": 1, "name": name, "site": {"url": SITE}, **parts}


def contents(seed: int) -> dict[str, Any]:
    """Return the workspaces by the names of their files."""
    chance = random.Random(f"files {seed}")
    waiting = [_item("Queue", one, "CurrentNumberWaitingCalls") for one in QUEUES]
    calls = [_item("Agent", one, "InboundCalls") for one in AGENTS]
    label = {"objectType": "Agent", "objectId": "agent1", "label": "Desk 1", "groups": ["Early"]}
    tree = {"kind": "tree", "changeOver": 15}
    return {
        "one": _workspace(
            "One", subscriptions=[_agents(3), _queues(2)], objects=[label],
            charts=[_chart("Waiting", waiting[:2], chance.choice((60, 900)))],
            alerts=[_rule("Waiting", statistic="CurrentNumberWaitingCalls")],
        ),
        "two": _workspace(
            "Two", subscriptions=[_agents(4), _queues(3), _queues(1, "Shared")],
            charts=[
                _chart("Waiting", waiting[:1], 60),
                _chart("Calls", calls[:2], chance.choice((60, 300))),
                _chart("Both", [waiting[0], calls[0]]),
            ],
            alerts=[_rule("Calls", statistic="InboundCalls"), _rule("All", objectType="Queue")],
            views=[tree, {"kind": "board", "title": "My queues", "objectType": "Queue"}],
        ),
        "small": _workspace(
            "Small", subscriptions=[_agents(1)], site={"url": SITE, "timeZone": "Asia/Tokyo"},
            objects=[{**label, "label": "Another desk", "groups": ["Late", "Night"]}],
        ),
        "odd": _workspace(
            "", subscriptions=[
                {"name": "Typo", "statistics": [_statistic("Agent", "agnet1", "InboundCalls"),
                                                _statistic("Agent", "agent1", "InboundCalls")]},
                {**_queues(1), "enabled": False},
            ],
            charts=[{"kind": "unheard of", "title": "Tomorrow"}, _chart("Gone", calls[5:])],
            alerts=[{"kind": "unheard of"}], views=[{"kind": "unheard of"}],
            plugin={"of": "theirs"},
        ),
        "foreign": _workspace("Foreign", site={"url": "https://elsewhere.example"},
                              subscriptions=[_agents(2)]),
    }  # fmt: skip


def write_all(folder: Path, seed: int) -> dict[str, Path]:
    """Write the files; return their paths by name."""
    found = {}
    for name, data in contents(seed).items():
        found[name] = folder / f"{name}.statmon"
        found[name].write_text(json.dumps(data), "utf-8")
    (folder / "table.csv").write_text("objectType,objectId\nAgent,agent5\nQueue,7004@SIP_Switch\n")
    (folder / "broken.statmon").write_text('{"schema": 1, "name": ')
    body = {"data": {"statistics": [_statistic("Agent", "agent6", "InboundCalls")]}}
    (folder / "body.json").write_text(json.dumps(body))
    return found
