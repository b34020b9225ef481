"""Kannel on loopback: sendsms, status.xml, reports by dlr-url, what comes in by post-url. The words are 1.4.5's.

``python -m tests.simulators.kannel --port 13013``: username u, password p, status-password s; a real one is better.
"""

import threading
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

from tests.simulators.vendor import Reply, Request, Sent, Vendor, serve

DELIVERED, FAILED, TAKEN, REFUSED = 1, 2, 8, 16


def words(status: int, text: str) -> Reply:
    return Reply(status, body=text.encode(), type="text/html")


class Kannel(Vendor):
    """``offline``: SMSCs that are away; ``taken``: (smsc, number, text) that left; ``report``: types told of each."""

    def __init__(self, port: int = 0, smscs: tuple[str, ...] = ("goip1", "goip2")) -> None:
        super().__init__(port)
        self.smscs, self.offline = smscs, set[str]()
        self.taken: list[tuple[str, str, str]] = []
        self.denied, self.unroutable = set[str](), set[str]()
        self.silent = False  # takes and breaks off
        self.reports = [TAKEN, DELIVERED]
        self.statuses: list[int] = []  # what our reports were answered

    def answer(self, request: Request) -> Reply | str:
        if request.path == "/status.xml":
            return self._status(request.query)
        if request.path != "/cgi-bin/sendsms":
            return words(404, "Unknown request.")
        query = request.query
        if (query.get("username"), query.get("password")) != ("u", "p"):
            return words(403, "Authorization failed for sendsms")
        if not query.get("to"):
            return words(400, "Missing receiver number, rejected")
        if query["to"] in self.denied:
            return words(400, "Number(s) has/have been denied by white- and/or black-lists.")
        if query.get("smsc") not in self.smscs or query["to"] in self.unroutable:
            return words(403, "Not routable. Do not try again.")
        self.taken.append((query["smsc"], query["to"], query.get("text", "")))
        self.sent.append(Sent(query["to"], query.get("text", ""), "", dict(query)))
        if self.silent:
            return "hang up"
        if query.get("dlr-url"):
            threading.Thread(target=self._report, args=(query["dlr-url"], self.reports), daemon=True).start()
        return words(202, "0: Accepted for delivery")

    def _status(self, query: dict[str, str]) -> Reply:
        if query.get("password") != "s":
            return words(200, '<?xml version="1.0"?>\n<gateway>\nDenied</gateway>')
        listed = "".join(
            f"\t<smsc>\n\t\t<name>FAKE:{name}</name>\n\t\t<admin-id>{name}</admin-id>\n\t\t<id>{name}</id>\n"
            f"\t\t<status>{'re-connecting' if name in self.offline else 'online 3s'}</status>\n\t</smsc>\n"
            for name in self.smscs
        )
        head = "<version>Kannel bearerbox version `1.4.5'.\n</version><status>running, uptime 0d 0h 0m 3s</status>"
        return words(200, f'<?xml version="1.0"?>\n<gateway>\n{head}<smscs>{listed}</smscs></gateway>')

    def _report(self, template: str, kinds: list[int]) -> None:
        for kind in kinds:
            answer = {TAKEN: "ACK/", REFUSED: "NACK/no SMSC"}.get(kind, "")
            url = template.replace("%d", str(kind)).replace("%A", quote(answer, safe="")).replace("%%", "%")
            self.statuses.append(self._called(url))

    def receive(self, door: str, smsc: str, sender: str, text: str, name: str, **more: Any) -> int:
        """As smsbox's post-url does; gives the status. ``more``: coding 2 is UTF-16BE."""
        ucs2 = more.get("coding", 2) == 2
        url = f"{door}&from={quote(sender)}&id={name}&smsc={smsc}"
        body = text.encode("utf-16-be" if ucs2 else "utf-8")
        headers = {
            "Content-Type": f'text/plain; charset="{"UTF-16BE" if ucs2 else "UTF-8"}"',
            "X-Kannel-SMSC": smsc, "X-Kannel-Coding": "2" if ucs2 else "0",
        }  # fmt: skip
        return self._called(url, body, headers)

    def _called(self, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:  # nobody is there
            return 0


if __name__ == "__main__":
    serve(Kannel, "Kannel: username u, password p, status-password s, SMSCs goip1 and goip2")
