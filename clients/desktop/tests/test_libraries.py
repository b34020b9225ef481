import sys

import pytest

from clients.desktop.tests.conftest import MISSING

if not MISSING:
    import PySide6.QtGui


def test_what_qt_needs_of_the_system_is_here():
    if MISSING:
        pytest.skip(f"QT'S LIBRARIES ARE MISSING: THE DESKTOP APPLICATION IS NOT TESTED ({MISSING})")
    assert not MISSING


def test_calls_of_qt_leave_none_as_it_was():
    """PySide6 6.12.0 gives back a None that it had not taken with each call: under Python 3.11 the program ends."""
    if MISSING:
        pytest.skip("no Qt here")
    item = PySide6.QtGui.QStandardItem()
    before = sys.getrefcount(None)
    for _ in range(1000):
        item.setText("x")
    assert abs(sys.getrefcount(None) - before) < 100
