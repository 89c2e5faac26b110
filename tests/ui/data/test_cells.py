import math
import re
from dataclasses import replace

import pytest

from statmon.domain.unit import Unit
from statmon.domain.value import channels_of
from statmon.live.freshness import Freshness
from statmon.ui.data import cells
from statmon.ui.data.lens import Lens
from statmon.ui.details.details import describe
from statmon.ui.look import signs
from statmon.ui.look.theme import Tone
from statmon.ui.look.times import short_age
from statmon.ui.tree import texts
from statmon.ui.tree.columns import Column
from tests.ui.fake_engine import FakeEngine, now, state, workspace


@pytest.fixture
def up(clock_stands):
    engine = FakeEngine(workspace())
    engine.go_up()
    return engine


def shown(engine, row):
    return cells.of_row(Lens(engine.table, now()), row)


def test_a_live_number_is_shown_as_it_is(up):
    """Live is normal."""
    cell = shown(up, up.feed("agent1", "InboundCalls", 23))

    assert (cell.value, cell.age, cell.fresh.word) == ("23", "0 s", "live")
    assert (cell.tone, cell.number, cell.badge) == (Tone.PLAIN, True, False)


def test_quiet_keeps_the_normal_look_and_its_age(up):
    """Nothing changed, and nothing has to."""
    cell = shown(up, up.feed("agent1", "InboundCalls", 23, ago=125))

    assert (cell.value, cell.age, cell.fresh.word) == ("23", "2:05", "quiet")


def test_stale_is_greyed_with_a_clock_and_its_age(up):
    """An old number is never shown as a new one."""
    row = up.feed("agent1", "InboundCalls", 23, ago=7)
    up.service("UNAVAILABLE")
    cell = shown(up, row)

    assert (cell.value, cell.age, cell.tone) == ("◷ 23", "7 s", Tone.MUTED)


def test_no_data_is_three_dots_and_never_zero(up):
    """Subscribed, nothing yet."""
    cell = shown(up, 0)

    assert (cell.value, cell.age, cell.fresh.word) == ("…", "", "no data")


def test_undefined_is_a_dash(up):
    """The service says that it cannot compute it."""
    cell = shown(up, up.feed("7001@SIP_Switch", "ServiceLevel", None))

    assert (cell.value, cell.fresh.word) == ("–", "undefined")


def test_an_error_stands_there_in_the_services_words(up):
    """For as long as it lasts, even over a value."""
    row = up.feed("agent1", "InboundCalls", 23)
    up.refuse("agent1", "InboundCalls", "no such\nstatistic")
    cell = shown(up, row)

    assert (cell.value, cell.tone) == ("⚠ no such statistic", Tone.BAD)


def test_a_late_value_wears_its_age_as_a_badge(up):
    """It owes a value every ten seconds and two did not come."""
    row = up.feed("agent1", "InboundCalls", 23, ago=25)
    lens = Lens(up.table, now())
    lens.fresh[row] = Freshness.LATE
    cell = cells.of_row(lens, row)

    assert (cell.value, cell.age, cell.badge) == ("23", "25 s", True)


def test_a_state_has_glyph_name_reason_and_time(up):
    """As the service's clock has it."""
    row = up.feed(
        "agent1", "CurrentAgentState", state("NotReadyForNextCall", since=98.5, reason="Lunch")
    )
    cell = shown(up, row)

    assert re.fullmatch(r"■ NotReadyForNextCall \(Lunch\)  1:3[78]", cell.value)


def test_the_time_in_state_stands_still_while_stale(up):
    """It ticks on the service's clock, which nobody can see now."""
    row = up.feed("agent1", "CurrentAgentState", state("CallInbound", since=30))
    lens = Lens(up.table, now())
    up.service("UNAVAILABLE")
    lens.refresh(now())
    before = lens.time_in_state(row)
    lens.refresh(now() + 60_000)

    assert lens.time_in_state(row) == before


def test_a_state_that_is_not_known_looks_like_no_other(up):
    """It must not pass for logged out."""
    cell = shown(up, up.feed("agent1", "CurrentAgentState", {"stateValue": {"status": 99}}))

    assert cell.value.startswith("? status 99")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.9, "59 s"), (60, "1:00"), (3725, "1:02:05")]
)
def test_ages_are_read_at_a_glance(seconds, text):
    """Seconds below a minute, then minutes and hours."""
    assert short_age(seconds) == text


def test_a_huge_text_is_cut_and_stays_on_one_line():
    """A cell must not cost what a page costs."""
    assert len(cells.one_line("x y\n" * 10_000)) <= 201
    assert "\n" not in cells.one_line("a\nb")


def several_media():
    channels = [
        {"dnId": "5001", "mediaType": "voice", "status": 8},
        {"dnId": "c1", "mediaType": "chat", "status": "WaitForNextCall"},
    ]
    return {"stateValue": {"status": 8, "place": {"dnStatuses": channels}}}


def test_an_agent_shows_its_media_with_their_dns(up):
    """Each with the glyph of its own state."""
    cell = shown(up, up.feed("agent1", "CurrentAgentState", several_media()))
    voice = signs.of_state(channels_of(several_media())[0].state).glyph

    assert f"· voice 5001 {voice}" in cell.value
    assert "· chat c1 ◇" in cell.value


def test_details_list_every_channel_with_its_state(up):
    """Also one that is alone, with the state's name."""
    row = up.feed("agent1", "CurrentAgentState", several_media())
    told = [(name, text) for _, name, text in describe(Lens(up.table, now()), row)]

    assert ("chat c1", "◇ WaitForNextCall") in told
    assert [name for name, _ in told].index("voice 5001") < [n for n, _ in told].index("chat c1")


@pytest.mark.parametrize(
    ("change", "unit", "words"),
    [
        (-0.4, Unit.SECONDS, "="),
        (-40, Unit.SECONDS, "−0:40"),
        (0.0, Unit.COUNT, "="),
        (2, Unit.COUNT, "+2"),
        (math.nan, Unit.COUNT, ""),
    ],
)
def test_a_change_too_small_to_be_written_is_none(change, unit, words):
    """Never −0:00."""
    assert cells.change_text(change, unit) == words


@pytest.mark.parametrize(
    ("change", "at_least", "short", "words"),
    [
        (3.4, False, "+3.4 pp", "+3.4 percentage points"),
        (-12, False, "−12 pp", "−12 percentage points"),
        (3.4, True, "≥ +3.4 pp", "≥ +3.4 percentage points"),
        (0.01, False, "=", "="),
        (math.nan, False, "", ""),
    ],
)
def test_a_change_of_a_share_is_told_in_percentage_points(change, at_least, short, words):
    """From 96.6 % to 100 % a service level rose by 3.4 points, and by 3.5 % of itself."""
    assert cells.change_text(change, Unit.PERCENT, at_least=at_least) == short
    assert cells.change_text(change, Unit.PERCENT, at_least=at_least, in_words=True) == words


def test_every_place_that_tells_a_change_tells_points(up, monkeypatch):
    """Details in words; the tree's column, and what is copied of it, in short."""
    row = up.feed("7001@SIP_Switch", "ServiceLevel", 100)
    lens = Lens(up.table, now())
    monkeypatch.setattr(lens, "change", lambda _row: 3.4)

    told = {name: text for _, name, text in describe(lens, row)}
    assert told["Change since 15 min"] == "+3.4 percentage points"
    assert texts.of_row(lens, row, Column.CHANGE) == "+3.4 pp"


@pytest.mark.parametrize(
    ("number", "words"), [(9_999_999_999, "9,999,999,999"), (-123_456_789_012, "-1.235e+11")]
)
def test_a_number_too_wide_for_a_column_is_not_cut_off(up, number, words):
    """Its first digits alone would be another number."""
    assert shown(up, up.feed("agent1", "InboundCalls", number)).value == words


def test_a_channel_whose_dn_begins_with_its_medium_says_it_once(up):
    """Room is short; nothing is left out."""
    channels = channels_of(several_media())
    assert cells.channel_text(channels[1]).startswith("chat c1")
    own = replace(channels[1], dn="chat_1001")
    assert cells.channel_text(own).startswith("chat_1001")
