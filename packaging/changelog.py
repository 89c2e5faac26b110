"""The changelog by version, as AppStream and the update notice want it: ``changelog.py VERSION``.

Prints what the version brought, for ``sign_release.py --notes``.

``## Unreleased``, then ``## 0.2.0 (2026-12-01)``, each with points that begin with ``- ``.
"""

import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

FILE = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
UNRELEASED = "Unreleased"
MOST_NOTES = 7_000
"""Characters; the update notice takes 8,000."""
_HEADING = re.compile(
    r"^## (?:(Unreleased)|(\d+(?:\.\d+){1,3}) \((\d{4}-\d\d-\d\d)\))$", re.MULTILINE
)
_POINT = re.compile(r"^- (.*?)(?=^- |\Z)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"[*`]|\[([^\]]*)\]\([^)]*\)")


class Malformed(ValueError):
    """The changelog is not as it has to be; the message says where."""


@dataclass(frozen=True, slots=True)
class Release:
    """What one version brought."""

    version: str
    """``Unreleased`` before it has one."""
    day: date | None
    points: tuple[str, ...]
    """Plain text, without line ends and marks."""


def parse(text: str) -> list[Release]:
    """Return the releases, newest first.

    Raises:
        Malformed: a heading is none, or versions are not in order.
    """
    found = list(_HEADING.finditer(text))
    if len(found) != len(re.findall(r"^## ", text, re.MULTILINE)):
        raise Malformed("a heading of the changelog is neither Unreleased nor VERSION (DAY)")
    ends = [one.start() for one in found[1:]] + [len(text)]
    releases = [
        Release(
            one[1] or one[2],
            date.fromisoformat(one[3]) if one[3] else None,
            tuple(_plain(point) for point in _POINT.findall(text[one.end() : end])),
        )
        for one, end in zip(found, ends, strict=True)
    ]
    numbers = [number(one.version) for one in releases if one.day]
    if numbers != sorted(set(numbers), reverse=True):
        raise Malformed("the versions of the changelog are not in order, newest first")
    return releases


def number(version: str) -> tuple[int, ...]:
    """Return what versions are compared by."""
    return tuple(map(int, version.split(".")))


def released(text: str, version: str, day: date) -> str:
    """Return the changelog with what was unreleased as a version's.

    Raises:
        Malformed: nothing is new, or the version is not newer than the last.
    """
    releases = parse(text)
    if not releases or releases[0].day or not releases[0].points:
        raise Malformed("the changelog has nothing unreleased")
    if len(releases) > 1 and number(version) <= number(releases[1].version):
        raise Malformed(f"{version} is not newer than {releases[1].version}")
    heading = f"## {UNRELEASED}\n"
    return text.replace(heading, f"{heading}\n## {version} ({day.isoformat()})\n", 1)


def notes(release: Release, most: int) -> str:
    """Return a release's points as plain text of at most so many characters, whole ones only."""
    lines: list[str] = []
    for place, point in enumerate(release.points):
        left = len(release.points) - place - 1
        more = f"… and {left} more" if left else ""
        if len("\n".join([*lines, f"- {point}", more])) > most:
            return "\n".join([*lines, f"… and {left + 1} more"])
        lines.append(f"- {point}")
    return "\n".join(lines)


def appstream(releases: list[Release], version: str, day: date) -> str:
    """Return the ``<release>`` elements; a version that is not released yet is in development."""
    told = [_element(one.version, one.day, one.points) for one in releases if one.day]
    if all(one.version != version for one in releases):
        told.insert(0, _element(version, day, (), ' type="development"'))
    return "\n".join(told)


def _element(version: str, day: date, points: tuple[str, ...], kind: str = "") -> str:
    begin = f"<release version={quoteattr(version)} date={quoteattr(day.isoformat())}{kind}"
    if not points:
        return f"{begin}/>"
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    return f"{begin}><description><ul>{items}</ul></description></release>"


def _plain(point: str) -> str:
    return " ".join(_MARKS.sub(lambda mark: mark[1] or "", point).split())


def main() -> int:
    """Print the points of the version that the command line names."""
    found = [one for one in parse(FILE.read_text("utf-8")) if one.version == sys.argv[1]]
    for one in found:
        sys.stdout.write(notes(one, MOST_NOTES) + "\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
