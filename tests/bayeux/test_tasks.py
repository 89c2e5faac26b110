"""The owner of tasks."""

import asyncio

import pytest

from statmon.bayeux.tasks import Tasks


async def test_stopping_ends_all_of_them() -> None:
    """Cancelled, awaited and forgotten."""
    tasks = Tasks()
    for _ in range(3):
        tasks.start(asyncio.sleep(3600))
    await tasks.stop()
    assert len(tasks) == 0


async def test_a_task_that_has_just_ended_does_not_hold_up_the_end() -> None:
    """It is done, but its callback has not run yet: waiting for it gives nobody a turn."""
    tasks = Tasks()
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        await future

    task = tasks.start(wait())
    await asyncio.sleep(0)
    future.set_result(None)
    await asyncio.sleep(0)
    assert task.done()
    await tasks.stop()
    assert len(tasks) == 0


async def test_an_error_nobody_handled_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """With its traceback, at the moment it happens."""

    async def fail() -> None:
        raise RuntimeError("lost")

    tasks = Tasks()
    task = tasks.start(fail())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert "lost" in caplog.text
