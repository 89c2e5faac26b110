"""Whether anybody can see the program: what is drawn for nobody costs a battery all the same."""

from PySide6.QtGui import QGuiApplication


def in_sight() -> bool:
    """Return whether the desktop shows a window of the program, as far as it tells.

    It does of one that is minimised or hidden in the tray; of one that others cover only some do
    (Wayland, macOS).
    """
    return any(window.isExposed() for window in QGuiApplication.topLevelWindows())
