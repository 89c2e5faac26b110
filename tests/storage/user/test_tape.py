"""A recording is readable line by line, holds no secret, and never makes the loop wait."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from statmon.bayeux.frames import FrameDecoder
from statmon.domain.workspace import parse
from statmon.service.wire.api import read_answer
from statmon.service.wire.events import ConnectionChanged
from statmon.service.wire.tap import Exchange
from statmon.storage.user import tape as tapes
from statmon.storage.user.tape import Tape
from statmon.storage.user.tape_lines import TapeError, body_of, head_of, line_of

WORKSPACE = parse(
    {"schema": 1, "site": {"url": "http://user:canary-url@site"}, "subscriptions": []}
)
HEADERS = {"Authorization": "Bearer canary-token", "x-api-key": "canary-key"}


def unexpected(error):
    raise AssertionError(error)


def recorded(path, *secrets, act=lambda tape: None):
    """Let something be recorded; return the lines."""
    tape = Tape(path, WORKSPACE, unexpected, secrets)
    act(tape)
    assert tape.close()
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_no_secret_is_in_a_recording(tmp_path):
    """Neither known ones, nor tokens that come up on the way, nor what looks like one."""

    def act(tape):
        token = b'{"access_token": "canary-next", "refresh_token": "canary-refresh"}'
        tape.rest(
            Exchange("POST", "/auth/v3/oauth/token", HEADERS, b"canary-form", 200, token, 0.1)
        )
        tape.rest(Exchange("GET", "/statistics/v3/x?token=canary-query", {}, b"", 200, b"{}", 0.1))
        for text in (b"canary-token", b"canary-key", b"canary-next", b"p\\u00e4ss-canary"):
            body = b'{"message": "you said ' + text + b'"}'
            words = json.loads(body)["message"]
            tape.rest(Exchange("GET", "/statistics/v3/x", {}, b"", 500, body, 0.1, words))
        for clients in (b"one-canary", b"two-canary", b"one-canary"):
            frame = b'[{"channel":"/meta/connect","clientId":"' + clients + b'"}]'
            tape.cometd("sent", "long-polling", None, frame)
        tape.connection(ConnectionChanged("closed", "x", "canary-token refused", 1), 1)
        tape.cometd("received", "websocket", None, b"<html>canary-key</html>")

    lines = recorded(tmp_path / "tape", "päss-canary", act=act)

    assert "canary" not in (tmp_path / "tape").read_text()
    frames = [line["cometd"]["body"] for line in lines if "cometd" in line]
    clients = [frame[0]["clientId"] for frame in frames[:3]]
    assert clients[0] == clients[2] != clients[1]


def test_each_line_says_when_and_holds_the_body_as_it_came(tmp_path):
    """JSON as JSON, whatever its layout; a page as a text; nothing as nothing."""

    def act(tape):
        tape.rest(Exchange("GET", "/statistics/v3/x", {}, b"", 200, b'{\r\n "a": [1,\n2]}', 0.25))
        tape.rest(Exchange("GET", "/statistics/v3/x", {}, b"", 502, b"<html>\n", 0.25, "broken"))
        tape.cometd("received", "websocket", None, b'[{"channel":"/x"}]')

    lines = recorded(tmp_path / "tape", act=act)

    assert all(line["at"] > 1e12 for line in lines)
    assert lines[0]["recording"]["workspace"]["schema"] == 1
    first, second = lines[1]["rest"], lines[2]["rest"]
    assert (first["received"], first["took"], first["status"]) == ({"a": [1, 2]}, 0.25, 200)
    assert (second["received"], second["failed"]) == ("<html>\n", "broken")
    assert "sent" not in first
    assert lines[3]["cometd"]["body"] == [{"channel": "/x"}]


@pytest.mark.parametrize(
    "value",
    [rb'"\ud800"', b"NaN", b"1" * 5000, b'"\xff"', b"[" * 3000 + b"]" * 3000],
    ids=["half a character", "no number", "digits", "no UTF-8", "deep"],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_what_only_a_lenient_reader_takes_is_read_from_a_recording_as_it_was(tmp_path, value, mark):
    """A half character, no number, a byte order mark: the same answer, the same frame."""
    values = b'[{"statisticId":"a","subscriptionId":"s","value":{"stringValue":' + value + b"}}]"
    data = b'{"subscriptionId":"s","statistics":' + values + b"}"
    answer = mark + b'{"status":{"code":0},"data":' + data + b',"token":"canary"}'
    frame = mark + b'[{"channel":"/x","data":' + values + b"}]"

    def act(tape):
        tape.rest(Exchange("GET", "/statistics/v3/x", {}, b"", 200, answer, 0.25))
        tape.cometd("received", "websocket", None, frame)
        tape.cometd("received", "websocket", None, b'"[]"')

    recorded(tmp_path / "tape", act=act)
    text = (tmp_path / "tape").read_bytes()
    _, call, received, string = map(line_of, text.splitlines())
    decoder = FrameDecoder(Any)

    read = read_answer("x", body_of(call.rest.received), partial=True)
    assert read.statistics == read_answer("x", answer, partial=True).statistics != []
    assert decoder.decode(body_of(received.cometd.body)) == decoder.decode(frame)
    assert body_of(string.cometd.body) == b'"[]"'
    assert b"canary" not in text


def test_a_disk_that_is_too_slow_costs_lines_and_not_memory(tmp_path, monkeypatch):
    """How many is said where they are missing."""
    monkeypatch.setattr(tapes, "MOST_WAITING", 1000)
    go = threading.Event()
    write = Tape._write
    monkeypatch.setattr(Tape, "_write", lambda *args: (go.wait(), write(*args)))

    def act(tape):
        for _ in range(20):
            tape.cometd("received", "websocket", None, b'"' + b"x" * 98 + b'"')
        go.set()
        while tape._waiting:
            pass
        tape.cometd("received", "websocket", None, b"1")

    lines = recorded(tmp_path / "tape", act=act)

    assert [line["unrecorded"]["lines"] for line in lines if "unrecorded" in line] == [10]
    assert sum("cometd" in line for line in lines) == 11


def test_a_full_disk_is_told_once(monkeypatch):
    """The rest is dropped."""
    failures = []
    told = threading.Event()

    def failed(error):
        failures.append(error.strerror)
        told.set()

    tape = Tape(Path("/dev/full"), WORKSPACE, failed)
    assert told.wait(60)
    tape.cometd("sent", "websocket", None, b"[]")
    assert tape.close()

    assert failures == ["No space left on device"]


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b'{"at": 1, "recording": {}}', b"x"])
def test_what_is_no_recording_is_said(text):
    """In one sentence."""
    with pytest.raises(TapeError, match="it is no recording"):
        head_of(text)


def test_a_newer_recording_is_said_to_be_one():
    """An older one is read."""
    head = {"format": 2, "url": "", "workspace": {"schema": 1}}
    with pytest.raises(TapeError, match="update statmon"):
        head_of(json.dumps({"at": 1, "recording": head}).encode())


def test_what_a_later_version_adds_is_passed_over():
    """Unknown kinds and fields."""
    line = line_of(b'{"at": 5, "weather": {"rain": true}, "unrecorded": {"lines": 3}}')

    assert (line.at, line.rest, line.cometd, line.connection) == (5, None, None, None)
