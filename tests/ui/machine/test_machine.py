"""A machine uses the whole window, at random and for hours of virtual time; what holds is checked.

What it does and checks is in `support`: `steps.py` (what, and how often), `truths.py` (what holds),
`service.py` (what is on the other side), `virtual.py` (time), `many.py` (thousands of sequences).
"""

import json
import os
import subprocess

import pytest

from tests.ui.machine.kept import KEPT
from tests.ui.machine.support import many

LENGTH = 50
LONG = bool(os.environ.get("STATMON_TEST_LONG"))
PARTS, EACH = (160, 25) if LONG else (6, 12)
"""The short run's seeds are the first of the long one's."""


@pytest.mark.timeout(7000 if LONG else 1200)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_done_the_window_lives_and_tells_the_truth(part):
    """In sequences of fixed seeds; each says how to see it again."""
    seeds = range(1 + part * EACH, 1 + (part + 1) * EACH)
    outcomes = many.batch(seeds, "--length", str(LENGTH))
    failed = [outcome for outcome in outcomes if outcome.failed]

    assert len(outcomes) == EACH
    assert not failed, "\n\n".join(
        f"{many.CHILD} {outcome.seed}:{outcome.step} finds\n{outcome.failed}" for outcome in failed
    )


@pytest.mark.parametrize("name", KEPT)
def test_what_failed_once_holds(name):
    """The sequences that were ever found, with the fewest steps that showed it."""
    seed, steps = KEPT[name]

    assert not many.try_steps(seed, steps).failed


def test_a_seed_does_the_same_each_time():
    """To the nanosecond of virtual time, alone or after another: what is found can be looked at."""
    after, alone = (
        subprocess.run(
            many.command(*seeds, "--length", "30"), env=many.environment(), capture_output=True,
            check=True,
        ).stdout.splitlines()
        for seeds in (("8", "9"), ("9",))
    )  # fmt: skip
    first, second = (
        [line for line in map(json.loads, lines) if "ok" not in line]
        for lines in (after[after.index(b'{"seed": 9}') :], alone)
    )

    assert first == second
    assert [line["done"] for line in first if "done" in line] == list(range(30))


def test_a_window_that_dies_is_a_finding_with_its_step():
    """The parent reads what killed the child from what it said last."""
    said = ['{"seed": 7}', '{"step": 0, "do": ["click", 1]}', '{"done": 0, "said": "Tree"}',
            '{"step": 1, "do": ["calm", 2]}']  # fmt: skip
    reader = many.Reader()

    assert [reader.line(line) for line in said] == [None] * 4
    outcome = reader.end(-11, "Fatal Python error: Segmentation fault")
    assert (outcome.seed, outcome.step) == (7, 1)
    assert outcome.steps == [["click", 1, "Tree"], ["calm", 2]]
    assert "Segmentation fault" in outcome.kind


def test_fewer_steps_are_found_that_fail(monkeypatch):
    """What has nothing to do with the failure is left out."""
    steps = [("wait", n) for n in range(20)]
    needed = {("wait", 3), ("wait", 17)}

    def tried(seed, some):
        bad = needed <= set(some)
        return many.Outcome(seed, "no" if bad else "", max(0, len(some) - 1), list(some))

    monkeypatch.setattr(many, "try_steps", tried)

    assert many.shrunk(1, steps, "no") == sorted(needed)
