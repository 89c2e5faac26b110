"""The dialog in which a person signs in; it tries, and closes only when that went well."""

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from statmon.service.access import Access
from statmon.service.sign_in.interactive_sign_in import Entry, attempt
from statmon.service.sign_in.way import Parts, in_words
from statmon.service.wire.errors import ServiceError
from statmon.storage.machine.keyring import Keyring
from statmon.storage.user.sites import SavedSite, refused
from statmon.ui.background.answers import Start
from statmon.ui.connect.form import SiteForm
from statmon.ui.connect.site_list import SiteList
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.links import open_page

"""Starts work in the loop and owns it."""
_SIZE = (780, 580)


def show_in_browser(address: str) -> None:
    """Open a sign-in page in the system's browser.

    Raises:
        ServiceError: it is no page to be opened, or there is no browser.
    """
    if not open_page(address):
        raise ServiceError(
            "sign in", "no browser can be opened on the sign-in page; it has to be an https:// page"
        )


class ConnectDialog(Dialog):
    """Sites on the left, the chosen one on the right, what happens below."""

    entered = Signal(object, str, bool)
    """An ``Entry``, the user's name for the site, and whether to keep its secrets."""
    chosen = Signal(object)
    """A site whose secrets are to be looked up: an ``Access``."""
    kept_wanted = Signal(object)
    """A site whose secrets, kept for another way to it, may go this one: an ``Access``."""
    removed = Signal(object)

    def __init__(
        self,
        start: Start,
        theme: Theme,
        parent: QWidget | None = None,
        show_page: Callable[[str], None] = show_in_browser,
    ) -> None:
        super().__init__(parent)
        self._start, self._show_page = start, show_page
        self._tones = theme.tones
        self._trying: asyncio.Task[Any] | None = None
        self._pasted: asyncio.Future[str] | None = None
        self._offered = Access("")
        self.setWindowTitle(tr("Sign in"))
        self.setAccessibleName(tr("Sign in"))
        self.sites = SiteList()
        self.form = SiteForm()
        self.reason = label(name=tr("Why"))
        self.message = label(name=tr("Message"))
        self.keep = QCheckBox(tr("Keep my &secrets on this computer"))
        self.keep.setAccessibleName(tr("Keep my secrets on this computer"))
        self.where = label(name=tr("Where secrets are kept"))
        self.warning = label(name=tr("Warning"))
        self._lay_out()
        self.sites.chosen.connect(self._choose)
        self.sites.removed.connect(self.removed)
        self.form.edited.connect(lambda: self._say(""))
        self.form.edited.connect(self._warn)
        self.form.grant.currentIndexChanged.connect(lambda _: self._say(""))
        self.warning.hide()
        self.resize(*_SIZE)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        for part in (self.reason, self.message, self.where, self.warning):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self.reason)
        self.reason.hide()
        middle = QHBoxLayout()
        middle.setSpacing(16)
        self.sites.setFixedWidth(200)
        middle.addWidget(self.sites)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        scroll.setAccessibleName(tr("Site"))
        middle.addWidget(scroll, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self.warning)
        layout.addWidget(self._offering())
        layout.addWidget(self.keep)
        layout.addWidget(self.where)
        layout.addWidget(self.message)
        layout.addWidget(self._pasting())
        layout.addWidget(self._buttons())

    def _pasting(self) -> QWidget:
        self.paste_bar = QWidget()
        row = QHBoxLayout(self.paste_bar)
        row.setContentsMargins(0, 0, 0, 0)
        self.code = QLineEdit()
        self.code.setAccessibleName(tr("Code from the browser"))
        self.code.setPlaceholderText(tr("if the browser shows a code instead, paste it here"))
        self.use_code = button(tr("Use the c&ode"), self._paste)
        self.code.returnPressed.connect(self._paste)
        row.addWidget(self.code, 1)
        row.addWidget(self.use_code)
        self.paste_bar.hide()
        return self.paste_bar

    def _offering(self) -> QWidget:
        self.offer = QWidget()
        row = QHBoxLayout(self.offer)
        row.setContentsMargins(0, 0, 0, 0)
        self.offered = label(name=tr("What is kept for another way"))
        self.offered.setWordWrap(True)
        self.use_kept = button(tr("&Fill them in"), self._use_kept)
        row.addWidget(self.offered, 1)
        row.addWidget(self.use_kept)
        self.offer.hide()
        return self.offer

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.connecting = buttons.button(kinds.Ok)
        self.cancelling = buttons.button(kinds.Cancel)
        for one, text in ((self.connecting, tr("&Connect")), (self.cancelling, tr("Cancel"))):
            one.setText(text)
            one.setAccessibleName(text.replace("&", ""))
            one.setAutoDefault(False)  # Return always means Connect
        self.connecting.setDefault(True)
        self.connecting.clicked.connect(self.try_now)
        self.cancelling.clicked.connect(self.reject)
        return buttons

    @property
    def trying(self) -> bool:
        """Whether an attempt is under way."""
        return self._trying is not None

    def show_sites(self, sites: list[SavedSite], name: str, access: Access) -> None:
        """List the sites and show one of them."""
        self.sites.show_sites(sites)
        if self.sites.select(access):
            row = self.sites.list.currentRow()
            name = name or self.sites.sites[row].name
        self._show(name, access)
        if access.client_certificate and not access.client_key_password:
            self.form.more.setChecked(True)  # its password may be what is missing
        first = "url" if not access.url else "password" if access.grant_used != "token" else "token"
        self.form.field(first).setFocus()

    def _show(self, name: str, access: Access) -> None:
        self.form.show_site(name, access)
        self.offer.hide()
        self._warn()

    def say_why(self, reason: str) -> None:
        """Say above all else why a person is needed; empty: nothing to say."""
        self.reason.setText(f"⚠ {reason}" if reason else "")
        self.reason.setStyleSheet(f"color: {self._tones[Tone.BAD].name()}")
        self.reason.setVisible(bool(reason))

    def show_keyring(self, keyring: Keyring) -> None:
        """Say where secrets go."""
        safe = keyring.backend is not None
        self.keep.setVisible(safe)
        self.keep.setChecked(safe)
        self.where.setText(
            f"{tr('They are kept in')} {keyring.name}."
            if safe
            else f"⚠ {tr('Secrets stay in memory and are gone when statmon ends')}: {keyring.name}."
        )
        tone = Tone.MUTED if safe else Tone.WARN
        self.where.setStyleSheet(f"color: {self._tones[tone].name()}")

    def offer_kept(self, access: Access, foreign: Parts) -> None:
        """Offer the secrets of a site that were kept for another way to it, or for none."""
        self._offered = access
        listed = ", ".join(in_words(part, value) for part, value in foreign.items())
        self.offered.setText(
            tr(
                "Secrets are kept for this site, but not for this way to it: {listed}. They go "
                "that way only if you fill them in."
            ).format(listed=listed)
        )
        self.offer.setVisible(bool(foreign))

    def _use_kept(self) -> None:
        self.offer.hide()
        self.kept_wanted.emit(self._offered)

    def _warn(self) -> None:
        """Warn of an address at which everybody on the way can listen."""
        access = self.form.access()
        bare = access.place_problem() is None and not access.url.startswith("https:")
        open_ = bare and not access.loopback
        self.warning.setText(
            "⚠ "
            + tr(
                "The address begins with http://: everybody on the way there can read password, "
                "keys and numbers. Ask for its https:// address."
            )
        )
        self.warning.setStyleSheet(f"color: {self._tones[Tone.WARN].name()}")
        self.warning.setVisible(open_)

    def try_now(self) -> None:
        """Try to sign in with what is filled in."""
        if self.trying:
            return
        if problem := self.form.problem():
            self._say(problem[0], Tone.BAD)
            problem[1].setFocus()
            return
        access = self.form.access()
        self._busy(access)
        self._trying = self._start(self._try(access), "sign in")

    def reject(self) -> None:
        """Give up the attempt that is under way; without one, close."""
        if self._trying is not None:
            self._trying.cancel()
        else:
            super().reject()

    async def _try(self, access: Access) -> None:
        entry: Entry | None = None
        words = ""
        try:
            if why := await asyncio.to_thread(refused, access):
                raise ServiceError("sign in", why)
            entry = await attempt(access, self._show_page, self._paste_wanted)
        except ServiceError as error:
            words = error.message
        except asyncio.CancelledError:
            words = tr("Given up.")
            raise
        finally:
            self._trying = None
            self._free(words)
        if entry is not None:
            self.entered.emit(entry, self.form.name, self.keep.isChecked())
            self.accept()

    async def _paste_wanted(self) -> str:
        self._pasted = asyncio.get_running_loop().create_future()
        self.paste_bar.show()
        return await self._pasted

    def _paste(self) -> None:
        text = self.code.text().strip()
        if text and self._pasted is not None and not self._pasted.done():
            self._pasted.set_result(text)

    def _choose(self, site: SavedSite | None) -> None:
        if site is None:
            self._show("", Access(""))
            self.form.field("url").setFocus()
        else:
            self._show(site.name, site.access)
            self.chosen.emit(site.access)
        self._say("")

    def _busy(self, access: Access) -> None:
        self.form.setEnabled(False)
        self.sites.setEnabled(False)
        self.connecting.setEnabled(False)
        self.code.clear()
        if access.grant_used == "browser":
            self._say(tr("Waiting for you to sign in in the browser …"))
        else:
            self._say(tr("Signing in …"))
        self.cancelling.setFocus()

    def _free(self, words: str) -> None:
        self.paste_bar.hide()
        for part in (self.form, self.sites, self.connecting):
            part.setEnabled(True)
        self._say(words, Tone.BAD)
        self.connecting.setDefault(True)  # Qt forgets it while it is disabled
        secret = {"password": "password", "token": "token"}.get(self.form.grant.currentData())
        (self.form.field(secret) if secret else self.connecting).setFocus()

    def _say(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        self.message.setText(f"⚠ {words}" if words and tone is Tone.BAD else words)
        self.message.setStyleSheet(f"color: {self._tones[tone].name()}")
        self.message.setVisible(bool(words))
