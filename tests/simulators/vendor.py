"""What the simulators of messengers share: an HTTP server on loopback, its log, its failures on demand."""

import argparse
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body or b"{}")

    def form(self) -> tuple[dict[str, str], dict[str, "Upload"]]:
        """The fields and files of a multipart body."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parsed = BytesParser(policy=HTTP).parsebytes(head + self.body)
        fields, files = {}, {}
        for part in parsed.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if part.get_filename() is None:
                fields[name] = content.decode()
            else:
                raw = re.search(rb'filename="([^"]*)"', self.body)
                files[name] = Upload(raw[1].decode() if raw else part.get_filename(), part.get_content_type(), content)
        return fields, files


@dataclass
class Upload:
    name: str
    type: str
    content: bytes


@dataclass
class Reply:
    status: int = 200
    document: Any = None
    body: bytes = b""
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Sent:
    """A message that the vendor took."""

    to: str
    text: str
    id: str
    body: dict[str, Any]
    file: Upload | None = None


class Vendor:
    """``with Vendor() as vendor:`` listens; ``vendor.url`` is its base. ``next_replies`` come before honest answers."""

    def __init__(self, port: int = 0) -> None:
        self.sent: list[Sent] = []
        self.requests: list[Request] = []
        self.next_replies: deque[Reply | str] = deque()  # "hang up": the line breaks after the request was read
        self.files: dict[str, Upload] = {}
        self.never: set[str] = set()  # receivers that are refused for good
        self.later: set[str] = set()  # receivers that are refused for now
        self._count = 0
        self._lock = threading.Lock()
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
                vendor.requests.append(request)
                reply = vendor.next_replies.popleft() if vendor.next_replies else vendor.answer(request)
                if isinstance(reply, str):
                    self.close_connection = True
                    return
                raw = reply.body if reply.document is None else json.dumps(reply.document).encode()
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.type)
                self.send_header("Content-Length", str(len(raw)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = _answer  # noqa: N815

            def log_message(self, *args: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def number(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def took(self) -> list[tuple[str, str]]:
        return [(each.to, each.text) for each in self.sent]


def push(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """A push to the product over real HTTP; gives the status."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def serve(make: Callable[[int], Vendor], about: str) -> None:
    """By hand: ``python -m tests.simulators.<name> --port 9100``; says what it is sent, until Ctrl-C."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    with make(given.port) as vendor:
        sys.stdout.write(f'{about}\nbase_url = "{vendor.url}"\n')
        sys.stdout.flush()
        told = 0
        try:
            while True:
                for each in vendor.sent[told:]:
                    sys.stdout.write(f"→ {each.to}: {each.text or (each.file.name if each.file else each.body)}\n")
                    sys.stdout.flush()
                told = len(vendor.sent)
                time.sleep(0.2)
        except KeyboardInterrupt:
            return
