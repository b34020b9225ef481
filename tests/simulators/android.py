"""A telephone with "SMS Gateway for Android" on loopback: its local server and its signed webhooks.

``python -m tests.simulators.android --port 8080``: username sms, password p.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from typing import Any

from tests.simulators.vendor import Reply, Request, Sent, Vendor, push, serve

KEY = "signing-key"
AUTHORIZATION = f"Basic {base64.b64encode(b'sms:p').decode()}"


class Phone(Vendor):
    """``left``: (line, number, text); ``errors``: number → the error with which it fails; ``refused``: bad numbers."""

    def __init__(self, port: int = 0, delay: float = 0.02) -> None:
        super().__init__(port)
        self.delay = delay
        self.left: list[tuple[str, str, str]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.webhooks: dict[str, dict[str, str]] = {}
        self.errors: dict[str, str] = {}
        self.silent = False  # takes, sends, and is heard no more
        self.deaf = False
        self.statuses: list[int] = []
        self.slow = 0.0  # seconds until an SMS leaves

    def answer(self, request: Request) -> Reply | str:
        if self.deaf:
            return "hang up"
        if request.path == "/health":
            return Reply(document={"status": "pass", "version": "1.55.0", "releaseId": 1, "checks": {
                "battery:level": {"observedValue": 94, "observedUnit": "percent", "status": "pass"},
                "messages:failed": {"observedValue": 0, "observedUnit": "messages", "status": "pass"},
            }})  # fmt: skip
        if request.headers.get("authorization") != AUTHORIZATION:
            return Reply(401)
        if request.path == "/":
            return Reply(document={"status": "ok", "model": "Pixel 7"})
        if request.path == "/webhooks":
            self.webhooks[request.json["id"]] = request.json
            return Reply(201, request.json)
        if request.path == "/messages" and request.method == "POST":
            return self._post(request.json)
        found = self.messages.get(request.path.removeprefix("/messages/"))
        return Reply(document=found) if found else Reply(404)

    def _post(self, body: dict[str, Any]) -> Reply | str:
        if not body.get("textMessage", {}).get("text"):
            return Reply(400, {"message": "Text message is empty"})
        number = body["phoneNumbers"][0]
        people = [{"phoneNumber": number, "state": "Pending", "error": None}]
        message = {"id": body["id"], "state": "Pending", "recipients": people, "isEncrypted": False, "states": {}}
        self.messages[body["id"]] = message
        threading.Thread(target=self._send, args=(message, body, number), daemon=True).start()
        if self.silent:
            self.deaf = True
            return "hang up"
        return Reply(202, message)

    def _send(self, message: dict[str, Any], body: dict[str, Any], number: str) -> None:
        time.sleep(self.slow or self.delay)
        payload = {"messageId": body["id"], "phoneNumber": number, "simNumber": body["simNumber"]}
        if error := self.errors.get(number):
            message["recipients"][0]["error"] = error
            message["state"] = "Failed"
            self.tell("sms:failed", payload | {"reason": error, "failedAt": "2026-11-23T12:00:00.000+03:00"})
            return
        text = body["textMessage"]["text"]
        self.left.append((f"sim{body['simNumber']}", number, text))
        self.sent.append(Sent(number, text, body["id"], body))
        message["state"] = "Sent"
        self.tell("sms:sent", payload | {"sentAt": "2026-11-23T12:00:00.000+03:00"})
        message["state"] = "Delivered"
        self.tell("sms:delivered", payload | {"deliveredAt": "2026-11-23T12:00:01.000+03:00"})

    def receive(self, sender: str, text: str, sim: int | None = 1, name: str = "") -> int:
        """An SMS came in; gives what the webhook was answered."""
        payload = {
            "messageId": f"{hash((sender, text)) & 0xFFFFFFFF:x}", "message": text, "phoneNumber": sender,
            "simNumber": sim, "receivedAt": "2026-11-23T12:00:00.000+03:00",
        }  # fmt: skip
        return self.tell("sms:received", payload, name)

    def tell(self, event: str, payload: dict[str, Any], name: str = "") -> int:
        hook = next((each for each in self.webhooks.values() if each["event"] == event), None)
        if hook is None:
            return 0
        name = name or f"event-{self.number()}"
        document = {"deviceId": "ff01", "event": event, "id": name, "payload": payload, "webhookId": hook["id"]}
        body, stamp = json.dumps(document, ensure_ascii=False).encode(), str(int(time.time()))
        signature = hmac.new(KEY.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
        try:
            status = push(hook["url"], body, {"X-Timestamp": stamp, "X-Signature": signature})
        except OSError:  # nobody is there: a telephone tries again, we do not
            status = 0
        self.statuses.append(status)
        return status


if __name__ == "__main__":
    serve(Phone, f"SMS Gateway for Android: username sms, password p, signing key {KEY}")
