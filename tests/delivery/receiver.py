"""Somebody's server that takes alerts, and believes only what is signed: standard library only."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE = 300
"""Seconds that a timestamp may be old."""


@dataclass
class Receiver:
    secret: str
    answers: list[int] = field(default_factory=list)
    """What it answers, one after the other; then it judges by itself."""
    body: bytes = b""
    """What else it answers."""
    came: list[dict[str, Any]] = field(default_factory=list)
    """What it believed."""
    deliveries: list[str] = field(default_factory=list)
    """The ids of all that came, believed or not."""
    address: str = ""

    def judge(self, headers: Any, body: bytes) -> int:
        timestamp = headers["X-Statmon-Timestamp"]
        message = timestamp.encode() + b"." + body
        right = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get("X-Statmon-Signature", ""), f"sha256={right}"):
            return 401
        if abs(time.time() - int(timestamp)) > TOLERANCE:
            return 401
        self.came.append(json.loads(body))
        return 204

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append(self.headers["X-Statmon-Delivery"])
                forced = receiver.answers.pop(0) if receiver.answers else 0
                status = forced or receiver.judge(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
