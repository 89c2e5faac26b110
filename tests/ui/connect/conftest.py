"""A simulator as a process of its own, a person with a browser, and a window on a real engine."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.service.access import Access
from statmon.storage.machine.keyring import Keyring
from statmon.storage.user import settings
from statmon.ui.connect import sign_in_controller as desks
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window
from statmon.ui.start.run import Life
from statmon.ui.window.main_window import MainWindow
from tests import waiting


@dataclass
class Simulator:
    """What a running simulator said of itself."""

    said: dict[str, Any]

    @property
    def access(self) -> Access:
        said = self.said
        return Access(
            url=said["url"],
            api_key=said["apiKey"],
            username=said["username"],
            password=said["password"],
            client_id=said["clientId"],
            client_secret=said["clientSecret"],
        )

    async def fault(self, kind: str, **more: Any) -> None:
        """Let something go wrong; until ``mend`` if it lasts."""
        await self._control("POST", "faults", json={"kind": kind, **more})

    async def mend(self, kind: str) -> None:
        await self._control("DELETE", f"faults/{kind}")

    async def _control(self, method: str, path: str, **more: Any) -> None:
        headers = {"x-api-key": self.said["apiKey"]}
        async with httpx2.AsyncClient(trust_env=False) as http:
            url = f"{self.said['url']}/simulator/v1/{path}"
            answer = await http.request(method, url, headers=headers, **more)
            assert answer.is_success, answer.text

    async def subscriptions(self) -> list[str]:
        headers = {"x-api-key": self.said["apiKey"]}
        async with httpx2.AsyncClient(trust_env=False) as http:
            answer = await http.get(
                f"{self.said['url']}/simulator/v1/subscriptions", headers=headers
            )
            return sorted(one["subscriptionId"] for one in answer.json())


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    command = [sys.executable, "-m", "statmon", "simulate", "--port", "0", "--stop-with-stdin"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        yield Simulator(json.loads(process.stdout.readline()))
        process.stdin.close()
        process.wait(60)


@dataclass
class Browser:
    """A person who signs in on the page that opens."""

    simulator: Simulator
    pages: list[str] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    code: str = ""

    def open(self, page: str) -> None:
        """Open a page and fill in its form, in the background."""
        self.pages.append(page)
        task = asyncio.get_running_loop().create_task(self._visit(page))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _visit(self, page: str) -> None:
        said = self.simulator.said
        async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as http:
            form = await http.get(page)
            fields = {"username": said["username"], "password": said["password"], "tenant": "t"}
            back = await http.post(form.url, data=fields)
            self.code = parse_qs(urlsplit(str(back.url)).query).get("code", [""])[0]


@pytest.fixture
def browser(simulator: Simulator) -> Browser:
    return Browser(simulator)


class Dictionary:
    """A keyring in memory that outlives a vault."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, account: str) -> str | None:
        return self.items.get((service, account))

    def set_password(self, service: str, account: str, secret: str) -> None:
        self.items[service, account] = secret

    def delete_password(self, service: str, account: str) -> None:
        del self.items[service, account]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Dictionary:
    """The computer's keyring and settings, for this test alone."""
    backend = Dictionary()
    monkeypatch.setattr(
        "statmon.storage.user.secrets.Vault.keyring", Keyring("the test's keyring", backend)
    )
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    return backend


def workspace(url: str, **site: Any) -> Any:
    statistics = [
        {"id": name, "objectType": "Agent", "objectId": "agent1", "name": name}
        for name in ("CurrentAgentState", "InboundCalls")
    ]
    data = {"schema": 1, "name": "Floor", "site": {"url": url, **site}}
    return parse({**data, "subscriptions": [{"name": "Agents", "statistics": statistics}]})


Steps = Callable[[MainWindow, Engine, Life], Coroutine[Any, Any, None]]


@pytest.fixture
def living(
    qapp: QApplication, keyring: Dictionary, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Run steps beside a living window on a real engine."""
    application("light")
    monkeypatch.setattr(desks, "ConnectDialog", _with(browser, desks.ConnectDialog))

    def run(access: Access, steps: Steps, **site: Any) -> None:
        async def main() -> None:
            engine = Engine(workspace(access.url, **site), access)
            window = whole_window(engine, "light")
            window.show()
            life = Life(window.parts)
            task = asyncio.create_task(life.live())
            try:
                async with asyncio.timeout(60):
                    await steps(window, engine, life)
            finally:
                window.close()
                await task
                window.deleteLater()
                await asyncio.gather(*browser.tasks, return_exceptions=True)

        qt_loop.run(qapp, main())
        qapp.processEvents()

    return run


def _with(browser: Browser, dialog: Any) -> Callable[..., Any]:
    return lambda start, theme, parent: dialog(start, theme, parent, browser.open)


@pytest.fixture
def named() -> Callable[..., Any]:
    """Find a control by its kind and its accessible name, as a screen reader would."""

    def find(within: QWidget, kind: type, name: str) -> Any:
        found = [one for one in within.findChildren(kind) if one.accessibleName() == name]
        assert len(found) == 1, f"{len(found)} of {kind.__name__} «{name}»"
        return found[0]

    return find


@pytest.fixture
def until() -> Callable[..., Any]:
    return waiting.until
