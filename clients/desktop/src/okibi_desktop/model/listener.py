"""The desk's events, heard in a thread of their own for as long as the application runs."""

import threading
from collections.abc import Callable

from okibi_sdk import Client, Event, OkibiError


class StopListening(BaseException):
    """Ends the endless stream from within its own wait."""


class Listener:
    """Calls ``heard`` for each event, ``lost`` at each broken line and ``ended`` where listening makes no sense more.

    All three are called in the listener's thread.
    """

    def __init__(
        self,
        client: Client,
        heard: Callable[[Event], None],
        lost: Callable[[str], None],
        ended: Callable[[OkibiError], None],
    ) -> None:
        self._client, self._heard, self._lost, self._ended = client, heard, lost, ended
        self._stop = threading.Event()
        client.sleep = self._sleep
        threading.Thread(target=self._run, name="okibi-events", daemon=True).start()

    def stop(self) -> None:
        """Nothing is told after this, though the thread may still sit on its line for a while."""
        self._stop.set()

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise StopListening

    def _run(self) -> None:
        try:
            for event in self._client.events(lost=self._say_lost):
                if self._stop.is_set():
                    break
                self._heard(event)
        except StopListening:
            pass
        except OkibiError as error:
            if not self._stop.is_set():
                self._ended(error)
        finally:
            self._client.close()

    def _say_lost(self, reason: str) -> None:
        if not self._stop.is_set():
            self._lost(reason)
