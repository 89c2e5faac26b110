"""What the tests stand on holds wherever and however they are started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import processes, skips

NAMES = [name for name in ("SIGINT", "SIGHUP", "SIGTERM") if hasattr(signal, name)]
PROGRAM = f"""
import signal
print([name for name in {NAMES} if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN])
"""


def test_what_a_test_starts_hears_signals():
    """As if it had been started in a terminal."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not inherited there")
def test_what_a_suite_in_the_background_starts_hears_them_as_well():
    """After ``nohup make test &``, which has them ignored; the suite itself outlives them."""
    here = f"{Path(__file__)}::{test_what_a_test_starts_hears_signals.__name__}"
    started = "trap '' INT HUP; \"$@\" & kill -INT $!; kill -HUP $!; wait $!"
    told = subprocess.run(
        ["sh", "-c", started, "sh", sys.executable, "-m", "pytest", "-q", here],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stdout + told.stderr


RUN = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
HERE = Path(__file__).parent


@pytest.fixture
def suite(tmp_path):
    """Run a suite of one file, with what watches a run and nothing else; CI is set or not."""

    def run(text, *options, ci="1", wrapper=()):
        (tmp_path / "test_it.py").write_text(text)
        (tmp_path / "conftest.py").write_text(
            "from tests.harness import needed, processes, skips\n"
            "def pytest_configure(config):\n"
            "    config.addinivalue_line('markers', 'needs(*programs): of the system')\n"
            "    processes.PATIENCE_SECONDS = 1\n"
            "    for part in (needed, processes, skips):\n"
            "        config.pluginmanager.register(part)\n"
        )
        env = {**os.environ, "CI": ci, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [*wrapper, *RUN, *options, "--rootdir", tmp_path, "-c", "/dev/null", tmp_path],
            capture_output=True, text=True, check=False, env=env, cwd=tmp_path,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


LACKS = """
import pytest
from tests.harness import skips
@pytest.mark.needs("statmon-no-such-program")
def test_it(): pass
"""


def test_in_ci_a_test_that_lacks_a_program_fails(suite):
    """Fifteen tests on a real screen had been skipped on every fresh machine, and nobody saw."""
    code, said = suite(LACKS)

    assert code == 1, said
    assert "needs statmon-no-such-program" in said


def test_at_a_desk_it_is_skipped_by_name(suite):
    """Whoever only mends a sentence need not install an X server."""
    _, said = suite(LACKS, "-rs", ci="")

    assert "needs statmon-no-such-program" in said
    assert "1 skipped" in said


SKIPS = """
import pytest
from tests.harness import skips
@pytest.mark.parametrize("n", range(4))
def test_it(n):
    if n == 2: pytest.skip("because I say so")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="compared where all can be run")
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["in one process", "under xdist"])
def test_a_skip_that_nobody_expects_fails_the_run(suite, options):
    """It is named, with its reason."""
    code, said = suite(SKIPS, *options)

    assert code == 1, said
    assert "test_it[2]: because I say so" in said.partition("does not expect it")[2]


def test_skips_are_expected_by_test_and_by_reason():
    """A run that takes half an hour is no loss; the same test without a tool is one, in CI."""
    names = {"tests/mutants/test_mutants.py::test_a[x]": "takes half an hour"}
    lacks = {"tests/app/test_app.py::test_b": "needs xdotool"}
    whole = {"tests/mutants/test_mutants.py::test_a[x]": "because"}

    assert skips.unexpected(names, {"CI": "1"}) == {}
    assert skips.unexpected(lacks, {}) == {}
    assert skips.unexpected(lacks, {"CI": "1"}) == lacks
    assert skips.unexpected(whole, {}) == whole


def test_each_expected_skip_is_one_that_some_test_makes():
    """The list shrinks with the tests."""
    sources = [*(HERE).rglob("*.py"), HERE.parent / "packaging/linux/clean_root.sh"]
    texts = [file.read_text("utf-8") for file in sources if file.name != "skips.py"]

    for one in skips.EXPECTED:
        words = one.reason.replace(".*", "").strip()
        assert any(words in text for text in texts), one


LEAVES = """
import subprocess, sys
def test_a_child():
    subprocess.Popen(["sleep", "9871600"])
def test_an_orphan():
    subprocess.run(["sh", "-c", "setsid sleep 9871601 >/dev/null 2>&1 &"])
def test_a_tidy_one():
    subprocess.run(["sleep", "0"], check=True)
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux' /proc")


@linux
def test_a_test_that_leaves_a_process_fails_and_the_process_ends(suite, monkeypatch):
    """Its child, and what has no parent any more; by name."""
    code, said = suite(LEAVES, "-W", "ignore", "--tb=line")

    assert code == 1, said
    assert "sleep 9871600" in said
    assert "sleep 9871601" in said
    assert "2 errors" in said
    assert "sleep" not in _running("9871600") + _running("9871601")


@linux
def test_what_another_run_started_is_left_alone(suite):
    """Even of a test of the same name: two clones may be tested at once."""
    name = "test_it.py::test_a_child (call)"
    env = {**os.environ, "PYTEST_CURRENT_TEST": name, processes.RUN: "another"}
    with subprocess.Popen(["sleep", "9871603"], env=env) as others:
        code, said = suite(LEAVES, "-W", "ignore", "--tb=line")
        alive = others.poll() is None
        others.kill()

    assert code == 1, said
    assert alive
    assert "9871603" not in said


ENDS = """
import os, subprocess
def test_it():
    subprocess.run(["sh", "-c", "setsid sleep 9871602 >/dev/null 2>&1 &"])
    os._exit(3)
"""


@linux
def test_what_a_killed_run_leaves_ends_with_it(suite):
    """As when a test's time is up: nothing of the run's own has time to tidy."""
    supervise = (sys.executable, HERE / "harness/supervise.py")
    code, said = suite(ENDS, wrapper=supervise)

    assert code == 3, said
    assert "left running by the tests, and killed" in said
    assert "sleep" not in _running("9871602")


def _running(argument):
    names = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists()]
    return " ".join(name.decode(errors="replace") for name in names if argument.encode() in name)
