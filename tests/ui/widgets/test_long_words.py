"""No window becomes wider than its screen because of what it says."""

import pytest
from PySide6.QtWidgets import QLabel

from statmon.ui.look import theme as themes
from statmon.ui.look.text import label
from statmon.ui.widgets.banner import Banner
from statmon.ui.widgets.question_bar import QuestionBar

NAME = "a" * 300
"""As somebody may call a subscription."""
NARROW = 400


@pytest.fixture
def theme(qapp):
    return themes.current("light")


def test_a_name_without_a_space_makes_no_notice_wide(theme):
    banner, question = Banner(theme), QuestionBar(theme)
    banner.say(f"⚠ “{NAME}” cannot be saved.")
    question.ask("name", f"“{NAME}” was changed elsewhere, too.", [("Take theirs", lambda: None)])

    for notice in (banner, question):
        notice.close()
        assert notice.minimumSizeHint().width() <= NARROW
        assert any(NAME in part.text() for part in notice.findChildren(QLabel))


@pytest.mark.usefixtures("qapp")
def test_words_that_do_not_wrap_are_never_cut():
    """They are short: a number, a time."""
    short = label("12:34:56")

    assert short.minimumSizeHint().width() >= short.fontMetrics().horizontalAdvance("12:34:56")
