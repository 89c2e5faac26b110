"""The doctor's verdicts, from facts alone."""

from pathlib import Path

import pytest

from statmon.support import verdicts
from statmon.support.finding import Finding, failed, ok
from statmon.support.verdicts import Folder

HERE = Path("somewhere")


def folder(free: int | None, problem: str = "") -> Folder:
    return Folder("history", HERE, free, problem)


@pytest.mark.parametrize(
    ("free", "outcome"),
    [(10_000_000_000, "ok"), (100_000_000, "warning"), (1_000_000, "failed"), (None, "ok")],
)
def test_the_fullest_disk_decides(free, outcome):
    """Of several folders the one with the least room is named."""
    found = verdicts.disk([folder(10_000_000_000), folder(free)])

    assert found.outcome == outcome
    assert bool(found.cure) == (outcome != "ok")


def test_a_folder_that_cannot_be_written_fails_in_the_systems_words():
    """And names the folder."""
    found = verdicts.disk([folder(1 << 40), folder(None, "Read-only file system")])

    assert found.outcome == "failed"
    assert "somewhere" in found.says
    assert "Read-only file system" in found.says


@pytest.mark.parametrize(
    ("backend", "outcome"),
    [
        ("keyring.backends.SecretService.Keyring", "ok"),
        ("keyring.backends.fail.Keyring", "warning"),
        ("keyring.backends.null.Keyring", "warning"),
        ("keyrings.alt.file.PlaintextKeyring", "failed"),
    ],
)
def test_a_keyring_in_plain_text_is_worse_than_none(backend, outcome):
    """Without one secrets are kept in memory; in plain text they would be given away."""
    assert verdicts.keyring(backend).outcome == outcome


def test_a_keyring_that_breaks_is_told_with_its_words():
    """And costs only the keeping of secrets."""
    found = verdicts.keyring("", "no D-Bus")

    assert (found.outcome, "no D-Bus" in found.says) == ("warning", True)


@pytest.mark.parametrize(
    ("address", "problem", "outcome"),
    [
        ("", None, "ok"),
        ("http://proxy:3128", "", "ok"),
        ("http://proxy:3128", "Connection refused", "failed"),
        ("http://proxy:3128", None, "skipped"),
    ],
)
def test_a_proxy_has_to_answer(address, problem, outcome):
    """If there is one."""
    assert verdicts.proxy(address, "HTTPS_PROXY", problem).outcome == outcome


@pytest.mark.parametrize(
    "address", ["http://me:CANARY@proxy:3128", "http://me:CANARY@[", "http://CANARY@proxy:x"]
)
def test_a_proxys_password_is_never_shown(address):
    """However the address is written."""
    assert "CANARY" not in verdicts.proxy(address, "HTTPS_PROXY", "refused").line


@pytest.mark.parametrize(
    ("ahead", "outcome"),
    [
        (0.4, "ok"),
        (-4.0, "ok"),
        (-30.0, "warning"),
        (90.0, "failed"),
        (-3600.0, "failed"),
        (None, "skipped"),
    ],
)
def test_a_clock_is_judged_beyond_what_cannot_be_known(ahead, outcome):
    """Slow answers and whole seconds count as uncertainty, in both directions."""
    assert verdicts.clock(ahead, 1.0).outcome == outcome


def test_a_slow_answer_is_no_wrong_clock():
    """Sixty-odd seconds apart, of which eight were spent on the way: no more than a warning."""
    assert verdicts.clock(66.0, 8.0).outcome == "warning"


@pytest.mark.parametrize(("days", "outcome"), [(90.0, "ok"), (None, "ok"), (3.0, "warning")])
def test_a_certificate_about_to_end_is_told_ahead(days, outcome):
    """While there is time to renew it."""
    assert verdicts.certificate("TLSv1.3", days, "Our CA").outcome == outcome


def test_a_finding_is_one_line():
    """Whatever was found: words of a library may have several."""
    line = failed("tls", "broken\nin two", "mend it\nnow").line

    assert line.splitlines() == [line]
    assert "mend it now" in line


def test_only_what_is_not_well_has_a_cure():
    """A line that is fine stays short."""
    assert isinstance(ok("qt", "6.11"), Finding)
    assert "->" not in ok("qt", "6.11").line
