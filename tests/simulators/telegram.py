"""Telegram's Bot API on loopback: methods, files, long polling, 429 with retry_after, 403 of a blocked bot."""

import json
from collections.abc import Mapping
from typing import Any

from tests.simulators.vendor import Reply, Request, Sent, Upload, Vendor, serve

TOKEN, SECRET = "42:bot-token", "telegram-secret"
FILES = {
    "sendDocument": "document",
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendVoice": "voice",
}


class Telegram(Vendor):
    """``updates``: what long polling gives until it is confirmed by an offset beyond it."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.updates: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Reply:
        if request.path.startswith(f"/file/bot{TOKEN}/"):
            file = self.files.get(request.path.rsplit("/", 1)[-1])
            return Reply(body=file.content, type="application/octet-stream") if file else refusal(404, "Not Found")
        if not request.path.startswith(f"/bot{TOKEN}/"):
            return refusal(401, "Unauthorized")
        name = request.path.rsplit("/", 1)[-1]
        if name == "getUpdates":
            offset = request.json.get("offset", 0)
            self.updates = [each for each in self.updates if each["update_id"] >= offset]
            return Reply(document={"ok": True, "result": self.updates[:100]})
        if name == "getFile":
            file_id = request.json.get("file_id", "")
            if file_id not in self.files:
                return refusal(400, "Bad Request: invalid file_id")
            size = len(self.files[file_id].content)
            return Reply(
                document={
                    "ok": True,
                    "result": {"file_id": file_id, "file_size": size, "file_path": f"documents/{file_id}"},
                }
            )
        if name == "sendMessage":
            return self._sent(request.json, request.json.get("text", ""), None)
        if name in FILES:
            fields, files = request.form()
            return self._sent(fields, fields.get("caption", ""), files.get(FILES[name]))
        return refusal(404, "Not Found: method not found")

    def add_file(self, content: bytes, name: str = "log.zip", type_: str = "application/zip") -> dict[str, Any]:
        file_id = f"BQAC{self.number()}"
        self.files[file_id] = Upload(name, type_, content)
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "mime_type": type_,
            "file_size": len(content),
        }

    def _sent(self, body: Mapping[str, Any], text: str, file: Upload | None) -> Reply:
        chat = str(body.get("chat_id", ""))
        if chat in self.never:
            return refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.later:
            return refusal(429, "Too Many Requests: retry after 7", {"retry_after": 7})
        if len(text) > 4096 or not (text or file):
            return refusal(400, "Bad Request: message is too long" if text else "Bad Request: message text is empty")
        number = 1000 + self.number()
        self.sent.append(Sent(chat, text, f"{chat}:{number}", dict(body), file))
        return Reply(document={"ok": True, "result": {"message_id": number, "chat": {"id": int(chat)}, "text": text}})


def refusal(status: int, why: str, parameters: dict[str, Any] | None = None) -> Reply:
    more = {"parameters": parameters} if parameters else {}
    return Reply(status, {"ok": False, "error_code": status, "description": why, **more})


def update(
    number: int, message_id: int = 1, *, chat: int = 900001, kind: str = "message", **content: Any
) -> dict[str, Any]:
    message = {
        "message_id": message_id, "date": 1795167660, "chat": {"id": chat, "type": "private", "first_name": "Анна"},
        "from": {"id": chat, "is_bot": False, "first_name": "Анна", "last_name": "Вольская", "language_code": "ru"},
        **(content or {"text": "Не печатает счета"}),
    }  # fmt: skip
    return {"update_id": number, kind: message}


def body(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


if __name__ == "__main__":
    serve(Telegram, f"Telegram Bot API: token {TOKEN}")
