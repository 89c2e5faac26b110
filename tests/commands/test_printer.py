"""How printing ends, and with which exit code."""

import asyncio

import pytest

from statmon.commands.errors import CommandError
from statmon.commands.printer import Printer
from statmon.service.wire.events import (
    ConnectionChanged,
    ReadingsArrived,
    SignedIn,
    SignInNeeded,
)


class Told:
    """A source that tells what it is given, and then nothing."""

    def __init__(self, *events):
        self.events, self.hear, self.stopping = events, [], asyncio.Event()

    def listen(self, listener):
        self.hear.append(listener)

    async def run(self):
        for event in self.events:
            for listener in self.hear:
                listener(event)
        await self.stopping.wait()

    async def stop(self):
        self.stopping.set()


NEEDED = SignInNeeded("the service refuses the token that it has just given; check the API key", 1)
VALUES = ReadingsArrived((), 2)
UP = ConnectionChanged("connected", "websocket", None, 1)


async def test_a_sign_in_that_never_worked_is_not_done(capfd):
    """The time is up, and nobody could be signed in: that could not be done (exit code 1)."""
    with pytest.raises(CommandError, match="refuses the token"):
        await Printer(Told(UP, NEEDED), seconds=0.05).run()


@pytest.mark.parametrize(
    "events",
    [(UP,), (UP, NEEDED, SignedIn("sue", 2)), (UP, NEEDED, VALUES), (UP, VALUES, NEEDED)],
    ids=["not asked", "signed in", "values came", "values had come"],
)
async def test_what_was_waited_for_or_shown_is_done(capfd, events):
    """A service that is not there is no error, nor is a sign-in that ends after values came."""
    assert await Printer(Told(*events), seconds=0.05).run() == 0
