"""What asks a program to end, and what does not."""

import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="starts programs the Unix way")

WAITS = textwrap.dedent("""
    import asyncio, os, signal, sys
    from statmon.storage.machine import signals

    async def main():
        asked = asyncio.Queue()
        with signals.ending(lambda: asked.put_nowait(True)):
            for name in sys.argv[1:]:
                os.kill(os.getpid(), getattr(signal, name))
            await asked.get()
            await asyncio.sleep(0)
            print(1 + asked.qsize())

    asyncio.run(main())
""")


@pytest.mark.parametrize(
    ("ignored", "asked"), [("", 3), ("HUP", 2), ("INT", 2), ("HUP INT", 1)], ids=str
)
def test_what_was_ignored_before_asks_for_no_end(ignored, asked):
    """``nohup`` outlives its terminal, a script's background its Ctrl-C."""
    start = f"trap '' {ignored}; exec \"$@\"" if ignored else 'exec "$@"'
    ended = subprocess.run(
        ["sh", "-c", start, "sh", sys.executable, "-c", WAITS, "SIGHUP", "SIGINT", "SIGTERM"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert (ended.stdout, ended.stderr) == (f"{asked}\n", "")
