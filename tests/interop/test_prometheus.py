"""An independent judge of increases: Prometheus's own, on the same samples."""

import json
import random
import subprocess

import numpy as np
import pytest

from statmon.analysis.increments import increments

SECOND = 1000
pytestmark = pytest.mark.needs("promtool")


def counters(dice, count, length):
    """Counters with steps, quiet times and restarts."""
    for _ in range(count):
        number, numbers = dice.randrange(500), []
        for _ in range(length):
            number = 0 if dice.random() < 0.1 else number
            number += dice.choice((0, 0, 1, 2, 17, 0.25))
            numbers.append(number)
        yield numbers


def test_prometheus_counts_the_same_between_two_samples(tmp_path):
    """To 1e-9, over every range that begins and ends with a sample: there it extrapolates none."""
    dice = random.Random(7)
    length, expressions = 40, []
    every = list(counters(dice, 12, length))
    every.append([100, 110, 118, 3, 9] + [9] * (length - 5))
    for place, numbers in enumerate(every):
        times = np.arange(length) * 60 * SECOND
        ranges = [sorted(dice.sample(range(length), 2)) for _ in range(15)] + [[0, 4]]
        for first, last in ranges:
            # Between two samples: what arrived at the first one does not count.
            edges = times[[first, last]] + 1
            ours = float(increments(times, np.array(numbers, float), edges).least[0])
            theirs = f"increase(counter{{n='{place}'}}[{last - first}m])"
            expressions.append((f"abs({theirs} - ({ours!r})) < bool 1e-9", last, place))
    written = {
        "rule_files": [], "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [
                {"series": f'counter{{n="{place}"}}', "values": " ".join(map(str, numbers))}
                for place, numbers in enumerate(every)
            ],
            "promql_expr_test": [
                {"expr": expr, "eval_time": f"{last}m",
                 "exp_samples": [{"labels": f'{{n="{place}"}}', "value": 1}]}
                for expr, last, place in expressions
            ],
        }],
    }  # fmt: skip
    path = tmp_path / "increases.yml"
    path.write_text(json.dumps(written))
    judged = subprocess.run(
        ["promtool", "test", "rules", str(path)], capture_output=True, text=True, check=False
    )

    assert judged.returncode == 0, judged.stdout[-2000:] + judged.stderr[-2000:]
    assert len(expressions) == 13 * 16
