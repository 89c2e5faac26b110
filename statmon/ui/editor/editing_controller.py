"""Hooks editing into the window: menus, the buttons below the subscriptions, files, drops."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QVBoxLayout,
)

from statmon.domain import editing
from statmon.domain.cells import ExchangeError
from statmon.domain.outside import visible
from statmon.domain.tables import Sheet
from statmon.domain.workspace import Subscription, Workspace
from statmon.storage.user import library, probes
from statmon.storage.user.recovery import Unsaved
from statmon.storage.user.workspace_file import SUFFIX
from statmon.ui.background.answers import Start
from statmon.ui.data.source import Source
from statmon.ui.editor import drop_targets, exchange
from statmon.ui.editor.actions import Menus
from statmon.ui.editor.cost_label import CostLabel
from statmon.ui.editor.deleting import Deleting
from statmon.ui.editor.dock_page import page_of
from statmon.ui.editor.document import By, Document
from statmon.ui.editor.drop_actions import Dropping
from statmon.ui.editor.files import Files
from statmon.ui.editor.leaving import Leaving
from statmon.ui.editor.opening import Opening
from statmon.ui.editor.save_request import Edited, put_draft, put_edited
from statmon.ui.editor.subscription_list import SubscriptionList
from statmon.ui.editor.versions import OtherVersion, merged_in_words, some
from statmon.ui.editor.writing import Writing
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.look.times import how_long_ago
from statmon.ui.widgets.banner import Banner
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.file_dialog import ask_for_file
from statmon.ui.widgets.question_bar import Answer, QuestionBar

if TYPE_CHECKING:
    from statmon.ui.editor.editor import SubscriptionEditor

_OTHER_VERSION = "other version"


class Shown(NamedTuple):
    """What of the window editing works with."""

    document: Document
    subscriptions: SubscriptionList
    banner: Banner
    offer: Callable[[str, Callable[[], object]], object]
    """Adds a button to the page that stands where there is nothing to show."""
    theme: Callable[[], Theme]
    themed: SignalInstance
    """It is another one."""


class EditingController(QObject):
    """Everything with which the user changes what the window shows."""

    def __init__(self, window: QMainWindow, shown: Shown, source: Source, start: Start) -> None:
        super().__init__(window)
        self._window, self._shown, self._source = window, shown, source
        self._list, self._say, self._start = shown.subscriptions, shown.banner.say, start
        self.document = shown.document
        self.files = Files(self.document, start, self._with_drafts, self)
        self.editors: list[SubscriptionEditor] = []
        self._unanswered: list[SubscriptionEditor] = []
        """Closed with changes: the user has not said yet what becomes of them."""
        self.question = QuestionBar(shown.theme())
        self._writing = Writing(self.document, self.files, start, self)
        self._deleting = Deleting(self.document, self.question)
        self.dropping = Dropping(lambda: self.document.workspace, start, window)
        self.meter = CostLabel(start)
        self.leaving = Leaving(
            self.document, self.files, self._with_drafts, self._ask_where, start, window
        )
        self._ended = False
        self._until_saved = ""
        centre = window.centralWidget()
        column = centre.layout() if centre is not None else None
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, self.question)
        self.menus = Menus(window.menuBar(), window)
        self._fill_menus()
        self._fill_dock()
        shown.offer(tr("&New subscription…"), self.add)
        shown.offer(tr("&Open a workspace…"), self._choose_open)
        self._connect()
        self._show_title()

    def begin(self, path: Path | None, *, recover: bool = True) -> None:
        """Begin with the file that the window was opened on."""
        self.files.begin(path, recover=recover)

    def open(self, path: Path) -> None:
        """Open a workspace in place of this one, once it is clear what becomes of this."""
        self.leaving.then(lambda: self.files.open(path))

    def begin_new(self) -> None:
        """Begin an empty workspace in place of this one, likewise."""
        self.leaving.then(self.files.new)

    def keep(self) -> None:
        """Keep what is unsaved at once: there may be no later."""
        self.files.keep_now()

    def end(self) -> None:
        """The window closes."""
        self.meter.stop()
        self.files.end()
        self._ended = True
        self._close_editors()

    def _connect(self) -> None:
        self.document.changed(self._told)
        self.files.said.connect(lambda words: self._say(f"⚠ {words}"))
        self.files.done.connect(self._say)
        self.files.back.connect(self._say_until_saved)
        self._writing.said.connect(self._say_until_saved)
        self.files.found.connect(self._offer_unsaved)
        self.files.others_wrote.connect(self._ask_about_others)
        self.files.foreign.connect(self._say_foreign)
        self.files.recent_changed.connect(self._show_recent)
        self._on_window = drop_targets.OnWindow(self._window, self._take_file)
        subscriptions = self._list
        self._on_list = drop_targets.OnSubscriptions(subscriptions)
        self._on_list.taken.connect(self.dropping.take)
        self.dropping.changed.connect(self._change)
        self.dropping.said.connect(self._say)
        self.dropping.editor_wanted.connect(self._edit)
        subscriptions.itemDoubleClicked.connect(lambda *_: self.edit())
        subscriptions.itemSelectionChanged.connect(self._show_chosen)
        subscriptions.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        subscriptions.addActions(self.menus.subscription.actions())
        self._show_chosen()

    def _fill_menus(self) -> None:
        standard, add = QKeySequence.StandardKey, self.menus.add
        menu = self.menus.workspace
        self.new = add(menu, tr("&New"), self.begin_new, QKeySequence(standard.New))
        self.opening = add(menu, tr("&Open…"), self._choose_open, QKeySequence(standard.Open))
        menu.addMenu(self.menus.recent)
        menu.addSeparator()
        self.saving = add(menu, tr("&Save"), self.save, QKeySequence(standard.Save))
        self.saving_as = add(menu, tr("Save &as…"), self._choose_save, "Ctrl+Alt+S")
        menu.addSeparator()
        self.importing = add(menu, tr("&Import a subscription…"), self._choose_import)
        self.exporting = add(menu, tr("&Export the subscription…"), self._choose_export)
        menu.addSeparator()
        self.undoing = add(menu, tr("&Undo"), self.document.undo, "Ctrl+Z")
        self.redoing = add(menu, tr("&Redo"), self.document.redo, "Ctrl+Shift+Z")
        self._show_recent([])
        menu = self.menus.subscription
        self.adding = add(menu, tr("&New…"), self.add, "Ctrl+Shift+N")
        self.editing = add(menu, tr("&Edit…"), self.edit, "F4")
        self.duplicating = add(menu, tr("&Duplicate"), self.duplicate)
        self.switching = add(menu, tr("&Switch off or on"), self.switch)
        self.deleting = add(menu, tr("De&lete"), self.delete)

    def _fill_dock(self) -> None:
        self.buttons = (
            button(tr("New…"), self.add, tr("A new subscription")),
            button(tr("Edit…"), self.edit, tr("Edit the chosen subscription")),
        )
        dock = self._list.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.setWidget(page_of(self._list, self.meter, self.buttons))

    def _told(self, _: Workspace, by: By) -> None:
        if self._ended:
            return
        if by is By.OPENING:
            self._close_editors()
            self.question.withdraw(_OTHER_VERSION)
        if not self.document.modified:
            self._shown.banner.take_back(self._until_saved)
        self._show_title()

    def _say_until_saved(self, words: str) -> None:
        self._until_saved = words
        self._say(words)

    def _show_title(self) -> None:
        document = self.document
        name = document.workspace.name or (document.path.stem if document.path else tr("untitled"))
        mark = " •" if document.modified else ""
        self._window.setWindowTitle(f"{visible(name)}{mark} – statmon")
        for action, words, with_, what in (
            (self.undoing, tr("&Undo"), tr("&Undo {what}"), document.undoable),
            (self.redoing, tr("&Redo"), tr("&Redo {what}"), document.redoable),
        ):
            action.setText(with_.format(what=what.replace("&", "&&")) if what else words)
            action.setEnabled(bool(what))
        self._list.refresh()
        self.meter.show_cost(document.workspace)

    def _show_chosen(self) -> None:
        chosen = self._list.chosen_names
        actions: tuple[QAction, ...] = (self.duplicating, self.switching, self.deleting)
        for action in actions:
            action.setEnabled(bool(chosen))
        one = len(chosen) == 1
        for part in (self.editing, self.exporting):
            part.setEnabled(one)
        self.buttons[1].setEnabled(one)

    def _show_recent(self, paths: list[Path]) -> None:
        self.menus.show_recent(paths, self.open, self.files.forget_recent)

    def _find(self, name: str) -> Subscription | None:
        found = (item for item in self.document.workspace.subscriptions if item.name == name)
        return next(found, None)

    def add(self) -> None:
        """Open the editor on a new subscription."""
        self._edit(None)

    def edit(self) -> None:
        """Open the editor on the chosen subscription."""
        chosen = self._list.chosen_names
        if len(chosen) == 1 and (found := self._find(chosen[0])) is not None:
            self._edit(found)

    def _edit(self, subscription: Subscription | None, objects: Sheet | None = None) -> None:
        self._start(self._open_editor(subscription, objects), "open the editor")

    async def _open_editor(self, subscription: Subscription | None, objects: Sheet | None) -> None:
        workspace = self.document.workspace
        known = await asyncio.to_thread(library.load)
        there = await asyncio.to_thread(probes.load, workspace.site.url)
        from statmon.ui.editor.editor import SubscriptionEditor  # not before somebody edits

        editor = SubscriptionEditor(
            workspace, subscription, known, lambda: self._source.api, self._start,
            self._shown.theme(), self._window,
        )  # fmt: skip
        editor.choose.picker.set_known(there)
        editor.save_wanted.connect(lambda edited: self._save_edited(editor, edited))
        editor.finished.connect(lambda _result: self._forget(editor))
        choose = editor.choose
        for part in (editor.changed, choose.objects.changed, choose.picker.changed):
            part.connect(self.files.keep_soon)
        self._shown.themed.connect(editor.set_theme)
        self.editors.append(editor)
        if objects is not None:
            editor.begin_with(objects)
        editor.show()

    def _forget(self, editor: "SubscriptionEditor") -> None:
        """An editor was closed; what nobody saved can be taken back."""
        self.editors.remove(editor)
        if self._ended or not editor.modified:
            editor.deleteLater()
            return
        self._unanswered.append(editor)

        def take_back() -> None:
            self._settle(editor)
            self.editors.append(editor)
            editor.come_back()

        def discard() -> None:
            self._settle(editor)
            editor.deleteLater()
            self.files.keep_soon()

        name = editor.subscription.name
        words = f"{tr('The editor was closed before changes to')} “{name}” {tr('were saved')}."
        answers = ((tr("Take them &back"), take_back), (tr("&Discard them"), discard))
        self.question.ask(f"editor {id(editor)}", words, answers)

    def _settle(self, editor: "SubscriptionEditor") -> None:
        if editor in self._unanswered:
            self._unanswered.remove(editor)

    def _close_editors(self) -> None:
        for editor in list(self.editors):
            editor.close()
        # Of what was open before: not to be kept with what is open now.
        self._unanswered.clear()

    def _with_drafts(self, workspace: Workspace) -> Workspace:
        """Return the workspace with what editors hold in it that nobody saved or gave up."""
        for editor in (*self.editors, *self._unanswered):
            if editor.modified:
                workspace = put_draft(workspace, editor.draft)
        return workspace

    def _save_edited(self, editor: "SubscriptionEditor", edited: Edited) -> None:
        self._start(self._saving(editor, edited), "save a subscription")

    async def _saving(self, editor: "SubscriptionEditor", edited: Edited) -> None:
        """Have the edited subscription in force, write the file, wait until it is open.

        What the user typed stays, whatever the service says of it and whenever they stop.
        """
        stopped = asyncio.Event()
        editor.cancel_wanted.connect(stopped.set)
        editor.saving.show_progress(tr("applying"))
        editor.save.setEnabled(False)
        await asyncio.sleep(0.02)  # the first frame of the progress comes before the work
        words = tr("edit {name}").format(name=edited.subscription.name)
        changed = put_edited(self.document.workspace, edited)
        opening = Opening(
            self._source, changed.subscription, edited.instead_of, lambda: self.document.workspace
        )
        before = self._writing.task
        self.document.edit(words, lambda _: changed.workspace)
        if changed.conflicts:
            self._say(f"⚠ {merged_in_words(changed.conflicts)}")
        writing = self._writing.task
        if writing is not None and writing is not before:
            editor.saving.show_progress(tr("writing the file"))
            await _either(writing, stopped)
            if stopped.is_set():
                self.files.cancel()
            await writing
        if not stopped.is_set():
            await opening.wait(editor.saving.show_progress, stopped)
        editor.saving.end()
        editor.is_saved(edited)
        said = opening.said()
        if stopped.is_set() or said:
            editor.say(" ".join(filter(None, (self._stopped_in_words(stopped), said))))
        else:
            editor.close()

    def _stopped_in_words(self, stopped: asyncio.Event) -> str:
        if not stopped.is_set():
            return ""
        if self.document.modified:
            return tr("Stopped: the change counts, but is not written. Undo takes it back.")
        return tr("Stopped waiting: the change counts. Undo takes it back.")

    def duplicate(self) -> None:
        """Copy the chosen subscriptions."""
        workspace = self.document.workspace
        for name in self._list.chosen_names:
            found = self._find(name)
            if found is not None:
                copy = replace(found, name=editing.free_name(workspace, name))
                workspace = editing.put(workspace, copy, None)
        self._change(tr("duplicate subscriptions"), workspace)

    def switch(self) -> None:
        """Switch the chosen subscriptions off, or on if all are off."""
        workspace, found = self.document.workspace, [self._find(n) for n in self._list.chosen_names]
        chosen = [item for item in found if item is not None]
        on = not any(item.enabled for item in chosen)
        for item in chosen:
            changed = replace(item, extra=editing.switched(item.extra, on=on))
            workspace = editing.put(workspace, changed, item.name)
        self._change(
            tr("switch subscriptions on") if on else tr("switch subscriptions off"), workspace
        )

    def delete(self) -> None:
        """Delete the chosen subscriptions; undo brings them back."""
        self._deleting.delete(self._list.chosen_names)

    def _change(self, words: str, workspace: Workspace) -> None:
        self.document.edit(words, lambda _: workspace)

    def save(self) -> None:
        """Save under the workspace's own path; without one that is the user's ask for it."""
        if self.document.path is None or self.files.laid_down:
            self._choose_save()
        else:
            self._start(self.files.save(), "save")

    def _take_file(self, path: Path) -> None:
        """A file was dropped on the window."""
        if path.suffix.casefold() == SUFFIX:
            self.open(path)
        else:
            self._start(self.import_file(path), "import")

    def _choose_open(self) -> None:
        self._choose(tr("Open a workspace"), [_workspaces()], self.open)

    def _choose_save(self) -> None:
        self._ask_where(lambda path: self._start(self.files.save(path), "save as"))

    def _ask_where(self, save: Callable[[Path], object]) -> None:
        def chosen(path: Path) -> None:
            save(path if path.suffix else path.with_suffix(SUFFIX))

        self._choose(tr("Save the workspace"), [_workspaces()], chosen, saves=True)

    def _choose_import(self) -> None:
        def read(path: Path) -> None:
            self._start(self.import_file(path), "import")

        kinds = [tr("Request bodies and tables (*.json *.csv *.tsv *.txt)"), tr("All files (*)")]
        self._choose(tr("Import a subscription"), kinds, read)

    async def import_file(self, path: Path) -> None:
        """Add the subscription that a file holds."""
        try:
            workspace = await exchange.imported(path, lambda: self.document.workspace)
        except ExchangeError as error:
            self._say(f"⚠ {error}")
            return
        self._change(tr("import {name}").format(name=path.name), workspace)

    def _choose_export(self) -> None:
        found = self._find(self._list.chosen_names[0]) if self._list.chosen_names else None
        if found is None:
            return

        def write(path: Path) -> None:
            self._start(self.export_file(path, found), "export")

        kinds = [tr("Tables (*.csv)"), tr("Request bodies (*.json)")]
        self._choose(tr("Export the subscription"), kinds, write, saves=True)

    async def export_file(self, path: Path, subscription: Subscription) -> None:
        """Write a subscription into a file."""
        try:
            await exchange.export(path, subscription, self.document.workspace)
        except OSError as error:
            self._say(f"⚠ {path} {tr('cannot be written')} ({error.strerror})")

    def _choose(
        self, title: str, kinds: list[str], do: Callable[[Path], object], *, saves: bool = False
    ) -> None:
        path = self.document.path
        folder = path and path.parent
        ask_for_file(self._window, title, kinds, do, saves=saves, folder=folder)

    def _offer_unsaved(self, unsaved: Unsaved) -> None:
        name = unsaved.path.name if unsaved.path else unsaved.workspace.name or tr("untitled")
        begun = f"{tr('statmon ended before changes to')} {name} {tr('were saved')}"
        words = f"{begun} ({how_long_ago(unsaved.at)})."
        self.question.ask(
            "unsaved",
            words,
            (
                (tr("Take them &back"), lambda: self.files.take(unsaved)),
                (tr("&Discard them"), self.files.discard),
            ),
        )

    def _ask_about_others(self, other: OtherVersion) -> None:
        files, name = self.files, other.path.name
        said = f"{name} {tr('was changed by somebody else')}: {other.words}."
        if other.conflicts:
            said += f" {tr('Merging keeps yours where both changed the same')}: "
            said += f"{some(other.conflicts)}."
        answers: list[Answer] = []
        if other.both:
            answers.append((tr("&Merge both"), lambda: files.merge(other)))
        if other.workspace is not None:
            answers.append((tr("&Take theirs"), lambda: files.take_theirs(other)))
        answers.append((tr("&Keep mine"), lambda: files.keep_mine(other)))
        answers.append((tr("&Later"), lambda: None))
        self.question.ask(_OTHER_VERSION, said, answers)

    def _say_foreign(self, path: Path, workspace: Workspace) -> None:
        here = self.document.workspace.site.url
        words = (
            f"{path.name} {tr('belongs to another site')}, {workspace.site.url}. "
            f"{tr('This window is signed in at')} {here}."
        )

        def load() -> None:
            self.document.load(workspace.at(here), None, None)
            self.document.is_unsaved()

        self.question.ask(
            "foreign",
            words,
            ((tr("Use its &subscriptions here"), load), (tr("&Cancel"), lambda: None)),
        )


def _workspaces() -> str:
    return tr("Workspaces (*.statmon)")


async def _either(work: "asyncio.Task[bool]", stopped: asyncio.Event) -> None:
    """Return when the work is done or shall be stopped."""
    waiting = asyncio.create_task(stopped.wait(), name="stop")
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
