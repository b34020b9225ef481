"""What is filled in to enrol, and what is still missing."""

import platform
from dataclasses import replace
from urllib.parse import urlsplit

from okibi_sdk import Client, Enrolment, InvalidError, Wish

WAYS = ("licence", "invitation", "email")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Enrolling:
    """``way``: one of WAYS, or "nothing"."""

    def __init__(self, server: str, device: str) -> None:
        self.server, self.device, self.way = server, device, "licence"
        self.licence = self.invitation = self.email = self.name = ""

    @property
    def address(self) -> str:
        said = self.server.strip().rstrip("/")
        return said if "://" in said or not said else f"https://{said}"

    def missing(self) -> str:
        """The first field that has to be filled in, "insecure" for an address that others can read along; or ""."""
        parts = urlsplit(self.address)
        if not parts.hostname:
            return "server"
        if parts.scheme != "https" and parts.hostname not in HERE:
            return "insecure"
        if self.way in {"licence", "invitation"} and not getattr(self, self.way).strip():
            return self.way
        known = self.way == "invitation" and not self.email.strip()  # one that was made for a person proves enough
        if self.way != "nothing" and not known and "@" not in self.email:
            return "email"
        return ""

    def wish(self) -> Wish:
        """Nothing of the machine is told here: the request's panel shows that first."""
        if self.way == "nothing":
            return Wish(name=self.name.strip(), device=self.device)
        given = getattr(self, self.way).strip() if self.way != "email" else ""
        return Wish(
            licence=given if self.way == "licence" else "",
            invitation=given if self.way == "invitation" else "",
            email=self.email.strip(),
            name=self.name.strip(),
            device=self.device,
        )


def enrol_with(client: Client, wish: Wish) -> Enrolment:
    """Enrol; a number that is no licence's may be a trial's: the user need not know which they have."""
    try:
        return client.enrol(wish)
    except InvalidError as error:
        if not wish.licence or "licence" not in error.code:
            raise
        try:
            return client.enrol(replace(wish, licence="", trial=wish.licence))
        except InvalidError:
            raise error from None


def device_name() -> str:
    return platform.node() or platform.system()
