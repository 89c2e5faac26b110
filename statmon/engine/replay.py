"""A recorded session, played: what is looked at in an engine's place."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

import msgspec

from statmon.domain.outside import brief, visible
from statmon.engine.engine_state import EngineState
from statmon.engine.player import Player
from statmon.named_files import opened, within
from statmon.service.clock import epoch_ms
from statmon.service.wire.events import ConnectionChanged
from statmon.storage.user.tape_lines import Line, TapeError, head_of, line_of

PORTION: Final = 200
"""Lines that are read from disk at a time, and played at most before others get their turn."""
LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes of one line, and about those that are in memory at once."""
_LONGEST_REASON: Final = 200
"""Letters: a reason quotes what stands in the file."""
HELD_BACK: Final = 0.02
"""Seconds between two looks at whether more can be taken."""
ENDED: Final = "the recording has ended"


class Replay(EngineState):
    """A recording and what is known at the moment up to which it was played."""

    def __init__(self, path: Path, *, speed: float = 1.0, present: bool = False) -> None:
        """Open a recording.

        Args:
            path: the file.
            speed: how many times as fast as it was; infinite: as fast as can be.
            present: show it as if it happened now, so that ages are those of then; else every
                time is the recorded one.

        Raises:
            TapeError: it is no recording; says what to do.
        """
        self._path, self._speed = path, speed
        try:
            head, workspace = head_of(within(lambda: _first_line(path)))
        except OSError as error:
            raise TapeError(f"it cannot be read ({error.strerror or error})") from None
        self.hold_back: Callable[[], bool] = lambda: False
        """Whether whoever listens cannot take more at the moment."""
        self._began = self._first = head.at
        self._moved = present and math.isfinite(speed)
        if present:  # nobody may take it for what happens now
            day = time.strftime("%Y-%m-%d %H:%M", time.localtime(head.at / 1000))
            workspace = replace(workspace, name=f"{workspace.name} – recording of {day}")
        self._player: Player | None = None
        self._stopping: asyncio.Event | None = None
        super().__init__(workspace, ConnectionChanged("closed", "", None, self._when(head.at)))

    @property
    def running(self) -> bool:
        """Whether it is being played."""
        return self._stopping is not None

    async def run(self) -> None:
        """Play it from the beginning until its end or ``stop``.

        Raises:
            TapeError: a line cannot be read; what stands before it has been played.
        """
        if self._stopping is not None:
            raise RuntimeError("the replay runs already")
        self._stopping = asyncio.Event()
        self._began = epoch_ms()
        self._player = Player(self.workspace, self._when, self.table.clock.at)
        at = self._first
        try:
            async with aclosing(self._lines()) as lines:
                async for number, line in lines:
                    if isinstance(line, TapeError):
                        raise _unreadable(number, line)
                    at = line.at
                    if await self._stopped_before(line):
                        break
                    self._play(self._player, number, line)
        finally:
            self._stopping = None
            self.formulas.settle()
            for event in self._player.end(at):
                self._tell(event)
            if self.connection.state != "closed":
                transport = self.connection.transport
                self._tell(ConnectionChanged("closed", transport, ENDED, self._when(at)))

    def _play(self, player: Player, number: int, line: Line) -> None:
        try:
            for event in player.events(line):
                self._tell(event)
        except (msgspec.MsgspecError, TapeError, UnicodeError, RecursionError) as error:
            raise _unreadable(number, error) from None

    async def stop(self) -> None:
        """Stop playing; ``run`` returns soon after."""
        if self._stopping is not None:
            self._stopping.set()

    async def _lines(self) -> AsyncGenerator[tuple[int, Line | TapeError]]:
        """Yield the lines after the first with their numbers; the disk is read in a thread."""
        number = 1
        file = await asyncio.to_thread(opened, self._path)
        try:
            await asyncio.to_thread(file.readline)
            while lines := await asyncio.to_thread(_portion, file):
                for line in lines:
                    number += 1
                    yield number, line
        finally:
            await asyncio.to_thread(file.close)

    async def _stopped_before(self, line: Line) -> bool:
        """Wait until a line is due; return whether the replay was stopped meanwhile."""
        stopping = self._stopping
        assert stopping is not None  # noqa: S101 - set while it runs
        # A reader has no event of this loop.
        while self.hold_back() and not stopping.is_set():  # noqa: ASYNC110
            await asyncio.sleep(HELD_BACK)
        due = (line.at - self._first) / self._speed - (epoch_ms() - self._began)
        if due > 0:
            try:
                await asyncio.wait_for(stopping.wait(), due / 1000)
            except TimeoutError:
                return False
        return stopping.is_set()

    def _when(self, at: int) -> int:
        """Return the time to show for a recorded one."""
        if not self._moved:
            return at
        return self._began + round((at - self._first) / self._speed)

    def _foreign(self) -> int:
        return self._player.foreign if self._player is not None else 0


def _first_line(path: Path) -> bytes:
    with opened(path) as file:
        return file.readline(LONGEST_LINE)


def _portion(file: IO[bytes]) -> list[Line | TapeError]:
    """Read some lines; the last one may have been cut off in the middle by a crash."""
    found: list[Line | TapeError] = []
    size = 0
    while len(found) < PORTION and size < LONGEST_LINE:
        text = file.readline(LONGEST_LINE)
        size += len(text)
        if text.endswith(b"\n"):
            found.append(_read(text))
        elif len(text) == LONGEST_LINE:
            return [*found, TapeError(f"it is longer than {LONGEST_LINE >> 20} MB")]
        else:
            break
    return found


def _read(text: bytes) -> Line | TapeError:
    try:
        return line_of(text)
    except TapeError as error:
        return error


def _unreadable(number: int, error: Exception) -> TapeError:
    why = brief(visible(str(error)), _LONGEST_REASON)
    return TapeError(f"line {number} of it cannot be read ({why}); it was played to there")
