"""What a ratio is made of follows from its definition; what is not certain has no parts."""

import pytest

from statmon.domain.definition import Definition
from statmon.domain.ratio import computes, ratio_of

SERVICE_LEVEL = {
    "notificationMode": "Periodical", "notificationFrequency": 60, "category": "ServiceFactor1",
    "subject": "DNAction", "mainMask": "CallAnswered", "timeRangeLeft": 0, "timeRangeRight": 20,
    "timeRangeLeft2": 0, "timeRangeRight2": 5, "intervalType": "SlidingWindow",
    "dynamicTimeProfile": "3600:10", "dynamicFilter": "MediaType=voice", "x-own": 1,
}  # fmt: skip


def defined(**fields):
    return Definition({**SERVICE_LEVEL, **fields})


def words(terms):
    return [(term.sign, term.definition.category, term.words) for term in terms]


def test_a_service_level_leaves_out_who_hung_up_at_once():
    """Answered in time ÷ (answered + abandoned - abandoned in the second range)."""
    ratio = ratio_of(defined())

    assert words(ratio.numerator) == [(1, "TotalNumberInTimeRange", "CallAnswered 0–20 s")]
    assert words(ratio.denominator) == [
        (1, "TotalNumber", "CallAnswered"),
        (1, "TotalNumber", "CallAbandoned"),
        (-1, "TotalNumberInTimeRange", "CallAbandoned 0–5 s"),
    ]
    assert words(ratio.excluded) == [(-1, "TotalNumberInTimeRange", "CallAbandoned 0–5 s")]


def test_parts_keep_window_filter_and_what_nobody_knows():
    """Another window is another number."""
    for term in (*ratio_of(defined()).numerator, *ratio_of(defined()).denominator):
        fields = term.definition.fields
        for key in ("intervalType", "dynamicTimeProfile", "dynamicFilter", "x-own", "subject"):
            assert fields[key] == SERVICE_LEVEL[key]
        assert "timeRangeRight2" not in fields


@pytest.mark.parametrize(
    ("category", "above", "below", "scale"),
    [
        ("TotalNumberInTimeRangePercentage", "TotalNumberInTimeRange", "TotalNumber", 100),
        ("CurrentNumberInTimeRangePercentage", "CurrentNumberInTimeRange", "CurrentNumber", 100),
        ("RelativeNumber", "TotalNumber", "TotalNumber", 1),
        ("AverageTime", "TotalTime", "TotalNumber", 1),
        ("RelativeTimePercentage", "TotalAdjustedTime", "TotalAdjustedTime", 100),
        ("AverageNumberPerRelativeHour", "TotalNumber", "TotalAdjustedTime", 3600),
        ("CurrentAverageTime", "CurrentTime", "CurrentNumber", 1),
        ("CurrentRelativeNumberPercentage", "CurrentNumber", "CurrentNumber", 100),
        ("CurrentRelativeTimePercentage", "CurrentTime", "CurrentTime", 100),
    ],
)
def test_every_category_that_is_a_ratio_has_its_parts(category, above, below, scale):
    """Those with a second mask or a range (docs/reference/definitions.md §2, §4)."""
    ratio = ratio_of(defined(category=category, relMask="CallEntered"))

    assert [term.definition.category for term in ratio.numerator] == [above]
    assert [term.definition.category for term in ratio.denominator] == [below]
    assert ratio.scale == scale


@pytest.mark.parametrize(
    "fields",
    [
        {"category": "TotalNumber"},
        {"category": "ServiceFactor1", "timeRangeRight2": None},
        {"category": "RelativeNumberPercentage", "relativeMask": "CallEntered"},
        {"category": "RelativeNumber"},
        {"category": "OfTheirOwn"},
    ],
)
def test_what_is_not_certain_has_no_parts(fields):
    """A second range that only the site knows, a share of a range, no relative mask."""
    assert ratio_of(defined(**fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"notificationMode": "Immediate"}, {"insensitivity": 1}, {"objects": "Queue"},
        {"mainMask": " CallAnswered "}, {"timeRangeRight": "20"}, {"intervalLength": 9999999},
        {"dynamicTimeProfile": None, "dynamicProfile": "3600:10"},
        {"dynamicFilter": "mediatype = voice"},
    ],
)  # fmt: skip
def test_when_it_is_told_and_how_it_is_spelled_makes_no_difference(fields):
    """The number is the same."""
    assert computes(defined(**fields)) == computes(defined())


@pytest.mark.parametrize(
    "fields",
    [
        {"dynamicTimeProfile": "1800:10"}, {"intervalType": "GrowingWindow"},
        {"timeRangeRight": 30}, {"timeRangeRight2": 6}, {"dynamicFilter": "MediaType=chat"},
        {"mainMask": "CallEntered"}, {"subject": "DNStatus"}, {"x-own": 2},
    ],
)  # fmt: skip
def test_window_range_filter_and_mask_make_another_number(fields):
    """None of these may stand for another."""
    assert computes(defined(**fields)) != computes(defined())


def test_midnight_has_one_spelling_and_a_status_is_timed_one_way():
    """0:00 and 00:00; of a status, what is in progress counts either way."""
    day = {"category": "TotalTime", "intervalType": "GrowingWindow", "subject": "AgentStatus"}
    wanted = computes(defined(**day, dynamicTimeProfile="0:00"))

    assert computes(defined(**day, dynamicTimeProfile="00:00")) == wanted
    other = {**day, "category": "TotalAdjustedTime", "dynamicTimeProfile": "0:00"}
    assert computes(defined(**other)) == wanted
    of_actions = {**other, "subject": "DNAction"}
    assert computes(defined(**of_actions)) != computes(
        defined(**{**of_actions, "category": "TotalTime"})
    )
