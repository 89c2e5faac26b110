"""Work on a history that is killed at any moment.

``server(SCRIPT)`` runs a script of this folder that calls ``serve``: for each line ``FOLDER FIRST``
on stdin a child is forked (which saves starting an interpreter) that works in the folder, numbered
on from FIRST. Lines on stdout: ``child PID``; ``acknowledged N``: all below N is on disk;
``ended`` once the child is dead.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def serve(work: Callable[[str, int], None]) -> None:
    """Work in a child for each line, until it is killed."""
    for line in sys.stdin:
        folder, first = line.rsplit(" ", 1)
        child = os.fork()
        if not child:
            work(folder, int(first))
        say(f"child {child}")
        os.waitpid(child, 0)
        say("ended")


@contextmanager
def server(script: str) -> Iterator[Callable[[Path, int, int], int]]:
    """Give a function that lets a child work and kills it after so many acknowledgements.

    It takes folder, first number and acknowledgements; it returns up to where everything was
    acknowledged.
    """
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name(script)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip

    def work_and_kill(folder: Path, first: int, acknowledgements: int) -> int:
        process.stdin.write(f"{folder} {first}\n")
        child, acknowledged = 0, first
        while (words := process.stdout.readline().split()) != ["ended"]:
            if words[0] == "child":
                child = int(words[1])
            else:
                acknowledged = int(words[1])
                acknowledgements -= 1
            if acknowledgements <= 0 and child:
                os.kill(child, signal.SIGKILL)
        return acknowledged

    try:
        yield work_and_kill
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
