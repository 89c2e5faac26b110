"""Puts the parts together: a contact centre that has warmed up, and the service before it."""

import argparse
import time

from statmon.simulator.agenda import Agenda
from statmon.simulator.clock import ServiceClock
from statmon.simulator.service.auth import Credentials, Tokens
from statmon.simulator.service.bayeux import Advice, Sessions
from statmon.simulator.service.faults import Faults
from statmon.simulator.service.state import Choices, State
from statmon.simulator.service.subscriptions import Subscriptions
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer

JOURNAL_BUDGET = 2_000_000
"""Entries kept for statistics that count since the start, over all feeds."""


def assemble(options: argparse.Namespace) -> State:
    """Build a service by the options; its clock starts when this returns."""
    start = int(time.time() * 1000) if options.now is None else options.now
    warm_up = int(options.warm_up * 1000)
    agenda = Agenda(start - warm_up)
    feeds = options.agents * 3 + options.queues * 2
    centre = ordinary(
        agenda,
        Size(options.agents, options.queues),
        seed=options.seed,
        midnight=start - options.start * 1000,
        journal_length=min(5000, JOURNAL_BUDGET // max(1, feeds)),
    )
    server = StatServer(agenda, Directory(centre))
    agenda.run_until(start)
    transports = ("websocket", "long-polling") if options.websocket else ("long-polling",)
    advice = Advice(options.poll_timeout, max_interval=options.max_interval, transports=transports)
    sessions, faults = Sessions(advice), Faults()
    return State(
        agenda,
        ServiceClock(start, options.speed),
        Tokens(Credentials(), options.token_lifetime),
        sessions,
        Subscriptions(server, sessions, options.time_tick, faults),
        Choices(options.unauthorized, options.session_lifetime, options.subscriptions_end_with),
        faults,
    )
