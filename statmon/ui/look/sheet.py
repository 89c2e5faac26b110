"""The style sheet of the whole application: flat, quiet, with one accent.

Only what Fusion draws too heavily is drawn otherwise. Trees and tables are left alone: a rule for
them would take the arrows from their branches. Sizes are in pixels at 100 %.
"""

from string import Template

from PySide6.QtWidgets import QApplication

from statmon.storage.machine.resources import resource
from statmon.ui.look.theme import Theme

_SHEET = Template("""
QMainWindow::separator { background: $window; width: 5px; height: 5px }
QMainWindow::separator:hover { background: $line }
QSplitter::handle { background: $window }
QSplitter::handle:hover { background: $line }

QToolBar { background: $window; border: none; border-bottom: 1px solid $line; padding: 3px 6px;
  spacing: 3px }
QToolBar::separator { background: $line; width: 1px; margin: 4px 5px }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 3px 7px }
QToolButton:hover { background: $hover }
QToolButton:pressed, QToolButton:checked { background: $chosen; border-color: $accent }
QToolButton:focus { border: 1px solid $accent }
QToolButton:disabled { color: $muted }
DockTitle QToolButton { padding: 2px }
Toolbar QToolButton { padding: 3px 4px }
QToolButton::menu-indicator { image: none }

QPushButton { background: $raised; border: 1px solid $line; border-radius: 4px;
  padding: 4px 12px; min-height: 16px }
QPushButton:hover { background: $hover }
QPushButton:pressed, QPushButton:checked { background: $chosen }
QPushButton:default { border-color: $accent }
QPushButton:focus { border: 2px solid $accent; padding: 3px 11px }
QPushButton:disabled { color: $muted; background: $window }

QLineEdit { background: $base; border: 1px solid $edge; border-radius: 4px; padding: 3px 5px;
  selection-background-color: $accent; selection-color: $base }
QLineEdit:focus { border: 2px solid $accent; padding: 2px 4px }
QLineEdit:disabled { background: $window }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractItemView QLineEdit { border: none;
  border-radius: 0; padding: 0 2px }

QComboBox { background: $raised; border: 1px solid $edge; border-radius: 4px;
  padding: 3px 4px 3px 8px; min-height: 16px }
QComboBox:hover { background: $hover }
QComboBox:focus { border: 2px solid $accent; padding: 2px 3px 2px 7px }
QComboBox:disabled { color: $muted; background: $window; border-color: $line }
QComboBox::drop-down { border: none; width: 20px }
QComboBox::down-arrow { image: url("$arrow"); width: 10px; height: 10px }
QComboBox QAbstractItemView { background: $base; border: 1px solid $edge;
  selection-background-color: $chosen; selection-color: $text }

QAbstractSpinBox { min-height: 20px }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0 }

QHeaderView { background: $head; border: none }
QHeaderView::section { background: $head; color: $muted; border: none;
  border-right: 1px solid $line; border-bottom: 1px solid $line; padding: 3px 7px }
QHeaderView::section:hover { color: $text }
QHeaderView::section:last { border-right: none }

QTabBar { qproperty-drawBase: 0 }
QTabBar::tab { background: transparent; color: $muted; border: none; padding: 5px 11px;
  border-bottom: 2px solid transparent }
QTabBar::tab:hover { color: $text; background: $hover }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent }
QTabBar::tab:selected:focus { background: $chosen }
QTabBar::tab:bottom { border-bottom: none; border-top: 2px solid transparent }
QTabBar::tab:bottom:selected { border-top-color: $accent }
QTabWidget::pane { border: none; border-top: 1px solid $line }

QScrollBar { background: transparent; border: none; margin: 0 }
QScrollBar:vertical { width: 12px }
QScrollBar:horizontal { height: 12px }
QScrollBar::handle { background: $handle; border-radius: 4px; margin: 2px }
QScrollBar::handle:vertical { min-height: 28px }
QScrollBar::handle:horizontal { min-width: 28px }
QScrollBar::handle:hover { background: $muted }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0 }
QScrollBar::add-page, QScrollBar::sub-page { background: none }

QStatusBar { background: $window; border-top: 1px solid $line }
QStatusBar::item { border: none }
QToolTip { background: $raised; color: $text; border: 1px solid $edge; padding: 4px 6px }
""")


def dress(app: QApplication, theme: Theme) -> None:
    """Give the whole application the theme's style sheet.

    It takes a sixth of what the first frame takes, so that one is painted without.
    """
    app.setStyleSheet(sheet(theme))


def sheet(theme: Theme) -> str:
    """Return the style sheet in a theme's colours."""
    scheme = "dark" if theme.dark else "light"
    arrow = resource(f"icons/tools/arrow-on-{scheme}.svg").as_posix()
    colors = {name: color.name() for name, color in theme.parts.items()}
    return _SHEET.substitute(colors, arrow=arrow)
