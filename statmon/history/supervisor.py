"""What the history does in its thread: open, record, answer, and see to it that it goes on."""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from statmon import private
from statmon.domain.reading import Reading
from statmon.history.alert_journal import AlertJournal, Entry
from statmon.history.archive import Archive, Reader
from statmon.history.elsewhere import Elsewhere
from statmon.history.lock import RecorderLock
from statmon.history.model import Rules, State, Status
from statmon.history.recorder import Recorder
from statmon.history.repair import replace, set_aside
from statmon.history.schema import NewerHistory
from statmon.history.sqlite_errors import UNREADABLE, sentence, trouble_in

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
COMMIT_EVERY: Final = 0.25
"""Seconds: what is older is on disk."""
TAKE_EVERY: Final = 0.5
"""Seconds between two looks at what was recorded."""
ALIVE_EVERY: Final = 10.0
"""Seconds between two notes that statmon runs, while nothing comes."""
COUNT_EVERY: Final = 1.0
"""Seconds between two looks at how large the history is; SQLite is asked three questions."""
RETRY_EVERY: Final = 10.0
"""Seconds between two attempts while the disk is full or another statmon records."""
_BREATH: Final = 0.01
"""Seconds between two slices of work in the background."""
SLICE: Final = 512
"""Readings that are taken in before other threads get their turn ..."""
_GIVE_WAY: Final = 0.0002
"""... for so many seconds: with none at all the interpreter would hardly ever let them."""
ELSEWHERE: Final = "another statmon on this computer records the history"
NOTHING_SAVED: Final = (
    "the history's file was damaged and nothing of it could be saved: an empty one was begun"
)
MISSED: Final = (
    f"{ELSEWHERE}, but not {{count}} of the statistics shown here: "
    "end it, or have them watched there, too"
)


class HistorySupervisor:
    """Knows how the history is doing, and never raises because of the disk."""

    def __init__(
        self, folder: Path, rules: Rules, now: Callable[[], int], clock: Callable[[], float]
    ) -> None:
        self._folder, self._rules = folder, rules
        self._now, self._clock = now, clock
        self._lock = RecorderLock(folder)
        self.alerts: AlertJournal | None = None
        """While it is this statmon that records."""
        self._recorder: Recorder | None = None
        self._reader: Reader | None = None
        self._waiting_since: int | None = None
        self._committed = self._tried = self._counted = clock()
        self.status = Status()
        self._elsewhere, self._missed = Elsewhere(), 0
        self._listener: Callable[[str], None] = lambda _sentence: None
        self._damage = self._fresh = ""
        """What of the history is gone; if it was found since this start."""

    def hear(self, listener: Callable[[str], None]) -> None:
        """Tell somebody, in this thread, in a sentence, whatever the user must know at once.

        Nothing, an empty sentence, says that it is over.
        """
        self._listener = listener
        if self.status.state in {"waiting", "failed"} or self._missed:
            listener(self.status.message)
        if self._fresh:
            listener(self._fresh)

    def open(self) -> None:
        """Open the history, anew if it is open, or find out why that cannot be."""
        self._tried = self._clock()
        self._close()
        if not self._rules.enabled:
            self._say("off", "history is switched off, by the settings or a policy")
            return
        try:
            private.folder(self._folder)
            if self._lock.take():
                self._record()
            else:
                self._only_read()
        except NewerHistory as error:
            self._give_up("failed", error)
        except (sqlite3.Error, ValueError, TypeError) as error:
            # Of a damaged file SQLite may also return what it never was given.
            if self._lock.held and trouble_in(error) == "damaged":
                self._rescue(error)
            else:
                self._give_up("waiting", error)
        except OSError as error:
            self._give_up("waiting", error)

    def take_in(self, readings: Sequence[Reading]) -> None:
        """Record readings, in slices, so that the window's thread gets its turn."""
        if self._reader is not None:
            self._elsewhere.note(readings)
        for start in range(0, len(readings), SLICE):
            if self._recorder is None or self._waiting_since is not None:
                return
            if start:
                time.sleep(_GIVE_WAY)
            self._add(readings[start : start + SLICE])

    def _add(self, readings: Sequence[Reading]) -> None:
        self._do(lambda recorder: recorder.add(readings), None)

    def note(self, entries: Sequence[Entry]) -> None:
        """Put on disk what happened to alerts, with what could not be put there before."""
        if self.alerts is not None:
            if entries or self.alerts.waiting:
                self.alerts.write(entries)
            self.alerts.trim(self._now())

    def ask(self, question: Callable[[Archive], _T], nothing: _T) -> _T:
        """Return the answer to a question, or ``nothing`` where there is no history."""
        reader = self._reader
        if reader is not None and reader.replaced:
            self.open()
            reader = self._reader
        if reader is not None:
            return self._read(reader, question, nothing)
        self.flush()
        return self._do(question, nothing)

    def do(self, act: Callable[[Recorder], _T], nothing: _T) -> _T:
        """Let the recorder do something, if there is one."""
        return self._do(act, nothing) if self._waiting_since is None else nothing

    def flush(self) -> bool:
        """Put on disk what was recorded; whether it is there now."""
        recorder = self._recorder
        if recorder is None or self._waiting_since is not None:
            return False
        if self.alerts is not None and not self.alerts.write(()):
            return False
        if not recorder.pending:
            return True
        return self._do(self._commit, False)

    def settle(self) -> bool:
        """Do all that is to be done in the background; whether it is done."""
        while self.flush() and self._do(lambda recorder: recorder.work(self._now()), False):
            pass
        return self._recorder is not None

    def due(self) -> float | None:
        """Do what is due; return the seconds until something is due again."""
        if self._recorder is None or self._waiting_since is not None:
            return self._retry()
        left = COMMIT_EVERY if self._recorder.pending else ALIVE_EVERY
        if self._clock() - self._committed >= left:
            self._do(self._commit, False)
        pending = self._recorder.pending
        if self._do(lambda recorder: recorder.work(self._now()), False):
            return _BREATH
        rest = self._committed + COMMIT_EVERY - self._clock()
        return min(TAKE_EVERY, max(_BREATH, rest)) if pending else TAKE_EVERY

    def end(self) -> None:
        """Put everything on disk and close the file."""
        self._do(self._commit, False)
        self._close()
        self.alerts = None
        self._lock.release()
        self._say("off", "the history is closed")

    def _record(self, *, going_on: bool = False) -> None:
        self._recorder = Recorder(self._folder, self._rules, self._now(), going_on=going_on)
        self.alerts = self.alerts or AlertJournal(self._folder, self._rules)
        self._damage = self._recorder.damage
        self._waiting_since = None
        self._say("recording")

    def _only_read(self) -> None:
        self._reader = Reader(self._folder)
        self._damage = self._reader.damage
        self._elsewhere, self._missed = Elsewhere(), 0
        self._say("reading", ELSEWHERE)

    def _retry(self) -> float | None:
        """Try again to record, if that may succeed one day."""
        if self.status.state in {"off", "failed"}:
            return None
        left = RETRY_EVERY - (self._clock() - self._tried)
        if left > 0:
            return left
        self._tried = self._clock()
        if self._recorder is not None:
            self._do(self._go_on, None)
        elif self._reader is None or self._lock.take() or self._reader.replaced:
            self.open()
        else:
            self._look_elsewhere(self._reader)
        return TAKE_EVERY

    def _look_elsewhere(self, reader: Reader) -> None:
        """Find out whether the statmon that records records all that arrives here."""
        count = self._read(reader, lambda file: self._elsewhere.missed(file, self._now()), 0)
        if count != self._missed:
            self._missed = count
            self._say("reading", MISSED.format(count=count) if count else ELSEWHERE)
            self._listener(self.status.message if count else "")

    def _go_on(self, recorder: Recorder) -> None:
        """Write what waited; if that succeeds, the time in between was a gap."""
        now, since = self._now(), self._waiting_since
        recorder.commit(now)
        recorder.gap("disk", now if since is None else since, None)
        recorder.mend("disk", now, None)
        self._waiting_since = None
        self._say("recording")
        self._listener("")

    def _commit(self, recorder: Recorder) -> bool:
        recorder.commit(self._now())
        self._committed = self._clock()
        if self.status.state != "recording" or self._committed - self._counted >= COUNT_EVERY:
            self._say("recording")
        return True

    def _do(self, act: Callable[[Recorder], _T], nothing: _T) -> _T:
        recorder = self._recorder
        if recorder is None:
            return nothing
        try:
            return act(recorder)
        except UNREADABLE as error:
            if trouble_in(error) != "damaged":
                self._wait(error)
                return nothing
            self._rescue(error)
        recorder = self._recorder
        try:
            # Once more, in the sound file.
            return nothing if recorder is None else act(recorder)
        except UNREADABLE as error:
            self._wait(error)
        return nothing

    def _read(self, reader: Reader, question: Callable[[Archive], _T], nothing: _T) -> _T:
        try:
            reader.refresh()
            return question(reader)
        except UNREADABLE as error:
            self._wait(error)
        return nothing

    def _wait(self, error: Exception) -> None:
        fresh = self._waiting_since is None
        if fresh:
            _log.warning("the history cannot go on: %s", error)
            self._waiting_since = self._now()
            self._tried = self._clock()
        self._say("waiting", sentence(error))
        if fresh:
            self._listener(self.status.message)

    def _rescue(self, error: Exception) -> None:
        """Set the damaged file aside, save what can be read, and go on with that."""
        _log.error("the history is damaged (%s)", error)
        going_on = self._recorder is not None
        self._put_down()
        self._close()
        try:
            said = self._go_on_in_a_sound_file(going_on=going_on)
        except (OSError, sqlite3.Error, ValueError, TypeError) as second:
            self._give_up("waiting", second)
            return
        self._damage = self._fresh = said
        _log.error("%s", self._damage)
        self._say("recording")
        self._listener(self._damage)

    def _put_down(self) -> None:
        """Write what was taken in into the damaged file, from which it is saved with the rest."""
        try:
            if self._recorder is not None:
                self._recorder.commit(self._now())
        except UNREADABLE as error:
            _log.error("the last quarter of a second cannot be saved: %s", error)

    def _go_on_in_a_sound_file(self, *, going_on: bool) -> str:
        """Record in what could be saved of the damaged file; return what is told of it."""
        when = datetime.fromtimestamp(self._now() / 1000, UTC).strftime("%Y%m%d-%H%M%S")
        damage, aside = replace(self._folder, when)
        _log.error("it was set aside as %s", aside)
        try:
            self._record(going_on=going_on)
        except UNREADABLE as error:
            if trouble_in(error) != "damaged":
                raise
            # What was saved makes no sense: better an empty history than none.
            _log.error("nothing of it could be saved: %s", error)
            set_aside(self._folder, f"{when}-again")
            self._record()
            return NOTHING_SAVED
        return damage.sentence

    def _give_up(self, state: State, error: Exception) -> None:
        _log.warning("no history: %s", error)
        self._close()
        self.alerts = None
        self._lock.release()
        self._say(state, sentence(error))
        self._listener(self.status.message)

    def _close(self) -> None:
        for archive in (self._recorder, self._reader):
            if archive is not None:
                archive.close()
        self._recorder = self._reader = None
        if self.alerts is not None:
            self.alerts.close()

    def _say(self, state: State, message: str = "") -> None:
        self._counted = self._clock()
        archive = self._recorder or self._reader
        size, samples = (0, 0) if archive is None else (archive.size, archive.samples)
        self.status = Status(state, message, size, samples, self._missed, self._damage)
