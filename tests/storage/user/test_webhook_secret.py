"""The secret that signs alerts: kept in the keyring, told to nobody."""

import pytest

from statmon.storage.machine.keyring import Keyring
from statmon.storage.user.webhook_secret import WebhookSecrets

HOOK = "https://hooks.example/statmon"


class Backend:
    """A keyring that may be locked, and whose complaints repeat what it was given."""

    def __init__(self):
        self.kept, self.locked = {}, False

    def get_password(self, *place):
        if self.locked:
            raise RuntimeError(f"locked: {place}")
        return self.kept.get(place)

    def set_password(self, *place):
        if self.locked:
            raise RuntimeError(f"locked: {place}")
        self.kept[place[:2]] = place[2]

    def delete_password(self, *place):
        del self.kept[place]


@pytest.fixture
def backend():
    return Backend()


def test_a_secret_is_kept_for_its_address_alone_and_forgotten(backend):
    """After the next start it is there; of another address nothing is."""
    assert WebhookSecrets(lambda: Keyring("k", backend)).keep(HOOK, "sesame")

    later = WebhookSecrets(lambda: Keyring("k", backend))
    assert (later.of(HOOK), later.of("https://other/")) == ("sesame", "")
    assert later.keep(HOOK, "")
    assert (later.of(HOOK), backend.kept) == ("", {})


def test_without_a_keyring_it_stays_in_memory():
    """Never in a file; and that it will not be there tomorrow is told."""
    secrets = WebhookSecrets(lambda: Keyring("none"))

    assert not secrets.keep(HOOK, "sesame")
    assert secrets.of(HOOK) == "sesame"


def test_a_locked_keyring_is_told_of_without_what_it_says(backend, caplog):
    """A backend may repeat the secret in its complaint."""
    backend.locked = True
    secrets = WebhookSecrets(lambda: Keyring("k", backend))

    assert not secrets.keep(HOOK, "sesame")
    assert secrets.of(HOOK) == "sesame"
    assert "sesame" not in caplog.text
    assert "could not be read" in caplog.text
