"""The time machine's controls: day and time, slider, play, speed, back to the present."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QWidget

from statmon.ui.chart.ticks import local
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.timemachine.player import SPEEDS, Player
from statmon.ui.timemachine.slider import Memtable, TimeSlider
from statmon.ui.widgets.buttons import button


class TimeBar(QWidget):
    """Says where in time the window is, and takes where it should go."""

    wanted = Signal(object)
    """An instant, epoch milliseconds."""
    play_wanted = Signal(bool)
    speed_wanted = Signal(int)
    leave_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Time machine"))
        self._playing = False
        self.words = label(name=tr("Instant shown"))
        self.when = QDateTimeEdit()
        self.when.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self.when.setCalendarPopup(True)
        self.when.setKeyboardTracking(False)
        self.when.setAccessibleName(tr("Go to this time"))
        self.when.dateTimeChanged.connect(self._typed)
        self.slider = TimeSlider(theme)
        self.slider.wanted.connect(self.wanted)
        self.playing = button("", self._turn_playing, name=tr("Play"))
        self.speed = QComboBox()
        self.speed.addItems([f"{speed} ×" for speed in SPEEDS])
        self.speed.setAccessibleName(tr("Speed"))
        self.speed.activated.connect(lambda place: self.speed_wanted.emit(SPEEDS[place]))
        self.back = button(tr("Back to live"), self.leave_wanted.emit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.addWidget(self.words)
        layout.addWidget(self.when)
        layout.addWidget(self.slider, 1)
        for part in (self.playing, self.speed, self.back):
            layout.addWidget(part)
        self.set_theme(theme)

    def _turn_playing(self) -> None:
        self.play_wanted.emit(not self._playing)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.setStyleSheet(
            f"#timeBar {{ background: {theme.past.name()} }}"
            f"#timeBar QLabel {{ color: {theme.past_text.name()}; font-weight: bold }}"
        )
        self.slider.set_theme(theme)

    def show_player(self, player: Player, gaps: Sequence[Memtable]) -> None:
        """Show where the machine is."""
        moment = local(player.at / 1000)
        self.words.setText(f"◀◀ {tr('the past')}: {moment:%a %d %b %H:%M:%S}")
        self._show_when(player)
        self.slider.show_time(day_of(player), player.at, gaps)
        self._playing = player.playing
        self.playing.setText(tr("❚❚ Stop") if player.playing else tr("▶ Play"))
        self.speed.setCurrentIndex(SPEEDS.index(player.speed))

    def _show_when(self, player: Player) -> None:
        if self.when.hasFocus() and player.playing:
            return  # somebody is typing
        blocked = self.when.blockSignals(True)
        self.when.setDateTimeRange(_qt(player.begin), _qt(player.end))
        self.when.setDateTime(_qt(player.at))
        self.when.blockSignals(blocked)

    def _typed(self, moment: QDateTime) -> None:
        self.wanted.emit(moment.toMSecsSinceEpoch())


def day_of(player: Player) -> Memtable:
    """Return the recorded part of the local day that the machine is in, or all if it is shorter."""
    if player.end - player.begin <= _DAY:
        return player.begin, player.end
    midnight = local(player.at / 1000).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = round(midnight.replace(tzinfo=None).timestamp() * 1000)
    # A day after a change of the clock is 23 or 25 hours long.
    return max(begin, player.begin), min(_next_midnight(begin), player.end)


def _next_midnight(midnight: int) -> int:
    noon_after = local((midnight + _DAY * 3 // 2) / 1000)
    following = noon_after.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return round(following.timestamp() * 1000)


def _qt(epoch_ms: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(epoch_ms)


_DAY = 86_400_000
