"""Another version of the open file, written by somebody else: what it is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from statmon.domain.difference import difference
from statmon.domain.merge import merge
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.storage.user import workspace_file
from statmon.storage.user.workspace_file import Stamp
from statmon.ui.look.text import tr

_NAMED = 4
"""Differences and conflicts that a notice names."""


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """What the file holds now."""

    path: Path
    words: str
    """What is different there, or why it cannot be read."""
    workspace: Workspace | None = None
    """None for a file that cannot be read."""
    stamp: Stamp | None = None
    both: bool = False
    """Whether the open workspace was changed as well, so that there is something to merge."""
    conflicts: tuple[str, ...] = ()
    """What both changed differently, if they were merged."""


def look(path: Path, base: Workspace, mine: Workspace | None) -> OtherVersion:
    """Read the other version; ``mine`` is what was changed here since ``base``, if anything was.

    Blocks: for a thread.
    """
    try:
        theirs, stamp = workspace_file.read_stamped(path)
    except WorkspaceError as error:
        return OtherVersion(path, str(error))
    words = some(difference(base, theirs)) or tr("only its order and ids")
    conflicts = () if mine is None else merge(base, mine, theirs).conflicts
    return OtherVersion(path, words, theirs, stamp, mine is not None, conflicts)


def some(sentences: Sequence[str]) -> str:
    """Return the first few sentences as one, and how many more there are."""
    more = len(sentences) - _NAMED
    shown = [*sentences[:_NAMED], *([f"{more} {tr('more')}"] if more > 0 else [])]
    return "; ".join(shown)


def merged_in_words(conflicts: Sequence[str]) -> str:
    """Return what became of merging."""
    if not conflicts:
        return tr("Both versions are merged.")
    return f"{tr('Both versions are merged. Yours stayed where both changed the same')}: " + some(
        conflicts
    )
