"""The statistic library: complete, typed, found by name, by definition and by what it means."""

import json
from dataclasses import replace

import pytest

from statmon.domain.definition import Definition
from statmon.domain.library import Aggregate, LibraryError, Provenance
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.unit import Unit
from statmon.domain.vocabulary import CATEGORIES, OBJECT_TYPES, SUBJECTS
from statmon.storage.user import library

AGENT = ObjectRef("Agent", "agent1")
SHIPPED_BY_GENESYS = [
    "AverageHandlingTime", "AverageWaitingTime", "ConsultCalls", "CurrentAgentState",
    "Current_In_Queue", "CurrentNumberWaitingCalls", "CurrentReadyAgents", "HoldDuration",
    "InboundCalls", "InternalCalls", "OutboundCalls", "InteractionTransferred",
    "LoginDuration", "MissedCalls", "NotReadyDuration", "Productivity", "ReadyDuration",
    "RefusedCalls", "ServiceLevel", "TalkDuration", "TimeInCurrentStateVoice",
    "Total_Abandoned", "Total_Answered", "WrapDuration",
]  # fmt: skip
MET_IN_THE_WILD = [
    "TimeInCurrentState", "CurrMaxCallWaitingTime", "CurrentTargetState", "CurrentDNState",
    "CurrNumberWaitingCalls", "ExpectedWaitTime", "CurrNumberInboundStatuses",
    "CurrNumberInternalStatuses", "CurrNumberOutboundStatuses", "CurrNumberACWStatuses",
    "CurrNumberNotReadyStatuses", "CurrNumberNotReadyReasons", "CurrentAllAgentState",
    "Total_Calls_Outbound", "Total_Calls_Offered", "Total_Calls_Entered",
    "Total_Calls_Answered", "Service_Level",
]  # fmt: skip


def _named(name: str) -> Statistic:
    return Statistic("s", AGENT, name)


def _defined(**fields: object) -> Statistic:
    return Statistic("s", AGENT, None, Definition(fields))


def test_every_predefined_statistic_of_the_reference_is_there():
    """With its definition where Genesys published one."""
    for name in SHIPPED_BY_GENESYS:
        entry = library.entry_for(_named(name))
        assert entry is not None, name
        assert entry.provenance is Provenance.SHIPPED
        assert entry.definition is not None
    for name in MET_IN_THE_WILD:
        entry = library.entry_for(_named(name))
        assert entry is not None, name
        assert entry.provenance is Provenance.DOCUMENTED


@pytest.mark.parametrize("entry", library.shipped().entries, ids=lambda entry: entry.id)
def test_each_entry_is_whole_and_uses_known_words(entry):
    """Somebody who reads only the entry understands the number."""
    assert entry.title
    assert entry.meaning.endswith(".")
    assert entry.formula.endswith(".")
    assert set(entry.object_types) <= set(OBJECT_TYPES)
    assert entry.obtainable == (entry.provenance is not Provenance.ELSEWHERE)
    assert (entry.aggregate is Aggregate.MEAN) == bool(entry.weight)
    if entry.definition is not None:
        assert entry.definition.category in CATEGORIES
        assert entry.definition.text("subject") in SUBJECTS
    low = [
        x for x in (entry.thresholds.critical_low, entry.thresholds.warning_low) if x is not None
    ]
    high = [
        x for x in (entry.thresholds.warning_high, entry.thresholds.critical_high) if x is not None
    ]
    assert low + high == sorted(low + high)


def test_a_definition_is_known_whatever_its_notification_filter_and_interval():
    """Genesys's own spelling of the handling time is the library's handling time."""
    calls = "CallInbound, CallOutbound,CallInternal,CallConsult,CallUnknown"
    statistic = _defined(
        category="AverageTime", subject="DNStatus", mainMask=f"{calls},AfterCallWork",
        relMask=calls, notificationMode="PERIODICAL", notificationFrequency="10",
        dynamicProfile="0:00", dynamicFilter="Media=voice",
    )  # fmt: skip
    entry = library.entry_for(statistic)

    assert entry is not None
    assert entry.id == "AverageHandlingTime"
    assert entry.unit is Unit.SECONDS
    assert library.entry_for(_defined(category="TotalNumber", mainMask="UserEvent")) is None
    assert library.entry_for(_named("OurOwn")) is None


def test_an_exact_definition_wins_over_one_that_computes_alike():
    """The service levels differ only by their ranges."""
    for name in ("ServiceLevel", "service-level-20"):
        definition = library.shipped()[name].definition
        found = library.entry_for(Statistic("s", AGENT, None, definition))
        assert found is not None
        assert found.id == name


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("aht", "AverageHandlingTime"),
        ("handling", "AverageHandlingTime"),
        ("calls waiting", "CurrentNumberWaitingCalls"),
        ("CSAT", "customer-satisfaction"),
        ("Total_Answered", "Total_Answered"),
        ("speed of answer", "average-speed-of-answer"),
        ("per hour", "Productivity"),
    ],
)
def test_search_finds_by_name_abbreviation_meaning_and_unit(words, first):
    """What people call it comes first."""
    assert library.shipped().search(words)[0].id == first


def test_search_keeps_to_what_suits_the_objects():
    """And nothing is found for nonsense."""
    found = library.shipped().search("calls", ["Queue"])

    assert found
    assert all(entry.valid_for("Queue") for entry in found)
    assert library.shipped().search("xyzzy") == []
    assert len(library.shipped().search("percent")) >= 8


def test_own_entries_are_kept_and_come_first(tmp_path, monkeypatch):
    """Word for word, keys of the definition that we do not know included."""
    monkeypatch.setattr(library, "own_path", lambda: tmp_path / "a" / "library.json")
    base = library.load()
    own = replace(
        base["InboundCalls"], id="mine", name=None, provenance=Provenance.OWN,
        definition=Definition({"category": "TotalNumber", "x-new": [1, {"a": None}]}),
    )  # fmt: skip
    kept = library.change(lambda _: library.Library((own, *base.entries), base.templates))
    again = library.load()
    assert again.entries == kept.entries

    assert again.entries[0] == own
    assert again.entries[1:] == base.entries
    assert again.templates == base.templates


@pytest.mark.parametrize("text", ["{", "[]", '{"entry": [{"id": 5}]}', "\x00"])
def test_damaged_own_entries_cost_only_themselves(tmp_path, monkeypatch, caplog, text):
    """The shipped library still opens, and the file is left as it is."""
    path = tmp_path / "library.json"
    path.write_text(text)
    monkeypatch.setattr(library, "own_path", lambda: path)

    assert library.load() is library.shipped()
    assert "own library entries" in caplog.text
    assert path.read_text() == text


def test_damaged_own_entries_are_put_aside_before_others_take_their_place(tmp_path, monkeypatch):
    """Somebody may mend them by hand; what cannot be read at all stays where it is."""
    path = tmp_path / "library.json"
    path.write_text('{"entry": [{"id": 5}]}')
    monkeypatch.setattr(library, "own_path", lambda: path)
    own = replace(library.shipped()["occupancy"], id="mine", provenance=Provenance.OWN)

    library.change(lambda known: library.Library((own, *known.entries), known.templates))

    assert library.load()["mine"] == own
    assert (tmp_path / "library.damaged.json").read_text() == '{"entry": [{"id": 5}]}'

    monkeypatch.setattr(library, "read_state", _unreadable)
    with pytest.raises(OSError, match="input/output"):
        library.change(lambda known: known)
    assert "mine" in path.read_text()


def _unreadable(_):
    raise OSError(5, "input/output error")


def test_two_entries_of_one_id_are_refused():
    """Otherwise one would hide the other."""
    entry = library.shipped()["InboundCalls"]
    with pytest.raises(LibraryError, match="twice"):
        library.Library((entry, entry))
    with pytest.raises(LibraryError, match="lacks"):
        library.Library((replace(entry, weight=("nothing",)),))


def test_the_kept_file_is_readable(tmp_path, monkeypatch):
    """Somebody may want to share an entry by hand."""
    monkeypatch.setattr(library, "own_path", lambda: tmp_path / "library.json")
    own = replace(library.shipped()["occupancy"], id="mine", provenance=Provenance.OWN)
    library.change(lambda known: library.Library((own, *known.entries)))
    data = json.loads((tmp_path / "library.json").read_text())

    assert data["entry"][0]["definition"]["category"] == "RelativeTimePercentage"
