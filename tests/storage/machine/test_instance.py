"""One window for each user."""

import contextlib
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from statmon.storage.machine.instance import ANSWER, Seat, file_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has pipes for this")


def test_the_seat_is_taken_once_and_free_again_when_left(tmp_path):
    """Whoever comes second knows it."""
    first, second = Seat(tmp_path), Seat(tmp_path)

    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_the_second_hands_its_file_to_the_first(tmp_path):
    """And is told that it was taken."""
    seat = Seat(tmp_path)
    heard = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(seat.address)
        server.listen()

        def answer():
            guest, _ = server.accept()
            with guest:
                heard.append(file_in(guest.recv(1000)))
                guest.sendall(ANSWER)

        thread = threading.Thread(target=answer)
        thread.start()
        taken = Seat(tmp_path).hand_over(Path("/x/floor.statmon"))
        thread.join()

    assert taken
    assert heard == [Path("/x/floor.statmon")]


def test_a_first_that_does_not_answer_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    """Then the second opens a window of its own."""
    monkeypatch.setattr("statmon.storage.machine.instance._STARTS_WITHIN", 0.2)

    assert not Seat(tmp_path).hand_over(None)


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="needs to know who listens")
def test_nothing_is_told_to_somebody_else_who_listens(tmp_path, monkeypatch):
    """Two users on one computer: what one opens is no business of the other's."""
    seat = Seat(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(seat.address)
        server.listen()
        monkeypatch.setattr("os.getuid", lambda: os.geteuid() + 4711)
        monkeypatch.setattr("statmon.storage.machine.instance._ROOT", -1)

        assert not seat.hand_over(Path("/x/secret.statmon"))
        guest, _ = server.accept()
        with guest:
            assert guest.recv(1000) == b""


@pytest.mark.parametrize("line", [b"", b"[]", b"{}x", b'{"open": 5}', b"\xff"])
def test_nonsense_is_no_request(line):
    """Whoever says it."""
    with pytest.raises(ValueError, match=r".*"):
        file_in(line)


def test_a_socket_has_a_path_that_sockets_can_have(tmp_path):
    """However deep the folder is."""
    deep = tmp_path / ("x" * 120)
    address = Seat(deep).address

    assert len(address.encode()) <= 103
    with contextlib.suppress(FileNotFoundError):
        Path(address).unlink()


def test_where_nothing_can_be_written_a_window_opens_all_the_same(tmp_path):
    """A lock is a convenience, not a condition."""
    (tmp_path / "file").write_text("")

    assert Seat(tmp_path / "file").take()
