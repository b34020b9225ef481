"""A device becomes known: by licence, trial or invitation, confirmed by a code sent to the person's e-mail.

The device holds the enrolment's secret; whoever confirms (with the code on the device, or with the letter's button in a
browser), only the device gets the token: by the answer to :func:`confirm` or by asking :func:`state_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from okibi.environments.kinds import DeviceKind, EnrolmentState
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device says of itself and of who uses it. At most one of licence, trial, invitation is needed.

    ``report``: the environment in the API's shape (``okibi.environments.reports``).
    """

    kind: DeviceKind
    device_name: str = ""
    licence: str = ""  # number, as typed
    trial: str = ""
    invitation: str = ""  # code, as typed
    email: str = ""
    name: str = ""
    language: str = "ru"
    product: str = ""
    version: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """How an enrolment stands. ``token`` is there once it is confirmed, and only for who holds the secret."""

    enrolment_id: str
    secret: str
    state: EnrolmentState
    token: str | None
    expires_at: datetime  # UTC; the code (or, once confirmed, the asking for the token) is over then


def begin(wish: Wish) -> Begun:
    """Begin an enrolment. With an e-mail: a six-digit code goes there. Without: confirmed at once, nobody proved.

    An invitation that was made for one person is a proof of its own. Raises UnknownLicenceError, UnknownTrialError,
    UnknownInvitationError, BadAddressError (InputErrors with codes), TooManyError (``data["retry_after"]`` seconds).
    """
    raise NotImplementedError


def confirm(enrolment_id: str, secret: str, code: str) -> Begun:
    """Confirm by the code. Raises NotAllowedError (no such enrolment), WrongCodeError (``data["tries_left"]``),
    EnrolmentOverError (expired, refused after five wrong codes).
    """
    raise NotImplementedError


def state_of(enrolment_id: str, secret: str) -> Begun:
    """How it stands; with the token once it was confirmed, by code or by link. Raises NotAllowedError."""
    raise NotImplementedError


def confirm_by_link(signed: str) -> str:
    """Confirm by the letter's button; gives the device's name. Raises NotAllowedError, EnrolmentOverError."""
    raise NotImplementedError


def sign_out(visitor: Visitor) -> None:
    """The device gives its token back."""
    raise NotImplementedError


def revoke(device: str, actor: Actor) -> None:
    """Cut a device off by its public id; a second time changes nothing. Raises NotAllowedError for an unknown one."""
    raise NotImplementedError
