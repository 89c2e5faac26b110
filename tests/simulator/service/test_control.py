"""The control API, and the client of it that the demo's Simulator menu uses."""

import pytest

from statmon.service.access import Access
from statmon.service.simulator import SimulatorControl
from statmon.service.wire.errors import ServiceError
from statmon.ui.simulator.menu import LASTING, SUDDEN


async def test_the_menus_control_lets_faults_begin_and_end(service):
    control = SimulatorControl(Access(url=service.url, api_key="simulator-api-key"))
    await control.begin("outage")
    await control.begin("drop", 0.001)
    await control.begin("slow", 60)
    assert {"outage", "slow"} <= await control.in_force()
    await control.end(["outage", "slow"])
    assert not await control.in_force() & {"outage", "slow"}


async def test_what_the_simulator_cannot_do_is_an_error_in_its_words(service):
    control = SimulatorControl(Access(url=service.url, api_key="simulator-api-key"))
    with pytest.raises(ServiceError, match="kind must be one of"):
        await control.begin("nonsense")
    stranger = SimulatorControl(Access(url=service.url, api_key="wrong"))
    with pytest.raises(ServiceError, match="Unauthorized"):
        await stranger.in_force()


async def test_the_menu_offers_every_kind_of_fault_there_is(client):
    kinds = (await client.http.get("/simulator/v1/state")).json()["kinds"]
    assert set(kinds) == {kind for kind, _ in (*LASTING, *SUDDEN)}
