"""A Windows host with WinRM over HTTPS and no updater, as far as the wire goes: [MS-WSMV], NTLM as Windows offers it.

Honest about messages: what a real service refuses (a missing header, another shell, an envelope that is too large, a
connection that is not signed in) is refused here with its fault. PowerShell itself does not run: scripts of the product
are known by their first line and done over a folder; ``pypsrp`` as a foreign client is held against it too.
"""

import base64
import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import ssl
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree as ET

import spnego
import spnego.channel_bindings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

S, A = "{http://www.w3.org/2003/05/soap-envelope}", "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"
W = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
R = f"{{{SHELL}}}"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENVELOPE = 512_000  # MaxEnvelopeSizekb of Windows 8 and newer
TIMED_OUT, NO_SHELL, BAD = "2150858793", "2150858843", "2150858846"


class _FaultError(Exception):
    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Command:
    def __init__(self, line: str, arguments: list[str]) -> None:
        self.line, self.arguments = line, arguments
        self.stdin, self.closed, self.asked = bytearray(), False, 0
        self.output, self.code, self.told = b"", None, False


class WinrmHost:
    """``outcome``: what the driver ends with. ``said``: names of the product's scripts. ``basic``: nothing else."""

    def __init__(self, home: Path, *, basic: bool = False, password: str = "right") -> None:
        self.home, self.basic, self.login, self.password = home, basic, "okibi", password
        self.version, self.outcome, self.slow = "4.2.0", "ok", False
        self.said: list[str] = []
        self.tried: list[str] = []
        self.largest = 0
        self.begun: list[str] = []
        self.shells: dict[str, dict[str, _Command]] = {}
        self.driver_lives = True
        self._certificate()
        users = home / "users"
        users.write_text(f":{self.login}:{password}\nWIN:{self.login}:{password}\n")
        os.environ["NTLM_USER_FILE"] = str(users)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Of", (_Handler,), {"host": self}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home / "own.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def pin(self) -> str:
        return f"x509 SHA256:{hashlib.sha256(self.der).hexdigest()}"

    def _certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "WIN")])
        begins = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begins)
            .not_valid_after(begins + dt.timedelta(days=9000)).sign(key, hashes.SHA256())
        )  # fmt: skip
        self.der = made.public_bytes(serialization.Encoding.DER)
        form = serialization.PrivateFormat.PKCS8
        secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        (self.home / "own.pem").write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))

    # ------------------------------------------------------------ messages

    def answer(self, body: bytes) -> tuple[int, bytes]:
        self.largest = max(self.largest, len(body))
        message_id = ""
        try:
            envelope = ET.fromstring(body)
            header = envelope.find(f"{S}Header")
            message_id = _demanded(header, body)
            action = header.find(f"{A}Action").text
            return 200, _envelope(action + "Response", message_id, self._do(action, header, envelope.find(f"{S}Body")))
        except _FaultError as fault:
            detail = (
                f'<s:Fault xmlns:s="{S[1:-1]}"><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:Fault'
                f'</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">{fault}</s:Text></s:Reason>'
                "<s:Detail>"
                f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{fault.code}" '
                f'Machine="WIN"><f:Message>{fault}</f:Message></f:WSManFault></s:Detail></s:Fault>'
            )
            return 500, _envelope(f"{W[1:-1]}/fault", message_id, detail)

    def _do(self, action: str, header, body) -> str:
        if action == f"{TRANSFER}/Create":
            number = str(uuid.uuid4()).upper()
            self.shells[number] = {}
            return (
                f'<x:ResourceCreated xmlns:x="{TRANSFER}" xmlns:a="{A[1:-1]}" xmlns:w="{W[1:-1]}"><a:Address>https://WIN'
                f"</a:Address><a:ReferenceParameters><w:ResourceURI>{SHELL}/cmd</w:ResourceURI><w:SelectorSet>"
                f'<w:Selector Name="ShellId">{number}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
                f'</x:ResourceCreated><rsp:Shell xmlns:rsp="{SHELL}"><rsp:ShellId>{number}</rsp:ShellId></rsp:Shell>'
            )
        selector = header.find(f"{W}SelectorSet/{W}Selector")
        shell = self.shells.get(selector.text if selector is not None else "")
        if shell is None:
            raise _FaultError(NO_SHELL, "The shell was not found")
        if action == f"{TRANSFER}/Delete":
            del self.shells[selector.text]
            return ""
        return getattr(self, f"_{action.rpartition('/')[2].lower()}")(shell, body)

    def _command(self, shell, body) -> str:
        number = str(uuid.uuid4()).upper()
        found = body.find(f"{R}CommandLine")
        arguments = [each.text or "" for each in found.findall(f"{R}Arguments")]
        if len(" ".join(arguments)) > 8191:
            raise _FaultError("206", "The command line is too long")
        shell[number] = _Command(found.find(f"{R}Command").text, arguments)
        return f'<rsp:CommandResponse xmlns:rsp="{SHELL}"><rsp:CommandId>{number}</rsp:CommandId></rsp:CommandResponse>'

    def _send(self, shell, body) -> str:
        stream = body.find(f"{R}Send/{R}Stream")
        command = shell[stream.get("CommandId")]
        command.stdin += base64.b64decode(stream.text or "")
        if (stream.get("End") or "").lower() == "true":
            command.closed = True
        return f'<rsp:SendResponse xmlns:rsp="{SHELL}"/>'

    def _receive(self, shell, body) -> str:
        number = body.find(f"{R}Receive/{R}DesiredStream").get("CommandId")
        command = shell[number]
        command.asked += 1
        wants_input = "powershell" in command.line.lower()
        if (wants_input and not command.closed) or (self.slow and command.asked == 1):
            raise _FaultError(TIMED_OUT, "The operation did not complete within OperationTimeout")
        if command.code is None:
            command.output, command.code = self.run(command)
        text = base64.b64encode(command.output).decode()
        state = f'<rsp:CommandState CommandId="{number}" State="{SHELL}/CommandState/Done">'
        return (
            f'<rsp:ReceiveResponse xmlns:rsp="{SHELL}"><rsp:Stream Name="stdout" CommandId="{number}">{text}'
            "</rsp:Stream>"
            f'<rsp:Stream Name="stdout" CommandId="{number}" End="true"/>{state}'
            f"<rsp:ExitCode>{command.code}</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>"
        )

    def _signal(self, shell, body) -> str:
        shell.pop(body.find(f"{R}Signal").get("CommandId"), None)
        return f'<rsp:SignalResponse xmlns:rsp="{SHELL}"/>'

    # ------------------------------------------------------------ what the scripts do

    def run(self, command: _Command) -> tuple[bytes, int]:
        if "powershell" not in command.line.lower():
            return " ".join(command.arguments).encode() + b"\r\n", 0  # echo
        script = base64.b64decode(command.arguments[-1]).decode("utf-16-le")
        if "ReadLine" in script:
            place = re.search(r"Open\(\"\$env:USERPROFILE\\([^\"]+)\"", script)[1]
            with (self.home / place.replace("\\", "/")).open("ab") as file:
                for line in bytes(command.stdin).split(b"\r\n"):
                    file.write(base64.b64decode(line))
            return b"", 0
        text = base64.b64decode(bytes(command.stdin)).decode()
        name = text.splitlines()[0].removeprefix("# okibi:")
        literal = re.search(r"^\$said = '(.*)' \| ConvertFrom-Json$", text, re.MULTILINE)[1].replace("''", "'")
        self.said.append(name)
        said = json.loads(literal)
        place = self.home / ".okibi-updates" / said.get("name", "")
        lines = getattr(self, f"do_{name}")(place, said)
        return "\r\n".join(lines).encode(), 0

    def do_facts(self, place, said) -> list[str]:
        lines = ["uname=windows", "arch=AMD64", "name=Microsoft Windows Server 2019 Standard", "version=10.0.17763"]
        return [*lines, "free=9000000", *([f"said=Program {self.version}"] if said else [])]

    def do_look(self, place, said) -> list[str]:
        if not place.is_dir():
            return []
        lines = ["there=1"]
        restoring = (place / "restoring").exists()
        lines += ["restoring=1"] if restoring else []
        if restoring or (place / "begun").exists():
            lines += ["begun=1", *(["alive=1"] if self.driver_lives else [])]
        if (place / said["file"]).exists():
            lines.append(f"have={(place / said['file']).stat().st_size}")
        for kept, key in (("steps", "step"), ("version", "version"), ("result", "result")):
            if (place / kept).exists():
                lines += [f"{key}={line}" for line in (place / kept).read_text().splitlines()]
        return lines

    def do_room(self, place, said) -> list[str]:
        place.mkdir(parents=True, exist_ok=True)
        return []

    def do_digest(self, place, said) -> list[str]:
        return [hashlib.sha256((place / said["file"]).read_bytes()).hexdigest()]

    def do_drop(self, place, said) -> list[str]:
        (place / said["file"]).unlink(missing_ok=True)
        return []

    def do_clean(self, place, said) -> list[str]:
        for path in place.iterdir() if place.is_dir() else []:
            path.unlink()
        if place.is_dir():
            place.rmdir()
        return []

    def do_begin(self, place, said) -> list[str]:
        claim = "restoring" if said["mode"] == "restore" else "begun"
        with contextlib.suppress(FileExistsError):
            (place / claim).open("x").close()
            about = json.loads(said["about"])
            assert "param([string]$Mode" in said["driver"]
            self.begun.append(claim)
            threading.Thread(target=self._driver, args=(place, about, claim), daemon=True).start()
        return []

    def _driver(self, place, about, claim) -> None:
        steps = ("returning",) if claim == "restoring" else ("stopping", "saving", "installing", "starting", "checking")
        for step in steps:
            with (place / "steps").open("a") as file:
                file.write(f"{step}\n")
            time.sleep(0.02)
        outcome = "back cut" if claim == "restoring" else self.outcome
        if outcome == "ok":
            self.version = about["wanted"]
            (place / "version").write_text(f"Program {self.version}")
        if outcome:
            (place / "result").write_text(f"{outcome}\n")
            self.driver_lives = True


def _demanded(header, body: bytes) -> str:
    """What the protocol wants of every message; gives its id."""
    for needed in (f"{A}To", f"{W}ResourceURI", f"{A}ReplyTo", f"{A}Action", f"{A}MessageID"):
        if header is None or header.find(needed) is None:
            raise _FaultError(BAD, f"no {needed}")
    if len(body) > ENVELOPE:
        raise _FaultError("2150858806", "MaxEnvelopeSize")
    return header.find(f"{A}MessageID").text


def _envelope(action: str, relates: str, body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xml:lang="en-US" xmlns:s="{S[1:-1]}" xmlns:a="{A[1:-1]}">'
        f"<s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:RelatesTo>{relates}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


class _Handler(BaseHTTPRequestHandler):
    host: WinrmHost
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Microsoft-HTTPAPI/2.0", ""

    def setup(self) -> None:
        super().setup()
        self.signed_in, self.context = False, None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/wsman":
            self.tell(404)
        elif not (self.signed_in or self.proved()):
            pass
        elif not body:
            self.tell(200)
        else:
            self.tell(*self.host.answer(body))

    def proved(self) -> bool:
        scheme, _, proof = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic" and self.host.basic:
            name, _, password = base64.b64decode(proof).decode().partition(":")
            self.host.tried.append(name)
            if (name, password) == (self.host.login, self.host.password):
                return True
        elif scheme == "Negotiate" and not self.host.basic:
            return self.negotiated(base64.b64decode(proof))
        self.tell(401, offers='Basic realm="WSMAN"' if self.host.basic else "Negotiate")
        return False

    def negotiated(self, token: bytes) -> bool:
        if self.context is None:
            bound = spnego.channel_bindings.GssChannelBindings(
                application_data=b"tls-server-end-point:" + hashlib.sha256(self.host.der).digest()
            )
            protocol = "ntlm" if token.startswith(b"NTLMSSP") else "negotiate"
            self.context = spnego.server(protocol=protocol, channel_bindings=bound)
        try:
            answer = self.context.step(token)
        except spnego.exceptions.SpnegoError:
            self.host.tried.append("refused")
            self.context = None
            self.tell(401, offers="Negotiate")
            return False
        if self.context.complete:
            self.host.tried.append(self.context.client_principal or "")
            self.signed_in = True
            return True
        self.tell(401, offers=f"Negotiate {base64.b64encode(answer).decode()}")
        return False

    def tell(self, status: int, body: bytes = b"", offers: str = "") -> None:
        self.send_response(status)
        if offers:
            self.send_header("WWW-Authenticate", offers)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
