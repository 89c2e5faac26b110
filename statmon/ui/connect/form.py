"""What there is to fill in about a site, by the way it is signed in to."""

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from statmon.service.access import Access, BrowserSignIn, Grant, Transport
from statmon.service.sign_in.way import as_typed, ports_in
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import small_button

_SECRETS: Final = ("api_key", "password", "client_secret", "token", "client_key_password")
_BY_GRANT: Final[dict[Grant, tuple[str, ...]]] = {
    "password": ("username", "password", "client_id", "client_secret"),
    "browser": ("client_id", "client_secret"),
    "client": ("client_id", "client_secret"),
    "token": ("token",),
}
_WAY: Final = ("ca_bundle", "client_certificate", "proxy")
_AS_TYPED: Final = ("password", "client_key_password")
"""Blanks around them count."""
_MORE: Final = ("transport", *_WAY, "client_key_password")
_MORE_OF_BROWSER: Final = ("ports", "host", "path", "pasted", "pkce")


def _grants() -> list[tuple[str, Grant]]:
    return [
        (tr("User name and password"), "password"),
        (tr("The browser"), "browser"),
        (tr("The client's own credentials"), "client"),
        (tr("A token that I have"), "token"),
    ]


def _transports() -> list[tuple[str, Transport]]:
    return [
        (tr("Whatever works best"), "auto"),
        (tr("Long-polling"), "long-polling"),
        (tr("Websocket"), "websocket"),
    ]


class SiteForm(QWidget):
    """The fields of one site; shows those that its way to sign in needs."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Access("")
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._rows: dict[str, QWidget] = {}
        self._fields: dict[str, QLineEdit] = {}
        self._add_common()
        self._add_secrets()
        self._add_more()
        self.grant.currentIndexChanged.connect(self._arrange)
        self.more.toggled.connect(self._arrange)
        self.show_site("", Access(""))

    def _add_common(self) -> None:
        self._line("name", tr("&Name"), tr("as you like, for the list"))
        self._line("url", tr("&Address"), "https://…")
        self._line("api_key", tr("API &key"))
        self.grant = QComboBox()
        for text, grant in _grants():
            self.grant.addItem(text, grant)
        self._row("grant", tr("Sign in &by"), self.grant)

    def _add_secrets(self) -> None:
        self._line("username", tr("&User name"), r"tenant\user")
        self._line("password", tr("&Password"))
        self._line("client_id", tr("Client &id"))
        self._line("client_secret", tr("Client &secret"), tr("empty for a public client"))
        self._line("token", tr("&Token"))

    def _add_more(self) -> None:
        self.more = small_button(tr("More settings"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._name_more)
        self._name_more(False)
        self._layout.addRow("", self.more)
        self.transport = QComboBox()
        for text, transport in _transports():
            self.transport.addItem(text, transport)
        self._row("transport", tr("Notifications b&y"), self.transport)
        self._line("ca_bundle", tr("CA &file"), tr("certificates of your own authorities (PEM)"))
        self._line(
            "client_certificate",
            tr("Client certificat&e"),
            tr("where the service asks for one: certificate and key (PEM)"),
        )
        self._line("client_key_password", tr("… its key's passwor&d"), tr("where it has one"))
        self._line("proxy", tr("Pro&xy"), "http://user:password@proxy:3128")
        self._line("ports", tr("Browser comes back to po&rt"), tr("any; or 8080, 8081"))
        self.host = QComboBox()
        for host in ("127.0.0.1", "localhost"):
            self.host.addItem(host, host)
        self._row("host", tr("… at this computer as"), self.host)
        self._line("path", tr("… with path"))
        self._line("pasted", tr("Redirect to a page else&where"), tr("whose code is pasted here"))
        self.pkce = QCheckBox(tr("Send a proof key (PKCE)"))
        self._row("pkce", "", self.pkce)

    def _name_more(self, shown: bool) -> None:
        self.more.setText(f"{'▾' if shown else '▸'} {tr('&More settings')}")

    def _line(self, name: str, text: str, hint: str = "") -> None:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        if name in _SECRETS:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        field.textEdited.connect(self.edited)
        self._fields[name] = field
        self._row(name, text, field)

    def _row(self, name: str, text: str, field: QWidget) -> None:
        field.setObjectName(name)
        field.setAccessibleName(text.replace("&", "") or tr("Send a proof key (PKCE)"))
        title = label(text)
        title.setBuddy(field)
        self._layout.addRow(title, field)
        self._rows[name] = field

    @property
    def name(self) -> str:
        """The user's name for the site."""
        return self._fields["name"].text().strip()

    def field(self, name: str) -> QLineEdit:
        """Return a line by the name of what it holds."""
        return self._fields[name]

    def show_site(self, name: str, access: Access) -> None:
        """Show another site."""
        self._shown = access
        for key in ("url", "username", "client_id", *_WAY, *_SECRETS):
            self._fields[key].setText(getattr(access, key))
        self._fields["name"].setText(name)
        browser = access.browser
        self._fields["ports"].setText(
            " ".join(map(str, browser.ports)) if any(browser.ports) else ""
        )
        self._fields["path"].setText(browser.path)
        self._fields["pasted"].setText(browser.pasted)
        self.host.setCurrentIndex(self.host.findData(browser.host))
        self.pkce.setChecked(browser.pkce)
        self.grant.setCurrentIndex(self.grant.findData(access.grant_used or "password"))
        self.transport.setCurrentIndex(self.transport.findData(access.transport))
        self._arrange()

    def fill(self, access: Access) -> None:
        """Fill in secrets that the keyring had; what the user has typed meanwhile stays."""
        for key in (*_SECRETS, "proxy"):
            kept = getattr(access, key)
            if kept and self._fields[key].text() in ("", getattr(self._shown, key)):
                self._fields[key].setText(kept)

    def access(self) -> Access:
        """Return what is filled in; what the chosen way does not need is left out."""
        grant: Grant = self.grant.currentData()
        used = {"url", "api_key", *_WAY, "client_key_password", *_BY_GRANT[grant]}
        values: dict[str, Any] = {
            key: field.text() if key in _AS_TYPED else field.text().strip()
            for key, field in self._fields.items()
            if key in used
        }
        entered = replace(
            Access(""),
            **values,
            grant=grant,
            transport=self.transport.currentData(),
            browser=self._browser(),
        )
        return as_typed(entered, self._shown)

    def problem(self) -> tuple[str, QWidget] | None:
        """Return what cannot be understood, and where, before anything is asked."""
        if ports_in(self._fields["ports"].text()) is None:
            return tr("The ports are numbers, such as 8080 8081"), self._fields["ports"]
        if place := self.access().place_problem():
            return str(place), self._fields["url"]
        return None

    def _browser(self) -> BrowserSignIn:
        path = self._fields["path"].text().strip() or "/"
        return BrowserSignIn(
            ports=ports_in(self._fields["ports"].text()) or BrowserSignIn().ports,
            host=self.host.currentData(),
            path=path if path.startswith("/") else f"/{path}",
            pkce=self.pkce.isChecked(),
            pasted=self._fields["pasted"].text().strip(),
        )

    def _arrange(self) -> None:
        """Show the rows that the chosen way needs."""
        grant: Grant = self.grant.currentData()
        more = self.more.isChecked()
        for key in {key for keys in _BY_GRANT.values() for key in keys}:
            self._layout.setRowVisible(self._rows[key], key in _BY_GRANT[grant])
        for key in _MORE:
            self._layout.setRowVisible(self._rows[key], more)
        for key in _MORE_OF_BROWSER:
            self._layout.setRowVisible(self._rows[key], more and grant == "browser")
