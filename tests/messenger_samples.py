"""What the contract of all channels asks of every messenger, with its simulator as the world outside."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from okibi.channels.messenger.http import download
from okibi.channels.port import IncomingFile
from tests import messengers
from tests.simulators.vendor import Upload, Vendor

SUBJECT = "Не печатает счета: «ошибка Ё-17» — №5"


class World:
    """The simulator as the contract asks: what it took, whom it refuses."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    def took(self) -> list[tuple[str, str]]:
        return self.vendor.took()

    def refuse_for_good(self, address: str) -> None:
        self.vendor.never.add(address)

    def refuse_for_now(self, address: str) -> None:
        self.vendor.later.add(address)


@contextmanager
def world(kind: str, make: type[Vendor], settings: Any) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, make() as vendor:
        messengers.configure(settings, Path(folder), messengers.account(kind, vendor.url))
        yield World(vendor)


def fetched(
    kind: str, make: type[Vendor], adapter: Any, incoming: Any, settings: Any, files: dict[str, bytes]
) -> list[IncomingFile]:
    """What the job fetches from the vendor; ``files``: the vendor's key of a file → its bytes."""
    found = []
    with world(kind, make, settings) as outside, tempfile.TemporaryDirectory() as folder:
        outside.vendor.files |= {key: Upload("", "application/pdf", content) for key, content in files.items()}
        account = adapter.account("main")
        for media in incoming.messenger.media:
            here = media.url.replace("http://vendor.invalid", outside.vendor.url)
            source = adapter.source(account, type(media)(**{**media.to_json(), "kind": media.kind, "url": here}))
            file = download(account, source.url, source.headers, Path(folder), 10_000_000)
            found.append(IncomingFile(media.name, media.type or file.type, file.path.read_bytes()))
    return found


def misconfigure(settings: Any) -> None:
    """An account of every kind with everything wrong."""
    path = Path(tempfile.mkdtemp()) / "channels.toml"
    path.write_text('format = 1\n[[account]]\nkind = "whatsapp"\nname = "Main"\nphone_number_id = "x"\ntoken = "t"\n')
    settings.OKIBI_CHANNELS = str(path)
