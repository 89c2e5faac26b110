"""What people call a statistic: the library's title for a definition that it knows."""

from statmon.domain.editing import Choice
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.storage.user import library
from statmon.ui.look.text import tr


def title(statistic: Statistic) -> str:
    """Return the predefined name, the library's title, or the definition's own."""
    if statistic.name is None and (entry := library.entry_for(statistic)) is not None:
        return tr(entry.title)
    return statistic.title


def title_of(ref: ObjectRef, choice: Choice) -> str:
    """Return the title of what is chosen for an object."""
    return title(Statistic("", ref, choice.name, choice.definition))
