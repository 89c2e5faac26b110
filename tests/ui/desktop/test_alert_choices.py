"""The settings of how alerts are told: shown, chosen, forbidden, refused in a sentence."""

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMainWindow, QSystemTrayIcon

from statmon.delivery import sound
from statmon.storage.machine.resources import resource
from statmon.storage.user.alert_delivery import Allowed, Delivery
from statmon.ui.desktop.alert_choices import AlertChoices
from statmon.ui.desktop.tray import Tray
from statmon.ui.look.theme import DARK, LIGHT

WISHED = Delivery(notify="warning", sound="never", repeat_minutes=5, to_front=True,
                  webhook="https://hooks.example/a", alertmanager="http://am:9093")  # fmt: skip


def choices(qtbot, wished=WISHED, allowed=None, **more):
    made = AlertChoices(wished, allowed or Allowed(wished), has_secret=False, **more)
    qtbot.addWidget(made)
    return made


def test_what_is_wished_is_shown_and_comes_back_as_it_was(qtbot):
    """Whoever touches nothing changes nothing; the secret is never shown."""
    made = choices(qtbot)

    assert made.delivery == WISHED
    assert (made.new_secret, made.problem) == ("", "")
    made.sound.setCurrentIndex(made.sound.findData("critical"))
    made.repeat.setValue(0)
    assert (made.delivery.sound, made.delivery.repeat_minutes) == ("critical", 0)


def test_an_address_that_cannot_be_taken_is_said_at_once(qtbot):
    """With what to do; and it is fine again when it is."""
    made = choices(qtbot)
    made.webhook.setText("https://user:secret@hooks.example/")
    assert made.problem
    assert "no place for a secret" in made.remark.text()
    made.webhook.setText("")
    assert (made.problem, made.delivery.webhook) == ("", "")


def test_what_an_administrator_forbids_cannot_be_chosen_and_stays_wished(qtbot):
    """It comes back when the policy goes."""
    made = choices(
        qtbot, allowed=Allowed(Delivery(), "Your administrator does not allow it.", True)
    )

    assert not any(part.isEnabled() for part in (made.sound, made.webhook, made.alertmanager))
    assert "administrator" in made.remark.text()
    assert made.delivery == WISHED


def test_the_sound_can_be_tried(qtbot, monkeypatch):
    """Away from the window's thread."""
    played = []
    monkeypatch.setattr(sound, "play", lambda file: played.append(file.name))
    made = choices(qtbot)
    made.trying.click()
    from PySide6.QtCore import QThreadPool

    QThreadPool.globalInstance().waitForDone()
    assert played == ["critical.wav"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_tray_wears_the_worst_alert_and_takes_it_off(qtbot, monkeypatch, theme):
    """Its picture is another with each level, and its own again without; no colour alone."""
    shown = []
    monkeypatch.setattr(Tray, "there_is_one", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "setVisible", lambda _, on: shown.append(on))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda *_: None)
    window = QMainWindow()
    qtbot.addWidget(window)
    tray = Tray(window, QIcon(str(resource("icons/statmon.svg"))), lambda: "connected")

    def picture():
        return tray._icon.icon().pixmap(32, 32).toImage()

    plain = picture()
    pictures = []
    for level, count in ((1, 3), (2, 4), (-1, 1), (-2, 1)):
        tray.show_alerts(level, count, theme)
        pictures.append(picture())
    assert all(one != plain for one in pictures)
    grey = [one.convertToFormat(one.Format.Format_Grayscale8) for one in pictures]
    assert all(grey[a] != grey[b] for a in range(4) for b in range(a))
    # A notice brings an icon that is not kept there; the last alert takes it away.
    assert tray.tell("Title", "words", critical=True)
    assert shown[-1] is True
    tray.show_alerts(0, 0, theme)
    assert picture() == plain
    assert shown[-1] is False
