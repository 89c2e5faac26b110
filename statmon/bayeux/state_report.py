"""When the application may be told "connected", and what else it is told."""

from statmon.bayeux.actions import Report
from statmon.bayeux.errors import Failure, State, StateChange, Transport


class StateReport:
    """Knows the last reported state and whether the connection is well."""

    def __init__(self) -> None:
        self.state: State = "closed"
        self.well = False
        """A connect was answered and nothing failed since."""
        self._newest = 0

    @property
    def pending(self) -> bool:
        """Whether "connected" may be reported as soon as all channels are subscribed."""
        return self.well and self.state != "connected"

    def report(
        self,
        state: State,
        transport: Transport,
        session: int,
        reason: str | None = None,
        retry_in: float | None = None,
        failure: Failure | None = None,
    ) -> Report:
        """Return the report of a new state."""
        self.state = state
        self.well = self.well and state not in ("reconnecting", "closed")
        new = state == "connected" and self._newest != session
        if new:
            self._newest = session
        return Report(StateChange(state, transport, reason, retry_in, session, new, failure))
