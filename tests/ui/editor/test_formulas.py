"""Formulas in the window: typed with a word about what is wrong, and shown like any statistic."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from statmon.domain.workspace import parse
from statmon.engine.formulas import Formulas
from statmon.live.catalogue import Catalogue
from statmon.ui.board.model import BoardModel
from statmon.ui.board.spec import BoardColumn, BoardSpec, By
from statmon.ui.chart import spec as specs
from statmon.ui.data import drag
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.editor.formulas import FormulaDialog
from tests.ui.fake_engine import SITE, FakeEngine

RATE = {"id": "rate", "title": "Abandon rate", "unit": "%",
        "formula": "Total_Abandoned / (Total_Answered + Total_Abandoned)"}  # fmt: skip
NAMES = ("Total_Answered", "Total_Abandoned", "CurrMaxCallWaitingTime")


def floor(*formulas):
    return FakeEngine(
        parse(
            {
                "schema": 1, "name": "", "site": {"url": SITE},
                "subscriptions": [{"name": "q", "statistics": [
                    {"id": f"{q} {n}", "objectType": "Queue", "objectId": q, "name": n}
                    for q in ("A", "B") for n in NAMES
                ]}],
                "formulas": list(formulas),
            }
        )
    )  # fmt: skip


@pytest.fixture
def computed():
    engine = floor(RATE, {"id": "longest", "unit": "s", "formula": "CurrMaxCallWaitingTime * 2"})
    engine.go_up()
    formulas = Formulas(engine.table, engine.tell, SITE)
    formulas.take(engine.workspace)
    for queue, values in {"A": (90, 10, 30), "B": (10, 90, 40)}.items():
        for name, number in zip(NAMES, values, strict=True):
            engine.feed(queue, name, number)
    formulas.settle()
    yield engine
    formulas.stop()


def board(engine, title):
    from tests.ui.fake_engine import now

    lens = Lens(engine.table, now())
    spec = BoardSpec("", "Queue", (BoardColumn(title),), by=By.NOTHING)
    names = Names(engine.workspace)
    return BoardModel(spec, lens, Catalogue(engine.table), names, Knowledge())


def test_a_board_shows_it_and_a_group_has_the_formula_of_its_sums(qapp, computed):
    """(10 + 90) of 200 is 50 %; the hint shows the sums that give it again."""
    model = board(computed, "Abandon rate")

    assert [model.text(line, 1) for line in range(model.rowCount())] == ["50 %", "10 %", "90 %"]
    said = model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole).splitlines()
    assert said[0] == (
        "Abandon rate: 50 % = Total_Abandoned / (Total_Answered + Total_Abandoned), with the sums"
        " of 2 of 2: Total_Abandoned 100, Total_Answered 100"
    )


def test_a_group_lacks_what_has_not_all_of_it(qapp, computed):
    """And says so; it is as old as its oldest part."""
    computed.feed("B", "Total_Answered", None)
    model = board(computed, "Abandon rate")
    assert model.text(0, 1) == "~ 10 %"
    table = computed.table
    lost = [s for s in table.series if (s.object_id, s.measure) == ("A", "Total_Abandoned")]
    table.set_open(lost, is_open=False)
    assert board(computed, "Abandon rate").text(0, 1) == "◷ ~ 10 %"


def test_what_does_not_add_up_has_no_group(qapp, computed):
    """The longest of two is not the sum."""
    assert board(computed, "longest").text(0, 1) == "–"


def test_it_is_charted_pinned_and_ruled_like_any_statistic(computed, open_window):
    """By its title; but never asked of the service."""
    window = open_window(computed)
    row = next(r for r, s in enumerate(computed.table.statistics) if s.title == "Abandon rate")
    window.parts.charts.show_rows([row])
    assert window.parts.charts.current.rows == (row,)
    item = specs.item_of(computed.table.statistics[row])
    assert item == {"objectType": "Queue", "objectId": "A", "name": "Abandon rate"}
    from statmon.domain.workspace import WantedStatistic

    carried = drag.pack([computed.table.series[row]],
                        [WantedStatistic(computed.table.statistics[row])])  # fmt: skip
    assert drag.unpack_statistics(carried) == []
    assert drag.unpack(carried) == [computed.table.series[row]]


@pytest.fixture
def dialog(qapp):
    engine = floor(RATE)
    engine.go_up()
    done = []
    dialog = FormulaDialog(engine.workspace, engine.table, lambda words, change: done.append(
        (words, change(engine.workspace))))  # fmt: skip
    dialog.done_ = done
    return dialog


def typed(edit, text):
    edit.setText(text)
    edit.textEdited.emit(text)


def test_the_dialog_says_what_a_formula_gives_and_what_is_wrong(dialog):
    """With the column; nothing wrong can be accepted."""
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert dialog.said.text() == "Fits 2 objects; made of Total_Abandoned, Total_Answered."
    typed(dialog.formula, "Total_Abandoned / CurrMaxCallWaitingTime")
    assert dialog.said.text().startswith("⚠ formula «rate», column 1: it gives a rate")
    assert not ok.isEnabled()
    dialog.accept()
    assert dialog.done_ == []
    typed(dialog.formula, "Total_Abandoned / Total_Tomorrow")
    assert "nothing here is called «Total_Tomorrow»" in dialog.said.text()
    assert ok.isEnabled()  # it may be subscribed to later
    typed(dialog.formula, "Total_Abandoned / Total_Answered")
    assert ok.isEnabled()


def test_formulas_are_added_put_together_and_removed(dialog):
    """One step of undo; without any the workspace has no key for them."""
    dialog._add()
    typed(dialog.title, "Twice")
    dialog._put_in(dialog.insert.findData("Total_Answered"))
    typed(dialog.formula, dialog.formula.text() + " * 2")
    dialog.accept()
    words, workspace = dialog.done_[0]
    assert words == "change the formulas"
    assert workspace.extra["formulas"][1] == {
        "id": "formula", "title": "Twice", "unit": "count", "formula": "Total_Answered * 2",
    }  # fmt: skip
    for _ in range(2):
        dialog.list.remove()
    dialog.accept()
    assert "formulas" not in dialog.done_[1][1].extra
