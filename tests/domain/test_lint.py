"""Lint: each trap of the field has its remark, and what is well made has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain import actions, combinations
from statmon.domain.definition import Definition
from statmon.domain.lint import Severity, lint, lint_statistic
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.vocabulary import CATEGORIES, OBJECT_TYPES, SUBJECTS
from statmon.storage.user import library

GROWING = {"intervalType": "GrowingWindow", "dynamicTimeProfile": "0:00"}
GENTLE = {"notificationMode": "Periodical", "notificationFrequency": 60, "insensitivity": 1}
COUNT = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallInbound",
         **GROWING, **GENTLE}  # fmt: skip
NOW = {"category": "CurrentNumber", "subject": "DNAction", "mainMask": "CallWait", **GENTLE}
LEVEL = {**COUNT, "category": "ServiceFactor1", "mainMask": "CallAnswered"}
TRAPS = {
    "no-category": ("Agent", {**COUNT, "category": ""}),
    "no-subject": ("Agent", {**COUNT, "subject": None}),
    "no-mask": ("Agent", {**COUNT, "mainMask": ""}),
    "unknown-word": ("Agent", {**COUNT, "category": "TotalNumbr"}),
    "unknown-action": ("Agent", {**COUNT, "mainMask": "CallInbund"}),
    "foreign-action": ("Queue", {**NOW, "mainMask": "NotReadyForNextCall"}),
    "subject-unsuitable": ("Queue", {**NOW, "subject": "AgentStatus"}),
    "statuses-counted": ("Agent", {**COUNT, "subject": "DNStatus"}),
    "moment-in-current": ("Queue", {**NOW, "mainMask": "CallWait,CallAnswered"}),
    "interval-on-current": ("Queue", {**NOW, **GROWING}),
    "no-interval": ("Agent", {key: COUNT[key] for key in COUNT if key not in GROWING}),
    "since-login": ("Queue", {**COUNT, "mainMask": "CallEntered", "intervalType": "SinceLogin",
                              "dynamicTimeProfile": ""}),
    "profile-form": ("Agent", {**COUNT, "intervalType": "SlidingWindow"}),
    "range-empty": ("Queue", {**LEVEL, "timeRangeLeft": 20, "timeRangeRight": "20",
                              "timeRangeRight2": 5}),
    "no-ranges": ("Queue", LEVEL),
    "own-ranges": ("Queue", {**COUNT, "category": "TotalNumberInTimeRange",
                             "mainMask": "CallAbandoned", "timeRangeRight": 6}),
    "no-relative-mask": ("Agent", {**COUNT, "category": "RelativeTimePercentage"}),
    "rel-mask": ("Agent", {**COUNT, "category": "AverageTime", "relMask": "CallInbound"}),
    "over-hundred": ("GroupAgents", {**NOW, "category": "CurrentRelativeNumberPercentage",
                                     "mainMask": "CallInbound", "relativeMask": "CallOutbound"}),
    "reset-mode": ("Queue", {**NOW, "notificationMode": "ResetBased"}),
    "flood": ("Agent", {**COUNT, "notificationMode": "ChangesBased"}),
    "no-frequency": ("Agent", {**COUNT, "notificationFrequency": None}),
    "frequent": ("Agent", {**COUNT, "notificationFrequency": "10"}),
    "insensitivity-zero": ("Agent", {**COUNT, "insensitivity": 0}),
    "no-number": ("Agent", {**COUNT, "notificationFrequency": "soon"}),
    "continuous-time": ("GroupAgents", {**NOW, "category": "CurrentContinuousTime"}),
    "zero-undefined": ("Queue", {**NOW, "category": "CurrentAverageTime",
                                 "relativeMask": "CallWait"}),
    "compound-subject": ("Queue", {**LEVEL, "subject": "DNStatus"}),
    "single-medium": ("Queue", {**COUNT, "category": "EstimWaitingTime", "mainMask": "CallWait"}),
    "filter-on-hours": ("Agent", {**COUNT, "category": "AverageNumberPerRelativeHour",
                                  "subject": "AgentStatus", "relativeMask": "*",
                                  "dynamicFilter": 'PairExists("Language","Spanish")'}),
    "level-without-mask": ("Queue", {**LEVEL, "mainMask": ""}),
    "blind-status": ("Agent", {**COUNT, "subject": "AgentStatus", "mainMask": "LoggedIn"}),
    "subject-corrected": ("Agent", {**COUNT, "subject": "PlaceStatus"}),
    "not-a-queue": ("Agent", LEVEL),
    "pseudo-action": ("Agent", {**COUNT, "mainMask": "AgentLogin",
                                "dynamicFilter": "Media=voice"}),
}  # fmt: skip


GRAVEST = tuple(Severity)


def _rules(object_type: str, fields: dict[str, object]) -> set[str]:
    return {remark.rule for remark in lint(Definition(fields), object_type)}


@pytest.mark.parametrize("rule", TRAPS)
def test_each_trap_has_its_remark(rule):
    """In sentences, with words that say what happens."""
    object_type, fields = TRAPS[rule]
    found = [remark for remark in lint(Definition(fields), object_type) if remark.rule == rule]

    assert found
    assert all(remark.words.endswith((".", "?")) for remark in found)


@pytest.mark.parametrize(
    ("name", "definition", "rules"),
    [
        ("InboundCalls", COUNT, {"name-and-definition"}),
        ("InboundCalls", {**COUNT, "mainMask": ""}, {"no-mask", "name-and-definition"}),
        (None, COUNT, set()),
        ("InboundCalls", None, set()),
    ],
)
def test_a_name_beside_a_definition_is_remarked_on(name, definition, rules):
    """The service is asked for the definition only, and the window shows the name."""
    defined = None if definition is None else Definition(definition)
    found = lint_statistic(Statistic("s", ObjectRef("Agent", "agent1"), name, defined))

    assert {remark.rule for remark in found} == rules
    assert [r.severity for r in found] == sorted((r.severity for r in found), key=GRAVEST.index)
    assert all(name in r.words for r in found if r.rule == "name-and-definition")


@pytest.mark.parametrize(
    ("object_type", "fields"),
    [
        ("Agent", COUNT),
        ("Queue", NOW),
        ("Queue", {**LEVEL, "timeRangeRight": 20, "timeRangeRight2": 5}),
        ("Agent", {"category": "CurrentState", "subject": "AgentStatus", "mainMask": "*",
                   "notificationMode": "Immediate"}),
        ("Agent", {**COUNT, "intervalType": "SinceLogin", "dynamicTimeProfile": ""}),
        ("Agent", {**COUNT, "mainMask": "AgentLogin"}),
        ("Queue", {**NOW, "mainMask": "AgentLogin"}),
        ("Queue", {**COUNT, "category": "ExpectedWaitTime2", "mainMask": "CallWait"}),
        ("GroupAgents", {**LEVEL, "timeRangeRight": 20, "timeRangeRight2": 5}),
        ("Agent", {**COUNT, "category": "AverageNumberPerRelativeHour", "subject": "DNStatus",
                   "relativeMask": "*,~LoggedOut", "dynamicFilter": "MediaType=voice"}),
        ("Agent", {**COUNT, "intervalType": "SlidingWindow", "dynamicTimeProfile": "3600:10"}),
    ],
)  # fmt: skip
def test_what_is_well_made_has_no_remark(object_type, fields):
    """Remarks on everything would be read by nobody."""
    assert _rules(object_type, fields) == set()


@pytest.mark.parametrize(
    ("rule", "object_type", "fields"),
    [
        ("no-ranges", "Queue", {**COUNT, "category": "RelativeNumberPercentage",
                                "mainMask": "CallAbandoned", "relativeMask": "CallEntered"}),
        ("pseudo-action", "Queue", {**COUNT, "mainMask": "AgentLogin"}),
        ("subject-corrected", "Place", {**COUNT, "subject": "AgentStatus"}),
    ],
)  # fmt: skip
def test_a_trap_in_another_shape_has_its_remark_too(rule, object_type, fields):
    """The less usual half of a rule."""
    assert rule in _rules(object_type, fields)


@pytest.mark.parametrize("rule", TRAPS)
def test_a_cure_removes_its_remark(rule):
    """One click mends what it promises to mend."""
    object_type, fields = TRAPS[rule]
    for remark in lint(Definition(fields), object_type):
        if remark.rule == rule and remark.cure:
            mended = {**fields, **remark.cure}
            mended = {key: value for key, value in mended.items() if value is not None}
            assert rule not in _rules(object_type, mended)


def test_the_gravest_remark_comes_first():
    """What will be refused before what only costs."""
    found = lint(Definition({"notificationMode": "Periodical", "insensitivity": 0}), "Queue")
    order = [list(Severity).index(remark.severity) for remark in found]

    assert order == sorted(order)
    assert found[0].severity is Severity.REFUSED


@pytest.mark.parametrize("entry", library.shipped().entries, ids=lambda entry: entry.id)
def test_the_library_does_what_lint_says(entry):
    """Of each entry, for each of its types: at most a note."""
    for object_type in entry.object_types:
        if entry.definition is not None:
            grave = [
                remark.words
                for remark in lint(entry.definition, object_type)
                if remark.severity is not Severity.NOTE
            ]
            assert not grave, object_type


@pytest.mark.parametrize("object_type", [*OBJECT_TYPES, "Bot"])
def test_what_the_editor_offers_first_is_well_made(object_type):
    """Each type of object has a definition to begin with; one that we do not know as well."""
    grave = [
        remark
        for remark in lint(combinations.starting_point(object_type), object_type)
        if remark.severity is Severity.REFUSED
    ]

    assert not grave
    assert set(combinations.categories_for(object_type)) == set(CATEGORIES)
    assert set(combinations.subjects_for(object_type)) <= set(SUBJECTS)


def test_a_current_category_is_offered_only_what_lasts():
    """The instantaneous actions are not in the list at all."""
    for object_type in OBJECT_TYPES:
        offered = combinations.mask_words(object_type, "DNAction", "CurrentNumber")
        assert offered
        assert not set(offered) & (actions.INSTANTANEOUS - actions.DURABLE)
        assert len(set(offered)) == len(offered)
    assert "CallAnswered" in combinations.mask_words("Queue", "DNAction", "TotalNumber")
    assert "CallAnswered" not in combinations.mask_words("Agent", "AgentStatus", "TotalNumber")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_KEYS = st.sampled_from([*COUNT, "relativeMask", "timeRangeLeft", "timeRangeRight2"]) | st.text()


@given(st.dictionaries(_KEYS, _JSON), st.sampled_from(OBJECT_TYPES) | st.text())
def test_no_definition_is_too_strange_to_be_remarked_upon(fields, object_type):
    """Whatever somebody writes in the JSON tab."""
    assert isinstance(lint(Definition(fields), object_type), tuple)
