"""What a run may skip, each with its reason; a run that skips anything else fails.

Compared on Linux, where all can be run; other systems skip what is Linux' own.
"""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

import pytest

LONG = "a long run: make test-long"
PACKAGES = "a package that was built: make test-package"
RIGHTS = "what a container may not give, whatever is installed"


@dataclass(frozen=True, slots=True)
class Expected:
    """A skip that is no loss."""

    tests: str
    """A pattern of their names."""
    reason: str
    """What the skip says; a regular expression that holds for all of it."""
    why: str


EXPECTED = (
    Expected("tests/mutants/*", "takes half an hour", LONG),
    Expected("tests/e2e/test_sleep.py*", "sleeps for 40 s", LONG),
    Expected("tests/packages/*", "no package to test: .*", PACKAGES),
    Expected("tests/packages/*", ".* was not built here", PACKAGES),
    Expected("tests/packages/*", "a clean root needs root's rights", RIGHTS),
    Expected("tests/e2e/*", "needs unshare with mounts of one's own", RIGHTS),
    Expected("tests/service/*", "this computer has no ::1", RIGHTS),
)
AT_A_DESK = Expected("tests/*", "needs .*", "in CI, the set-up brings it")


@dataclass(slots=True, eq=False)
class Skips:
    """Keeps what a run skipped, and judges it at the end."""

    skipped: dict[str, str] = field(default_factory=dict)
    """Reasons by the names of tests, or of files that were skipped whole."""

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped[report.nodeid] = reason_of(report.longrepr)

    pytest_runtest_logreport = note
    pytest_collectreport = note

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.unexpected and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unexpected:
            terminalreporter.section("skipped, and tests/harness/skips.py does not expect it")
            for name, reason in self.unexpected.items():
                terminalreporter.line(f"{name}: {reason}", red=True)

    @property
    def unexpected(self) -> dict[str, str]:
        return unexpected(self.skipped, os.environ)


def reason_of(longrepr: Any) -> str:
    """Return the reason of a skip, as its test gave it."""
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")


def unexpected(skipped: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return those of the skips that no entry of the list expects."""
    allowed = EXPECTED if environment.get("CI") else (*EXPECTED, AT_A_DESK)
    return {name: why for name, why in skipped.items() if not is_expected(name, why, allowed)}


def is_expected(name: str, reason: str, allowed: Iterable[Expected]) -> bool:
    """Tell whether an entry expects the skip."""
    return any(
        fnmatch(name, one.tests) and re.fullmatch(one.reason, reason, re.DOTALL) for one in allowed
    )


def pytest_configure(config: pytest.Config) -> None:
    # Under xdist the reports of all workers come together in the one that has none above it.
    if sys.platform.startswith("linux") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Skips(), "expected-skips")
