"""MAX's bot API on loopback: messages, uploads in two steps, read marks, long polling, its error codes."""

import json
from typing import Any

from tests.simulators.vendor import Reply, Request, Sent, Upload, Vendor, serve

TOKEN, SECRET = "max-token", "max-secret"


class Max(Vendor):
    """``not_ready``: how often a file of an answer is still being looked at."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.updates: list[dict[str, Any]] = []
        self.read: list[str] = []
        self.not_ready = 0

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/files/"):
            file = self.files.get(request.path.rsplit("/", 1)[-1])
            return Reply(body=file.content, type=file.type) if file else Reply(404)
        if request.path.startswith("/upload/"):
            _, files = request.form()
            token = f"tok{self.number()}"
            self.files[token] = files["data"]
            return Reply(document={"token": token})
        if request.headers.get("authorization") != TOKEN:
            return refusal(401, "verify.token", "Invalid access_token")
        if request.path == "/updates":
            marker = int(request.query.get("marker", "0"))
            return Reply(document={"updates": self.updates[marker:][:100], "marker": len(self.updates)})
        if request.path == "/uploads":
            return Reply(document={"url": f"{self.url}/upload/{self.number()}"})
        if request.path.endswith("/actions"):
            self.read.append(request.path.split("/")[2])
            return Reply(document={"success": True})
        return self._message(request) if request.path == "/messages" else Reply(404)

    def _message(self, request: Request) -> Reply:
        chat, body = request.query.get("chat_id", ""), request.json
        if chat in self.never:
            return refusal(403, "chat.denied", "error.dialog.suspended")
        if chat in self.later:
            return refusal(429, "too.many.requests", "Too many requests")
        files = [each["payload"]["token"] for each in body.get("attachments", [])]
        if files and self.not_ready:
            self.not_ready -= 1
            return refusal(400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed")
        if len(body.get("text") or "") > 4000 or not (body.get("text") or files):
            return refusal(400, "proto.payload", "text: size must be between 1 and 4000")
        mid = f"mid.{self.number():016x}"
        file = self.files[files[0]] if files else None
        self.sent.append(Sent(chat, body.get("text") or "", mid, body, file))
        return Reply(
            document={
                "message": {
                    "recipient": {"chat_id": int(chat)},
                    "body": {"mid": mid, "seq": 1, "text": body.get("text")},
                }
            }
        )

    def add_file(self, content: bytes, name: str = "log.zip", type_: str = "application/zip") -> dict[str, Any]:
        token = f"f{self.number()}"
        self.files[token] = Upload(name, type_, content)
        return {
            "type": "file",
            "payload": {"url": f"{self.url}/files/{token}", "token": token},
            "filename": name,
            "size": len(content),
        }


def refusal(status: int, code: str, why: str) -> Reply:
    return Reply(status, {"code": code, "message": why})


def created(
    mid: str, text: str | None = "Не печатает счета", *, chat: int = 500001, attachments: Any = (), **more: Any
) -> dict[str, Any]:
    return {
        "update_type": "message_created", "timestamp": 1795167660000, "user_locale": "ru",
        "message": {
            "sender": {"user_id": 77, "first_name": "Анна", "name": "Анна Вольская", "is_bot": False},
            "recipient": {"chat_id": chat, "chat_type": "dialog", "user_id": 1},
            "timestamp": 1795167660000, "body": {"mid": mid, "seq": 0, "text": text, "attachments": list(attachments)},
            **more,
        },
    }  # fmt: skip


def body(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


if __name__ == "__main__":
    serve(Max, f"MAX bot API: token {TOKEN}")
