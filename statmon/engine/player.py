"""What a recorded session told, worked out from what went over the line. No I/O, no clock.

It reads answers and messages with the code that reads them live, and leaves out what decides:
what was opened, and when, is in the recording.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from statmon.bayeux.frames import FrameDecoder, MalformedFrame, split
from statmon.domain.definition import Definition
from statmon.domain.reading import Origin
from statmon.domain.statistic import ObjectRef, Series, Statistic
from statmon.domain.workspace import Workspace
from statmon.service.subscriptions.demux import Demux
from statmon.service.subscriptions.desired import parts_of, wanted_in, wishes_of
from statmon.service.subscriptions.partial_errors import refused_in
from statmon.service.wire.api import ROOT, Answer, StatisticValue, read_answer
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.events import (
    ConnectionChanged,
    ConnectionState,
    Event,
    ServiceChanged,
    StatisticError,
    SubscriptionChanged,
    SubscriptionState,
)
from statmon.service.wire.notifications import (
    SERVICE_CHANNEL,
    UPDATES_CHANNEL,
    Notification,
    state_in,
    values_in,
)
from statmon.storage.user.tape_lines import Call, Connection, Line, body_of

Asked = dict[Series, Statistic]
_SUBSCRIPTIONS: Final = f"{ROOT}/subscriptions"
EARLY: Final = 10_000
"""Updates kept, at most, that came before the answer that opened their subscription."""


class _Item(msgspec.Struct, rename="camel"):
    statistic_id: str
    object_type: str
    object_id: str
    name: str | None = None
    definition: dict[str, Any] | None = None

    def statistic(self) -> Statistic:
        definition = Definition(self.definition) if self.definition is not None else None
        ref = ObjectRef(self.object_type, self.object_id)
        return Statistic(self.statistic_id, ref, self.name, definition)


class _Items(msgspec.Struct):
    statistics: list[_Item]


class _Request(msgspec.Struct, rename="camel"):
    """A recorded request to open a subscription."""

    operation_id: str
    data: _Items


class Player:
    """Turns the lines of a recording into events."""

    def __init__(
        self,
        workspace: Workspace,
        when: Callable[[int], int] = lambda at: at,
        service_time: Callable[[int], int] = lambda now: now,
    ) -> None:
        """Begin a recording.

        Args:
            workspace: the recorded one.
            when: the time to show, epoch ms, for a recorded one.
            service_time: the service's epoch ms at a shown time, for values that do not say.
        """
        self._site = workspace.site.url.rstrip("/")
        self._wishes = wishes_of(wanted_in(workspace))
        self._when = when
        self._demux = Demux(service_time)
        self._frames: FrameDecoder[Notification] = FrameDecoder(Notification)
        self._open: dict[str, Asked] = {}
        self._early: deque[StatisticValue] = deque(maxlen=EARLY)
        self._unclaimed = 0
        self._session = 0

    @property
    def foreign(self) -> int:
        """Values that belonged to nobody."""
        return self._demux.foreign + self._unclaimed

    def events(self, line: Line) -> Iterator[Event]:
        """Return what a line tells.

        Raises:
            msgspec.MsgspecError: it is not what a recording holds.
        """
        at = self._when(line.at)
        if line.connection is not None:
            quiet = self._when(line.at - (line.connection.silence or 0))
            yield from self._connection(line.connection, at, quiet)
        elif line.rest is not None:
            yield from self._call(line.rest, at, self._when(line.at - round(line.rest.took * 1000)))
        elif line.cometd is not None and line.cometd.direction == "received":
            yield from self._frame(body_of(line.cometd.body), at)

    def end(self, at: int) -> Iterator[Event]:
        """Return what has to be told when a recording ends at this time, or is stopped."""
        for id_ in list(self._open):
            yield from self._end(id_, "closed", self._when(at))

    def _connection(self, change: Connection, at: int, quiet: int) -> Iterator[Event]:
        state: ConnectionState = msgspec.convert(change.state, ConnectionState)
        since = None if change.silence is None else quiet
        yield ConnectionChanged(state, change.transport, change.reason, at, since)
        if change.state == "connected" and change.session != self._session:
            self._session = change.session
            yield from self._lose_all(at)

    def _call(self, call: Call, at: int, began: int) -> Iterator[Event]:
        path = call.path.partition("?")[0]
        if not path.startswith(_SUBSCRIPTIONS):
            return
        id_, _, what = path.removeprefix(_SUBSCRIPTIONS).strip("/").partition("/")
        if call.method == "POST":
            yield from self._opening(call, at, began)
        elif call.method == "DELETE":
            yield from self._end(unquote(id_), "closed", at)
        elif what == "statistic-values":
            yield from self._peek(unquote(id_), call, at, began)

    def _opening(self, call: Call, at: int, began: int) -> Iterator[Event]:
        id_, asked = self._asked(call)
        yield from self._changes(id_, "opening", asked, began)
        try:
            answer = _answer("open a subscription", call)
        except ServiceError as error:
            yield from self._changes(id_, "failed", asked, at, message=str(error))
            return
        refused = refused_in(answer, asked)
        errors = [StatisticError(key, asked[key], words) for key, words in refused.items()]
        if len(refused) == len(asked):
            yield from self._changes(id_, "failed", asked, at, errors)
            return
        self._open[id_] = {key: item for key, item in asked.items() if key not in refused}
        self._demux.expect(id_, {item.id: key for key, item in asked.items()})
        yield from self._values(self._early_of(id_), at, "update")
        yield from self._changes(id_, "open", asked, at, errors)
        yield from self._values(answer.statistics, at, "open", id_, began)

    def _peek(self, id_: str, call: Call, at: int, began: int) -> Iterator[Event]:
        try:
            answer = _answer("peek a subscription", call)
        except ServiceError as error:
            if error.gone:
                yield from self._end(id_, "lost", at)
            return
        yield from self._values(answer.statistics, at, "peek", id_, began)

    def _frame(self, body: bytes, at: int) -> Iterator[Event]:
        try:
            batches, _ = split(self._frames.decode(body))
        except MalformedFrame:
            return  # a page came instead; the connection's own line says so
        for channel, messages in batches:
            if channel == UPDATES_CHANNEL:
                values = [value for message in messages for value in values_in(message)]
                ours = [value for value in values if value.subscription_id in self._open]
                if len(ours) < len(values):
                    self._early.extend(v for v in values if v.subscription_id not in self._open)
                    self._unclaimed += len(values) - len(ours)
                yield from self._values(ours, at, "update")
            elif channel == SERVICE_CHANNEL:
                for state in filter(None, map(state_in, messages)):
                    yield ServiceChanged(state, at)
                    if state == "UNAVAILABLE":
                        yield from self._lose_all(at)

    def _values(
        self,
        values: Iterable[StatisticValue],
        at: int,
        origin: Origin,
        of: str | None = None,
        asked: int | None = None,
    ) -> Iterator[Event]:
        batch = self._demux.batch(values, self._wishes, at, origin, of, asked)
        if batch is not None:
            yield batch

    def _early_of(self, id_: str) -> list[StatisticValue]:
        """Take the updates that overtook the answer by which this subscription is open.

        They were told when they came: a monitor knows what it asks for, a recording does not.
        """
        found = [value for value in self._early if value.subscription_id == id_]
        if found:
            rest = (value for value in self._early if value.subscription_id != id_)
            self._early = deque(rest, maxlen=EARLY)
            self._unclaimed -= len(found)
        return found

    def _lose_all(self, at: int) -> Iterator[Event]:
        for id_ in list(self._open):
            yield from self._end(id_, "lost", at)

    def _end(self, id_: str, state: SubscriptionState, at: int) -> Iterator[Event]:
        asked = self._open.pop(id_, None)
        self._demux.forget(id_)
        if asked is not None:
            yield from self._changes(id_, state, asked, at)

    def _changes(
        self,
        id_: str,
        state: SubscriptionState,
        asked: Asked,
        at: int,
        errors: Iterable[StatisticError] = (),
        message: str | None = None,
    ) -> Iterator[Event]:
        for name, part in parts_of(self._wishes, asked).items():
            within = set(part)
            own = tuple(error for error in errors if error.series in within)
            yield SubscriptionChanged(name, id_, state, tuple(part), own, at, message)

    def _asked(self, call: Call) -> tuple[str, Asked]:
        """Return what a recorded request asked for."""
        request = msgspec.json.decode(call.sent, type=_Request)
        statistics = [item.statistic() for item in request.data.statistics]
        return request.operation_id, {item.series(self._site): item for item in statistics}


def _answer(call: str, recorded: Call) -> Answer:
    """Return the answer of a recorded call.

    Raises:
        ServiceError: it failed.
    """
    if recorded.failed is not None:
        raise ServiceError(call, recorded.failed, status=recorded.status)
    return read_answer(call, body_of(recorded.received), partial=True)
