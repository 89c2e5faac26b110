"""A step in an alert's life as one JSON object: for the command line and for webhooks."""

from typing import Any

from statmon.alerts.telling import Transition


def line_of(step: Transition) -> dict[str, Any]:
    """Return what a step is told as (docs/reference/command-line.md §3)."""
    return {
        "event": "alert",
        "id": step.id,
        "rule": step.rule,
        "state": step.state.value,
        "level": step.level,
        "number": step.number,
        "limit": step.limit,
        "name": step.statistic,
        "objectType": step.series.object_type,
        "objectId": step.series.object_id,
        "since": step.since,
        "at": step.at,
    }
