"""Which weaknesses are known of the parts that no Python registry knows: ``weaknesses.py BILL…``.

Asks the National Vulnerability Database by the names under which the bills of materials list them:
CPython, Qt, ICU, OpenSSL, SQLite and so on. Exit code 1 if some are known, 69 if it could not be
asked: silence is no proof. What comes from Debian is Debian's to mend, by its own version.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import truststore

UNAVAILABLE = 69
ADDRESS = "https://services.nvd.nist.gov/rest/json/cves/2.0"
PAUSE = 6.0
"""Seconds between two questions: more often it answers nobody without a key."""
WITHIN = 60.0
"""Seconds for one answer."""


def main() -> int:
    """Print what is known, a line for each part."""
    address = os.environ.get("STATMON_WEAKNESSES", ADDRESS)
    pause = PAUSE if address == ADDRESS else 0.0
    asked, known = named([json.loads(Path(one).read_text("utf-8")) for one in sys.argv[1:]]), 0
    truststore.inject_into_ssl()
    with httpx2.Client(timeout=WITHIN) as http:
        for number, (cpe, title) in enumerate(sorted(asked.items())):
            time.sleep(pause if number else 0.0)
            try:
                found = weaknesses(http.get(address, params={"virtualMatchString": cpe}))
            except (httpx2.HTTPError, ValueError) as error:
                sys.stdout.write(f"weaknesses of parts: NOT RUN, {address}: {error}\n")
                return UNAVAILABLE
            known += len(found)
            sys.stdout.write(f"{title}: {', '.join(found) or 'none known'}\n")
    return int(known > 0)


def named(bills: list[dict[str, Any]]) -> dict[str, str]:
    """Return the parts that have a name in the database, and what people call them."""
    found: dict[str, str] = {}
    todo = [part for bill in bills for part in bill["components"]]
    while todo:
        part = todo.pop()
        todo += part.get("components", [])
        if "cpe" in part:
            found[part["cpe"]] = f"{part['name']} {part['version']}"
    return found


def weaknesses(answer: httpx2.Response) -> list[str]:
    """Return the names of the weaknesses that an answer tells of.

    Raises:
        HTTPError: it is none.
        ValueError: it is not what the database writes.
    """
    answer.raise_for_status()
    try:
        told = [one["cve"] for one in answer.json()["vulnerabilities"]]
        return sorted(one["id"] for one in told if one.get("vulnStatus") != "Rejected")
    except (KeyError, TypeError) as error:
        raise ValueError(f"an answer without {error}") from error


if __name__ == "__main__":
    sys.exit(main())
