"""How a receiver knows that a call is ours: the symmetric signature of Standard Webhooks (standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """A fresh shared secret: 32 random bytes as the specification writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` (seconds since 1970) and ``webhook-signature`` (``v1,`` and base64)."""
    seconds = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{sign(secret, message_id, seconds, body)}",
    }


def sign(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """HMAC-SHA256 over ``id.timestamp.body``, base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{seconds}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
