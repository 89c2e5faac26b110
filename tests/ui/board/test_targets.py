"""What numbers are to be, where they are shown: tips, a bar with a mark, lines in charts."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from statmon.domain.library import Direction
from statmon.domain.targets import Target
from statmon.domain.unit import Unit
from statmon.domain.workspace import parse
from statmon.live.catalogue import Catalogue
from statmon.ui.board.model import BoardModel
from statmon.ui.board.spec import BoardColumn, BoardSpec, By
from statmon.ui.data import goals
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from tests.ui.fake_engine import SITE, FakeEngine, now

LEVEL = "Service_Level"


def floor(**keys):
    """Return two queues of one group with a service level, and keys of the workspace."""
    labels = [
        {"objectType": "Queue", "objectId": queue, "groups": ["Voice"]} for queue in ("A", "B")
    ]
    labels[0]["target"] = {LEVEL: 90}
    return FakeEngine(
        parse(
            {
                "schema": 1, "name": "", "site": {"url": SITE}, "objects": labels,
                "groups": {"Voice": {"target": {LEVEL: 80}}},
                "subscriptions": [{"name": "q", "statistics": [
                    {"id": queue, "objectType": "Queue", "objectId": queue, "name": LEVEL}
                    for queue in ("A", "B")
                ]}],
                **keys,
            }
        )
    )  # fmt: skip


@pytest.fixture
def engine():
    engine = floor()
    engine.go_up()
    engine.feed("A", LEVEL, 86)
    engine.feed("B", LEVEL, 83)
    return engine


@pytest.mark.parametrize(
    ("number", "unit", "direction", "words"),
    [
        (76.8, Unit.PERCENT, Direction.MORE, "Target 80 % missed (−3.2 pp)"),
        (80, Unit.PERCENT, Direction.MORE, "Target 80 % met (=)"),
        (100, Unit.SECONDS, Direction.LESS, "Target 1:20 missed (+0:20)"),
        (70, Unit.COUNT, Direction.LESS, "Target 80 met (−10)"),
        (70, Unit.COUNT, Direction.NEUTRAL, "Target 80 (−10)"),
        (math.nan, Unit.COUNT, Direction.MORE, "Target 80"),
    ],
)
def test_a_target_is_told_with_what_is_lacking(number, unit, direction, words):
    """And met or missed only where somebody says which side is good."""
    assert goals.in_words(Target(80), number, unit, direction) == words


@pytest.mark.parametrize(
    ("target", "number", "unit", "shown"),
    [
        (80, 60, Unit.PERCENT, (0.6, 0.8, False)),
        (20, 30, Unit.COUNT, (0.75, 0.5, True)),
        (20, 90, Unit.COUNT, (1.0, 0.5, True)),
        (0, 3, Unit.COUNT, (1.0, 0.0, True)),
    ],
)
def test_number_and_target_are_on_one_scale(target, number, unit, shown):
    """Per cent of 100; else the target is in the middle, and what is beyond twice it is full."""
    assert goals.goal(Target(target), number, unit, Direction.MORE) == shown
    assert goals.goal(Target(target), math.nan, unit, Direction.MORE) is None


def board(engine):
    spec = BoardSpec("", "Queue", (BoardColumn(LEVEL),), by=By.GROUP)
    names = Names(engine.workspace)
    lens = Lens(engine.table, now())
    return BoardModel(spec, lens, Catalogue(engine.table), names, Knowledge())


def test_a_board_tells_the_target_of_each_number(qapp, engine):
    """An object's own, else its group's; a group's number has the group's."""
    model = board(engine)
    lines = [model.label(line) for line in range(model.rowCount())]
    tips = [
        model.data(model.index(line, 1), Qt.ItemDataRole.AccessibleTextRole).splitlines()[-1]
        for line in range(model.rowCount())
    ]

    assert lines == ["All (2)", "Voice (2)", "A", "B"]
    assert "Target" not in tips[0]
    assert tips[1].startswith("Target 80 % of “Voice”")
    assert tips[2:] == [
        "Target 90 % missed (−4 pp)",
        "Target 80 % of “Voice” met (+3 pp)",
    ]
    assert [model.cell(line, 1).goal for line in (2, 3)] == [(0.86, 0.9, False), (0.83, 0.8, True)]


def test_what_is_not_known_now_has_no_bar(qapp, engine):
    """A stale number is not said to be as it is to be."""
    engine.table.healthy = False
    model = board(engine)

    assert model.cell(2, 1).goal is None
    assert model.data(model.index(2, 1), Qt.ItemDataRole.AccessibleTextRole).endswith("Target 90 %")


def test_charts_draw_targets_and_follow_the_workspace(engine, open_window):
    """A line in the colour of the number's own, told below the names, in sight."""
    window = open_window(engine)
    window.parts.charts.show_rows([0, 1])
    view = window.parts.charts.current.view

    assert [target for _, target, _ in view.panels[0].ground.targets] == [90, 80]
    assert [item.text(0) for item in view.legend._of_targets] == [
        "–·– target of ●: 90 %", "–·– target of ■: 80 %",
    ]  # fmt: skip

    def without(workspace):
        items = tuple(replace(item, extra={}) for item in workspace.objects)
        return replace(workspace, objects=items, extra={})

    window.parts.document.edit("targets", without)

    assert view.panels[0].ground.targets == []
    assert view.legend._of_targets == []


def test_tree_and_details_tell_the_target(engine, open_window):
    """In the tip and to a screen reader."""
    window = open_window(engine)
    model = window.parts.page.model
    tips = [
        str(model.data(model.index(line, 1), Qt.ItemDataRole.ToolTipRole))
        for line in range(model.rowCount())
    ]
    assert any("Target 90 % missed (−4 pp)" in tip for tip in tips)

    window.parts.details.show_row(0)

    header = window.parts.details.header
    assert "Target 90 % missed" in header.accessibleName()
