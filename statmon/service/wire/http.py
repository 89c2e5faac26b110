"""HTTP to one service: one cookie jar, one trust store, every error a ``ServiceError``."""

import asyncio
import logging
import ssl
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

import httpx2
import truststore

from statmon.bayeux.bounds import (
    CALLS,
    LARGEST_HERE,
    NOTIFICATIONS,
    SMALL,
    BoundedClient,
    Bounds,
)
from statmon.bayeux.retry_after import retry_after
from statmon.domain.problem import Problem
from statmon.named_files import read_bounded
from statmon.service.access import Access
from statmon.service.wire import proxies
from statmon.service.wire.cookies import SiteCookies
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.network_errors import FORESEEN, reason_of
from statmon.service.wire.tap import Exchange, Tap
from statmon.service.wire.words import ServiceWords, meaning_of

_log = logging.getLogger(__name__)

TIMEOUT: Final = httpx2.Timeout(30.0, connect=10.0, pool=5.0)
"""Seconds for REST calls; the notifications have patience of their own."""
_LARGEST_PEM: Final = 16 * 1024 * 1024
"""Bytes of a file with certificates; all authorities of a system together have a quarter."""


class Http:
    """Makes clients for a service and performs its REST calls.

    REST and notifications share one cookie jar: the service binds its subscriptions to it
    (docs/reference/statistics-api.md §5).
    """

    def __init__(self, access: Access, tap: Tap | None = None) -> None:
        """Prepare to reach a service; the tap hears every call.

        Raises:
            ServiceError: the CA file, the client certificate or the proxy cannot be used.
        """
        self.access = access
        self._proxy = proxies.find(access)
        if self._proxy.problem:
            raise ServiceError("proxy", self._proxy.problem)
        self._tap = tap
        self.cookies = SiteCookies()
        self.ssl_context = _ssl_context(access)
        self._client: BoundedClient | None = None
        self._lock = asyncio.Lock()
        self._shared: set[asyncio.Task[None]] = set()

    @property
    def websocket_proxy(self) -> str | None:
        """The proxy of websockets: the same as that of everything else."""
        return self._through()

    def client(self, bounds: Bounds | None = None) -> BoundedClient:
        """Return a new client on the shared jar."""
        return BoundedClient(
            bounds,
            cookies=self.cookies,
            verify=self.ssl_context,
            proxy=self._through(),
            trust_env=False,  # read in ``proxies``
            timeout=TIMEOUT,
            follow_redirects=False,
        )

    def _through(self) -> str | None:
        """Look for the proxy anew: laptops roam. One that cannot be used does not replace it."""
        found = proxies.find(self.access)
        if not found.problem:
            self._proxy = found
        return self._proxy.address or None

    def polling_client(self) -> BoundedClient:
        """Return a new client for long-polling, on the shared jar."""
        return self.client(NOTIFICATIONS)

    async def call(
        self, call: str, method: str, path: str, *, headers: Mapping[str, str], **arguments: Any
    ) -> bytes:
        """Perform one call and return the body of its 2xx answer.

        Raises:
            ServiceError: no answer, or one that is not 2xx; with the service's own words.
        """
        url, began = self.access.base + path, time.monotonic()
        if path.startswith("/auth/"):
            arguments["extensions"] = {LARGEST_HERE: SMALL}
        try:
            client = await self._ready()
            response = await client.request(
                method, url, headers={"Accept": "application/json", **headers}, **arguments
            )
        except Exception as error:  # noqa: BLE001
            # Whatever it is: the caller waits for this call and tries again.
            reason = self.reason_of(error)
            self._heard(began, method, path, headers, arguments, None, str(reason))
            raise ServiceError(call, reason) from None
        if response.is_success:
            self._heard(began, method, path, headers, arguments, response)
            return response.content
        status = response.status_code
        sent = [*headers.values(), *arguments.get("data", {}).values()]
        secrets = [*self.access.secrets, *(value.rpartition(" ")[2] for value in sent)]
        meaning = meaning_of(url, status, response.headers, response.content, secrets)
        self._heard(began, method, path, headers, arguments, response, str(meaning.problem))
        raise ServiceError(
            call,
            meaning.problem,
            status=status,
            code=meaning.code,
            reason=meaning.reason,
            retry_after=retry_after(response.headers),
            ours=meaning.ours,
        )

    def reason_of(self, error: BaseException) -> Problem:
        """Say why no answer came and what to do; log what nobody foresaw."""
        if not isinstance(error, FORESEEN):
            _log.error("an exchange failed unexpectedly", exc_info=error)
        return reason_of(error, self.access.base, self._proxy.address)

    @property
    def words(self) -> ServiceWords:
        """The sentences of the notifications."""
        return ServiceWords(self.access, lambda: self._proxy.address)

    def _heard(
        self,
        began: float,
        method: str,
        path: str,
        headers: Mapping[str, str],
        arguments: Mapping[str, Any],
        answer: httpx2.Response | None,
        failed: str | None = None,
    ) -> None:
        """Tell who listens in of a call and what became of it."""
        if self._tap is None:
            return
        params, sent = arguments.get("params"), arguments.get("content") or b""
        query = f"?{httpx2.QueryParams(params)}" if params else ""
        status = None if answer is None else answer.status_code
        received = b"" if answer is None else answer.content
        took = time.monotonic() - began
        self._tap.rest(
            Exchange(method, path + query, headers, sent, status, received, took, failed)
        )

    def share(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start what several wait for: who gives up waiting does not end it, ``close`` does."""
        task = asyncio.create_task(work, name=name)
        self._shared.add(task)
        task.add_done_callback(self._shared.discard)
        return task

    async def close(self) -> None:
        """End what is shared, and close the connections of the REST calls."""
        for task in (shared := list(self._shared)):
            task.cancel()
        await asyncio.gather(*shared, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ready(self) -> BoundedClient:
        """Return the client of the REST calls.

        The first client of a process takes 0.1 s to build, which is too long for the Qt loop.
        """
        async with self._lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self.client, CALLS)
            return self._client


def _ssl_context(access: Access) -> ssl.SSLContext:
    if not access.url.startswith("https:"):
        # Never used, but httpx2 would load a bundle of certificates for nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if access.ca_bundle:
        # In addition to the system's authorities, not in their place.
        try:
            data, _ = read_bounded(Path(access.ca_bundle), _LARGEST_PEM)
            context.load_verify_locations(cadata=data.decode("ascii", "ignore"))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            if isinstance(error, (ssl.SSLError, ValueError)):
                why = "it holds no certificate"
            raise ServiceError(
                "TLS",
                Problem(
                    f"the CA file {access.ca_bundle} cannot be used ({why})",
                    "give a readable PEM file",
                ),
            ) from None
    if access.client_certificate:
        _show_certificate(context, access)
    return context


def _show_certificate(context: ssl.SSLContext, access: Access) -> None:
    """Let a context show the client certificate.

    Raises:
        ServiceError: it cannot be used.
    """
    asked = False

    def password() -> str:
        nonlocal asked
        asked = True
        return access.client_key_password  # without one OpenSSL would ask on the terminal

    try:
        # OpenSSL wants a name: what it would wait for or read without end is refused before.
        read_bounded(Path(access.client_certificate), _LARGEST_PEM)
        context.load_cert_chain(access.client_certificate, password=password)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        cure = "give a readable PEM file with the certificate and its key"
        if asked and access.client_key_password:
            why, cure = "the password of its key is wrong", "correct that password"
        elif asked:
            why = "its key has a password"
            cure = "give that, too (--client-key-password, or where you sign in)"
        raise ServiceError(
            "TLS",
            Problem(
                f"the client certificate {access.client_certificate} cannot be used ({why})", cure
            ),
        ) from None
