"""A stand-in for the desk's SMS: keeps what it is told as the contract says, on a real socket; may lose an answer."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "okk_abcdefghijkl_" + "s" * 43
MOMENT = "2026-11-20T12:41:00+03:00"
LINE = {
    "line": "office/goip1", "kind": "goip", "model": "GoIP-4", "is_alive": True, "has_network": True,
    "operator": "MTS", "signal_dbm": -73, "seen_at": MOMENT, "resting_until": None, "used_today": 12,
    "left_today": 88, "left_month": None, "sent": 11, "failed": 1, "last_error": "",
}  # fmt: skip


@dataclass
class Office:
    """Every SMS by its id, answers by key of the call; ``swallow``: answers that get lost on their way."""

    rows: dict[int, dict] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    swallow: int = 0

    def put(self, given: dict, text: str) -> dict:
        if not given["to"].startswith("+7900"):
            raise ValueError("sms.number")
        number = len(self.rows) + 1
        row = {"id": number, "reference": given.get("reference", ""), "to": given["to"], "state": "queued",
               "alphabet": "ucs2", "segments": len(text) // 70 + 1, "created_at": MOMENT, "not_before": MOMENT,
               "expires_at": None, "sent_at": None, "ended_at": None, "line": "", "attempts": 0,
               "error": ""}  # fmt: skip
        self.rows[number] = row
        return row

    def answer(self, method: str, path: str, query: dict, body: dict) -> tuple[int, object]:
        words = path.removeprefix("/api/v1/sms").strip("/").split("/")
        found = self.wrote(words, body) if method == "POST" else self.read(words, query)
        return found or (404, {"code": "not_found", "detail": "Такого нет."})

    def wrote(self, words: list[str], body: dict) -> tuple[int, object] | None:
        match words:
            case [""]:
                try:
                    return 201, self.put(body, body["text"])
                except ValueError as error:
                    return 422, {"code": str(error), "detail": "Нужен мобильный номер.", "errors": []}
            case ["batches"]:
                return 200, self.batch(body)
            case ["segments"]:
                return 200, {"alphabet": "ucs2", "segments": 2, "left": 3, "forced_by": ["№"], "plain": "N",
                             "too_long": False}  # fmt: skip
            case [number, "cancel"]:
                self.rows[int(number)]["state"] = "cancelled"
                return 200, self.rows[int(number)]
        return None

    def read(self, words: list[str], query: dict) -> tuple[int, object] | None:
        match words:
            case [""]:
                rows = [row for row in reversed(self.rows.values()) if row["state"] in query.get("state", row["state"])]
                begin, most = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
                more = str(begin + most) if begin + most < len(rows) else None
                return 200, {"items": rows[begin : begin + most], "next": more}
            case ["lines"]:
                return 200, {"connected": True, "used_today": 3, "day_limit": 100, "lines": [LINE]}
            case ["incoming"]:
                return 200, {"items": [self.incoming()], "next": None}
            case ["incoming", _]:
                return 200, self.incoming()
            case [number] if int(number) in self.rows:
                return 200, self.rows[int(number)]
        return None

    def batch(self, body: dict) -> dict:
        items: list[dict] = []
        for index, given in enumerate(body["messages"]):
            try:
                row = self.put(given, given.get("text") or body.get("text", ""))
                items.append({"index": index, "sms": row, "problem": None})
            except ValueError as error:
                problem = {"code": str(error), "detail": "Нужен мобильный номер."}
                items.append({"index": index, "sms": None, "problem": problem})
        taken = [each for each in items if each["sms"]]
        return {"accepted": len(taken), "refused": len(items) - len(taken), "segments": len(taken),
                "used_today": len(self.rows), "day_limit": 0, "items": items}  # fmt: skip

    def incoming(self) -> dict:
        return {"id": 7, "sender": "+79000000017", "number": "+79000000017", "text": "Да", "line": "office/goip1",
                "received_at": MOMENT}  # fmt: skip


@contextmanager
def serve(office: Office):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            asked, key = urlsplit(self.path), self.headers.get("Idempotency-Key", "")
            office.calls.append((self.command, key))
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                return self.tell(401, json.dumps({"code": "unauthorized", "detail": "Ключ не подходит."}).encode())
            status, made = 200, office.answers.get(key)
            if made is None:
                status, document = office.answer(self.command, asked.path, parse_qs(asked.query), body)
                made = json.dumps(document).encode()
                if key and status < 300:
                    office.answers[key] = made
            if office.swallow:
                office.swallow -= 1
                self.close_connection = True
                return None
            return self.tell(status, made)

        do_GET = do_POST = do  # noqa: N815

        def tell(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status < 300 else "application/problem+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
