"""Why a row is as fresh as it is, in words."""

from statmon.domain.value import format_duration
from statmon.live.freshness import Freshness
from statmon.ui.data.lens import Lens
from statmon.ui.look.text import tr


def reason(lens: Lens, row: int) -> str:
    """Say in words why a row is as fresh as it is (docs/reference/freshness.md §1)."""
    table = lens.table
    period = table.statistics[row].period
    match lens.freshness(row):
        case Freshness.ERROR:
            return table.errors.get(row, "")
        case Freshness.STALE if not table.healthy:
            return tr("connection or service are down")
        case Freshness.STALE if period and (lens.age(row) or 0) > 5 * period:
            return tr("several values in a row did not come")
        case Freshness.STALE:
            return tr("its subscription is not open")
        case Freshness.NO_DATA:
            return tr("subscribed, no value has come yet")
        case Freshness.UNDEFINED:
            return tr("the service says that it cannot compute it")
        case Freshness.LATE:
            return f"{tr('a value is due every')} {format_duration(period or 0)}"
        case Freshness.QUIET:
            return tr("nothing changed, and the connection is healthy")
        case _:
            return tr("its value is as of now")
