"""Any CPython for Windows can be shipped, and a release ships none that nobody builds any more."""

from datetime import date

import pytest


def library(version):
    """The bytes of a library whose resources state a version."""
    said = ("FileVersion".encode("utf-16-le"), version.encode("utf-16-le"))
    return b"MZ" + b"\0\0".join(said) + b"\0\0"


@pytest.fixture
def runtime(recipe, tmp_path):
    """A folder as python.org, NuGet and winpython lay it out; or flat, as an embeddable one."""

    def made(version="3.13.9", openssl="3.0.18", flat=False):
        inside = tmp_path if flat else tmp_path / "DLLs"
        (tmp_path / "Lib").mkdir()
        inside.mkdir(exist_ok=True)
        line = "".join(version.split(".")[:2])
        (tmp_path / f"python{line}.dll").write_bytes(library(version))
        (tmp_path / "python3.dll").write_bytes(library(version))
        (tmp_path / "vcruntime140.dll").write_bytes(library("14.42.34226.3"))
        (inside / "libcrypto-3.dll").write_bytes(library(openssl))
        (inside / "sqlite3.dll").write_bytes(library("3.50.4.0"))
        (inside / "libffi-8.dll").write_bytes(b"MZ")
        return recipe("windows_python").Runtime(tmp_path)

    return made


@pytest.mark.parametrize("flat", [False, True])
def test_it_is_known_by_what_lies_in_its_folder(runtime, flat):
    """Nothing is fixed to one line of it."""
    found = runtime(flat=flat)

    assert (found.name, found.line, found.version) == ("python313", "3.13", "3.13.9")
    assert found.parts() == {
        "OpenSSL": "3.0.18", "SQLite": "3.50.4.0", "libffi": "interface 8",
        "Microsoft Visual C++ runtime": "14.42.34226.3",
    }  # fmt: skip


def test_a_folder_without_the_whole_of_it_is_refused(runtime, recipe, tmp_path):
    """The embeddable package has no library that could be compiled."""
    found = runtime()
    (tmp_path / "Lib").rmdir()

    with pytest.raises(recipe("windows_python").Unfit, match="no whole CPython"):
        _ = found.line


@pytest.mark.parametrize(
    ("version", "openssl", "day", "past"),
    [
        ("3.14.1", "3.5.4", date(2026, 11, 30), []),
        ("3.12.9", "3.5.4", date(2026, 11, 30), ["CPython 3.12.9: no new builds of line 3.12"]),
        ("3.14.1", "3.0.15", date(2026, 9, 6), []),
        ("3.14.1", "3.0.15", date(2026, 9, 7), ["OpenSSL 3.0.15: no new builds of line 3.0"]),
        ("3.99.0", "3.5.4", date(2026, 1, 1), ["CPython 3.99.0: the end of line 3.99"]),
    ],
)
def test_what_gets_no_new_builds_is_told(runtime, version, openssl, day, past):
    """From the day on which its support ends; a line that nobody looked up is no better."""
    told = runtime(version, openssl).past(day)

    assert len(told) == len(past)
    assert all(one.startswith(begin) for one, begin in zip(told, past, strict=True))


def test_a_release_refuses_it_and_a_trial_says_so(runtime, recipe, monkeypatch, capsys, tmp_path):
    """Nobody can say later that the build was silent."""
    runtime("3.12.9", "3.0.15")
    build = recipe("build_windows")
    monkeypatch.setenv("STATMON_WINDOWS_PYTHON", str(tmp_path))
    monkeypatch.setattr(build.Runtime, "compiler", lambda _: "python3.12")
    monkeypatch.delenv("STATMON_RELEASE", raising=False)

    assert build.runtime().version == "3.12.9"
    said = capsys.readouterr().out
    assert "Windows' CPython is 3.12.9, with OpenSSL 3.0.15" in said
    assert "a trial, not for a release: CPython 3.12.9" in said

    monkeypatch.setenv("STATMON_RELEASE", "0.2.0")
    with pytest.raises(SystemExit, match=r"not for a release.*CPython 3\.12\.9.*OpenSSL 3\.0\.15"):
        build.runtime()


def test_without_a_python_of_its_line_the_packages_are_skipped_by_name(
    runtime, recipe, monkeypatch, capsys, tmp_path
):
    """Exit code 69, which ``package.sh`` lets pass."""
    runtime("3.14.1", "3.5.4")
    build = recipe("build_windows")
    monkeypatch.setenv("STATMON_WINDOWS_PYTHON", str(tmp_path))
    monkeypatch.setattr(build.Runtime, "compiler", lambda _: None)

    with pytest.raises(SystemExit) as ended:
        build.runtime()
    assert ended.value.code == 69
    assert "missing: Python 3.14" in capsys.readouterr().err


def test_each_part_that_it_states_is_one_that_the_bill_knows(runtime, recipe):
    """By the same name: its version is taken over, and its licence was judged."""
    known = {part.name for part in recipe("parts").TABLE if part.holder == "cpython"}

    assert set(runtime().parts()) <= known
