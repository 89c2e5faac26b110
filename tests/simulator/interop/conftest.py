"""The clients from npm, installed with the peers of tests/interop."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "interop" / "support"))
import npm


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned packages, or a skip that says what is missing."""
    return npm.node_modules()
