"""Resumable uploads by tus 1.0 (:mod:`okibi.flows.tus`) for devices and keys; refusals are problem documents."""

from django.http import HttpRequest, HttpResponse

from okibi.api.auth import DeviceCaller, KeyCaller, known
from okibi.api.problems import ProblemError
from okibi.api.repeats import key_of
from okibi.flows import tus
from okibi.flows.tus import VERSION, Door, TusRefusedError


def uploads(request: HttpRequest) -> HttpResponse:
    """``/uploads``."""
    try:
        return tus.uploads(request, DOOR)
    except TusRefusedError as error:
        raise _problem(error) from None


def upload(request: HttpRequest, upload_id: str) -> HttpResponse:
    """``/uploads/{id}``."""
    try:
        return tus.upload(request, upload_id, DOOR)
    except TusRefusedError as error:
        raise _problem(error) from None


def _owner(request: HttpRequest) -> str:
    found: DeviceCaller | KeyCaller | None = known(request)
    if found is None:
        raise ProblemError("unauthorized", headers={"Tus-Resumable": VERSION})
    return found.caller


DOOR = Door(_owner, key_of)


def _problem(error: TusRefusedError) -> ProblemError:
    said = {"needed": error.needed} if error.needed else {}
    return ProblemError(error.code, headers=error.headers, **said)
