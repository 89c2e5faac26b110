"""A service and a hostile proxy on 127.0.0.1 that keep every byte they get; each in threads."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ANSWER = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Listener:
    """Notes what it hears, after TLS, and answers that the service is not there now.

    As a proxy it says yes to every tunnel and stands at its far end itself.
    """

    def __init__(self, context: ssl.SSLContext, *, proxy: bool = False) -> None:
        self._context, self._proxy = context, proxy
        self.connections = 0
        self.heard = b""
        self._news = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def hears(self, words: bytes, times: int = 1) -> None:
        """Wait until something was heard; the test's own time limit ends a wait in vain."""
        with self._news:
            heard = self._news.wait_for(lambda: self.heard.count(words) >= times, 120)
        assert heard, f"not heard: {words!r} in {self.heard!r}"

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return
                connection.settimeout(30)
                with self._news:
                    self.connections += 1
                threads.append(threading.Thread(target=self._serve, args=(connection,)))
                threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            for thread in (accepting, *threads):
                thread.join()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._proxy:
                head = self._read(connection)
                if not head.startswith(b"CONNECT"):
                    connection.sendall(_ANSWER)
                    return
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as inside:
                self._read(inside)
                inside.sendall(_ANSWER)
                inside.shutdown(socket.SHUT_WR)
                while data := inside.recv(65_536):
                    self._note(data)

    def _read(self, connection: socket.socket) -> bytes:
        """Read a request; its body is as long as it says."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65_536)
            if not data:
                return head
            self._note(data)
            head += data
        lines, _, body = head.partition(b"\r\n\r\n")
        for line in lines.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                left = int(line.partition(b":")[2]) - len(body)
                while left > 0 and (data := connection.recv(65_536)):
                    self._note(data)
                    left -= len(data)
        return head

    def _note(self, data: bytes) -> None:
        with self._news:
            self.heard += data
            self._news.notify_all()
