"""Reads what ``tape`` wrote; the bodies stay undecoded until somebody wants them."""

from typing import Any

import msgspec

from statmon.domain import workspace as workspaces
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.storage.user.tape import FORMAT


class TapeError(ValueError):
    """A file that is no recording; the message is one sentence for the user."""


class Head(msgspec.Struct):
    """What the first line says of the whole."""

    format: int
    url: str
    workspace: Any


class Call(msgspec.Struct):
    """A REST call."""

    method: str
    path: str
    status: int | None = None
    took: float = 0.0
    failed: str | None = None
    sent: msgspec.Raw = msgspec.Raw(b"null")
    received: msgspec.Raw = msgspec.Raw(b"null")


class Connection(msgspec.Struct):
    """A change of the connection."""

    state: str
    transport: str = ""
    reason: str | None = None
    session: int = 0
    silence: int | None = None
    """Milliseconds since the last sign of life, where only silence told of the loss."""


class Frame(msgspec.Struct):
    """A frame of Bayeux messages, or what came in its place."""

    direction: str
    body: msgspec.Raw = msgspec.Raw(b"null")


class Line(msgspec.Struct):
    """A line of a recording."""

    at: int
    recording: Head | None = None
    rest: Call | None = None
    cometd: Frame | None = None
    connection: Connection | None = None


def body_of(recorded: msgspec.Raw) -> bytes:
    """Return a body as it came: what strict JSON refuses, and readers may take, is in a text.

    Raises:
        TapeError: that text is none.
    """
    body = bytes(recorded).lstrip()
    if not body.startswith(b'"'):
        return body
    try:
        return msgspec.json.decode(body, type=str).encode()
    except (msgspec.DecodeError, UnicodeError):
        raise TapeError("it holds what is no text") from None


_decoder = msgspec.json.Decoder(Line)


def line_of(text: bytes) -> Line:
    """Read a line.

    Raises:
        TapeError: it is none.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TapeError(str(error)) from None


def head_of(text: bytes) -> tuple[Line, Workspace]:
    """Read the first line.

    Raises:
        TapeError: it is not that of a recording, or of a newer one.
    """
    try:
        line = line_of(text)
        if line.recording is None:
            raise TapeError("it begins with another line")
        workspace = workspaces.parse(line.recording.workspace)
    except (TapeError, WorkspaceError):
        raise TapeError(
            "it is no recording: give a file that `statmon watch --record` wrote"
        ) from None
    if line.recording.format > FORMAT:
        raise TapeError("a newer statmon recorded it: update statmon")
    return line, workspace.at(line.recording.url)
