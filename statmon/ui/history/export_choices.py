"""What is exported of the history: period, series, rows, format, file."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDateTime, QStandardPaths, QTimer, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from statmon.domain.statistic import Series
from statmon.export import job
from statmon.export.job import Kind, Period
from statmon.history import SeriesInfo
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.file_dialog import ask_for_file

_MINUTE: Final = 60_000
_PORTION: Final = 1000
"""Series that are looked at in one go: a few milliseconds."""
_ALL, _SELECTED, _PATTERN = "all", "selected", "pattern"
_EVERY: Final = (
    (None, "Each reading"),
    (_MINUTE, "1 minute: lowest, average, highest, last"),
    (15 * _MINUTE, "15 minutes: lowest, average, highest, last"),
    (60 * _MINUTE, "1 hour: lowest, average, highest, last"),
    (1440 * _MINUTE, "1 day: lowest, average, highest, last"),
    ("workforce-15", "15 minutes and queue: offered, answered, … for workforce planning"),
    ("workforce-30", "30 minutes and queue: offered, answered, … for workforce planning"),
)
"""Milliseconds of a row's interval, and how the dialog calls it."""
_WORKFORCE: Final = {"workforce-15": 15 * _MINUTE, "workforce-30": 30 * _MINUTE}
"""Intervals of what was counted, by how they are named above."""
_HOURS: Final = ((1, "The last hour"), (8, "The last 8 hours"), (24, "The last 24 hours"))
_TODAY, _WEEK, _EVERYTHING, _BETWEEN = "today", "week", "everything", "between"
_KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("csv", "CSV, for any spreadsheet"),
    ("xlsx", "Excel workbook (XLSX)"),
    ("parquet", "Parquet, for analysis"),
)


class ExportChoices(QWidget):
    """A form; it reads and writes nothing."""

    changed = Signal()
    """Other series are chosen."""

    def __init__(self, selected: Sequence[Series]) -> None:
        """Offer what there always is; ``selected``: the series selected in the view in front."""
        super().__init__()
        self._counted = 0
        self._selected = frozenset(selected)
        self._infos: list[SeriesInfo] = []
        self.chosen: list[SeriesInfo] = []
        """The series that would be exported; none while it is being found out which fit."""
        self._finding: Iterator[None] = iter(())
        self._going_on = QTimer(self, singleShot=True, interval=0)
        self._going_on.timeout.connect(self._find)
        self._span: tuple[int, int] | None = None
        self.agreed: Path | None = None
        """An existing file that the user has agreed to replace."""
        self._make_fields()
        self._lay_out()
        self.period.currentIndexChanged.connect(self.bring_up_to_date)
        self.which.currentIndexChanged.connect(self._choose_series)
        self.pattern.textChanged.connect(self._count)
        self.every.currentIndexChanged.connect(self._choose_series)
        self.kind.currentIndexChanged.connect(self._follow_kind)
        self.bring_up_to_date()
        self._choose_series()

    def _make_fields(self) -> None:
        self.period = _combo(tr("Period"), self._periods())
        self.begin, self.end = _moment(tr("From")), _moment(tr("To"))
        self.which = _combo(
            tr("Series"),
            (
                (_ALL, tr("All that is recorded")),
                (_SELECTED, tr("What is selected in the window")),
                (_PATTERN, tr("Those whose names contain …")),
            ),
        )
        _offer(self.which, _SELECTED, offered=bool(self._selected))
        self.pattern = QLineEdit()
        self.pattern.setAccessibleName(tr("Words in their names"))
        self.pattern.setPlaceholderText(tr("for instance  Sales; ServiceLevel"))
        self.pattern.setToolTip(
            tr(
                "Parts of the name of an object, a statistic or a subscription, with ; between "
                "them. With * or ? in it, which stand for anything, it is the whole name."
            )
        )
        self.found = label(name=tr("How many series fit"))
        self.found.setWordWrap(True)
        self.every = _combo(tr("A row for"), [(span, tr(words)) for span, words in _EVERY])
        for span in _WORKFORCE:
            _offer(self.every, span, offered=False)
        self.kind = _combo(tr("Format"), [(kind, tr(words)) for kind, words in _KINDS])
        if find_spec("pyarrow") is None:
            _offer(self.kind, "parquet", offered=False)
        self.file = QLineEdit(str(_first_file(datetime.now().astimezone())))
        self.file.setAccessibleName(tr("File"))
        self.browsing = button(tr("C&hoose…"), self._choose_file)

    @staticmethod
    def _periods() -> list[tuple[object, str]]:
        return [
            (_TODAY, tr("Today")),
            *((hours, tr(words)) for hours, words in _HOURS),
            (_WEEK, tr("The last 7 days")),
            (_EVERYTHING, tr("All that is recorded")),
            (_BETWEEN, tr("From … to …")),
        ]

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        between = _row(self.begin, label("–"), self.end)
        for words, field, part in (
            (tr("&Period"), self.period, self.period),
            ("", self.begin, between),
            (tr("&Series"), self.which, self.which),
            ("", self.pattern, self.pattern),
            ("", self.found, self.found),
            (tr("A &row for"), self.every, self.every),
            (tr("&Format"), self.kind, self.kind),
            (tr("F&ile"), self.file, _row(self.file, self.browsing)),
        ):
            buddy = label(words)
            if words:
                buddy.setBuddy(field)
            form.addRow(buddy, part)
        self._form = form

    def offer(
        self, infos: Sequence[SeriesInfo], span: tuple[int, int] | None, counted: int = 0
    ) -> None:
        """Offer what the history holds: its series, and when the first and last reading came.

        ``counted``: of how many objects the window's workspace counts calls.
        """
        self._infos, self._span, self._counted = list(infos), span, counted
        for every in _WORKFORCE:
            _offer(self.every, every, offered=bool(counted))
        self.bring_up_to_date()
        self._count()

    def bring_up_to_date(self) -> None:
        """Let a period that ends now end now."""
        chosen = self.period.currentData()
        for edit in (self.begin, self.end):
            edit.setEnabled(chosen == _BETWEEN)
        if chosen != _BETWEEN:
            now = datetime.now().astimezone()
            self.begin.setDateTime(_qt(_begin_of(chosen, now, self._span)))
            self.end.setDateTime(_qt(now))

    def _choose_series(self) -> None:
        by_pattern = self.which.currentData() == _PATTERN and not self.of_counters
        self.which.setEnabled(not self.of_counters)
        self._form.setRowVisible(self.pattern, by_pattern)
        if by_pattern:
            self.pattern.setFocus()
        self._count()

    def _count(self) -> None:
        """Find out anew which series fit."""
        self._finding = self._portions()
        self._find()

    def _find(self) -> None:
        if next(self._finding, self) is None:  # there is more
            self._going_on.start()

    def _portions(self) -> Iterator[None]:
        """Find what fits, a portion at a time: with 100,000 series, too, typing goes on."""
        which = self.which.currentData()
        if self.of_counters:
            words = tr("What this window's workspace counts is exported: of {count} objects.")
            self._show([], words.format(count=numbers.count(self._counted)))
            return
        patterns = patterns_in(self.pattern.text()) if which == _PATTERN else []
        infos, found = self._infos, list[SeriesInfo]()
        for first in range(0, len(infos), _PORTION):
            if first == _PORTION:
                self._show([], tr("Looking …"))
            if first:
                yield
            portion = infos[first : first + _PORTION]
            if which == _SELECTED:
                found += [info for info in portion if info.series in self._selected]
            else:
                found += [info for info in portion if job.fits(info, patterns)]
        words = tr("series is exported") if len(found) == 1 else tr("series are exported")
        none = tr("No series in the history fits.")
        self._show(found, f"{numbers.count(len(found))} {words}" if found else none)

    def _show(self, found: list[SeriesInfo], words: str) -> None:
        self.chosen = found
        self.found.setText(words)
        self.changed.emit()

    def _follow_kind(self) -> None:
        """Give the file the ending of its format."""
        path = Path(self.file.text())
        if path.suffix[1:].lower() in job.KINDS:
            self.file.setText(str(path.with_suffix(f".{self.kind.currentData()}")))

    def _choose_file(self) -> None:
        kind = self.kind.currentData()
        kinds = (f"{self.kind.currentText()} (*.{kind})",)
        ask_for_file(
            self, tr("Export the history"), kinds, self._take_file, saves=True,
            name=self.file.text(), suffix=kind,
        )  # fmt: skip

    def _take_file(self, path: Path) -> None:
        self.file.setText(str(path))
        self.agreed = path  # the file dialog has asked already

    @property
    def wanted(self) -> Period:
        """The period that is chosen, as it stands in the fields."""
        chosen = self.period.currentData()
        begin = None if chosen == _EVERYTHING else self.begin.dateTime().toMSecsSinceEpoch()
        every = self.every.currentData()
        return Period(begin, self.end.dateTime().toMSecsSinceEpoch(), _WORKFORCE.get(every, every))

    @property
    def of_counters(self) -> bool:
        """Whether it is what the workspace's counters counted that is exported."""
        return self.every.currentData() in _WORKFORCE

    @property
    def some(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen) or self.of_counters

    @property
    def path(self) -> Path | None:
        """The file, None while none is named."""
        text = self.file.text().strip()
        return Path(text).expanduser() if text else None


def patterns_in(text: str) -> list[str]:
    """Return the patterns that were typed with ``;`` between them; plain words fit within names."""
    parts = [part for part in map(str.strip, text.split(";")) if part]
    return [part if set(part) & set("*?") else f"*{part}*" for part in parts]


def _begin_of(chosen: object, now: datetime, span: tuple[int, int] | None) -> datetime:
    """Return when a period begins that ends now."""
    if isinstance(chosen, int):
        return now - timedelta(hours=chosen)
    if chosen == _WEEK:
        return now - timedelta(days=7)
    if chosen == _EVERYTHING and span is not None:
        return datetime.fromtimestamp(span[0] / 1000).astimezone()
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _first_file(now: datetime) -> Path:
    """Return the file that is offered at first."""
    places = QStandardPaths.StandardLocation
    documents = Path(QStandardPaths.writableLocation(places.DocumentsLocation))
    folder = documents if documents.is_dir() else Path.home()
    return folder / f"statmon-{now:%Y-%m-%d}.csv"


def _combo(name: str, items: Sequence[tuple[object, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for data, words in items:
        box.addItem(words, data)
    return box


def _offer(box: QComboBox, data: object, *, offered: bool) -> None:
    items = box.model()
    if isinstance(items, QStandardItemModel):
        items.item(box.findData(data)).setEnabled(offered)


def _moment(name: str) -> QDateTimeEdit:
    edit = QDateTimeEdit()
    edit.setDisplayFormat("yyyy-MM-dd HH:mm")
    edit.setCalendarPopup(True)
    edit.setAccessibleName(name)
    return edit


def _qt(moment: datetime) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(round(moment.timestamp() * 1000))


def _row(*parts: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        layout.addWidget(part, 1 if isinstance(part, (QLineEdit, QDateTimeEdit)) else 0)
    layout.setSpacing(6)
    return row
