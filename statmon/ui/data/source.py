"""What the window needs of an engine, and nothing more: tests can put anything behind it."""

from collections.abc import Callable, Mapping
from typing import Protocol

from statmon.domain.workspace import Workspace
from statmon.engine.look_back import Past
from statmon.live.table import LiveTable
from statmon.service.event_log import EventLog
from statmon.service.wire.api import Api
from statmon.service.wire.events import ConnectionChanged, Event, StatisticError


class SubscriptionStatus(Protocol):
    """How a subscription of the user's stands."""

    @property
    def state(self) -> str:
        """``opening``, ``open``, ``lost``, ``failed`` or ``closed``."""

    @property
    def statistics(self) -> int:
        """How many statistics it has."""

    @property
    def settled(self) -> int:
        """How many of them are open or refused; one that stands there twice counts once."""

    @property
    def message(self) -> str | None:
        """What failed last, in one sentence."""

    @property
    def errors(self) -> tuple[StatisticError, ...]:
        """What the service refused, in its words."""


class Received(Protocol):
    """How many values came since the start."""

    @property
    def news(self) -> int:
        """Shown."""

    @property
    def late(self) -> int:
        """Dropped, since a newer one was there."""

    @property
    def duplicate(self) -> int:
        """Dropped, since the very same was there."""

    @property
    def foreign(self) -> int:
        """Dropped, since their subscription is not, or no longer, ours."""


class Source(Protocol):
    """An engine as the parts of the window see it: what is known, and nothing to change it by."""

    @property
    def table(self) -> LiveTable:
        """The newest readings."""

    @property
    def connection(self) -> ConnectionChanged:
        """The last state of the connection."""

    @property
    def service_state(self) -> str | None:
        """What the service last said about itself."""

    @property
    def event_log(self) -> EventLog:
        """When something did not work, and the last events."""

    @property
    def subscriptions(self) -> Mapping[str, SubscriptionStatus]:
        """How each subscription stands, by the user's name for it."""

    @property
    def signed_in_as(self) -> str | None:
        """Who is signed in, if known."""

    @property
    def api(self) -> Api | None:
        """The service's calls, while there is a session to make them in."""

    @property
    def received(self) -> Received:
        """What came, and what of it was dropped."""

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call the listener with all that happens."""

    def unlisten(self, listener: Callable[[Event], None]) -> None:
        """Call it no more."""


class Engine(Source, Protocol):
    """An engine as the window's document and its life see it."""

    @property
    def workspace(self) -> Workspace:
        """What is wanted of it."""

    def apply(self, workspace: Workspace) -> None:
        """Want what a changed workspace says from now on; nothing else is touched."""

    def look_back_in(self, past: Past) -> None:
        """Fill what is computed over a span from a history, where it was not seen here."""

    async def run(self) -> None:
        """Keep everything open until ``stop``."""

    async def stop(self) -> None:
        """Leave politely."""
