"""A redirect never takes token or key to another host."""

import asyncio

import pytest

from statmon.service.access import Access
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http

SECRETS = {"Authorization": "Bearer CANARY", "x-api-key": "CANARY-KEY"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_told_and_not_followed(status):
    """Not even to the same computer: the other port hears nothing at all."""
    heard = []

    async def other(reader, writer):
        heard.append(await reader.read(1000))
        writer.close()

    async with await asyncio.start_server(other, "127.0.0.1", 0) as elsewhere:
        port = elsewhere.sockets[0].getsockname()[1]

        async def redirecting(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(
                f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{port}/login\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(redirecting, "127.0.0.1", 0) as service:
            here = service.sockets[0].getsockname()[1]
            http = Http(Access(f"http://127.0.0.1:{here}", token="t"))
            with pytest.raises(ServiceError, match="redirects") as caught:
                await http.call("read", "GET", "/statistics/v3", headers=SECRETS)
            await http.close()
        assert heard == []
        # It would have heard: somebody listens there.
        elsewhere_http = Http(Access(f"http://127.0.0.1:{port}", token="t"))
        with pytest.raises(ServiceError):
            await elsewhere_http.call("read", "GET", "/", headers={"x-try": "yes"})
        await elsewhere_http.close()

    assert b"x-try" in b"".join(heard).lower()
    assert "CANARY" not in str(caught.value)
