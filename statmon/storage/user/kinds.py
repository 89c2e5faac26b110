"""What kind of file a name says it is; light, since every start asks."""

from pathlib import Path
from typing import Final

BUNDLE: Final = ".statbundle"


def is_bundle(path: Path) -> bool:
    """Return whether a file is named as a bundle is."""
    return path.suffix.casefold() == BUNDLE
