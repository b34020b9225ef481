"""The IMAP inlet: keeps one folder read, by IDLE where the server offers it, and never loses or deletes a mail."""

import random
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from imaplib import IMAP4
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.imap_utf7 import utf7_encode

from okibi.channels.clean import text_safe
from okibi.channels.email.identity import external_id
from okibi.channels.email.options import MailOptions
from okibi.channels.inbox import receive
from okibi.channels.models import Cursor
from okibi.journal.services import record
from okibi.kernel import signs
from okibi.kernel.clock import now

log = structlog.get_logger(__name__)

TIMEOUT = 60.0  # seconds per answer of the server
IDLE_FOR = 9 * 60  # seconds of one IDLE: RFC 2177 allows 29 minutes, home routers forget a silent line after 10
POLL_EVERY = 30.0  # seconds between looks where the server has no IDLE
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0  # seconds between two tries to connect
TRIES = 3  # of a mail that can't be fetched or stored; then it is left in the folder, unread, and people are told
WINDOW = 50_000  # mails searched at once: their UIDs must fit into a line of 1 MB, which is all that imaplib reads
CHUNK = 50  # mails between two marks on the server
LEFT = "left-"  # a sign of life of this name and a UID: a mail that was given up
_QUOTED = re.compile(
    rb'BODY\[\] "((?:[^"\\]|\\.)*)"', re.IGNORECASE
)  # how some servers give a mail without a line break
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ImapError(Exception):
    """The server refused a command, or answered what can't be understood. The inlet connects anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder is read. UIDs up to ``last`` are done; below ``unread_below`` only unread mails are taken.

    At first sight of a folder its read mails are history that people answered before us; they are left alone. ``since``
    (ISO date) is set after the server renumbered the folder: mails that came from that day on are looked at again,
    read or not, and the inbox knows those that it has.
    """

    uidvalidity: int
    last: int
    unread_below: int
    since: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class ImapInlet:
    """Reads one folder until told to stop. One thread, one IMAP connection, one database connection."""

    def __init__(self, options: MailOptions, folder: str) -> None:
        self.options = options
        self.folder = folder
        self.name = f"imap:{options.imap_user}@{options.imap_host}:{options.imap_port}/{folder}"[:200]
        self.source = f"imap:{folder}"[:60]
        self._capabilities: frozenset[str] = frozenset()
        self.left_name = f"{LEFT}{self.name}"[:180]
        self._failures: Counter[int] = Counter()  # by UID
        self._unsearched = 0  # mails in the folder that this session has not looked through once
        self._wait_next = FIRST_WAIT

    def run(self, stop: threading.Event) -> None:
        """Connect, read, wait for more; on any failure connect anew, waiting longer each time (1 s to 5 min)."""
        while not stop.is_set():
            try:
                self._session(stop)
            except Exception as error:  # noqa: BLE001  the server, the line, the database: all pass, and all are logged
                log.warning("imap_lost", folder=self.folder, error=f"{type(error).__name__}: {error}"[:300])
                connections["default"].close()
                self._tell(f"{type(error).__name__}: {error}")
                stop.wait(self._wait_next * random.uniform(0.8, 1.2))  # noqa: S311  folders should not come back in step
                self._wait_next = min(self._wait_next * 2, LONGEST_WAIT)
        connections["default"].close()

    def _session(self, stop: threading.Event) -> None:
        box = self._connect()
        try:
            log.info("imap_connected", folder=self.folder)
            place = self._place(box)
            self._look_at_left(box)
            while not stop.is_set():
                close_old_connections()
                place = self._read_all(box, place, stop)
                self._wait_next = FIRST_WAIT
                self._tell()
                self._wait(box, stop)
        finally:
            _quietly(box)

    def _tell(self, problem: str = "") -> None:
        """For the system page; a database that is away has others who say so."""
        try:
            signs.give(self.name, problem)
        except (InterfaceError, OperationalError):
            connections["default"].close()

    # ------------------------------------------------------------ connection

    def _connect(self) -> BaseMailBox:
        options = self.options
        where = (options.imap_host, options.imap_port)
        box: BaseMailBox
        if options.imap_tls == "tls":
            box = MailBox(*where, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
        elif options.imap_tls == "starttls":
            box = MailBoxStartTls(*where, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
        else:
            box = MailBoxUnencrypted(*where, timeout=TIMEOUT)
        try:
            box.login(options.imap_user, options.imap_password, initial_folder=self.folder)
            _, data = box.client.capability()  # asked anew: most servers offer more after the login
        except BaseException:
            _quietly(box)
            raise
        offered = b" ".join(line for line in data if line).decode("ascii", "replace")
        self._capabilities = frozenset(offered.upper().split())
        return box

    def _place(self, box: BaseMailBox) -> Place:
        """Where to go on: the stored place, or a new one at first sight or after the server renumbered the folder."""
        status = box.folder.status(self.folder, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        validity, following, self._unsearched = status["UIDVALIDITY"], status["UIDNEXT"], status["MESSAGES"]
        self._check_numbering(box, validity)
        stored = Cursor.objects.filter(name=self.name).first()
        if stored is not None:
            place = Place(**stored.value)
            # A backup put back without a new UIDVALIDITY gives numbers out a second time; those mails are new as well.
            if place.uidvalidity == validity and place.last < following:
                return place
            log.warning("imap_renumbered", folder=self.folder, old=place.uidvalidity, new=validity)
            for uid in left_in(self.left_name):
                signs.withdraw(f"{self.left_name}#{uid}")
            day = (stored.updated_at.date() - timedelta(days=1)).isoformat()
            place = Place(validity, 0, following, since=day)
        else:
            place = Place(validity, 0, following)
        self._save(place)
        return place

    def _check_numbering(self, box: BaseMailBox, validity: int) -> None:
        """Connect anew when the open folder is not the one whose place we know: replaced or renumbered under us."""
        for announced in box.client.response("UIDVALIDITY")[1] or []:
            if announced is not None and int(announced) != validity:
                raise ImapError(f"the folder was renumbered: {validity} → {int(announced)}")

    def _save(self, place: Place) -> None:
        Cursor.objects.update_or_create(name=self.name, defaults={"value": place.as_dict()})

    # ------------------------------------------------------------ reading

    def _read_all(self, box: BaseMailBox, place: Place, stop: threading.Event) -> Place:
        """Read until nothing is new and nothing was announced meanwhile.

        A server tells of a mail once (EXISTS), with the answer to any command; IDLE would not tell of it again, and the
        mail would lie there until the next look.
        """
        announced = True
        while announced and not stop.is_set():
            self._check_numbering(box, place.uidvalidity)
            box.client.response("EXISTS")  # forget what was announced before this look
            before, place = place, self._read_new(box, place, stop)
            announced = place != before or bool((box.client.response("EXISTS")[1] or [None])[0])
        return place

    def _read_new(self, box: BaseMailBox, place: Place, stop: threading.Event) -> Place:
        """Store every new mail, oldest first; gives the new place. The place is saved before mails are marked."""
        uids = self._new_uids(box, place)
        for start in range(0, len(uids), CHUNK):
            taken = []
            for uid in uids[start : start + CHUNK]:
                if stop.is_set():
                    break
                if self._take(box, uid):
                    taken.append(uid)
                place = replace(place, last=uid)
            self._save(place)
            if taken:
                self._mark(box, taken)
        return place

    def _take(self, box: BaseMailBox, uid: int) -> bool:
        """Fetch and store one mail. A mail that fails on its own is given up after some tries, not the folder."""
        try:
            raw = self._fetch(box, uid)
            if raw is not None:  # None: somebody deleted it meanwhile
                self._store(raw, uid)
        except (OperationalError, InterfaceError, IMAP4.abort, OSError):
            raise  # the database or the line is away: nothing is wrong with the mail
        except Exception as error:
            self._failures[uid] += 1
            if self._failures[uid] < TRIES:
                raise
            log.exception("imap_mail_left", folder=self.folder, uid=uid)
            self._leave(uid, f"{type(error).__name__}: {error}"[:300])
            return False
        return raw is not None

    def _leave(self, uid: int, why: str) -> None:
        """Tell people of a mail that stays in the folder: in the journal, and on the system page until it is read."""
        record("mail.left", ("mailbox", uid), data={"folder": self.folder, "uid": uid, "why": text_safe(why)})
        signs.give(f"{self.left_name}#{uid}", text_safe(why))

    def _look_at_left(self, box: BaseMailBox) -> None:
        """Forget what somebody has read or moved away since."""
        for uid in left_in(self.left_name):
            if not self._search(box, f"UID {uid}:{uid} UNSEEN"):
                signs.withdraw(f"{self.left_name}#{uid}")

    def _new_uids(self, box: BaseMailBox, place: Place) -> list[int]:
        """UIDs to read, ascending. They are compared, as ``n:*`` names the last mail even below n (RFC 3501)."""
        first = max(place.last + 1, place.unread_below)
        conditions = [f"UID {first}:*"]
        if place.last + 1 < place.unread_below:
            span = f"UID {place.last + 1}:{place.unread_below - 1}"
            conditions.append(f"{span} {f'OR UNSEEN SINCE {_imap_date(place.since)}' if place.since else 'UNSEEN'}")
        found: set[int] = set()
        for window in self._windows():
            for condition in conditions:
                found.update(self._search(box, f"{window}{condition}"))
        self._unsearched = 0
        return sorted(uid for uid in found if uid > place.last)

    def _windows(self) -> Iterator[str]:
        """Parts of a large folder, by the mails' places in it, for the first look of a session.

        From the newest down: a mail that is deleted meanwhile moves others to lower places, never past the search.
        """
        if self._unsearched <= WINDOW:
            yield ""
            return
        high = "*"
        for low in range(self._unsearched - WINDOW + 1, 1 - WINDOW, -WINDOW):
            yield f"{max(low, 1)}:{high} "
            high = str(low - 1)

    def _search(self, box: BaseMailBox, condition: str) -> list[int]:
        kind, data = box.client.uid("SEARCH", condition)
        if kind != "OK":
            raise ImapError(f"SEARCH {condition}: {data!r}"[:300])
        return [int(uid) for line in data if line for uid in line.split()]

    def _fetch(self, box: BaseMailBox, uid: int) -> bytes | None:
        """The bytes of one mail as they are; nothing here parses them, so no broken mail can stop the reading."""
        kind, data = box.client.uid("FETCH", str(uid), "(UID BODY.PEEK[])")
        if kind != "OK":
            raise ImapError(f"FETCH {uid}: {data!r}"[:300])
        for item in data:
            if isinstance(item, tuple) and len(item) > 1:
                return bytes(item[1])
            if item and (quoted := _QUOTED.search(item)):
                return re.sub(rb"\\(.)", rb"\1", quoted[1])
            if item and b"BODY[]" in item.upper():  # NIL: it is there, and can't be given now (RFC 3501 section 7.4.2)
                raise ImapError(f"FETCH {uid}: {item!r}"[:300])
        return None

    def _store(self, raw: bytes, uid: int) -> None:
        row, new = receive("email", external_id(raw), raw, self.source, {"imap_uid": uid, "folder": self.folder})
        log.info("mail_stored", inbound=row.pk, new=new, source=self.source, size=len(raw))

    # ------------------------------------------------------------ marks

    def _mark(self, box: BaseMailBox, uids: list[int]) -> None:
        """Tell people who look into the folder what was taken: as read, or moved away; nothing is ever deleted.

        A mark that fails (a read-only folder, a missing target) is no reason to stop reading.
        """
        what, _, target = self.options.after_fetch.partition(":")
        listed = ",".join(map(str, uids))
        if what == "leave":
            return
        kind, data = box.client.uid("STORE", listed, "+FLAGS.SILENT", "(\\Seen)")
        if kind == "OK" and what == "move":
            kind, data = self._move(box, listed, target)
        if kind != "OK":
            log.warning("imap_not_marked", folder=self.folder, mails=len(uids), answer=repr(data)[:200])

    def _move(self, box: BaseMailBox, listed: str, target: str) -> tuple[str, Any]:
        """MOVE (RFC 6851). Without it a copy is made and the original stays: expunging could hit others' mails."""
        command = "MOVE" if "MOVE" in self._capabilities else "COPY"
        quoted = f'"{utf7_encode(target).decode("ascii")}"'
        answer: tuple[str, Any] = box.client.uid(command, listed, quoted)
        return answer

    # ------------------------------------------------------------ waiting

    def _wait(self, box: BaseMailBox, stop: threading.Event) -> None:
        """Until the server has news, or it is time to look again. Comes back within a second of ``stop``."""
        if "IDLE" not in self._capabilities:
            stop.wait(POLL_EVERY)
            box.client.noop()
            return
        until, news = time.monotonic() + IDLE_FOR, []
        box.idle.start()  # type: ignore[no-untyped-call]
        while not stop.is_set() and time.monotonic() < until:
            asked = time.monotonic()
            news = box.idle.poll(timeout=1.0)
            # Back too early with nothing in hand is how a connection that the server closed shows itself.
            if news or time.monotonic() - asked < 0.9:
                break
        box.idle.stop()  # type: ignore[no-untyped-call]
        if any(b"[UIDVALIDITY" in line.upper() for line in news):
            raise ImapError(f"the folder was renumbered: {news!r}"[:300])


def left_in(left_name: str) -> list[int]:
    """UIDs of the mails that were given up and stay in the folder, unread."""
    return sorted(int(sign.name.rpartition("#")[2]) for sign in signs.of(f"{left_name}#"))


def _imap_date(day: str) -> str:
    """``2026-01-31`` → ``31-Jan-2026``, whatever the locale."""
    moment = date.fromisoformat(day) if day else now().date()
    return f"{moment.day:02d}-{MONTHS[moment.month - 1]}-{moment.year}"


def _quietly(box: BaseMailBox) -> None:
    """Close the connection; what the server says to that is of no interest."""
    try:
        box.client.logout()
    except Exception:  # noqa: BLE001
        box.client.shutdown()
