"""Signs the announcement of a release, for statmon's update notice.

    python packaging/sign_release.py new-key KEY
    python packaging/sign_release.py sign KEY --version 0.2.0 --page URL --notes NOTES.txt

``new-key`` makes the secret key (a file that only you can read: keep it off line) and prints the
public one, which belongs into ``resources/updates.json`` or a policy. ``sign`` prints the
announcement; put it at the address that is named there, and sign anew before it expires.
"""

import argparse
import base64
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nacl.signing import SigningKey

from statmon.updates import manifest


def main() -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("new-key")
    sign = commands.add_parser("sign")
    for command in (make, sign):
        command.add_argument("key", type=Path, metavar="KEY")
    sign.add_argument("--version", required=True)
    sign.add_argument("--page", required=True, help="the https page that tells more")
    sign.add_argument("--notes", type=Path, help="what is new: a plain text file")
    sign.add_argument("--days", type=int, default=90, help="until it expires (default: 90)")
    args = parser.parse_args()
    if args.command == "new-key":
        sys.stdout.write(new_key(args.key) + "\n")
        return 0
    notes = args.notes.read_text("utf-8") if args.notes else ""
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        text = announcement(
            SigningKey(base64.b64decode(args.key.read_bytes())),
            version=args.version,
            page=args.page,
            notes=notes,
            issued=now,
            expires=now + timedelta(days=args.days),
        )
    except manifest.Refused as error:
        sys.stderr.write(f"statmon would not believe it: {error}\n")
        return 1
    sys.stdout.write(text)
    return 0


def new_key(path: Path) -> str:
    """Write a new secret key to a file that must not be there yet; return the public one."""
    key = SigningKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(bytes(key)) + b"\n")
    return public(key)


def public(key: SigningKey) -> str:
    """Return the public key as it is written in ``updates.json`` and in a policy."""
    return base64.b64encode(bytes(key.verify_key)).decode()


def announcement(
    key: SigningKey, *, version: str, page: str, notes: str, issued: datetime, expires: datetime
) -> str:
    """Return the file that announces a release.

    Raises:
        Refused: statmon would not believe it.
    """
    release = {
        "version": version,
        "issued": issued.isoformat(),
        "expires": expires.isoformat(),
        "page": page,
        "notes": notes,
    }
    text = json.dumps(release, ensure_ascii=False)
    signature = key.sign(manifest.CONTEXT + text.encode()).signature
    envelope = {"release": text, "signature": base64.b64encode(signature).decode()}
    made = json.dumps(envelope, indent=2) + "\n"
    manifest.opened(made.encode(), [bytes(key.verify_key)])
    return made


if __name__ == "__main__":
    sys.exit(main())
