"""The simulator's control API as the demo's window uses it (docs/simulator.md)."""

from collections.abc import Iterable
from typing import Any, Final

from statmon.service.access import Access
from statmon.service.wire.errors import ServiceError, json_in
from statmon.service.wire.make_http import reach

_CALL: Final = "simulator"
_ROOT: Final = "/simulator/v1"


class SimulatorControl:
    """Lets things go wrong at a simulator. Every call raises ServiceError if it fails."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def in_force(self) -> frozenset[str]:
        """Return the kinds of fault that are in force."""
        state = await self._call("GET", "/state")
        try:
            return frozenset(fault["kind"] for fault in json_in(state)["faults"])
        except (ValueError, TypeError, KeyError):
            raise ServiceError(
                _CALL, "what answers there is no simulator of this version"
            ) from None

    async def begin(self, kind: str, seconds: float | None = None) -> None:
        """Let a fault begin now; it lasts so many real seconds, or until it is undone."""
        await self._call("POST", "/faults", json={"kind": kind, "seconds": seconds})

    async def end(self, kinds: Iterable[str]) -> None:
        """Let these be well again."""
        for kind in kinds:
            await self._call("DELETE", f"/faults/{kind}")

    async def _call(self, method: str, path: str, **arguments: Any) -> bytes:
        # A connection of its own each time: the faults cut connections.
        http = await reach(self._access)
        try:
            headers = {"x-api-key": self._access.api_key}
            return await http.call(_CALL, method, _ROOT + path, headers=headers, **arguments)
        finally:
            await http.close()
