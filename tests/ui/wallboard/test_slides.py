from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.wallboard.slides import Slide, following, font_pixels, line_height, slides

BOARDS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=5)


@given(BOARDS)
def test_every_line_of_every_board_comes_by(boards):
    """And no part is longer than its screen, nor reaches beyond its board."""
    found = slides([lines for lines, _ in boards], [fit for _, fit in boards])
    for board, (lines, fit) in enumerate(boards):
        room = max(1, fit)
        seen = {
            line
            for slide in found
            if slide.board == board
            for line in range(slide.first, min(slide.first + room, lines))
        }
        assert seen == set(range(lines))
        assert all(slide.parts == -(-lines // room) for slide in found if slide.board == board)
        assert all(
            slide.first + room <= max(lines, room) for slide in found if slide.board == board
        )


@given(BOARDS, st.integers(0, 50), st.sampled_from([1, -1]))
def test_turning_goes_round(boards, start, step):
    """So many turns as there are parts end where they began."""
    found = slides([lines for lines, _ in boards], [fit for _, fit in boards])
    if not found:
        assert following(None, found) is None
        return
    shown = found[start % len(found)]
    for _ in found:
        shown = following(shown, found, step)
    assert shown == found[start % len(found)]


def test_a_part_that_is_gone_gives_way_to_its_board():
    """When objects leave, the wall stays where it was as well as it can."""
    many = [Slide(0, 0, 1, 1), Slide(1, 0, 1, 2), Slide(1, 8, 2, 2)]
    few = [Slide(0, 0, 1, 1), Slide(1, 0, 1, 1)]

    assert following(many[2], few, 0) == few[1]
    assert following(Slide(7, 0, 1, 1), few, 0) == few[0]
    assert following(Slide(7, 0, 1, 1), few, 1) == few[0]


def test_digits_can_be_read_from_five_metres():
    """Some 40 pixels high on a usual screen, however many lines a board has (decision 19)."""
    for lines in (1, 8, 15, 500):
        line = line_height(880, lines)
        assert font_pixels(line, 1920, 60) >= 34
    assert line_height(880, 500) == 880 // 15
    assert font_pixels(60, 1920, 400) == int(1920 / 400 / 0.56)
