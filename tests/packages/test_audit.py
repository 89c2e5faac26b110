"""``make audit``: what is known of weaknesses and licences; what could not be asked is no proof."""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database():
    """Serve weaknesses by their parts' names, as the National Vulnerability Database does."""
    servers = []

    def begin(known, status=200, answer=None):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                (cpe,) = parse_qs(urlsplit(self.path).query)["virtualMatchString"]
                found = [{"cve": one} for one in known.get(cpe, [])]
                body = json.dumps({"vulnerabilities": found} if answer is None else answer)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


OPENSSL = "cpe:2.3:a:openssl:openssl:3.0.15:*:*:*:*:*:*:*"


@pytest.fixture
def ask(recipe, monkeypatch, tmp_path, capsys):
    """Ask about a bill with CPython, and OpenSSL inside of it."""
    weaknesses = recipe("weaknesses")
    inner = {"name": "OpenSSL", "version": "3.0.15", "cpe": OPENSSL}
    cpython = {"name": "CPython", "version": "3.12.9", "cpe": "cpe:2.3:a:python:python:3.12.9:*"}
    parts = [{**cpython, "components": [inner]}, {"name": "numpy", "version": "2"}]
    (tmp_path / "bill.json").write_text(json.dumps({"components": parts}))
    monkeypatch.setattr("sys.argv", ["weaknesses.py", str(tmp_path / "bill.json")])
    monkeypatch.setattr(weaknesses.truststore, "inject_into_ssl", lambda: None)

    def asked(address):
        monkeypatch.setenv("STATMON_WEAKNESSES", address)
        code = weaknesses.main()
        return code, capsys.readouterr().out

    return asked


def test_parts_that_are_no_python_are_asked_about(ask, database):
    """Each by its name there, also those that lie inside another."""
    assert ask(database({})) == (0, "OpenSSL 3.0.15: none known\nCPython 3.12.9: none known\n")

    known = {OPENSSL: [{"id": "CVE-2"}, {"id": "CVE-1"}, {"id": "CVE-3", "vulnStatus": "Rejected"}]}
    code, said = ask(database(known))

    assert code == 1
    assert "OpenSSL 3.0.15: CVE-1, CVE-2\n" in said


@pytest.mark.parametrize("how", [{"status": 403}, {"answer": {"error": 1}}, {"answer": [1]}])
def test_a_database_that_does_not_answer_is_no_proof(ask, database, how):
    """It refuses those who ask too often, for one."""
    code, said = ask(database({}, **how))

    assert code == 69
    assert "NOT RUN" in said


def test_a_database_out_of_reach_is_no_proof(ask, unused_tcp_port):
    """As where nobody may ask anything outside."""
    assert ask(f"http://127.0.0.1:{unused_tcp_port}/")[0] == 69


def test_what_the_issue_names_has_a_name_in_the_database(recipe):
    """CPython has its own; of a version that nobody can read there is none."""
    parts = recipe("parts")

    assert {"Qt", "OpenSSL", "SQLite", "ICU"} <= {one.name for one in parts.TABLE if one.cpe}
    assert parts.known_as("openssl:openssl", "3.0.15") == OPENSSL
    assert parts.known_as("openssl:openssl", "of cpython 3.12.9") is None
    assert parts.known_as("", "3.0.15") is None


@pytest.mark.parametrize(
    ("says", "ends", "told", "code"),
    [
        ("No known vulnerabilities found", 0, "vulnerabilities: none known", 0),
        ("Found 1 known vulnerability in 1 package\nh11 0.16.0 CVE-0", 1, "h11 0.16.0 CVE-0", 1),
        ("ConnectionError: no way", 1, "NOT RUN, the auditor or its data cannot be reached", 69),
        ("", 127, "NOT RUN", 69),
    ],
)
def test_the_auditor_is_heard(dist, database, tmp_path, says, ends, told, code):
    """Clean, weak, out of reach and missing: each has its word and its exit code."""
    auditor = tmp_path / "auditor"
    auditor.write_text(
        f'#!/bin/sh\ngrep -q "^h11==" "$2" || exit 3\nprintf "%s\\n" "{says}"\nexit {ends}\n'
    )
    auditor.chmod(0o755)
    env = {**os.environ, "STATMON_AUDITOR": str(auditor), "STATMON_WEAKNESSES": database({})}

    done = subprocess.run(
        [ROOT / "packaging/audit.sh"], env=env, capture_output=True, text=True, check=False
    )

    assert told in done.stdout
    assert done.returncode == code
    assert "licences: allowed, of all" in done.stdout
    assert "keyring 25" in done.stdout


@pytest.mark.parametrize(
    ("stated", "may"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Zlib", True),
        ("GPL-3.0-only OR LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("MIT License AND BSD License", True),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", True),
        ("MIT OR (Apache-2.0 AND GPL-3.0-only)", True),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("GPL-3.0-or-later WITH another-exception", False),
        ("Some License, see text (all)", False),
        ("", False),
        ("UNKNOWN", False),
    ],
)
def test_a_licence_is_allowed_or_not(recipe, stated, may):
    """One alternative suffices; of what holds together, all; silence is no permission."""
    assert recipe("licences").allowed(stated) is may


def test_what_nobody_permits_stops_the_build(recipe, monkeypatch, tmp_path, capsys):
    """A component whose licence is not allowed is named, and the build ends."""
    licences = recipe("licences")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    for name, terms in (("statmon", "MIT"), ("evil", "AGPL-3.0-only")):
        info = tmp_path / f"shipped/{name}-1.dist-info"
        info.mkdir(parents=True)
        words = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1\nLicense-Expression: {terms}\n"
        (info / "METADATA").write_text(words)
    command = ["licences.py", str(tmp_path / "out"), "--packages", str(tmp_path / "shipped")]
    monkeypatch.setattr("sys.argv", command)

    assert licences.main() == 1
    assert capsys.readouterr().err == "evil: its licence (AGPL-3.0-only) is not allowed\n"
