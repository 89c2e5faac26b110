"""An ad hoc Stat Server definition: what is measured, over which interval, told how often."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from statmon.domain.number import parsed

# The service's own configurations spell these keys in more than one way
# (docs/reference/definitions.md §1).
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "dynamicTimeProfile": ("dynamicTimeProfile", "dynamicProfile"),
    "objectTypes": ("objectTypes", "objects"),
    "relativeMask": ("relativeMask", "relMask"),
}


@dataclass(frozen=True, eq=False)
class Definition:
    """A definition exactly as its author wrote it; it goes to the service unchanged.

    Two definitions are equal when their keys and values are, whatever the order.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Definition):
            return NotImplemented
        return self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    @cached_property
    def canonical(self) -> str:
        """The same text for equal definitions: sorted keys, no blanks."""
        return json.dumps(self.fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that name this definition across sessions and workspaces."""
        import hashlib  # loads OpenSSL; a start on predefined statistics needs none

        return hashlib.sha256(self.canonical.encode()).hexdigest()[:12]

    def text(self, key: str, default: str = "") -> str:
        """Return the field as text, looked up in any of its known spellings."""
        for spelling in SPELLINGS.get(key, (key,)):
            value = self.fields.get(spelling)
            if value is not None:
                return str(value)
        return default

    def seconds(self, key: str) -> float | None:
        """Return the field as a number (configurations write ``10`` and ``"10"``), or None."""
        return parsed(self.text(key))

    @property
    def category(self) -> str:
        """Stat Server's category, for instance ``TotalNumber``; empty when not given."""
        return self.text("category")

    @property
    def periodical(self) -> bool:
        """Whether the service sends on a clock and not on change."""
        return self.text("notificationMode").casefold() in {"periodical", "timebased"}

    @property
    def title(self) -> str:
        """A short name for people: the category and its main mask."""
        mask = self.text("mainMask")
        return f"{self.category or 'definition'} {mask}".strip()
