"""One running copy for each user and folder: a second start hands over what was asked, and ends."""

import hashlib
import json
import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)
PATIENCE = 3000  # ms
LONGEST = 1024 * 1024  # bytes: more than the words of a command line ever are
DONE = b"ok\n"


def name_of(home: Path) -> str:
    """The socket's name; on Linux in the folder of the user's session, where nobody else can make one."""
    name = "okibi-desktop-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    return str(Path(session) / name) if session and _owned(session) else name


def _owned(place: str) -> bool:
    """Whether it is this user's. Windows keeps sockets of others away by itself."""
    if sys.platform == "win32":
        return True
    try:
        return Path(place).stat().st_uid == os.getuid()
    except OSError:
        return False


def hand_over(home: Path, words: list[str]) -> bool:
    """True where a running copy took it."""
    socket = QLocalSocket()
    socket.connectToServer(name_of(home))
    if not socket.waitForConnected(PATIENCE) or not _owned(socket.fullServerName()):
        return False
    socket.write(json.dumps(words).encode() + b"\n")
    answered = socket.waitForBytesWritten(PATIENCE) and (socket.bytesAvailable() or socket.waitForReadyRead(PATIENCE))
    took = bool(answered) and bytes(socket.readAll().data()) == DONE
    socket.disconnectFromServer()
    return took


class Single(QObject):
    """The running copy. ``asked`` with the words of a second start."""

    asked = Signal(list)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        """Where it can't listen (somebody took the name) a second start is a second copy: the outbox bears that."""
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name_of(home))  # of a copy that was killed
        if not self._server.listen(name_of(home)):
            log.warning("second starts are not heard: %s", self._server.errorString())
        self._server.newConnection.connect(self._connected)

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > LONGEST:
            socket.abort()
        if not socket.canReadLine():
            return
        try:
            words = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            socket.abort()
            return
        if isinstance(words, list) and all(isinstance(each, str) for each in words):
            socket.write(DONE)
            socket.flush()
            self.asked.emit(words)

    def close(self) -> None:
        self._server.close()
