import asyncio
import gc

from statmon.ui.background.tasks import Tasks


async def test_a_task_without_another_owner_survives_a_collection():
    """Asyncio holds tasks weakly; the owner holds them."""
    go = asyncio.Event()
    results = []

    async def work():
        await go.wait()
        results.append(1)

    tasks = Tasks(results.append)
    tasks.start(work(), "work")
    await asyncio.sleep(0)
    gc.collect()
    go.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert results == [1]


async def test_an_error_is_told_at_once():
    """Not when the task happens to be collected."""
    told = []

    async def work():
        raise LookupError("lost")

    tasks = Tasks(told.append)
    await asyncio.wait({tasks.start(work(), "work")})

    assert [str(error) for error in told] == ["lost"]


async def test_stop_waits_until_everything_has_ended():
    """A task gets to run its ``finally``."""
    ended = []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    tasks = Tasks(ended.append)
    tasks.start(work(), "work")
    await asyncio.sleep(0)
    await tasks.stop()

    assert ended == [True]
