from urllib.parse import parse_qs, urlsplit

import pytest

BASIC = ("statmon-client", "statmon-secret")
PASSWORD = {"grant_type": "password", "username": "supervisor", "password": "supervisor-password"}
TOKEN = "/auth/v3/oauth/token"


def use(http, answer):
    http.headers["Authorization"] = f"bearer {answer.json()['access_token']}"


@pytest.mark.asyncio
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


@pytest.mark.asyncio
async def test_a_public_client_needs_no_secret(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=PASSWORD | {"client_id": "statmon-client"})
        assert answer.status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("data", "auth", "status", "error"),
    [
        (PASSWORD | {"password": "x"}, BASIC, 400, "invalid_grant"),
        (PASSWORD, ("statmon-client", "x"), 401, "invalid_client"),
        (PASSWORD | {"client_id": "other"}, None, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, BASIC, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, BASIC, 400, "invalid_grant"),
        ({"grant_type": "magic"}, BASIC, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "statmon-client"}, None, 401,
         "unauthorized"),
    ],
)  # fmt: skip
async def test_a_refused_grant_says_so_in_oauths_words(service, data, auth, status, error):
    async with service.client() as http:
        answer = await http.post(TOKEN, data=data, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.asyncio
async def test_a_refresh_ends_the_old_token(service):
    async with service.client() as http:
        first = await http.post(TOKEN, data=PASSWORD, auth=BASIC)
        refresh = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
        second = await http.post(TOKEN, data=refresh, auth=BASIC)
        use(http, first)
        assert (await http.get("/auth/v3/ping")).status_code == 403
        use(http, second)
        assert (await http.get("/auth/v3/ping")).status_code == 200


@pytest.mark.asyncio
async def test_client_credentials_grant_a_token_without_refresh(service):
    async with service.client() as http:
        answer = await http.post(TOKEN, data={"grant_type": "client_credentials"}, auth=BASIC)
        assert "refresh_token" not in answer.json()
        use(http, answer)
        assert (await http.get("/auth/v3/ping")).status_code == 200


@pytest.mark.asyncio
async def test_an_authorization_code_is_good_once_and_for_its_uri(service):
    uri = "http://127.0.0.1:1/callback"
    query = {"client_id": "statmon-client", "redirect_uri": uri, "response_type": "code",
             "state": "xyz"}  # fmt: skip
    async with service.client() as http:
        page = await http.get("/auth/v3/oauth/authorize", params=query)
        assert "<form" in page.text
        wrong = await http.post("/auth/v3/oauth/authorize", params=query, data={"username": "x"})
        assert wrong.status_code == 401
        answer = await http.post("/auth/v3/oauth/authorize", params=query, data=PASSWORD)
        assert answer.status_code == 302
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == ["xyz"]
        grant = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": uri}
        assert (await http.post(TOKEN, data=grant, auth=BASIC)).status_code == 200
        assert (await http.post(TOKEN, data=grant, auth=BASIC)).status_code == 400


@pytest.mark.asyncio
async def test_the_implicit_grant_puts_the_token_into_the_fragment(service):
    query = {"client_id": "statmon-client", "redirect_uri": "http://127.0.0.1/",
             "response_type": "token"}  # fmt: skip
    async with service.client() as http:
        answer = await http.post("/auth/v3/oauth/authorize", params=query, data=PASSWORD)
        fragment = parse_qs(urlsplit(answer.headers["location"]).fragment)
        http.headers["Authorization"] = f"Bearer {fragment['access_token'][0]}"
        assert (await http.get("/auth/v3/ping")).status_code == 200


@pytest.mark.asyncio
async def test_signing_out_ends_the_token(service):
    async with service.client() as http:
        use(http, await http.post(TOKEN, data=PASSWORD, auth=BASIC))
        assert (await http.post("/auth/v3/sign-out?global=false")).json() == {"status": {"code": 0}}
        assert (await http.get("/auth/v3/ping")).status_code == 403


@pytest.mark.asyncio
async def test_tokens_end_after_their_lifetime(simulator):
    arguments = ("--agents", "1", "--token-lifetime", "0")
    async with simulator(*arguments) as running, running.client() as http:
        use(http, await http.post(TOKEN, data=PASSWORD, auth=BASIC))
        assert (await http.get("/auth/v3/ping")).status_code == 403
