"""Keeps the wanted subscriptions open: performs what the reconciler decides, tells what happens.

A thin shell. It owns the tasks of its calls, maps ids on the wire back to series, and turns
answers and updates into readings.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final

from statmon.domain.reading import Origin
from statmon.domain.statistic import Series
from statmon.service.clock import epoch_ms
from statmon.service.subscriptions.demux import Demux
from statmon.service.subscriptions.desired import Changes, parts_of
from statmon.service.subscriptions.partial_errors import refused_in
from statmon.service.subscriptions.placement import Chunk
from statmon.service.subscriptions.reconciler import Action, Close, Open, Prove, Reconciler
from statmon.service.wire.api import Api, StatisticValue, new_id
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.events import (
    Event,
    StatisticError,
    SubscriptionChanged,
    SubscriptionState,
)

_log = logging.getLogger(__name__)

CLOSINGS: Final = 4
"""Subscriptions that are deleted at once, at most."""
LEAVE_WITHIN: Final = 3.0
"""Seconds that leaving may take: what is not deleted by then is left to the service."""


class Monitor:
    """The subscriptions of one site, open for as long as ``run`` runs."""

    def __init__(
        self,
        api: Api,
        tell: Callable[[Event], None],
        *,
        leftovers: Iterable[str] = (),
        keep: Callable[[list[str]], None] | None = None,
        polled: Callable[[ServiceError | None], None] = lambda _: None,
        service_time: Callable[[int], int] = lambda now: now,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], int] = epoch_ms,
    ) -> None:
        """Make a monitor that wants nothing yet.

        Args:
            api: the calls of the site.
            tell: called in the loop with every event.
            leftovers: ids that a crashed run left open at the service, to be deleted.
            keep: writes down the ids that a crash would leave now; may block, runs in a thread.
            polled: called while polling with how each call ended: None is success.
            service_time: the service's epoch ms at one of ours, for values that do not say.
            clock: monotonic seconds.
            now: epoch milliseconds.
        """
        self._api = api
        self._tell = tell
        self._keep = keep
        self._polled = polled
        self._demux = Demux(service_time)
        self._kept: list[str] = []
        self._clock = clock
        self._now = now
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closings = asyncio.Semaphore(CLOSINGS)
        self.state = Reconciler(new_id, orphans=dict.fromkeys(leftovers, 0.0))

    @property
    def foreign(self) -> int:
        """Values dropped because their subscription is not, or no longer, ours."""
        return self._demux.foreign

    def want(self, changes: Changes) -> None:
        """Want these otherwise than before, or no more; what is open and stays is left alone."""
        chunks = self.state.placement.holding(changes)
        before = {chunk.id: self._parts(chunk.asked) for chunk in chunks}
        self.state.want(changes, self._clock())
        for chunk in chunks:
            after = self._parts(chunk.asked)
            for name, part in before[chunk.id].items():
                if name not in after:
                    self._tell(self._change(chunk, "closed", name, part))
            for name, part in after.items():
                if part != before[chunk.id].get(name):
                    self._tell(self._change(chunk, chunk.state, name, part))
        self._wake.set()

    def is_open(self, series: Series) -> bool:
        """Whether the values of a series come from an open subscription."""
        return self.state.placement.is_open(series)

    def connection_up(self, session: int, *, told: bool) -> None:
        """Notifications flow, in this session; ``told``: the service said in it how it is."""
        for chunk in self.state.connection_up(session, self._clock(), told=told):
            self._lost(chunk)
        self._wake.set()

    def connection_down(self) -> None:
        """Notifications do not flow."""
        self.state.connection_down()

    @property
    def polling(self) -> bool:
        """Whether values are fetched because notifications cannot come."""
        return self.state.polling

    def poll(self) -> None:
        """Fetch the values from now on, as often as the statistics themselves ask for."""
        self.state.poll(self._clock())
        self._wake.set()

    def service_is(self, state: str) -> None:
        """The service said how it is."""
        if state in {"AVAILABLE", "UNAVAILABLE"}:
            available = state == "AVAILABLE"
            for chunk in self.state.service_is(available=available, now=self._clock()):
                self._lost(chunk)
            self._wake.set()

    def updates(self, values: Sequence[StatisticValue]) -> None:
        """Take in the values of one response or frame."""
        self._arrive(values, "update")

    async def run(self) -> None:
        """Keep what is wanted open until cancelled; then delete what is open."""
        try:
            while True:
                self._wake.clear()
                decision = self.state.decide(self._clock())
                for chunk in decision.retired:
                    self._say(chunk, "closed")
                await self._keep_ids()
                for action in decision.actions:
                    self._start(self._perform(action))
                await self._sleep_until(decision.wake_at)
        finally:
            await self._leave()

    async def _keep_ids(self) -> None:
        """Write down what a crash would leave, before it is opened."""
        ids = self.state.leftovers()
        if self._keep is not None and ids != self._kept:
            self._kept = ids
            await asyncio.to_thread(self._keep, ids)

    async def _sleep_until(self, wake_at: float | None) -> None:
        timer = None
        if wake_at is not None:
            delay = max(0.01, wake_at - self._clock())
            timer = asyncio.get_running_loop().call_later(delay, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            if timer is not None:
                timer.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    async def _perform(self, action: Action) -> None:
        """Do it; whatever happens, the state is told of its end: else it never would be again."""
        try:
            match action:
                case Open(chunk):
                    await self._open(chunk)
                case Close(id_):
                    await self._close(id_)
                case Prove(chunk):
                    await self._prove(chunk)
        except Exception:  # noqa: BLE001
            _log.exception("a call of the monitor failed unexpectedly")
            if isinstance(action, Close):
                self.state.close_failed(action.id, self._clock())
            elif isinstance(action, Prove):
                self.state.prove_failed(action.chunk.id, self._clock())

    async def _open(self, chunk: Chunk) -> None:
        if chunk.id not in self.state.chunks:  # lost between the decision and now
            self.state.open_failed(chunk.id, self._clock())
            return
        self._demux.expect(chunk.id, chunk.series_by_id())
        self._say(chunk, "opening")
        began = self._now()
        try:
            answer = await self._api.create(chunk.id, chunk.asked.values())
            refused = refused_in(answer, chunk.asked)
        except ServiceError as error:
            self._opening_failed(chunk, error)
            self._ended(error)
            return
        except Exception as error:  # noqa: BLE001 # or it would count as being opened for ever
            _log.exception("a subscription could not be opened")
            self._opening_failed(chunk, ServiceError("open a subscription", repr(error)))
            return
        self._ended(None)
        asked = dict(chunk.asked)
        if not self.state.opened(chunk.id, refused, self._clock()):
            self._demux.forget(chunk.id)
            return
        errors = tuple(StatisticError(key, asked[key], text) for key, text in refused.items())
        if not chunk.asked:
            self._demux.forget(chunk.id)
            self._say(chunk, "failed", asked, errors)
            return
        self._say(chunk, "open", asked, errors)
        self._arrive(answer.statistics, "open", chunk.id, began)

    def _opening_failed(self, chunk: Chunk, error: ServiceError) -> None:
        self._demux.forget(chunk.id)
        ours, asked = chunk.id in self.state.chunks, dict(chunk.asked)
        self.state.open_failed(
            chunk.id,
            self._clock(),
            too_large=error.too_large,
            final=error.message if error.final else "",
            unsure=error.unreachable or error.status in {500, 502, 504},
            lost=error.unreachable,
            retry_after=error.retry_after,
        )
        if ours:
            errors: tuple[StatisticError, ...] = ()
            if error.final and len(asked) == 1:
                errors = tuple(
                    StatisticError(key, item, error.message) for key, item in asked.items()
                )
            self._say(chunk, "failed", asked, errors, message=str(error))

    async def _close(self, id_: str) -> None:
        """Delete a subscription; what it still says until then is true, and taken."""
        async with self._closings:
            try:
                await self._api.delete(id_)
            except ServiceError as error:
                _log.info("an old subscription could not be deleted: %s", error)
                self.state.close_failed(id_, self._clock(), error.retry_after)
                return
            finally:
                self._demux.forget(id_)
        self.state.closed(id_)

    async def _prove(self, chunk: Chunk) -> None:
        if chunk.id not in self.state.chunks:
            return
        began = self._now()
        try:
            answer = await self._api.peek(chunk.id)
        except ServiceError as error:
            self._ended(error)
            if error.gone:
                if self.state.gone(chunk.id) is not None:
                    self._lost(chunk)
                return
            _log.info("a subscription could not be proved: %s", error)
            self.state.prove_failed(chunk.id, self._clock(), error.retry_after)
            return
        self._ended(None)
        if chunk.id not in self.state.chunks:
            return  # lost meanwhile
        answered = {value.statistic_id for value in answer.statistics}
        if answered.isdisjoint(statistic.id for statistic in chunk.asked.values()):
            # Nothing of it is there any more, whatever the status says.
            if self.state.gone(chunk.id) is not None:
                self._lost(chunk)
            return
        asked = dict(chunk.asked)
        refused = refused_in(answer, asked)
        self.state.proved(chunk.id, refused, self._clock())
        if refused:
            errors = tuple(StatisticError(key, asked[key], text) for key, text in refused.items())
            self._say(chunk, "open" if chunk.asked else "failed", asked, errors)
        self._arrive(answer.statistics, "peek", chunk.id, began)

    def _ended(self, error: ServiceError | None) -> None:
        if self.polling:
            self._polled(error)

    def _arrive(
        self,
        values: Iterable[StatisticValue],
        origin: Origin,
        of: str | None = None,
        asked: int | None = None,
    ) -> None:
        batch = self._demux.batch(values, self.state.wishes, self._now(), origin, of, asked)
        if batch is not None:
            self._tell(batch)

    def _lost(self, chunk: Chunk) -> None:
        self._demux.forget(chunk.id)
        self._say(chunk, "lost")

    def _say(
        self,
        chunk: Chunk,
        state: SubscriptionState,
        asked: Iterable[Series] | None = None,
        errors: tuple[StatisticError, ...] = (),
        message: str | None = None,
    ) -> None:
        """Tell of a chunk, once for each subscription of the user's that has a part in it."""
        for name, part in self._parts(chunk.asked if asked is None else asked).items():
            within = set(part)
            own = tuple(error for error in errors if error.series in within)
            self._tell(self._change(chunk, state, name, part, own, message))

    def _parts(self, asked: Iterable[Series]) -> dict[str, list[Series]]:
        return parts_of(self.state.wishes, asked)

    def _change(
        self,
        chunk: Chunk,
        state: SubscriptionState,
        name: str,
        part: Iterable[Series],
        errors: tuple[StatisticError, ...] = (),
        message: str | None = None,
    ) -> SubscriptionChanged:
        return SubscriptionChanged(name, chunk.id, state, tuple(part), errors, self._now(), message)

    async def _leave(self) -> None:
        calls = list(self._tasks)
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        chunks = list(self.state.chunks.values())
        self.state.leave()
        closing = [asyncio.create_task(self._close(id_)) for id_ in self.state.leftovers()]
        if closing:
            _, late = await asyncio.wait(closing, timeout=LEAVE_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._keep_ids()
        for chunk in chunks:
            self._say(chunk, "closed")
