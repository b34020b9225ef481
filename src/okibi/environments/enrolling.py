"""The rows of an enrolment: made, asked for by who holds the secret, guessed at, over."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from okibi.environments.errors import NoSuchEnrolmentError, TooManyError
from okibi.environments.kinds import EnrolmentState
from okibi.environments.models import Device, Enrolment, Invitation
from okibi.environments.services import digest_of, new_public_id, token_of
from okibi.kernel.clock import now

CODE_LIVES = timedelta(minutes=10)
TOKEN_WAITS = timedelta(hours=1)  # a device that lost the answer may ask for its token again
TRIES = 5
WINDOW = timedelta(hours=1)
MOST_BY_ADDRESS = 5  # in one window
MOST_BY_LICENCE = 20
KEPT_FOR = timedelta(days=30)


def check_limits(email_key: str, licence_number: str) -> None:
    """Raises TooManyError where an address or a licence was used too often within the hour; one query each."""
    since = now() - WINDOW
    limits = [(Q(email_key=email_key), MOST_BY_ADDRESS)] if email_key else []
    limits += [(Q(licence_number=licence_number), MOST_BY_LICENCE)] if licence_number else []
    for whose, most in limits:
        rows = Enrolment.objects.filter(whose, created_at__gt=since).order_by("-created_at")
        newest = list(rows.values_list("created_at", flat=True)[:most])
        if len(newest) == most:
            raise TooManyError(newest[-1] + WINDOW)


def create(
    *,
    enrolled_by: str,
    wish: Mapping[str, Any],
    email: str,
    email_key: str,
    name: str,
    language: str,
    licence_number: str,
    invitation: Invitation | None,
    secret: str = "",
) -> tuple[Enrolment, str, str]:
    """A new enrolment that waits; gives the row, its secret (or the given one) and the six digits, none stored."""
    secret, code, moment = secret or secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}", now()
    public_id = new_public_id("e")
    row = Enrolment.objects.create(
        public_id=public_id,
        secret_hash=digest_of(secret),
        state=EnrolmentState.AWAITING_CONFIRMATION,
        email=email,
        email_key=email_key,
        name=name[:200],
        language=language,
        code_hash=_code_hash(public_id, code),
        enrolled_by=enrolled_by,
        licence_number=licence_number,
        invitation=invitation,
        wish=dict(wish),
        created_at=moment,
        expires_at=moment + CODE_LIVES,
    )
    return row, secret, code


def secret_of_key(key: str, fingerprint: str) -> str:
    """The secret of an enrolment that is begun under a caller's own key: a repeat finds it again, nothing keeps it."""
    text = f"okibi.enrolment.key:{fingerprint}:{key}"
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def access(public_id: str, secret: str, *, lock: bool = False) -> Enrolment:
    """The enrolment, for who holds its secret. Raises NoSuchEnrolmentError."""
    rows = Enrolment.objects.select_for_update(of=("self",)) if lock else Enrolment.objects.all()
    row = rows.select_related("device", "invitation").filter(public_id=public_id).first()
    expected = row.secret_hash if row else digest_of("")
    if not hmac.compare_digest(expected, digest_of(secret)) or row is None:
        raise NoSuchEnrolmentError
    return row


def standing(row: Enrolment, at: datetime) -> EnrolmentState:
    """Its state at a moment: one that waits is over when the code's time is."""
    state = EnrolmentState(row.state)
    waits = state is EnrolmentState.AWAITING_CONFIRMATION
    return EnrolmentState.EXPIRED if waits and row.expires_at <= at else state


def is_right(row: Enrolment, code: str) -> bool:
    """Whether these are the six digits. A wrong guess is counted on the row; the fifth ends the enrolment."""
    digits = "".join(character for character in code if character.isdigit())
    if hmac.compare_digest(row.code_hash, _code_hash(row.public_id, digits)):
        return True
    row.attempts += 1
    if row.attempts >= TRIES:
        row.state = EnrolmentState.REFUSED
    row.save(update_fields=["attempts", "state"])
    return False


def confirmed(row: Enrolment, device: Device, at: datetime) -> None:
    """The device is in; for an hour it may ask for its token."""
    row.device, row.state, row.expires_at = device, EnrolmentState.CONFIRMED, at + TOKEN_WAITS
    row.save(update_fields=["device", "state", "expires_at"])


def token_secret(row: Enrolment) -> str:
    """The secret of the device's token: always the same for one enrolment, so that it need not be stored."""
    text = f"okibi.device:{row.public_id}:{row.secret_hash}"
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def token(row: Enrolment, at: datetime) -> str | None:
    """The device's token while it may be asked for."""
    if row.device is None or row.state != EnrolmentState.CONFIRMED or row.expires_at <= at:
        return None
    return token_of(row.device.public_id, token_secret(row))


def forget_old(at: datetime) -> int:
    """Enrolments of long ago are deleted (the devices stay); gives how many."""
    return Enrolment.objects.filter(created_at__lt=at - KEPT_FOR).delete()[0]


def _code_hash(public_id: str, code: str) -> str:
    text = f"okibi.enrolment:{public_id}:{code}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
