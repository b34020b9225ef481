"""Who asks and what they say: the token of a device, and documents of strangers read within limits."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from okibi.environments import services as environments
from okibi.environments.errors import NoSuchDeviceError
from okibi.flows.update_runs import Said
from okibi.kernel.errors import InputError, NotAllowedError, OkibiError
from okibi.kernel.networks import network_of_address
from okibi.kernel.rates import Rate, count
from okibi.kernel.sentence import Sentence
from okibi.policy.update_states import RunOverError, RunStateError

if TYPE_CHECKING:
    from okibi.environments.models import Device

P = ParamSpec("P")
TENANT = "default"
SCHEME = "targettoken"
LARGEST = 64 * 1024  # bytes of one document
MOST_DETAILS = 20
LONGEST_DETAIL = 500
LARGEST_COUNT = 2**31 - 1
KNOWN = Rate("ddi", 120, 60)  # of one device
WRONG = Rate("ddi-wrong-token", 60, 600)  # of one network
UNREADABLE = Sentence("Запрос не читается.", "The request can't be read.")
TOO_LARGE = Sentence("Запрос слишком велик.", "The request is too large.")
NOT_YOURS = Sentence("Такого устройства нет.", "There is no such device.")
TOO_OFTEN = Sentence("Слишком часто.", "Too often.")
WHO = Sentence("Нужен ключ устройства: Authorization: TargetToken …", "Authorization: TargetToken … is needed.")


class DocumentTooLargeError(InputError):
    """What an updater sends is larger than is read."""

    code = "ddi_too_large"


def for_device(
    *methods: str,
) -> Callable[["Callable[Concatenate[HttpRequest, Device, P], HttpResponseBase]"], Callable[..., HttpResponseBase]]:
    """Let a device through that shows its own token under its own name; errors as hawkBit's clients know them.

    401: no token, or one that is unknown or revoked; 404: another's; 405; 400: nonsense; 409: too late; 410: over;
    413: too large; 429: too often.
    """

    def decorate(
        view: "Callable[Concatenate[HttpRequest, Device, P], HttpResponseBase]",
    ) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @functools.wraps(view)
        def answer(
            request: HttpRequest, tenant: str, controller: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            try:
                device = environments.device_of_token(_token(request))
            except NoSuchDeviceError:
                return _unknown(request)
            counted = count(KNOWN, device.public_id)
            if not counted.allowed:
                return _refused(429, TOO_OFTEN, {"Retry-After": str(counted.reset)})
            if tenant != TENANT or controller != device.public_id:
                return _refused(404, NOT_YOURS)
            environments.saw(device)
            try:
                response = view(request, device, *args, **kwargs)
            except OkibiError as error:
                return _refused(_status(error), error.sentence)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer

    return decorate


def document(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object of a request. Raises InputError."""
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise DocumentTooLargeError(TOO_LARGE)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError(UNREADABLE) from None
    if not isinstance(found, dict):
        raise InputError(UNREADABLE)
    return found


def feedback_said(given: Mapping[str, Any]) -> Said:
    """A feedback of hawkBit: ``status`` with ``execution``, ``result``, ``code``, ``details``. Raises InputError."""
    status = _table(given.get("status"))
    result = _table(status.get("result"))
    progress = _table(result.get("progress") or {})
    return Said(
        execution=_text(status.get("execution")),
        result=_text(result.get("finished", "none")),
        code=_whole(status.get("code")),
        details=details_of(status),
        done=_whole(progress.get("cnt"), least=0),
        of=_whole(progress.get("of"), least=0),
    )


def details_of(given: Mapping[str, Any]) -> list[str]:
    """The texts of ``details``, printable and short. Raises InputError for what is no list of texts."""
    found = given.get("details") or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InputError(UNREADABLE)
    return [printable(each)[:LONGEST_DETAIL] for each in found[:MOST_DETAILS]]


def texts(given: object) -> dict[str, str]:
    """A flat table of texts; numbers and flags count as what is written for them. Raises InputError."""
    found = {}
    for key, value in _table(given).items():
        if isinstance(value, (dict, list)):
            raise InputError(UNREADABLE)
        found[printable(key)] = printable("" if value is None else str(value))
    return found


def code_of(given: Mapping[str, Any]) -> int | None:
    """A whole number ``code``, where one is given. Raises InputError."""
    return _whole(given.get("code"))


def printable(text: str) -> str:
    """Without what no database stores and no page shows: NUL, other controls, halves of surrogate pairs."""
    safe = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else " " for char in safe).strip()


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == SCHEME else ""


def _unknown(request: HttpRequest) -> HttpResponse:
    counted = count(WRONG, network_of_address(str(request.META.get("REMOTE_ADDR", ""))))
    if not counted.allowed:
        return _refused(429, TOO_OFTEN, {"Retry-After": str(counted.reset)})
    return _refused(401, WHO, {"WWW-Authenticate": 'TargetToken realm="updates"'})


def _status(error: OkibiError) -> int:
    if isinstance(error, RunOverError):
        return 410
    if isinstance(error, DocumentTooLargeError):
        return 413
    if isinstance(error, NotAllowedError):
        return 404
    return 409 if isinstance(error, RunStateError) else 400


def _refused(status: int, sentence: Sentence, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """As hawkBit words its errors: ``errorCode`` and ``message``."""
    body = {"errorCode": f"okibi.ddi.{status}", "message": sentence.en, "message_ru": sentence.ru}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **(headers or {})})


def _table(given: object) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise InputError(UNREADABLE)
    return given


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise InputError(UNREADABLE)
    return given[:40].lower()


def _whole(given: object, least: int = -LARGEST_COUNT) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= LARGEST_COUNT:
        raise InputError(UNREADABLE)
    return given
