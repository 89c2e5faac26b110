"""A window in which a number of calls has limits."""

from statmon.alerts.rules import Rule
from statmon.domain.library import Levels

HIGH = Rule(title="Many", statistic="InboundCalls", levels=Levels(warning_high=5, critical_high=9))


def limited(engine, open_window, rule=HIGH):
    """Return a window on an engine that is up, with one rule."""
    engine.go_up()
    window = open_window(engine)
    window.parts.alerts.watch.set_rules([rule])
    return window


def feed(window, engine, number, who="agent2"):
    """Let a number of calls come, and be judged and shown; return its row."""
    row = engine.feed(who, "InboundCalls", number)
    window.parts.alerts.watch.look_at_all()
    window.parts.pulse.tick()
    return row
