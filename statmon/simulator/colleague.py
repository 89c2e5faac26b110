"""Another desktop that has had a workspace open since the run began.

Stat Server counts a definition from when somebody first asks for it, and once for all who do. In
a real contact centre somebody usually has: a newcomer's definitions count since the morning.
"""

from pathlib import Path

from statmon.domain.workspace import WorkspaceError, loads
from statmon.simulator.scenario import ScenarioError
from statmon.simulator.statserver.definition import DefinitionError
from statmon.simulator.statserver.server import StatServer


def watch(server: StatServer, path: Path) -> None:
    """Have all definitions of a workspace open from now on. Raises ScenarioError."""
    try:
        workspace = loads(path.read_bytes())
    except OSError as error:
        raise ScenarioError(f"cannot read workspace {path}: {error.strerror}") from None
    except WorkspaceError as error:
        raise ScenarioError(f"workspace {path} cannot be used: {error}") from None
    for subscription in workspace.subscriptions:
        for item in subscription.statistics:
            one = item.statistic
            if one.definition is None:
                continue
            try:
                server.open(*one.ref, definition=one.definition.fields)
            except (DefinitionError, LookupError) as error:
                raise ScenarioError(f"{path}: {one.id} cannot be watched: {error}") from None
