"""The Debian package, the archive and the wheel, each in a place with nothing else in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from statmon import __version__
from tests.harness.needed import require
from tests.packages.bills import every

if not sys.platform.startswith("linux"):
    pytest.skip("these are Linux packages", allow_module_level=True)

BARE = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
SETTINGS = ".config/statmon/settings.json"
ROOT = Path(__file__).resolve().parents[2]


def checked(statmon, env):
    """The program says its version, finds the place fit, and sees itself paint live values."""
    assert statmon("--version", env=env) == f"statmon {__version__}\n"
    lines = statmon("doctor", env=env).splitlines()
    found = {line.split()[1]: line.split()[0] for line in lines}
    assert found["qt"] == found["display"] == "ok"
    assert "failed" not in found.values(), lines
    report = json.loads(statmon("--self-test", env=env))
    assert report["ok"], report
    assert report["text"]
    assert report["values"] > report["statistics"]
    return report


@pytest.fixture(scope="module")
def chroot(tmp_path_factory):
    """A Debian with nothing in it, kept between runs as it was before anything was installed."""
    pristine = ROOT / "build/clean-root"
    pristine.parent.mkdir(exist_ok=True)
    script = ROOT / "packaging/linux/clean_root.sh"
    made = subprocess.run([script, pristine], capture_output=True, text=True, check=False)
    if made.returncode == 69:
        pytest.skip(made.stderr.strip())
    assert made.returncode == 0, made.stderr
    place = tmp_path_factory.mktemp("clean") / "root"
    subprocess.run(["cp", "-a", pristine, place], check=True)
    return place


@pytest.fixture(scope="module")
def inside(chroot, run):
    """Run a command in the clean root, at home in ``/root``."""

    def command(*words, env=None, **options):
        return run(
            "chroot", chroot, *words, env={**BARE, "HOME": "/root", **(env or {})}, **options
        )

    return command


def older(deb, folder, run):
    """Return a package of the version before, which had one file more."""
    root = folder / "older"
    run("dpkg-deb", "-R", deb, root)
    control = root / "DEBIAN/control"
    text = control.read_text("utf-8").replace(f"Version: {__version__}", "Version: 0.0.1")
    control.write_text(text, "utf-8")
    (root / "usr/lib/statmon/_internal/gone").write_text("only the old version had this")
    target = folder / "statmon-old.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", root, target)
    return target


def test_the_debian_package_installs_works_upgrades_and_goes(
    built, chroot, inside, run, screen, demo, tmp_path
):
    """On a Debian with nothing else; settings survive the upgrade and the removal."""
    deb = built("statmon_*.deb")
    for file in (deb, older(deb, tmp_path, run)):
        shutil.copy(file, chroot / "root")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
    apt = {"DEBIAN_FRONTEND": "noninteractive"}
    inside(*install, "/root/statmon-old.deb", env=apt, quiet=False)
    settings = chroot / "root" / SETTINGS
    settings.parent.mkdir(parents=True)
    settings.parent.chmod(0o700)  # as statmon makes them: else it mends that, and says so
    settings.write_text('{"theme": "dark"}')
    settings.chmod(0o600)
    inside(*install, f"/root/{deb.name}", env=apt, quiet=False)

    assert not (chroot / "usr/lib/statmon/_internal/gone").exists()
    checked(lambda *words, env: inside("statmon", *words, env=env), {})
    on_screen = json.loads(inside("statmon", "--self-test", env=screen))
    assert (on_screen["ok"], on_screen["screen"]) == (True, "xcb"), on_screen
    demo("chroot", chroot, "statmon", env={**BARE, "HOME": "/root"})
    assert settings.read_text() == '{"theme": "dark"}'
    left_open = inside("ldd", "/usr/lib/statmon/_internal/PySide6/Qt/plugins/platforms/libqxcb.so")
    assert "not found" not in left_open

    inside("apt-get", "remove", "-y", "-qq", "statmon", env=apt, quiet=False)

    assert not (chroot / "usr/lib/statmon").exists()
    assert not (chroot / "usr/bin/statmon").is_symlink()
    assert not list((chroot / "usr/share").rglob("*org.statmon*"))
    assert settings.exists()


def test_the_archive_installs_for_one_user_works_and_goes(built, run, tmp_path):
    """Without root's rights; a second installation leaves no file of the first."""
    run("tar", "-C", tmp_path, "-xf", built("statmon-*-linux-*.tar.xz"))
    script = tmp_path / f"statmon-{__version__}" / "install.sh"
    home = tmp_path / "home"
    home.mkdir()
    env = {**BARE, "HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path)}
    prefix = home / ".local"
    run(script, prefix, env=env)
    (prefix / "lib/statmon/gone").write_text("of an older version")
    with (prefix / "lib/statmon/installed.txt").open("a") as listed:
        listed.write("lib/statmon/gone\n")
    run(script, prefix, env=env)

    assert not (prefix / "lib/statmon/gone").exists()
    checked(lambda *words, env: run(prefix / "bin/statmon", *words, env=env), env)
    assert (prefix / "share/applications/org.statmon.Statmon.desktop").exists()

    run(script, "--remove", prefix, env=env)

    assert not (prefix / "lib/statmon").exists()
    assert not list(prefix.rglob("*org.statmon*"))


def test_the_wheel_is_whole(built, run, demo, tmp_path):
    """Installed by pipx (by uv without it), it finds its demo, its icons and its simulator."""
    wheel = built("statmon-*.whl")
    tools = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1", "HOME": str(tmp_path)}
    for kind in ("PIPX_HOME", "PIPX_BIN_DIR", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR"):
        tools[kind] = str(tmp_path / kind)
    if shutil.which("pipx"):
        install = ("pipx", "install", "--python", sys.executable)
        program = tmp_path / "PIPX_BIN_DIR/statmon"
    else:
        uv = Path(sys.executable).parent / "uv"
        install = (uv, "tool", "install", "--quiet", "--python", sys.executable)
        program = tmp_path / "UV_TOOL_BIN_DIR/statmon"
    run(*install, wheel, env={**os.environ, **tools}, quiet=False)
    bare = {**BARE, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}

    checked(lambda *words, env: run(program, *words, env=env, cwd=tmp_path), bare)
    demo(program, env=bare, cwd=tmp_path)


def test_everything_shipped_is_named_with_its_licence(built, run, tmp_path):
    """In the bill of materials inside and beside the package, and as texts."""
    run("dpkg-deb", "-x", built("statmon_*.deb"), tmp_path)
    inside = tmp_path / "usr/lib/statmon"
    beside = built("statmon-*-linux-*.cdx.json")
    bill = json.loads(beside.read_bytes())
    names = {part["name"].lower() for part in every(bill)}

    assert bill["metadata"]["component"]["version"] == __version__
    assert {"pyside6_essentials", "numpy", "httpx2", "cpython", "libssl3"} <= names
    assert not {"pyinstaller", "hatchling", "pip"} & names
    assert all(part["licenses"] for part in bill["components"])
    assert (inside / "statmon.cdx.json").read_bytes() == beside.read_bytes()
    assert "GNU LESSER" in (inside / "licences/LGPL-3.0.txt").read_text("utf-8")
    texts = {file.name.partition("-")[0] for file in (inside / "licences").iterdir()}
    assert {"libssl3", "libffi8", "numpy", "common", "Python"} <= texts
    assert {"qt", "icu", "libsodium"} <= names


@pytest.mark.parametrize("name", ["desktop", "metainfo.xml", "mime.xml"])
def test_what_the_desktop_reads_is_valid(name, recipe, run, monkeypatch, tmp_path):
    """By the desktops' own validators."""
    source = ROOT / f"packaging/linux/org.statmon.Statmon.{name}"
    file = tmp_path / source.name
    shutil.copy(source, file)
    tool, *words = {
        "desktop": ("desktop-file-validate",),
        "metainfo.xml": ("appstreamcli", "validate", "--no-net"),
        "mime.xml": ("update-mime-database",),
    }[name]
    require(tool)
    if name == "metainfo.xml":
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        about = recipe("build_linux").about(__version__)
        # Which home page to name is the project's to say; newer validators warn of none.
        page = '<url type="homepage">https://statmon.example</url>\n  <content_rating'
        file.write_text(about.replace("<content_rating", page), "utf-8")
    if name == "mime.xml":
        packages = tmp_path / "mime" / "packages"
        packages.mkdir(parents=True)
        file.rename(packages / "org.statmon.Statmon.xml")
        file = tmp_path / "mime"
    # update-mime-database warns of a folder where no desktop would look.
    run(tool, *words, file, env={**os.environ, "XDG_DATA_DIRS": str(tmp_path)})
