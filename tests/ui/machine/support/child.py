"""Uses windows in a process of its own: `child.py SEED…` or `child.py SEED:STEP`.

Each line of standard output is JSON. A step is told before it is done: should the process die, it
is known what killed it.
"""

import argparse
import asyncio
import faulthandler
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

os.environ.setdefault("PYSIDE6_OPTION_PYTHON_ENUM", "0x11")
os.environ.setdefault("QT_FONT_DPI", "96")
os.environ.setdefault("TZ", "UTC")
SCREEN = {
    "screens": [{"name": "one", "x": 0, "y": 0, "width": 1600, "height": 1000, "logicalDpi": 96}]
}
HANGS_AFTER = 240.0
"""Seconds of real time for ten steps that should take one."""
FOUND = 3
PAUSE = 3.5
"""Seconds of virtual time in which all that waits for a pause has been handed over."""


def tell(**line: Any) -> None:
    """Tell the parent."""
    os.write(1, (json.dumps(line, ensure_ascii=False) + "\n").encode())


def prepared() -> Any:
    """Install the virtual clock and import the rest."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as screen:
        json.dump(SCREEN, screen)
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen.name}"
    from PySide6 import QtCore

    from tests.ui.machine.support import virtual

    virtual.install(QtCore)
    from tests.ui.machine.support import session

    made = session.prepare()
    Path(screen.name).unlink()
    return made


async def use(session: Any, steps: list[Any], upto: int) -> None:
    """Do the steps, and check."""
    from tests.ui.machine.support import steps as step_module
    from tests.ui.machine.support import truths, virtual

    doer, checks = step_module.Doer(session), truths.Checks(session)
    ticking = asyncio.get_running_loop().create_task(tick(session, checks), name="machine: tick")
    try:
        await session.begin(session.files["one"])
        await asyncio.sleep(3)
        for number, step in enumerate(steps[:upto]):
            tell(step=number, do=step)
            if number % 10 == 0:  # each is a thread
                faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
            await doer.do(tuple(step))
            tell(done=number, said=doer.said, at=virtual.clock.now)
            checks.cheap()
            if number % 10 == 9:
                await doer.settle(PAUSE)
                checks.thorough()
        faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
        tell(step=len(steps), do="end")
        session.heal()
        with virtual.coarse(1.0):
            for _ in range(0, truths.OPEN_WITHIN, 3):
                await asyncio.sleep(3)
                if not (why := checks.all_open()):
                    break
            else:
                raise sys.modules["session"].Finding(why)
            await asyncio.sleep(5)
            while checks.busy:  # it ends, or it is found that it does not
                await asyncio.sleep(2)
                checks.cheap()
        checks.cheap()
        checks.thorough()
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
    await session.end()
    checks.cheap()


async def tick(session: Any, checks: Any) -> None:
    """Let a value move now and then, and look out for what hangs."""
    while True:
        await asyncio.sleep(1.0)
        session.service.move(0.15)
        checks.watch()


def run(app: Any, loop: Any, seed: int, steps: list[Any], upto: int) -> bool:
    """Use one window; whether all was well."""
    import time

    from tests.ui.machine.support import session as sessions

    began = time.process_time()
    session = sessions.Session(app, seed)
    task = loop.create_task(use(session, steps, upto), name="machine: use")
    try:
        loop.run_until_complete(task)
    except sessions.Finding as finding:
        tell(finding=str(finding), log=session.log.found[:5])
        return False
    except Exception:  # noqa: BLE001 # it is told
        tell(finding="the machine failed: " + traceback.format_exc(), log=session.log.found[:5])
        return False
    session.put_away()
    tell(ok=seed, cpu=round(time.process_time() - began, 2))
    return True


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", help="SEED, FIRST-LAST, or SEED:STEP for its beginning")
    parser.add_argument("--length", type=int, default=50)
    parser.add_argument("--steps", type=Path, help="a JSON file with the steps, for one seed")
    args = parser.parse_args()
    faulthandler.enable()
    app, loop = prepared()
    from tests.ui.machine.support import steps as step_module

    for word in args.seeds:
        text, _, step = word.partition(":")
        first, _, last = text.partition("-")
        for seed in range(int(first), int(last or first) + 1):
            tell(seed=seed)
            steps = step_module.sequence(seed, args.length)
            if args.steps is not None:
                steps = json.loads(args.steps.read_text())
            if not run(app, loop, seed, steps, int(step) + 1 if step else len(steps)):
                sys.stdout.flush()
                os._exit(FOUND)
    os._exit(0)


if __name__ == "__main__":
    main()
