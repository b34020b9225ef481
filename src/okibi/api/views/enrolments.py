"""How a device becomes known, and what it is known as."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from okibi.api import limits, shapes, shapes_update, shown
from okibi.api.auth import DEVICE, MAYBE_DEVICE, visitor
from okibi.api.given import CodeGiven, DeviceChanges, EnrolmentGiven, EnvironmentGiven, Name, PushGiven, UpdateAsked
from okibi.api.openapi import SHORTEST_KEY
from okibi.api.problems import ProblemError, language_of
from okibi.api.repeats import answer, kept_by_the_act, key_of, response
from okibi.api.security import ENROLMENT, secret_of
from okibi.environments import services
from okibi.environments.errors import WrongCodeError
from okibi.environments.kinds import DeviceKind
from okibi.environments.selectors import access_device
from okibi.flows import device_update, enrolment, installation_report, ipv_push, ipv_request
from okibi.flows.device_update import Told
from okibi.flows.enrolment import Wish
from okibi.kernel.once_only import Answer, fingerprint_of, once, told_before

router = Router(tags=["device"])


@router.post("/enrolments", response={201: shapes.Enrolment}, auth=MAYBE_DEVICE, operation_id="beginEnrolment")
@kept_by_the_act
def begin(request: HttpRequest, wish: EnrolmentGiven) -> HttpResponse:
    """Make this installation known. With an e-mail, a six-digit code goes there (10 minutes, 5 tries); without one
    the device gets its token at once and nobody is proved by it. Needs no token. A repeat with the same key (16
    characters or more) answers how the enrolment of the first time stands; without a key it begins another one. A
    number that is not good is refused with its kind: `given_as`, and `kind` where it is a number of another kind.
    """
    limits.take(request, limits.network_of(request), limits.ENROLLING)
    device = wish.device
    asked = Wish(
        kind=DeviceKind(device.kind),
        device_name=device.name[:120],
        licence=wish.licence,
        trial=wish.trial,
        invitation=wish.invitation,
        email=wish.email,
        name=wish.name,
        language=wish.language or language_of(request),
        product=device.product,
        version=device.version,
        report=device.environment,
    )
    key = key_of(request)
    if not key:
        return response(answer(201, shown.enrolment(enrolment.begin(asked))))
    if len(key) < SHORTEST_KEY:
        raise ProblemError("idempotency_key_short")
    begun, again = enrolment.begin_once(asked, key, fingerprint_of(b"POST", request.path.encode(), request.body))
    return response(replace(answer(201, shown.enrolment(begun)), again=again))


@router.get("/enrolments/{enrolment_id}", response=shapes.Enrolment, auth=ENROLMENT, operation_id="getEnrolment")
def state(request: HttpRequest, enrolment_id: Name) -> dict[str, Any]:
    """How it stands; with the token once it was confirmed, by the code or by the letter's button."""
    return shown.enrolment(enrolment.state_of(enrolment_id, secret_of(request)))


@router.post(
    "/enrolments/{enrolment_id}/confirmation",
    response=shapes.Enrolment,
    auth=ENROLMENT,
    operation_id="confirmEnrolment",
)
@kept_by_the_act
def confirm(request: HttpRequest, enrolment_id: Name, given: CodeGiven) -> dict[str, Any]:
    """Confirm by the six digits of the letter. A second time gives the same answer; a wrong code that is sent again
    with the same key is not counted again.
    """
    secret, key = secret_of(request), key_of(request)
    caller = f"enrolment:{enrolment_id[:24]}"
    asked = fingerprint_of(b"confirm", secret.encode(), given.code.encode())
    if key and (known := told_before(caller, key, asked)):
        raise WrongCodeError(int(known.body))
    try:
        return shown.enrolment(enrolment.confirm(enrolment_id, secret, given.code))
    except WrongCodeError as error:  # counted for good: only then is it kept
        left = str(error.data["tries_left"]).encode()
        if key:
            once(caller, key, asked, lambda: Answer(422, left))
        raise


# ---------------------------------------------------------------- the device itself


@router.get("/device", response=shapes.Device, auth=DEVICE, operation_id="getDevice")
def device(request: HttpRequest) -> dict[str, Any]:
    """What the desk knows of this installation."""
    return shown.device(access_device(visitor(request).device))


@router.patch("/device", response=shapes.Device, auth=DEVICE, operation_id="changeDevice")
def change(request: HttpRequest, given: DeviceChanges) -> dict[str, Any]:
    """Another name or language."""
    services.change(visitor(request).device_id, name=given.name, language=given.language)
    return shown.device(access_device(visitor(request).device))


@router.delete("/device", response={204: None}, auth=DEVICE, operation_id="signOut")
def sign_out(request: HttpRequest) -> Status[None]:
    """The token opens nothing from now on."""
    enrolment.sign_out(visitor(request))
    return Status(204, None)


@router.put("/device/environment", response=shapes.Verdict, auth=DEVICE, operation_id="reportEnvironment")
def environment(request: HttpRequest, given: EnvironmentGiven) -> dict[str, Any]:
    """What this machine is; the answer says line by line whether it is covered. Without `environment` only the program
    and its version are told, and what was reported of the machine before stays.
    """
    me, language = visitor(request), language_of(request)
    device = installation_report.reported(
        me.device_id, product=given.product, version=given.version, report=given.environment
    )
    draft = ipv_request.Draft(
        text="", product=given.product, version=given.version, report=device.report, language=language
    )
    return shown.preview(ipv_request.preview(me, draft), language)


@router.get("/device/update", response=shapes_update.Update, auth=DEVICE, operation_id="getUpdate")
def update(request: HttpRequest, asked: Query[UpdateAsked]) -> dict[str, Any]:
    """The newest version of what this installation runs that its owner may have: by ring, share, floors and licence.
    What was reported (`PUT /device/environment`) need not be said again. `system`: Windows NT's number ("10.0.19045")
    or Android's API level.
    """
    told = Told(**asked.model_dump())
    return shown.update(device_update.update_for(visitor(request), told), language_of(request))


@router.get("/push-key", response=shapes.PushKey, auth=MAYBE_DEVICE, operation_id="getPushKey")
def push_key(request: HttpRequest) -> dict[str, Any]:
    """The key with which a browser subscribes to Web Push; "" while pushes are switched off."""
    del request
    return {"key": ipv_push.public_key()}


@router.put("/device/push", response={204: None}, auth=DEVICE, operation_id="subscribePush")
def subscribe(request: HttpRequest, given: PushGiven) -> Status[None]:
    """Answers ring here from now on. A push names the request and carries no words."""
    ipv_push.subscribe(visitor(request), endpoint=given.endpoint, p256dh=given.keys.p256dh, auth=given.keys.auth)
    return Status(204, None)


@router.delete("/device/push", response={204: None}, auth=DEVICE, operation_id="unsubscribePush")
def unsubscribe(request: HttpRequest) -> Status[None]:
    """No pushes any more."""
    ipv_push.unsubscribe(visitor(request))
    return Status(204, None)
