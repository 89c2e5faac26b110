"""What a person does at the desk, in a word."""

from dataclasses import replace

from PySide6 import __version_info__
from PySide6.QtCore import QPointF

from statmon.storage.user import workspace_file


def choose(window, name):
    """Choose a subscription in the list."""
    tree = window.parts.subscriptions
    for row in range(tree.topLevelItemCount()):
        tree.topLevelItem(row).setSelected(name in tree.topLevelItem(row).text(0))


def names(engine):
    """The subscriptions that are in force."""
    return [item.name for item in engine.workspace.subscriptions]


async def editor_of(desk, until):
    """Wait for the editor that was asked for."""
    await until(lambda: desk.editors)
    return desk.editors[0]


def answer(desk, words):
    """Choose an answer by its words."""
    texts = [each.text().replace("&", "") for each in desk.question.answers]
    desk.question.answers[texts.index(words)].click()


def write_theirs(file, **changes):
    """A colleague writes the file."""
    theirs = replace(workspace_file.read(file), **changes)
    workspace_file.write(file, theirs)
    return theirs


def dragging(kind, point, *what):
    """Return an event of a drag; PySide6 6.12 wants a QPointF where older ones know only QPoint."""
    return kind(QPointF(point) if __version_info__ >= (6, 12) else point, *what)
