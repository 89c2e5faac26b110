"""Whatever workspace takes the place of the open one: the charts are its charts, also on disk."""

from dataclasses import replace

import pytest

from statmon.domain.workspace import Site
from statmon.storage.user import workspace_file
from statmon.storage.user.recovery import Unsaved
from statmon.ui.chart import spec as specs
from statmon.ui.start.furnishings import Furnishings
from tests.ui.editor.support.desk_steps import answer, write_theirs
from tests.ui.fake_engine import workspace

QUEUE, NAMES = "7001@SIP_Switch", ("CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel")
THREE = tuple(
    {
        "kind": "line",
        "title": f"B {name}",
        "series": [{"objectType": "Queue", "objectId": QUEUE, "name": name}],
        "span": 900,
    }
    for name in NAMES
)


def other():
    """A workspace of the same site with three charts and labels of its own."""
    return replace(workspace(), name="B", charts=THREE, site=Site("https://real.example"))


def shown(window):
    return [specs.dump(chart.spec) for chart in window.parts.charts.charts]


async def open_it(window, desk, path):
    desk.files.open(path)


async def start_again(window, desk, path):
    """A double click on a file is a second start: it hands the file to the window."""
    Furnishings(window.parts, desk._start, desk.files.open).desktop._started_again(path)


async def take_back(window, desk, path):
    desk.files.take(Unsaved(other(), path, 0))


async def use_here(window, desk, path):
    workspace_file.write(path, replace(other(), site=Site("https://elsewhere")))
    desk.files.open(path)


async def take_theirs(window, desk, _):
    write_theirs(desk.document.path, name="B", charts=THREE)
    desk.files.watch()


async def merge_both(window, desk, _):
    window.parts.views.names.set_label(window.parts.source.table.statistics[0].ref, "Mine")
    write_theirs(desk.document.path, charts=THREE)
    desk.save()


WAYS = [
    (open_it, ""),
    (start_again, ""),
    (take_back, ""),
    (use_here, "Use its subscriptions here"),
    (take_theirs, "Take theirs"),
    (merge_both, "Merge both"),
]


@pytest.mark.qt_log_ignore("does not support raise", "does not support propagateSizeHints")
@pytest.mark.parametrize(("way", "words"), WAYS, ids=lambda it: getattr(it, "__name__", ""))
def test_a_workspace_that_takes_the_place_of_another_brings_its_charts(
    at_desk, file, until, tmp_path, way, words
):
    """They are shown; a click on a span changes that chart in the file, and no other."""
    path, kept = tmp_path / "b.statmon", tmp_path / "kept.statmon"
    workspace_file.write(path, other())

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and len(shown(window)) == 1)
        await way(window, desk, path)
        if words:
            await until(lambda: desk.question.text)
            answer(desk, words)
        await until(lambda: shown(window) == list(THREE))
        window.parts.charts.tabs.setCurrentIndex(1)
        window.parts.charts.tools.spans[1].click()
        assert await desk.files.save(kept)
        assert workspace_file.read(kept).charts == (THREE[0], {**THREE[1], "span": 3600}, THREE[2])

    at_desk(steps, file)


def test_a_new_workspace_has_no_charts(at_desk, file, until, tmp_path):
    """And what is charted in it is all that its file gets."""
    kept = tmp_path / "kept.statmon"

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and len(shown(window)) == 1)
        desk.new.trigger()
        assert shown(window) == []
        window.parts.charts.show_rows([0])
        assert await desk.files.save(kept)
        assert list(workspace_file.read(kept).charts) == shown(window)
        assert len(shown(window)) == 1

    at_desk(steps, file)


def test_undo_and_redo_show_the_charts_that_were(at_desk, file, until):
    """A chart that was closed is back where it was, and gone again."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and len(shown(window)) == 1)
        window.parts.charts.show_rows([0])
        both = shown(window)
        window.parts.charts.tabs.setCurrentIndex(0)
        window.parts.charts.close_current()
        assert shown(window) == both[1:]
        desk.undoing.trigger()
        assert shown(window) == both
        desk.redoing.trigger()
        assert shown(window) == both[1:]
        assert await desk.files.save()
        assert list(workspace_file.read(file).charts) == both[1:]

    at_desk(steps, file)
