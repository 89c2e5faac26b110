"""Man page and completions say what the program takes, and how it ends."""

import argparse
import ast
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statmon import cli
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import variables
from statmon.simulator.cli import INTERRUPTED
from statmon.storage.machine import logs, policy
from statmon.storage.user import history_rules, settings

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systems with man pages")
COMPLETES = """
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
COMP_LINE=$* COMP_POINT=${#COMP_LINE}
$(complete -p statmon | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""

TYPES = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "statmon() { print -l go''t \\$@ en''d }; fpath=($1 \\$fpath)"
zpty -w shell "autoload -Uz compinit; compinit -u -D; print rea''dy"
zpty -r shell before '*ready*'
zpty -n -w shell "$2"$'\t\n'
zpty -r shell shown '*got*end*'
print -r -- $shown
"""
"""Types into a zsh of its own, whose statmon says what it was given."""


@pytest.fixture
def command_line(recipe, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return recipe("command_line")


@pytest.fixture
def share(command_line, monkeypatch, tmp_path):
    """Write all that is shipped."""
    monkeypatch.setattr("sys.argv", ["command_line.py", str(tmp_path / "share")])
    assert command_line.main() == 0
    return tmp_path / "share"


def commands():
    """Each command with its parser; statmon itself without a name."""
    parser = cli.described()
    (several,) = (one for one in parser._actions if one.nargs == argparse.PARSER)
    return {"": parser, **several.choices}


def read(share):
    """The page's text, and its sections by heading."""
    page = gzip.decompress((share / "man/man1/statmon.1.gz").read_bytes()).decode()
    plain = page.replace(r"\-", "-").replace(r"\e", "\\").replace(r"\&", "")
    parts = re.split(r"^\.S[HS] (.*)$", re.sub(r"\\f[BIR]", "", plain), flags=re.MULTILINE)
    return page, dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_has_every_command_with_every_option(share):
    """And says of each what it is for; what all share it names."""
    _, sections = read(share)
    own = sections["OPTIONS"] + sections['"connection"']
    for name, parser in commands().items():
        (text,) = [own] if not name else [
            sections[one] for one in sections if one.startswith(f"statmon {name} [")
        ]  # fmt: skip
        if name and "under \\(lqconnection" in text:
            text += sections['"connection"']
        terms = {one.strip(",") for line in re.findall(r"\.TP\n(.*)", text) for one in line.split()}
        wanted = {one for action in parser._actions for one in action.option_strings}
        assert wanted <= terms, name
        for action in parser._actions:
            if action.option_strings and isinstance(action.metavar, str):
                assert any(action.metavar in term for term in terms), (name, action.metavar)
    assert set(cli._COMMANDS) == commands().keys() - {""}


def test_the_page_names_exit_codes_variables_and_files(share):
    """All that the program has, and where it really looks."""
    _, sections = read(share)

    assert re.findall(r"\.TP\n(\d+)\n(.*)", sections["EXIT STATUS"]) == [
        (str(code.value), code.meaning) for code in ExitCode
    ]
    assert set(re.findall(r"\.TP\n(STATMON_\w+)", sections["ENVIRONMENT"])) == variables().keys()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the page is Linux's")
def test_the_page_names_the_files_where_the_program_looks(command_line, monkeypatch):
    """In a session in which nobody has said otherwise."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ann")
    looks = (settings.path(), history_rules.folder(), logs.folder() / "statmon.log", policy.path())

    assert list(command_line.FILES) == [str(one).replace("/home/ann", "~") for one in looks]


def test_each_connection_option_has_its_variable():
    """As the page and --help say."""
    parser = commands()["watch"]
    (group,) = (one for one in parser._action_groups if one.title == "connection")
    flags = {one.option_strings[0] for one in group._group_actions}
    said = {f"STATMON_{one[2:].upper().replace('-', '_')}" for one in flags if "stdin" not in one}

    assert said == variables().keys()


@pytest.mark.needs("mandoc")
def test_the_page_is_valid_roff(share):
    """By the strictest reader of man pages."""
    page = share / "man/man1/statmon.1.gz"
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_same_commit_gives_the_same_bytes(share, command_line):
    """The commit's day is the only date."""
    before = {one: one.read_bytes() for one in share.rglob("*") if one.is_file()}
    assert command_line.main() == 0

    assert {one: one.read_bytes() for one in share.rglob("*") if one.is_file()} == before
    assert len(before) == 4
    assert set(re.findall(r"\b20\d\d-\d\d-\d\d\b", read(share)[0].partition("\n")[0])) == {
        "2026-01-01"
    }


@pytest.mark.parametrize(
    ("typed", "comes"),
    [
        (("statmon", "wa"), {"watch"}),
        (("statmon", "--self"), {"--self-test"}),
        (("statmon", "watch", "--rec"), {"--record"}),
        (("statmon", "export", "--format", "x"), {"xlsx"}),
        (("statmon", "watch", "here"), {"here.statmon"}),
        (("statmon", "diff", "here"), {"here.statmon"}),
        (("statmon", "watch", "--ca-bundle", "here"), {"here.statmon"}),
    ],
)
def test_bash_completes(share, tmp_path, typed, comes):
    """Commands, options, choices, files."""
    (tmp_path / "here.statmon").touch()
    script = share / "bash-completion/completions/statmon"
    done = subprocess.run(
        ["bash", "--norc", "-c", COMPLETES, "bash", script, *typed],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip

    assert set(done.stdout.split()) == comes


@pytest.mark.needs("fish")
@pytest.mark.parametrize(
    ("typed", "comes"), [("statmon wa", "watch"), ("statmon he", "here.statm")]
)
def test_fish_completes(share, tmp_path, typed, comes):
    """Without a command, a file can stand there as well."""
    (tmp_path / "here.statmon").touch()
    script = share / "fish/vendor_completions.d/statmon.fish"
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C '{typed}'"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env={"PATH": "/usr/bin:/bin",
                                                                     "HOME": str(tmp_path)},
    )  # fmt: skip

    assert done.stdout.startswith(comes)


@pytest.mark.needs("zsh")
@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("statmon wa", ["watch"]),
        ("statmon watch --rec", ["watch", "--record"]),
        ("statmon he", ["here.statmon"]),
    ],
)
def test_zsh_completes(share, tmp_path, typed, given):
    """In a shell that somebody types into; without a command, a file can stand there as well."""
    (tmp_path / "here.statmon").touch()
    done = subprocess.run(
        ["zsh", "-f", "-c", TYPES, "zsh", share / "zsh/site-functions", typed],
        capture_output=True, text=True, check=True, cwd=tmp_path, timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "dumb"},
    )  # fmt: skip
    said = done.stdout.splitlines()

    assert said[said.index("got") + 1 : said.index("end")] == given


@pytest.mark.needs("zsh", "fish")
@pytest.mark.parametrize(
    ("shell", "words"),
    [("bash", ("bash", "-n")), ("zsh", ("zsh", "-n")), ("fish", ("fish", "--no-execute"))],
)
def test_each_shell_can_read_its_file(share, command_line, shell, words):
    """By the shell itself."""
    script = share / command_line.COMPLETIONS[shell]
    done = subprocess.run([*words, script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_no_exit_code_is_outside_the_table():
    """Commands return members of the table, and the page of the command line lists them."""
    files = [ROOT / "statmon/cli.py", *(ROOT / "statmon/commands").glob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Return) and node.value is not None:
                parts = [node.value]
                if isinstance(node.value, ast.IfExp):
                    parts = [node.value.body, node.value.orelse]
                plain = [one.value for one in parts if isinstance(one, ast.Constant)]
                assert not [one for one in plain if type(one) is int], (file.name, node.lineno)
    rows = re.findall(
        r"^\| (\d+) \| (.*) \|$",
        (ROOT / "docs/reference/command-line.md").read_text("utf-8"),
        re.MULTILINE,
    )

    assert rows == [(str(code.value), code.meaning) for code in ExitCode]
    assert INTERRUPTED == ExitCode.INTERRUPTED
    with pytest.raises(ValueError, match="3"):
        ExitCode(3)


@pytest.mark.needs("dpkg-deb", "xz")
def test_a_package_has_them_where_each_reader_looks(recipe, share, monkeypatch, tmp_path):
    """Of a small tree; zsh has a place of Debian's own there. The same bytes twice."""
    build_linux = recipe("build_linux")
    monkeypatch.setattr(build_linux, "depends", lambda _: ["libc6"])
    tree = tmp_path / "tree"
    (tree / "lib/statmon").mkdir(parents=True)
    share.rename(tree / "share")
    made = []
    for name in ("one", "two"):
        monkeypatch.setattr(build_linux, "BUILD", tmp_path / name)
        made.append((
            build_linux.write_deb(tree, tmp_path / f"{name}.deb", "0.2.0").read_bytes(),
            build_linux.write_archive(tree, tmp_path / f"{name}.tar.xz", "0.2.0").read_bytes(),
        ))  # fmt: skip

    assert made[0] == made[1]
    assert_places(tmp_path / "one.deb", tmp_path / "one.tar.xz")


def assert_places(deb, archive):
    """Assert that both hold page and completions."""
    listed = [
        subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
        for words in (["dpkg-deb", "-c", deb], ["tar", "-tf", archive])
    ]
    of_deb = {line.rpartition(" ")[2].removeprefix("./usr/share/") for line in listed[0]}
    of_archive = {line.partition("/share/")[2] for line in listed[1]}
    places = {"man/man1/statmon.1.gz", "bash-completion/completions/statmon",
              "fish/vendor_completions.d/statmon.fish"}  # fmt: skip
    assert places | {"zsh/vendor-completions/_statmon"} <= of_deb
    assert places | {"zsh/site-functions/_statmon"} <= of_archive


def test_the_packages_bring_page_and_completions(built):
    """Those that were built."""
    assert_places(built("statmon_*.deb"), built("statmon-*-linux-*.tar.xz"))
