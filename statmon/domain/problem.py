"""Why something does not work: what is so, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Two clauses without a full stop; ``str()`` is the sentence that both make."""

    says: str
    """What is so."""
    cure: str = ""
    """What to do, an imperative, or what to look at, a question; empty where nobody can say."""

    def __str__(self) -> str:
        return f"{self.says}; {self.cure}" if self.cure else self.says
