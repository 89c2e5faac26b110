"""From ids on the wire to series: makes one batch of readings of what came in one response."""

from collections.abc import Callable, Iterable, Mapping

from statmon.domain.reading import Origin, Reading
from statmon.domain.statistic import Series
from statmon.service.subscriptions.desired import Desired
from statmon.service.wire.api import StatisticValue
from statmon.service.wire.events import Arrival, ReadingsArrived


class Demux:
    """Knows which ``statisticId`` of which subscription stands for which series."""

    def __init__(self, service_time: Callable[[int], int] = lambda now: now) -> None:
        """Know no subscription yet.

        Args:
            service_time: the service's epoch ms at one of ours, for values that do not say.
        """
        self._service_time = service_time
        self._routes: dict[str, Mapping[str, Series]] = {}
        self.foreign = 0
        """Values dropped because their subscription is not, or no longer, ours."""

    def expect(self, id_: str, series_by_id: Mapping[str, Series]) -> None:
        """Take values of this subscription from now on."""
        self._routes[id_] = series_by_id

    def forget(self, id_: str) -> None:
        """Take them no more."""
        self._routes.pop(id_, None)

    def batch(
        self,
        values: Iterable[StatisticValue],
        wishes: Mapping[Series, Desired],
        now: int,
        origin: Origin,
        of: str | None = None,
        asked: int | None = None,
    ) -> ReadingsArrived | None:
        """Return the readings in values, or None if there are none.

        Args:
            values: what came.
            wishes: who wants what; a series that nobody wants is foreign.
            now: when it came, local epoch ms.
            origin: how it came.
            of: the subscription that was asked; None where each value says its own.
            asked: when it was asked for, local epoch ms; None for what came unasked.
        """
        routes = self._routes
        arrivals: list[Arrival] = []
        for value in values:
            id_ = of or value.subscription_id
            route = routes.get(id_)
            series = route.get(value.statistic_id) if route is not None else None
            wish = wishes.get(series) if series is not None else None
            if series is None or wish is None:
                self.foreign += 1
                continue
            stamp = value.stamp
            if stamp is None:
                stamp = self._service_time(now)
            reading = Reading(series, value.value, stamp, now, origin)
            arrivals.append(Arrival(reading, wish.wanted, id_))
        return ReadingsArrived(tuple(arrivals), now, asked) if arrivals else None
