"""What a test needs of the system: without it, it is skipped at a desk, and fails in CI.

Nobody looks for what was skipped; so where ``CI`` is set (``make test`` sets it), whoever set up
the system has to have brought all that is needed.
"""

import os
import shutil
from collections.abc import Callable

import pytest


def require(*programs: str, is_there: Callable[[str], object] = shutil.which) -> None:
    """Skip the running test, or let it fail in CI, if one of these programs is not installed."""
    if missing := [program for program in programs if not is_there(program)]:
        missed(", ".join(missing))


def missed(what: str) -> None:
    """Skip the running test, or let it fail in CI, since something is not there."""
    if os.environ.get("CI"):
        pytest.fail(
            f"needs {what}, which packaging/linux/system_packages.py has to bring", pytrace=False
        )
    pytest.skip(f"needs {what}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        require(*marker.args)
