import socket

import pytest

from statmon.ui.support import fitness


@pytest.mark.parametrize(
    ("qt", "python", "outcome"),
    [
        ("6.12.0", (3, 11), "failed"),
        ("6.12.0", (3, 12), "ok"),
        ("6.11.3", (3, 11), "ok"),
    ],
)
def test_the_pair_that_crashes_is_named(qt, python, outcome):
    """Qt 6.12 takes references off True on Python before 3.12."""
    assert fitness.judge_qt(qt, python).outcome == outcome


def test_a_screen_that_nobody_serves_is_found_without_an_abort():
    """Qt itself would end the process."""
    found = fitness.display({"DISPLAY": ":4711"}, "linux")

    assert found.outcome == "failed"
    assert "ssh -X" in found.cure


def test_a_screen_on_a_socket_answers(tmp_path):
    """Wayland's, in the folder of the session."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        found = fitness.display(
            {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}, "linux"
        )

    assert (found.outcome, found.says) == ("ok", "Wayland wayland-7")


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (":1", "/tmp/.X11-unix/X1"),
        (":1.0", "/tmp/.X11-unix/X1"),
        ("unix:2", "/tmp/.X11-unix/X2"),
        ("far:10.0", ("far", 6010)),
    ],
)
def test_a_display_is_read_as_x_reads_it(name, last):
    """Host, number, screen."""
    assert fitness.x11_addresses(name)[-1] == last


@pytest.mark.parametrize("name", ["", "nonsense", ":x"])
def test_a_display_that_is_none_has_no_address(name):
    """And hence no screen."""
    assert fitness.x11_addresses(name) == []


def test_where_nothing_is_visible_it_says_so():
    """Tests and pictures are taken so."""
    assert "offscreen" in fitness.display({"QT_QPA_PLATFORM": "offscreen"}, "linux").says


@pytest.fixture
def no_screen(monkeypatch):
    """A session without a screen, as ssh gives it."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_without_any_screen_all_that_one_needs_is_looked_at(no_screen):
    """Two lines, one each; what could not be looked at is not called fine."""
    found = {finding.name: finding for finding in fitness.findings()}

    assert found["qt"].outcome == "ok"
    assert found["display"].outcome == "skipped"
    assert "X screens loads" in found["display"].says
    assert "desktop session" in found["display"].cure


def test_without_any_screen_a_library_for_one_is_missed(no_screen, monkeypatch):
    """It would be too late to hear of it when somebody sits down there."""
    monkeypatch.setattr(fitness.preflight, "library_loads", lambda name: "xcb-shape" not in name)
    found = {finding.name: finding for finding in fitness.findings()}

    assert found["qt"].outcome == "failed"
    assert "libxcb-shape0" in found["qt"].cure
    assert found["display"].outcome == "skipped"


def test_without_any_screen_a_damaged_installation_is_told(no_screen, monkeypatch):
    """Qt's own part for screens has to load."""
    monkeypatch.setattr(fitness.preflight, "library_loads", lambda name: "libqxcb" not in name)
    found = {finding.name: finding for finding in fitness.findings()}

    assert found["display"].outcome == "failed"
    assert "libqxcb.so" in found["display"].says
