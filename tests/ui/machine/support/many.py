"""Many sequences: `python many.py FIRST COUNT`, in two processes, each in children of its own.

What was done already is read from the log, so that a run which was stopped goes on. A sequence
that fails is told with its seed and step; `--shrink SEED` looks for the fewest steps that fail.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

CHILD: Final = Path(__file__).with_name("child.py")
BATCH: Final = 20
"""Sequences of a child, if none fails."""
FOUND: Final = 3
"""With what a child ends that has found something."""


@dataclass
class Outcome:
    """What became of a sequence."""

    seed: int
    failed: str = ""
    """What was found, or how the process ended; empty if all was well."""
    step: int = -1
    steps: list[Any] = field(default_factory=list)
    """What was done, with words for it."""
    cpu: float = 0.0

    @property
    def kind(self) -> str:
        """The finding without its numbers and names, to count by."""
        lines = self.failed.strip().splitlines() or [""]
        errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Exit)\b", line)]
        fatal = [line for line in lines if "Fatal Python error" in line]
        words = (errors or fatal or lines)[0]
        return "".join(letter for letter in words if not letter.isdigit())[:110]


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(CHILD), *arguments]


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONHASHSEED": "0"}


class Reader:
    """Reads what a child says, line by line; the last sequence is what it died of, if it did."""

    def __init__(self) -> None:
        self._now: Outcome | None = None

    def line(self, line: str) -> Outcome | None:
        """Take in a line; return the outcome that is known by it."""
        try:
            said = json.loads(line)
        except ValueError:
            return None
        if "seed" in said:
            self._now = Outcome(said["seed"])
        now = self._now
        if now is None:
            return None
        if "do" in said:
            now.step = said["step"]
            now.steps.append(said["do"])
        elif "done" in said:
            now.steps[-1] = [*now.steps[-1], said["said"]]
        elif "finding" in said:
            now.failed, self._now = said["finding"], None
            return now
        elif "ok" in said:
            now.cpu, now.steps, self._now = said["cpu"], [], None
            return now
        return None

    def end(self, code: int, errors: str) -> Outcome | None:
        """The child has ended."""
        now, self._now = self._now, None
        if now is not None:
            now.failed = f"the process ended with {code}: {errors[-3000:]}"
        return now


def batch(
    seeds: Sequence[int], *options: str, told: Callable[[Outcome], object] = lambda _: None
) -> list[Outcome]:
    """Use windows in children until each of the seeds has had its turn."""
    left, found = list(seeds), list[Outcome]()
    while left:
        done = list(_child([str(seed) for seed in left], *options, told=told))
        if not done:
            raise RuntimeError("a child ended before it began")
        found += done
        left = left[len(done) :]
    return found


def _child(
    words: Sequence[str], *options: str, told: Callable[[Outcome], object]
) -> Iterator[Outcome]:
    """Use windows in one child, until all are done or one has failed."""
    reader = Reader()
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command(*words, *options), stdout=subprocess.PIPE, stderr=errors, text=True,
            env=environment(),
        ) as child,
    ):  # fmt: skip
        for line in child.stdout or ():
            if (outcome := reader.line(line)) is not None:
                told(outcome)
                yield outcome
        code = child.wait()
        errors.seek(0)
        said = errors.read()
    if (outcome := reader.end(code, said)) is not None:
        told(outcome)
        yield outcome
    elif code not in {0, FOUND}:
        raise RuntimeError(f"a child ended with {code}: {said[-2000:]}")


def several(
    seeds: Sequence[int], length: int, told: Callable[[Outcome], object], *, at_once: int = 2
) -> list[Outcome]:
    """Use a window for every seed; ``told`` is called with each outcome."""
    batches = [seeds[at : at + BATCH] for at in range(0, len(seeds), BATCH)]

    def work(part: Sequence[int]) -> list[Outcome]:
        return batch(part, "--length", str(length), told=told)

    with ThreadPoolExecutor(at_once) as pool:
        return [outcome for outcomes in pool.map(work, batches) for outcome in outcomes]


def try_steps(seed: int, steps: Sequence[Any]) -> Outcome:
    """Do these steps in a window."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "steps.json"
        file.write_text(json.dumps([step[:2] for step in steps]))
        return batch([seed], "--steps", str(file))[0]


def shrunk(seed: int, steps: Sequence[Any], kind: str) -> list[Any]:
    """Return the fewest of the steps that still fail in the same way, as far as one can tell."""
    steps, size = list(steps), max(1, len(steps) // 2)
    while size:
        at = 0
        while at < len(steps):
            fewer = steps[:at] + steps[at + size :]
            outcome = try_steps(seed, fewer)
            if outcome.failed and outcome.kind == kind:
                steps = fewer[: outcome.step + 1]
            else:
                at += size
        size //= 2
    return steps


def say(words: object) -> None:
    """Tell whoever started this."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("--length", type=int, default=50)
    parser.add_argument("--log", type=Path, default=Path("machine.jsonl"))
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--shrink", action="store_true", help="FIRST is the seed that fails")
    args = parser.parse_args()
    if args.shrink:
        shrink(args.first, args.length)
        return
    there = args.log.read_text().splitlines() if args.log.is_file() else []
    before = [Outcome(**json.loads(line)) for line in there]
    done = {outcome.seed for outcome in before}
    seeds = [seed for seed in range(args.first, args.first + args.count) if seed not in done]

    def tell(outcome: Outcome) -> None:
        with args.log.open("a") as log:
            log.write(json.dumps(vars(outcome)) + "\n")
        if outcome.failed:
            say(f"seed {outcome.seed} step {outcome.step}: {outcome.kind}")

    after = [*before, *several(seeds, args.length, tell, at_once=args.at_once)]
    bad = [outcome for outcome in after if outcome.failed]
    say(f"{len(after)} sequences of {args.length} steps, {len(bad)} failed")
    well = [outcome.cpu for outcome in after if not outcome.failed]
    if well:
        say(f"{sum(well) / len(well):.2f} s of CPU each")
    for kind, count in Counter(outcome.kind for outcome in bad).most_common():
        first = next(outcome for outcome in bad if outcome.kind == kind)
        say(f"{count:5} × {kind}   (seed {first.seed} step {first.step})")
    sys.exit(bool(bad))


def shrink(seed: int, length: int) -> None:
    """Print the fewest steps that fail."""
    first = batch([seed], "--length", str(length))[0]
    if not first.failed:
        say("it does not fail")
        return
    say(first.failed)
    for step in shrunk(seed, first.steps, first.kind):
        say(step)


if __name__ == "__main__":
    main()
