"""What a device is told of newer versions, as shapes."""

from datetime import datetime
from typing import Literal

from ninja import Schema


class UpdateFile(Schema):
    """One file of a version. ``url`` needs no token and opens it for a week; ``size`` in bytes."""

    name: str
    platform: Literal["windows", "android", "linux"]
    architecture: Literal["any", "x86", "x64", "arm64"]
    kind: Literal["exe", "msi", "apk", "nupkg", "archive"]
    size: int
    sha256: str
    url: str


class NewerVersion(Schema):
    """A version for this installation. ``notes``: Markdown in the caller's language; ``page``: a person's way to it,
    with the steps of the installation; ``files``: those that fit the machine, the best first.
    """

    version: str
    published_at: datetime
    forced: bool
    notes: str
    page: str
    files: list[UpdateFile]


class Update(Schema):
    """``running``: what the installation is taken to run. ``update``: null where there is nothing newer for it."""

    product: str
    running: str
    update: NewerVersion | None
