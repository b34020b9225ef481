"""A service of Windows by pywin32, where it is installed. Written from its documentation; not run on Windows."""

from collections.abc import Callable
from typing import Any

try:
    import servicemanager  # type: ignore[import-untyped]
    import win32service  # type: ignore[import-untyped]
    import win32serviceutil  # type: ignore[import-untyped]
except ImportError:
    servicemanager = win32service = win32serviceutil = None

NAME = "okibi-updater"


def run(start: Callable[[], None], stop: Callable[[], None]) -> bool:
    """Be the service until Windows stops it; False where there is no pywin32. ``start`` returns after ``stop``."""
    if win32serviceutil is None:
        return False

    class Updater(win32serviceutil.ServiceFramework):  # type: ignore[misc]
        _svc_name_ = NAME
        _svc_display_name_ = "OKIBI updater"

        def SvcDoRun(self) -> None:  # noqa: N802 - pywin32's name
            start()

        def SvcStop(self) -> None:  # noqa: N802
            self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING)
            stop()

    made: Any = Updater
    servicemanager.Initialize()
    servicemanager.PrepareToHostSingle(made)
    servicemanager.StartServiceCtrlDispatcher()
    return True
