"""Remarks on a definition before the service refuses it, or computes something unexpected.

Each rule is a function from a definition and an object type to remarks; each has its source in
docs/reference/definitions.md. None of them blocks: the service has the last word.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final

from statmon.domain import actions, combinations
from statmon.domain.definition import Definition
from statmon.domain.statistic import Statistic
from statmon.domain.vocabulary import (
    CATEGORIES,
    INTERVAL_TYPES,
    NOTIFICATION_MODES,
    OBJECT_TYPE_ALIASES,
    OBJECT_TYPES,
    SUBJECTS,
)
from statmon.domain.waits import range_of

RECOMMENDED_FREQUENCY: Final = 60
"""Seconds; what Genesys's tutorials ask of production clients."""


class Severity(StrEnum):
    """How much a remark matters."""

    REFUSED = "refused"
    """The service will probably refuse it."""
    SURPRISE = "surprise"
    """It will compute something else than one would think, or load the service."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a definition."""

    rule: str
    severity: Severity
    words: str
    """One or two sentences for the user."""
    cure: Mapping[str, Any] | None = None
    """Fields that would mend it, by key; None as a value takes the field out."""


Rule = Callable[[Definition, str], Iterator[Remark]]
_ORDER: Final = tuple(Severity)
_MODES: Final = {"changesbased": "immediate", "timebased": "periodical", "resetbased": "reset"}


def lint(definition: Definition, object_type: str) -> tuple[Remark, ...]:
    """Return the remarks on a definition for an object type, gravest first."""
    found = [remark for rule in _RULES for remark in rule(definition, object_type)]
    return tuple(sorted(found, key=lambda remark: _ORDER.index(remark.severity)))


def lint_statistic(statistic: Statistic) -> tuple[Remark, ...]:
    """Return the remarks on a statistic: on its definition, and on a name beside that."""
    definition = statistic.definition
    if definition is None:
        strange = unknown_type(statistic.ref.object_type)
        return (strange,) if strange else ()
    found = lint(definition, statistic.ref.object_type)
    if not statistic.name:
        return found
    # Each item of a request has one or the other (docs/reference/statistics-api.md §1).
    beside = _surprise(
        "name-and-definition",
        f"It has a name and a definition, and the service is asked for the definition only: "
        f"{statistic.name} is no more than what it is called here. Take one of them out.",
    )
    return tuple(sorted((beside, *found), key=lambda remark: _ORDER.index(remark.severity)))


def mode_of(definition: Definition) -> str:
    """Return the notification mode in lower case under its common name; empty when absent."""
    mode = definition.text("notificationMode").casefold()
    return _MODES.get(mode, mode)


def _refused(rule: str, words: str, **cure: Any) -> Remark:
    return Remark(rule, Severity.REFUSED, words, cure or None)


def _surprise(rule: str, words: str, **cure: Any) -> Remark:
    return Remark(rule, Severity.SURPRISE, words, cure or None)


def _note(rule: str, words: str, **cure: Any) -> Remark:
    return Remark(rule, Severity.NOTE, words, cure or None)


def _a(object_type: str) -> str:
    return f"{'an' if object_type[:1] in 'AEIOaeio' else 'a'} {object_type}"


def _needed_fields(definition: Definition, object_type: str) -> Iterator[Remark]:
    if not definition.category:
        yield _refused("no-category", "The category is missing: choose what is computed.")
    if not definition.text("subject"):
        best = combinations.subjects_for(object_type)[0]
        yield _refused(
            "no-subject", "The subject is missing: choose whose actions count.", subject=best
        )
    if definition.text("mainMask"):
        return
    if definition.category == "ServiceFactor1":
        words = (
            "The documents want the main mask CallAnswered here; Genesys's own configuration "
            "leaves it out, so both may do."
        )
        yield _note("level-without-mask", words, mainMask="CallAnswered")
    elif definition.category not in combinations.MASKLESS:
        yield _refused("no-mask", "The main mask is missing: say which actions or statuses count.")


def _known_words(definition: Definition, object_type: str) -> Iterator[Remark]:
    for key, known in (
        ("category", (*CATEGORIES, *_SPELLED_ELSEWHERE)),
        ("subject", SUBJECTS),
        ("intervalType", INTERVAL_TYPES),
        ("notificationMode", (*NOTIFICATION_MODES, "ChangesBased", "TimeBased", "ResetBased")),
    ):
        word = definition.text(key)
        if word and word.casefold() not in {item.casefold() for item in known}:
            yield _unknown(key, word, known)
    if strange := unknown_type(object_type):
        yield strange


def unknown_type(object_type: str) -> Remark | None:
    """Return a remark on an object type that nobody knows, as a slip of the keyboard is one."""
    types = (*OBJECT_TYPES, *OBJECT_TYPE_ALIASES)
    if not object_type or object_type in types:
        return None
    return _unknown("objectType", object_type, types)


_SPELLED_ELSEWHERE: Final = ("EstimWaitTime", "ExpectedWaitTime2")
"""Categories of Genesys's documents that StatLib's list does not have.

See docs/reference/definitions.md §5.
"""


def _unknown(key: str, word: str, known: tuple[str, ...]) -> Remark:
    near = get_close_matches(word, known, 1)
    hint = f": is {near[0]} meant?" if near else ": it is passed on as it is."
    cure = {key: near[0]} if near and key != "objectType" else {}
    return _note("unknown-word", f"{key} {word} is not in the service's documents{hint}", **cure)


def _mask_words(definition: Definition, object_type: str) -> Iterator[Remark]:
    for key in ("mainMask", "relativeMask"):
        named, excluded = actions.words_of(definition.text(key))
        for word in (*named, *excluded):
            if word != "*" and not actions.is_known(word):
                near = get_close_matches(word, actions.KNOWN, 1)
                hint = f": is {near[0]} meant?" if near else "."
                words = f"{word} in {key} is no action or status that is documented{hint}"
                yield _surprise("unknown-action", words)
    named, _ = actions.words_of(definition.text("mainMask"))
    strange = [word for word in named if _is_strange(word, object_type)]
    if strange:
        words = f"{', '.join(strange)} does not happen to {_a(object_type)}: the number stays 0."
        yield _surprise("foreign-action", words)
    blind = [word for word in named if word in ("NotMonitored", "LoggedIn")]
    if blind:
        words = (
            f"{', '.join(blind)} also stands for a telephone or queue of which Stat Server gets no "
            "reliable data: read it as unknown."
        )
        yield _note("blind-status", words)


def _is_strange(word: str, object_type: str) -> bool:
    kind = combinations.canonical_type(object_type)
    if word in actions.PSEUDO_ACTIONS:
        return False
    if kind in combinations.QUEUES:
        return word in actions.OF_PEOPLE - actions.OF_QUEUES
    # Groups of agents stand for the queue in front of them as well
    # (docs/reference/definitions.md §5).
    people = combinations.PEOPLE - combinations.GROUPS
    return kind in people and word in actions.OF_QUEUES - actions.OF_PEOPLE


def _subject_suits(definition: Definition, object_type: str) -> Iterator[Remark]:
    subject = definition.text("subject")
    suitable = combinations.subjects_for(object_type)
    if subject in SUBJECTS and subject not in suitable:
        words = (
            f"The subject {subject} does not suit {_a(object_type)}: use {' or '.join(suitable)}."
        )
        yield _refused("subject-unsuitable", words, subject=suitable[0])
    corrected = _CORRECTED.get(combinations.canonical_type(object_type))
    if corrected is not None and subject == corrected[0]:
        words = f"Stat Server takes {corrected[1]} instead; before 8.1.2 it refused {subject}."
        yield _note("subject-corrected", words, subject=corrected[1])
    if (
        definition.category == "TotalNumber"
        and subject.endswith("Status")
        and "Call" in definition.text("mainMask")
    ):
        words = (
            "This counts statuses, not calls: a call that was on hold twice is in it three times. "
            "Use the subject DNAction to count calls."
        )
        yield _note("statuses-counted", words, subject="DNAction")


_CORRECTED: Final = {
    "Agent": ("PlaceStatus", "AgentStatus"),
    "AgentPlace": ("AgentStatus", "PlaceStatus"),
}


def _current(definition: Definition, _: str) -> Iterator[Remark]:
    if not combinations.is_current(definition.category):
        return
    named, _excluded = actions.words_of(definition.text("mainMask"))
    moments = [word for word in named if word in _MOMENTS]
    if moments:
        words = (
            f"{', '.join(moments)} happens in a moment, and {definition.category} sees only what "
            "lasts: it is ignored. Choose a Total category to count it."
        )
        yield _surprise("moment-in-current", words)
    if definition.text("intervalType") or definition.text("dynamicTimeProfile"):
        words = f"{definition.category} is about now: leave interval and time profile out."
        gone = ("intervalType", "intervalLength", "dynamicTimeProfile", "dynamicProfile")
        yield _refused("interval-on-current", words, **dict.fromkeys(gone))


_MOMENTS: Final = actions.INSTANTANEOUS - actions.DURABLE - frozenset(actions.PSEUDO_ACTIONS)


def _interval(definition: Definition, object_type: str) -> Iterator[Remark]:
    category, kind = definition.category, definition.text("intervalType")
    if not category or combinations.is_current(category):
        return
    profile = definition.text("dynamicTimeProfile")
    if not kind and not profile:
        yield _note(
            "no-interval",
            "Without an interval the service takes its default profile: since midnight.",
            intervalType="GrowingWindow",
            dynamicTimeProfile="0:00",
        )
    people = ("Agent", "AgentPlace")
    if kind == "SinceLogin" and combinations.canonical_type(object_type) not in people:
        words = f"Nobody logs in at {_a(object_type)}: SinceLogin is only for agents and places."
        yield _refused(
            "since-login", words, intervalType="GrowingWindow", dynamicTimeProfile="0:00"
        )
    yield from _profile(kind, profile)


def _profile(kind: str, profile: str) -> Iterator[Remark]:
    form, example = _PROFILES.get(kind, (r".*", ""))
    if profile and not re.fullmatch(form, profile):
        words = f"The time profile of a {kind} reads like {example}, not {profile}."
        yield _refused("profile-form", words, dynamicTimeProfile=example)


_TIME = r"\s*\d{1,2}:\d{2}(:\d{2})?\s*(\+\d+)?"
_PROFILES: Final = {
    "GrowingWindow": (rf"{_TIME}(,{_TIME})*(\s+\w.*)?", "0:00"),
    "SlidingWindow": (r"\s*[1-9]\d*:[1-9]\d*\s*", "3600:10"),
    "SlidingSelection": (r"\s*\d+\s*", "100"),
}


def _ranges(definition: Definition, _: str) -> Iterator[Remark]:
    category = definition.category
    for which in ("", "2"):
        left, right = f"timeRangeLeft{which}", f"timeRangeRight{which}"
        low, high = definition.seconds(left), definition.seconds(right)
        if low is not None and high is not None and low >= high:
            yield _refused("range-empty", f"{left} must be less than {right}.")
    if category not in combinations.RANGED:
        return
    missing = not definition.text("timeRangeRight")
    if category == "ServiceFactor1":
        if missing or not definition.text("timeRangeRight2"):
            yield _surprise(
                "no-ranges",
                "Without both ranges the service takes 0–20 s for answered and abandoned calls. "
                "The first range is in time, the second leaves short abandons out.",
                timeRangeLeft=0,
                timeRangeRight=definition.fields.get("timeRangeRight", 20),
                timeRangeLeft2=0,
                timeRangeRight2=definition.fields.get("timeRangeRight2", 5),
            )
    elif missing and category == "RelativeNumberPercentage":
        yield _note(
            "no-ranges",
            "RelativeNumberPercentage is among the categories with a range: without one only what "
            "lasted 0–20 s may count.",
            timeRangeLeft=0,
            timeRangeRight=99_999,
        )
    elif missing:
        yield _surprise(
            "no-ranges",
            f"{category} needs a range of seconds; without one the service takes 0–20 s.",
            timeRangeLeft=0,
            timeRangeRight=20,
        )


def _own_ranges(definition: Definition, _: str) -> Iterator[Remark]:
    if range_of(definition) is not None:
        words = (
            "Whether a contact centre lets you open ranges of your own must be tried, for nothing "
            "tells it beforehand. If it refuses, ask for statistics like this to be configured."
        )
        yield _note("own-ranges", words)


def _relative_mask(definition: Definition, _: str) -> Iterator[Remark]:
    category = definition.category
    relative = definition.text("relativeMask")
    if category in combinations.RELATIVE and not relative:
        words = f"{category} divides by what the relative mask counts, and there is none."
        yield _refused("no-relative-mask", words, relativeMask=definition.text("mainMask") or "*")
    if "relMask" in definition.fields and "relativeMask" not in definition.fields:
        words = "relMask is Stat Server's own spelling; the API's configurations say relativeMask."
        cure = {"relativeMask": definition.fields["relMask"], "relMask": None}
        yield _surprise("rel-mask", words, **cure)
    if category.startswith("CurrentRelative") and relative and "*" not in relative:
        main, _excluded = actions.words_of(definition.text("mainMask"))
        if set(main) - set(actions.words_of(relative)[0]):
            words = "The main mask has words that the relative mask lacks: it can exceed 100 %."
            yield _note("over-hundred", words)


def _notification(definition: Definition, _: str) -> Iterator[Remark]:
    mode, category = mode_of(definition), definition.category
    gentle = {"notificationMode": "Periodical", "notificationFrequency": RECOMMENDED_FREQUENCY}
    if mode == "reset":
        growing = definition.text("intervalType") in ("", "GrowingWindow")
        if combinations.is_current(category) or not growing:
            words = "Reset tells when a growing interval begins anew: this one never does."
            yield _refused("reset-mode", words, **gentle)
    if mode == "immediate" and combinations.changes_with_time(category):
        words = (
            f"{category} changes every second by itself: Immediate floods service and network. "
            "statmon ticks times in state by itself, Periodical suffices."
        )
        yield _surprise("flood", words, **gentle)
    elif mode == "immediate" and category and not combinations.is_current(category):
        words = (
            "Immediate on a number over an interval sends each change; with many objects that "
            "floods. Periodical every 60 s is what Genesys recommends."
        )
        yield _surprise("flood", words, **gentle, insensitivity=1)
    if mode == "periodical":
        yield from _frequency(definition)


def _frequency(definition: Definition) -> Iterator[Remark]:
    frequency = definition.seconds("notificationFrequency")
    if frequency is None:
        words = "Periodical without a notificationFrequency: how often is up to the service."
        yield _surprise("no-frequency", words, notificationFrequency=RECOMMENDED_FREQUENCY)
    elif frequency < RECOMMENDED_FREQUENCY:
        words = f"Every {frequency:g} s is often: Genesys asks for 60 s or more in production."
        yield _note("frequent", words, notificationFrequency=RECOMMENDED_FREQUENCY)


def _insensitivity(definition: Definition, _: str) -> Iterator[Remark]:
    if definition.text("insensitivity") == "" or definition.seconds("insensitivity") != 0:
        return
    words = (
        "Insensitivity 0 sends values that did not change, even of agents who are not there. "
        "1 or more saves most of it."
    )
    yield _note("insensitivity-zero", words, insensitivity=1)


def _numbers(definition: Definition, _: str) -> Iterator[Remark]:
    for key in _NUMBERS:
        text = definition.text(key)
        if text and not re.fullmatch(r"\s*\d+\s*", text):
            yield _refused("no-number", f"{key} must be a whole number of 0 or more, not {text}.")


_NUMBERS: Final = (
    "notificationFrequency", "insensitivity",
    "timeRangeLeft", "timeRangeRight", "timeRangeLeft2", "timeRangeRight2",
)  # fmt: skip


def _special(definition: Definition, object_type: str) -> Iterator[Remark]:
    category, subject = definition.category, definition.text("subject")
    kind, filtered = combinations.canonical_type(object_type), definition.text("dynamicFilter")
    if category == "CurrentContinuousTime" and kind not in ("Agent", "AgentPlace"):
        words = "CurrentContinuousTime is only for agents and places."
        yield _refused("continuous-time", words, category="CurrentMaxTime")
    if category == "CurrentAverageTime":
        yield _note("zero-undefined", "A 0 can also mean that there is nothing to average.")
    if category in combinations.COMPOUND:
        if subject not in ("", "DNAction"):
            words = f"{category} needs the subject DNAction."
            yield _refused("compound-subject", words, subject="DNAction")
        if kind not in combinations.QUEUES | _LEVELLED.get(category, frozenset()):
            words = (
                f"{category} is computed of queues: of {_a(object_type)} it stays 0 or undefined."
            )
            yield _surprise("not-a-queue", words)
        elif category != "ServiceFactor1":
            words = f"{category} is only valid for queues of one medium."
            yield _note("single-medium", words)
    by_medium = re.fullmatch(r"\s*Media(Type)?\s*=\s*\w+\s*", filtered)
    hours = category == "AverageNumberPerRelativeHour" and subject.endswith("Status")
    if hours and filtered and not by_medium:
        words = f"With the subject {subject} a filter can falsify the hours: leave it out."
        yield _note("filter-on-hours", words, dynamicFilter=None)
    yield from _pseudo(definition, kind)


_LEVELLED: Final = {"ServiceFactor1": frozenset({"GroupAgents", "GroupPlaces"})}
"""Beside queues, what Genesys itself measures a service level of."""


def _pseudo(definition: Definition, kind: str) -> Iterator[Remark]:
    named, _ = actions.words_of(definition.text("mainMask"))
    pseudo = ", ".join(word for word in named if word in actions.PSEUDO_ACTIONS)
    if pseudo and definition.text("dynamicFilter"):
        words = f"{pseudo} is not seen through a filter."
        yield _surprise("pseudo-action", words, dynamicFilter=None)
    counted = definition.category in ("CurrentNumber", "CurrentRelativeNumberPercentage")
    if pseudo and kind in combinations.QUEUES and not counted:
        words = (
            f"Of queues {pseudo} is by default only seen by CurrentNumber and "
            "CurrentRelativeNumberPercentage."
        )
        yield _surprise("pseudo-action", words)


_RULES: Final[tuple[Rule, ...]] = (
    _needed_fields,
    _subject_suits,
    _current,
    _interval,
    _ranges,
    _own_ranges,
    _relative_mask,
    _special,
    _notification,
    _numbers,
    _mask_words,
    _insensitivity,
    _known_words,
)
