"""What happens between statmon and the service, as told to whoever listens."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series, Statistic, Wanted

ConnectionState = Literal["connecting", "connected", "reconnecting", "closed"]
SubscriptionState = Literal["opening", "open", "lost", "failed", "closed"]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The connection to the notifications changed."""

    state: ConnectionState
    transport: str
    reason: str | None
    """One sentence for the user, or None when all is well."""
    at: int
    """Local epoch milliseconds, as in all events."""
    silent_since: int | None = None
    """When the service gave its last sign of life, where the loss was noticed by silence alone."""

    @property
    def since(self) -> int:
        """From when on it is so."""
        return self.at if self.silent_since is None else self.silent_since


@dataclass(frozen=True, slots=True)
class Slept:
    """The computer slept, or the program was stopped: nothing was heard meanwhile."""

    since: int
    """Local epoch milliseconds at which it was awake last."""
    at: int


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """The service's clock is another one than before: it was set, or another host answers."""

    by: int
    """Milliseconds, negative where it went back."""
    at: int
    """When the first reading of the new clock arrived."""


@dataclass(frozen=True, slots=True)
class ClockFollowed:
    """The clock of this computer was set: every time noted before has moved by as much."""

    by: int
    """Milliseconds, negative where it was set back."""
    at: int


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """The service said how it is: ``AVAILABLE``, ``UNAVAILABLE`` or a word of its own."""

    state: str
    at: int


@dataclass(frozen=True, slots=True)
class StatisticError:
    """A statistic that the service refused, in the service's own words."""

    series: Series
    statistic: Statistic
    message: str


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """One chunk of a subscription changed its state."""

    name: str
    """The user's name for it."""
    subscription_id: str
    state: SubscriptionState
    series: tuple[Series, ...]
    """Its part in the chunk, refused statistics included."""
    errors: tuple[StatisticError, ...]
    at: int
    message: str | None = None
    """What failed, in one sentence, when the whole chunk failed."""


class Arrival(NamedTuple):
    """A reading together with everybody who wants it."""

    reading: Reading
    wanted: tuple[Wanted, ...]
    """At least one; of what is computed here, the formula, in no subscription."""
    subscription_id: str = ""
    """The subscription at the service in which it came; empty for what is computed here."""
    freshness: str = ""
    """Of what is computed here: how fresh it is; empty for what the service sent."""

    @property
    def statistic(self) -> Statistic:
        """The statistic as whoever wanted it first wrote it."""
        return self.wanted[0].statistic


@dataclass(frozen=True, slots=True)
class ReadingsArrived:
    """A batch of readings: all that came in one response or frame."""

    arrivals: tuple[Arrival, ...]
    """Each reading once, in the order in which they came."""
    at: int
    asked: int | None = None
    """When it was asked for; None for what came unasked."""

    @property
    def values(self) -> int:
        """How many values that is to those who want them: a reading is one to each of them."""
        return sum(len(one.wanted) for one in self.arrivals)


@dataclass(frozen=True, slots=True)
class FreshnessChanged:
    """What is computed here is as old as what it is computed from, or is known again."""

    arrivals: tuple[Arrival, ...]
    """Their values as they stand."""
    at: int


@dataclass(frozen=True, slots=True)
class SignInNeeded:
    """The service refuses the token and it cannot be renewed without the user."""

    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in, for the first time or again."""

    user: str
    """The name for people, or empty where the service does not say."""
    at: int


Event = (
    ConnectionChanged
    | ServiceChanged
    | FreshnessChanged
    | SubscriptionChanged
    | ReadingsArrived
    | Slept
    | ClockStepped
    | ClockFollowed
    | SignInNeeded
    | SignedIn
)
