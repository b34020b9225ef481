import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from clients.desktop.tests.cast import screen
from okibi_desktop.model.picture import SMALLEST_BLOCK, Mark, Picture, Tool, pixelate

pytestmark = pytest.mark.usefixtures("qt")
SECRET = QRect(100, 40, 200, 120)


def mark(tool, area=SECRET, text=""):
    return Mark(tool, area.topLeft(), area.bottomRight(), text)


def colours(image, area):
    return {image.pixel(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())}


def test_what_is_hidden_is_gone_from_the_saved_pixels():
    picture = Picture(screen()).with_mark(mark(Tool.BLUR))
    saved = QImage.fromData(picture.png())
    before = screen()
    for x in range(SECRET.left(), SECRET.right() - SMALLEST_BLOCK, SMALLEST_BLOCK):
        block = QRect(x, SECRET.top(), SMALLEST_BLOCK, SMALLEST_BLOCK)
        assert len(colours(saved, block)) == 1
    assert len(colours(before, SECRET)) > 2
    assert saved.copy(0, 200, 640, 100) == before.copy(0, 200, 640, 100).convertToFormat(saved.format())


def test_two_screens_that_differ_only_in_hidden_letters_are_saved_nearly_alike():
    """A block keeps four bits of its average: what a patient reader could compare letters with."""
    one, two = screen(), screen()
    pixelate(one, QRect(100, 40, 200, 64))
    for x in range(104, 292, 9):
        two.setPixel(x, 70, 0xFF000000)
    pixelate(two, QRect(100, 40, 200, 64))
    alike = sum(one.pixel(x, y) == two.pixel(x, y) for x in range(100, 300) for y in range(40, 104))
    assert alike >= 0.8 * 200 * 64


@given(st.lists(st.sampled_from(["draw", "undo", "redo"]), max_size=20))
@settings(deadline=None)
def test_redo_takes_back_undo_and_a_new_mark_ends_what_could_be_redone(acts):
    picture = Picture(screen(40, 40))
    for number, act in enumerate(acts):
        before = picture
        if act == "draw":
            picture = picture.with_mark(Mark(Tool.BOX, QPoint(0, 0), QPoint(20, 10 + number % 20)))
            assert (len(picture.marks), picture.undone) == (len(before.marks) + 1, ())
        else:
            picture = getattr(picture, act)()
        if act == "undo" and before.marks:
            assert picture.redo() == before
        if act == "redo" and before.undone:
            assert picture.undo() == before


def test_cutting_leaves_nothing_of_the_rest_and_can_be_undone():
    picture = Picture(screen()).with_mark(mark(Tool.CROP))
    assert picture.flat().size() == SECRET.size()
    assert picture.undo().flat().size() == screen().size()


@pytest.mark.parametrize("tool", [Tool.ARROW, Tool.BOX, Tool.TEXT])
def test_each_mark_is_part_of_the_pixels(tool):
    assert Picture(screen()).with_mark(mark(tool, text="Вот")).flat() != Picture(screen()).flat()


@pytest.mark.parametrize("tool", list(Tool))
def test_a_slip_of_the_hand_is_no_mark(tool):
    slip = Mark(tool, QPoint(10, 10), QPoint(12, 11), " ")
    assert Picture(screen()).with_mark(slip).marks == ()
