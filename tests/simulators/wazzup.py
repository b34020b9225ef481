"""Wazzup24 (API v3) on loopback: sending by text or by an address it fetches, its error words, its handshake."""

import json
import urllib.request
from typing import Any
from urllib.parse import quote

from tests.simulators.vendor import Reply, Request, Sent, Upload, Vendor, push, serve

CHANNEL, TOKEN, WEBHOOK_TOKEN = "7e2f5f0a-2f9c-4c1b-9d0a-6f0a52a4c0de", "wazzup-token", "wazzup-crm"


class Wazzup(Vendor):
    """``fetches``: whether a contentUri is really fetched (it needs a web server behind it)."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.closed: set[str] = set()
        self.fetches = False

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/files/"):
            file = self.files.get(request.path.split("/")[2])
            return Reply(body=file.content, type=file.type) if file else Reply(404)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(401, {"error": "UNAUTHORIZED", "description": "Invalid API key"})
        if request.method == "PATCH" and request.path == "/v3/webhooks":
            headers = {"Authorization": f"Bearer {WEBHOOK_TOKEN}"}
            took = push(request.json["webhooksUri"], b'{"test":true}', headers) == 200
            return Reply(200 if took else 400, {"ok": True} if took else {"error": "testPostNotPassed"})
        return self._message(request.json) if request.path == "/v3/message" else Reply(404)

    def _message(self, body: dict[str, Any]) -> Reply:
        to = f"+{body['chatId']}" if body.get("chatType") == "whatsapp" else f"{body.get('chatType')}:{body['chatId']}"
        if body.get("channelId") != CHANNEL or to in self.never:
            return Reply(400, {"error": "BAD_CONTACT", "description": "The contact has no such messenger"})
        if to in self.closed:
            return Reply(400, {"error": "24_HOURS_EXCEEDED", "description": "24 hours since the last message passed"})
        if to in self.later:
            return Reply(429, {"error": "TOO_MANY_REQUESTS"})
        if bool(body.get("text")) == bool(body.get("contentUri")):
            return Reply(400, {"error": "INVALID_MESSAGE_DATA", "description": "text or contentUri"})
        file = None
        if body.get("contentUri") and self.fetches:
            with urllib.request.urlopen(body["contentUri"], timeout=10) as answer:
                file = Upload("", answer.headers.get_content_type(), answer.read())
        found = f"11111111-0000-4000-8000-{self.number():012x}"
        self.sent.append(Sent(to, body.get("text", ""), found, body, file))
        return Reply(201, {"messageId": found, "chatId": body["chatId"]})

    def add_file(self, content: bytes, name: str = "log.zip", type_: str = "application/zip") -> dict[str, Any]:
        key = f"f{self.number()}"
        self.files[key] = Upload(name, type_, content)
        return {"type": "document", "contentUri": f"{self.url}/files/{key}/{quote(name)}"}


def message(found: str, **more: Any) -> dict[str, Any]:
    return {
        "messageId": found, "channelId": CHANNEL, "chatType": "whatsapp", "chatId": "79000000001",
        "dateTime": "2026-11-20T09:41:00.000Z", "type": "text", "isEcho": False, "text": "Не печатает счета",
        "status": "inbound", "contact": {"name": "Анна", "avatarUri": ""}, "isEdited": False, "isDeleted": False,
        "sentFromApp": False, **more,
    }  # fmt: skip


def body(*messages: dict[str, Any], statuses: Any = ()) -> bytes:
    document: dict[str, Any] = {}
    if messages:
        document["messages"] = list(messages)
    if statuses:
        document["statuses"] = list(statuses)
    return json.dumps(document, ensure_ascii=False).encode()


if __name__ == "__main__":
    serve(Wazzup, f"Wazzup24: channel {CHANNEL}, token {TOKEN}")
