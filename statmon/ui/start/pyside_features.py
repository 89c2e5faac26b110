"""Keeps PySide from reading the source of every module that is imported after it.

PySide looks for its own name in there, to know which modules might use ``snake_case`` names for Qt
(``from __feature__ import …``). We and what we use do not; the reading takes a tenth of a start,
and the sources then stay in memory. The switch is not part of PySide's interface: where it is not
found, a start only takes longer. See docs/decisions/0020-pyside-features.md.
"""

import sys
from types import ModuleType

_KEEPERS = ("shibokensupport.feature", "PySide6.support.feature")
_ASKED = "_mod_uses_pyside"


def none_used() -> None:
    """Tell PySide that no module uses its features."""
    for name in _KEEPERS:
        keeper = sys.modules.get(name)
        if keeper is not None and hasattr(keeper, _ASKED):
            setattr(keeper, _ASKED, _uses_none)


def _uses_none(_module: ModuleType) -> bool:
    return False
