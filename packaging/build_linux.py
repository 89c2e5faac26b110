"""The Linux packages: ``python packaging/build_linux.py [DIST]``, by ``make package``.

Freezes the program, adds desktop entry, file type, icons, man page, completions, licences and bill
of materials, and writes ``statmon_VERSION_ARCH.deb`` and ``statmon-VERSION-linux-ARCH.tar.xz``.
The same commit gives the same bytes: times are the commit's, orders are sorted, one thread
compresses.
"""

import platform
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import changelog
import linked
from tools import ENV, ROOT, copy, epoch, normalise, prepare, report, run, version, write

from statmon.ui.support import preflight

HERE = ROOT / "packaging" / "linux"
BUILD = ROOT / "build" / "linux"
APP = "org.statmon.Statmon"
GLIBC = (2, 36)
"""The oldest that the guide promises: what is built must not ask for a newer one."""
OF_PYTHON = {"libexpat.so.1": "libexpat1"}
"""What Debian's own Python asks for, and fontconfig has brought already."""
LIBRARIES = {
    **preflight.LIBRARIES,
    **preflight.XCB_LIBRARIES,
    **preflight.WAYLAND_LIBRARIES,
    **OF_PYTHON,
}
RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64"}
"""Packages that newer systems call otherwise."""
FONTS = "fonts-dejavu-core | fonts-liberation"
HARMLESS = re.compile(
    r"Failed to collect submodules for 'pyqtgraph\.opengl'"
    r"|Hidden import \"pyqtgraph\.flowchart\.\w+\" not found!"
    r"|Library (ole32|shell32) required via ctypes not found"
    r"|Library not found: could not resolve '.*', dependency of '.*/platformthemes/libqgtk3\.so'"
)
"""Warnings of PyInstaller's about what the package leaves out, and about Windows."""
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}


def main() -> int:
    """Build everything; return 1 if a budget is exceeded."""
    dist = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    dist.mkdir(parents=True, exist_ok=True)
    prepare()
    shutil.rmtree(BUILD, ignore_errors=True)
    number = version()
    tree = stage(number)
    arch = platform.machine()
    deb = write_deb(tree, dist / f"statmon_{number}_{ARCH.get(arch, arch)}.deb", number)
    archive = write_archive(tree, dist / f"statmon-{number}-linux-{arch}.tar.xz", number)
    bill = tree / "lib/statmon/statmon.cdx.json"
    shutil.copyfile(bill, dist / f"statmon-{number}-linux-{arch}.cdx.json")
    return report(tree, deb, archive)


def stage(number: str) -> Path:
    """Freeze the program and lay out what is installed under a prefix; return it."""
    freeze()
    tree = BUILD / "tree"
    (tree / "lib").mkdir(parents=True)
    (BUILD / "statmon").rename(tree / "lib/statmon")
    strip_python(tree / "lib/statmon/_internal")
    run(ENV / "python", ROOT / "packaging/licences.py", tree / "lib/statmon",
        "--libraries", tree / "lib/statmon/_internal")  # fmt: skip
    run(ENV / "python", ROOT / "packaging/icons.py", BUILD / "icons")
    share = tree / "share"
    copy(HERE / f"{APP}.desktop", share / f"applications/{APP}.desktop")
    copy(HERE / f"{APP}.mime.xml", share / f"mime/packages/{APP}.xml")
    write(share / f"metainfo/{APP}.metainfo.xml", about(number))
    run(ENV / "python", ROOT / "packaging/command_line.py", share)
    themed = share / "icons/hicolor"
    for kind, stem, name in (
        ("apps", "statmon", APP),
        ("mimetypes", "workspace", f"{APP}.workspace"),
    ):
        copy(ROOT / f"resources/icons/{stem}.svg", themed / f"scalable/{kind}/{name}.svg")
        for size in (16, 24, 32, 48, 64, 128, 256, 512):
            place = themed / f"{size}x{size}/{kind}/{name}.png"
            copy(BUILD / f"icons/{stem}-{size}.png", place)
    return tree


def freeze() -> None:
    """Freeze the program; what could not be collected would be missed by users only.

    Raises:
        SystemExit: PyInstaller failed, or warned of something and went on.
    """
    words = [ENV / "python", "-m", "PyInstaller", "--noconfirm", "--log-level=WARN",
             f"--distpath={BUILD}", f"--workpath={BUILD}/work",
             ROOT / "packaging/statmon.spec"]  # fmt: skip
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
    sys.stderr.write(done.stderr)
    if done.returncode or warnings(done.stderr):
        raise SystemExit("PyInstaller did not collect all that it should: see above")


def warnings(said: str) -> list[str]:
    """Return what PyInstaller warned of, apart from what the package leaves out."""
    found = re.findall(r"^\d+ (?:WARNING|ERROR): (.*)$", said, re.MULTILINE)
    return [words for words in found if not HARMLESS.match(words)]


def depends(tree: Path) -> list[str]:
    """Return the packages that a tree depends on, by what its libraries ask for.

    Raises:
        SystemExit: it asks for what nobody promised: a newer glibc, a library of no package.
    """
    newest, files = linked.glibc(tree)
    if newest > GLIBC:
        raise SystemExit(
            f"{', '.join(files)} need glibc {dotted(newest)}, and {dotted(GLIBC)} is promised"
        )
    names = linked.asked(tree)
    if unknown := names - LIBRARIES.keys():
        raise SystemExit(
            f"statmon.ui.support.preflight lists no package of {', '.join(sorted(unknown))}"
        )
    packages = sorted({LIBRARIES[name] for name in names})
    libc = f"libc6 (>= {dotted(newest)})"
    return [libc, *(RENAMED.get(name, name) for name in packages), FONTS]


def dotted(version: linked.Version) -> str:
    """Return a version as people write it."""
    return ".".join(map(str, version))


def about(number: str) -> str:
    """Return what AppStream is told of statmon, with the changelog's releases."""
    day = datetime.fromtimestamp(int(epoch()), UTC).date()
    releases = changelog.appstream(changelog.parse(changelog.FILE.read_text("utf-8")), number, day)
    return (HERE / f"{APP}.metainfo.xml").read_text("utf-8").replace("@RELEASES@", releases)


def strip_python(folder: Path) -> None:
    """Leave out the debugging symbols of a hand-built Python and of some wheels (42 MB).

    Not of numpy's: stripping breaks libraries that its builders have patched.
    """
    own = [*folder.glob("libpython3*.so*"), *folder.glob("python3*/lib-dynload/*.so")]
    own += [*folder.glob("cryptography/**/_rust*.so"), *folder.glob("nacl/_sodium*.so")]
    own += folder.glob("PySide6/Qt/lib/libicu*.so*")
    run("strip", "--strip-unneeded", *own)


def write_deb(tree: Path, target: Path, number: str) -> Path:
    """Write the Debian package."""
    root = BUILD / "deb"
    shutil.copytree(tree, root / "usr", symlinks=True)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/statmon").symlink_to("../lib/statmon/statmon")
    # Debian's zsh looks for what packages bring in a place of its own.
    (root / "usr/share/zsh/site-functions").rename(root / "usr/share/zsh/vendor-completions")
    copyright_ = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\n"
    )
    copyright_ += "Copyright: The statmon developers\nLicense: MIT\n Texts of all that is shipped: "
    write(root / "usr/share/doc/statmon/copyright", copyright_ + "/usr/lib/statmon/licences\n")
    copy(ROOT / "CHANGELOG.md", root / "usr/share/doc/statmon/CHANGELOG.md")
    size = sum(file.lstat().st_size for file in root.rglob("*") if file.is_file()) // 1024
    control = {
        "Package": "statmon",
        "Version": number,
        "Architecture": ARCH.get(platform.machine(), platform.machine()),
        "Maintainer": "The statmon developers <statmon@localhost>",
        "Installed-Size": str(size),
        "Depends": ", ".join(depends(tree)),
        "Recommends": "gnome-keyring | kwalletmanager",
        "Section": "net",
        "Priority": "optional",
        "Description": "desktop monitor for contact-centre statistics\n"
        " Shows the statistics of a Genesys contact centre as they change, and says\n"
        " how old each number is. A simulated contact centre is inside.",
    }
    write(root / "DEBIAN/control", "".join(f"{key}: {text}\n" for key, text in control.items()))
    normalise(root)
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--threads-max=1", "--build", root, target)
    return target


def write_archive(tree: Path, target: Path, number: str) -> Path:
    """Write the archive with its own ``install.sh``, for every other distribution."""
    root = BUILD / f"statmon-{number}"
    shutil.copytree(tree, root, symlinks=True)
    copy(HERE / "install.sh", root / "install.sh")
    (root / "install.sh").chmod(0o755)
    normalise(root)
    tar = BUILD / "statmon.tar"
    run("tar", "--sort=name", f"--mtime=@{epoch()}", "--owner=0", "--group=0", "--numeric-owner",
        "--format=gnu", "-C", BUILD, "-cf", tar, root.name)  # fmt: skip
    # Several MB smaller than zstd's best; one thread, since blocks of several are other bytes.
    with target.open("wb") as stream:
        subprocess.run(["xz", "-9e", "-T1", "-c", tar], check=True, stdout=stream)  # noqa: S603, S607
    return target


if __name__ == "__main__":
    sys.exit(main())
