"""The bills of materials: valid by those who wrote the format, and naming all that is shipped."""

import importlib.metadata
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from statmon import __version__
from tests.packages.bills import every

ROOT = Path(__file__).resolve().parents[2]
OF_THE_BOOT_LOADER = re.compile(r"_?pyi(_rth|mod\d|boot\d)")
ELF, PE = b"\x7fELF\2\1\1", b"MZ\x90\0"


@pytest.fixture
def write(recipe, monkeypatch, tmp_path):
    """Write the bill of a tree with these files, of this environment; return it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    licences = recipe("licences")

    def written(**files):
        tree = tmp_path / "tree"
        for name, data in files.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(data)
        monkeypatch.setattr("sys.argv", ["licences.py", str(tree)])
        assert licences.main() == 0
        return (tree / "statmon.cdx.json").read_text("utf-8")

    return written


def places(bill):
    """Return the files that a bill names, and whose each is."""
    found = {}
    for one in every(bill):
        for occurrence in one.get("evidence", {}).get("occurrences", []):
            assert occurrence["location"] not in found, occurrence
            found[occurrence["location"]] = one["name"]
    return found


def test_a_bill_is_valid_and_the_same_twice(write):
    """By its JSON schema, unknown fields refused."""
    text = write()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert write() == text
    bill = json.loads(text)
    names = {one["name"] for one in every(bill)}
    assert {"CPython", "numpy", "Qt", "ICU", "PCRE2", "libpng", "libsodium", "OpenBLAS"} <= names
    (own,) = (one for one in bill["dependencies"] if one["ref"].startswith("pkg:pypi/statmon@"))
    assert any(ref.startswith("pkg:pypi/numpy@") for ref in own["dependsOn"])


def test_what_a_distribution_says_of_its_inside_is_taken_over(write):
    """Cryptography brings bills of its own: OpenSSL and the crates that it is built of."""
    bill = json.loads(write())
    (holder,) = (one for one in bill["components"] if one["name"] == "cryptography")
    inside = {one["name"] for one in holder["components"]}

    assert {"openssl", "pyo3", "asn1"} <= inside


def test_each_library_is_somebodys(write):
    """Of a wheel, of the interpreter, of what lies inside of either."""
    files = {
        "_internal/nacl/_sodium.abi3.so": ELF,
        "_internal/python3.13/lib-dynload/_csv.so": ELF,
        "_internal/PySide6/Qt/lib/libQt6Core.so.6": ELF + b"Qt 6.9.1 (x86_64-little_endian",
        "statmon": ELF,
        "python/sqlite3.dll": PE,
        "statmon.exe": PE,
        "notes.txt": b"no library",
    }
    said = places(json.loads(write(**files)))

    assert said == {
        "_internal/nacl/_sodium.abi3.so": "PyNaCl",
        "_internal/python3.13/lib-dynload/_csv.so": "CPython",
        "_internal/PySide6/Qt/lib/libQt6Core.so.6": "Qt",
        "statmon": "PyInstaller's boot loader",
        "python/sqlite3.dll": "SQLite",
        "statmon.exe": "statmon",
    }


@pytest.mark.parametrize("data", [ELF, PE])
@pytest.mark.parametrize("name", ["_internal/libstrange.so.1", "site-packages/strange/a.pyd"])
def test_a_library_of_nobody_s_stops_the_build(write, name, data):
    """What nobody names nobody looks after."""
    with pytest.raises(LookupError, match=re.escape(name)):
        write(**{name: data})


def test_a_library_of_the_system_that_nobody_judged_stops_the_build(recipe):
    """Its copyright file tells of sources and scripts, not of the library."""
    parts = recipe("parts")

    assert parts.of_system("libssl3t64") == "Apache-2.0"
    with pytest.raises(LookupError, match="libstrange1: nobody judged its licence"):
        parts.of_system("libstrange1")


def test_all_parts_of_the_table_may_be_shipped(recipe):
    """And those of the system."""
    parts, licences = recipe("parts"), recipe("licences")
    stated = {part.licence for part in parts.TABLE} | set(parts.OF_THE_SYSTEM.values())

    assert {one for one in stated if not licences.allowed(one)} == set()


def is_binary(data):
    return data.startswith((b"\x7fELF", b"MZ"))


def test_the_debian_package_holds_nothing_unnamed(built, run, tmp_path):
    """Each shared library, and each module of the frozen program, is of something in the bill."""
    run("dpkg-deb", "-x", built("statmon_*.deb"), tmp_path)
    program = tmp_path / "usr/lib/statmon"
    bill = json.loads(built("statmon-*-linux-*.cdx.json").read_bytes())
    shipped = {
        str(file.relative_to(program))
        for file in program.rglob("*")
        if file.is_file() and not file.is_symlink() and is_binary(file.read_bytes()[:4])
    }
    assert len(shipped) > 100
    assert shipped == places(bill).keys()

    env = ROOT / "build/env/bin"  # whose Python is another than the one that tests
    viewer = env / "pyi-archive_viewer"
    listed = run(viewer, "--list", "--recursive", "--brief", program / "statmon", quiet=False)
    modules = {name.partition(".")[0] for name in re.findall(r"^ *([\w.]+)$", listed, re.MULTILINE)}
    assert {"statmon", "httpx2", "json"} <= modules
    own = run(env / "python", "-c", "import sys; print(*sys.stdlib_module_names)").split()
    whose = importlib.metadata.packages_distributions()
    names = {norm(one["name"]) for one in every(bill)}
    unnamed = {
        name
        for name in modules - set(own) - {"statmon", "entry", "without_opengl", "PYZ"}
        if not {norm(one) for one in whose.get(name, ())} & names
    }
    assert {name for name in unnamed if not OF_THE_BOOT_LOADER.match(name)} == set()


def norm(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_windows_tree_holds_nothing_unnamed(built):
    """Each library and program; each distribution has its entry."""
    bill = json.loads(built("statmon-*-windows.cdx.json").read_bytes())
    with zipfile.ZipFile(built("statmon-*-portable.zip")) as archive:
        root = f"statmon-{__version__}/"
        names = [name.removeprefix(root) for name in archive.namelist()]
        shipped = {name for name in names if is_binary(archive.open(root + name).read(4))}
    assert len(shipped) > 50
    assert shipped == places(bill).keys()

    folders = {name.split("/")[1] for name in names if ".dist-info/" in name}
    distributions = {norm(name.removesuffix(".dist-info").rpartition("-")[0]) for name in folders}
    assert len(distributions) > 20
    assert distributions <= {norm(one["name"]) for one in every(bill)}


@pytest.mark.parametrize("name", ["linux-*", "windows"])
def test_the_bills_beside_the_packages_are_valid(built, name):
    """As they were written by the build."""
    text = built(f"statmon-*-{name}.cdx.json").read_text("utf-8")

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_bill_is_written_by_what_is_locked():
    """In the environment that builds, and nowhere in what is shipped."""
    asked = subprocess.run(
        [ROOT / ".venv/bin/uv", "export", "--quiet", "--locked", "--no-dev", "--no-emit-project"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert "cyclonedx" not in asked.stdout
