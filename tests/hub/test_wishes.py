"""What all desktops wish together."""

import pytest

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.hub.messages import Wish, WishAnswer, Wished
from statmon.hub.wishes import FORGET_AFTER, GRACE, Wishes

KNOWN = {
    number: Statistic(f"s{number}", ObjectRef("Agent", f"agent{number}"), "InboundCalls")
    for number in range(10)
}


def wish(*series, window="w"):
    return Wish(window, tuple(map(Wished, series)))


def say(wishes, user, *series, now=0.0, window="w", told=KNOWN):
    return wishes.take(user, wish(*series, window=window), told, now)


def test_equal_wishes_are_one():
    """That is what a hub is for."""
    wishes = Wishes()
    assert say(wishes, "anna", 1, 2) == WishAnswer()
    assert say(wishes, "bob", 2, 3) == WishAnswer()
    assert sorted(wishes.statistics) == [1, 2, 3]
    assert wishes.statistics[2] is KNOWN[2]


def test_what_is_not_known_is_asked_for():
    """Later a number is enough."""
    wishes = Wishes()
    assert say(wishes, "anna", 1, 2, told={1: KNOWN[1]}).unknown == (2,)
    assert say(wishes, "anna", 1, 2, told={2: KNOWN[2]}) == WishAnswer()
    assert say(wishes, "bob", 1, told={}) == WishAnswer()


def test_a_description_that_cannot_be_read_is_refused_in_words():
    """It would else be asked for again and again."""
    answer = Wishes().take("anna", Wish("w", (Wished(1, "Agent", "a", "Calls"),)), {}, 0)
    assert answer.unknown == ()
    assert "cannot read" in answer.refused[0][1]


def test_a_wish_takes_the_place_of_the_one_before():
    """What is wished no more stays open for a while: who was away comes back."""
    wishes = Wishes()
    say(wishes, "anna", 1, 2)
    say(wishes, "anna", 2)
    assert not wishes.expire(GRACE - 1)
    say(wishes, "anna", 2, now=GRACE)
    assert wishes.expire(GRACE)
    assert sorted(wishes.statistics) == [2]


def test_who_says_nothing_is_forgotten_and_then_what_was_wished():
    """A window that was killed says no goodbye."""
    wishes = Wishes()
    say(wishes, "anna", 1)
    assert not wishes.expire(FORGET_AFTER)
    assert not wishes.expire(FORGET_AFTER + GRACE - 1)
    assert wishes.expire(FORGET_AFTER + GRACE)
    assert not wishes.statistics


def test_who_is_back_in_time_finds_it_open():
    """Nothing is opened twice."""
    wishes = Wishes()
    say(wishes, "anna", 1)
    wishes.leave("anna", "w", 1)
    say(wishes, "anna", 1, now=GRACE)
    assert not wishes.expire(GRACE + 2)


@pytest.mark.parametrize("windows", [1, 2])
def test_nobody_takes_more_than_a_share(windows):
    """In one window or several; what is the same in both counts once."""
    wishes = Wishes(most_of_user=3)
    say(wishes, "anna", 1, 2, window="first")
    answer = say(wishes, "anna", 1, 2, 3, 4, window="first" if windows == 1 else "second")
    assert [series for series, _ in answer.refused] == [4]
    assert "3" in answer.refused[0][1]
    assert say(wishes, "bob", 4) == WishAnswer()


def test_a_site_opens_so_many_and_no_more():
    """What is open for somebody else is no more."""
    wishes = Wishes(most_of_site=2)
    say(wishes, "anna", 1, 2)
    answer = say(wishes, "bob", 2, 3)
    assert [series for series, _ in answer.refused] == [3]
