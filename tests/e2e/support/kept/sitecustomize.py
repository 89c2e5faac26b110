"""A keyring of the test's in a process of its own: a file stands for the desktop's."""

import json
import os
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend


class Kept(KeyringBackend):
    """Looks to statmon like one that it trusts."""

    priority = 1

    def _read(self):
        return json.loads(Path(os.environ["TEST_KEYRING"]).read_text())

    def get_password(self, service, username):
        return self._read().get(f"{service}/{username}")

    def set_password(self, service, username, password):
        items = {**self._read(), f"{service}/{username}": password}
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(items))

    def delete_password(self, service, username):
        items = self._read()
        del items[f"{service}/{username}"]
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(items))


Kept.__module__ = "keyring.backends.SecretService"
keyring.set_keyring(Kept())
