"""A service of which each test says what it answers."""

import json
from collections.abc import Callable

import httpx2
import pytest

from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.sign_in.tokens import Tokens
from statmon.service.wire.api import Api
from statmon.service.wire.http import Http


class Service:
    """Answers from a table of path endings, notes what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {}
        self.requests: list[httpx2.Request] = []
        self.access = Access(
            url="http://service",
            api_key="key",
            username="user",
            password="secret-password",
            client_id="client",
            client_secret="secret-secret",
        )
        self.http = Http(self.access)
        self.http._client = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        self.seconds = 0.0
        self.needs: list[str | None] = []
        self.renewals: list[Tokens] = []
        self.life: float = 100
        self.sign_in = SignIn(
            self.http,
            needed=self.needs.append,
            renewed=self.renewals.append,
            clock=lambda: self.seconds,
        )
        self.api = Api(self.http, self.sign_in)
        self.tokens = 0
        self.on("/oauth/token", self._token)

    def on(self, ending: str, answer) -> None:
        """Answer a path with JSON, a response, or what a function makes of the request."""
        if callable(answer):
            self.answers[ending] = answer
        elif isinstance(answer, httpx2.Response):
            self.answers[ending] = lambda _: answer
        else:
            self.answers[ending] = lambda _: httpx2.Response(200, json=answer)

    def asked(self, ending: str) -> list[httpx2.Request]:
        return [request for request in self.requests if request.url.path.endswith(ending)]

    def _token(self, _request: httpx2.Request) -> httpx2.Response:
        self.tokens += 1
        return httpx2.Response(
            200,
            json={
                "access_token": f"token{self.tokens}",
                "refresh_token": "again",
                "expires_in": self.life,
            },
        )

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        for ending, answer in self.answers.items():
            if request.url.path.endswith(ending):
                return answer(request)
        return httpx2.Response(404, content=json.dumps({"status": 404, "error": "Not Found"}))


@pytest.fixture
def service():
    """A service that hands out tokens and knows nothing else yet."""
    return Service()
