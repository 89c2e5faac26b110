"""The Windows packages, built on Linux: ``python packaging/build_windows.py [DIST]``.

Assembled, not frozen: the locked win_amd64 wheels, a CPython for Windows, a small launcher.
Gives ``statmon-VERSION-setup.exe`` (per user, silent with /S), a portable zip of the same tree
and, where wixl and msibuild are there, an MSI for administrators. Signing: ``STATMON_SIGN`` is a
command that signs the file named by its last argument.
"""

import os
import re
import shlex
import shutil
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath

import msi
import rollout
from tools import ENV, ROOT, copy, epoch, normalise, prepare, report, run, said, version, write
from windows_python import Runtime

HERE = ROOT / "packaging" / "windows"
BUILD = ROOT / "build" / "windows"
TREE = BUILD / "tree"
UV = ROOT / ".venv" / "bin" / "uv"
MINGW = "x86_64-w64-mingw32-"
NEEDLESS_DLLS = re.compile(r"tcl86t|tk86t|_tkinter|_msi|\.ico$|\.cat$|_test|zlib1")
NEEDLESS_LIB = re.compile(
    r"(^|/)(site-packages|test|tests|idlelib|tkinter|turtledemo|lib2to3|ensurepip|pydoc_data|venv|__pycache__)/"
)
# As in statmon.spec: parts of Qt and of the libraries that statmon never loads.
NEEDLESS = re.compile(
    r"\.(pyi|lib|h|hpp|exe|prl|cmake|whl|pyx|pxd|qmltypes|prf|pri)$|(^|/)(bin|Scripts|__pycache__|\.lock)(/|$)"
    r"|/(tests|testing|f2py|distutils|_pyinstaller|examples|opengl|jupyter|flowchart|canvas)/"
    r"|PySide6/(qml|include|typesystems|glue|doc|metatypes|resources|scripts|support|lupdate|lrelease|opengl32sw|d3dcompiler"
    r"|QtOpenGL\.|Qt6?(DBus|Lottie|Qml|Quick|Designer|Test|UiTools|Help|Concurrent|Sql|Xml|Pdf|VirtualKeyboard|Labs|Shader|PrintSupport|WebSockets))"
    r"|PySide6/translations/(?!qtbase_(de|en)\.)|pyside6qml|PySide6/plugins/(?!platforms|styles|iconengines|imageformats)"
    r"|dist-info/(RECORD|INSTALLER|REQUESTED|direct_url|uv_)"
    r"|/(vcamp|vccorlib|vcomp|concrt)140\.dll|/msvcp140_codecvt_ids\.dll"
    r"|icons/peegee/.*png|numpy/_core/(_simd|_\w+_tests)\."
    r"|numpy/(random|polynomial)/|platforms/q(minimal|direct2d)|imageformats/q(tiff|tga|wbmp|icns|webp|gif|jpeg|pdf)"
)


def main() -> int:
    """Build everything; return 1 if a budget is exceeded."""
    dist = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    dist.mkdir(parents=True, exist_ok=True)
    prepare()
    shutil.rmtree(BUILD, ignore_errors=True)
    number = version()
    python = runtime()
    add_runtime(python)
    add_packages(dist / f"statmon-{number}-py3-none-any.whl", python)
    run(ENV / "python", ROOT / "packaging/icons.py", BUILD / "icons")
    add_launchers(number, python.name)
    parts = [f"{name}={version_}" for name, version_ in python.parts().items()]
    run(ENV / "python", ROOT / "packaging/licences.py", TREE, "--packages", BUILD / "packages",
        "--python", python.version, "--parts", *parts)  # fmt: skip
    copy(TREE / "statmon.cdx.json", dist / f"statmon-{number}-windows.cdx.json")
    normalise(TREE)
    setup = write_setup(dist / f"statmon-{number}-setup.exe", number)
    portable = write_zip(dist / f"statmon-{number}-windows-portable.zip", number)
    installers = msi.write(TREE, BUILD, dist / f"statmon-{number}.msi", number)
    for installer in installers:
        sign(installer)
        write(dist / f"statmon-{number}-intune.json", rollout.intune(number))
    return report(TREE, setup, portable, *installers)


def runtime() -> Runtime:
    """Return the CPython for Windows that is to be shipped.

    Raises:
        SystemExit: none can be, or (69) no Python here compiles for it.
    """
    named = os.environ.get("STATMON_WINDOWS_PYTHON")
    if not named:
        run(HERE / "fetch_python.sh", ROOT / "build/windows-python")
    found = Runtime(Path(named) if named else ROOT / "build/windows-python")
    told = f"Windows' CPython is {found.version}, with " + ", ".join(
        f"{name} {version}" for name, version in found.parts().items()
    )
    sys.stdout.write(f"{told}\n")
    if past := found.past():
        if os.environ.get("STATMON_RELEASE"):
            why = "not for a release, name another by STATMON_WINDOWS_PYTHON"
            raise SystemExit(f"{why}: {'; '.join(past)}")
        sys.stdout.write(f"a trial, not for a release: {'; '.join(past)}\n")
    if found.compiler() is None:
        sys.stderr.write(f"Windows packages: skipped, missing: Python {found.line}, to compile\n")
        raise SystemExit(69)
    return found


def compile_(folder: Path, python: Runtime) -> None:
    """Replace sources by byte code that never asks whether it is stale.

    One process in one order: what a module shares with those before it shows in its bytes.
    """
    run(python.compiler(), "-m", "compileall", "-q", "-b", "-s", folder,
        "--invalidation-mode", "unchecked-hash",
        folder)  # fmt: skip
    for source in folder.rglob("*.py"):
        source.unlink()


def add_runtime(runtime_: Runtime) -> None:
    """Lay out ``python/``: the interpreter, its extensions, its library in one archive."""
    python, source, name_ = TREE / "python", runtime_.folder, runtime_.name
    for file in runtime_.files:
        if not NEEDLESS_DLLS.search(file.name):
            copy(file, python / file.name)
    copy(source / "LICENSE.txt", TREE / "licences" / "Python-LICENSE.txt")
    library = BUILD / "library"
    for file in (source / "Lib").rglob("*.py"):
        name = file.relative_to(source / "Lib").as_posix()
        if not NEEDLESS_LIB.search(f"{name}"):
            copy(file, library / name)
    compile_(library, runtime_)
    write_archive(library, python / f"{name_}.zip", zipfile.ZIP_STORED)
    (python / f"{name_}._pth").write_text(f"{name_}.zip\n.\n..\\site-packages\n", "ascii")


def add_packages(wheel: Path, python: Runtime) -> None:
    """Lay out ``site-packages/``: statmon and what it stands on, from the lock."""
    wanted = BUILD / "requirements.txt"
    locked = said(UV, "export", "--quiet", "--locked", "--no-dev", "--no-emit-project",
                  "--project", ROOT)  # fmt: skip
    wanted.write_text(locked, "utf-8")
    packages = BUILD / "packages"
    install = (UV, "pip", "install", "--quiet", "--system-certs", "--target", packages,
               "--python-version", python.line,
               "--python-platform", "windows", "--no-deps",
               "--only-binary", ":all:", "--link-mode", "copy")  # fmt: skip
    run(*install, "--require-hashes", "-r", wanted)
    run(*install, wheel)
    target = TREE / "site-packages"
    for file in packages.rglob("*"):
        name = file.relative_to(packages).as_posix()
        if file.is_file() and not NEEDLESS.search(name):
            copy(file, target / name)
    copy(HERE / "statmon_windows.py", target / "statmon_windows.py")
    copy(ROOT / "packaging/without_opengl.py", target / "without_opengl.py")
    compile_(target, python)


def add_launchers(number: str, python: str) -> None:
    """Compile ``statmon.exe`` and ``statmon.com``, with icon and version, and sign them."""
    for name in ("statmon.ico", "workspace.ico"):
        copy(BUILD / "icons" / name, BUILD / name)
    copy(HERE / "statmon.manifest", BUILD / "statmon.manifest")
    resources = BUILD / "launcher.o"
    commas = ",".join(numbers(number))
    run(f"{MINGW}windres", f"-I{BUILD}", f'-DVERSION=\\"{number}\\"',
        f"-DNUMBERS={commas}",
        HERE / "launcher.rc", resources)  # fmt: skip
    for name, options in (("statmon.exe", ("-mwindows", "-DWINDOWED")), ("statmon.com", ())):
        # The linker names what it makes by its suffix: .exe only.
        made = BUILD / f"{name}.exe"
        run(f"{MINGW}gcc", f'-DPYTHON=L"{python}.dll"', "-Os", "-s", "-municode", "-Wall",
            "-Werror", "-Wl,--no-insert-timestamp",
            *options, HERE / "launcher.c", resources, "-o", made)  # fmt: skip
        sign(made)
        copy(made, TREE / name)


def numbers(number: str) -> list[str]:
    """Return a version as Windows wants it: four numbers."""
    return [*re.findall(r"\d+", number), "0", "0", "0"][:4]


def sign(file: Path) -> None:
    """Sign a program if a command for it is given."""
    if command := os.environ.get("STATMON_SIGN"):
        run(*shlex.split(command), file)


def write_setup(target: Path, number: str) -> Path:
    """Write the installer."""
    files = BUILD / "files.nsh"
    lines, folder = [], None
    for file in sorted(path for path in TREE.rglob("*") if path.is_file()):
        inside = PureWindowsPath(file.relative_to(TREE))
        if inside.parent != folder:
            folder = inside.parent
            lines.append(f'SetOutPath "$INSTDIR\\{folder}"')
        lines.append(f'File "{file}"')
    files.write_text("\n".join(lines) + "\n", "utf-8")
    listed = BUILD / "installed.txt"
    listed.write_bytes("".join(f"{line}\r\n" for line in installed(TREE)).encode("ascii"))
    size = sum(file.stat().st_size for file in TREE.rglob("*") if file.is_file()) // 1024
    given = {
        "VERSION": number, "NUMBERS": ".".join(numbers(number)), "OUT": target, "FILES": files,
        "LIST": listed, "SIZE_KB": size, "ICON": BUILD / "statmon.ico",
    }  # fmt: skip
    if command := os.environ.get("STATMON_SIGN"):
        given["SIGN"] = command
    run(
        "makensis",
        "-V1",
        "-WX",
        *(f"-D{key}={text}" for key, text in given.items()),
        HERE / "statmon.nsi",
    )
    return target


def installed(tree: Path) -> list[str]:
    """Return what an installation consists of, in the order in which it can be removed.

    Files, then folders, which end with a backslash; each below those that hold it.
    """
    paths = sorted(tree.rglob("*"))
    files = [str(PureWindowsPath(path.relative_to(tree))) for path in paths if path.is_file()]
    folders = [f"{PureWindowsPath(path.relative_to(tree))}\\" for path in paths if path.is_dir()]
    return files + folders[::-1]


def write_zip(target: Path, number: str) -> Path:
    """Write the tree as it is, to run from anywhere."""
    write_archive(TREE, target, zipfile.ZIP_DEFLATED, f"statmon-{number}/")
    return target


def write_archive(folder: Path, target: Path, method: int, prefix: str = "") -> None:
    """Write a zip whose bytes follow from the folder's content alone."""
    when = datetime.fromtimestamp(int(epoch()), UTC).timetuple()[:6]
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(prefix + file.relative_to(folder).as_posix(), when)
            entry.compress_type = method
            archive.writestr(entry, file.read_bytes(), compresslevel=9)


if __name__ == "__main__":
    sys.exit(main())
