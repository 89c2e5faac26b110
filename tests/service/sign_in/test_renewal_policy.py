"""When a refused token is renewed, and when a person is asked (no I/O, no clock)."""

from itertools import pairwise

from statmon.bayeux.renewal_limit import FEW, SOON
from statmon.service.sign_in.renewal_policy import REFUSED_RETRY, RenewalPolicy


def vain(renewals: RenewalPolicy, seconds: float, step: float = 0.25) -> list[float]:
    """Refuse every token, several times a second; return when there was a new one."""
    at = []
    for beat in range(int(seconds / step)):
        if renewals.objection("Unauthorized", beat * step) is None:
            renewals.renewed(beat * step, refused=True)
            at.append(beat * step)
    return at


def test_tokens_that_end_before_their_first_use_are_renewed_a_second_apart() -> None:
    """All tokens ended several times within seconds: that needs nobody."""
    renewals = RenewalPolicy()

    seconds = (FEW - 1) * SOON + 0.25
    assert vain(renewals, seconds) == [number * SOON for number in range(FEW)]
    assert renewals.needed is None


def test_a_token_that_is_refused_for_good_is_renewed_less_and_less_often() -> None:
    """A person is asked within seconds, once; the pauses double up to a quarter of an hour."""
    renewals = RenewalPolicy()
    at = vain(renewals, FEW * SOON + 1)
    assert "refuses the token that it has just given (Unauthorized)" in (renewals.needed or "")

    at = vain(RenewalPolicy(), 4 * 3600)
    pauses = [later - earlier for earlier, later in pairwise(at)]
    assert pauses == sorted(pauses)
    assert pauses[FEW - 1 : FEW + 3] == [SOON, 2 * SOON, 4 * SOON, 8 * SOON]
    assert max(pauses) == REFUSED_RETRY
    assert len(at) < 30


def test_a_token_that_is_taken_after_all_ends_the_need_and_the_pauses() -> None:
    """The service, or a gateway, was wrong for a while."""
    renewals = RenewalPolicy()
    vain(renewals, 100)
    renewals.accepted()

    assert renewals.needed is None
    assert renewals.objection("Unauthorized", 101) is None


def test_a_renewal_ahead_of_the_end_forgets_no_refusal() -> None:
    """Short lives must not begin the quick renewals anew, again and again."""
    renewals = RenewalPolicy()
    vain(renewals, 100)
    renewals.renewed(100, refused=False)

    assert renewals.objection("Unauthorized", 100) is not None
