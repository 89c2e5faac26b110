"""Whatever is edited, arranged, undone, loaded, merged or taken: every part shows the document.

And what is written is the document, and nothing else.
"""

import random
from dataclasses import replace
from functools import partial

import pytest

from statmon.alerts.rules import Rule
from statmon.domain.library import Levels
from statmon.domain.workspace import Site
from statmon.storage.user import workspace_file
from statmon.ui.grid.density import Density
from statmon.ui.tree.grouping import Grouping
from tests.ui.editor.support.desk_steps import answer
from tests.ui.fake_engine import workspace
from tests.ui.shown import assert_shows_document, shows_document

STEPS = 30
QUEUE = "7001@SIP_Switch"
HERE = "https://real.example"
"""As the files call the site of the window."""


def chart(title, name="ServiceLevel", **more):
    series = [{"objectType": "Queue", "objectId": QUEUE, "name": name}]
    return {"kind": "line", "title": title, "series": series, **more}


PINNED = [{"objectType": "Agent", "objectId": "agent2", "measure": "InboundCalls"}]
GONE = [{"objectType": "Agent", "objectId": "nobody", "measure": "InboundCalls", "note": 1}]
OTHERS = (
    replace(workspace(), site=Site(HERE)),
    replace(
        workspace(2, 1),
        name="Three charts & a board",
        charts=tuple(chart(f"B & {n}", span=3600.0 * n) for n in (1, 2, 3)),
        views=(
            {"kind": "wall", "title": "unknown here"},
            {"kind": "board", "title": "Only & one", "objectType": "Queue", "mine": 1},
            {"kind": "tree", "groupBy": "flat", "pinned": PINNED + GONE, "density": "wall"},
        ),
        alerts=({"kind": "threshold", "statistic": "Total*", "high": {"warning": 1}},),
        site=Site(HERE, {"timeZone": "Asia/Tokyo"}),
    ),
    replace(
        workspace(1, 2),
        name="",
        site=Site(HERE),
        objects=(),
        charts=(
            {"kind": "sankey", "flows": [1]},
            chart("Nobody", "NotSubscribed"),
            *(chart(f"Chart {n}") for n in range(26)),
        ),
        views=({"kind": "tree", "groupBy": "subscription", "changeOver": 1},),
    ),
    replace(workspace(1, 0), name="Few", charts=(), subscriptions=(), site=Site(HERE)),
)


class Person:
    """Does what a person does in the window; what has to be awaited is a coroutine."""

    def __init__(self, window, desk, path, until, chance):
        self.window, self.desk, self.path, self.until = window, desk, path, until
        self.chance, self.number = chance, 0

    @property
    def rows(self):
        return self.window.parts.pulse.lens.live.rows()

    def any_row(self):
        return self.chance.choice(self.rows or [0])

    def new_name(self):
        self.number += 1
        return f"Name & {self.number}"

    def rename(self):
        ref = self.window.parts.pulse.lens.live.statistics[self.any_row()].ref
        self.window.parts.views.names.set_label(ref, self.new_name())

    def group(self):
        ref = self.window.parts.pulse.lens.live.statistics[self.any_row()].ref
        self.window.parts.views.names.set_groups(ref, [self.new_name()])

    def choose_zone(self):
        self.window.parts.views.zone.choose(self.chance.choice(["", "Asia/Tokyo", "Europe/Berlin"]))

    def set_rules(self):
        rule = Rule(statistic=self.new_name(), levels=Levels(warning_high=5.0))
        self.window.parts.alerts.watch.set_rules([rule])

    def open_chart(self):
        self.window.parts.charts.show_rows([self.any_row()] if self.rows else [])

    def close_chart(self):
        self.window.parts.charts.close_current()

    def alter_chart(self):
        charts, chance = self.window.parts.charts, self.chance
        charts.tabs.setCurrentIndex(chance.randrange(max(1, charts.tabs.count())))
        chance.choice(
            (
                charts.tools.spans[chance.randrange(5)].click,
                partial(charts.tools.kind_wanted.emit, chance.choice(["bars", "line"])),
                partial(charts.tools.compare_wanted.emit, chance.choice(["", "day"])),
                partial(charts.add_rows, [self.any_row()]),
                partial(charts._do, lambda chart: chart.add_note(self.new_name())),
            )
        )()

    def change_boards(self):
        boards, chance = self.window.parts.views.boards, self.chance
        pages = boards.pages
        if not pages or chance.random() < 0.4:
            boards.add(chance.choice(["Queue", "Agent"]))
        elif chance.random() < 0.5:
            boards.call(chance.choice(pages), self.new_name())
        else:
            boards.remove(chance.choice(pages))

    def arrange(self):
        views, page, chance = self.window.parts.views, self.window.parts.page, self.chance
        boards = views.boards.pages
        chance.choice(
            (
                partial(page.group_by, chance.choice(list(Grouping))),
                partial(page.columns.sort, chance.choice([None, 1, 2]), chance.random() < 0.5),
                partial(page.columns.show_column, chance.randrange(1, 6), chance.random() < 0.5),
                partial(page.pinned.toggle, [self.any_row()] if self.rows else []),
                partial(views.set_density, chance.choice(list(Density))),
                partial(views._set_span, chance.choice([1, 5, 15, 0])),
                *(board.zero.toggle for board in boards),
            )
        )()

    def change_subscriptions(self):
        listed, desk = self.window.parts.subscriptions, self.desk
        if not self.desk.document.workspace.subscriptions:
            return
        place = self.chance.randrange(listed.topLevelItemCount())
        listed.clearSelection()
        listed.topLevelItem(place).setSelected(True)
        if self.chance.random() < 0.5:
            desk.document.edit("switch", self._switched)
        else:
            desk.document.edit("drop", lambda it: replace(it, subscriptions=it.subscriptions[1:]))

    def _switched(self, it):
        first, *rest = it.subscriptions
        extra = {} if "enabled" in first.extra else {"enabled": False}
        return replace(it, subscriptions=(replace(first, extra=extra), *rest))

    def undo_and_redo(self):
        """They lead back to equal documents."""
        document = self.desk.document
        last = document.workspace
        if document.undoable:
            document.undo()
            assert_shows_document(self.window)
            document.redo()
            assert document.workspace == last

    def undo(self):
        self.desk.undoing.trigger()

    def redo(self):
        self.desk.redoing.trigger()

    def look_at_wall(self):
        if self.window.parts.wallboard is None:
            self.window.parts.actions.wall.trigger()
        else:
            self.window.parts.wallboard.close()

    def begin_anew(self):
        self.desk.files.new()

    async def open(self):
        workspace_file.write(self.path, self.chance.choice(OTHERS))
        stamp = workspace_file.read_stamped(self.path)[1]
        self.desk.files.open(self.path)
        await self.until(lambda: self.desk.document.stamp == stamp)
        assert not self.desk.document.modified
        assert self.desk.document.undoable == ""

    async def save(self):
        document = self.desk.document
        wanted = document.to_keep()
        assert await self.desk.files.save(self.path, over_others=True)
        assert workspace_file.read(self.path) == wanted
        assert not document.modified

    async def others_write(self):
        """Somebody else writes the file; theirs is taken, merged, or passed over."""
        await self.save()
        self.rename()
        theirs = replace(self.chance.choice(OTHERS), name=self.new_name(), site=Site(""))
        workspace_file.write(self.path, theirs)
        self.desk.files.watch()
        await self.until(lambda: self.desk.question.text)
        words = self.chance.choice(["Merge both", "Take theirs", "Keep mine"])
        answer(self.desk, words)
        document = self.desk.document
        await self.until(lambda: words == "Take theirs" or not document.modified)
        await self.until(lambda: document.base == workspace_file.read(self.path))
        assert workspace_file.read(self.path) == document.to_keep() or words == "Take theirs"


DOES = (
    Person.rename, Person.group, Person.choose_zone, Person.set_rules, Person.open_chart,
    Person.close_chart, Person.alter_chart, Person.change_boards, Person.arrange,
    Person.change_subscriptions, Person.undo_and_redo, Person.undo, Person.redo,
    Person.look_at_wall, Person.begin_anew, Person.open, Person.open, Person.save,
    Person.others_write,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_every_part_shows_the_document(at_desk, file, until, tmp_path, seed):
    """After each step of a person who does anything at all."""
    done = []

    async def steps(window, desk):
        await until(lambda: window.parts.charts.charts and desk.document.path == file)
        person = Person(window, desk, tmp_path / "it.statmon", until, random.Random(seed))
        for _ in range(STEPS):
            does = person.chance.choice(DOES)
            done.append(does.__name__)
            if (work := does(person)) is not None:
                await work
            window.parts.told()
            assert_shows_document(window)

    try:
        at_desk(steps, file)
    except BaseException as error:
        error.add_note(f"seed {seed}: {', '.join(done)}")
        raise


def test_the_first_workspace_is_shown_before_and_after_all_is_there(at_desk, until):
    """Also what waits for its turn."""

    async def steps(window, desk):
        await until(lambda: shows_document(window))

    at_desk(steps)


def test_pins_outlive_a_statistic_that_is_not_there(at_desk, file, until):
    """A pin of what is switched off, or not known yet, is neither shown nor forgotten."""
    views = ({"kind": "tree", "pinned": PINNED + GONE},)

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        desk.document.load(replace(desk.document.workspace, views=views), None, None)
        assert len(window.parts.page.pinned.rows) == 1
        window.parts.page.group_by(Grouping.FLAT)
        kept = desk.document.workspace.views[0]["pinned"]
        assert kept == PINNED + GONE
        window.parts.page.pinned.toggle(window.parts.page.pinned.rows)
        assert desk.document.workspace.views[0]["pinned"] == GONE

    at_desk(steps, file)


def test_widths_are_as_wide_again_at_every_start(at_desk, file, until):
    """At another density, too."""
    columns = [{"key": "statistic", "width": 300}, {"key": "value", "width": 90}, {"key": "age"}]
    views = ({"kind": "tree", "columns": columns, "density": "wall"},)

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        for _ in range(2):
            desk.document.load(replace(desk.document.workspace, views=views), None, None)
            assert window.parts.page.columns.dump()["columns"] == columns
            window.parts.page.group_by(Grouping.FLAT)
            assert desk.document.workspace.views[0]["columns"] == columns

    at_desk(steps, file)


def test_details_leave_a_statistic_with_its_workspace(at_desk, file, until):
    """They never tell of what the open workspace does not have."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        window.parts.details.show_row(0)
        assert window.parts.details.list.row == 0
        desk.new.trigger()
        window.parts.pulse.tick()
        assert window.parts.details.list.row == -1
        assert not window.parts.details.header.isVisible()

    at_desk(steps, file)


def test_what_undo_says(at_desk, file, until):
    """Each step by what it was, after the word Undo; an & in a name is one."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and window.parts.charts.charts)
        names, charts = window.parts.views.names, window.parts.charts
        ref = window.parts.pulse.lens.live.statistics[0].ref
        steps = (
            (lambda: names.set_label(ref, "Me & you"), "&Undo rename Desk 1"),
            (lambda: names.set_groups(ref, ["Late"]), "&Undo group Me && you"),
            (lambda: charts.show_rows([1]), "&Undo open a chart"),
            (charts.tools.spans[2].click, "&Undo change the span of a chart"),
            (charts.close_current, "&Undo close a chart"),
            (lambda: window.parts.views.boards.add("Queue"), "&Undo add the board Queues 2"),
            (lambda: window.parts.alerts.watch.set_rules([Rule()]), "&Undo change the thresholds"),
            (
                lambda: window.parts.views.zone.choose("Asia/Tokyo"),
                "&Undo change the site's midnight",
            ),
        )
        for do, words in steps:
            do()
            assert desk.undoing.text() == words
        desk.undoing.trigger()
        assert desk.redoing.text() == "&Redo change the site's midnight"
        for _ in steps[1:]:
            desk.undoing.trigger()
        assert not desk.undoing.isEnabled()

    at_desk(steps, file)
