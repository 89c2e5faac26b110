import os

import pytest

from statmon.simulator.erlang import erlang_a, erlang_c
from statmon.simulator.headless import measure

LONG = os.environ.get("STATMON_TEST_LONG") == "1"
# Waits come in clusters, so that 1e6 arrivals tell the probability of waiting with a standard
# deviation of 1.2 % from seed to seed (eight of them: mean +0.5 %); the seeds below are fixed.
ARRIVALS, TOLERANCE = (1_000_000, 0.02) if LONG else (200_000, 0.045)

VECTORS_C = [(11, 0.3896, 0.6821), (12, 0.6402, 0.4494), (13, 0.7956, 0.2853), (14, 0.8884, 0.1741)]
VECTORS_A = [(11, 0.7422, 0.0942, 0.824), (12, 0.8256, 0.0616, 0.782),
             (13, 0.8886, 0.0384, 0.740), (14, 0.9327, 0.0228, 0.698)]  # fmt: skip
LOAD = {"per_hour": 200, "handling_s": 180, "target_s": 20}


@pytest.mark.parametrize(("agents", "level", "waits"), VECTORS_C)
def test_erlang_c_agrees_with_published_figures(agents, level, waits):
    theory = erlang_c(agents=agents, **LOAD)
    assert theory.service_level == pytest.approx(level, abs=5e-5)
    assert theory.wait_probability == pytest.approx(waits, abs=5e-5)


@pytest.mark.parametrize(("agents", "level", "abandon", "occupancy"), VECTORS_A)
def test_erlang_a_agrees_with_published_figures(agents, level, abandon, occupancy):
    theory = erlang_a(agents=agents, patience_s=120, **LOAD)
    assert theory.service_level == pytest.approx(level, abs=6e-5)
    assert theory.abandonment == pytest.approx(abandon, abs=6e-5)
    assert theory.occupancy == pytest.approx(occupancy, abs=6e-4)


def test_too_few_agents_for_erlang_c_is_said_plainly():
    with pytest.raises(ValueError, match="more agents than load"):
        erlang_c(agents=10, **LOAD)


@pytest.mark.timeout(600)
def test_the_centre_without_impatience_behaves_as_erlang_c_predicts():
    seen = measure(ARRIVALS, agents=14, patience_s=None, seed=1, **LOAD)
    theory = erlang_c(agents=14, **LOAD)
    assert seen.wait_probability == pytest.approx(theory.wait_probability, rel=TOLERANCE)
    assert seen.service_level == pytest.approx(theory.service_level, rel=TOLERANCE)
    assert seen.occupancy == pytest.approx(theory.occupancy, rel=TOLERANCE)
    assert seen.abandonment == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("agents", [10, 12])
def test_the_centre_with_impatience_behaves_as_erlang_a_predicts(agents):
    seen = measure(ARRIVALS, agents=agents, patience_s=120, seed=3, **LOAD)
    theory = erlang_a(agents=agents, patience_s=120, **LOAD)
    assert seen.wait_probability == pytest.approx(theory.wait_probability, rel=TOLERANCE)
    assert seen.service_level == pytest.approx(theory.service_level, rel=TOLERANCE)
    assert seen.abandonment == pytest.approx(theory.abandonment, rel=TOLERANCE)
    assert seen.occupancy == pytest.approx(theory.occupancy, rel=TOLERANCE)
