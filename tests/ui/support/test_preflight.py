import re
import sys
from pathlib import Path

import PySide6
import pytest
from elftools.elf.elffile import ELFFile

from statmon.ui.support import preflight
from statmon.ui.support.preflight import (
    LIBRARIES,
    WAYLAND_LIBRARIES,
    XCB_LIBRARIES,
    MissingQt,
    NoDisplay,
    check,
    check_libraries,
    missing_qt,
)


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


QT = Path(PySide6.__file__).parent
OF_EVERY_SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|gcc_s|stdc\+\+))\.so\.\d+")
"""glibc and the compiler's: a Linux without them runs nothing."""
PLUGINS = "Qt/plugins"


def asks(*patterns):
    """What libraries of PySide6 ask of the system, with those that they ask of each other."""
    ours = {file.name: file for file in QT.rglob("*.so*")}
    todo = [file for pattern in patterns for file in QT.glob(pattern)]
    assert len(todo) >= len(patterns), patterns
    seen, asked = set(todo), set()
    while todo:
        for name in needed(todo.pop()):
            if name not in ours:
                asked.add(name)
            elif ours[name] not in seen:
                seen.add(ours[name])
                todo.append(ours[name])
    return {name for name in asked if not OF_EVERY_SYSTEM.fullmatch(name)} - of_shiboken()


def of_shiboken():
    folder = QT.parent / "shiboken6"
    return {file.name for file in folder.glob("*.so*")}


def needed(file):
    with file.open("rb") as stream:
        tags = ELFFile(stream).get_section_by_name(".dynamic").iter_tags("DT_NEEDED")
        return [tag.needed for tag in tags]


def modules():
    """The modules of Qt that statmon imports, as PySide6 calls their files."""
    source = Path(preflight.__file__).parents[2]
    text = "\n".join(file.read_text("utf-8") for file in source.rglob("*.py"))
    return [f"{name}.abi3.so" for name in sorted(set(re.findall(r"PySide6\.(Qt\w+)", text)))]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux' libraries")
@pytest.mark.parametrize(
    ("patterns", "listed"),
    [
        ([f"{PLUGINS}/platforms/libqoffscreen.so"], LIBRARIES),
        (
            [
                f"{PLUGINS}/platforms/libqxcb.so",
                f"{PLUGINS}/xcbglintegrations/*.so",
                f"{PLUGINS}/platforminputcontexts/lib[ci]*.so",
            ],
            {**LIBRARIES, **XCB_LIBRARIES},
        ),
        (
            [
                f"{PLUGINS}/platforms/libqwayland*.so",
                f"{PLUGINS}/wayland-shell-integration/libxdg-shell.so",
                f"{PLUGINS}/wayland-decoration-client/*.so",
                f"{PLUGINS}/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
            ],
            {**LIBRARIES, **WAYLAND_LIBRARIES},
        ),
    ],
    ids=["offscreen", "X", "Wayland"],
)
def test_the_list_names_all_that_qt_asks_of_the_system(patterns, listed):
    """By what its libraries say themselves, and nothing that no library of it asks for."""
    asked = asks(*modules(), f"{PLUGINS}/imageformats/libqsvg.so", *patterns)

    assert asked - listed.keys() == set()
    assert listed.keys() - asked == set()


def test_without_a_screen_all_is_asked_for_that_an_x_screen_would_need():
    """A doctor over ssh says what the desk will lack."""
    with pytest.raises(MissingQt) as caught:
        check_libraries({}, nothing)

    assert set(re.findall(r"lib\S+?(?=[ `])", str(caught.value))) >= set(XCB_LIBRARIES.values())


def test_on_wayland_alone_no_x_libraries_are_asked_for():
    """And its own are."""
    with pytest.raises(MissingQt) as caught:
        check({"WAYLAND_DISPLAY": "wayland-0"}, "linux", nothing)

    assert "libwayland-client0" in str(caught.value)
    assert "xcb" not in str(caught.value)
