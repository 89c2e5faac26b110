"""What the parts of a window show of the workspace, read off the parts themselves."""

from statmon.alerts import rules as rule_files
from statmon.domain.workspace import Json, Workspace
from statmon.ui.board import spec as board_specs
from statmon.ui.chart import spec as specs
from statmon.ui.chart.charts import MOST_CHARTS
from statmon.ui.chart.names import short_names
from statmon.ui.wallboard.wall_page import without_widths
from statmon.ui.window.main_window import MainWindow

USUAL = {"Queue": "Queues", "Agent": "Agents"}


def assert_shows_document(window: MainWindow) -> None:
    """Every part shows the document; what the window needs a moment for has to be waited for."""
    for name, (shown, wanted) in differences(window).items():
        assert shown == wanted, f"{name}: shows {shown}, wants {wanted}"


def shows_document(window: MainWindow) -> bool:
    """Whether every part shows the document."""
    return not differences(window)


def differences(window: MainWindow) -> dict[str, tuple[object, object]]:
    """Return what parts show, and what they should, where that differs."""
    wanted = dict(_wanted(window, window.parts.document.workspace))
    shown = dict(_shown(window))
    return {name: (shown[name], wanted[name]) for name in wanted if shown[name] != wanted[name]}


def _shown(window: MainWindow):  # type: ignore[no-untyped-def]
    views, table = window.parts.views, window.parts.pulse.lens.live
    yield "engine", _content(window.parts.source.workspace)  # type: ignore[attr-defined]
    yield "rows", {(s.ref, s.measure) for s in (table.statistics[r] for r in table.rows())}
    yield "labels", dict(views.names._labels)
    yield "zone", (views.zone._name, views.zone.action.text().count(views.zone._name or "this"))
    yield "rules", window.parts.alerts.watch.rules
    yield "charts", [specs.dump(chart.spec) for chart in window.parts.charts.charts]
    tabs = window.parts.charts.tabs
    yield "chart tabs", [tabs.tabText(n) for n in range(tabs.count())]
    yield "chart names", [chart_names(chart) for chart in window.parts.charts.charts]
    yield "tree", views.page.dump() | {"pinned": views.page.pinned.dump()}
    yield "density", (views.density.value, window.parts.pulse.lens.span)
    yield "tree's workspace", views.page.model.workspace is window.parts.document.workspace
    yield "boards", [board_specs.dump(spec) for spec in views.boards.specs]
    tabs = views.tabs
    yield "board tabs", [tabs.tabText(n) for n in range(1, tabs.count())]
    wall = window.parts.wallboard
    yield (
        "wall",
        None if wall is None else [board_specs.dump(page.board.spec) for page in wall.pages],
    )
    listed = window.parts.subscriptions
    names = [listed.topLevelItem(n).text(0) for n in range(listed.topLevelItemCount())]
    yield "subscriptions", sorted(n for n in names if not n.startswith("None yet"))
    yield (
        "details",
        window.parts.details.list.row < 0 or table.is_wanted(window.parts.details.list.row),
    )
    title = window.windowTitle().removesuffix(" – statmon").removesuffix(" •")
    yield "title", title


def chart_names(chart) -> list[str]:  # type: ignore[no-untyped-def]
    """What a chart calls its lines."""
    lines = getattr(chart, "view", None)
    return [line.name for line in lines.lines] if lines else [n for n, _ in chart.values()]


def _wanted(window: MainWindow, workspace: Workspace):  # type: ignore[no-untyped-def]
    wanted = {
        (item.statistic.ref, item.statistic.measure)
        for subscription in workspace.subscriptions
        if subscription.enabled
        for item in subscription.statistics
        if item.enabled
    }
    yield "engine", _content(workspace)
    yield "rows", wanted
    yield "labels", {item.ref: item for item in workspace.objects}
    yield "zone", (workspace.site.time_zone, 1)
    yield "rules", rule_files.rules_in(workspace.alerts)
    found = [(specs.parse(item), item) for item in workspace.charts]
    charts = [spec for spec, _ in found if spec is not None and _rows(window, spec)]
    charts = charts[-MOST_CHARTS:]
    yield "charts", [specs.dump(spec) for spec in charts]
    yield "chart tabs", [spec.title.replace("&", "&&") for spec in charts]
    statistics = window.parts.pulse.lens.live.statistics
    yield (
        "chart names",
        [
            short_names(workspace.label_of, [statistics[r] for r in _rows(window, spec)])
            for spec in charts
        ],
    )
    tree = next((view for view in workspace.views if view.get("kind") == "tree"), {})
    yield "tree", {**_tree_at_first(window), **_known(tree)}
    yield "density", (tree.get("density", "normal"), tree.get("changeOver", 15))
    yield "tree's workspace", True
    boards = _boards(workspace)
    yield "boards", boards
    walls = [board_specs.dump(without_widths(board_specs.parse(board))) for board in boards]
    yield "wall", None if window.parts.wallboard is None else walls
    yield "board tabs", [board["title"].replace("&", "&&") for board in boards]
    yield "subscriptions", sorted(item.name for item in workspace.subscriptions)
    yield "details", True
    path = window.parts.document.path
    yield "title", workspace.name or (path.stem if path else "untitled")


def _content(workspace: Workspace) -> tuple[object, ...]:
    return (
        workspace.name, workspace.subscriptions, workspace.objects, workspace.views,
        workspace.charts, workspace.alerts, workspace.site, workspace.extra,
    )  # fmt: skip


def _rows(window: MainWindow, spec: specs.ChartSpec) -> list[int]:
    return specs.Finder(window.parts.pulse.lens.live.statistics).rows(spec.series)


def _tree_at_first(window: MainWindow) -> dict[str, object]:
    columns = window.parts.page.columns
    keys = [{"key": s.key} for s in (columns._specs[c] for c in columns._order) if s.shown]
    return {"kind": "tree", "groupBy": "type", "columns": keys, "pinned": []}


def _known(tree: Json) -> dict[str, object]:
    return {key: tree[key] for key in ("groupBy", "columns", "sort", "pinned") if key in tree}


def _boards(workspace: Workspace) -> list[dict[str, object]]:
    views = [board_specs.parse(view) for view in workspace.views if view.get("kind") == "board"]
    said = {view.get("kind") for view in workspace.views}
    if "board" not in said and ("automatic boards" in said or "tree" not in said):
        kinds = {
            item.statistic.ref.object_type
            for subscription in workspace.subscriptions
            for item in subscription.statistics
        }
        views = [
            board_specs.BoardSpec(title, kind) for kind, title in USUAL.items() if kind in kinds
        ]
    return [board_specs.dump(view) for view in views]
