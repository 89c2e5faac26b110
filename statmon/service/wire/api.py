"""The calls of the Statistics API v3 (docs/reference/statistics-api.md §1 to §3)."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

import msgspec

from statmon.bayeux.lenient_json import repaired
from statmon.bayeux.weight import LARGEST_ODD, TooMuch, bearable
from statmon.domain.problem import Problem
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.value import MILLISECONDS, epoch_ms_of, number_of, tamed
from statmon.service.wire.errors import IN_BETWEEN, ServiceError, SignInRefused, page_in
from statmon.service.wire.masking import told, withheld

if TYPE_CHECKING:
    from statmon.service.wire.http import Http

ROOT: Final = "/statistics/v3"
_OK: Final = frozenset({0, 1})
"""Synchronous and asynchronous success."""


class Status(msgspec.Struct):
    """The API's own verdict on a call."""

    code: int = 0
    message: str | None = None
    """As it came: to be shown are the ``words``."""
    detail: Any = None

    @property
    def words(self) -> str:
        """What the service says, fit for every output."""
        return told(self.message) if self.message else f"status code {self.code}"


class ErrorItem(msgspec.Struct):
    """One of the ``errors[]`` of a partly successful call."""

    status: Status = msgspec.field(default_factory=Status)


class StatisticValue(msgspec.Struct, rename="camel", gc=False):
    """A value as it stands in answers and updates; every field but the value may be absent."""

    value: Any = None
    timestamp: int | None = None
    statistic_id: str = ""
    subscription_id: str = ""
    name: str | None = None
    object_id: str | None = None
    object_type: str | None = None

    def __post_init__(self) -> None:
        """Leave out of the value what no program can be expected to take, and our secrets."""
        self.value = withheld(tamed(self.value))

    @property
    def stamp(self) -> int | None:
        """When Stat Server made the value, epoch ms: its own time, else the one in its payload."""
        stamp = self.timestamp
        if stamp is not None and stamp in MILLISECONDS:
            return stamp
        stamp = epoch_ms_of(stamp)
        if stamp is None and isinstance(self.value, dict):
            return epoch_ms_of(self.value.get("timestamp"))
        return stamp


class _Data(msgspec.Struct, rename="camel"):
    subscription_id: str = ""
    statistics: list[StatisticValue] = []
    statistic: StatisticValue | None = None


class Answer(msgspec.Struct):
    """The envelope of every answer."""

    status: Status = msgspec.field(default_factory=Status)
    data: _Data | None = None
    errors: list[ErrorItem] | None = None

    @property
    def statistics(self) -> list[StatisticValue]:
        """The values, however many there are."""
        if self.data is None:
            return []
        return [self.data.statistic] if self.data.statistic else self.data.statistics

    @property
    def failures(self) -> list[ErrorItem]:
        """What the service refused."""
        return self.errors or []


# Lax: a count may come as a text ("code": "0") without the answer being lost.
_decoder = msgspec.json.Decoder(Answer, strict=False)


def value_in(item: Any) -> StatisticValue | None:
    """Read one value whose fields are of unexpected types, or return None if it is none.

    Ids may be numbers; a time that is none of our kinds counts as missing.
    """
    if not isinstance(item, dict):
        return None
    return StatisticValue(
        value=item.get("value"),
        timestamp=epoch_ms_of(item.get("timestamp")),
        statistic_id=_text(item.get("statisticId")),
        subscription_id=_text(item.get("subscriptionId")),
        name=_text(item.get("name")) or None,
        object_id=_text(item.get("objectId")) or None,
        object_type=_text(item.get("objectType")) or None,
    )


def answer_in(data: Any) -> Answer:
    """Read an answer that is not quite what the API describes, piece by piece.

    Raises:
        TypeError: it is not even an object.
    """
    if not isinstance(data, dict):
        raise TypeError("an answer is an object")
    nested = data.get("data")
    body = nested if isinstance(nested, dict) else {}
    items = body.get("statistics")
    if not isinstance(items, list):
        items = [body.get("statistic")]
    errors = data.get("errors")
    return Answer(
        status=_status_in(data.get("status")),
        data=_Data(statistics=[value for value in map(value_in, items) if value is not None]),
        errors=[
            ErrorItem(_status_in(item.get("status") if isinstance(item, dict) else item))
            for item in (errors if isinstance(errors, list) else [])
        ],
    )


def _status_in(data: Any) -> Status:
    if not isinstance(data, dict):
        return Status(message=_text(data) or None)
    code = number_of(data.get("code"))
    return Status(int(code or 0), _text(data.get("message")) or None, data.get("detail"))


def _text(item: Any) -> str:
    return "" if item is None else item if isinstance(item, str) else str(item)


def new_id() -> str:
    """Return a new operation id, which becomes the subscription's id."""
    return str(uuid.uuid4())


class Token(Protocol):
    """The token that calls carry, and its renewal (``service/sign_in/auth.py``)."""

    @property
    def token(self) -> str:
        """The present token, or empty."""

    def headers(self) -> Mapping[str, str]:
        """Return what every request carries."""

    def accepted(self, token: str) -> None:
        """Note that the service did a call for this token."""

    async def renew(self, refused: str, words: str) -> None:
        """Get another token than the refused one, which the service refused in these words.

        Raises:
            SignInRefused: there is none without a person.
        """


class Api:
    """The REST calls of one service. A refused token is renewed once, then the call repeated."""

    def __init__(self, http: "Http", sign_in: Token) -> None:
        self._http = http
        self._sign_in = sign_in

    async def create(self, subscription_id: str, statistics: Iterable[Statistic]) -> Answer:
        """Open a subscription under a new id; the answer holds the current values.

        Raises:
            ServiceError: nothing was opened.
        """
        body = {
            "operationId": subscription_id,
            "data": {"statistics": [_wire(item) for item in statistics]},
        }
        return await self._call(
            "open a subscription", "POST", "/subscriptions?verbose=INFO", body=body, partial=True
        )

    async def delete(self, subscription_id: str) -> None:
        """Close a subscription; the service says success for unknown ids as well.

        Raises:
            ServiceError: the service could not be told.
        """
        await self._call(
            "close a subscription", "DELETE", f"/subscriptions/{quote(subscription_id, safe='')}"
        )

    async def peek(self, subscription_id: str, statistic_ids: Sequence[str] = ()) -> Answer:
        """Return the current values of an open subscription, or of some of its statistics.

        Raises:
            ServiceError: the service does not answer, or knows no such subscription.
        """
        query = {"verbose": "OFF"}
        if statistic_ids:
            query["statisticIds"] = ",".join(statistic_ids)
        return await self._call(
            "peek a subscription",
            "GET",
            f"/subscriptions/{quote(subscription_id, safe='')}/statistic-values",
            query=query,
            partial=True,
        )

    async def value(self, ref: ObjectRef, name: str) -> Answer:
        """Return the current value of one predefined statistic, without a subscription.

        Raises:
            ServiceError: the service refuses it or does not answer.
        """
        return await self._call(
            f"peek {name} of {ref}",
            "GET",
            f"/statistic-values/{quote(name, safe='')}",
            query={"objectId": ref.object_id, "objectType": ref.object_type},
        )

    async def values(self, wanted: Iterable[tuple[ObjectRef, str]]) -> Answer:
        """Return the current values of several predefined statistics, without a subscription.

        Raises:
            ServiceError: the service refuses all or does not answer.
        """
        statistics = [
            {"name": name, "objectType": ref.object_type, "objectId": ref.object_id}
            for ref, name in wanted
        ]
        return await self._call(
            "peek statistics",
            "POST",
            "/operations/get-statistic-ex",
            body={"data": {"statistics": statistics}},
            partial=True,
        )

    async def _call(
        self,
        call: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        partial: bool = False,
    ) -> Answer:
        async def perform() -> Answer:
            headers = {"Content-Type": "application/json", **self._sign_in.headers()}
            content = None if body is None else msgspec.json.encode(body)
            said = await self._http.call(
                call, method, ROOT + path, headers=headers, params=query, content=content
            )
            return read_answer(call, said, partial=partial)

        return await self._authorized(perform)

    async def _authorized(self, perform: Callable[[], Awaitable[Answer]]) -> Answer:
        """Perform a call; a refused token is renewed, once for all callers, and it is repeated."""
        for _ in range(2):
            token = self._sign_in.token
            try:
                answer = await perform()
            except ServiceError as error:
                if not error.unauthorized:
                    raise
                refusal = error
            else:
                self._sign_in.accepted(token)
                return answer
            try:
                # The second time this tells that a person is needed: the new token is refused.
                await self._sign_in.renew(token, refusal.message)
            except SignInRefused:
                break
        raise refusal


def read_answer(call: str, body: bytes, *, partial: bool) -> Answer:
    """Read the body of a call that HTTP calls a success.

    Raises:
        ServiceError: the service says no, or it is no answer of the API.
    """
    try:
        body = bearable(body)
    except TooMuch as error:
        raise ServiceError(call, f"the answer {error}") from None
    try:
        answer = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeError):
        answer = _read_leniently(call, body)
    succeeded = answer.status.code in _OK or (partial and answer.statistics)
    if not succeeded:
        raise ServiceError(call, answer.status.words, status=200, code=answer.status.code)
    return answer


def _repaired(call: str, body: bytes) -> bytes:
    try:
        return repaired(body)
    except ValueError:
        problem = Problem("the answer is not what the API describes")
        if body.lstrip()[:1] not in (b"{", b"["):
            problem = page_in(body) or Problem("what came is not data", IN_BETWEEN)
        raise ServiceError(call, problem) from None


def _read_leniently(call: str, body: bytes) -> Answer:
    if len(body) > LARGEST_ODD:
        raise ServiceError(call, "the answer is large, and not what the API describes")
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError):
        raw = msgspec.json.decode(_repaired(call, body))
    try:
        return answer_in(raw)
    except TypeError:
        raise ServiceError(call, "the answer is not what the API describes") from None


def _wire(statistic: Statistic) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "statisticId": statistic.id,
        "objectId": statistic.ref.object_id,
        "objectType": statistic.ref.object_type,
    }
    if statistic.definition is not None:
        wire["definition"] = statistic.definition.fields
    else:
        wire["name"] = statistic.name
    return wire
