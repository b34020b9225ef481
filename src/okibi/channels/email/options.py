"""The mail settings of this process as one value, read from Django's settings whenever they are needed."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from okibi.policy.scheme import PolicyError, load

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What an operator said about mail. Sizes in bytes; an empty host means that this way is not used.

    ``inlet_lmtp`` is where LMTP is spoken (``listening.lmtp_place``), beside SMTP or instead of it.
    ``addresses`` are ours: the sender's address first. ``after_fetch``: ``seen``, ``leave`` or ``move:<folder>``.
    ``bounce_addresses``: letters leave under an envelope address of their own, so that bounces name them.
    """

    sender: str
    sender_name: str
    domain: str
    addresses: tuple[str, ...]
    trusted_authserv: tuple[str, ...]
    inlet_enabled: bool
    inlet_bind: str
    inlet_port: int
    inlet_lmtp: str
    inlet_limit: int
    imap_host: str
    imap_port: int
    imap_user: str
    imap_password: str
    imap_folders: tuple[str, ...]
    imap_tls: str
    after_fetch: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_tls: str
    bounce_addresses: bool


def _published() -> tuple[str, ...]:
    """The support address of the vendor's scheme: mail to what the site publishes is ours, whatever the sender is."""
    path = Path(settings.OKIBI_POLICY)
    try:
        return _published_in(path, path.stat().st_mtime_ns)
    except (OSError, PolicyError):
        return ()  # `okibi doctor` and the start tell what is wrong with the file


@lru_cache(maxsize=4)
def _published_in(path: Path, changed: int) -> tuple[str, ...]:
    del changed  # only makes a new text a new question
    address = load(path).vendor.support_address
    return (address,) if address else ()


def mail_options() -> MailOptions:
    """The options in force now (tests and ``okibi doctor`` change settings under us, so nothing is kept)."""
    sender = str(settings.OKIBI_MAIL_FROM)
    return MailOptions(
        sender=sender,
        sender_name=_get("OKIBI_MAIL_NAME", ""),
        domain=str(settings.OKIBI_MAIL_DOMAIN) or sender.rpartition("@")[2],
        addresses=tuple(dict.fromkeys([sender, *_get("OKIBI_MAIL_ADDRESSES", []), *_published()])),
        trusted_authserv=tuple(settings.OKIBI_TRUSTED_AUTHSERV),
        inlet_enabled=settings.OKIBI_SMTP_INLET_ENABLED,
        inlet_bind=settings.OKIBI_SMTP_INLET_BIND,
        inlet_port=settings.OKIBI_SMTP_INLET_PORT,
        inlet_lmtp=settings.OKIBI_LMTP_INLET,
        inlet_limit=_get("OKIBI_SMTP_INLET_MAX_MB", 64) * MEGABYTE,
        imap_host=settings.OKIBI_IMAP_HOST,
        imap_port=settings.OKIBI_IMAP_PORT,
        imap_user=settings.OKIBI_IMAP_USER,
        imap_password=settings.OKIBI_IMAP_PASSWORD,
        imap_folders=tuple(name.strip() for name in str(settings.OKIBI_IMAP_FOLDER).split(",") if name.strip()),
        imap_tls=settings.OKIBI_IMAP_TLS,
        after_fetch=_get("OKIBI_IMAP_AFTER", "seen"),
        smtp_host=settings.OKIBI_SMTP_OUT_HOST,
        smtp_port=settings.OKIBI_SMTP_OUT_PORT,
        smtp_user=settings.OKIBI_SMTP_OUT_USER,
        smtp_password=settings.OKIBI_SMTP_OUT_PASSWORD,
        smtp_tls=settings.OKIBI_SMTP_OUT_TLS,
        bounce_addresses=_get("OKIBI_MAIL_BOUNCE_ADDRESSES", default=False),
    )


def _get(name: str, default: Any) -> Any:
    return getattr(settings, name, default)
