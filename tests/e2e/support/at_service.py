"""What a simulator in another process says of itself."""

import httpx2


def open_at(access) -> int:
    """Return how many subscriptions the simulator has open; ``access``: as the environment."""
    state = httpx2.get(
        f"{access['STATMON_URL']}/simulator/v1/state",
        headers={"x-api-key": access["STATMON_API_KEY"]},
        timeout=60,
    )
    return state.json()["subscriptions"]
