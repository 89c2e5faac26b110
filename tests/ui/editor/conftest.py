"""An editor on a small workspace, a service that answers from memory, and a whole desk."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Site
from statmon.service.wire.api import Answer, ErrorItem, StatisticValue, Status, answer_in
from statmon.service.wire.errors import ServiceError
from statmon.storage.user import library, probes, recovery, settings, workspace_file
from statmon.ui.editor.editor import SubscriptionEditor
from statmon.ui.look import theme as themes
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.application import application
from statmon.ui.start.run import Life
from tests import waiting
from tests.ui.fake_engine import workspace


@dataclass
class FakeAsks:
    """Answers like the service: every definition has the value 7, every known name 5."""

    names: set[str] = field(default_factory=lambda: {"InboundCalls", "CurrentAgentState"})
    log: list[str] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    broken: bool = False
    slow: float = 0.0

    async def create(self, subscription_id: str, statistics: Iterable[Statistic]) -> Answer:
        self.log.append("create")
        self.open.add(subscription_id)
        await self._maybe()
        found = [StatisticValue({"intValue": 7}, 1, item.id) for item in statistics]
        return self._answer(found)

    async def delete(self, subscription_id: str) -> None:
        self.log.append("delete")
        self.open.discard(subscription_id)

    async def peek(self, subscription_id: str, statistic_ids: Sequence[str] = ()) -> Answer:
        self.log.append("peek")
        assert subscription_id in self.open
        return self._answer([StatisticValue({"intValue": 8}, 2, "preview")])

    async def values(self, wanted: Iterable[tuple[ObjectRef, str]]) -> Answer:
        asked = [name for _, name in wanted]
        self.log.append(f"values {len(asked)}")
        await self._maybe()
        found = [StatisticValue({"intValue": 5}, 1, name=n) for n in asked if n in self.names]
        refused = [n for n in asked if n not in self.names]
        answer = self._answer(found)
        answer.errors = [ErrorItem(Status(400, f"{name} is not configured")) for name in refused]
        return answer

    async def _maybe(self) -> None:
        await asyncio.sleep(self.slow)
        if self.broken:
            raise ServiceError("peek", "the service does not answer")

    def _answer(self, values: list[StatisticValue]) -> Answer:
        answer = answer_in({"data": {}})
        assert answer.data is not None
        answer.data.statistics = values
        return answer


@pytest.fixture
def asks() -> FakeAsks:
    return FakeAsks()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings, drafts, probes and own entries in a folder of the test."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setattr(recovery, "folder", lambda: folder / "unsaved")
    monkeypatch.setattr(settings, "path", lambda: folder / "settings.json")
    monkeypatch.setattr(probes, "path", lambda _site: folder / "probes.json")
    monkeypatch.setattr(library, "own_path", lambda: folder / "library.json")
    return folder


@pytest.fixture
def edit(qapp: QApplication) -> Iterator[Callable[..., SubscriptionEditor]]:
    """Open editors without a service; they close when the test ends."""
    application("light")
    editors: list[SubscriptionEditor] = []

    def start(work: Any, _name: str) -> Any:
        work.close()

    def opened(name: str | None = None, *, whole: Any = None) -> SubscriptionEditor:
        whole = whole or workspace()
        found = next((item for item in whole.subscriptions if item.name == name), None)
        theme = themes.current("light")
        shipped = library.shipped()
        editor = SubscriptionEditor(whole, found, shipped, lambda: None, start, theme)
        editors.append(editor)
        editor.show()
        return editor

    yield opened
    for editor in editors:
        editor.close()
    qapp.processEvents()


@pytest.fixture
def at_desk(
    qapp: QApplication, engine: Any, open_window: Any, asks: FakeAsks
) -> Callable[..., None]:
    """Run a test's steps at a window with its desk, in the loop."""

    def run(steps: Any, file: Path | None = None, source: Any = engine) -> None:
        async def main() -> None:
            window = open_window(source)
            source.api = asks
            life = Life(window.parts)
            desk = window.parts.edit(life.start)
            window.closing.connect(desk.end)
            desk.begin(file)
            living = asyncio.create_task(life.live())
            await asyncio.sleep(0)
            try:
                await steps(window, desk)
            finally:
                window.close()
                await living

        qt_loop.run(qapp, main())

    return run


@pytest.fixture
def until() -> Callable[..., Any]:
    """Wait for something that happens in the loop."""
    return waiting.until


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A workspace file like the engine's, under a URL of its own."""
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, replace(workspace(), site=Site("https://real.example")))
    return path
