"""An IMAP server of one folder, in memory, that can be told to misbehave as real ones do (RFC 3501, 2177, 6851)."""

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Self


@dataclass
class Stored:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """``with ImapServer() as server:`` listens on loopback. ``deliver`` puts a mail into the folder and tells."""

    idle: bool = True
    move: bool = True
    uidvalidity: int = 7
    mails: list[Stored] = field(default_factory=list)
    moved: list[Stored] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # UIDs that FETCH answers NO to
    nil: set[int] = field(default_factory=set)  # UIDs whose bytes FETCH gives as NIL
    quoted: set[int] = field(default_factory=set)  # UIDs whose bytes FETCH gives as a quoted string
    away: bool = False  # the folder is not there: SELECT answers NO
    drop_at_fetch: set[int] = field(default_factory=set)  # UIDs at which the connection breaks, once each
    fetched: list[int] = field(default_factory=list)
    logins: int = 0
    between: Callable[[], None] = lambda: None  # called after a command was carried out, before its answer ends

    host = "127.0.0.1"
    port = 0

    def __enter__(self) -> Self:
        self._changed = threading.Condition()
        self._closing = False
        self._listening = socket.create_server((self.host, 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._listening.close()

    def deliver(self, raw: bytes, *flags: str) -> int:
        with self._changed:
            uid = max((mail.uid for mail in self.mails + self.moved), default=0) + 1
            self.mails.append(Stored(uid, raw, set(flags)))
            self._changed.notify_all()
        return uid

    def renumber(self, uidvalidity: int) -> None:
        """What a restored backup does: every mail gets another UID."""
        self._renumbered = self._renumbered or uidvalidity != self.uidvalidity
        self.uidvalidity = uidvalidity
        for number, mail in enumerate(self.mails, start=1):
            mail.uid = number

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        announced = [0]  # how many mails this connection was told of; told once, as real servers do
        try:
            with connection, connection.makefile("rwb") as file:
                self._say(file, "* OK ready")
                while line := file.readline().decode().strip():
                    tag, _, command = line.partition(" ")
                    if not self._answer(file, connection, tag, command, announced):
                        return
        except (OSError, ValueError):
            return

    @staticmethod
    def _say(file: BinaryIO, line: str) -> None:
        file.write(line.encode() + b"\r\n")
        file.flush()

    def _answer(self, file: BinaryIO, connection: socket.socket, tag: str, command: str, announced: list[int]) -> bool:
        """Answer one command; False ends the connection."""
        word = command.split()[0].upper()
        if word == "CAPABILITY":
            self._say(file, f"* CAPABILITY IMAP4rev1{' IDLE' * self.idle}{' MOVE' * self.move}")
        elif word == "LOGIN":
            self.logins += 1
            if not command.endswith('"right"'):
                self._say(file, f"{tag} NO wrong password")
                return True
        elif word == "SELECT":
            return self._select(file, tag, announced)
        elif word == "STATUS":
            following = max((mail.uid for mail in self.mails + self.moved), default=0) + 1
            size = f" MESSAGES {len(self.mails)}"
            self._say(file, f"* STATUS INBOX (UIDVALIDITY {self.uidvalidity} UIDNEXT {following}{size})")
        elif word == "IDLE":
            self._idle(file, connection, announced)
        elif word == "UID" and not self._uid(file, tag, command):
            return False
        if word in {"UID", "NOOP"}:
            self.between()
            self._announce(file, announced)
        if not (word == "UID" and self._refused):
            self._say(file, f"{tag} OK done")
        return word != "LOGOUT"

    _renumbered = False

    def _announce(self, file: BinaryIO, announced: list[int]) -> None:
        if self._renumbered:  # told once to a connection that is open
            self._renumbered = False
            self._say(file, f"* OK [UIDVALIDITY {self.uidvalidity}] renumbered")
        if len(self.mails) != announced[0]:
            announced[0] = len(self.mails)
            self._say(file, f"* {announced[0]} EXISTS")

    def _select(self, file: BinaryIO, tag: str, announced: list[int]) -> bool:
        if self.away:
            self._say(file, f"{tag} NO [NONEXISTENT] no such folder")
            return True
        self._announce(file, announced)
        self._say(file, f"* OK [UIDVALIDITY {self.uidvalidity}] UIDs valid")
        self._say(file, f"{tag} OK done")
        return True

    def _idle(self, file: BinaryIO, connection: socket.socket, announced: list[int]) -> None:
        self._say(file, "+ idling")
        connection.settimeout(0.05)
        while not self._closing:
            self._announce(file, announced)
            try:
                if connection.recv(100).upper().startswith(b"DONE"):
                    break
            except TimeoutError:
                continue
        connection.settimeout(None)

    _refused = False

    def _uid(self, file: BinaryIO, tag: str, command: str) -> bool:
        _, word, rest = command.split(" ", 2)
        self._refused = False
        if word == "SEARCH":
            found = [str(mail.uid) for mail in self.mails if self._matches(mail, rest)]
            self._say(file, f"* SEARCH {' '.join(found)}".rstrip())
        elif word == "FETCH":
            return self._fetch(file, tag, int(rest.split()[0]))
        elif word == "STORE":
            for mail in self._named(rest):
                mail.flags.add("\\Seen")
        elif word in {"MOVE", "COPY"}:
            named = self._named(rest)
            self.moved.extend(named)
            if word == "MOVE":
                self.mails = [mail for mail in self.mails if mail not in named]
        return True

    def _fetch(self, file: BinaryIO, tag: str, uid: int) -> bool:
        self.fetched.append(uid)
        if uid in self.drop_at_fetch:
            self.drop_at_fetch.discard(uid)
            self._say(file, f"* 1 FETCH (UID {uid} BODY[] {{1000}}")
            return False
        if uid in self.broken:
            self._refused = True
            self._say(file, f"{tag} NO [SERVERBUG] this mail is broken on the disk")
            return True
        for number, mail in enumerate(self.mails, start=1):
            if mail.uid == uid and uid in self.nil:
                self._say(file, f"* {number} FETCH (UID {uid} BODY[] NIL)")
            elif mail.uid == uid and uid in self.quoted:
                text = mail.raw.decode().replace("\\", "\\\\").replace('"', '\\"')
                self._say(file, f'* {number} FETCH (UID {uid} BODY[] "{text}")')
            elif mail.uid == uid:
                file.write(f"* {number} FETCH (UID {uid} BODY[] {{{len(mail.raw)}}}\r\n".encode() + mail.raw + b")\r\n")
        return True

    def _named(self, rest: str) -> list[Stored]:
        wanted = {int(uid) for uid in rest.split()[0].split(",")}
        return [mail for mail in self.mails if mail.uid in wanted]

    def _matches(self, mail: Stored, condition: str) -> bool:
        match = re.match(r"(?:(\d+):(\d+|\*) )?UID (\d+):(\d+|\*)\s*(.*)", condition)
        assert match, condition
        place, (first_place, last_place, *named) = self.mails.index(mail) + 1, match.groups()
        if first_place and not int(first_place) <= place <= (place if last_place == "*" else int(last_place)):
            return False
        last = max((mail.uid for mail in self.mails), default=0)
        low = int(named[0])
        high = last if named[1] == "*" else int(named[1])
        inside = min(low, high) <= mail.uid <= max(low, high)
        return inside and (named[2] != "UNSEEN" or "\\Seen" not in mail.flags)
