"""Accesses of the demo, one in every state: asked for, in force, outside its hours now, over, withdrawn, by SSH."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from okibi.accounts.models import Staff
from okibi.customers.models import Person
from okibi.environments import services as environments
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.flows import host_access, reply, update_agreement
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor
from okibi.kernel.clock import at, now
from okibi.policy.ticket_states import Event
from okibi.policy.update_windows import DAYS
from okibi.schemes.services import in_force
from okibi.tickets.models import Ticket
from okibi.updates.kinds import Answered, Way
from okibi.updates.models import Agreement
from okibi.updates.recipe import Install, Recipe
from okibi.updates.selectors import hosts_of
from okibi.updates.terms import HostWish, Wish

NIGHTS: Mapping[str, Sequence[str]] = {day: ["22:00-06:00"] for day in DAYS}
OLD = "4.1.0"
WINDOWS = {
    "system": {"family": "windows", "name": "Windows 10", "version": "10.0.19045", "architecture": "x64"},
    "dotnet": {"release": 528_049, "version": "4.8"},
    "memory_mb": 8192,
    "disk_free_mb": 41_000,
}
SERVER = Recipe(
    "server", Install.ARCHIVE, "/opt/okibi-server", "cat /opt/okibi-server/VERSION",
    stop="systemctl stop okibi-server", start="systemctl start okibi-server",
    health="curl -fsS http://127.0.0.1:8080/health", keep=("config.ini",), sudo=True,
)  # fmt: skip
ANSWERED_AFTER, STOPPED_AFTER = timedelta(hours=3), timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is proposed on the request of that subject.

    ``then``: what the customer said, "" for nothing yet; ``days``: how long it lasts, None for a year or so.
    ``once_a_week``: hours of one day, three days after the demo is loaded, so that they are closed then.
    """

    hosts: Sequence[str]
    windows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    products: Sequence[str] = ("desktop",)
    way: Way = Way.POLL
    address: str = ""
    port: int | None = None
    then: str = "yes"
    days: int | None = None
    once_a_week: str = ""


GRANTS = {
    "Автоматическое обновление рабочих мест": Grant(("БУХ-01", "БУХ-02", "ОТК-1", "ОТК-2", "КАДРЫ"), NIGHTS),
    "Обновлять программу автоматически": Grant(("Директор", "Бухгалтерия", "Касса")),
    "Автообновление на складе": Grant(("Склад-ПК",), NIGHTS, then="stop"),
    "Автообновление в переговорной на неделю": Grant(("Переговорная",), NIGHTS, days=7),
    "Автоматическое обновление раз в неделю": Grant(("Домашний ПК",), once_a_week="19:00-22:00"),
    "Автоматическое обновление сервера по SSH": Grant(
        ("Сервер склада",), NIGHTS, ("server",), Way.SSH, "sklad.istok.example.org", 22
    ),
    "Доступ к порту для автообновления": Grant(
        ("Сервер",), NIGHTS, ("server",), Way.WAKE, "srv.istok.example.org", 8443, then=""
    ),
}
DONE = "Готово: доступ подтверждён. Новые версии будут ставиться сами, ход виден в личном кабинете."
WHY_STOPPED = "компьютер на складе меняем, новый ещё не подключён"


def propose(ticket_id: int, staff: Staff, note: str, begin: datetime) -> None:
    """Propose the access that the request asks for, its computers enrolled before; the customer answers later."""
    ticket = Ticket.objects.select_related("requester__organisation").get(pk=ticket_id)
    grant, zone = GRANTS[ticket.subject], in_force(now()).scheme.zone
    hosts = [_wish(name, grant, ticket.requester) for name in grant.hosts]
    today = now().astimezone(zone).date()
    last_day = today + timedelta(days=grant.days) if grant.days else date(today.year + 1, today.month, 1)
    windows = grant.windows
    if grant.once_a_week:
        windows = {DAYS[(begin + timedelta(days=3)).astimezone(zone).weekday()]: [grant.once_a_week]}
    agreement = update_agreement.propose(
        ticket_id, staff, Wish(grant.products, hosts, last_day, zone.key, windows, note)
    )
    if grant.then:
        with at(now() + ANSWERED_AFTER):
            update_agreement.answer(_who_answers(ticket), agreement.pk, Answered.PORTAL, yes=True)
            reply.reply(ticket_id, staff, DONE, then=Event.SOLVE)
            if grant.way is Way.SSH:
                _prepare(agreement, staff)
    if grant.then == "stop":
        with at(now() + STOPPED_AFTER):
            update_agreement.withdraw_by_customer(_who_answers(ticket), agreement.pk, WHY_STOPPED)
    if grant.days:
        with at(agreement.valid_until + timedelta(minutes=5)):
            update_agreement.expire_due()


def _wish(name: str, grant: Grant, person: Person | None) -> HostWish:
    if grant.address:
        return HostWish(name, None, grant.way, grant.address, grant.port)
    device = environments.create_device(
        secret=secrets.token_hex(16), kind=DeviceKind.DESKTOP.value, enrolled_by=EnrolledBy.INVITATION.value,
        name=name, person=person, organisation=person.organisation if person else None,
        product="desktop", version=OLD, report=WINDOWS,
    )  # fmt: skip
    return HostWish(name, device.pk)


def _prepare(agreement: Agreement, staff: Staff) -> None:
    """The login and the recipe of a host without an updater. It is nowhere: a test says that its name is not found."""
    actor = Actor("staff", staff.pk, staff.name)
    for host in hosts_of(agreement):
        host_access.keep_login(host.pk, "okibi-update", secrets.token_urlsafe(12), "", actor)
        host_access.keep_recipe(host.pk, SERVER, actor)


def _who_answers(ticket: Ticket) -> Visitor:
    """In the portal: the administrator of the organisation where there is one, else whoever asked."""
    asked = ticket.requester
    assert asked is not None  # the demo's letters come from its own people
    admin = None
    if asked.organisation_id is not None:
        admin = Person.objects.filter(organisation_id=asked.organisation_id, organisation_admin=True).first()
    person = admin or asked
    return Visitor(0, "", person.pk, person.organisation_id, is_admin=admin is not None, language="ru")
