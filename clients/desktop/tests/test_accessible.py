"""Screen readers and the keyboard: every window, both languages."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QScrollBar, QWidget

from clients.desktop.tests.cast import proposal, running, screen, shot
from clients.desktop.tests.conftest import until
from clients.desktop.tests.test_windows import answered, placed
from okibi_desktop.model import settings as kept
from okibi_desktop.model.link import Prefill
from okibi_desktop.model.picture import Picture
from okibi_desktop.ui.area import Area
from okibi_desktop.ui.editor import PictureEditor
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.recorder import Recorder
from okibi_sdk import Draft

MAIN = ("requests", "outbox", "settings", "newer", "conversation", "new", "outcome")
WINDOWS = (*MAIN, "enrol", "code", "editor", "area", "recorder")


@pytest.fixture(params=["ru", "en"])
def application(request, qt, enrolled, server_desk):
    placed(server_desk, "26-000001", "Не печатает", "solved", can=["say", "works", "reopen", "rate", "withdraw"])
    file = {"id": "f", "name": "a.log", "type": "text/plain", "size": 3}
    answered(server_desk, "26-000001", "Вот", attachments=[file])
    server_desk.agreements.append(proposal())
    kept.save(enrolled / "desktop.json", kept.Settings(language=request.param))
    with running(qt, enrolled) as application:
        until(lambda: application.desk.requests)
        yield application


def opened(application, name):
    """The window, filled as it is in use."""
    ui = application.ui
    if name in application.main.sections:
        application.desk.put(application, Draft("Ждёт"), [], lambda _: None, lambda _: None)
        application.main.show_section(name)
        return application.main
    if name == "newer":
        application.newer.look()
        until(lambda: application.newer.offer)
        application.main.show()
        application.main.newer.notes_button.click()
        return application.main
    if name == "conversation":
        application.main.open_request("26-000001")
        until(lambda: application.main.conversation.messages and application.main.conversation.access.panels)
        application.main.conversation.rating.choose(3)
        return application.main
    if name in {"new", "outcome"}:
        application.new_request(Prefill(text="It does not print at all", error="E-17"))
        dialog = application.dialogs[-1]
        picture = Picture(screen())
        dialog.attachments._add_bytes(picture.png(), "a.png", picture)
        dialog.environment.more.click()
        until(lambda: dialog.asking.verdict and dialog.similar.isVisible())
        if name == "outcome":
            dialog.send()
            until(lambda: dialog.number)
        return dialog
    if name in {"enrol", "code"}:
        dialog = EnrolDialog(ui, application.main)
        dialog._turn(int(name == "code"))
        return dialog
    made = {
        "editor": lambda: PictureEditor(ui, Picture(screen())),
        "area": lambda: Area(ui, shot()),
        "recorder": lambda: Recorder(ui),
    }
    return made[name]()


def focusable(window):
    return [
        each
        for each in [window, *window.findChildren(QWidget)]
        if each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each, QScrollBar)
    ]


def spoken(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.mark.parametrize("name", WINDOWS)
def test_whatever_takes_the_focus_has_a_name_and_is_reached_by_tab(application, name):
    window = opened(application, name)
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    reachable = focusable(window)
    assert reachable
    unnamed = [f"{type(each).__name__} {each.objectName()}" for each in reachable if not spoken(each).strip()]
    assert unnamed == []
    presses = [each for each in window.findChildren(QAbstractButton) if each.isVisible() and not spoken(each).strip()]
    assert presses == []
    met, each = set(), reachable[0]
    while each not in met:
        met.add(each)
        each = each.nextInFocusChain()
    assert {widget for widget in reachable if widget not in met} == set()
    if name not in MAIN:
        window._over = True
        window.close()


def test_tab_goes_through_a_new_request_from_top_to_bottom(application):
    dialog = opened(application, "new")
    dialog.resize(dialog.width(), 1400)  # all of it at once: what is scrolled stands below what isn't
    QApplication.processEvents()
    order, each = [], dialog.text
    while True:
        if each in focusable(dialog) and not isinstance(each, QScrollArea):
            order.append(each)
        each = each.nextInFocusChain()
        if each is dialog.text:
            break
    tops = [each.mapTo(dialog, each.rect().topLeft()).y() for each in order]
    start = order.index(next(iter(dialog.kinds.buttons.values())))
    walked = [*tops[start:], *tops[:start]]
    same_line = 40  # points by which a neighbour may stand higher
    assert all(below >= above - same_line for above, below in pairwise(walked))
    assert len(walked) > 12
