"""The list of subscriptions: how each stands, and what the service refused."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QHeaderView, QWidget

from statmon.domain.outside import visible
from statmon.ui.data.source import Source, SubscriptionStatus
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.listing import Line, Listing

_COUNT_CHARS = 13
_MOST_ERRORS = 100
"""Refusals listed below a subscription; the count says how many there are."""


class SubscriptionList(Listing):
    """Each subscription with state, count and errors; the errors unfold beneath it."""

    def __init__(self, source: Source, theme: Theme, parent: QWidget | None = None) -> None:
        headers = (tr("Subscription"), tr("State"), tr("Statistics"))
        super().__init__(tr("Subscriptions"), headers, right=[2], parent=parent)
        self._source, self._theme = source, theme
        self._shown: object = None
        self.setIndentation(self.fontMetrics().height())
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        # A long word above it must not take the room of the names.
        header.resizeSection(2, self.fontMetrics().averageCharWidth() * _COUNT_CHARS)
        self.headerItem().setToolTip(2, tr("Statistics"))
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme, self._shown = theme, None
        self.refresh()

    def refresh(self) -> None:
        """Bring the list up to date; cheap when nothing changed."""
        known = self._source.subscriptions
        standing = [(name, s.state, s.statistics, hash(s.errors)) for name, s in known.items()]
        if standing == self._shown:
            return
        self._shown = standing
        # Room for arrows only while there is something to unfold.
        self.setRootIsDecorated(any(status.errors for status in known.values()))
        none = Line(None, (tr("None yet: make one with New."),), idle=True)
        self.show_lines([self._line(*item) for item in known.items()] or [none])

    @property
    def chosen_names(self) -> list[str]:
        """The names of the chosen subscriptions, from the top."""
        return [name for name in self.chosen if isinstance(name, str)]

    def name_at(self, point: QPoint) -> str | None:
        """Return the subscription at a point of the viewport, or None beside all of them."""
        name = self.key_of(self.itemAt(point))
        return name if isinstance(name, str) else None

    def rect_at(self, point: QPoint) -> QRect:
        """Return where the subscription at a point is shown; an empty one beside all of them."""
        item = self.itemAt(point)
        if item is None or self.name_at(point) is None:
            return QRect()
        rect = self.visualItemRect(item.parent() or item)
        return rect.adjusted(0, 0, self.viewport().width(), 0)

    def _line(self, name: str, status: SubscriptionStatus) -> Line:
        errors = status.errors
        sign = signs.of_subscription(status.state, len(errors))
        state = f"{sign.glyph} {_with_errors(sign.word, len(errors))}"
        refused = (
            f"⚠  {error.statistic.ref} {error.statistic.title}: {error.message}"
            for error in errors[:_MOST_ERRORS]
        )
        return Line(
            name,
            (visible(name), state, numbers.count(status.statistics)),
            {1: self._theme.tones[sign.tone]},
            tuple(refused),
        )


def _with_errors(word: str, errors: int) -> str:
    """Return the word for a state; errors say enough: the name needs the room."""
    if not errors:
        return word
    return f"{errors} " + (tr("error") if errors == 1 else tr("errors"))
