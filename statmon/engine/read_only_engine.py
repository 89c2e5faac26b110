"""A recording that is only looked at: the rows of a workspace, and no service behind them."""

import asyncio

from statmon.domain.workspace import Workspace
from statmon.engine.engine_state import EngineState
from statmon.service.clock import epoch_ms
from statmon.service.wire.events import ConnectionChanged


class ReadOnlyEngine(EngineState):
    """An engine that never connects; what the user changes in it is not kept."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, ConnectionChanged("closed", "recording", None, epoch_ms()))
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Do nothing until ``stop``."""
        self._stopping.clear()
        await self._stopping.wait()

    async def stop(self) -> None:
        """End ``run``."""
        self._stopping.set()
