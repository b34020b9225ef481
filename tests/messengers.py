"""Accounts of messengers for tests: a file with secrets, mode 0600, whose vendors are simulators on this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.simulators import greenapi, max, telegram, wazzup, whatsapp  # noqa: A004

GIVEN: dict[str, dict[str, Any]] = {
    "whatsapp": {
        "phone_number_id": whatsapp.PHONE_ID, "token": whatsapp.TOKEN, "app_secret": whatsapp.SECRET,
        "verify_token": whatsapp.VERIFY,
    },
    "greenapi": {"instance": greenapi.INSTANCE, "token": greenapi.TOKEN, "webhook_token": greenapi.WEBHOOK_TOKEN},
    "wazzup": {
        "channel_id": wazzup.CHANNEL, "chat_type": "whatsapp", "token": wazzup.TOKEN,
        "webhook_token": wazzup.WEBHOOK_TOKEN,
    },
    "max": {"token": max.TOKEN, "webhook_secret": max.SECRET},
    "telegram": {"token": telegram.TOKEN, "webhook_secret": telegram.SECRET},
}  # fmt: skip
TEMPLATE = """
[[account.template]]
name = "request_update"
language = "ru"
title = { ru = "Есть новости по заявке", en = "News of a request" }
body = "По заявке {{1}} есть ответ. Напишите нам, чтобы продолжить."
parameters = ["number"]
"""


def account(kind: str, url: str, name: str = "main", **more: Any) -> str:
    lines = ["[[account]]", f'kind = "{kind}"', f'name = "{name}"', f'base_url = "{url}"']
    given: Mapping[str, Any] = {**GIVEN[kind], **more}
    lines += [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in given.items()
    ]
    return "\n".join(lines).replace("'", '"') + "\n" + (TEMPLATE if kind == "whatsapp" else "")


def configure(settings: Any, folder: Path, *accounts: str) -> None:
    """Let these be all the accounts there are."""
    path = folder / "channels.toml"
    path.write_text("format = 1\n" + "\n".join(accounts), encoding="utf-8")
    path.chmod(0o600)
    settings.OKIBI_CHANNELS = str(path)
