"""The user's own names of objects, their groups and targets: the service has no directory."""

import operator
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from statmon.domain.editing import Change, Edit
from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef
from statmon.domain.targets import GROUPS, Targets, targets_in
from statmon.domain.workspace import ObjectLabel, Workspace
from statmon.ui.look.text import tr


class Names(QObject):
    """Labels, groups, targets as the workspace has them; views edit theirs here."""

    changed = Signal()

    def __init__(
        self, workspace: Workspace, edit: Edit | None = None, parent: QObject | None = None
    ) -> None:
        """Show the names of a workspace; without ``edit`` they are changed only for this view."""
        super().__init__(parent)
        self._workspace = workspace
        self._labels = {item.ref: item for item in workspace.objects}
        self.targets: Targets = targets_in(workspace)[0]
        """What numbers are to be."""
        self._edit = edit or self._edit_here

    def take(self, workspace: Workspace) -> None:
        """Take in that the workspace is another now."""
        before, self._workspace = self._workspace, workspace
        groups = (side.extra.get(GROUPS) for side in (workspace, before))
        if workspace.objects is before.objects and operator.is_(*groups):
            return
        labels, targets = {item.ref: item for item in workspace.objects}, targets_in(workspace)[0]
        if (labels, targets) != (self._labels, self.targets):
            self._labels, self.targets = labels, targets
            self.changed.emit()

    def _edit_here(self, _words: str, change: Change) -> None:
        self.take(change(self._workspace))

    def label(self, ref: ObjectRef) -> str:
        """Return the user's name for an object, or nothing."""
        item = self._labels.get(ref)
        return item.label if item else ""

    def name(self, ref: ObjectRef) -> str:
        """Return what to call an object: its label and its id, or only its id."""
        label = self.label(ref)
        return visible(f"{label} ({ref.object_id})" if label else ref.object_id)

    def short(self, ref: ObjectRef) -> str:
        """Return the label of an object, or its id where it has none."""
        return visible(self.label(ref) or ref.object_id)

    def groups(self, ref: ObjectRef) -> tuple[str, ...]:
        """Return the groups that the user put an object in."""
        item = self._labels.get(ref)
        return item.groups if item else ()

    def words(self, ref: ObjectRef) -> str:
        """Return all that a filter may look for in an object's name."""
        return " ".join((str(ref), self.label(ref), *self.groups(ref)))

    def set_label(self, ref: ObjectRef, label: str) -> None:
        """Call an object by another name; an empty one takes the label off."""
        words = tr("rename {name}").format(name=self.short(ref))
        self._set(words, replace(self._item(ref), label=" ".join(label.split())))

    def set_groups(self, ref: ObjectRef, groups: Iterable[str]) -> None:
        """Put an object in these groups and no others."""
        clean = dict.fromkeys(" ".join(group.split()) for group in groups)
        words = tr("group {name}").format(name=self.short(ref))
        self._set(words, replace(self._item(ref), groups=tuple(filter(None, clean))))

    def _item(self, ref: ObjectRef) -> ObjectLabel:
        return self._labels.get(ref) or ObjectLabel(ref)

    def _set(self, words: str, item: ObjectLabel) -> None:
        if item != self._item(item.ref):
            self._edit(words, lambda workspace: with_label(workspace, item))


def with_label(workspace: Workspace, item: ObjectLabel) -> Workspace:
    """Return a workspace in which one object has these names."""
    if any(other.ref == item.ref for other in workspace.objects):
        kept = tuple(item if other.ref == item.ref else other for other in workspace.objects)
    else:
        kept = (*workspace.objects, item)
    return replace(workspace, objects=kept)
