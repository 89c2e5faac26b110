"""The clients from npm, installed with the peers of tests/interop."""

from pathlib import Path

import pytest

from tests.interop.support import npm


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned packages, or a skip that says what is missing."""
    return npm.node_modules()
