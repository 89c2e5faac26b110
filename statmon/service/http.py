"""HTTP to one service: one cookie jar, one trust store, every error a ``ServiceError``."""

import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any, Final

import httpx2
import truststore

from statmon.service.access import Access
from statmon.service.errors import ServiceError, words_of

TIMEOUT: Final = httpx2.Timeout(30.0, connect=10.0, pool=5.0)
"""Seconds for REST calls; the notifications have patience of their own."""


FAILURES: Final = (
    httpx2.RequestError,
    httpx2.InvalidURL,
    httpx2.CookieConflict,
    ImportError,  # a proxy of a kind that needs another library
    ValueError,  # a proxy, header or port that cannot be written
    OverflowError,
)
"""What can go wrong before an answer is there, each for its own reason."""


class Http:
    """Makes clients for a service and performs its REST calls.

    REST and notifications share one cookie jar: the service binds its subscriptions to it
    (reference §2.5).
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        self.cookies = CookieJar()
        self.ssl_context = _ssl_context(access)
        self._client: httpx2.AsyncClient | None = None

    def client(self) -> httpx2.AsyncClient:
        """Return a new client on the shared jar."""
        return httpx2.AsyncClient(
            cookies=self.cookies,
            verify=self.ssl_context,
            proxy=self.access.proxy or None,
            trust_env=not (self.access.loopback or self.access.proxy),
            timeout=TIMEOUT,
            follow_redirects=False,
        )

    async def call(
        self, call: str, method: str, path: str, *, headers: Mapping[str, str], **arguments: Any
    ) -> bytes:
        """Perform one call and return the body of its 2xx answer.

        Raises:
            ServiceError: no answer, or one that is not 2xx; with the service's own words.
        """
        try:
            if self._client is None:
                self._client = self.client()
            response = await self._client.request(
                method,
                self.access.base + path,
                headers={"Accept": "application/json", **headers},
                **arguments,
            )
        except FAILURES as error:
            raise ServiceError(call, reason_of(error, self.access.base)) from None
        if response.is_success:
            return response.content
        words, code = words_of(response.content, response.status_code)
        if response.is_redirect:
            words = "the service redirects to another page; is a login page in between?"
        raise ServiceError(
            call,
            words,
            status=response.status_code,
            code=code,
            retry_after=_seconds(response.headers.get("Retry-After")),
        )

    async def close(self) -> None:
        """Close the connections of the REST calls."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def reason_of(error: Exception, url: str) -> str:
    """Say in one sentence why no answer came and what to do."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate" in text.casefold():
        return (
            f"the certificate of {url} is not trusted ({text}); "
            "give the authority's file with --ca-bundle"
        )
    if "WRONG_VERSION_NUMBER" in text or "record layer" in text:
        return f"{url} does not speak TLS; is the port right, or should it be http://?"
    if isinstance(error, httpx2.ProxyError):
        return f"the proxy did not let us through to {url}; check --proxy"
    if isinstance(error, httpx2.ConnectError):
        return f"nothing answers at {url}; check the address and that the service runs"
    if isinstance(error, httpx2.TimeoutException):
        return f"{url} did not answer in time"
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return f"«{url}» is not a service's address: write it as https://host"
    if isinstance(error, ImportError | ValueError | OverflowError):
        return f"an address, proxy or key cannot be used ({type(error).__name__}); check them"
    if isinstance(error, httpx2.DecodingError):
        return f"the answer of {url} is damaged; is a proxy in between?"
    return f"the connection to {url} broke ({text or type(error).__name__})"


def _ssl_context(access: Access) -> ssl.SSLContext:
    if not access.url.startswith("https:"):
        # Never used, but httpx2 would load a bundle of certificates for nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if access.ca_bundle:
        # In addition to the system's authorities, not in their place.
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(access.ca_bundle)
        except OSError as error:
            raise ServiceError(
                "TLS",
                f"the CA file {access.ca_bundle} cannot be used ({error.strerror or error}); "
                "give a readable PEM file",
            ) from None
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
