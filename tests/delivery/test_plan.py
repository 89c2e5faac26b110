"""Which notices are shown, sound and are said again, by the user's choice."""

from statmon.alerts.telling import NoticeKind, State
from statmon.delivery.plan import Plan, Show, Withdraw
from statmon.storage.user.alert_delivery import Delivery
from tests.delivery.steps import AT, notice, step

ALL = Delivery(notify="warning", sound="critical", repeat_minutes=5, to_front=True)
MINUTE = 60_000


def told(acts):
    return [(one.aloud, one.sounds, one.to_front) for one in acts if isinstance(one, Show)]


def test_each_level_has_what_its_user_wants():
    """A warning is shown; what is critical sounds and brings the window to the front."""
    plan = Plan(ALL)

    assert told(plan.take([notice(step(level=1))], AT)) == [(True, False, False)]
    assert told(plan.take([notice(step(level=-2), id_="n2")], AT)) == [(True, True, True)]


def test_what_nobody_wants_to_be_told_is_not_told():
    """Below the level, and never; what was never shown is neither updated nor taken away."""
    warning, critical = notice(step(level=1)), notice(step(level=2), id_="n2")
    over = [notice(step(level=1), over=True), notice(step(level=2), id_="n2", over=True)]
    assert Plan(Delivery(notify="critical")).take([warning, over[0]], AT) == []
    assert Plan(Delivery(notify="never")).take([warning, critical, *over], AT) == []


def test_a_change_is_shown_in_silence_and_the_end_takes_the_notice_away():
    """Whatever the value does, only what speaks is heard."""
    plan = Plan(ALL)
    plan.take([notice(step(level=2))], AT)

    assert told(plan.take([notice(step(level=1), speaks=False)], AT)) == [(False, False, False)]
    assert plan.take([notice(step(state=State.ENDED), over=True)], AT) == [Withdraw("n1")]
    assert plan.take([notice(step(state=State.ENDED), over=True)], AT) == []


def test_an_outage_is_told_like_something_critical_and_its_end_stays_to_be_read():
    """From when to when nothing was known."""
    plan = Plan(Delivery())
    down = notice(kind=NoticeKind.OUTAGE)

    assert told(plan.take([down], AT)) == [(True, True, False)]
    end = plan.take([notice(kind=NoticeKind.OUTAGE, over=True, speaks=False)], AT + MINUTE)
    assert told(end) == [(False, False, False)]


def test_a_critical_one_is_said_again_until_it_is_acknowledged():
    """Every so many minutes, a warning never, and only where somebody asked for it."""
    plan = Plan(ALL)
    plan.take([notice(step(level=2)), notice(step(level=1), id_="n2")], AT)

    assert plan.again(AT + 5 * MINUTE - 1) == []
    again = plan.again(AT + 5 * MINUTE)
    assert [(one.notice.id, one.again, one.sounds) for one in again] == [("n1", True, True)]
    assert plan.again(AT + 6 * MINUTE) == []
    plan.take([notice(step(state=State.ACKNOWLEDGED, level=2), over=True, speaks=False)], AT)
    assert plan.again(AT + 60 * MINUTE) == []

    once = Plan(Delivery())
    once.take([notice(step(level=2))], AT)
    assert once.again(AT + 60 * MINUTE) == []


def test_a_clock_that_is_set_back_does_not_silence_for_long():
    """Said once more rather than not for a day."""
    plan = Plan(ALL)
    plan.take([notice(step(level=2))], AT)

    assert len(plan.again(AT - 24 * 60 * MINUTE)) == 1
