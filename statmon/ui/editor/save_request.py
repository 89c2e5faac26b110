"""What an editor was asked to save, and how it comes into the workspace."""

from dataclasses import dataclass, replace

from statmon.domain import editing
from statmon.domain.merge import merge_subscription
from statmon.domain.workspace import ObjectLabel, Subscription, Workspace
from statmon.ui.look.text import tr


@dataclass(frozen=True, slots=True)
class Edited:
    """A subscription, and what it is to be saved in place of."""

    before: Subscription | None
    """As the editor was opened on it; None for a new one."""
    subscription: Subscription
    labels: tuple[ObjectLabel, ...] = ()
    """Labels and groups that came along with objects."""

    @property
    def instead_of(self) -> str | None:
        """The name that the subscription had; None for a new one."""
        return None if self.before is None else self.before.name


@dataclass(frozen=True, slots=True)
class Put:
    """A workspace with what was edited."""

    workspace: Workspace
    subscription: Subscription
    """As it stands in it."""
    conflicts: tuple[str, ...] = ()
    """What others had changed that it does not have, in words."""


def put_edited(workspace: Workspace, edited: Edited) -> Put:
    """Put what was edited into the workspace.

    The subscription may have become another while the editor was open: a colleague's version of
    the file was taken in, something was dropped on it.
    """
    wanted = edited.subscription
    conflicts: tuple[str, ...] = ()
    now = next((s for s in workspace.subscriptions if s.name == edited.instead_of), None)
    if edited.before is not None and now is not None and now != edited.before:
        merged = merge_subscription(edited.before, wanted, now)
        wanted, conflicts = merged.result, merged.conflicts
    changed = editing.put(workspace, wanted, edited.instead_of)
    return Put(editing.label(changed, edited.labels), wanted, conflicts)


def put_draft(workspace: Workspace, edited: Edited) -> Workspace:
    """Return the workspace with what an open editor holds, whatever its name is so far."""
    others = editing.drop(workspace, [edited.instead_of or ""])
    wish = edited.subscription.name.strip() or tr("New subscription")
    named = replace(edited.subscription, name=editing.free_name(others, wish))
    return put_edited(workspace, replace(edited, subscription=named)).workspace
