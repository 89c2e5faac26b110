"""Why no answer came, or one of somebody else's, and what to do."""

import socket
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx2
from websockets.exceptions import (
    InvalidHeader,
    InvalidMessage,
    InvalidProxyStatus,
    InvalidUpgrade,
    InvalidURI,
    NegotiationError,
    SecurityError,
)

from statmon.bayeux.bounds import Unbearable
from statmon.domain.outside import brief, visible
from statmon.domain.problem import Problem

_CERTIFICATES: Final = {
    9: ("the certificate of {host} is not valid yet", "check the date of this computer"),
    10: (
        "the certificate of {host} has expired",
        "check the date of this computer, and tell who runs the service",
    ),
    18: (
        "the certificate of {host} is self-signed and not trusted here",
        "give its file as the CA file (--ca-bundle)",
    ),
    19: (
        "the certificate of {host} comes from an authority that is not trusted here",
        "give the authority's file as the CA file (--ca-bundle)",
    ),
    62: ("the certificate that came is not for {host}", "check the address"),
    64: ("the certificate that came is not for {host}", "check the address"),
}
"""What is so and what to do, by OpenSSL's verification codes (X509_V_ERR_…)."""
_WAITING: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""Not errors: the handshake was still waiting when the time was up."""
_UNKNOWN_AUTHORITY: Final = frozenset({2, 19, 20, 21, 27})
_PLAIN_TEXT: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
_CLIENT_UNKNOWN: Final = (
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
)
"""What a service says to who has shown no certificate: TLS 1.3, TLS 1.2."""
_CLIENT_REFUSED: Final = (
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED",
    "SSLV3_ALERT_CERTIFICATE_REVOKED",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "TLSV1_ALERT_ACCESS_DENIED",
    "TLSV1_ALERT_UNKNOWN_CA",
)

FORESEEN: Final = (
    httpx2.RequestError,
    httpx2.InvalidURL,
    httpx2.CookieConflict,
    OSError,  # an alert of TLS after the handshake, which httpx2 lets through as it is
    ImportError,  # a proxy of a kind that needs another library
    ValueError,  # a proxy, header or port that cannot be written
    OverflowError,
)
"""What can go wrong before an answer is there; anything else is a fault, and logged as one."""

PROXY_REFUSES: Final = Problem(
    "the proxy wants a user name and password, or others",
    "write it as http://user:password@host, or ask who runs the network if you have set none",
)
_CHECK_THE_PROXY: Final = "check the proxy's address (--proxy)"
_NETWORK: Final = "is it the network?"
_PROXY_IN_BETWEEN: Final = "is a proxy in between?"
_SOMETHING_ELSE: Final = "is something else in between?"


def reason_of(error: BaseException, url: str, proxy: str = "") -> Problem:
    """Say why no answer came from a URL and what to do.

    Args:
        error: what the HTTP or websocket library raised.
        url: the service's address.
        proxy: the address of the proxy that was to be used, if one was named.
    """
    host = _host(url)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(cause, host)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _WAITING):
            return _tls(cause, url)
        if isinstance(cause, SecurityError):
            return _too_much(url)
        if isinstance(cause, InvalidProxyStatus):
            return _proxy(str(cause.response.status_code), url)
        if isinstance(cause, httpx2.ProxyError):
            return _proxy(str(cause), url)
        if isinstance(cause, socket.gaierror):
            name = _host(proxy or url).rpartition(":")[0] or _host(proxy or url)
            return Problem(
                f"the name {name} is not known here", "check the address and the network"
            )
    if proxy and isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | OSError):
        return Problem(f"the proxy {_host(proxy)} does not answer", _CHECK_THE_PROXY)
    return _plain(error, url)


def is_of_tls(error: BaseException) -> bool:
    """Whether it was a certificate, or TLS itself, that kept an answer from coming."""
    return any(
        isinstance(cause, ssl.SSLError) and not isinstance(cause, _WAITING)
        for cause in _causes(error)
    )


def redirect(url: str, location: str) -> Problem:
    """Say what a redirect means: the API itself never redirects."""
    target, own = _split(location), urlsplit(url)
    if target.scheme == "https" and own.scheme == "http" and target.hostname == own.hostname:
        return Problem(
            "the service wants to be asked by TLS", f"write the address as https://{own.netloc}"
        )
    host = _printable(target.hostname or "")
    if not host or host == own.hostname:
        return Problem("the service redirects to another page", "is a login page in between?")
    return Problem(
        f"the service redirects to a page of {host}: a login page stands in between",
        "open any page in a browser, sign in to the network there, and try again",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Problem:
    # Where the operating system checks (Windows, macOS), there is a text but no code.
    code = 19 if error.verify_code in _UNKNOWN_AUTHORITY else error.verify_code
    if error.verify_code and code in _CERTIFICATES:
        says, cure = _CERTIFICATES[code]
        return Problem(says.format(host=host), cure)
    words = (
        getattr(error, "verify_message", "") or getattr(error, "reason", "") or "no reason is given"
    )
    return Problem(
        f"the certificate of {host} is not accepted ({_printable(words)})",
        "if it is your own network's, give the authority's file as the CA file (--ca-bundle)",
    )


def _tls(error: ssl.SSLError, url: str) -> Problem:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Problem(
            f"{url} broke the connection off before TLS stood", "is a firewall in between?"
        )
    reason = getattr(error, "reason", None) or ""  # one that Python made has none
    if reason in _CLIENT_UNKNOWN:
        return Problem(
            f"{_host(url)} wants to know this computer by a client certificate",
            "give its file (--client-certificate)",
        )
    if reason in _CLIENT_REFUSED:
        return Problem(
            f"{_host(url)} does not accept this client certificate ({reason})",
            "ask who runs the service for another one",
        )
    if reason in _PLAIN_TEXT:
        return Problem(
            f"{url} does not speak TLS",
            "is the port right, or should the address begin with http://?",
        )
    return Problem(f"TLS with {url} does not come about ({reason or 'no reason is given'})")


def _proxy(words: str, url: str) -> Problem:
    if "407" in words:
        return PROXY_REFUSES
    return Problem(f"the proxy did not let us through to {url}", _CHECK_THE_PROXY)


def _too_much(url: str) -> Problem:
    return Problem(f"the answer of {url} begins with too much", _SOMETHING_ELSE)


def _plain(error: BaseException, url: str) -> Problem:
    if isinstance(error, Unbearable):
        return Problem(f"the answer of {url} {error}", _SOMETHING_ELSE)
    if isinstance(error, httpx2.ConnectError | ConnectionRefusedError):
        return Problem(f"nothing answers at {url}", "check the address and that the service runs")
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return Problem(f"{url} did not answer in time")
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | InvalidURI):
        return Problem(f"«{url}» is not a service's address", "write it as https://host")
    # None of their texts: they may repeat a header.
    if isinstance(error, UnicodeError | httpx2.LocalProtocolError):
        return Problem("a key, token or cookie cannot be sent as it is", "check what was pasted")
    if isinstance(error, ImportError | ValueError | OverflowError):
        return Problem("an address, a proxy or a key cannot be used as it is written", "check them")
    if isinstance(error, httpx2.DecodingError):
        return Problem(f"the answer of {url} is damaged", _PROXY_IN_BETWEEN)
    if isinstance(error, httpx2.RemoteProtocolError):
        return _no_http(str(error), url)
    if isinstance(error, InvalidMessage | InvalidUpgrade | InvalidHeader | NegotiationError):
        return Problem(f"what answers at {url} speaks no websocket", _PROXY_IN_BETWEEN)
    if isinstance(error, httpx2.TransportError | OSError | EOFError):
        return Problem(f"the connection to {url} broke off", _NETWORK)
    if isinstance(error, MemoryError):
        return Problem("this computer has no memory left for it", "close what is not needed")
    return Problem(
        f"statmon could not deal with what came from {url}",
        "look into the log, and tell who looks after statmon",
    )


def _no_http(words: str, url: str) -> Problem:
    if "without sending a" in words:
        return Problem(
            f"{url} closed the connection without an HTTP answer",
            "if it goes on, is the port right, or https:// meant?",
        )
    if "too long" in words:
        return _too_much(url)
    # The library has the same type for an answer that was HTTP and was cut off.
    if "complete message body" in words:
        return Problem(f"the connection to {url} broke off", _NETWORK)
    return Problem(
        f"what answers at {url} does not speak HTTP", "is the port right, or https:// meant?"
    )


def _split(location: str) -> SplitResult:
    try:
        return urlsplit(location)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _host(url: str) -> str:
    parts = urlsplit(url)
    return _printable(parts.netloc.rpartition("@")[2]) or "the service"


def _printable(text: str) -> str:
    return brief(visible(" ".join(text[:1000].split())), 200)
