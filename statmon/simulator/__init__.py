"""A contact centre and its Statistics service, for trying, training and testing.

``centre`` is the contact centre (agents, queues, calls in simulated time), ``statserver``
computes statistics from its stream of actions and statuses, ``service`` is the web service in
front of them. Imports only ``statmon.domain``: what the client believes about the service must
not leak in here, so that the simulator stays an independent oracle for the client.
"""

from statmon.simulator.cli import run
from statmon.simulator.options import add_arguments

__all__ = ["add_arguments", "run"]
