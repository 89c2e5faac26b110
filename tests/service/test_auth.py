"""One token for all callers, renewed ahead of its end, and no secret in what is said."""

import asyncio
from urllib.parse import parse_qs

import httpx2
import pytest

from statmon.service.errors import ServiceError, SignInRefused

pytestmark = pytest.mark.asyncio


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
