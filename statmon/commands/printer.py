"""Runs what tells of values and prints it as JSON lines until the end, whatever ends it."""

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Protocol

from statmon.commands import lines
from statmon.commands.errors import CommandError
from statmon.commands.exit_codes import ExitCode
from statmon.commands.output import OutputError
from statmon.service.wire.events import Event, ReadingsArrived, SignedIn, SignInNeeded
from statmon.storage.machine import signals

READ_WITHIN: Final = 2.0
"""Seconds that a reader gets at the end to take what waits."""
MOST_BEHIND: Final = 20_000
"""Batches that may wait for a slow reader."""


class Source(Protocol):
    """An engine or a replay."""

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call the listener with all that happens."""

    async def run(self) -> None:
        """Go on until the end or ``stop``."""

    async def stop(self) -> None:
        """End politely."""


class Printer:
    """Prints what a source tells."""

    def __init__(
        self, source: Source, *, count: int | None = None, seconds: float | None = None
    ) -> None:
        """Be ready to print.

        Args:
            source: what tells.
            count: end after so many values.
            seconds: end after so long.
        """
        self._source = source
        self._left, self._seconds = count, seconds
        self._standing = lines.Standing()
        self._ending = asyncio.Event()
        self._code = ExitCode.DONE
        self._error: str | None = None
        self._came = False
        """A value came."""
        self._needed = ""
        """Why a person has to sign in, while that lasts and no value ever came."""
        source.listen(self._heard)

    async def run(self) -> int:
        """Print until the end; return the exit code.

        Raises:
            CommandError: standard output, or what else was to be written, cannot be; or nobody
                could be signed in, and so no value ever came.
        """
        loop = asyncio.get_running_loop()

        def failed(error: OSError) -> None:
            loop.call_soon_threadsafe(self._cannot_print, error)

        self._writer = lines.Writer(failed)
        try:
            with signals.ending(self._interrupted):
                await self._until_the_end(loop)
        finally:
            if not self._writer.close(READ_WITHIN):
                # Stdout is full and stays so: its lock would stop the interpreter's own end, too.
                os._exit(self._code or ExitCode.FAILED)
            await asyncio.sleep(0)  # it may have failed at the very end
        if self._error is None and self._code == ExitCode.DONE and self._needed:
            self._error = self._needed
        if self._error is not None:
            raise CommandError(self._error)
        return self._code

    async def _until_the_end(self, loop: asyncio.AbstractEventLoop) -> None:
        running = asyncio.create_task(self._source.run())
        ending = asyncio.create_task(self._ending.wait())
        if self._seconds is not None:
            loop.call_later(self._seconds, self._ending.set)
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            await self._source.stop()
            await running
        finally:
            ending.cancel()

    @property
    def behind(self) -> bool:
        """Whether whoever reads has still to take most of what was told."""
        return self._writer.behind > MOST_BEHIND // 10

    def fail(self, reason: str) -> None:
        """End with exit code 1 and this sentence."""
        self._error = self._error or reason
        self._ending.set()

    def _cannot_print(self, error: OSError) -> None:
        """Who read us is gone: leave as on Ctrl-C; or the disk is full: leave and say so."""
        if not (isinstance(error, OutputError) and error.reader_gone):
            self.fail(str(error))
        self._interrupted()

    def _interrupted(self) -> None:
        self._code = ExitCode.INTERRUPTED
        self._ending.set()

    def _heard(self, event: Event) -> None:
        if isinstance(event, SignInNeeded):
            self._needed = "" if self._came else event.reason
        elif isinstance(event, SignedIn):
            self._needed = ""
        if not isinstance(event, ReadingsArrived):
            found = iter(list(self._standing.lines_of(event)))
        else:
            # Of values there may be hundreds of thousands: their lines are made where written.
            self._came, self._needed = True, ""
            found = islice(lines.lines_of(event), self._left)
            if self._left is not None:
                self._left = max(0, self._left - event.values)
                if self._left == 0:
                    self._ending.set()
        self.print(found)

    def print(self, found: Iterator[lines.Line]) -> None:
        """Print lines, soon."""
        if self._writer.behind > MOST_BEHIND:
            self.fail("standard output cannot be written (nobody reads it)")
            return
        self._writer.put(found)
