"""What is known of a site: its rows, its connection, its service, its subscriptions."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from statmon.domain.statistic import Series
from statmon.domain.workspace import Workspace
from statmon.engine.formulas import Formulas
from statmon.engine.look_back import Past
from statmon.live.table import LiveTable
from statmon.service.event_log import EventLog
from statmon.service.subscriptions.desired import Changes, Wishes, edited, wanted_in, wishes_of
from statmon.service.subscriptions.status import SubscriptionStatus, follow
from statmon.service.wire.events import (
    Arrival,
    ClockStepped,
    ConnectionChanged,
    Event,
    ReadingsArrived,
    ServiceChanged,
    SignedIn,
    Slept,
    StatisticError,
    SubscriptionChanged,
)

if TYPE_CHECKING:
    from statmon.service.wire.api import Api

Listener = Callable[[Event], None]
PART: Final = 200
"""Series that are taken over at once."""
LONGEST: Final = 0.003
"""Seconds after which the rest of a change waits for its next turn in the loop."""


@dataclass(frozen=True, slots=True)
class Received:
    """How many values came since the start, for diagnostics."""

    news: int
    late: int
    """Dropped, since a newer one was there."""
    duplicate: int
    """Dropped, since the very same was there."""
    foreign: int
    """Dropped, since their subscription is not, or no longer, ours."""


class EngineState:
    """The state of one workspace at one service, built up from events.

    Listeners are called in the loop, once for a batch, and must be quick. They hear of news
    only: a reading that is older than the one they know, or the same, is counted and dropped
    here, so that table, history, alerts and command line never see time run backwards.
    """

    def __init__(self, workspace: Workspace, connection: ConnectionChanged) -> None:
        self.workspace = workspace
        self.table = LiveTable()
        self.connection = connection
        self.event_log = EventLog()
        """Outages and events, heard before the listeners hear of them."""
        self.service_state: str | None = None
        self.signed_in_as: str | None = None
        self.api: Api | None = None
        """The service's calls, while there is a session to make them in."""
        self.subscriptions: dict[str, SubscriptionStatus] = {}
        self.wishes: Wishes = wishes_of(wanted_in(workspace))
        """What is wanted open, by series; behind the workspace while that is taken over."""
        self._edits: deque[Iterator[Series]] = deque()
        """Changes of the workspace that are not, or not wholly, taken over."""
        self._going_on: asyncio.Handle | None = None
        self._listeners: list[Listener] = []
        self._alive_at = 0
        """When readings came last, or a sleep ended that explains a silence; epoch milliseconds."""
        self._held: list[Arrival] = []
        """Of the readings that the table holds until it is known whether they came late."""
        for wish in self.wishes.values():
            self.table.add(wish.statistic, wish.series)
        self.formulas = Formulas(self.table, self._pass_on, workspace.site.url.rstrip("/"))
        """What is computed here."""
        self.formulas.take(workspace)
        follow(self.subscriptions, workspace, self.wishes, self.connection.state)

    def look_back_in(self, past: Past) -> None:
        """Fill what is computed over a span from a history, where it was not seen here."""
        self.formulas.look_back_in(past)

    @property
    def received(self) -> Received:
        """What came, and what of it was dropped."""
        table = self.table
        return Received(table.applied, table.late, table.duplicate, self._foreign())

    def listen(self, listener: Listener) -> None:
        """Tell this listener of all that happens from now on."""
        self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """Tell it no more."""
        self._listeners.remove(listener)

    def apply(self, workspace: Workspace) -> None:
        """Want what a changed workspace says from now on, whether running or not.

        Only what differs is opened or closed: what stays keeps its subscription, its row and
        its reading. Listeners hear of what changed. The site stays: another one takes another
        engine, since it takes another sign-in.

        What takes long, thousands of statistics, is done in parts in the loop, as if they were
        edited one after another; later changes wait for it. Without a loop all is done at once.
        """
        workspace = workspace.at(self.workspace.site.url)
        before, self.workspace = self.workspace, workspace
        self.formulas.take(workspace)
        if workspace.subscriptions != before.subscriptions:
            self._edits.append(edited(self.wishes, before, workspace))
            follow(self.subscriptions, workspace, self.wishes, self.connection.state)
            if self._going_on is None:
                self._take_over()

    @property
    def taking_over(self) -> bool:
        """Whether the last change of the workspace is not taken over yet, or not wholly."""
        return bool(self._edits)

    def _take_over(self) -> None:
        """Have the rows, the statuses and the wishes that the workspace asks for."""
        self._going_on, began = None, time.monotonic()
        while self._edits:
            part = list(islice(self._edits[0], PART))
            self._take({series: self.wishes.get(series) for series in part})
            if len(part) < PART:
                self._edits.popleft()
                follow(self.subscriptions, self.workspace, self.wishes, self.connection.state)
            elif time.monotonic() - began > LONGEST and (loop := _running_loop()):
                self._going_on = loop.call_soon(self._take_over)
                return

    def _take(self, changes: Changes) -> None:
        for series, wish in changes.items():
            if wish is not None:
                self.table.add(wish.statistic, series)
            else:
                self.table.set_error(series, None)
                self.table.remove(series)
        self._want(changes)
        self.formulas.changed()

    def _want(self, changes: Changes) -> None:
        """Let whoever keeps the subscriptions know."""

    def _foreign(self) -> int:
        return 0

    def _open(self, _series: Series) -> bool:
        """Whether a series is open all the same, in another chunk or for another's sake."""
        return False

    def _tell(self, event: Event) -> None:
        if isinstance(event, ReadingsArrived):
            self._take_in(event)
            self._follow_service(event.at)
            self.formulas.changed()
            return
        self.event_log.take(event)
        match event:
            case ConnectionChanged():
                self._line_is(event)
            case ServiceChanged(state):
                self.service_state = state
            case SignedIn(user):
                self.signed_in_as = user or None
            case Slept():
                self._alive_at = event.at
            case SubscriptionChanged():
                self._subscription(event)
        healthy = self.connection.state == "connected" and self.service_state != "UNAVAILABLE"
        if self.table.healthy and not healthy:
            self.table.clock.doubt()  # the next service may have another clock
        self.table.healthy = healthy
        self._pass_on(event)
        self.formulas.changed()

    def _line_is(self, event: ConnectionChanged) -> None:
        self.connection = event
        for status in self.subscriptions.values():
            status.line_is(event.state)
        if event.state == "closed":
            # The next connection has not opened what this one had.
            self.table.set_open(self.table.series, is_open=False)

    def _pass_on(self, event: Event) -> None:
        for listener in list(self._listeners):
            listener(event)

    def _take_in(self, event: ReadingsArrived) -> None:
        """Keep the newest readings; tell what of the batch was news."""
        self._alive_at = event.at
        readings = [one.reading for one in event.arrivals]
        news = self.table.apply(readings, asked=event.asked)
        if len(news) < len(readings):
            kept, held = set(map(id, news)), set(map(id, self.table.held))
            self._held += [one for one in event.arrivals if id(one.reading) in held]
            arrivals = tuple(one for one in event.arrivals if id(one.reading) in kept)
            event = replace(event, arrivals=arrivals)
        if event.arrivals:
            self._pass_on(event)

    def _follow_service(self, now: int) -> None:
        """Follow the service's clock if it was set; show what was held back until that was known.

        Asked after each batch and, while there is no other way to notice it, once a second.
        """
        step = self.table.follow(now)
        if step is None:
            if not self.table.held:
                self._held.clear()
            return
        if step.told:
            self._pass_on(ClockStepped(step.by, step.since))
        shown = {id(came): counts for came, counts in self.table.release(now)}
        held, self._held = self._held, []
        arrivals = [
            one._replace(reading=shown[id(one.reading)]) for one in held if id(one.reading) in shown
        ]
        if arrivals:
            self._pass_on(ReadingsArrived(tuple(arrivals), now))

    def _subscription(self, event: SubscriptionChanged) -> None:
        status = self.subscriptions.get(event.name)
        refused: Mapping[Series, StatisticError] = {}
        if status is not None:  # else: the user has deleted it
            status.take(event)
            refused = status.refused
        if event.state == "open":
            # Where something opens, the service is there, whether it said so or not.
            self.service_state = "AVAILABLE"
            self.table.set_open((s for s in event.series if s not in refused), is_open=True)
        elif event.state in {"lost", "closed", "failed"}:
            self.table.set_open((s for s in event.series if not self._open(s)), is_open=False)
        for series in event.series:
            error = refused.get(series)
            self.table.set_error(series, error.message if error else None)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
