"""The desktop's own notices on Linux: ``org.freedesktop.Notifications`` on the session's D-Bus.

The desktop decides what becomes of a notice: whether it is shown now, kept for later (do not
disturb), read out, or played a sound to (docs/reference/desktop-notices.md).
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection
from jeepney.io.common import RouterClosed
from jeepney.wrappers import DBusErrorResponse

from statmon.delivery.notice import DesktopNotice, NoDesktop

_log = logging.getLogger(__name__)
_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_ADDRESS: Final = DBusAddress(_PATH, _NAME, _NAME)
_SIGNALS: Final = MatchRule(type="signal", interface=_NAME, path=_PATH)
_WITHIN: Final = 5.0
"""Seconds that a desktop may take for an answer."""
_WAITING: Final = 64
"""Signals that are kept until they are looked at; every program's come here."""
_AS_THE_DESKTOP_HAS_IT: Final = -1
_NEVER: Final = 0
_GONE: Final = (OSError, EOFError, TimeoutError, RouterClosed, DBusErrorResponse)
"""What reading from and writing to a bus raises where nobody is at its other end."""
_CRITICAL: Final = 2

_QUIET: Final = (("org.dunstproject.cmd0", "paused"), (_NAME, "Inhibited"))
"""Where desktops say that nobody wants to be disturbed: dunst; Plasma and Xfce."""


class DBusDesktop:
    """Shows notices, and tells which of their actions somebody took."""

    def __init__(self, acted: Callable[[str, str], object]) -> None:
        """Be ready; ``acted`` is called in the loop with a notice's key and the action taken."""
        self._acted = acted
        self._router: DBusRouter | None = None
        self._connection: DBusConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._capabilities: frozenset[str] = frozenset()
        self._shown: dict[str, int] = {}
        self._lock = asyncio.Lock()

    @property
    def plays(self) -> bool:
        """Whether this desktop plays a notice's sound itself, and leaves it where it is quiet."""
        return "sound" in self._capabilities

    async def begin(self) -> None:
        """Find the desktop.

        Raises:
            NoDesktop: there is none on this session's bus, or no bus.
        """
        try:
            async with asyncio.timeout(_WITHIN):
                self._connection = await open_dbus_connection(bus="SESSION")
                self._router = DBusRouter(self._connection)
                await Proxy(message_bus, self._router).AddMatch(_SIGNALS)
                (capabilities,) = await self._ask("GetCapabilities")
        except (KeyError, ValueError, *_GONE) as error:
            await self.close()
            raise NoDesktop(str(error) or type(error).__name__) from None
        except NoDesktop:
            await self.close()
            raise
        self._capabilities = frozenset(capabilities)
        self._listening = asyncio.create_task(self._listen(self._router), name="desktop notices")

    async def show(self, notice: DesktopNotice) -> None:
        """Show a notice.

        Raises:
            NoDesktop: the desktop does not take it.
        """
        hints: dict[str, tuple[str, Any]] = {
            "urgency": ("y", _CRITICAL if notice.critical else 1),
            "desktop-entry": ("s", "statmon"),
            "category": ("s", "im"),
        }
        if self.plays:
            hints |= {"sound-file": ("s", notice.sound)} if notice.sound else {
                "suppress-sound": ("b", True)
            }  # fmt: skip
        pairs = [text for pair in notice.actions.items() for text in pair]
        async with self._lock:  # two of one key at once would become two notices
            before = self._shown.get(notice.key, 0)
            (number,) = await self._ask(
                "Notify",
                "susssasa{sv}i",
                ("statmon", before, "statmon", notice.title, self._body(notice.words),
                 pairs if "actions" in self._capabilities else [], hints,
                 _NEVER if notice.critical else _AS_THE_DESKTOP_HAS_IT),
            )  # fmt: skip
            self._shown[notice.key] = number

    async def withdraw(self, key: str) -> None:
        """Take a notice away, if it is still there; a desktop that is gone has none."""
        async with self._lock:
            number = self._shown.pop(key, None)
            if number is not None:
                try:
                    await self._ask("CloseNotification", "u", (number,))
                except NoDesktop as error:
                    _log.info("a notice could not be taken away: %s", error)

    async def quiet(self) -> bool:
        """Return whether the desktop says that nobody wants to be disturbed now."""
        for interface, name in _QUIET:
            asked = Properties(DBusAddress(_PATH, _NAME, interface)).get(name)
            try:
                (found,) = await self._send(asked)
            except NoDesktop:
                continue  # it does not know the word
            if found[1] is True:
                return True
        return False

    async def close(self) -> None:
        """End; what is shown stays."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        connection, router = self._connection, self._router
        self._connection = self._router = None
        if router is not None:
            with suppress(*_GONE):  # what ended it, at the bus's end
                await router.__aexit__(None, None, None)
        if connection is not None:
            with suppress(*_GONE):
                await connection.close()

    def _body(self, words: str) -> str:
        """Return words as a desktop that reads markup shows them: as they are."""
        if "body-markup" not in self._capabilities:
            return words
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    async def _listen(self, router: DBusRouter) -> None:
        with router.filter(_SIGNALS, bufsize=_WAITING) as queue:
            while True:
                self._heard(await queue.get())

    def _heard(self, message: Message) -> None:
        name, body = message.header.fields.get(HeaderFields.member), message.body
        key = next((one for one, number in self._shown.items() if number == body[0]), None)
        if key is None:
            return  # another program's
        if name == "NotificationClosed":
            del self._shown[key]
        elif name == "ActionInvoked":
            self._acted(key, str(body[1]))

    async def _ask(self, method: str, signature: str | None = None, body: Any = ()) -> Any:
        return await self._send(new_method_call(_ADDRESS, method, signature, body))

    async def _send(self, message: Message) -> Any:
        if self._router is None:
            raise NoDesktop("the session's D-Bus is closed")
        try:
            async with asyncio.timeout(_WITHIN):
                reply = await self._router.send_and_get_reply(message)
        except _GONE as error:
            raise NoDesktop(str(error) or "it does not answer") from None
        if reply.header.message_type is MessageType.error:
            raise NoDesktop(str(reply.body[0]) if reply.body else "it refuses")
        return reply.body
