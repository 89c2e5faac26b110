"""Tells of alerts outside the window: notices, sounds, task bar, screen readers, webhooks.

What is told is decided by ``alerts.notices`` and by the user's choice (``delivery.plan``). One
after another in a task of its own: the loop waits for no desktop, no sound and no receiver.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QWidget

from statmon.alerts.telling import AlertsTold, Notice
from statmon.delivery import sound
from statmon.delivery.notice import ACKNOWLEDGE, SHOW, Desktop, DesktopNotice, NoDesktop
from statmon.delivery.plan import Act, Plan, Show, Withdraw, weight
from statmon.delivery.webhook import Firing, Steps
from statmon.domain.workspace import Workspace
from statmon.service.access import Access
from statmon.storage.machine.resources import resource
from statmon.storage.user import alert_delivery
from statmon.storage.user.alert_delivery import Delivery
from statmon.storage.user.secrets import background
from statmon.storage.user.webhook_secret import WebhookSecrets
from statmon.ui.alerts import words
from statmon.ui.alerts.tray_notices import Tray, TrayNotices
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.background.answers import Start
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import now_ms
from statmon.ui.look.text import tr

_log = logging.getLogger(__name__)
_CRITICAL: Final = 2


class Telling(QObject):
    """Begins when the window has its place among others, ends with it."""

    show_wanted = Signal(object)
    """The ids of the alerts that somebody wants to see: the window comes to the front."""
    said = Signal(str)
    """A sentence for the user: alerts do not reach somebody, or do again."""

    def __init__(
        self,
        watch: AlertWatch,
        names: Names,
        tray: Tray,
        start: Start,
        window: QWidget,
        site: str,
        secrets: WebhookSecrets,
        way: Callable[[], Access | None],
    ) -> None:
        """Be ready.

        Args:
            watch: what happens to alerts.
            names: what objects are called.
            tray: shows notices where there is no D-Bus.
            start: starts work in the loop.
            window: comes to the front, and asks for attention in the task bar.
            site: whose alerts they are, for receivers.
            secrets: sign what is sent.
            way: by whose proxy and authorities webhooks are reached.
        """
        super().__init__(window)
        self._watch, self._names, self._start = watch, names, start
        self._window, self._site, self._way = window, site, way
        self._secrets = secrets
        self._tray = TrayNotices(tray, self._acted)
        self._desktop: Desktop = self._tray
        self._plan = Plan(Delivery(notify="never", sound="never"))
        self._acts: asyncio.Queue[Act] = asyncio.Queue()
        self._sending: list[tuple[Any, asyncio.Task[Any]]] = []
        self._working: asyncio.Task[Any] | None = None
        self._choosing = asyncio.Lock()
        self._remarks: list[str] = []
        self._lately: dict[str, Notice] = {}
        """The notices in sight, by their causes."""

    def begin(self) -> None:
        """Find the desktop, read what the user wants, and tell from now on."""
        self._working = self._start(self._work(), "alerts outside")
        self._watch.told.connect(self._told)

    def end(self) -> None:
        """Tell no more."""
        if self._working is not None:
            self._working.cancel()
            self._working = None
            self._watch.told.disconnect(self._told)

    def take(self, workspace: Workspace) -> None:
        """Pass over what a workspace would like to decide of this, and say so."""
        remarks = alert_delivery.asked_in(workspace.extra, workspace.alerts)
        if remarks and remarks != self._remarks:
            self.said.emit(" ".join(map(tr, remarks)))
        self._remarks = remarks

    def reconsider(self) -> None:
        """Read anew what the user wants."""
        if self._working is not None:
            self._start(self._use_choice(), "how alerts are told")

    def second(self) -> None:
        """Say again what nobody has acknowledged for too long."""
        for act in self._plan.again(now_ms()):
            self._acts.put_nowait(act)

    # What is told.

    def _told(self, told: AlertsTold) -> None:
        for act in self._plan.take(told.notices, told.at):
            self._acts.put_nowait(act)
        for sender, _ in self._sending:
            sender.take(told.transitions)

    async def _work(self) -> None:
        """Do one thing after another, so that none comes before what it replaces."""
        try:
            await self._find_desktop()
            await self._use_choice()
            while True:
                await self._do(await self._acts.get())
        finally:
            for _, task in self._sending:
                task.cancel()
            self._sending = []
            await self._desktop.close()
            if self._desktop is not self._tray:
                await self._tray.close()

    async def _find_desktop(self) -> None:
        if sys.platform != "linux":
            return
        # In a thread: importing what speaks D-Bus takes a while.
        module = await asyncio.to_thread(import_module, "statmon.delivery.desktop")
        desktop = module.DBusDesktop(self._acted)
        try:
            await desktop.begin()
            self._desktop = desktop
        except NoDesktop as error:
            _log.info("notices are shown from the tray: %s", error)

    async def _use_choice(self) -> None:
        async with self._choosing:  # what was chosen last holds, however long a keyring takes
            allowed = await asyncio.to_thread(alert_delivery.load)
            self._plan.delivery = delivery = allowed.delivery
            for _, task in self._sending:
                task.cancel()
            self._sending = []
            if delivery.webhook or delivery.alertmanager:
                await self._send_by(delivery)

    async def _send_by(self, delivery: Delivery) -> None:
        # In a thread: importing what speaks HTTP takes a while.
        sending = await asyncio.to_thread(import_module, "statmon.delivery.sender")
        sender, said, way = sending.Sender, self.said.emit, self._way()

        site, made = self._site, []
        if delivery.webhook:
            found = background(lambda: self._secrets.of(delivery.webhook))
            secret = await asyncio.wrap_future(found)
            made.append(sender(delivery.webhook, secret, Steps(site), said, way))
        if delivery.alertmanager:
            made.append(sender(delivery.alertmanager, "", Firing(site), said, way))
        self._sending = [(one, self._start(one.run(), "alerts to a webhook")) for one in made]

    async def _do(self, act: Act) -> None:
        if isinstance(act, Withdraw):
            self._lately.pop(act.id, None)
            await self._desktop.withdraw(act.id)
            return
        notice = act.notice
        self._lately[notice.id] = notice
        if notice.over:
            del self._lately[notice.id]
        title, below = words.headline(notice, self._names), words.details(notice, self._names)
        if act.aloud and self._desktop is self._tray:
            await self._find_desktop()  # it may have begun, or begun anew, since
        loud = act.sounds or act.to_front
        quiet = loud and await self._desktop.quiet()
        file = _sound_of(notice) if act.sounds else ""
        shown = await self._show(self._notice(act, title, below, file))
        if not act.aloud:
            return
        QApplication.alert(self._window)
        if act.to_front and not quiet:
            self.show_wanted.emit([step.id for step in notice.alerts])
        if file and not quiet and not (shown and self._desktop.plays):
            self._start(_play(file), "sound")
        if self._desktop is self._tray:
            self._announce(f"{title}. {below}")  # a screen reader reads a D-Bus notice itself

    def _notice(self, act: Show, title: str, below: str, file: str) -> DesktopNotice:
        notice = act.notice
        actions = {SHOW: tr("Show")}
        if notice.acknowledges and not notice.over:
            actions[ACKNOWLEDGE] = tr("Acknowledge")
        critical = weight(notice) >= _CRITICAL and not notice.over
        return DesktopNotice(notice.id, title, below, critical, actions, file)

    async def _show(self, notice: DesktopNotice) -> bool:
        try:
            await self._desktop.show(notice)
        except NoDesktop as error:
            _log.warning("the desktop shows no notice: %s", error)
            await self._desktop.close()
            self._desktop = self._tray
            await self._tray.show(notice)
        return self._desktop is not self._tray

    def _announce(self, sentence: str) -> None:
        """Let a screen reader say it when it has said what it is saying."""
        event = QAccessibleAnnouncementEvent(self._window, sentence)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)

    # What comes back.

    def _acted(self, key: str, action: str) -> None:
        notice = self._lately.get(key)
        if action == ACKNOWLEDGE and notice is not None:
            self._watch.acknowledge(notice.acknowledges)
        elif action == SHOW:
            ids = [] if notice is None else [step.id for step in notice.alerts]
            self.show_wanted.emit(ids)


async def _play(file: str) -> None:
    # In a thread of its own: a player that hangs takes none of those that others wait for.
    if not await asyncio.wrap_future(background(lambda: sound.play(Path(file)))):
        QApplication.beep()


def _sound_of(notice: Notice) -> str:
    name = "critical" if weight(notice) >= _CRITICAL else "warning"
    return str(resource(f"sounds/{name}.wav"))
