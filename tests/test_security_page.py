"""Every claim of docs/security.md names what proves it, and that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]
TESTS = "\n".join(
    path.read_text("utf-8")
    for path in (ROOT / "tests").rglob("test_*.py")
    if path != Path(__file__)
)


def _proofs(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def _exists(proof: str) -> bool:
    """Whether a proof is a file, a test in a file, or the name of a test."""
    path, _, name = proof.partition("::")
    if not name and re.fullmatch(r"test_\w+", path):
        return re.search(rf"def {path}\(", TESTS) is not None
    file = ROOT / path
    return file.exists() and (not name or f"def {name}(" in file.read_text("utf-8"))


@pytest.mark.parametrize(("threat", "answer", "proved"), ROWS, ids=lambda cell: cell[:40])
def test_an_answer_has_its_proof(threat, answer, proved):
    """A test of ours by its name; a folder of tests proves no single claim."""
    assert answer
    if proved.startswith("not ours:"):
        return
    proofs = _proofs(proved)
    assert proofs, f"{threat}: nothing proves it"
    assert [proof for proof in proofs if not _exists(proof)] == []
    assert [proof for proof in proofs if (ROOT / proof).is_dir()] == []


def test_no_threat_is_answered_twice():
    """One row for one threat."""
    threats = [row[0] for row in ROWS]

    assert len(threats) == len(set(threats)) > 20


def test_what_is_never_done_has_its_proof():
    """Each sentence under that heading."""
    part = PAGE.split("## What statmon never does")[1]
    claims = part.split("\n- ")[1:]

    assert len(claims) >= 4
    for claim in claims:
        proofs = _proofs(claim.split("Proved by")[1])
        assert proofs
        assert [proof for proof in proofs if not _exists(proof)] == []
