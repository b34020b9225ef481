"""Updates of the demo's fleet: one that is over, and one that is half way."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from okibi.accounts.models import Role, Staff
from okibi.environments import services as environments
from okibi.environments.models import Device
from okibi.flows import update_ddi, update_plan, update_runs
from okibi.flows.update_plan import Wanted
from okibi.flows.update_runs import Said
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.clock import at
from okibi.policy.update_states import CHECKING_CODE, ROLLED_BACK_CODE
from okibi.releases.models import Release
from okibi.schemes.services import in_force
from okibi.updates.models import Agreement, Batch, Host, Run

OPENS = 22  # o'clock, as the hours of the nights say
NEW = "4.2.0"
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
