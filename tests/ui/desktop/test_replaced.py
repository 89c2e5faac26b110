"""Another version is installed while this one is open: said in a sentence, not met as a fault."""

import asyncio
import zlib

import pytest

from statmon.storage.machine.program import Installed
from statmon.ui.desktop.replaced import Replaced
from statmon.ui.start import loop as qt_loop
from statmon.ui.start import run
from tests.waiting import until


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "statmon"
    made.write_bytes(b"one")
    return made


def _replace(file, content=b"two"):
    """As dpkg and pip do it."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(file)


def _remove_first(file):
    """As an uninstaller does it before the next version comes."""
    file.unlink()
    file.write_bytes(b"two")


@pytest.mark.parametrize("way", [_replace, _remove_first, lambda file: file.unlink()])
def test_another_program_in_its_place_is_noticed(qapp, file, way):
    """However it came there; once."""
    told = []

    async def main():
        watch = Replaced(Installed(file))
        watch.found.connect(told.append)
        way(file)
        await until(lambda: told)

    # Not by qtbot: a loop within ends at once in a process whose application has quit before.
    qt_loop.run(qapp, main())

    assert "start it again" in told[0]


def test_a_neighbour_is_no_other_program(file):
    """What changes beside it is not it; nor is a file that was never there."""
    installed = Installed(file)
    (file.parent / "log").write_text("x")

    assert not installed.replaced
    assert not Installed(file.parent / "nothing").replaced


def test_a_part_that_is_missing_then_is_put_down_to_that(qapp, engine, open_window, file):
    """F11 in a replaced package: "Error -3 while decompressing data" says nothing to anybody."""

    async def main():
        window = open_window(engine)
        life = run.Life(window.parts)
        life._installed = Installed(file)
        living = asyncio.create_task(life.live())
        await asyncio.sleep(0)
        life._failed(zlib.error("Error -3 while decompressing data"))
        before = window.parts.banner.text
        _replace(file)
        life._failed(zlib.error("Error -3 while decompressing data"))
        after = window.parts.banner.text
        window.close()
        await living
        return before, after

    before, after = qt_loop.run(qapp, main())

    assert "Error -3" in before
    assert "Another version of statmon was installed" in after
