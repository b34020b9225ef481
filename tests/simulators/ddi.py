"""A desk of updates as it is seen from a host: hawkBit's DDI and a real repository of The Update Framework, by HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

TOKEN = "okd_d0123456789a_secret"
CONTROLLER = "d0123456789a"
BASE = f"/ddi/default/controller/v1/{CONTROLLER}"


class Repository:
    """Root of one key, targets that delegate ``desktop/*/*``, snapshot, timestamp: files by their names."""

    def __init__(self, until: datetime | None = None) -> None:
        names = ("root", "targets", "snapshot", "timestamp", "desktop")
        self.keys = {name: CryptoSigner.generate_ed25519() for name in names}
        self.until = until or datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        self.version = 0
        self.targets: dict[str, TargetFile] = {}
        self.files: dict[str, bytes] = {}
        self._root()
        self.sign()

    @property
    def root(self) -> bytes:
        return self.files["1.root.json"]

    def add(self, path: str, content: bytes, version: str = "") -> TargetFile:
        """Name a target; ``sign`` makes it count."""
        made = TargetFile.from_data(path, content, ["sha256"])
        made.unrecognized_fields["custom"] = {"version": version or path.split("/")[1], "kind": "archive"}
        self.targets[path] = made
        return made

    def sign(self) -> None:
        self.version += 1
        role = DelegatedRole("desktop", [], 1, True, paths=["desktop/*/*"])
        targets = Targets(self.version, expires=self.until, delegations=Delegations({}, {"desktop": role}))
        targets.add_key(self.keys["desktop"].public_key, "desktop")
        self._write("targets", targets)
        self._write("desktop", Targets(self.version, expires=self.until, targets=dict(self.targets)))
        meta = {f"{name}.json": MetaFile(self.version) for name in ("targets", "desktop")}
        self._write("snapshot", Snapshot(self.version, expires=self.until, meta=meta))
        self._write("timestamp", Timestamp(self.version, expires=self.until, snapshot_meta=MetaFile(self.version)))

    def _root(self) -> None:
        root = Root(1, expires=self.until, consistent_snapshot=True)
        for name in ("root", "targets", "snapshot", "timestamp"):
            root.add_key(self.keys[name].public_key, name)
        self._write("root", root)

    def _write(self, role: str, signed: Root | Targets | Snapshot | Timestamp) -> None:
        made: Metadata = Metadata(signed)
        made.sign(self.keys[role])
        name = "timestamp.json" if role == "timestamp" else f"{signed.version}.{role}.json"
        self.files[name] = made.to_bytes()


@dataclass
class Action:
    """One deployment of the desk. ``over``: closed; what is said of it then gets 410."""

    product: str
    version: str
    file: str
    sha256: str = ""
    update: str = "forced"
    download: str = "forced"
    window: str = ""
    ask: bool = False
    cancelling: bool = False
    over: bool = False
    said: list[dict] = field(default_factory=list)

    @property
    def closings(self) -> list[dict]:
        return [each["status"] for each in self.said if each["status"]["execution"] == "closed"]

    @property
    def executions(self) -> list[str]:
        return [each["status"]["execution"] for each in self.said if "status" in each]


class Desk:
    """The desk. ``cut``: a target's connection breaks after so many bytes, once for each number."""

    def __init__(self) -> None:
        self.repository = Repository()
        self.contents: dict[str, bytes] = {}
        self.actions: dict[str, Action] = {}
        self.confirmed: list[dict] = []
        self.told: list[dict] = []
        self.ranges: list[str] = []
        self.polls = 0
        self.cut: list[int] = []
        self.certificate = ""
        self.status = 0
        desk = self
        handler = type("Handler", (_Handler,), {"desk": desk})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def publish(self, version: str, content: bytes, file: str = "program.zip", product: str = "desktop") -> str:
        """Sign a file; its path in the repository."""
        path = f"{product}/{version}/{file}"
        digest = self.repository.add(path, content).hashes["sha256"]
        self.contents[f"{product}/{version}/{digest}.{file}"] = content
        self.repository.sign()
        return path

    def offer(self, number: str, version: str, file: str = "program.zip", product: str = "desktop", **more) -> Action:
        self.actions[number] = Action(product, version, file, **more)
        return self.actions[number]

    def poll(self) -> dict:
        self.polls += 1
        links = {}
        for number, action in self.actions.items():
            if action.over:
                continue
            if action.cancelling:
                links["cancelAction"] = {"href": f"{BASE}/cancelAction/{number}"}
            elif action.ask:
                links["confirmationBase"] = {"href": f"{BASE}/confirmationBase/{number}"}
            else:
                links["deploymentBase"] = {"href": f"https://desk.example.org{BASE}/deploymentBase/{number}?c=1"}
            break
        if not self.told:
            links["configData"] = {"href": f"{BASE}/configData"}
        config: dict = {"polling": {"sleep": "00:05:00"}}
        if self.certificate:
            config["wake"] = {"certificate": self.certificate, "port": 8471}
        return {"config": config, "_links": links}

    def deployment(self, number: str, name: str) -> dict | None:
        action = self.actions.get(number)
        if action is None or action.over:
            return None
        path = f"{action.product}/{action.version}/{action.file}"
        hashes = {"sha256": action.sha256} if action.sha256 else {}
        artefact = {"filename": action.file, "size": 1, "hashes": hashes, "tuf": {"targetpath": path}}
        chunk = {"part": "bApp", "name": action.product, "version": action.version, "artifacts": [artefact]}
        told = {"download": action.download, "update": action.update, "chunks": [chunk]}
        if action.window:
            told["maintenanceWindow"] = action.window
        return {"id": number, name: told}

    def take(self, kind: str, number: str, body: dict) -> int:
        action = self.actions.get(number)
        if action is None:
            return 404
        if action.over:
            return 410
        if kind == "confirmationBase":
            self.confirmed.append(body)
            action.ask, action.over = False, body["confirmation"] == "denied"
            return 200
        action.said.append(body)
        execution = body["status"]["execution"]
        if execution == "closed":
            action.over = True
        elif kind == "cancelAction":
            action.cancelling = False
        return 200


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    desk: Desk

    def log_message(self, *_) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        path, desk = self.path.partition("?")[0], self.desk
        if path.startswith("/updates/tuf/metadata/"):
            found = desk.repository.files.get(path.rpartition("/")[2])
            return self._send(200, found) if found else self._send(404)
        if path.startswith("/updates/tuf/targets/"):
            return self._target(desk.contents.get(path.removeprefix("/updates/tuf/targets/")))
        if desk.status:
            return self._send(desk.status)
        if self.headers["Authorization"] != f"TargetToken {TOKEN}":
            return self._send(401)
        if path == BASE:
            return self._json(desk.poll())
        kind, _, number = path.removeprefix(f"{BASE}/").partition("/")
        if kind == "cancelAction":
            action = desk.actions[number]
            found = None if action.over else {"id": f"c{number}", "cancelAction": {"stopId": number}}
        else:
            found = desk.deployment(number, "confirmation" if kind == "confirmationBase" else "deployment")
        return self._json(found) if found else self._send(410)

    def do_POST(self) -> None:
        body = self._body()
        found = re.fullmatch(rf"{BASE}/(\w+)/(\w+)/feedback", self.path)
        if self.desk.status or not found:
            return self._send(self.desk.status or 404)
        return self._send(self.desk.take(found[1], found[2], body))

    def do_PUT(self) -> None:
        self.desk.told.append(self._body())
        return self._send(200)

    def _body(self) -> dict:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _target(self, content: bytes | None) -> None:
        if content is None or self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._send(404)
        begin = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.desk.ranges.append(self.headers["Range"] or "")
        if begin >= len(content):
            return self._send(416)
        if not self.desk.cut:
            return self._send(206 if begin else 200, content[begin:])
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        self.wfile.write(content[begin : begin + self.desk.cut.pop(0)])
        self.close_connection = True
        return None

    def _json(self, document: dict) -> None:
        self._send(200, json.dumps(document).encode())

    def _send(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[Desk]:
    """A desk on a port of its own, until the block ends."""
    desk = Desk()
    thread = threading.Thread(target=desk.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        desk.server.shutdown()
        desk.server.server_close()
