"""What the connection options come to when something they lean on is out of order."""

import argparse
import threading

from statmon.commands import options
from statmon.storage.secrets import Vault


def test_a_keyring_that_hangs_does_not_hold_up_a_command(monkeypatch, caplog):
    """It goes on with what was given, and says what is missing and why."""
    answered = threading.Event()
    monkeypatch.setattr(Vault, "fill", lambda *_: answered.wait())
    monkeypatch.setattr(options, "KEYRING_WITHIN", 0.05)
    parser = argparse.ArgumentParser()
    options.add_connection_options(parser)

    access = options.access_given(parser.parse_args(["--url", "http://site", "--api-key", "key"]))
    answered.set()

    assert (access.url, access.api_key) == ("http://site", "key")
    assert "the keyring does not answer" in caplog.text


def test_the_line_end_of_a_file_does_not_count(monkeypatch):
    """``STATMON_TOKEN`` and the key often come from a file."""
    monkeypatch.setenv("STATMON_TOKEN", "token\n")
    monkeypatch.setenv("STATMON_API_KEY", " key\r\n")
    parser = argparse.ArgumentParser()
    options.add_connection_options(parser)

    access = options.access_given(parser.parse_args(["--url", "http://site "]))

    assert (access.url, access.api_key, access.token) == ("http://site", "key", "token")
