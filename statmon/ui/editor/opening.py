"""Waits until what was saved is open at the service, and says what became of it."""

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from statmon.domain.statistic import Series
from statmon.domain.workspace import Subscription, Workspace
from statmon.ui.data.source import Source, SubscriptionStatus
from statmon.ui.look import numbers
from statmon.ui.look.text import tr

_LOOK: Final = 0.1
"""Seconds between two looks at how far opening has come."""
PATIENCE: Final = 120.0
"""Seconds after which nobody waits any more; opening goes on all the same."""
Show = Callable[[str, int, int], object]
"""Takes a step in words, how many are done, and of how many."""


class Opening:
    """The opening of one subscription, as an editor has saved it."""

    def __init__(
        self,
        source: Source,
        wanted: Subscription,
        before: str | None,
        workspace: Callable[[], Workspace],
    ) -> None:
        """To be made before it is in force.

        Args:
            source: where it opens.
            wanted: the subscription as it was saved.
            before: the name that it had so far, if any.
            workspace: what is in force now.
        """
        self._source, self._wanted, self._workspace = source, wanted, workspace
        status = source.subscriptions.get(before) if before is not None else None
        self._known: Collection[Series] = (
            {error.series for error in status.errors} if status else ()
        )
        """Refused before: the user has been told."""

    async def wait(self, show: Show, stopped: asyncio.Event) -> None:
        """Return when each of its statistics is open or refused, or waiting is of no use.

        It is of no use where there is no connection or no service, when a request failed, and
        when the subscription is another by now: undone, or changed elsewhere.
        """
        total = await asyncio.to_thread(self._total)
        waited = 0.0
        while (
            total and waited < PATIENCE and not stopped.is_set() and self._served and self._in_force
        ):
            status = self._status
            if status is None or status.settled >= total or status.state in {"failed", "lost"}:
                return
            show(tr("opening at the service"), status.settled, total)
            await asyncio.sleep(_LOOK)
            waited += _LOOK

    def said(self) -> str:
        """Return what the user has to know: what was refused, what is not open; else nothing.

        Who has not connected does not expect anything to be open.
        """
        status, source = self._status, self._source
        if status is None or source.connection.state == "closed" or not self._wanted.enabled:
            return ""
        if not self._in_force:
            return ""
        said = [_refused(status, self._known)]
        missing = self._total() - status.settled
        if missing > 0:
            words = tr("Saved, but {count} of its statistics are not open yet: {why}")
            said.append(words.format(count=numbers.count(missing), why=self._why(status)))
        return " ".join(filter(None, said))

    @property
    def _status(self) -> SubscriptionStatus | None:
        return self._source.subscriptions.get(self._wanted.name)

    @property
    def _in_force(self) -> bool:
        return any(one == self._wanted for one in self._workspace().subscriptions)

    @property
    def _served(self) -> bool:
        source = self._source
        return source.connection.state == "connected" and source.service_state != "UNAVAILABLE"

    def _total(self) -> int:
        """Return how many are to be open: one that stands there twice is opened once."""
        if not self._wanted.enabled:
            return 0
        wanted = (item.statistic for item in self._wanted.statistics if item.enabled)
        return len({(statistic.ref, statistic.measure) for statistic in wanted})

    def _why(self, status: SubscriptionStatus) -> str:
        if self._source.connection.state != "connected":
            return self._source.connection.reason or tr("there is no connection.")
        if self._source.service_state == "UNAVAILABLE":
            return tr("the service is not available.")
        return status.message or tr("the service has not answered.")


def _refused(status: SubscriptionStatus, known: Collection[Series]) -> str:
    """Say what the service refused that it had not refused before, in its words."""
    new = [error for error in status.errors if error.series not in known]
    if not new:
        return ""
    name = f"{new[0].statistic.ref} {new[0].statistic.title}"
    if len(new) == 1:
        words = tr("Saved, but the service refuses {name}: {words}")
    else:
        words = tr("Saved, but the service refuses {count} of its statistics. {name}: {words}")
    return words.format(count=numbers.count(len(new)), name=name, words=new[0].message)
