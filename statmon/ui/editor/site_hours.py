"""The dialog of the site's times: opening hours, holidays, shifts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from typing import Any, Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from statmon.domain import shifts as shifts_
from statmon.domain.editing import Edit
from statmon.domain.opening_hours import (
    HOLIDAYS,
    HOURS,
    WEEKDAYS,
    OpeningHours,
    Stretch,
    opening_hours_in,
)
from statmon.domain.outside import visible
from statmon.domain.shifts import shifts_in
from statmon.domain.site_time import local
from statmon.domain.workspace import Workspace
from statmon.ui.data.lens import Lens
from statmon.ui.data.pulse import now_ms
from statmon.ui.editor.document import Document
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog

_DAYS: Final = {
    "mon": lambda: tr("&Monday"), "tue": lambda: tr("&Tuesday"), "wed": lambda: tr("&Wednesday"),
    "thu": lambda: tr("T&hursday"), "fri": lambda: tr("&Friday"), "sat": lambda: tr("&Saturday"),
    "sun": lambda: tr("S&unday"),
}  # fmt: skip


def add_to(menu: QMenu, document: Document, lens: Lens, window: QWidget) -> QAction:
    """Offer the dialog in a window's menu."""

    def show() -> None:
        SiteHoursDialog(document.workspace, lens.zone, now_ms, document.edit, window).open()

    action = QAction(tr("Opening &hours and shifts…"), window)
    action.triggered.connect(lambda _checked=False: show())
    menu.addAction(action)
    return action


class SiteHoursDialog(Dialog):
    """Edits a copy; it counts when the dialog is accepted."""

    def __init__(
        self, workspace: Workspace, zone: tzinfo | None, now: Callable[[], int], edit: Edit,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(tr("Opening hours and shifts"))
        self._workspace, self._zone, self._now, self._edit = workspace, zone, now, edit
        self.always = QCheckBox(tr("&Always open, but for holidays"))
        self.days = {day: QLineEdit() for day in WEEKDAYS}
        self.holidays, self.shifts = QPlainTextEdit(), QLineEdit()
        self.said = label(name=tr("What it means now"))
        self.said.setWordWrap(True)
        self._fill()
        self._lay_out()
        self.always.toggled.connect(self._edited)
        for edit_ in (*self.days.values(), self.shifts):
            edit_.textEdited.connect(self._edited)
        self.holidays.textChanged.connect(self._edited)
        self._edited()

    def _fill(self) -> None:
        site = self._workspace.site.settings
        self.always.setChecked(HOURS not in site)
        hours = site.get(HOURS)
        for day, edit in self.days.items():
            given = hours.get(day, "") if isinstance(hours, dict) else ""
            edit.setText(str(given))
        self.holidays.setPlainText("\n".join(map(str, _listed(site.get(HOLIDAYS)))))
        listed = _listed(self._workspace.extra.get(shifts_.KEY))
        self.shifts.setText(", ".join(map(str, listed)))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.always)
        for day, edit in self.days.items():
            edit.setPlaceholderText(tr("closed; or 08:00-12:00, 13:00-18:00"))
            self._row(form, _DAYS[day](), edit)
        self.holidays.setPlaceholderText(
            tr("2026-12-25 Christmas Day\n12-24 08:00-12:00 Christmas Eve, each year")
        )
        self.holidays.setTabChangesFocus(True)
        self.holidays.setFixedHeight(5 * self.fontMetrics().lineSpacing() + 12)
        self._row(form, tr("Holida&ys, a line each"), self.holidays)
        self.shifts.setPlaceholderText(tr("06:00-14:00, 14:00-22:00"))
        self._row(form, tr("Sh&ifts"), self.shifts)
        form.addRow("", self.said)
        standard = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(standard.Ok | standard.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self._ok = box.button(standard.Ok)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(box)
        self.resize(520, 480)

    def _row(self, form: QFormLayout, words: str, part: QWidget) -> None:
        part.setAccessibleName(words.replace("&", ""))
        form.addRow(words, part)

    # What stands there.

    @property
    def site(self) -> dict[str, Any]:
        """The keys of the site that are edited here, as the workspace is to have them."""
        found: dict[str, Any] = {}
        if not self.always.isChecked():
            texts = {day: edit.text().strip() for day, edit in self.days.items()}
            found[HOURS] = {day: text for day, text in texts.items() if text}
        holidays = [line.strip() for line in self.holidays.toPlainText().splitlines()]
        if any(holidays):
            found[HOLIDAYS] = [line for line in holidays if line]
        return found

    @property
    def listed_shifts(self) -> list[str]:
        """The shifts, as the workspace is to have them."""
        return [part.strip() for part in self.shifts.text().split(",") if part.strip()]

    def _edited(self) -> None:
        for edit in self.days.values():
            edit.setDisabled(self.always.isChecked())
        hours, problems = opening_hours_in(self.site)
        shifts, more = shifts_in(self.listed_shifts)
        problems += more
        self._ok.setEnabled(not problems)
        if problems:
            self.said.setText(f"⚠ {visible(problems[0])}.")
            return
        now = self._now()
        running = shifts.at(now, self._zone)
        words = self._shift(running) if shifts else ""
        self.said.setText(f"{self._open(hours, now)} {words}".rstrip())

    def _open(self, hours: OpeningHours, now: int) -> str:
        then = hours.next_change(now, self._zone)
        if hours.is_open(now, self._zone):
            words = tr("Open now.") if then is None else tr("Open now; closes {when}.")
        else:
            words = tr("Closed now.") if then is None else tr("Closed now; opens {when}.")
        return words.format(when="" if then is None else self._clock(then))

    def _shift(self, running: Stretch | None) -> str:
        if running is None:
            return tr("No shift runs now.")
        words = tr("The shift runs from {begin} to {end}.")
        return words.format(begin=self._clock(running.begin), end=self._clock(running.end))

    def _clock(self, at: int) -> str:
        """Return what the site's clocks show at an instant, with the day if it is not today."""
        there, here = local(at, self._zone), local(self._now(), self._zone)
        return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"

    def accept(self) -> None:
        """Let it count, unless some of it cannot be read."""
        if not self._ok.isEnabled():
            return
        site, listed = self.site, self.listed_shifts

        def changed(workspace: Workspace) -> Workspace:
            known = workspace.site.settings
            others = {k: v for k, v in known.items() if k not in (HOURS, HOLIDAYS)}
            rest = {k: v for k, v in workspace.extra.items() if k != shifts_.KEY}
            return replace(
                workspace,
                site=replace(workspace.site, settings={**others, **site}),
                extra={**rest, shifts_.KEY: listed} if listed else rest,
            )

        self._edit(tr("change opening hours and shifts"), changed)
        super().accept()


def _listed(items: Any) -> list[Any]:
    return items if isinstance(items, list) else []
