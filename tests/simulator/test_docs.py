"""The page that describes the simulator names everything that can be chosen."""

import argparse
import re
from pathlib import Path

from statmon.simulator import add_arguments
from statmon.simulator.service.faults import KINDS
from statmon.simulator.service.quirks import QUIRKS

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_every_quirk_and_fault_is_described():
    missing = [name for name in (*QUIRKS, *KINDS) if f"| `{name}` |" not in PAGE]
    assert missing == []


def test_the_help_states_every_default():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    formatter = parser._get_formatter()
    helps = {action.dest: formatter._expand_help(action) for action in parser._actions}
    del helps["help"]
    assert [name for name, text in helps.items() if not re.search("default:|not said", text)] == []
