import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter

from clients.desktop.tests.cast import screen
from okibi_desktop.model.picture import SMALLEST_BLOCK, Mark, Picture, Tool, picture_of, pixelate, png_of

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


@pytest.mark.parametrize("size", [QRect(100, 40, 200, 64), QRect(10, 5, 15, 9), QRect(0, 0, 640, 300)], ids=str)
def test_two_screens_that_differ_only_in_what_is_hidden_are_saved_alike(size):
    """No block keeps anything that letters of a known font could be tried against, however large they are."""
    one, two = QImage(640, 400, QImage.Format.Format_RGB32), QImage(640, 400, QImage.Format.Format_RGB32)
    for image in (one, two):
        image.fill(QColor("#f0f0f0"))
    painter = QPainter(two)
    for x in range(size.left(), size.right(), 24):
        painter.fillRect(x, size.center().y(), 3, 3, QColor("black"))
    painter.end()
    pixelate(one, size)
    pixelate(two, size)
    assert one == two


def test_what_another_program_wrote_into_a_picture_is_not_sent():
    pasted = screen()
    pasted.setText("Comment", "made by Anna on PC-7")
    sent = QImage.fromData(png_of(pasted))
    assert sent.textKeys() == []
    assert sent.convertToFormat(pasted.format()) == screen()


def test_what_shows_through_does_not_show_what_stood_below(tmp_path):
    ghost = QImage(40, 40, QImage.Format.Format_ARGB32)
    ghost.fill(QColor(255, 0, 0, 0))
    ghost.save(str(tmp_path / "ghost.png"))
    assert QColor(picture_of(tmp_path / "ghost.png").flat().pixel(5, 5)) == QColor("white")


def test_only_pictures_of_a_screens_size_are_opened_to_be_marked(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "a.log").write_bytes(png_of(screen()))
    assert [picture_of(tmp_path / name) for name in ("a.png", "a.log", "none.png")] == [None, None, None]


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
