import pytest

from clients.desktop.tests.conftest import MISSING


def test_what_qt_needs_of_the_system_is_here():
    if MISSING:
        pytest.skip(f"QT'S LIBRARIES ARE MISSING: THE DESKTOP APPLICATION IS NOT TESTED ({MISSING})")
    assert not MISSING
