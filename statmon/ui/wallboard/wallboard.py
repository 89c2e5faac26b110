"""The wallboard's window: what stands on the wall, and what the keys do."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QScreen,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.workspace import Workspace
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.background.debounce import Debounce
from statmon.ui.board.boards import Boards
from statmon.ui.board.spec import BoardSpec
from statmon.ui.data.feed import FeedNotice
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lights import Light, data_sign, tint
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.data.source import Source
from statmon.ui.look import signs
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.tree.page import TreePage
from statmon.ui.wallboard.slides import Slide, following, slides
from statmon.ui.wallboard.tiles import Tiles
from statmon.ui.wallboard.wall_page import WallPage, without_widths
from statmon.ui.widgets.banner import Banner

TURN_MS = 15_000
"""How long a part stands before the next one comes."""
_POINTER_MS = 3_000
_HEAD, _FOOT, _TILES = 0.028, 0.018, 0.17
"""Parts of the screen's height: pixels of the fonts in head and foot, height of the tiles."""
_WIDEST_HEAD = 0.8
"""The part of its width that the head's words may take: the rest is the board's title's."""
_LEAST_WIDTH = 10 / 16
"""The width of a screen that is upright counts as its height does, times this."""
_MARGIN = 16
_MOST_DOTS = 12
"""Parts that are shown as dots; more are counted."""


class Shown(NamedTuple):
    """What of the window stands on the wall."""

    pulse: Pulse
    page: TreePage
    """With what is pinned above the tree."""
    boards: Boards
    names: Names
    lights: Sequence[Light]
    """Those of the status bar."""
    alerts: AlertWatch


class Wallboard(QWidget):
    """Full screen; Escape or F11 ends it."""

    closed = Signal()

    def __init__(self, window: QWidget, source: Source, shown: Shown, theme: Theme) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._window, self._shown, self._theme = window, shown, theme
        self.setWindowTitle(f"{tr('Wallboard')} – statmon")
        self.setAccessibleName(tr("Wallboard"))
        self.setAutoFillBackground(True)
        self.setMouseTracking(True)
        knowledge = Knowledge()
        self._feed_notice = FeedNotice(source)
        self.feed = Banner(theme)
        self.lights = [Light(light.name, theme) for light in shown.lights]
        self.title = label(name=tr("Board"))
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.clock = label(name=tr("Time"))
        self.alerts = label(name=tr("Alerts"))
        pinned, lens = shown.page.pinned, shown.pulse.lens
        self.tiles = Tiles(lens, shown.names, knowledge, lambda: pinned.rows, theme)
        self._knowledge = knowledge
        self.pages = [self._page(spec) for spec in shown.boards.specs]
        self.slide: Slide | None = None
        """What is shown."""
        self.hint = label(tr("Esc leaves · ← → turns · Space holds · M goes to another screen"))
        self.place = label(name=tr("Part"))
        self.windows = label(name=tr("What the columns count"))
        self.windows.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.empty = label(tr("There is no board yet: add one with + beside the tabs."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._turning = QTimer(self, interval=TURN_MS)
        self._turning.timeout.connect(lambda: self.turn(1))
        self._hiding = Debounce(self._hide_pointer, _POINTER_MS, self)
        self._size = 0
        """Pixels of the head's font."""
        self._alert_tone = Tone.WARN
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.alerts)
        head.addSpacing(_MARGIN)
        for light in self.lights:
            head.addWidget(light)
        head.addWidget(self.clock)
        self._stack = QStackedWidget()
        for page in (*self.pages, self.empty):
            self._stack.addWidget(page)
        foot = QHBoxLayout()
        foot.addWidget(self.place)
        foot.addSpacing(_MARGIN)
        foot.addWidget(self.windows, 1)
        foot.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it is its screen's size
        layout.setContentsMargins(_MARGIN, _MARGIN // 2, _MARGIN, _MARGIN // 2)
        layout.setSpacing(_MARGIN // 2)
        layout.addLayout(head)
        layout.addWidget(self.feed)
        layout.addWidget(self.tiles)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)

    def _page(self, spec: BoardSpec) -> WallPage:
        shown = self._shown
        return WallPage(
            spec, shown.pulse, shown.page.model.catalogue, shown.names, self._knowledge,
            self._theme,
        )  # fmt: skip

    def take(self, _workspace: Workspace) -> None:
        """Show the boards as they are now; those that did not change stay as they are."""
        left, pages = list(self.pages), list[WallPage]()
        for spec in self._shown.boards.specs:
            known = next((page for page in left if page.board.spec == without_widths(spec)), None)
            if known is not None:
                left.remove(known)
            pages.append(known or self._page(spec))
        if pages == self.pages:
            return
        for page in pages:
            self._stack.addWidget(page)
        for page in left:
            self._stack.removeWidget(page)
            page.deleteLater()
        self.pages, self.slide = pages, None
        self.turn(0)
        self.refresh()

    def begin(self) -> None:
        """Show it on the whole of another screen, where there is one."""
        self._go_to(self._other_screen() or self._window.screen())
        self._turning.start()
        self._hiding.ask()
        self.refresh()
        self.turn(0)

    def _other_screen(self) -> QScreen | None:
        """Return the screen after the one that this window, or the main one, is on."""
        screens = QGuiApplication.screens()
        here = self.screen() if self.isVisible() else self._window.screen()
        place = screens.index(here) if here in screens else 0
        following_one = screens[(place + 1) % len(screens)]
        return following_one if following_one is not here else None

    def _go_to(self, screen: QScreen) -> None:
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.activateWindow()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.feed.set_theme(theme)
        self.tiles.set_theme(theme)
        for light in self.lights:
            light.set_theme(theme)
        for page in self.pages:
            page.set_theme(theme)
        self._give_sizes()
        self.refresh()

    def refresh(self) -> None:
        """Say how things stand now."""
        for light, twin in zip(self.lights, self._shown.lights, strict=True):
            if twin.sign is not None:
                light.show_sign(twin.sign)
        data = data_sign(self._shown.pulse.lens)
        words = self._feed_notice.text()
        if not words and data.tone in (Tone.WARN, Tone.BAD):
            words = str(data)  # nobody points at a wall: what is not well is said in full width
        self.feed.say(words, dismissable=False) if words else self.feed.take_back()
        self.clock.setText(f"{datetime.now().astimezone():%a %d %b %H:%M:%S}")
        watch = self._shown.alerts
        count = watch.count()
        sign = signs.of_level(watch.worst())
        some = f"{sign.glyph} {count} " + (tr("alert") if count == 1 else tr("alerts"))
        self._tint_alerts(sign.tone)
        self.alerts.setText(tr("alerts unknown") if watch.unknown else some if count else "")
        self.tiles.refresh()
        if self._head_size() != self._size:
            self._give_sizes()
        self._show_place()

    def _tint_alerts(self, tone: Tone) -> None:
        if tone is not self._alert_tone:
            self._alert_tone = tone
            tint(self.alerts, self._theme.tones[tone], self._size)

    # What is shown.

    @property
    def _slides(self) -> list[Slide]:
        for page in self.pages:
            if page.size() != self._stack.size():  # only the page in front follows by itself
                page.resize(self._stack.size())
                page.fit()
        fit = [page.fitting for page in self.pages]
        return slides([page.lines for page in self.pages], fit)

    def turn(self, step: int) -> None:
        """Show the part that comes so many after this one."""
        self.slide = following(self.slide, self._slides, step)
        slide = self.slide
        self._stack.setCurrentWidget(self.empty if slide is None else self.pages[slide.board])
        if slide is not None:
            self.pages[slide.board].show_from(slide.first)
        self._show_place()

    def _counted(self, page: WallPage) -> str:
        """Say over which part of the past the columns of a board count, and whose midnight it is.

        Columns of one window are named together.
        """
        by_window: dict[str, list[str]] = {}
        for title, window in page.board.windows():
            by_window.setdefault(window, []).append(title)
        words = [f"{', '.join(titles)}: {window}" for window, titles in by_window.items()]
        zone = self._shown.pulse.lens.zone
        if words:
            whose = tr("midnight of {place}").format(place=zone)
            words.append(whose if zone else tr("midnight of this computer"))
        return "  ·  ".join(words)

    def _show_place(self) -> None:
        slide, all_ = self.slide, self._slides
        title = "" if slide is None else self.pages[slide.board].title
        metrics, room = self.title.fontMetrics(), self.title.width()
        self.title.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.title.setAccessibleDescription(title)
        counted = "" if slide is None else self._counted(self.pages[slide.board])
        room = self.windows.width()
        self.windows.setText(
            self.windows.fontMetrics().elidedText(counted, Qt.TextElideMode.ElideRight, room)
        )
        self.windows.setAccessibleDescription(counted)
        if slide is None or len(all_) < 2:
            self.place.setText("")
            return
        here = [other[:2] == slide[:2] for other in all_]
        if len(all_) <= _MOST_DOTS:
            dots = " ".join("●" if it else "○" for it in here)
        else:
            dots = f"{here.index(True) + 1 if True in here else 1} / {len(all_)}"
        held = "" if self._turning.isActive() else f"   ‖ {tr('held')}"
        self.place.setText(dots + held)

    # Size of text.

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Choose the fonts for the screen's size."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._give_sizes()
        QTimer.singleShot(0, self, lambda: self.turn(0))  # once the pages have their sizes

    @property
    def _high(self) -> float:
        return min(self.height(), self.width() * _LEAST_WIDTH)

    def _head_size(self) -> int:
        """Return the pixels of the head's font: smaller where what it says now has no room."""
        wanted = max(8, round(self._high * _HEAD))
        font = QFont(self.font())
        font.setPixelSize(wanted)
        # Beside its words a light has a sign, and gaps.
        said = [f"{light.text}MMM" for light in self.lights]
        words = " ".join([*said, self.alerts.text(), self.clock.text()])
        needed = QFontMetrics(font).horizontalAdvance(words)
        return max(8, min(wanted, int(wanted * self.width() * _WIDEST_HEAD / max(1, needed))))

    def _give_sizes(self) -> None:
        high, tones = self._high, self._theme.tones
        self.tiles.high = round(high * _TILES)
        self.tiles.updateGeometry()
        self._size = usual = self._head_size()
        small = max(8, round(high * _FOOT))
        for light in self.lights:
            light.set_size(usual)
        tint(self.alerts, tones[self._alert_tone], usual)
        tint(self.clock, tones[Tone.PLAIN], usual)
        tint(self.empty, tones[Tone.PLAIN], usual)
        tint(self.title, tones[Tone.PLAIN], round(usual * 1.4))
        for part in (self.place, self.windows, self.hint):
            tint(part, tones[Tone.MUTED], small)
        for words in self.feed.findChildren(QLabel):
            tint(words, self._theme.badge_text, usual)

    # Keys and pointer.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave with Escape or F11, turn with the arrows, hold with Space, M for the screen."""
        keys = Qt.Key
        match event.key():
            case keys.Key_Escape | keys.Key_F11:
                self.close()
            case keys.Key_Right | keys.Key_Down | keys.Key_PageDown:
                self.turn(1)
            case keys.Key_Left | keys.Key_Up | keys.Key_PageUp:
                self.turn(-1)
            case keys.Key_Space:
                self.hold(held=self._turning.isActive())
            case keys.Key_M if (other := self._other_screen()) is not None:
                self._go_to(other)
            case _:
                super().keyPressEvent(event)

    def hold(self, *, held: bool) -> None:
        """Let this part stand, or go on turning."""
        self._turning.stop() if held else self._turning.start()
        self._show_place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the pointer for a while."""
        self.unsetCursor()
        self._hiding.ask()
        super().mouseMoveEvent(event)

    def _hide_pointer(self) -> None:
        self.setCursor(Qt.CursorShape.BlankCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002
        """Leave."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stop turning."""
        self._turning.stop()
        self._hiding.stop()
        event.accept()
        self.closed.emit()
