"""Asks for a newer statmon, and knows what came of it the last time."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Final

import msgspec

from statmon import __version__
from statmon.service.access import Access
from statmon.updates import last_check, manifest, release_source
from statmon.updates.last_check import LastCheck
from statmon.updates.manifest import Refused, Release
from statmon.updates.newer import is_newer
from statmon.updates.release_source import ReleaseSource

_log = logging.getLogger(__name__)
EVERY: Final = 24 * 3600.0
"""Seconds between two questions that nobody has clicked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known, at an instant."""

    place: ReleaseSource
    asked: float
    """When it was asked last, epoch seconds; 0: never."""
    problem: str
    """Why the last question brought nothing that counts."""
    release: Release | None
    """A newer statmon."""

    @property
    def due(self) -> float:
        """When to ask next, epoch seconds."""
        return self.asked + EVERY


class UpdateCheck:
    """Reads and writes files: its synchronous methods belong in a thread."""

    def __init__(self, own: str = __version__, now: Callable[[], float] = time.time) -> None:
        """Be ready.

        Args:
            own: the version that runs.
            now: this computer's clock, epoch seconds.
        """
        self._own, self._now = own, now

    @property
    def now(self) -> float:
        """The time of this computer, epoch seconds."""
        return self._now()

    def standing(self) -> Standing:
        """Return what is known without asking anybody."""
        where, known = release_source.find(), last_check.load()
        asked = min(known.asked, self._now())  # the clock may have been set back
        release = None if where.barred else self._still_newer(where, known)
        return Standing(where, asked, known.problem, release)

    async def ask(self, way: Access | None) -> Standing:
        """Ask once, by the proxy and authorities of ``way``, and return what is known then."""
        where = await asyncio.to_thread(release_source.find)
        if not where.barred:
            known = await asyncio.to_thread(last_check.load)
            # Before the question: whatever becomes of it, today's was asked.
            known = msgspec.structs.replace(known, asked=self._now(), problem="")
            await asyncio.to_thread(last_check.keep, known)
            known = await self._answered(where, known, way)
            await asyncio.to_thread(last_check.keep, known)
        return await asyncio.to_thread(self.standing)

    async def _answered(
        self, where: ReleaseSource, known: LastCheck, way: Access | None
    ) -> LastCheck:
        # In a thread: importing what talks to a service takes a while.
        fetching = await asyncio.to_thread(import_module, "statmon.updates.fetch")
        try:
            answer = await fetching.fetch(where.address, way)
            release = await asyncio.to_thread(manifest.opened, answer, where.keys)
            newer = self._is_newer(release, known)
        except Refused as error:
            _log.warning("the announcement at %s does not count: %s", where.address, error)
            return msgspec.structs.replace(known, problem=str(error))
        _log.info("%s is announced, this is %s", release.version, self._own)
        kept = answer.decode() if newer else ""
        return msgspec.structs.replace(known, answer=kept, newest=release.issued)

    def _still_newer(self, where: ReleaseSource, known: LastCheck) -> Release | None:
        if not known.answer:
            return None
        try:
            release = manifest.opened(known.answer.encode(), where.keys)
            return release if self._is_newer(release, known) else None
        except Refused as error:
            _log.info("the announcement that is kept does not count any more: %s", error)
            return None

    def _is_newer(self, release: Release, known: LastCheck) -> bool:
        now = datetime.fromtimestamp(self._now(), UTC)
        return is_newer(release, self._own, known.newest, now)
