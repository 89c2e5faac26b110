"""What is started for a widget reaches it only while it lives; the work goes on."""

import asyncio

import pytest
from PySide6.QtCore import QObject

from statmon.ui.background.answers import Answers


def deleted(owner: QObject) -> None:
    import shiboken6

    shiboken6.delete(owner)


@pytest.mark.parametrize("ends", ["well", "fails"])
@pytest.mark.parametrize("lives", [True, False])
def test_who_is_gone_is_told_nothing_and_the_work_is_done(qapp, ends, lives):
    """Whatever the end is; what is to be done after it is the widget's, too."""
    done, told = [], []

    async def work(go):
        await go.wait()
        done.append(1)
        if ends == "fails":
            raise OSError("full")
        return "found"

    async def steps():
        go, owner = asyncio.Event(), QObject()
        answers = Answers(owner, lambda work, _: asyncio.ensure_future(work))
        task = answers.ask(
            lambda: work(go), "work", told.append, fails=lambda error: told.append(str(error)),
            of=(OSError,), after=lambda: told.append("over"),
        )  # fmt: skip
        await asyncio.sleep(0)
        if not lives:
            deleted(owner)
        go.set()
        await task

    asyncio.run(steps())
    assert done == [1]
    assert told == ([{"well": "found", "fails": "full"}[ends], "over"] if lives else [])


def test_an_error_that_nobody_foresaw_is_the_windows(qapp):
    """It is not swallowed; what shows is freed all the same."""
    told = []

    async def wrong():
        raise LookupError("odd")

    async def steps():
        answers = Answers(owner, lambda work, _: asyncio.ensure_future(work))
        await answers.ask(wrong, "work", told.append, of=(OSError,), after=lambda: told.append(1))

    owner = QObject()
    with pytest.raises(LookupError, match="odd"):
        asyncio.run(steps())
    assert told == [1]


def test_of_what_comes_piece_by_piece_nothing_comes_to_who_is_gone(qapp):
    """The doctor's findings, one after the other."""

    async def pieces(owner):
        yield 1
        deleted(owner)
        yield 2

    async def steps():
        owner = QObject()
        answers = Answers(owner, lambda work, _: asyncio.ensure_future(work))
        return [piece async for piece in answers.each(pieces(owner))]

    assert asyncio.run(steps()) == [1]


def test_what_is_ended_before_it_began_was_not_begun(qapp):
    """The window closes in the same turn: no coroutine is left that nobody ever awaits."""

    async def steps():
        owner = QObject()
        answers = Answers(owner, lambda work, _: asyncio.ensure_future(work))
        task = answers.ask(lambda: asyncio.sleep(1), "work", list)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(steps())
