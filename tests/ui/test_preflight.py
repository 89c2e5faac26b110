import pytest

from statmon.ui.preflight import MissingQt, NoDisplay, check, missing_qt


def anything(name):
    return True


def nothing(name):
    return False


def test_without_a_screen_it_says_what_to_do():
    """Neither X nor Wayland nor another platform: no window, and the way out is named."""
    with pytest.raises(NoDisplay, match="statmon watch"):
        check({}, "linux", anything)


@pytest.mark.parametrize(
    "environment",
    [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}],
)
def test_any_screen_will_do(environment):
    """X, Wayland, or a platform that the user chose."""
    check(environment, "linux", anything)


def test_missing_libraries_are_named_as_packages_to_install():
    """The message is a line to type."""
    with pytest.raises(MissingQt, match=r"apt-get install .*libegl1.*libxcb-cursor0"):
        check({"DISPLAY": ":0"}, "linux", nothing)


def test_offscreen_needs_no_x_libraries():
    """What only the X plugin loads is asked for only where X is used."""
    with pytest.raises(MissingQt) as caught:
        check({"QT_QPA_PLATFORM": "offscreen"}, "linux", nothing)

    assert "xcb" not in str(caught.value)


def test_other_systems_bring_their_own_screen():
    """On Windows and macOS there is nothing to check."""
    check({}, "win32", nothing)
    check({}, "darwin", nothing)


def test_a_failed_import_tells_absent_from_broken():
    """A missing package and a missing shared library have different cures."""
    absent = missing_qt(ModuleNotFoundError("No module named 'PySide6'"))
    broken = missing_qt(ImportError("libGL.so.1: cannot open shared object file"))

    assert "pip install" in str(absent)
    assert "libGL.so.1" in str(broken)
