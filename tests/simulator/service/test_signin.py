import base64
import hashlib
import hmac
import json

import pytest

BASIC = ("statmon-client", "statmon-secret")
PASSWORD = {"grant_type": "password", "username": "supervisor", "password": "supervisor-password"}
TOKEN = "/auth/v3/oauth/token"


def use(http, answer):
    http.headers["Authorization"] = f"bearer {answer.json()['access_token']}"


async def test_a_password_grants_a_token_that_tells_who_it_is(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=PASSWORD | {"scope": "*"}, auth=BASIC)
        assert set(answer.json()) == {
            "access_token", "token_type", "refresh_token", "expires_in", "scope",
        }  # fmt: skip
        use(http, answer)
        assert (await http.get("/auth/v3/userinfo")).json()["loginName"] == "supervisor"
        assert (await http.get("/auth/v3/openid/userinfo")).json()["user_name"] == "supervisor"
        assert (await http.get("/auth/v3/ping")).status_code == 200


async def test_a_public_client_needs_no_secret(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=PASSWORD | {"client_id": "statmon-client"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("data", "auth", "status", "error"),
    [
        (PASSWORD | {"password": "x"}, BASIC, 400, "invalid_grant"),
        (PASSWORD, ("statmon-client", "x"), 401, "invalid_client"),
        (PASSWORD | {"client_id": "other"}, None, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, BASIC, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, BASIC, 400, "invalid_grant"),
        ({"grant_type": "magic"}, BASIC, 400, "unsupported_grant_type"),
        ({}, BASIC, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "client_id": "statmon-client"}, None, 401,
         "unauthorized"),
    ],
)  # fmt: skip
async def test_a_refused_grant_says_so_in_oauths_words(service, data, auth, status, error):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=data, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_refresh_ends_the_old_token(service):
    async with service.client() as http:
        first = await http.post(TOKEN, data=PASSWORD, auth=BASIC)
        refresh = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
        second = await http.post(TOKEN, data=refresh, auth=BASIC)
        use(http, first)
        assert (await http.get("/auth/v3/ping")).status_code == 403
        use(http, second)
        assert (await http.get("/auth/v3/ping")).status_code == 200


async def test_client_credentials_grant_a_token_without_refresh(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data={"grant_type": "client_credentials"}, auth=BASIC)
        assert "refresh_token" not in answer.json()
        use(http, answer)
        assert (await http.get("/auth/v3/ping")).status_code == 200


async def test_signing_out_ends_the_token(service):
    async with service.client() as http:
        use(http, await http.post(TOKEN, data=PASSWORD, auth=BASIC))
        assert (await http.post("/auth/v3/sign-out?global=false")).json() == {"status": {"code": 0}}
        assert (await http.get("/auth/v3/ping")).status_code == 403


async def test_tokens_end_after_their_lifetime(simulator):
    arguments = ("--agents", "1", "--token-lifetime", "0")
    async with simulator(*arguments) as running, running.client() as http:
        use(http, await http.post(TOKEN, data=PASSWORD, auth=BASIC))
        assert (await http.get("/auth/v3/ping")).status_code == 403


def renew(refresh):
    return {"grant_type": "refresh_token", "refresh_token": refresh}


@pytest.mark.parametrize(("choice", "same"), [("rotate", False), ("keep", True)])
async def test_a_refresh_token_is_renewed_or_kept_as_the_option_says(simulator, choice, same):
    arguments = ("--agents", "1", "--refresh-tokens", choice)
    async with simulator(*arguments) as running, running.client() as http:
        first = (await http.post(TOKEN, data=PASSWORD, auth=BASIC)).json()
        second = (await http.post(TOKEN, data=renew(first["refresh_token"]), auth=BASIC)).json()
        assert (second["refresh_token"] == first["refresh_token"]) is same
        again = await http.post(TOKEN, data=renew(first["refresh_token"]), auth=BASIC)
        assert again.status_code == (200 if same else 400)


async def test_a_refresh_token_may_end_too(simulator):
    arguments = ("--agents", "1", "--refresh-lifetime", "0.000001")
    async with simulator(*arguments) as running, running.client() as http:
        first = (await http.post(TOKEN, data=PASSWORD, auth=BASIC)).json()
        answer = await http.post(TOKEN, data=renew(first["refresh_token"]), auth=BASIC)
        assert answer.json()["error"] == "invalid_grant"


async def test_a_service_may_want_every_clients_secret(simulator):
    public = PASSWORD | {"client_id": "statmon-client"}
    arguments = ("--agents", "1", "--confidential-client")
    async with simulator(*arguments) as running, running.client() as http:
        assert (await http.post(TOKEN, data=public)).status_code == 401
        secret = public | {"client_secret": "statmon-secret"}
        assert (await http.post(TOKEN, data=secret)).status_code == 200


async def test_bad_credentials_may_meet_a_403_without_words(simulator):
    arguments = ("--agents", "1", "--bad-credentials", "empty-403")
    async with simulator(*arguments) as running, running.client() as http:
        answer = await http.post(TOKEN, data=PASSWORD | {"password": "x"}, auth=BASIC)
        assert (answer.status_code, answer.content) == (403, b"")


async def test_the_fault_end_sign_ins_leaves_no_token_good(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=PASSWORD, auth=BASIC)
        use(http, answer)
        await http.post("/simulator/v1/faults", json={"kind": "end-sign-ins"})
        assert (await http.get("/auth/v3/ping")).status_code == 403
        refresh = renew(answer.json()["refresh_token"])
        assert (await http.post(TOKEN, data=refresh, auth=BASIC)).status_code == 400


async def test_the_users_claims_come_as_a_signed_jwt_in_a_header(service):
    async with service.client() as http:
        use(http, await http.post(TOKEN, data=PASSWORD, auth=BASIC))
        answer = await http.get("/auth/v3/jwt-userinfo")
        assert answer.json() == {"status": {"code": 0}}
        head, claims, signature = answer.headers["X-GWS-User"].split(".")
        made = hmac.new(b"statmon-secret", f"{head}.{claims}".encode(), hashlib.sha256).digest()
        assert decoded(signature) == made
        assert json.loads(decoded(claims))["user_name"] == "supervisor"
        del http.headers["Authorization"]
        assert (await http.get("/auth/v3/jwt-userinfo")).status_code == 403


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def test_a_password_can_be_changed_by_who_knows_the_old_one(service):
    def change(old, new):
        data = {"userName": "tenant\\supervisor", "oldPassword": old, "newPassword": new}
        return {"data": data, "operationId": "1"}

    async with service.client() as http:
        url, old = "/auth/v3/change-password", "supervisor-password"
        wrong = await http.post(url, json=change("wrong", "new"))
        assert wrong.status_code == 403
        assert wrong.json()["status"]["message"] == "Unable to update password"
        assert (await http.post(url, json={"data": {}})).status_code == 400
        assert (await http.post(url, json=change(old, "new"))).json() == {"status": {"code": 0}}
        assert (await http.post(TOKEN, data=PASSWORD, auth=BASIC)).status_code == 400
        fresh = PASSWORD | {"password": "new"}
        assert (await http.post(TOKEN, data=fresh, auth=BASIC)).status_code == 200
        service.state.subscriptions.set_available(False)
        assert (await http.post(url, json=change("new", old))).status_code == 503
