"""An error finds its statistic, although no document says how it names it."""

import msgspec
import pytest

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.service.subscriptions.partial_errors import refused_in
from statmon.service.wire.api import Answer
from statmon.service.wire.errors import ServiceError

ASKED = {
    item.series("site"): item
    for item in (
        Statistic("s1", ObjectRef("Agent", "agent1"), "InboundCalls"),
        Statistic("s2", ObjectRef("Agent", "agent2"), "Nope"),
        Statistic("s3", ObjectRef("Agent", "ghost"), "InboundCalls"),
    )
}


def refused(answered: list[str], *errors: dict) -> dict[str, str]:
    answer = msgspec.convert(
        {
            "data": {"statistics": [{"statisticId": id_} for id_ in answered]},
            "errors": [{"status": error} for error in errors],
        },
        Answer,
    )
    return {ASKED[series].id: words for series, words in refused_in(answer, ASKED).items()}


@pytest.mark.parametrize(
    ("answered", "errors", "expected"),
    [
        (["s1", "s2", "s3"], [], {}),
        (["s1"], [], {}),
        (["s1", "s3"], [{"code": 5, "message": "no"}], {"s2": "no"}),
        (["s1", "s3"], [{"code": 5}], {"s2": "status code 5"}),
        (["s1"], [{"message": "first"}, {"message": "second"}], {"s2": "first", "s3": "second"}),
        (
            ["s1"],
            [{"message": "bad", "detail": {"statisticId": "s3"}}, {"message": "worse"}],
            {"s2": "worse", "s3": "bad"},
        ),
        (
            ["s1"],
            [{"message": "InboundCalls of ghost is unknown"}, {"message": "x"}],
            {"s2": "x", "s3": "InboundCalls of ghost is unknown"},
        ),
        ([], [{"message": "busy"}], {"s1": "busy", "s2": "busy", "s3": "busy"}),
    ],
)
def test_errors_are_attached_by_name_else_in_order(answered, errors, expected):
    """What is missing was refused; one error for many is the error of all."""
    assert refused(answered, *errors) == expected


@pytest.mark.parametrize("names", [("Total", "Total_Calls"), ("Total_Calls", "Total")])
def test_the_longest_name_that_an_error_has_is_the_one_it_means(names):
    """One predefined name may begin with another, of the same agent."""
    asked = {
        item.series("site"): item
        for item in (Statistic(f"id-{n}", ObjectRef("Agent", "agent1"), n) for n in names)
    }
    errors = [
        {"status": {"message": "agent1 has no Total_Calls"}},
        {"status": {"message": "agent1 has no Total"}},
    ]
    answer = msgspec.convert({"data": {"statistics": []}, "errors": errors}, Answer)

    assert {asked[series].id: words for series, words in refused_in(answer, asked).items()} == {
        "id-Total": "agent1 has no Total",
        "id-Total_Calls": "agent1 has no Total_Calls",
    }


@pytest.mark.parametrize(
    ("status", "code", "final", "gone"),
    [
        (200, 9, True, True),
        (400, None, True, True),
        (404, None, False, True),
        (200, 603, False, False),
        (400, 603, False, False),
        (503, None, False, False),
        (None, None, False, False),
    ],
)
def test_only_a_no_to_the_content_is_final(status, code, final, gone):
    """A refused token (603) says nothing of a statistic, nor that a subscription is gone."""
    error = ServiceError("call", "no", status=status, code=code)

    assert (error.final, error.gone) == (final, gone)
