"""The user's own names: labels and groups of objects, which the service has no directory of."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import ObjectLabel, Workspace

Keep = Callable[[Callable[[Workspace], Workspace]], None]
"""Takes a change to the workspace, so that it is written with the next save."""


class Names(QObject):
    """Labels and groups as the workspace has them, and as they are edited in the views."""

    changed = Signal()

    def __init__(
        self, workspace: Workspace, keep: Keep | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._labels = {item.ref: item for item in workspace.objects}
        self._keep = keep

    def take(self, workspace: Workspace) -> None:
        """Take in that the workspace is another now."""
        labels = {item.ref: item for item in workspace.objects}
        if labels != self._labels:
            self._labels = labels
            self.changed.emit()

    def label(self, ref: ObjectRef) -> str:
        """Return the user's name for an object, or nothing."""
        item = self._labels.get(ref)
        return item.label if item else ""

    def name(self, ref: ObjectRef) -> str:
        """Return what to call an object: its label and its id, or only its id."""
        label = self.label(ref)
        return f"{label} ({ref.object_id})" if label else ref.object_id

    def short(self, ref: ObjectRef) -> str:
        """Return the label of an object, or its id where it has none."""
        return self.label(ref) or ref.object_id

    def groups(self, ref: ObjectRef) -> tuple[str, ...]:
        """Return the groups that the user put an object in."""
        item = self._labels.get(ref)
        return item.groups if item else ()

    def words(self, ref: ObjectRef) -> str:
        """Return all that a filter may look for in an object's name."""
        return " ".join((str(ref), self.label(ref), *self.groups(ref)))

    def set_label(self, ref: ObjectRef, label: str) -> None:
        """Call an object by another name; an empty one takes the label off."""
        self._set(replace(self._item(ref), label=" ".join(label.split())))

    def set_groups(self, ref: ObjectRef, groups: Iterable[str]) -> None:
        """Put an object in these groups and no others."""
        clean = dict.fromkeys(" ".join(group.split()) for group in groups)
        self._set(replace(self._item(ref), groups=tuple(filter(None, clean))))

    def _item(self, ref: ObjectRef) -> ObjectLabel:
        return self._labels.get(ref) or ObjectLabel(ref)

    def _set(self, item: ObjectLabel) -> None:
        if item == self._item(item.ref):
            return
        self._labels[item.ref] = item
        if self._keep is not None:
            self._keep(lambda workspace: with_label(workspace, item))
        self.changed.emit()


def with_label(workspace: Workspace, item: ObjectLabel) -> Workspace:
    """Return a workspace in which one object has these names."""
    if any(other.ref == item.ref for other in workspace.objects):
        kept = tuple(item if other.ref == item.ref else other for other in workspace.objects)
    else:
        kept = (*workspace.objects, item)
    return replace(workspace, objects=kept)
