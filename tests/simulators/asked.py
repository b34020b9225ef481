"""Exchanges that are asked to dial and for recordings, each with its own proof. Pushes stand in their own files."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode

from tests.simulators import cti, mango, zadarma
from tests.simulators.vendor import Reply, Request, Vendor

ZADARMA_KEY, MEGAFON_TOKEN = "zadarma-key", "megafon-api-token"
SOUND = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(400)


@dataclass
class Dialled:
    seat: str
    number: str
    shown: str = ""


class Exchange(Vendor):
    """``recordings``: id → bytes. ``refusal``: what the next order to dial is answered instead."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.dialled: list[Dialled] = []
        self.recordings: dict[str, bytes] = {"MToxMDA=": SOUND, "1700000000.12": SOUND}
        self.refusal: Reply | None = None

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/given/"):
            content = self.recordings.get(request.path.removeprefix("/given/"))
            return Reply(404) if content is None else Reply(body=content, type="audio/mpeg")
        return self.ask(request)

    def ask(self, request: Request) -> Reply:
        raise NotImplementedError

    def take(self, seat: str, number: str, shown: str, good: Reply) -> Reply:
        if self.refusal is not None:
            return self.refusal
        self.dialled.append(Dialled(seat, number, shown))
        return good


class Mango(Exchange):
    def ask(self, request: Request) -> Reply:
        fields = dict(parse_qsl(request.body.decode()))
        said = fields["json"]
        if fields["sign"] != hashlib.sha256(f"{mango.KEY}{said}{mango.SALT}".encode()).hexdigest():
            return Reply(401, {"code": 401, "message": "Unauthorized"})
        document = json.loads(said)
        if request.path == "/commands/callback":
            good = Reply(document={"command_id": document["command_id"], "result": 1000})
            return self.take(
                document["from"]["extension"], document["to_number"], document.get("line_number", ""), good
            )
        if request.path == "/queries/recording/post" and document["recording_id"] in self.recordings:
            return Reply(302, headers={"Location": f"{self.url}/given/{document['recording_id']}"})
        return Reply(404, {"code": 404, "message": "Not found"})


class Zadarma(Exchange):
    def ask(self, request: Request) -> Reply:
        query = urlencode(sorted(request.query.items()))
        said = f"{request.path}{query}{hashlib.md5(query.encode()).hexdigest()}"
        digest = hmac.new(zadarma.SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
        proof = f"{ZADARMA_KEY}:{base64.b64encode(digest.encode()).decode()}"
        if request.headers.get("authorization") != proof:
            return Reply(401, {"status": "error", "message": "Not authorized"})
        if request.path == "/v1/request/callback/":
            good = Reply(document={"status": "success", **request.query, "time": 1435573082})
            return self.take(request.query["from"], request.query["to"], "", good)
        if request.path == "/v1/pbx/record/request/" and request.query["call_id"] in self.recordings:
            link = f"{self.url}/given/{request.query['call_id']}"
            return Reply(document={"status": "success", "link": link, "lifetime_till": "2026-11-20 16:00:00"})
        return Reply(404, {"status": "error", "message": "Call not found"})


class Megafon(Exchange):
    """Today's API under ``/crmapi/v1``, and the one address that older exchanges of the family have for all."""

    def ask(self, request: Request) -> Reply:
        if request.path == "/crmapi/v1/makecall":
            if request.headers.get("x-api-key") != MEGAFON_TOKEN:
                return Reply(401, {"error": "Invalid token"})
            order = request.json
            return self.take(order["user"], order["phone"], order.get("clid", ""), Reply(document={"callid": "1"}))
        if request.path == "/sys/crm_api.wcgp":
            fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            if fields.get("token") != MEGAFON_TOKEN:
                return Reply(401, {"error": "Invalid token"})
            strange = sorted(set(fields) - {"cmd", "user", "phone", "token"})
            if fields.get("cmd") != "makeCall" or strange:
                return Reply(400, {"error": f"Invalid parameters: {strange}"})
            return self.take(fields["user"], fields["phone"], "", Reply(body=b"1", type="text/plain"))
        return Reply(404, {"error": "Not found"})


class Cti(Exchange):
    def ask(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {cti.TOKEN}":
            return Reply(401, {"error": "Invalid token, please contact your admin!"})
        order = request.json
        if order.get("action") != "dial":
            return Reply(422, {"error": "Invalid action!"})
        return self.take(order["from"], order["number"], order.get("caller_id", ""), Reply(document={}))


ASKED: dict[str, tuple[type[Exchange], str]] = {  # and what an account needs for it
    "cti": (Cti, ""),
    "mango": (Mango, ""),
    "megafon": (Megafon, f'api_token = "{MEGAFON_TOKEN}"'),
    "zadarma": (Zadarma, f'api_key = "{ZADARMA_KEY}"'),
}
