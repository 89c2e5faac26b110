"""``statmon diff``: sentences on stdout, one line when it cannot."""

import pytest

from statmon import cli
from statmon.domain.workspace import Workspace, parse
from statmon.storage.user import workspace_file

FLOOR: Workspace = parse({"schema": 1, "name": "Floor"})


def test_differences_are_sentences_and_control_characters_are_spelled_out(tmp_path, capsys):
    """Of a hostile file as well: a terminal must not obey it."""
    one, two = tmp_path / "a.statmon", tmp_path / "b.statmon"
    workspace_file.write(one, FLOOR)
    workspace_file.write(two, parse({"schema": 1, "name": "\x1b[2JHall"}))

    assert cli.main(["diff", str(one), str(two)]) == 0
    assert capsys.readouterr().out == "The name is “\\x1b[2JHall” instead of “Floor”.\n"
    assert cli.main(["diff", str(one), str(one)]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_read_is_one_line(tmp_path, capsys):
    """Exit code 1, no traceback."""
    assert cli.main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_wrong_usage_is_told_apart():
    """Exit code 2."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["diff", "one"])
    assert caught.value.code == 2
