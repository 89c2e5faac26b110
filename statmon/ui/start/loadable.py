"""Whether all of the program can be loaded: a package may lack what a start never asks for."""

import importlib
import pkgutil
import sys
from typing import Final

import statmon

SELDOM: Final = ("keyring.backends", "nacl.signing", "PySide6.QtSvg", "xlsxwriter", "zoneinfo")
"""What parts of ours import only when somebody uses them."""
OF_EXTRAS: Final = frozenset({"nats", "nkeys", "pyarrow"})
"""What only an extra of ours brings (``pyproject.toml``): without it, its parts cannot load."""
_RUNS: Final = ".__main__"
"""How the names of modules end that cannot be loaded without starting a program."""
_OF_LINUX: Final = frozenset({"statmon.delivery.desktop"})
"""What needs libraries that come with it only there."""


def unloadable() -> list[str]:
    """Return a sentence for each module of ours, and of those seldom needed, that is missing."""
    own = (module.name for module in pkgutil.walk_packages(statmon.__path__, "statmon."))
    problems = []
    for name in (*own, *SELDOM):
        if name.endswith(_RUNS) or (name in _OF_LINUX and sys.platform != "linux"):
            continue
        try:
            importlib.import_module(name)
        except ImportError as error:
            if (error.name or "").partition(".")[0] in OF_EXTRAS:
                continue
            problems.append(f"{name} cannot be loaded: {error}")
    return problems
