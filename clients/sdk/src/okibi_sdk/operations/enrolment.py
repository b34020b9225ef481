"""Enrolling this installation, and what the server knows of it."""

from collections.abc import Mapping
from typing import Any

from okibi_sdk.core.session import Session, ask, ask_json
from okibi_sdk.core.wire import Flow
from okibi_sdk.models import Device, Enrolment, Update, Verdict, Wish
from okibi_sdk.operations.shape import shaped


def enrol(session: Session, wish: Wish, *, key: str | None = None) -> Flow[Enrolment]:
    """Begin. ``awaiting_confirmation``: a code went to the e-mail address; ``confirmed``: the token is there.

    Raises:
        InvalidError: the licence, trial or invitation is not known, or an address is needed.
        TooManyError: too many tries for this address or licence.

    """
    device = {"kind": wish.kind, "name": wish.device, "product": wish.product, "version": wish.version}
    body: dict[str, Any] = {"device": {name: value for name, value in device.items() if value}}
    if wish.environment:
        body["device"]["environment"] = dict(wish.environment)
    for name in ("licence", "trial", "invitation", "email", "name"):
        if getattr(wish, name):
            body[name] = getattr(wish, name)
    body["language"] = session.language
    document = yield from ask_json(session, session.call("POST", "/enrolments", data=body, key=key))
    return shaped(session, Enrolment, document)


def confirm(session: Session, enrolment: Enrolment, code: str) -> Flow[Enrolment]:
    """The six digits of the letter.

    Raises:
        InvalidError: another code; NotFoundError: the enrolment ran out.

    """
    call = session.call(
        "POST",
        f"/enrolments/{enrolment.id}/confirmation",
        data={"code": code.strip()},
        authorization=f"Enrolment {enrolment.secret}",
    )
    return shaped(session, Enrolment, (yield from ask_json(session, call)))


def enrolment_state(session: Session, enrolment: Enrolment) -> Flow[Enrolment]:
    """How far it is: the user may have pressed the letter's button instead of typing the code."""
    call = session.call("GET", f"/enrolments/{enrolment.id}", authorization=f"Enrolment {enrolment.secret}")
    return shaped(session, Enrolment, (yield from ask_json(session, call)))


def device(session: Session) -> Flow[Device]:
    """What the server knows of this installation. Raises NotSignedInError where it was cut off."""
    return shaped(session, Device, (yield from ask_json(session, session.call("GET", "/device"))))


def update_device(session: Session, *, name: str | None = None, language: str | None = None) -> Flow[Device]:
    """Another name or language."""
    body = {field: value for field, value in (("name", name), ("language", language)) if value is not None}
    return shaped(session, Device, (yield from ask_json(session, session.call("PATCH", "/device", data=body))))


def sign_out(session: Session) -> Flow[None]:
    """The token is good for nothing any more. An unknown one is as good as signed out."""
    yield from ask(session, session.call("DELETE", "/device"), allow=frozenset({401, 404}))


def push_environment(
    session: Session, environment: Mapping[str, Any], *, product: str = "", version: str = ""
) -> Flow[Verdict]:
    """Tell the desk of this machine; the answer is its verdict line by line.

    An empty environment tells of the program and its version alone: what is known of the machine stays.
    """
    body = {"product": product, "version": version, "environment": dict(environment)}
    call = session.call("PUT", "/device/environment", data={name: value for name, value in body.items() if value})
    return shaped(session, Verdict, (yield from ask_json(session, call)))


def newer_version(
    session: Session,
    *,
    product: str = "",
    version: str = "",
    channel: str = "",
    platform: str = "",
    architecture: str = "",
    system: str = "",
) -> Flow[Update]:
    """The version that this installation may have and does not run yet; what is left out is as it was reported.

    ``system``: Windows NT's number ("10.0.19045") or Android's API level. A file must be checked by its SHA-256; what
    installs by itself trusts The Update Framework's metadata instead.
    """
    asked = {"product": product, "version": version, "channel": channel}
    asked |= {"platform": platform, "architecture": architecture, "system": system}
    call = session.call("GET", "/device/update", query=asked)
    return shaped(session, Update, (yield from ask_json(session, call)))


def push_key(session: Session) -> Flow[str]:
    """The server's public key for Web Push (VAPID, RFC 8292), base64url."""
    document = yield from ask_json(session, session.call("GET", "/push-key"))
    return str(document.get("key") or "") if isinstance(document, Mapping) else ""


def subscribe(session: Session, endpoint: str, keys: Mapping[str, str]) -> Flow[None]:
    """Answers ring here: a Web Push subscription (RFC 8030) of this device."""
    yield from ask(session, session.call("PUT", "/device/push", data={"endpoint": endpoint, "keys": dict(keys)}))


def unsubscribe(session: Session) -> Flow[None]:
    """No pushes to this device any more."""
    yield from ask(session, session.call("DELETE", "/device/push"), allow=frozenset({404}))
