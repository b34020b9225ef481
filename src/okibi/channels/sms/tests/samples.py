"""What the contract of all channels asks of SMS. The world that it sends into is the SMS queue."""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okibi.channels.port import Party
from okibi.channels.sms.adapter import pack
from okibi.sms import services
from okibi.sms.models import Sms

SENDER = Party("+79000000017", "")
SUBJECT = "Не печатает счета: «ошибка Ё-17» — №5"
ADDRESSES = ("+79000000017", "+74951234567", "+79000000019")  # good, a landline, one that was sent enough
UNREADABLE = b'{"format": "okibi-sms/9"}'
WITHOUT_FILES = True
FILE = """
format = 1
[[gateway]]
kind = "goip"
name = "office"
listen = "127.0.0.1:0"
password = "secret"
[[gateway.line]]
name = "goip1"
"""


def plain(text: str, key: str = "1") -> bytes:
    return pack(sender=SENDER.address, text=text, line="office/goip1", received_at=datetime(2026, 11, 23, tzinfo=UTC))


class World:
    def took(self) -> list[tuple[str, str]]:
        rows = Sms.objects.filter(source=services.DESK).exclude(text="again")
        return list(rows.order_by("id").values_list("number", "text"))

    def refuse_for_good(self, address: str) -> None:
        """A landline takes no SMS."""

    def refuse_for_now(self, address: str) -> None:
        for number in range(services.MOST_AN_HOUR):
            services.submit(address, "again", source=services.DESK, key=f"again:{number}")


@contextlib.contextmanager
def outside(settings: Any) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sms.toml"
        file.write_text(FILE, encoding="utf-8")
        file.chmod(0o600)
        settings.OKIBI_SMS = str(file)
        yield World()


def misconfigure(settings: Any) -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "sms.toml").write_text('format = 2\n[[gateway]]\nkind = "gpio"\n', encoding="utf-8")
    settings.OKIBI_SMS = str(folder / "sms.toml")
