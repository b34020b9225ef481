"""An honest stand-in for the desk: keeps what it is told as the contract says, on a real socket, and fails on demand.

It is a simulator, not a mock: idempotency keys, resumable uploads and events behave as the described API. What it may
be told to do badly is what networks and computers do: swallow an answer, break a body, be busy, be away.
"""

# ruff: noqa: N815, RET503 - names that http.server asks for; a handler returns nothing worth naming

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

LICENCE, CODE, TOKEN = "Л-2026-0418", "123456", "okd_abcdefghijkl_" + "s" * 43
MOMENT = "2026-11-20T12:41:00+03:00"


@dataclass
class Desk:
    """Everything that was kept, in order."""

    requests: list[dict] = field(default_factory=list)
    messages: dict[str, list[dict]] = field(default_factory=dict)
    uploads: dict[str, dict] = field(default_factory=dict)
    answers: dict[str, tuple[str, int, dict, bytes]] = field(default_factory=dict)
    events: list[tuple[str, dict]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    environments: list[dict] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    signed_out: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    agreements: list[dict] = field(default_factory=list)
    newer: dict | None = field(default_factory=lambda: newer_version())  # noqa: PLW0108 - it stands below
    faults: list[Callable[["Handler"], str | None]] = field(default_factory=list)
    stream_breaks_after: int = 10**9
    tells_again: int = 0  # events before the last one, after a break
    lock: threading.RLock = field(default_factory=threading.RLock)

    def tell(self, code: str, **data: object) -> None:
        self.events.append((code, data))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    desk: Desk

    def log_message(self, *_: object) -> None:
        pass

    def do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if len(self.body) < length:
            self.close_connection = True
            return None
        self.path_, _, self.query = self.path.removeprefix("/api/v1").partition("?")
        self.desk.seen.append((self.command, self.path_, {k.lower(): v for k, v in self.headers.items()}))
        fault = next((said for each in list(self.desk.faults) if (said := each(self))), None)
        if fault == "refuse":
            return self.hang_up()
        if fault and fault.startswith("answer "):
            _, status, *rest = fault.split(" ")
            return self.problem(int(status), "on_demand", "Занято", **({"Retry-After": rest[0]} if rest else {}))
        self.swallow = fault == "swallow"
        self.route()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do

    def hang_up(self) -> None:
        self.close_connection = True

    # ------------------------------------------------------------ answering

    def reply(self, status: int, document: object = None, **headers: str) -> None:
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        self.send(status, body, {"Content-Type": "application/json", **headers})

    def problem(self, status: int, code: str, detail: str, **headers: str) -> None:
        document = {"type": f"/api/problems/{code}", "title": detail, "status": status, "detail": detail, "code": code}
        body = json.dumps(document, ensure_ascii=False).encode()
        self.swallow = False
        self.send(status, body, {"Content-Type": "application/problem+json", **headers})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        if getattr(self, "swallow", False):
            return self.hang_up()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # ------------------------------------------------------------ routes

    def route(self) -> None:
        said = self.headers.get("Authorization", "")
        first, *rest = self.path_.strip("/").split("/")
        if first not in {"policy", "enrolments", "verdicts", "download"} and (
            said != f"Bearer {TOKEN}" or self.desk.signed_out
        ):
            return self.problem(401, "unauthorized", "Приложение не подключено.")
        if self.command == "POST" and first != "uploads":
            return self.once(lambda: self.write(first, rest))
        return getattr(self, f"at_{first}")(rest)

    def once(self, write: Callable[[], tuple[int, object, dict]]) -> None:
        """The contract of Idempotency-Key: same key and body, same answer; same key and other body, 422."""
        key = self.headers.get("Idempotency-Key", "")
        if not key:
            return self.problem(422, "idempotency_key_missing", "Нет Idempotency-Key.")
        print_ = hashlib.sha256(self.path_.encode() + self.body).hexdigest()
        with self.desk.lock:
            kept = self.desk.answers.get(key)
            if kept and kept[0] != print_:
                return self.problem(422, "idempotency_key_reused", "Этот ключ уже был с другим содержимым.")
            if not kept:
                status, document, headers = write()
                if status >= 400:
                    return self.problem(status, document["code"], document["detail"])
                kept = (print_, status, headers, document)
                self.desk.answers[key] = kept
        self.reply(kept[1], kept[3], **kept[2])

    def write(self, first: str, rest: list[str]) -> tuple[int, object, dict]:
        document = json.loads(self.body or b"{}")
        if first in {"enrolments", "agreements"}:
            return (self.enrol if first == "enrolments" else self.agree)(document, rest)
        if first == "verdicts":
            return 200, verdict(document), {}
        for each in document.get("uploads", ()):
            kept = self.desk.uploads.get(each)
            if not kept or len(kept["content"]) != kept["size"]:
                return 404, {"code": "uploads.not_found", "detail": "Файл не найден."}, {}
        if "@" in document.get("text", ""):
            return 422, {"code": "text_refused", "detail": "Так нельзя."}, {}
        if not rest:
            return self.place(document)
        number, act = rest
        if number not in self.desk.messages:
            return 404, {"code": "not_found", "detail": "Такой заявки нет."}, {}
        if act == "messages":
            message = self.message("me", document)
            self.desk.messages[number].append(message)
            return 201, {**message, "number": number}, {}
        if act in {"read", "typing"}:
            return 204, None, {}
        request = next(each for each in self.desk.requests if each["number"] == number)
        request["state"] = {"withdraw": "closed", "works": "closed", "reopen": "open"}.get(act, request["state"])
        request |= {"rating": document} if act == "rating" else {}
        return 200, shown(request), {}

    def enrol(self, document: dict, rest: list[str]) -> tuple[int, object, dict]:
        base_ = {"id": "e1", "secret": "hush", "expires_at": MOMENT}
        if rest:
            if document.get("code") != CODE:
                return 422, {"code": "wrong_code", "detail": "Код не подходит."}, {}
            return 200, {**base_, "state": "confirmed", "token": TOKEN}, {}
        if document.get("trial") or document.get("licence", LICENCE) != LICENCE:
            return 422, {"code": "unknown_licence", "detail": "Такой лицензии нет."}, {}
        if document.get("email"):
            return 201, {**base_, "state": "awaiting_confirmation"}, {}
        return 201, {**base_, "state": "confirmed", "token": TOKEN}, {}

    def place(self, document: dict) -> tuple[int, object, dict]:
        number = f"26-{len(self.desk.requests) + 1:06}"
        request = {**document, "number": number, "state": "new"}
        self.desk.requests.append(request)
        self.desk.messages[number] = [self.message("me", document)]
        self.desk.tell("request.placed", number=number)
        return 201, shown(request), {"Location": f"/api/v1/requests/{number}"}

    def message(self, author: str, document: dict) -> dict:
        attachments = [
            {"id": each, "name": kept["name"], "type": kept["type"], "size": kept["size"]}
            for each in document.get("uploads", ())
            if (kept := self.desk.uploads[each])
        ]
        serial = sum(len(each) for each in self.desk.messages.values()) + 1
        return {"id": serial, "author": author, "at": MOMENT, "text": document["text"], "attachments": attachments}

    def agree(self, document: dict, rest: list[str]) -> tuple[int, object, dict]:
        agreement = next(each for each in self.desk.agreements if each["id"] == int(rest[0]))
        wish = "withdraw" if rest[1] == "withdraw" else "confirm" if document["yes"] else "decline"
        if wish not in agreement["can"]:
            return 409, {"code": "agreement_state", "detail": "Доступ уже не ждёт ответа."}, {}
        states = {"confirm": "confirmed", "decline": "declined", "withdraw": "withdrawn"}
        agreement |= {"state": states[wish], "can": ["withdraw"] if wish == "confirm" else []}
        return 200, dict(agreement), {}

    def at_agreements(self, rest: list[str]) -> None:
        self.reply(200, {"items": self.desk.agreements})

    def at_policy(self, rest: list[str]) -> None:
        self.reply(200, {"vendor": {"name": "Пример"}, "working_now": True, "next_opening": None, "products": []})

    def at_enrolments(self, rest: list[str]) -> None:
        self.reply(200, {"id": rest[0], "state": "confirmed", "token": TOKEN, "expires_at": MOMENT})

    def at_device(self, rest: list[str]) -> None:
        if rest == ["environment"]:
            self.desk.environments.append(json.loads(self.body))
            return self.reply(200, verdict(json.loads(self.body)))
        if rest == ["update"]:
            asked = {name: values[0] for name, values in parse_qs(self.query).items()}
            newer = self.desk.newer if asked.get("version", "4.2.0") < "4.2.1" else None
            return self.reply(200, {"product": "desktop", "running": asked.get("version", ""), "update": newer})
        if self.command == "DELETE" and not rest:
            self.desk.signed_out = True
        if self.command in {"DELETE", "PUT"}:
            return self.reply(204)
        return self.reply(200, {"id": "dabcdefghijk", "name": "Склад", "kind": "desktop"})

    def at_requests(self, rest: list[str]) -> None:
        if not rest:
            asked = {name: values[0] for name, values in parse_qs(self.query).items()}
            start, limit = int(asked.get("cursor", 0)), int(asked.get("limit", 50))
            newest = self.desk.requests[::-1]
            more = str(start + limit) if start + limit < len(newest) else None
            return self.reply(200, {"items": [shown(each) for each in newest[start : start + limit]], "next": more})
        request = next((each for each in self.desk.requests if each["number"] == rest[0]), None)
        if request is None:
            return self.problem(404, "not_found", "Такой заявки нет.")
        if rest[1:] == ["messages"]:
            return self.reply(200, {"items": self.desk.messages[rest[0]], "next": None})
        return self.reply(200, shown(request))

    def at_similar(self, rest: list[str]) -> None:
        self.reply(200, {"items": [{"kind": "article", "title": "Не печатает", "slug": "printing"}]})

    def at_articles(self, rest: list[str]) -> None:
        self.reply(
            200,
            {"slug": rest[0], "title": "Не печатает", "html": "<p>Включите принтер.</p>", "text": "Включите принтер."},
        )

    def at_download(self, rest: list[str]) -> None:
        self.at_files(rest[-1:])

    def at_files(self, rest: list[str]) -> None:
        content = self.desk.files[rest[0]]
        start = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", '"1"')
        self.end_headers()
        if getattr(self, "swallow", False):
            self.wfile.write(content[start : start + 5])
            return self.hang_up()
        self.wfile.write(content[start:])

    # ------------------------------------------------------------ tus 1.0

    def at_uploads(self, rest: list[str]) -> None:
        with self.desk.lock:
            getattr(self, f"upload_{self.command.lower()}")(rest)

    def upload_post(self, rest: list[str]) -> None:
        words = dict(each.split(" ") for each in self.headers["Upload-Metadata"].split(","))
        key = self.headers["Idempotency-Key"]
        upload = next((name for name, kept in self.desk.uploads.items() if kept["key"] == key), None)
        if upload is None:
            upload = f"u{len(self.desk.uploads) + 1}"
            self.desk.uploads[upload] = {
                "key": key,
                "size": int(self.headers["Upload-Length"]),
                "name": base64.b64decode(words["filename"]).decode(),
                "type": base64.b64decode(words["filetype"]).decode(),
                "content": b"",
            }
        self.send(201, b"", {"Location": f"/api/v1/uploads/{upload}", "Tus-Resumable": "1.0.0"})

    def upload_head(self, rest: list[str]) -> None:
        kept = self.desk.uploads.get(rest[0])
        if kept is None:
            return self.problem(404, "uploads.not_found", "Файл не найден.")
        sizes = {"Upload-Offset": str(len(kept["content"])), "Upload-Length": str(kept["size"])}
        self.send(200, b"", {**sizes, "Tus-Resumable": "1.0.0", "Cache-Control": "no-store"})

    def upload_patch(self, rest: list[str]) -> None:
        kept = self.desk.uploads.get(rest[0])
        if kept is None:
            return self.problem(404, "uploads.not_found", "Файл не найден.")
        if int(self.headers["Upload-Offset"]) != len(kept["content"]):
            return self.problem(409, "upload_offset", "Не с того места.")
        sum_ = base64.b64decode(self.headers["Upload-Checksum"].split(" ")[1])
        if hashlib.sha256(self.body).digest() != sum_:
            return self.problem(460, "checksum_mismatch", "Повреждено по дороге.")
        kept["content"] += self.body
        self.send(204, b"", {"Upload-Offset": str(len(kept["content"])), "Tus-Resumable": "1.0.0"})

    def upload_delete(self, rest: list[str]) -> None:
        self.desk.uploads.pop(rest[0], None)
        self.send(204, b"", {"Tus-Resumable": "1.0.0"})

    # ------------------------------------------------------------ events

    def at_events(self, rest: list[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"retry: 20\r\n\r\n: hello\n\n")
        at = int(self.headers.get("Last-Event-ID") or 0)
        at = max(0, at - self.desk.tells_again)
        for _ in range(self.desk.stream_breaks_after):
            while at >= len(self.desk.events):
                time.sleep(0.01)
                if self.server.stopping:
                    return
            code, data = self.desk.events[at]
            at += 1
            told = json.dumps({**data, "at": MOMENT}, ensure_ascii=False)
            self.wfile.write(f"id: {at}\nevent: {code}\ndata: {told}\n\n".encode())
            self.wfile.flush()


def shown(request: dict) -> dict:
    promise = {"placed_at": MOMENT, "aim_at": "2026-11-20T14:41:00+03:00", "due_at": "2026-11-24T20:00:00+03:00"}
    plain = {name: request.get(name, "") for name in ("number", "state", "subject", "kind", "product", "version")}
    known = {name: request[name] for name in ("unread", "can", "rating") if name in request}
    common = {"unread": 0, "last_message_at": MOMENT, "steps": [], "verdict": verdict(request)}
    return {**plain, **promise, **common, **known}


def newer_version(address: str = "https://desk.example.org", content: bytes = b"") -> dict:
    """``content``: of its file, where it is fetched."""
    size = len(content) or 5000
    file = {"name": "Setup.exe", "platform": "windows", "architecture": "x64", "kind": "exe", "size": size}
    page = f"{address}/download/desktop/"
    told = {"version": "4.2.1", "published_at": MOMENT, "forced": False, "notes": "Исправлена печать.", "page": page}
    digest = hashlib.sha256(content).hexdigest() if content else "0" * 64
    return {**told, "files": [{**file, "sha256": digest, "url": f"{page}Setup.exe"}]}


def verdict(document: dict) -> dict:
    line = {
        "about": "entitlement",
        "status": "met",
        "ground": "licence",
        "text": "По лицензии.",
        "evidence": {},
    }
    step = {"at": "2026-11-24T20:00:00+03:00", "rule": "ГК 194", "text": "Истекает в 20:00."}
    due = {"aim_at": "2026-11-20T14:41:00+03:00", "due_at": "2026-11-24T20:00:00+03:00"}
    return {"lines": [line], "covered": True, "kind": document.get("kind") or "incident", **due, "steps": [step]}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    stopping = False
    request_queue_size = 64


@contextmanager
def serve(desk: Desk, port: int = 0):
    """The address of a running server for the desk; gone with the block."""
    handler = type("Bound", (Handler,), {"desk": desk})
    server = Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopping = True
        server.shutdown()
        server.server_close()
        thread.join()


def times(count: int, fault: str, method: str = "", path: str = "") -> Callable[[Handler], str | None]:
    """A fault that strikes so many times, at calls of that method and path."""
    left = [count]

    def strike(handler: Handler) -> str | None:
        fits = method in {"", handler.command} and handler.path_.startswith(path)
        if left[0] <= 0 or not fits:
            return None
        left[0] -= 1
        return fault

    return strike
