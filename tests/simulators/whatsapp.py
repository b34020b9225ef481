"""Meta's Cloud API on loopback: messages, media, read marks, templates, Meta's codes, pushes with its signature."""

import hashlib
import hmac
import json
import re
from typing import Any

from tests.simulators.vendor import Reply, Request, Sent, Upload, Vendor, serve

TOKEN, SECRET, VERIFY = "EAAtoken", "app-secret", "verify-me"
PHONE_ID, WABA = "106540352242922", "102290129340398"
WORDS = {
    131047: "Re-engagement message", 131026: "Message undeliverable", 131056: "Pair rate limit hit",
    130429: "Rate limit hit", 131048: "Spam rate limit hit", 190: "Access token has expired",
    132001: "Template name does not exist in the translation", 132000: "Number of parameters does not match",
    131053: "Media upload error", 131050: "User has stopped marketing messages", 131000: "Something went wrong",
}  # fmt: skip


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class WhatsApp(Vendor):
    """``closed``: numbers whose 24 hours are over; ``templates``: name → number of parameters."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.closed: set[str] = set()
        self.templates = {("request_update", "ru"): 1}
        self.read: list[str] = []
        self.list: list[dict[str, Any]] = []  # templates of the business account, as it tells of them
        self.page = 2  # templates of one answer

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(401, 190)
        name = request.path.rsplit("/", 1)[-1]
        if request.method == "GET" and name == "message_templates" and f"/{WABA}/" in request.path:
            return self._list(request)
        if request.method == "GET":
            return self._media(request, name)
        if name == "media":
            return self._upload(request)
        if name == "messages" and PHONE_ID in request.path:
            return self._message(request.json)
        return error(400, 100)

    def add_file(self, content: bytes, name: str = "log.zip", type_: str = "application/zip") -> dict[str, Any]:
        """A file that a client sent: what the webhook says of it."""
        media_id = str(7000 + self.number())
        self.files[media_id] = Upload(name, type_, content)
        return {"id": media_id, "mime_type": type_, "sha256": hashlib.sha256(content).hexdigest(), "filename": name}

    def add_template(self, name: str, *components: dict[str, Any], status: str = "APPROVED", **more: Any) -> None:
        """A template of the business account; an approved one may be sent."""
        made = {"name": name, "language": "ru", "category": "UTILITY", "status": status, "components": components}
        self.list.append({**made, "id": str(self.number()), **more})
        fields = sum(len(set(re.findall(r"{{[^}]+}}", each.get("text", "")))) for each in components)
        if status == "APPROVED":
            self.templates[(name, self.list[-1]["language"])] = fields

    def _list(self, request: Request) -> Reply:
        """``limit`` is the most that one asks for; the cursor is where the next page begins."""
        begin = int(request.query.get("after", "0"))
        end = begin + min(self.page, int(request.query.get("limit", "25")))
        paging: dict[str, Any] = {"cursors": {"before": str(begin), "after": str(end)}}
        if end < len(self.list):
            paging["next"] = f"https://graph.example.org/{WABA}/message_templates?after={end}"
        return Reply(document={"data": self.list[begin:end], "paging": paging})

    def _media(self, request: Request, name: str) -> Reply:
        file = self.files.get(name)
        if file is None:
            return error(400, 100)
        if "/download/" in request.path:
            return Reply(body=file.content, type=file.type)
        return Reply(document={
            "url": f"{self.url}/download/{name}", "mime_type": file.type, "id": name, "file_size": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(), "messaging_product": "whatsapp",
        })  # fmt: skip

    def _upload(self, request: Request) -> Reply:
        fields, files = request.form()
        if fields.get("messaging_product") != "whatsapp" or "file" not in files:
            return error(400, 100)
        media_id = str(9000 + self.number())
        self.files[media_id] = files["file"]
        return Reply(document={"id": media_id})

    def _message(self, body: dict[str, Any]) -> Reply:
        if body.get("messaging_product") != "whatsapp":
            return error(400, 100)
        if body.get("status") == "read":
            self.read.append(body["message_id"])
            return Reply(document={"success": True})
        to = body.get("to") or body.get("recipient") or ""
        kind = body.get("type", "")
        code = self._refusal(to, kind, body)
        if code:
            return error(400 if code not in {130429, 131056} else 429, code)
        content = body[kind]
        file = self.files[content["id"]] if kind in {"document", "image", "audio", "video"} else None
        text = content.get("body") or content.get("caption") or content.get("name", "")
        wamid = f"wamid.OUT{self.number()}"
        self.sent.append(Sent(f"+{to}" if to.isdigit() else to, text, wamid, body, file))
        return Reply(document={
            "messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}], "messages": [{"id": wamid}],
        })  # fmt: skip

    def _refusal(self, to: str, kind: str, body: dict[str, Any]) -> int:
        if not to or f"+{to}" in self.never:
            return 131026
        if f"+{to}" in self.later:
            return 131000
        if kind == "template":
            template = body["template"]
            wanted = self.templates.get((template["name"], template["language"]["code"]))
            given = sum(len(each["parameters"]) for each in template.get("components", []))
            return 132001 if wanted is None else 132000 if wanted != given else 0
        if f"+{to}" in self.closed:
            return 131047
        if kind in {"document", "image", "audio", "video"} and body[kind].get("id") not in self.files:
            return 131053
        return 100 if kind not in {"text", "document", "image", "audio", "video"} else 0


def error(status: int, code: int) -> Reply:
    said = WORDS.get(code, "Invalid parameter")
    return Reply(status, {"error": {
        "message": f"(#{code}) {said}", "type": "OAuthException", "code": code, "fbtrace_id": "A1",
        "error_data": {"messaging_product": "whatsapp", "details": said},
    }})  # fmt: skip


def change(value: dict[str, Any], field: str = "messages", phone_id: str = PHONE_ID) -> dict[str, Any]:
    metadata = {"display_phone_number": "74950000000", "phone_number_id": phone_id}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def webhook(*changes: dict[str, Any]) -> bytes:
    document = {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": list(changes)}]}
    return json.dumps(document, ensure_ascii=False).encode()


def incoming(
    wamid: str, kind: str = "text", content: Any = None, *, sender: str = "79000000001", name: str = "Анна",
    user_id: str = "", timestamp: int = 1795167660, phone_id: str = PHONE_ID, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """One change with one message of a client."""
    content = {"body": "Не печатает счета"} if content is None else content
    message = {"id": wamid, "timestamp": str(timestamp), "type": kind, kind: content, **more}
    contact: dict[str, Any] = {"profile": {"name": name}}
    if sender:
        message["from"] = contact["wa_id"] = sender
    if user_id:
        contact["user_id"] = user_id
    return change({"contacts": [contact], "messages": [message]}, phone_id=phone_id)


def status(wamid: str, state: str, *, own: str = "", code: int = 0, timestamp: int = 1795167660) -> dict[str, Any]:
    said: dict[str, Any] = {"id": wamid, "status": state, "timestamp": str(timestamp), "recipient_id": "79000000001"}
    if own:
        said["biz_opaque_callback_data"] = own
    if code:
        said["errors"] = [{"code": code, "title": WORDS[code], "error_data": {"details": WORDS[code]}}]
    return change({"statuses": [said]})


def template_news(name: str, event: str, *, language: str = "ru", reason: str = "NONE") -> dict[str, Any]:
    """One change: what became of a template."""
    value = {
        "event": event, "message_template_id": 594425479261596, "message_template_name": name,
        "message_template_language": language, "reason": reason,
    }  # fmt: skip
    return {"field": "message_template_status_update", "value": value}


if __name__ == "__main__":
    serve(WhatsApp, f"WhatsApp Cloud API: phone_number_id {PHONE_ID}, token {TOKEN}, app_secret {SECRET}")
