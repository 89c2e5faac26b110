"""The part of the settings dialog that says what the history may keep."""

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QSpinBox, QWidget

from statmon.history import Rules
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.number_edit import NumberBox

_GIGABYTE = 1_000_000_000
_MOST_DAYS = 3_660
_MOST_GIGABYTES = 1_000


class HistoryChoices(QGroupBox):
    """Whether readings are kept, how long and how many; agents' ones are personal data."""

    def __init__(self, wished: Rules, allowed: Rules) -> None:
        """Show rules.

        Args:
            wished: what the user asked for.
            allowed: what is left of that by the administrator's policy.
        """
        super().__init__(tr("History on this computer"))
        self._wished = wished
        self._form = QFormLayout(self)
        self.record = self._tick(tr("&Record readings"), wished.enabled)
        self.days = self._number(
            tr("&Keep for"), tr("days"), wished.keep_days or _MOST_DAYS, _MOST_DAYS
        )
        size = (wished.keep_bytes or _MOST_GIGABYTES * _GIGABYTE) / _GIGABYTE
        self.gigabytes = self._number(tr("At &most"), "GB", size, _MOST_GIGABYTES)
        self.agents = self._tick(tr("Record agents, &too (personal data)"), wished.personal)
        self.agent_days = self._number(
            tr("Keep a&gents for"), tr("days"), wished.personal_days or 0, _MOST_DAYS, least=0
        )
        self.agent_days.setSpecialValueText(tr("as long as the rest"))
        self.remark = label(_remark(wished, allowed), tr("When it counts"))
        self.remark.setWordWrap(True)
        self._form.addRow(self.remark)
        self.record.toggled.connect(self._enable)
        self.agents.toggled.connect(self._enable)
        self._enable()

    @property
    def rules(self) -> Rules:
        """What is chosen now; what was not touched stays as it was written."""
        days, agent_days = self.days.value(), self.agent_days.value()
        chosen = replace(
            self._wished,
            enabled=self.record.isChecked(),
            personal=self.agents.isChecked(),
            personal_days=agent_days or None,
        )
        if days != self.days.property("before"):
            chosen = replace(chosen, keep_days=days)
        if (gigabytes := self.gigabytes.value()) != self.gigabytes.property("before"):
            chosen = replace(chosen, keep_bytes=gigabytes * _GIGABYTE)
        return chosen

    def _tick(self, text: str, on: bool) -> QCheckBox:
        box = QCheckBox(text)
        box.setAccessibleName(text.replace("&", ""))
        box.setChecked(on)
        self._form.addRow(box)
        return box

    def _number(self, text: str, unit: str, value: float, most: int, least: int = 1) -> QSpinBox:
        box = NumberBox()
        box.setRange(least, most)
        box.setSuffix(f" {unit}")
        box.setValue(round(value))
        box.setProperty("before", box.value())
        self._row(text, box)
        return box

    def _row(self, text: str, widget: QWidget) -> None:
        widget.setAccessibleName(text.replace("&", ""))
        words = label(text)
        words.setBuddy(widget)
        self._form.addRow(words, widget)

    def _enable(self) -> None:
        on = self.record.isChecked()
        for part in (self.days, self.gigabytes, self.agents):
            part.setEnabled(on)
        self.agent_days.setEnabled(on and self.agents.isChecked())


def _remark(wished: Rules, allowed: Rules) -> str:
    words = tr("In force from the next start of statmon on.")
    if wished != allowed:
        words += " " + tr("Your administrator allows less.")
    return words
