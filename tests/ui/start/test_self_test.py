import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from statmon.ui.start import self_test
from statmon.ui.start.loadable import OF_EXTRAS, unloadable

ROOT = Path(__file__).resolve().parents[3]

GOOD = {"statistics": 60, "values": 70, "text": True, "colours": 900}


def test_what_is_as_it_should_be_has_no_problem():
    """The least that a healthy window shows."""
    assert self_test.problems_in(GOOD) == []


@pytest.mark.parametrize(
    "fault", [{"values": 60}, {"statistics": 0, "values": 0}, {"text": False}, {"colours": 5}]
)
def test_each_thing_that_is_missing_is_a_problem(fault):
    """Values that never change, text that is boxes, a window without letters."""
    assert len(self_test.problems_in({**GOOD, **fault})) == 1


def test_text_is_painted_here(qapp):
    """Else every other picture would prove nothing."""
    assert self_test.text_is_painted()


def test_letters_that_all_look_alike_are_not_text(qapp, monkeypatch):
    """Boxes in the place of letters: a system without fonts."""
    monkeypatch.setattr(self_test, "_drawn", lambda text: bytes(bool(text)))

    assert not self_test.text_is_painted()


def test_colours_are_counted(qapp):
    """Exactly."""
    image = QImage(3, 1, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.setPixelColor(1, 0, QColor("blue"))

    assert self_test.colours(image) == 2


def test_a_part_that_a_package_lacks_is_named(monkeypatch):
    """Although neither the start nor the window asked for it."""
    monkeypatch.setitem(sys.modules, "nacl.signing", None)  # as Python marks what is not there

    (problem,) = unloadable()

    assert problem.startswith("nacl.signing cannot be loaded: ")


def test_what_only_an_extra_brings_may_be_missing(monkeypatch):
    """The hub's client, for one: packages do not bring it, and are whole."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "nats"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nats", None)
    monkeypatch.delitem(sys.modules, "statmon.hub.nats_carrier", raising=False)

    assert unloadable() == []


def test_the_extras_are_those_of_the_project():
    """Whatever another one brings is named as well."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {
        re.match(r"[\w.-]+", need)[0]
        for needs in project["optional-dependencies"].values()
        for need in needs
    }
    whose = importlib.metadata.packages_distributions()
    brought = {name for name, them in whose.items() if asked & set(them)}

    assert len(asked) == len(project["optional-dependencies"])
    assert brought
    assert brought <= OF_EXTRAS
