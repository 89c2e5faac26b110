"""The part of the settings dialog that says how alerts are told outside the window."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from statmon.delivery import sound
from statmon.storage.machine.resources import resource
from statmon.storage.user.alert_delivery import (
    FROM,
    MOST_MINUTES,
    Allowed,
    Delivery,
    From,
    address_problem,
)
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.number_edit import NumberBox

_WORDS: Final[dict[From, str]] = {
    "warning": "Of warnings and critical alerts",
    "critical": "Of critical alerts",
    "never": "Never",
}  # fmt: skip


class AlertChoices(QGroupBox):
    """Notices, sounds, and where each step of an alert is sent."""

    def __init__(self, wished: Delivery, allowed: Allowed, *, has_secret: bool) -> None:
        """Show choices.

        Args:
            wished: what the user asked for.
            allowed: what a policy leaves of that.
            has_secret: whether one is kept that signs what is sent to the webhook.
        """
        super().__init__(tr("Alerts outside the window"))
        self._wished = wished
        self._form = QFormLayout(self)
        self.notify = self._from(tr("&Notices of the desktop"), wished.notify)
        self.trying = button(tr("&Try"), self._play, tr("Play the sound of a critical alert"))
        self.sound = self._from(tr("&Sounds"), wished.sound, beside=self.trying)
        self.sound.setEnabled(not allowed.silent)
        self.repeat = NumberBox()
        self.repeat.setRange(0, MOST_MINUTES)
        self.repeat.setSuffix(f" {tr('min')}")
        self.repeat.setSpecialValueText(tr("once"))
        self.repeat.setValue(wished.repeat_minutes)
        self._row(tr("&Repeat critical ones until acknowledged, every"), self.repeat)
        self.front = QCheckBox(tr("A critical alert &brings the window to the front"))
        self.front.setAccessibleName(self.front.text().replace("&", ""))
        self.front.setChecked(wished.to_front)
        self._form.addRow(self.front)
        self.webhook = self._address(tr("&Webhook"), wished.webhook)
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        kept = tr("kept; type another one to replace it")
        self.secret.setPlaceholderText(kept if has_secret else tr("none: it is not signed"))
        self._row(tr("Secret that si&gns it"), self.secret)
        self.alertmanager = self._address(tr("Prometheus Alert&manager"), wished.alertmanager)
        self.remark = label(name=tr("What is wrong with an address"))
        self.remark.setWordWrap(True)
        self._form.addRow(self.remark)
        self._barred = tr(allowed.barred) if allowed.barred else ""
        for name, edit in (("webhook", self.webhook), ("alertmanager", self.alertmanager)):
            edit.setEnabled(not allowed.barred and name not in allowed.given)
            edit.textChanged.connect(self._say)
        self.secret.setEnabled(not allowed.barred)
        self._say()

    @property
    def problem(self) -> str:
        """Why the addresses cannot be taken, a sentence; nothing where they can."""
        texts = (self.webhook.text().strip(), self.alertmanager.text().strip())
        return next(filter(None, (address_problem(text) for text in texts if text)), "")

    @property
    def delivery(self) -> Delivery:
        """What is chosen now; what could not be chosen stays as it was wished."""
        sounds: From = self.sound.currentData()
        return replace(
            self._wished,
            notify=self.notify.currentData(),
            sound=sounds if self.sound.isEnabled() else self._wished.sound,
            repeat_minutes=self.repeat.value(),
            to_front=self.front.isChecked(),
            webhook=self.webhook.text().strip(),
            alertmanager=self.alertmanager.text().strip(),
        )

    @property
    def new_secret(self) -> str:
        """The secret that was typed; nothing where the one that is kept holds."""
        return self.secret.text()

    def _play(self) -> None:
        file = resource("sounds/critical.wav")
        QThreadPool.globalInstance().start(lambda: sound.play(file))

    def _from(self, text: str, level: From, beside: QWidget | None = None) -> QComboBox:
        box = QComboBox()
        for one in FROM:
            box.addItem(tr(_WORDS[one]), one)
        box.setCurrentIndex(FROM.index(level))
        self._row(text, box, beside)
        return box

    def _address(self, text: str, address: str) -> QLineEdit:
        edit = QLineEdit(address)
        edit.setPlaceholderText(tr("https://…"))
        self._row(text, edit)
        return edit

    def _row(
        self, text: str, widget: QComboBox | QLineEdit | QSpinBox, beside: QWidget | None = None
    ) -> None:
        widget.setAccessibleName(text.replace("&", ""))
        words = label(text)
        words.setBuddy(widget)
        if beside is None:
            self._form.addRow(words, widget)
            return
        row = QHBoxLayout()
        row.addWidget(widget, 1)
        row.addWidget(beside)
        self._form.addRow(words, row)

    def _say(self) -> None:
        trouble = self.problem or self._barred
        self.remark.setText(f"⚠ {trouble}" if self.problem else trouble)
        self.remark.setVisible(bool(trouble))
