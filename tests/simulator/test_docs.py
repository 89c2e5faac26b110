"""The page that describes the simulator names everything that can be chosen."""

from pathlib import Path

from statmon.simulator.service.faults import KINDS
from statmon.simulator.service.quirks import QUIRKS

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_every_quirk_and_fault_is_described():
    missing = [name for name in (*QUIRKS, *KINDS) if f"| `{name}` |" not in PAGE]
    assert missing == []
