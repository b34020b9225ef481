"""An answer is there: the devices of who asked are woken. A push says which request it is, and no word of it."""

import json

import structlog
from procrastinate.contrib.django import app

from okibi.channels.ipv import web_push
from okibi.channels.ipv.web_push import GoneError, Target, UnsafeEndpointError
from okibi.channels.port import SendError
from okibi.customers.selectors import card_ids
from okibi.environments import selectors, services
from okibi.flows.visitor import Visitor
from okibi.tickets.requester_selectors import is_guessed
from okibi.tickets.selectors import by_ids

log = structlog.get_logger(__name__)

PUSH = "okibi.flows.ipv_tasks.push"


def public_key() -> str:
    """The key with which a browser subscribes; "" while the operator has pushes switched off."""
    return web_push.public_key()


def subscribe(visitor: Visitor, *, endpoint: str, p256dh: str, auth: str) -> None:
    """Pushes for this device go there from now on. Raises UnsafeEndpointError (an InputError)."""
    web_push.check(Target(endpoint, p256dh, auth))
    services.subscribe(visitor.device_id, endpoint=endpoint, p256dh=p256dh, auth=auth)


def unsubscribe(visitor: Visitor) -> None:
    """No pushes for this device any more."""
    services.unsubscribe(visitor.device_id)


def soon(ticket_id: int) -> None:
    """Wake the requester's devices by a job of its own: a push service that is away holds nobody up."""
    if web_push.enabled():
        app.configure_task(PUSH, allow_unknown=True).defer(ticket_id=ticket_id)


def push(ticket_id: int) -> int:
    """Push to all devices of the requester; gives how many took it.

    Subscriptions that are over are forgotten. Raises SendError where a push service is away, after all others were
    tried; a device that hears twice of one request shows it once, because the push names the request.
    """
    ticket = next(iter(by_ids([ticket_id])), None)
    if ticket is None:
        return 0
    people = card_ids(ticket.requester_id) if ticket.requester_id and not is_guessed(ticket) else []
    content = json.dumps({"number": ticket.number}).encode()
    taken, away = 0, None
    for row in selectors.subscriptions(ticket.device_id, people):
        try:
            web_push.deliver(Target(row.endpoint, row.p256dh, row.auth), content)
            taken += 1
        except (GoneError, UnsafeEndpointError):
            services.unsubscribe(row.device_id)
            log.info("push_over", device=row.device.public_id)
        except SendError as error:
            log.info("push_failed", device=row.device.public_id, error=str(error))
            away = away if error.permanent_failure else error
    if away is not None:
        raise away
    return taken
