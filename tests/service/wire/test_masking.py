"""What somebody else says, on its way to whoever reads it."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.bayeux.journal import Journal
from statmon.service.access import Access
from statmon.service.wire.masking import MASK, masked, told
from statmon.service.wire.words import ServiceWords

SECRETS = ("canary-9d", "p@ss wörd/+&=9d", 'qu"o\\te<9d>', "eyJhbGci.eyJzdWIi.sig_-9", "päss~9d")


def forms(secret: str) -> dict[str, str]:
    """Every way in which a secret is said again."""
    packed = base64.b64encode
    return {
        "plain": secret,
        "json": json.dumps({"m": secret}),
        "json in letters": json.dumps({"m": secret}, ensure_ascii=False),
        "json with slashes": json.dumps(secret).replace("/", "\\/"),
        "json in json": json.dumps(json.dumps({"m": secret})),
        "form": quote_plus(secret),
        "percent": quote(secret, safe=""),
        "percent lower": _lower(quote(secret, safe="")),
        "path": quote(secret),
        "page": html.escape(secret),
        "base64": packed(secret.encode()).decode(),
        "basic": packed(f"client:{secret}".encode()).decode(),
        "basic, one more": packed(f"client1:{secret}".encode()).decode(),
        "basic, two more": packed(f"client12:{secret}x".encode()).decode(),
        "urlsafe": base64.urlsafe_b64encode(f"c:{secret}".encode()).decode(),
    }


def _lower(text: str) -> str:
    parts = text.split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_in_every_form_in_which_it_travels(secret):
    """Of base64 at most the signs that it shares with its neighbours stay."""
    for form, text in forms(secret).items():
        said = told(f"you sent {text} to us", secrets=[secret])
        assert MASK in said, form
        assert "9d" not in said, form
        assert len(said.replace("you sent", "").replace("to us", "")) < 30, (form, said)


@pytest.mark.parametrize(
    "text",
    [
        "accessToken=CANARY", '{"accessToken": "CANARY"}', '{"refreshToken":"CANARY x"}',
        "{\\\"clientSecret\\\": \\\"CANARY\\\"}", "apiKey: CANARY9", "ApiKey=CANARY",
        "idToken: CANARY.x.y", "Bearer CANARY.x-y", "bearer canary9x", "Basic Y2FuYXJ5OmNhbmFyeQ==",
        "https://me:CANARY@host/x", "/cb?state=CANARY&code=CANARY", "Set-Cookie: S=CANARY; Path=/",
        "password=canary", "x-api-key: CANARY", "codeVerifier=canary", "sessionId='CANARY'",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(text):
    """By its shape, when nobody knows it; in either way of writing its name."""
    assert "canary" not in masked(text).casefold()


@pytest.mark.parametrize(
    "words",
    [
        "user name or password is wrong",
        "the password: wrong or expired",
        "Bearer token is missing",
        "Basic authentication is required",
        "token: expired",
        "the client secret was refused",
        "code: 403",
        "a cookie is needed",
        "no state here?state is fine",
    ],
)
def test_ordinary_words_stay(words):
    """Also where somebody's password is such a word: masked there, it would be told."""
    assert told(words, secrets=["password", "token", "Bearer"]) == words


def test_what_acts_on_a_terminal_is_seen_and_too_much_is_cut():
    """ESC sequences, directions, letters that nobody sees, three thousand letters."""
    assert told("a\x1b[31m\u202eb\u200b\nc\x9bd") == "a‹U+001B›[31m‹U+202E›b‹U+200B› c‹U+009B›d"
    assert told("x" * 3000) == "x" * 199 + "…"


@given(st.text(max_size=300), st.text(min_size=6, max_size=30))
def test_any_text_with_any_secret_is_fit_to_be_shown(text, secret):
    """Whatever both are: one line, seen, short, nothing raised."""
    said = told(f"{text}{secret}{text}", secrets=[secret])
    assert len(said) <= 200
    assert not any(sign in said for sign in "\n\r\t\x1b\x00\u202e\u2066\u200b\ufeff")
    said.encode()


def test_the_protocols_journal_is_masked_as_everything_else():
    """In every form, and of what looks like a secret: it knew only the headers as they were."""
    journal = Journal(ServiceWords(Access("https://site", password="pass word/9d"), str).masked)
    journal.note(1.0, "failed", reason="sent pass%20word%2F9d, Bearer 8c7.b6")
    assert not any(secret in journal.report() for secret in ("9d", "8c7"))
