"""GREEN-API on loopback: sending, files by upload, read marks, its quota, pushes with its bearer token."""

import json
from typing import Any

from tests.simulators.vendor import Reply, Request, Sent, Upload, Vendor, serve

INSTANCE, TOKEN, WEBHOOK_TOKEN = "1101000001", "green-token", "green-webhook"


class GreenApi(Vendor):
    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.read: list[str] = []

    def answer(self, request: Request) -> Reply:
        parts = request.path.strip("/").split("/")
        if parts[0] == "files":
            file = self.files.get(parts[1])
            return Reply(body=file.content, type=file.type) if file else Reply(404)
        if len(parts) != 3 or parts[0] != f"waInstance{INSTANCE}" or parts[2] != TOKEN:
            return Reply(401, {"message": "Unauthorized"})
        if parts[1] == "readChat":
            self.read.append(request.json["idMessage"])
            return Reply(document={"setRead": True})
        if parts[1] == "sendMessage":
            return self._sent(request.json, request.json.get("message", ""), None)
        if parts[1] == "sendFileByUpload":
            fields, files = request.form()
            file = files["file"]
            return self._sent(fields, fields.get("caption", ""), Upload(fields["fileName"], file.type, file.content))
        return Reply(404, {"message": "Not Found"})

    def _sent(self, body: dict[str, Any], text: str, file: Upload | None) -> Reply:
        chat = body.get("chatId", "")
        to = f"+{chat.removesuffix('@c.us')}" if chat.endswith("@c.us") else chat
        if to in self.never or not chat:
            return Reply(400, {"message": f"Validation failed. Details: 'chatId' {chat} has no account"})
        if to in self.later:
            return Reply(466, {"message": "Monthly quota has been exceeded"})
        found = f"BAE5{self.number():012X}"
        self.sent.append(Sent(to, text, found, body, file))
        return Reply(document={"idMessage": found})

    def add_file(self, content: bytes, name: str = "log.zip", type_: str = "application/zip") -> dict[str, Any]:
        key = f"f{self.number()}"
        self.files[key] = Upload(name, type_, content)
        return {"downloadUrl": f"{self.url}/files/{key}", "fileName": name, "mimeType": type_, "caption": ""}


def message(
    found: str, type_: str = "textMessage", data: Any = None, *, sender: str = "79000000001", outgoing: bool = False
) -> dict[str, Any]:
    data = {"textMessageData": {"textMessage": "Не печатает счета"}} if data is None else data
    chat = f"{sender}@c.us"
    return {
        "typeWebhook": "outgoingMessageReceived" if outgoing else "incomingMessageReceived",
        "instanceData": {"idInstance": int(INSTANCE), "wid": "74950000000@c.us", "typeInstance": "whatsapp"},
        "timestamp": 1795167660, "idMessage": found,
        "senderData": {"chatId": chat, "sender": chat, "chatName": "Анна", "senderName": "Анна"},
        "messageData": {"typeMessage": type_, **data},
    }  # fmt: skip


def status(found: str, state: str) -> dict[str, Any]:
    return {
        "typeWebhook": "outgoingMessageStatus", "timestamp": 1795167660, "idMessage": found, "status": state,
        "instanceData": {"idInstance": int(INSTANCE)}, "chatId": "79000000001@c.us", "sendByApi": True,
    }  # fmt: skip


def body(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


if __name__ == "__main__":
    serve(GreenApi, f"GREEN-API: instance {INSTANCE}, token {TOKEN}")
