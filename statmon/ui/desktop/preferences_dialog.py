"""The settings dialog: few, each in words, in force at once when it is accepted."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from statmon.history import Rules
from statmon.storage.machine.appearance import APPEARANCES, Appearance
from statmon.storage.user.alert_delivery import Allowed, Delivery
from statmon.storage.user.preferences import Preferences
from statmon.ui.desktop.alert_choices import AlertChoices
from statmon.ui.desktop.history_choices import HistoryChoices
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog
from statmon.updates.release_source import NOWHERE, ReleaseSource

_WORDS: Final[dict[Appearance, str]] = {
    "system": "As the desktop",
    "light": "Light",
    "dark": "Dark",
}

_BOX_PIXELS: Final = 20
"""A tick box and the room behind it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the dialog shows and gives back."""

    preferences: Preferences
    autostart: bool
    """Whether statmon starts with the session; the system knows, not the settings file."""
    history: Rules = field(default_factory=Rules)
    """What the user wants the history to keep."""
    alerts: Delivery = field(default_factory=Delivery)
    """How the user wants to be told of alerts."""
    webhook_secret: str = ""
    """A new secret that signs what is sent; nothing: the one that is kept holds."""


class PreferencesDialog(Dialog):
    """Shown with ``open``, never with ``exec``."""

    chosen = Signal(object)
    """The ``Choices`` that were accepted."""

    def __init__(
        self,
        choices: Choices,
        *,
        has_tray: bool,
        kept_in: str,
        parent: QWidget,
        allowed: Rules | None = None,
        updates: ReleaseSource = NOWHERE,
        told: Allowed | None = None,
        has_secret: bool = False,
    ) -> None:
        """Show choices.

        Args:
            choices: what holds now.
            has_tray: whether the desktop shows one.
            kept_in: where settings are kept, for people.
            parent: the window.
            allowed: what a policy leaves of the history's rules; None: all of it.
            updates: where newer versions are announced.
            told: what a policy leaves of how alerts are told; None: all of it.
            has_secret: whether one is kept that signs what is sent to the webhook.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.look = QComboBox()
        for look in APPEARANCES:
            self.look.addItem(tr(_WORDS[look]), look)
        self.look.setCurrentIndex(APPEARANCES.index(choices.preferences.look))
        self.autostart = _tick(tr("Start statmon when I sign in to this computer"))
        self.autostart.setChecked(choices.autostart)
        self.tray = _tick(tr("Keep running in the tray when the window is closed"))
        self.tray.setChecked(choices.preferences.tray)
        self.tray.setEnabled(has_tray)
        form = QFormLayout()
        self._row(form, tr("&Appearance"), self.look)
        form.addRow(self.autostart)
        form.addRow(self.tray)
        if not has_tray:
            form.addRow(_below(label(tr("This desktop shows no tray."), tr("Why not"))))
        self.updates = _tick(tr("Tell me when there is a newer statmon"))
        self.updates.setChecked(choices.preferences.updates and not updates.barred)
        self.updates.setEnabled(not updates.barred)
        self._wants_updates = choices.preferences.updates
        form.addRow(self.updates)
        self.about_updates = label(_about(updates), tr("What that means"))
        self.about_updates.setWordWrap(True)
        form.addRow(_below(self.about_updates))
        self.history = HistoryChoices(choices.history, allowed or choices.history)
        self.alerts = AlertChoices(
            choices.alerts, told or Allowed(choices.alerts), has_secret=has_secret
        )
        self._lay_out(form, kept_in)

    def _lay_out(self, form: QFormLayout, kept_in: str) -> None:
        where = label(f"{tr('Kept in')} {kept_in}", tr("Where settings are kept"))
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        where.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.addLayout(form)
        layout.addWidget(self.history)
        layout.addWidget(self.alerts)
        layout.addSpacing(8)
        layout.addWidget(where)
        layout.addWidget(self._buttons())

    @staticmethod
    def _row(form: QFormLayout, text: str, widget: QWidget) -> None:
        widget.setAccessibleName(text.replace("&", ""))
        words = label(text)
        words.setBuddy(widget)
        form.addRow(words, widget)

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        for kind, text in ((kinds.Ok, tr("OK")), (kinds.Cancel, tr("Cancel"))):
            button = box.button(kind)
            button.setText(text)
            button.setAccessibleName(text)
        box.accepted.connect(self._accept)
        box.rejected.connect(self.reject)
        return box

    def _accept(self) -> None:
        if self.alerts.problem:
            self.alerts.webhook.setFocus()  # it is said below the addresses
            return
        wanted = Preferences(
            look=self.look.currentData(),
            tray=self.tray.isChecked(),
            # What cannot be chosen now stays as it was chosen.
            updates=self.updates.isChecked() if self.updates.isEnabled() else self._wants_updates,
        )
        self.chosen.emit(
            Choices(
                wanted, self.autostart.isChecked(), self.history.rules, self.alerts.delivery,
                self.alerts.new_secret,
            )
        )  # fmt: skip
        self.accept()


def _below(words: QLabel) -> QLabel:
    """Return a remark on a tick box, below its text and fainter."""
    words.setIndent(_BOX_PIXELS)
    words.setEnabled(False)
    return words


def _about(updates: ReleaseSource) -> str:
    if updates.barred:
        return tr(updates.barred)
    host = urlsplit(updates.address).hostname
    return f"{tr('Asks')} {host} {tr('once a day. Nothing is installed.')}"


def _tick(text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setAccessibleName(text)
    return box
