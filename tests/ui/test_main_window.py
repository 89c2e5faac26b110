from collections.abc import Callable

from fake_engine import FakeEngine

from statmon.ui.main_window import MainWindow


def _texts(window: MainWindow) -> dict[str, tuple[str, ...]]:
    model = window.page.model
    outline = model.outline
    return {
        f"{outline.label[outline.parent[node]]}/{outline.label[node]}": tuple(
            model.text(node, column) for column in (1, 2, 3)
        )
        for node in range(1, len(outline.parent))
    }


def test_values_appear_in_the_tree(
    engine: FakeEngine, open_window: Callable[..., MainWindow]
) -> None:
    """A value that the table holds stands in the tree with its age and freshness."""
    engine.go_up()
    window = open_window(engine)

    engine.feed("agent2", "InboundCalls", {"intValue": 23, "stringValue": "23"})
    window.pulse.tick()

    assert _texts(window)["agent2/InboundCalls"] == ("23", "0 s", "● live")
    assert _texts(window)["Desk 1 (agent1)/InboundCalls"] == (
        "…",
        "",
        "… no data",
    )
