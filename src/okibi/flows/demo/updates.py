"""Automatic updates of the demo: accesses in every state, an update that is over, and one that is half way."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from okibi.accounts.models import Role, Staff
from okibi.customers.models import Person
from okibi.environments import services as environments
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.models import Device
from okibi.flows import reply, update_agreement, update_ddi, update_plan, update_runs
from okibi.flows.update_plan import Wanted
from okibi.flows.update_runs import Said
from okibi.flows.visitor import Visitor
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.clock import at, now
from okibi.policy.ticket_states import Event
from okibi.policy.update_states import CHECKING_CODE, ROLLED_BACK_CODE
from okibi.releases.models import Release
from okibi.schemes.services import in_force
from okibi.tickets.models import Ticket
from okibi.updates.kinds import Answered, Way
from okibi.updates.models import Agreement, Batch, Host, Run
from okibi.updates.terms import HostWish, Wish

NIGHTS: Mapping[str, Sequence[str]] = {
    day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}
OPENS = 22  # o'clock
OLD, NEW = "4.1.0", "4.2.0"
WINDOWS = {
    "system": {"family": "windows", "name": "Windows 10", "version": "10.0.19045", "architecture": "x64"},
    "dotnet": {"release": 528_049, "version": "4.8"},
    "memory_mb": 8192,
    "disk_free_mb": 41_000,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What is proposed on the request of that subject. ``then``: what the customer said, "" for nothing yet."""

    hosts: Sequence[str]
    windows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    products: Sequence[str] = ("desktop",)
    address: str = ""
    port: int | None = None
    then: str = "yes"


GRANTS = {
    "Автоматическое обновление рабочих мест": Grant(("БУХ-01", "БУХ-02", "ОТК-1", "ОТК-2", "КАДРЫ"), NIGHTS),
    "Обновлять программу автоматически": Grant(("Директор", "Бухгалтерия", "Касса")),
    "Автообновление на складе": Grant(("Склад-ПК",), NIGHTS, then="stop"),
    "Доступ к порту для автообновления": Grant(
        ("Сервер",), NIGHTS, ("server",), "srv.istok.example.org", 8443, then=""
    ),
}
DONE = "Готово: доступ подтверждён. Новые версии будут ставиться сами, ход виден в личном кабинете."
WHY_STOPPED = "компьютер на складе меняем, новый ещё не подключён"
STEPS = (
    Said("scheduled", code=200, details=["принято"]),
    Said("download", code=200, details=["загружается"], done=30, of=100),
    Said("downloaded", code=200, details=["загружено и проверено по TUF"], done=60, of=100),
    Said("proceeding", code=200, details=["останавливается, сохраняется копия"], done=75, of=100),
    Said("proceeding", code=200, details=["устанавливается"], done=80, of=100),
    Said("proceeding", code=CHECKING_CODE, details=["проверяется, работает ли"], done=90, of=100),
)
WELL = Said("closed", "success", 200, ["установлено"], 100, 100)
BACK = Said(
    "closed", "failure", ROLLED_BACK_CODE,
    ["возвращена прежняя версия", "служба «ОКИБИ Сервер печати» не запустилась за 60 секунд"],
)  # fmt: skip


def propose(ticket_id: int, staff: Staff, note: str) -> None:
    """Propose the access that the request asks for, its computers enrolled before; the customer answers later."""
    ticket = Ticket.objects.select_related("requester__organisation").get(pk=ticket_id)
    grant = GRANTS[ticket.subject]
    hosts = [_wish(name, grant, ticket.requester) for name in grant.hosts]
    zone, today = in_force(now()).scheme.zone, now().date()
    year = date(today.year + 1, today.month, 1)
    agreement = update_agreement.propose(
        ticket_id, staff, Wish(grant.products, hosts, year, zone.key, grant.windows, note)
    )
    if grant.then:
        with at(now() + timedelta(hours=3)):
            update_agreement.answer(_visitor(ticket.requester), agreement.pk, Answered.PORTAL, yes=True)
            reply.reply(ticket_id, staff, DONE, then=Event.SOLVE)
    if grant.then == "stop":
        with at(now() + timedelta(days=5)):
            update_agreement.withdraw_by_customer(_visitor(ticket.requester), agreement.pk, WHY_STOPPED)


def _wish(name: str, grant: Grant, person: Person | None) -> HostWish:
    if grant.address:
        return HostWish(name, None, Way.WAKE, grant.address, grant.port)
    device = environments.create_device(
        secret=secrets.token_hex(16), kind=DeviceKind.DESKTOP.value, enrolled_by=EnrolledBy.INVITATION.value,
        name=name, person=person, organisation=person.organisation if person else None,
        product="desktop", version=OLD, report=WINDOWS,
    )  # fmt: skip
    return HostWish(name, device.pk)


def _visitor(person: Person | None) -> Visitor:
    """The person in the portal."""
    assert person is not None  # the demo's letters come from its own people
    return Visitor(0, "", person.pk, person.organisation_id, is_admin=False, language="ru")


def make_updates(begin: datetime) -> None:
    """The published version on its way: to one computer a week ago, to all others since last evening."""
    release = Release.objects.filter(product="desktop", version=NEW).first()
    if release is None or not Agreement.objects.filter(confirmed_at__isnull=False).exists():
        return
    night = _last_night(begin, in_force(begin).scheme.zone)
    with at(begin - timedelta(days=8)):
        _start(release, ["Директор"])
    _tell("Директор", begin - timedelta(days=8) + timedelta(minutes=4), (*STEPS, WELL))
    with at(night - timedelta(hours=5)):
        _start(release, ["БУХ-01", "БУХ-02", "ОТК-1", "ОТК-2", "КАДРЫ", "Бухгалтерия", "Касса"])
    _tell("БУХ-01", night + timedelta(minutes=3), (*STEPS, WELL))
    _tell("БУХ-02", night + timedelta(minutes=7), (*STEPS, WELL))
    _tell("ОТК-1", night + timedelta(minutes=11), (*STEPS, BACK))
    _tell("КАДРЫ", begin - timedelta(minutes=12), ())  # was off in the night, and has just asked
    _tell("Бухгалтерия", begin - timedelta(minutes=5), STEPS[:5])
    _tell("Касса", begin - timedelta(minutes=2), STEPS[:2])


def _last_night(begin: datetime, zone: ZoneInfo) -> datetime:
    """When the hours of the last night began; an hour of them is over."""
    local = (begin - timedelta(hours=1)).astimezone(zone)
    opened = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return opened if opened <= local else opened - timedelta(days=1)


def _start(release: Release, names: Iterable[str]) -> Batch:
    maker = Staff.objects.filter(roles__contains=[Role.RELEASES.value]).order_by("pk").first()
    actor = Actor("staff", maker.pk, maker.name) if maker else SYSTEM
    hosts = Host.objects.filter(name__in=names).values_list("pk", flat=True)
    return update_plan.start(release.pk, Wanted(list(hosts)), actor)


def _tell(name: str, begun: datetime, said: Sequence[Said]) -> None:
    """The updater of a computer asks, and reports minute by minute."""
    run = Run.objects.select_related("device").filter(host__name=name).order_by("-pk").first()
    device = run.device if run else None
    if run is None or device is None:
        return
    with at(begun):
        environments.saw(device)
        update_ddi.deployment(device, run.pk)
    for minutes, each in enumerate(said):
        with at(begun + timedelta(minutes=0.4 * minutes)):
            update_runs.told(Device.objects.get(pk=device.pk), run.pk, each)
