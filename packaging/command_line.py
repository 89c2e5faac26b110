"""Man page and completions: ``python packaging/command_line.py SHARE``.

All is made from what statmon itself reads: its parsers, exit codes and environment variables. SHARE
is the ``share`` of a prefix; each file goes where its readers look for it.
"""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shtab
from tools import epoch, run, write

from statmon import __version__, cli
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import variables

NAME = "desktop monitor for contact-centre statistics"
OTHER_VARIABLES = {
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "the proxy, and for which hosts there is none",
    "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME": "where a user's files are kept",
    "XDG_CONFIG_DIRS": "folders in which a policy is looked for as well, that can only forbid",
}
"""What others have named, and statmon follows."""
FILES = {
    "~/.config/statmon/settings.json": "what the user has set",
    "~/.local/share/statmon/history": "the history",
    "~/.local/state/statmon/log/statmon.log": "the log, with secrets masked",
    "/etc/xdg/statmon/policy.json": "what an administrator has laid down for all users",
}
"""On Linux; a test compares them with where statmon looks."""
UNTITLED = ("positional arguments", "options")
"""What argparse calls its own groups."""
COMPLETIONS = {
    "bash": "bash-completion/completions/statmon",
    "zsh": "zsh/site-functions/_statmon",
    "fish": "fish/vendor_completions.d/statmon.fish",
}
OR_A_FILE = {
    "bash": "complete -o bashdefault -o default -F _shtab_statmon statmon",
    "zsh": "[[ $zsh_eval_context[-1] == eval ]] || (( compstate[nmatches] )) || _files",
    "fish": "complete -c statmon -n _shtab_statmon_using -F",
}
"""shtab knows commands or files at one place: without a command, a workspace can stand there."""


def main() -> int:
    """Write man page and completions."""
    share = Path(sys.argv[1])
    page = share / "man/man1/statmon.1"
    write(page, man_page())
    run("gzip", "-9nf", page)
    for shell, place in COMPLETIONS.items():
        write(share / place, completion(shell))
    return 0


def completion(shell: str) -> str:
    """Return the completion script of a shell."""
    parser = cli.described()
    _complete_files(parser)
    for action in parser._actions:  # noqa: SLF001 - argparse tells them in no other way
        if not action.option_strings and action.nargs != argparse.PARSER:
            action.help = argparse.SUPPRESS  # one at a place: see OR_A_FILE
    return f"{shtab.complete(parser, shell)}\n{OR_A_FILE[shell]}\n"


def _complete_files(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:  # noqa: SLF001 - argparse tells them in no other way
        if action.nargs == argparse.PARSER:
            for command in action.choices.values():
                _complete_files(command)
        elif action.type is Path or "FILE" in str(action.metavar):
            action.complete = shtab.FILE  # type: ignore[attr-defined]


def man_page() -> str:
    """Return ``statmon(1)``; the commit's day is the only date in it."""
    day = datetime.fromtimestamp(int(epoch()), UTC).date()
    codes = {str(code.value): code.meaning for code in ExitCode}
    parser = cli.described()
    parser.formatter_class = Page
    return "\n".join([
        f'.TH STATMON 1 "{day}" "statmon {__version__}" "User Commands"',
        ".SH NAME", f"statmon \\- {escaped(NAME)}",
        *parser.format_help().splitlines(),
        ".SH EXIT STATUS", *items(codes),
        ".SH ENVIRONMENT", *items({**variables(), **OTHER_VARIABLES}),
        ".SH FILES", *items(FILES), "",
    ])  # fmt: skip


def escaped(text: str) -> str:
    """Return a text as roff reads it: hyphens can be copied, and nothing is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def items(told: dict[str, str]) -> Iterable[str]:
    """Return a list of terms, each with what it means."""
    for term, text in told.items():
        yield from (".TP", f"\\fB{escaped(term)}\\fR", escaped(text))


class Page(argparse.HelpFormatter):
    """Writes a parser's help as roff; argparse tells a formatter all that there is."""

    def __init__(self, prog: str, shared: Iterable[str] = (), **_: Any) -> None:
        """Be ready to write.

        Args:
            prog: the command.
            shared: titles of groups that statmon itself takes as well: named, not repeated.
        """
        super().__init__(prog)
        self._lines: list[str] = []
        self._group: list[str] = []
        self._titles = [""]
        self._shared = shared
        self._commands: dict[str, argparse.ArgumentParser] = {}
        self._is_root = prog == "statmon"

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Write how it is called."""
        del usage, groups, prefix
        needed = [action for action in actions if action.required or not action.option_strings]
        words = [self._words(action) for action in needed if action.nargs != argparse.PARSER]
        line = " ".join([f"\\fB{escaped(self._prog)}\\fR", "[\\fIOPTION\\fR ...]", *words])
        if self._is_root:
            command = "\\fBstatmon\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR ...] [\\fIARGUMENT\\fR ...]"
            self._lines += [".SH SYNOPSIS", line, ".br", command, ".SH DESCRIPTION"]
        else:
            self._lines += [f".SS {line}"]

    def add_text(self, text: str | None) -> None:
        """Write a paragraph."""
        if text and self._titles[-1] not in self._shared:
            (self._group if len(self._titles) > 1 else self._lines).append(escaped(text))

    def start_section(self, heading: str | None) -> None:
        """Begin a group of options."""
        self._titles.append(heading or "")
        self._group = []

    def add_arguments(self, actions: Iterable[argparse.Action]) -> None:
        """Write what a group takes, and remember the commands."""
        told = [action for action in actions if action.help != argparse.SUPPRESS]
        for action in told:
            if action.nargs == argparse.PARSER:
                self._commands = action.choices
            else:
                text = escaped(self._expand_help(action)) if action.help else ""
                self._group += [".TP", self._words(action), text]

    def end_section(self) -> None:
        """End a group: without a title, or empty, it needs no heading."""
        title = self._titles.pop()
        if title in self._shared:
            self._lines += [".PP", f"The options under \\(lq{escaped(title)}\\(rq above as well."]
        elif self._group:
            if self._is_root and ".SH OPTIONS" not in self._lines:
                self._lines.append(".SH OPTIONS")
            if title not in UNTITLED:
                heading = f'.SS "{escaped(title)}"' if self._is_root else f".PP\n\\fI{title}\\fR"
                self._lines.append(heading)
            self._lines += self._group
        self._shared = [*self._shared, *([title] if self._is_root else [])]
        self._group = []

    def format_help(self) -> str:
        """Return the roff."""
        titles = [title for title in self._shared if title not in UNTITLED]
        if self._commands:
            self._lines.append(".SH COMMANDS")
        for command in self._commands.values():
            command.formatter_class = lambda prog, **_: Page(prog, titles)
            self._lines += command.format_help().splitlines()
        return "\n".join(self._lines) + "\n"

    def _words(self, action: argparse.Action) -> str:
        """Return an option and its value, or an argument, as they are typed."""
        if not action.option_strings:
            return self._value(action, self._get_default_metavar_for_positional(action))
        value = ""
        if action.nargs != 0:
            value = f" {self._value(action, self._get_default_metavar_for_optional(action))}"
        return ", ".join(f"\\fB{escaped(one)}\\fR" for one in action.option_strings) + value

    def _value(self, action: argparse.Action, metavar: str) -> str:
        return f"\\fI{escaped(self._format_args(action, metavar))}\\fR"


if __name__ == "__main__":
    sys.exit(main())
