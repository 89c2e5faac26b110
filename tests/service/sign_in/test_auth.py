"""One token for all callers, renewed ahead of its end, and no secret in what is said."""

import asyncio
import re
from dataclasses import replace
from urllib.parse import parse_qs

import httpx2
import pytest

from statmon.bayeux.renewal_limit import FEW, SOON
from statmon.service.sign_in.auth import Bearer, SignIn
from statmon.service.sign_in.renewal_policy import REFUSED_RETRY
from statmon.service.sign_in.tokens import Code, Tokens, as_signed_in
from statmon.service.wire.errors import ServiceError, SignInRefused

OK = {"status": {"code": 0}, "data": {"subscriptionId": "id1", "statistics": []}}


def form_of(request: httpx2.Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(request.content.decode()).items()}


async def test_a_user_signs_in_by_the_password_grant(service):
    """Client and user go where the Authentication API wants them."""
    await service.sign_in.sign_in()

    (request,) = service.requests
    assert form_of(request) == {
        "grant_type": "password",
        "username": "user",
        "password": "secret-password",
        "client_id": "client",
        "scope": "*",
    }
    assert request.headers["authorization"].startswith("Basic ")
    assert service.sign_in.headers() == {"x-api-key": "key", "Authorization": "Bearer token1"}


async def test_many_callers_share_one_renewal(service):
    """Ten refused calls at once ask for one token."""
    await asyncio.gather(*(service.sign_in.renew() for _ in range(10)))

    assert service.tokens == 1


async def test_a_renewal_uses_the_refresh_token_and_signs_in_anew_when_it_is_refused(service):
    """The refresh token may be dead although the password is good."""
    await service.sign_in.sign_in()

    def answer(request):
        if form_of(request)["grant_type"] == "refresh_token":
            return httpx2.Response(400, json={"error": "invalid_grant"})
        return service._token(request)

    service.on("/oauth/token", answer)
    await service.sign_in.renew()

    grants = [form_of(request)["grant_type"] for request in service.requests]
    assert grants == ["password", "refresh_token", "password"]


async def test_a_token_is_renewed_ahead_of_its_end(service):
    """After four fifths of its life."""
    await service.sign_in.sign_in()
    service.seconds = 30

    assert (service.sign_in.renew_in, service.sign_in.expires_in) == (50, 70)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_sign_in_is_final_and_tells_no_secret(service, status):
    """The sentence has the service's words and none of ours."""
    service.on(
        "/oauth/token",
        httpx2.Response(status, json={"error": "x", "error_description": "Bad credentials"}),
    )
    with pytest.raises(SignInRefused, match="Bad credentials") as caught:
        await service.sign_in.sign_in()

    assert "secret" not in repr(caught.value) + repr(service.access)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(503),
        httpx2.Response(429, headers={"Retry-After": "7"}),
        httpx2.Response(200, content=b"<html><title>Hotel Wi-Fi</title></html>"),
        httpx2.Response(200, json=["no", "token"]),
        httpx2.Response(200, json={"access_token": 5}),
    ],
)
async def test_everything_else_passes_and_may_be_tried_again(service, answer):
    """An overload or a login page in between says nothing of the secrets."""
    service.on("/oauth/token", answer)
    with pytest.raises(ServiceError) as caught:
        await service.sign_in.sign_in()

    assert not isinstance(caught.value, SignInRefused)


async def refused_at_first(service):
    """Be signed in with a token that the service has just stopped to accept."""
    await service.sign_in.sign_in()
    good = {"token2"}

    def answer(request):
        token = request.headers["authorization"].removeprefix("Bearer ")
        if token in good:
            return httpx2.Response(200, json=OK)
        return httpx2.Response(401, json={"status": {"code": 603, "message": "Unauthorized"}})

    service.on("/subscriptions", answer)
    service.on("/statistic-values", answer)
    return good


async def test_a_renewal_that_nobody_waits_for_ends_with_the_connections(service, monkeypatch):
    """A window that closes while it connects leaves no socket behind."""
    asked = asyncio.Event()

    async def call(*_, **__):
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(service.http, "call", call)
    waiting = asyncio.create_task(service.sign_in.renew())
    await asked.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await service.http.close()

    assert "renew token" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_a_hundred_callers_lead_to_one_refresh(service):
    """Whatever order the refusals come in: who comes late finds the new token already there."""
    await refused_at_first(service)
    await asyncio.gather(*(service.api.create(f"id{n}", []) for n in range(100)))

    assert service.tokens == 2
    assert len(service.asked("/oauth/token")) == 2


async def test_late_refusals_of_an_old_token_do_not_end_the_new_one(service):
    """Callers must not chase each other: a renewal ends the token before it."""
    await service.sign_in.sign_in()
    await service.sign_in.renew("token1")
    await service.sign_in.renew("token1")
    await service.sign_in.renew("token0")

    assert service.sign_in.token == "token2"


async def test_a_new_token_that_is_refused_at_once_asks_for_a_person_once(service):
    """A few renewals, one question; then less and less often until somebody has signed in."""
    await service.sign_in.sign_in()
    service.on("/subscriptions", httpx2.Response(403, json={"status": {"message": "Forbidden"}}))
    for n in range(12):
        with pytest.raises(ServiceError, match="Forbidden"):
            await service.api.create(f"id{n}", [])
        service.seconds += SOON

    assert service.tokens == 1 + FEW + 3  # a second apart, then after 1, 2 and 4 s
    assert len(service.needs) == 1
    assert "refuses the token that it has just given (Forbidden)" in service.needs[0]


async def test_the_question_is_taken_back_when_the_service_accepts_the_token(service):
    """A gateway that was wrong for a while needs nobody."""
    good = await refused_at_first(service)
    good.clear()
    while not service.needs:
        with pytest.raises(ServiceError):
            await service.api.create("id1", [])
        service.seconds += SOON

    good.add(service.sign_in.token)
    await service.api.create("id2", [])
    assert service.needs[1:] == [None]


async def test_what_a_person_signs_in_with_is_used_at_once(service):
    """The question is answered; callers and notifications take the new token."""
    await service.sign_in.sign_in()
    service.on("/oauth/token", httpx2.Response(400, json={"error": "invalid_grant"}))
    with pytest.raises(SignInRefused):
        await service.sign_in.renew("token1")
    assert "user name or password is wrong" in service.needs[0]

    service.sign_in.go_on_as(replace(service.access, password="new"), Tokens("fresh", "again2"))

    assert service.needs[1:] == [None]
    assert service.sign_in.headers()["Authorization"] == "Bearer fresh"


async def test_refused_secrets_are_not_tried_again_and_again(service):
    """Sites lock accounts after a few wrong passwords."""
    service.on("/oauth/token", httpx2.Response(400, json={"error": "invalid_grant"}))
    for _ in range(20):
        with pytest.raises(SignInRefused):
            await service.sign_in.renew()
    assert len(service.asked("/oauth/token")) == 1

    service.seconds += REFUSED_RETRY + 1
    with pytest.raises(SignInRefused):
        await service.sign_in.renew()
    assert len(service.asked("/oauth/token")) == 2


async def test_a_wrong_key_does_not_cost_the_refresh_token(service):
    """The gate at the API key says nothing of it."""
    await service.sign_in.sign_in()
    service.on("/oauth/token", httpx2.Response(403, json={"status": {"code": 603}}))
    with pytest.raises(SignInRefused, match="API key"):
        await service.sign_in.renew()

    assert service.sign_in.tokens.refresh == "again"


async def test_the_token_is_kept_fresh_while_it_runs(service):
    """Ahead of its end, and told to whoever keeps secrets."""
    service.life = 0.05
    await service.sign_in.sign_in()
    keeping = asyncio.create_task(service.sign_in.keep())
    async with asyncio.timeout(60):
        while len(service.renewals) < 3:
            service.seconds += 0.05
            service.sign_in._changed.set()
            await asyncio.sleep(0.001)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    assert [tokens.access for tokens in service.renewals[:3]] == ["token1", "token2", "token3"]
    assert "token" not in repr(service.renewals[0]).replace("Tokens", "")


async def test_near_its_end_a_token_is_asked_for_again_and_again(service):
    """The sign-in was down for a moment; ten seconds more would be ten seconds without numbers."""
    await service.sign_in.sign_in()
    service.on("/oauth/token", httpx2.Response(503))
    service.seconds = 79
    assert await service.sign_in._renew_ahead() == 10
    service.seconds = 99
    for _ in range(20):
        assert await service.sign_in._renew_ahead() <= 1
    service.on("/oauth/token", httpx2.Response(503, headers={"Retry-After": "7"}))
    assert await service.sign_in._renew_ahead() == 7


async def test_notifications_and_calls_share_one_renewal(service):
    """CometD shows a token; if it is refused and there is a newer one, that is the answer."""
    await service.sign_in.sign_in()
    bearer = Bearer(service.sign_in)
    bearer.headers()
    await service.sign_in.renew("token1")

    assert await bearer.renew()
    assert service.sign_in.token == "token2"


@pytest.mark.parametrize(
    ("grant", "access", "fields"),
    [
        ("client", {}, {"grant_type": "client_credentials", "scope": "*"}),
        (
            None,
            {"refresh_token": "kept"},
            {
                "grant_type": "refresh_token",
                "refresh_token": "kept",
                "client_id": "client",
                "scope": "*",
            },
        ),
    ],
)
async def test_every_grant_sends_its_form(service, grant, access, fields):
    """As the Authentication API describes them (docs/reference/sign-in.md §1)."""
    service.http.access = replace(service.access, grant=grant, **access)
    await SignIn(service.http).sign_in()

    assert form_of(service.requests[-1]) == fields


async def test_a_code_is_exchanged_with_its_proof(service):
    """A public client sends no secret but its id and the proof key."""
    service.http.access = replace(service.access, client_secret="")
    await service.sign_in.by_code(Code("abc", "http://127.0.0.1:5/callback", "proof"))

    (request,) = service.requests
    assert form_of(request) == {
        "grant_type": "authorization_code",
        "redirect_uri": "http://127.0.0.1:5/callback",
        "code": "abc",
        "client_id": "client",
        "code_verifier": "proof",
    }
    assert "authorization" not in request.headers


async def test_who_is_signed_in_is_the_name_that_people_know(service):
    """``username`` is a system-wide key, not what the user typed (docs/reference/sign-in.md §3)."""
    service.on("/userinfo", {"username": "sue_101_x", "loginName": "sue@x", "cmeUserName": "sue"})

    assert await service.sign_in.user() == "sue"


async def test_a_sign_out_forgets_the_token_even_if_the_service_does_not_answer(service):
    """Nobody goes on working with a token that the user has given up."""
    await service.sign_in.sign_in()
    service.on("/sign-out", httpx2.Response(503))
    with pytest.raises(ServiceError):
        await service.sign_in.sign_out()

    assert service.asked("/sign-out")[0].headers["authorization"] == "Bearer token1"
    assert not service.sign_in.signed_in


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"status": {"code": 603, "message": "Unauthorized"}}, "API key is not accepted"),
        (401, {"error": "invalid_client"}, "client id and client secret"),
        (400, {"error": "invalid_grant"}, "user name or password is wrong"),
        (400, {"error": "unsupported_grant_type"}, "choose another"),
        (403, None, "check API key, user name, password and client"),
        (404, None, "there is no sign-in at http://service/auth/v3; check the address"),
    ],
)
async def test_each_refusal_says_what_to_check(service, status, body, words):
    """Key, client, user and address are told apart as far as the service does."""
    service.on(
        "/oauth/token", httpx2.Response(status, json=body) if body else httpx2.Response(status)
    )
    with pytest.raises(ServiceError, match=re.escape(words)):
        await service.sign_in.sign_in()


@pytest.mark.parametrize("before", ["", "x" * 170], ids=["whole", "cut off"])
async def test_secrets_that_the_service_repeats_are_hidden(service, before):
    """An error page that prints the request must not put the password on the screen."""
    words = f"{before}user=user password=secret-password basic=secret-secret"
    service.on("/oauth/token", httpx2.Response(400, json={"error_description": words}))
    with pytest.raises(SignInRefused) as caught:
        await service.sign_in.sign_in()

    assert "secret-" not in str(caught.value)


async def test_whoever_only_looks_does_not_renew(service):
    """The doctor in a window takes the window's token; what has nothing to lose stays as it is."""
    access = replace(service.access, grant="browser", refresh_token="again")

    looking = as_signed_in(access, Tokens("present", "again"))
    assert (looking.grant_used, looking.token, looking.refresh_token) == ("token", "present", "")
    assert as_signed_in(access, None) == access
    assert as_signed_in(service.access, Tokens("present", "again")) == service.access


@pytest.mark.parametrize("given", ["canary\n", " canary", "can\0ary", ""])
async def test_a_token_that_cannot_travel_is_none(service, given):
    """It is not shown either."""
    service.on("/oauth/token", {"access_token": given, "expires_in": 100})
    with pytest.raises(ServiceError, match="holds no token") as caught:
        await service.sign_in.sign_in()

    assert "canary" not in str(caught.value)


async def test_a_header_that_cannot_be_sent_is_not_repeated_by_a_call(service):
    """Whatever the way on which it came in."""
    error = httpx2.LocalProtocolError("Illegal header value b'Bearer canary'")
    assert "canary" not in str(service.http.reason_of(error))


async def test_a_need_that_passes_without_anybody_is_taken_back(service):
    """A token that was refused and could not be renewed, and then is taken again after all."""
    refused = [httpx2.Response(403, json={"status": {"code": 603, "message": "No"}})] * 2
    service.on("/oauth/token", httpx2.Response(400, json={"error": "invalid_grant"}))
    service.on("/id1/statistic-values", lambda _: refused.pop() if refused else _well())
    service.sign_in._start(Tokens("t", "r"))
    for _ in range(2):
        with pytest.raises(ServiceError):
            await service.api.peek("id1")
    await service.api.peek("id1")

    assert len(service.needs) == 2
    assert "user name or password is wrong" in service.needs[0]
    assert service.needs[1] is None


def _well() -> httpx2.Response:
    return httpx2.Response(200, json=OK)


async def test_a_need_that_comes_ahead_of_the_end_stays_until_somebody_signs_in(service):
    """The token is still taken for a while; taking the need back would ask again and again."""
    await service.sign_in.sign_in()
    service.on("/oauth/token", httpx2.Response(400, json={"error": "invalid_grant"}))
    service.on("/id1/statistic-values", OK)
    with pytest.raises(SignInRefused):
        await service.sign_in.renew()
    await service.api.peek("id1")

    assert len(service.needs) == 1


@pytest.mark.parametrize("given", [None, "", 5])
async def test_renewals_that_bring_no_refresh_token_keep_the_old_one(service, given):
    """RFC 6749 §6, and again at the next renewal."""
    await service.sign_in.sign_in()
    answer = {"access_token": "fresh", "expires_in": 60}
    answer |= {} if given is None else {"refresh_token": given}
    service.on("/oauth/token", httpx2.Response(200, json=answer))
    for _ in range(2):
        await service.sign_in.renew()
        assert service.sign_in.tokens.refresh == "again"

    forms = [form_of(request) for request in service.asked("/oauth/token")[1:]]
    assert [form["refresh_token"] for form in forms] == ["again", "again"]


@pytest.mark.parametrize("spacing", [1.0, 5.0, 9.0])
async def test_tokens_that_end_every_few_seconds_are_renewed_every_time(service, spacing):
    """Each was accepted: that counts, however soon the next one is refused."""
    await service.sign_in.sign_in()
    for number in range(1, 5):
        service.seconds += spacing
        await service.sign_in.renew(f"token{number}", "Unauthorized")
        service.sign_in.accepted(service.sign_in.token)

    assert service.sign_in.token == "token5"
    assert service.needs == []


async def test_a_token_that_ends_before_its_first_use_asks_for_nobody(service):
    """It was renewed for one that was refused, and ended with all others a moment later."""
    good = await refused_at_first(service)
    good.clear()
    with pytest.raises(ServiceError):
        await service.api.create("id1", [])
    service.seconds += SOON
    good.add("token3")
    await service.api.create("id2", [])

    assert service.needs == []
