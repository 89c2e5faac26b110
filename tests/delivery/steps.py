"""Steps in an alert's life and notices, as ``alerts`` tells them."""

from statmon.alerts.telling import Change, Notice, NoticeKind, State, Transition
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit

AT = 1_790_000_000_000


def step(
    id_: str = "a1", state: State = State.ACTIVE, level: int = 1, *, at: int = AT,
    number: float | None = 7.0, object_id: str = "Billing", change: Change = Change.RAISED,
    speaks: bool = True,
) -> Transition:  # fmt: skip
    return Transition(
        id=id_, change=change, state=state,
        series=Series("http://s", "Queue", object_id, "Waiting"),
        statistic="Waiting", unit=Unit.COUNT, rule="Many waiting", level=level, worst=level,
        number=number, limit=5.0, since=at, at=at, speaks=speaks,
    )  # fmt: skip


def notice(
    *steps: Transition, id_: str = "n1", kind: NoticeKind = NoticeKind.ALERT, speaks: bool = True,
    over: bool = False, at: int = AT,
) -> Notice:  # fmt: skip
    level = max((one.level for one in steps), key=abs, default=0)
    return Notice(
        id=id_, kind=kind, speaks=speaks, over=over, level=level, group="", alerts=steps, since=AT,
        at=at,
    )  # fmt: skip
