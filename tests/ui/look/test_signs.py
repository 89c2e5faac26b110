import pytest

from statmon.domain.vocabulary import STATUSES
from statmon.live.freshness import Freshness
from statmon.ui.look import signs


def test_each_freshness_has_a_glyph_of_its_own():
    """Colour never carries meaning alone."""
    shown = [signs.of_freshness(freshness) for freshness in Freshness]

    assert len({sign.glyph for sign in shown}) == len(Freshness)
    assert all(sign.word for sign in shown)


@pytest.mark.parametrize("status", [status.name for status in STATUSES])
def test_every_known_state_has_a_sign_and_its_own_word(status):
    """Stat Server's word is what people know."""
    assert signs.of_state(status).word == status
    assert signs.of_state(status).glyph


def test_unknown_and_logged_out_are_not_confused():
    """After a restart of the service nobody may look logged out."""
    assert signs.of_state("status 99").glyph != signs.of_state("LoggedOut").glyph


@pytest.mark.parametrize("state", ["connecting", "connected", "reconnecting", "closed"])
def test_connections_have_signs(state):
    """Each with a word."""
    assert signs.of_connection(state).word


def test_a_word_of_the_services_own_is_shown_as_it_is():
    """It is neither green nor red to us."""
    assert signs.of_service("DEGRADED").word == "DEGRADED"
    assert signs.of_service(None).glyph == "?"


def test_an_open_subscription_with_refusals_is_not_well():
    """Partial failures stay visible."""
    assert signs.of_subscription("open", 1) != signs.of_subscription("open", 0)
    assert signs.of_subscription("lost", 0).word == "lost"
