"""Gateways that call us: what they say is stored, and only then answered with 200."""

import importlib
from functools import cache
from typing import cast

import structlog

from okibi.kernel.clock import now
from okibi.kernel.hook import HookRequest
from okibi.sms import inward, lines, reports
from okibi.sms.errors import SmsFileError
from okibi.sms.gateways.push import Alive, PushRefusedError, Reader, Received, Reported, Told
from okibi.sms.gateways.registry import GATEWAYS, shape_of
from okibi.sms.models import Line
from okibi.sms.options import GatewayOptions, sms_options

log = structlog.get_logger(__name__)


@cache
def _reader_of(kind: str) -> Reader:
    return cast("Reader", importlib.import_module(f"{GATEWAYS[kind]}.pushes").read)


def take(gateway: str, push: HookRequest) -> int:
    """The HTTP status of the answer: 200 says that all of it is committed; 404 a gateway that nobody set up.

    Raises Django's database errors: whoever pushed tries again.
    """
    options = _options(gateway)
    if options is None:
        return 404
    try:
        told = _reader_of(options.kind)(options, push, now())
    except PushRefusedError as error:
        log.warning("sms_push_refused", gateway=gateway, status=error.status, why=str(error))
        return error.status
    ids = dict(Line.objects.filter(gateway=gateway).values_list("name", "pk"))
    if any(each.line not in ids for each in told):  # the file is new and the inlet has not read it yet
        ids = {line: pk for (name, line), pk in lines.listed(sms_options().gateways).items() if name == gateway}
    for each in told:
        _keep(ids[each.line], each)
    return 200


def _options(gateway: str) -> GatewayOptions | None:
    try:
        found = next((each for each in sms_options().gateways if each.name == gateway), None)
    except (SmsFileError, OSError):
        return None
    return found if found is not None and shape_of(found.kind).pushes else None


def _keep(line: int, told: Told) -> None:
    if isinstance(told, Received):
        inward.store(line, told.external_id, told.sender, told.text)
    elif isinstance(told, Reported):
        reports.told(line, told.external_id, told.reference, "", told.state)
    elif isinstance(told, Alive):
        lines.alive(line, told.news)
    else:
        reports.settled(line, told.order, told.fate)
