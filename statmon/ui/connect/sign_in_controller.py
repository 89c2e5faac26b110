"""Signing in and out: asks the user when, and only when, that is needed."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from statmon.service.access import Access
from statmon.service.sign_in.interactive_sign_in import Entry, leave
from statmon.service.sign_in.tokens import Tokens
from statmon.service.sign_in.way import Parts
from statmon.service.wire import masking
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.events import Event, SignedIn, SignInNeeded
from statmon.storage.machine import keys
from statmon.storage.user import sites, ways
from statmon.storage.user.secrets import PERSONAL, Vault, background
from statmon.storage.user.shared_token import newer_than
from statmon.storage.user.sites import SavedSite
from statmon.ui.background.answers import Start
from statmon.ui.connect.dialog import ConnectDialog
from statmon.ui.connect.guarded import Guarded
from statmon.ui.connect.wish import WishQuestion
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from statmon.domain.workspace import Site, Workspace

_log = logging.getLogger(__name__)


class Engine(Protocol):
    """The engine's life, as the window leads it."""

    def connect(self) -> None:
        """Run, unless it runs."""

    @property
    def running(self) -> bool:
        """Whether it runs."""

    async def leave(self) -> None:
        """Stop politely, and wait for that."""


class SignInController(QObject):
    """Signs in before the engine runs, asks once when it needs a person, signs out."""

    elsewhere = Signal(object)
    """The user has signed in at another site: an ``Entry``."""
    said = Signal(str)
    """A sentence for the user."""

    def __init__(
        self,
        source: Guarded,
        workspace: "Workspace",
        engine: Engine,
        start: Start,
        theme: Callable[[], Theme],
        window: QWidget,
        vault: Vault | None = None,
    ) -> None:
        super().__init__(window)
        self._source, self._engine, self._start = source, engine, start
        self._workspace = workspace
        self._theme, self._window = theme, window
        self._vault = vault or Vault()
        self.dialog: ConnectDialog | None = None
        self.wish = WishQuestion(theme(), window, _centre(window))
        self._considered: Site | None = None
        """The workspace's site when the way was chosen."""
        self._called = False
        """The dialog is there because a person was needed, and not because the user opened it."""
        self._kept = False
        """What is renewed is written to where it came from."""
        source.keep_tokens = self._renewed
        source.newer_refresh = self._newer

    def begin(self) -> None:
        """Sign in with what there is, in the keyring if need be; else ask."""
        self._start(self._begin(), "begin")

    async def _begin(self) -> None:
        await self._choose()
        access = self._source.access
        if access.place_problem() is None and (access.problem() or not access.api_key):
            filled = await asyncio.wrap_future(background(lambda: self._vault.fill(access)))
            self._kept = filled != access
            self._source.access = access = filled
            masking.hide(access.secrets)
        if await asyncio.to_thread(keys.locked, access):
            self.ask(tr("The key of the client certificate has a password; fill it in."))
        elif self._source.tokens is not None or access.problem() is None:
            self._engine.connect()
        elif not self.wish.open:  # else the answer comes first: it may save this question
            self.ask()

    def take(self, workspace: "Workspace") -> None:
        """Choose the way anew if another site is in the workspace: opened, taken over, merged."""
        self._workspace = workspace
        if self._considered not in (None, workspace.site):
            self._start(self._choose(), "choose the way")

    async def _choose(self) -> None:
        """Take the way that the user has set up; ask about what only the workspace wishes."""
        source, workspace = self._source, self._workspace
        before, self._considered = source.access, workspace.site
        chosen = await asyncio.to_thread(ways.choose, before, workspace.site)
        if self._workspace.site != workspace.site:
            return  # it is chosen anew for that one
        if source.access is not before:  # somebody has signed in meanwhile, or a token was renewed
            await self._choose()
            return
        self.wish.withdraw()
        if chosen.wishes and not chosen.asked:
            wishes, url = chosen.wishes, before.base
            self.wish.ask(
                workspace, url, wishes,
                lambda yes: self._start(self._answered(url, wishes, yes), "answer"),
            )  # fmt: skip
        source.access = chosen.access
        if self._engine.running and _way_there(chosen.access) != _way_there(before):
            await self._again()

    async def _answered(self, url: str, wishes: Parts, yes: bool) -> None:
        await asyncio.to_thread(lambda: ways.remember(url, wishes, yes=yes))
        if self._engine.running:
            await self._choose()
        else:
            await self._begin()

    def told(self, event: Event) -> None:
        """Hear what happens."""
        if isinstance(event, SignInNeeded):
            self._called = self._called or self.dialog is None
            self.ask(event.reason)
        elif isinstance(event, SignedIn) and self.dialog is not None:
            self.dialog.say_why("")  # it has passed without the user
            if self._called and not self.dialog.trying:
                self.dialog.close()

    def ask(self, reason: str = "") -> None:
        """Show the dialog; there is only ever one."""
        if self.dialog is None:
            self.dialog = dialog = ConnectDialog(self._start, self._theme(), self._window)
            dialog.entered.connect(self._entered)
            dialog.chosen.connect(lambda access: self._start(self._look_up(access), "keyring"))
            dialog.kept_wanted.connect(
                lambda access: self._start(self._look_up(access, agreed=True), "keyring")
            )
            dialog.removed.connect(self._removed)
            dialog.finished.connect(self._closed)
            self._start(self._furnish(dialog), "sites")
            dialog.open()
        self.dialog.say_why(reason)

    def sign_out(self) -> None:
        """End the sign-in here and at the service; what belongs to the user is forgotten."""
        self._start(self._sign_out(), "sign out")

    async def _furnish(self, dialog: ConnectDialog) -> None:
        """Fill the dialog with what is on the disk and in the keyring."""
        access = self._source.access
        dialog.show_sites([], "", access)
        listed, first = await asyncio.to_thread(sites.offered)
        if dialog is not self.dialog:
            return
        access = access if access.url else first or access
        dialog.show_sites(listed, "", access)
        keyring = await asyncio.wrap_future(background(lambda: self._vault.keyring))
        if dialog is not self.dialog:
            return  # it was closed meanwhile
        dialog.show_keyring(keyring)
        await self._look_up(access)

    async def _look_up(self, access: Access, *, agreed: bool = False) -> None:
        """Fill in what is kept for a site; offer what was kept for another way to it."""
        work = background(lambda: self._vault.find(access, agreed=agreed))
        found = await asyncio.wrap_future(work)
        masking.hide(found.access.secrets)
        dialog = self.dialog
        if dialog is not None and dialog.form.access().base == access.base:
            dialog.form.fill(found.access)
            dialog.offer_kept(access, found.foreign)

    def _entered(self, entry: Entry, name: str, keep: bool) -> None:
        access = replace(entry.access, refresh_token="")
        if access.grant_used == "browser":
            access = replace(access, refresh_token=entry.tokens.refresh)
        self._kept = keep
        masking.hide([*access.secrets, entry.tokens.access, entry.tokens.refresh])
        entered = self._enter(replace(entry, access=access), name, keep)
        self._start(entered, "keep site")

    async def _enter(self, entry: Entry, name: str, keep: bool) -> None:
        access, before = entry.access, self._source.access
        # First of all: the way that was typed is the user's from now on.
        way = await asyncio.to_thread(sites.enter, SavedSite(name, access))
        self.wish.withdraw()
        self._start(self._keep(access, way, keep), "keep secrets")
        if access.base != before.base:
            self.elsewhere.emit(entry)
            return
        self._source.go_on_as(access, entry.tokens)
        if _way_there(access) != _way_there(before):
            await self._again()
        else:
            self._engine.connect()

    async def _again(self) -> None:
        await self._engine.leave()
        self._engine.connect()

    async def _keep(self, access: Access, way: Parts, keep: bool) -> None:
        vault = self._vault
        work = (lambda: vault.keep(access, way)) if keep else (lambda: vault.forget(access))
        await asyncio.wrap_future(background(work))

    def _removed(self, site: SavedSite) -> None:
        def erase() -> None:
            sites.change(
                lambda listed: [one for one in listed if not sites.same(one.access, site.access)]
            )
            ways.forget(site.access.base)
            self._vault.forget(site.access)

        background(erase)

    def _closed(self, _: int) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog, self._called = None, False

    def _renewed(self, tokens: Tokens) -> None:
        """Keep a new refresh token, where the old one was kept: that one may be over."""
        masking.hide([tokens.access, tokens.refresh])
        access = self._source.access
        if access.grant_used == "browser" and tokens.refresh:
            access = self._source.access = replace(access, refresh_token=tokens.refresh)
            if self._kept:
                background(lambda: self._vault.renew(access))

    async def _newer(self, refused: str) -> str:
        """Look for what another statmon has put in the place of a refused refresh token."""
        return await newer_than(refused, self._vault, self._source.access) if self._kept else ""

    async def _sign_out(self) -> None:
        source = self._source
        access, tokens = source.access, source.tokens
        await self._engine.leave()
        words = tr("You are signed out.")
        if tokens is not None and tokens.access:
            try:
                await leave(access, tokens)
            except ServiceError as error:
                words = f"{tr('You are signed out here')}; {error}"
        source.tokens = source.signed_in_as = None
        source.access = replace(access, token="", password="", refresh_token="")
        await asyncio.wrap_future(background(lambda: self._vault.forget(access, PERSONAL)))
        self.said.emit(words)


def _way_there(access: Access) -> tuple[object, ...]:
    """Return what cannot be changed while connected."""
    certificate = access.client_certificate, access.client_key_password
    return access.transport, access.ca_bundle, certificate, access.proxy


def _centre(window: QWidget) -> QWidget | None:
    return window.centralWidget() if isinstance(window, QMainWindow) else None
