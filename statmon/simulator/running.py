"""Puts the parts together: a contact centre that has warmed up, and the service before it."""

import argparse
import time
from typing import TypeVar

from statmon.simulator.agenda import Agenda
from statmon.simulator.clock import ServiceClock
from statmon.simulator.colleague import watch
from statmon.simulator.options import time_of_day
from statmon.simulator.scenario import Scenario, load_scenario, plan
from statmon.simulator.service.auth import Credentials, Policy, Tokens
from statmon.simulator.service.bayeux import Advice, Sessions
from statmon.simulator.service.faults import Faults, parse_fault
from statmon.simulator.service.state import Choices, State
from statmon.simulator.service.subscriptions import SERVICE, UPDATES, Subscriptions
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer

T = TypeVar("T")
A_DAY_OF_WORK = 1500
"""Entries that one agent's feed sees in a day; queues keep more (see ``Centre``)."""
JOURNAL_BUDGET = 300_000
"""Entries that all agents together keep, for statistics that count since the start."""


def assemble(options: argparse.Namespace) -> State:
    """Build a service by the options; its clock starts when this returns.

    Raises ScenarioError if the scenario cannot be used.
    """
    scenario = load_scenario(options.scenario) if options.scenario else Scenario()
    start = int(time.time() * 1000) if options.now is None else options.now
    agenda, server = _warmed_up(options, scenario, start)
    advice = Advice(
        options.poll_timeout,
        max_interval=options.max_interval,
        transports=_transports(options),
        error_unknown=options.unknown_session,
    )
    quirks, clock = frozenset(options.quirk), ServiceClock(start, options.speed)
    sessions = Sessions(advice, quirks, clock.now, (SERVICE, UPDATES))
    faults = Faults()
    faults.planned = [*options.outage, *options.fault, *map(parse_fault, scenario.faults)]
    subscriptions = Subscriptions(
        server,
        sessions,
        options.time_tick,
        faults,
        quirks=quirks,
        at_session_end=options.at_session_end,
    )
    return State(
        agenda,
        clock,
        Tokens(Credentials(), _policy(options)),
        sessions,
        subscriptions,
        _choices(options),
        faults,
    )


def _transports(options: argparse.Namespace) -> tuple[str, ...]:
    websocket = ("websocket",) if options.websocket else ()
    callback = ("callback-polling",) if "callback-polling" in options.quirk else ()
    return (*websocket, "long-polling", *callback)


def _policy(options: argparse.Namespace) -> Policy:
    return Policy(
        options.token_lifetime,
        options.refresh_lifetime,
        options.refresh_tokens,
        options.pkce,
        tuple(options.redirect_uri),
        options.confidential_client,
        options.bad_credentials,
    )


def _choices(options: argparse.Namespace) -> Choices:
    return Choices(
        options.unauthorized,
        options.session_lifetime,
        options.superseded_connect,
        options.reused_operation,
        options.partial_code,
        options.unavailable_status,
        options.max_statistics,
        frozenset(options.quirk),
    )


def _warmed_up(
    options: argparse.Namespace, scenario: Scenario, start: int
) -> tuple[Agenda, StatServer]:
    size = Size(
        _first(options.agents, scenario.agents, 40),
        _first(options.queues, scenario.queues, 6),
        _first(options.load, scenario.load, 1.0),
        _first(options.absent, scenario.absent, 0.0),
        options.chat_queues,
        options.email_queues,
    )
    hour = _first(options.start, time_of_day(scenario.start or "10:00"), 0)
    ordinary_warm_up = 7200 * min(1.0, 400 / max(1, size.agents))
    agenda = Agenda(start - int(_first(options.warm_up, ordinary_warm_up) * 1000))
    centre = ordinary(
        agenda,
        size,
        seed=options.seed,
        midnight=start - hour * 1000,
        journal_length=min(A_DAY_OF_WORK, JOURNAL_BUDGET // max(1, size.agents * 5)),
    )
    plan(centre, scenario.events, start)
    server = StatServer(agenda, Directory(centre), options.time_zone)
    for path in options.watched:
        watch(server, path)
    agenda.run_until(start)
    return agenda, server


def _first(*choices: T | None) -> T:
    return next(choice for choice in choices if choice is not None)
