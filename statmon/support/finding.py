"""What one check found, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from statmon.domain.problem import Problem

Outcome = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    name: str
    """What was checked, one word."""
    outcome: Outcome
    says: str
    """What was found, one clause without a full stop."""
    cure: str = ""
    """What to do, one imperative clause; given for every warning and failure."""

    @property
    def line(self) -> str:
        """The finding in one line of plain text."""
        words = f"{self.outcome:8} {self.name:13} {self.says}"
        return " ".join(f"{words} -> {self.cure}".splitlines()) if self.cure else words


def ok(name: str, says: str) -> Finding:
    """Return that all is well."""
    return Finding(name, "ok", says)


def warning(name: str, says: str, cure: str) -> Finding:
    """Return that statmon works, but not as well as it could."""
    return Finding(name, "warning", says, cure)


def failed(name: str, says: str, cure: str) -> Finding:
    """Return that something does not work before it is mended."""
    return Finding(name, "failed", says, cure)


def failed_with(name: str, problem: Problem, otherwise: str = "") -> Finding:
    """Return the same of a problem; ``otherwise``: the cure where it names none."""
    return failed(name, problem.says, problem.cure or otherwise)


def skipped(name: str, says: str, cure: str = "") -> Finding:
    """Return that it could not be looked at, and why."""
    return Finding(name, "skipped", says, cure)
