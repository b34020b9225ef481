"""Planning the update of a fleet: which hosts of which agreements a release may go to, and why not to the others.

The rule: an agreement that is confirmed, in force and names the product; a host whose updater is enrolled; a version
above the one that runs there; a right that covers the release; a file that fits. Everything else is a line with its
reason, never a silence. scheme.md §3 (automatic updates), docs/howto/update-a-fleet.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.db import transaction

from okibi.environments.models import Device
from okibi.flows.device_update import Told, asking_of
from okibi.flows.requester import rights_of
from okibi.flows.update_offers import fitting
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import OPEN, AgreementState, in_force
from okibi.policy.entitlement import Licence, Trial
from okibi.policy.release_states import ReleaseState
from okibi.policy.update_states import RunState
from okibi.policy.version_right import VersionRight, version_right
from okibi.policy.versions import ProductVersion, VersionError, parse_version
from okibi.releases import selectors as releases
from okibi.releases.kinds import ArtefactKind
from okibi.releases.models import Artefact, Release
from okibi.schemes.services import in_force as scheme_in_force
from okibi.updates.kinds import Force
from okibi.updates.models import Agreement, Batch, Host, Run
from okibi.updates.recipe import Install, recipe_of
from okibi.updates.runs import LIVE
from okibi.updates.vault import REMOTE

MOST = 2000  # hosts that are looked at
Rights = tuple[Sequence[Licence], Sequence[Trial]]

NOT_CONFIRMED = Sentence("Доступ ещё не подтверждён.", "The access is not confirmed yet.")
NOT_IN_FORCE = Sentence("Доступ не действует: не начался или истёк.", "The access is not in force: not yet, or over.")
OTHER_PRODUCT = Sentence("Этот продукт в доступе не назван.", "The access does not name this product.")
NO_UPDATER = Sentence("На компьютере нет подключённой программы обновления.", "No updater is enrolled on the host.")
CUT_OFF = Sentence("Устройство отключено.", "The device was cut off.")
SILENT = Sentence("Компьютер не сообщил, какая версия на нём стоит.", "The host has not said which version it runs.")
NO_FILE = Sentence("Для этой системы в версии нет файла.", "The version has no file for this system.")
NO_RIGHT = Sentence("Лицензия на эту версию не распространяется.", "No licence covers this version.")
UNDER_WAY = Sentence("Этот компьютер уже обновляется.", "This host is being updated already.")
NO_LOGIN = Sentence("Не введены имя и пароль (ключ) для входа.", "No login is kept for it.")
NO_RECIPE = Sentence("Не сказано, что и как на нём ставить.", "What is installed on it, and how, was not said.")
NO_KEY = Sentence("Ключ компьютера не подтверждён: проверьте связь.", "Its key is not confirmed: try the way there.")
KEY_CHANGED = Sentence("Ключ компьютера изменился: подтвердите новый.", "Its key has changed: confirm the new one.")
NOT_TRIED = Sentence("Связь ещё не проверяли: версия неизвестна.", "The way there was not tried: no version is known.")
OTHER_THERE = Sentence("На нём ставится другой продукт.", "Another product is installed on it.")
NOBODY_TO_ASK = Sentence(
    "На компьютере без программы обновления спросить некого: снимите вопрос или этот компьютер.",
    "Where no updater runs there is nobody to ask: leave the question out, or that host.",
)
TWICE = Sentence("Этот компьютер есть и в другом доступе.", "This host stands in another access too.")
NOT_OFFERED = Sentence("Версия не опубликована или остановлена.", "The version is not published, or halted.")
NOBODY = Sentence("Ни один из выбранных компьютеров обновить нельзя.", "None of the chosen hosts can be updated.")
NO_MOMENT = Sentence(
    "Назовите момент в будущем, не позже которого ставить.", "Give a moment to come: no later than it."
)
HALT_WRONG = Sentence("Порог — от 0 компьютеров и от 1 до 100 %.", "The limit: 0 hosts or more, and 1 to 100 %.")


class NothingToUpdateError(ConflictError):
    """Not one of the chosen hosts may get the release."""

    code = "nothing_to_update"


@dataclass(frozen=True, slots=True)
class Line:
    """One host of a plan. ``why`` None: it can be updated."""

    host: Host
    running: str
    why: Sentence | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a release goes to its hosts. ``forced_at`` (aware) only with ``timeforced``; ``halt_least`` 0: never halt."""

    host_ids: Collection[int]
    force: Force = Force.SOFT
    forced_at: datetime | None = None
    asks_host: bool = False
    halt_least: int = 3
    halt_percent: int = 20


@dataclass(slots=True)
class _Known:
    """What all lines of a plan share."""

    release: Release
    floors: Sequence[ProductVersion]
    free: bool
    at: datetime
    zone: tzinfo
    busy: set[int]
    rights: dict[tuple[int | None, ...], Rights] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


def publishable() -> list[Release]:
    """Releases that can be put on their way to a fleet, the newest first; one query."""
    rows = Release.objects.filter(state=ReleaseState.PUBLISHED.value)
    return list(rows.order_by("-published_at", "-id")[:100])


def plan(release_id: int) -> list[Line]:
    """Every host of an agreement that is not over, those that can be updated first. Raises NotAllowedError."""
    release = releases.by_id(release_id)
    lines = _judged(release, _hosts(None))
    return sorted(lines, key=lambda line: (line.why is not None, str(line.host.agreement.organisation), line.host.name))


@transaction.atomic
def start(release_id: int, wanted: Wanted, actor: Actor) -> Batch:
    """Put a release on its way to these hosts, each judged again. Raises NothingToUpdateError, InputError."""
    _check(wanted)
    hold(release_id, wanted.host_ids)
    release = releases.by_id(release_id)
    hosts = [line.host for line in _judged(release, _hosts(wanted.host_ids)) if line.why is None]
    if not hosts:
        raise NothingToUpdateError(NOBODY)
    if wanted.asks_host and any(host.way in REMOTE for host in hosts):
        raise InputError(NOBODY_TO_ASK, field="asks_host")
    moment = now()
    batch = Batch.objects.create(
        release=release,
        created_at=moment,
        created_by=actor.name[:200],
        halt_least=wanted.halt_least,
        halt_percent=wanted.halt_percent,
    )
    Run.objects.bulk_create(_run(batch, host, wanted.force, wanted.forced_at, moment, wanted) for host in hosts)
    record("update.planned", ("update", batch.pk), actor, {"version": release.version, "hosts": len(hosts)}, moment)
    return batch


def hold(release_id: int, host_ids: Collection[int]) -> None:
    """Until the transaction ends nobody halts this release, withdraws an access of these hosts or plans for them.

    Who did so a moment ago is waited for; so what is judged afterwards is what holds. Locked in one order everywhere.
    """
    list(Release.objects.select_for_update().filter(pk=release_id).values_list("pk"))
    theirs = Host.objects.filter(pk__in=list(host_ids)[:MOST]).values("agreement_id")
    list(Agreement.objects.select_for_update().filter(pk__in=theirs).order_by("pk").values_list("pk"))


def refusal(host: Host, release: Release) -> Sentence | None:
    """Why this one host can't get the release now; None: it can."""
    (line,) = _judged(release, [host])
    return line.why


def files_for(device: Device, release: Release) -> list[Artefact]:
    """The files of a release that the device can use, by what it reported of itself; the closest first."""
    asking = asking_of(device, Told(product=release.product))
    return fitting(release, asking)


def _run(
    batch: Batch, host: Host, force: str, forced_at: datetime | None, at: datetime, wanted: Wanted | None = None
) -> Run:
    return Run(
        batch=batch,
        agreement=host.agreement,
        host=host,
        device=host.device,
        release=batch.release,
        force=str(force),
        forced_at=forced_at,
        asks_host=bool(wanted and wanted.asks_host),
        state=RunState.SCHEDULED.value,
        version_before=host.device.version if host.device else "",
        created_at=at,
    )


def _check(wanted: Wanted) -> None:
    timed = wanted.force is Force.TIMEFORCED
    if timed and (wanted.forced_at is None or wanted.forced_at <= now()):
        raise InputError(NO_MOMENT, field="forced_at")
    if not (0 <= wanted.halt_least <= 1000 and 1 <= wanted.halt_percent <= 100):
        raise InputError(HALT_WRONG, field="halt_least")


def _hosts(ids: Collection[int] | None) -> list[Host]:
    rows = Host.objects.filter(agreement__state__in=[state.value for state in OPEN])
    if ids is not None:
        rows = rows.filter(pk__in=list(ids)[:MOST])
    with_ = ("agreement__organisation", "agreement__person", "device__person__organisation", "device__organisation",
             "device__holding_person", "device__person__merged_into")  # fmt: skip
    return list(rows.select_related(*with_).order_by("agreement_id", "name", "pk")[:MOST])


def _judged(release: Release, hosts: Iterable[Host]) -> list[Line]:
    hosts = list(hosts)
    line = releases.lines().get(release.product)
    published = releases.published(release.product, release.channel)
    release = next((each for each in published if each.pk == release.pk), release)  # with its files
    devices = [host.device_id for host in hosts if host.device_id is not None]
    busy = set(Run.objects.filter(device_id__in=devices, state__in=LIVE).values_list("device__pk", flat=True))
    moment = now()
    known = _Known(
        release=release,
        floors=[parse_version(each.version) for each in published if each.floor],
        free=line is not None and line.free,
        at=moment,
        zone=scheme_in_force(moment).scheme.zone,
        busy=busy,
    )
    return [Line(host, host.device.version if host.device else "", _why_not(host, known)) for host in hosts]


def _why_not(host: Host, known: _Known) -> Sentence | None:
    """The first reason that keeps a release from a host, the most fundamental first."""
    agreement, device = host.agreement, host.device
    if known.release.state != ReleaseState.PUBLISHED.value:
        return NOT_OFFERED
    state = AgreementState(agreement.state)
    if not in_force(state, agreement.valid_from, agreement.valid_until, known.at):
        return NOT_CONFIRMED if state is AgreementState.PROPOSED else NOT_IN_FORCE
    if known.release.product not in agreement.products:
        return OTHER_PRODUCT
    if host.way in REMOTE and (why := _not_ready(host, known)):
        return why
    if device is None:
        return NO_UPDATER
    if device.revoked_at is not None:
        return CUT_OFF
    return _version(device, known) or _right(device, known) or _once(device, known)


def _not_ready(host: Host, known: _Known) -> Sentence | None:
    """What is still to be said or tried before we can sign in by ourselves."""
    recipe = recipe_of(host.recipe)
    if host.secret is None:
        return NO_LOGIN
    if recipe is None:
        return NO_RECIPE
    if not host.fingerprint:
        return NO_KEY
    if host.shown:
        return KEY_CHANGED
    if host.device is None:
        return NOT_TRIED
    if recipe.product != known.release.product:
        return OTHER_THERE
    return None if file_for(host, known.release) or host.device.revoked_at else NO_FILE


def file_for(host: Host, release: Release) -> Artefact | None:
    """The file that is carried to a host which runs no updater: the closest of its kind; None: there is none."""
    recipe = recipe_of(host.recipe)
    if recipe is None or host.device is None:
        return None
    kinds = {ArtefactKind.EXE, ArtefactKind.MSI, ArtefactKind.ARCHIVE} if recipe.install is Install.SCRIPT else set()
    wanted = {each.value for each in kinds} or {recipe.install.value}
    return next((each for each in files_for(host.device, release) if each.kind in wanted), None)


def _version(device: Device, known: _Known) -> Sentence | None:
    if device.product and device.product != known.release.product:
        return Sentence(f"На компьютере другой продукт: {device.product}.", f"The host runs {device.product}.")
    try:
        running, version = parse_version(device.version), parse_version(known.release.version)
    except VersionError:
        return SILENT
    if running >= version:
        return Sentence(
            f"Уже стоит {device.version}: на ту же или более низкую версию не обновляют.",
            f"{device.version} runs there: never to the same or a lower version.",
        )
    floor = min((each for each in known.floors if running < each < version), default=None)
    if floor is not None:
        return Sentence(f"Сначала нужна версия {floor}.", f"Version {floor} has to come first.")
    return None if files_for(device, known.release) else NO_FILE


def _right(device: Device, known: _Known) -> Sentence | None:
    if known.free:
        return None
    key = (device.person_id, device.organisation_id, device.holding_person_id)
    if key not in known.rights:
        known.rights[key] = rights_of(device.person, device)
    licences, trials = known.rights[key]
    published = known.release.published_at or known.release.created_at
    right = version_right(known.at, known.zone, known.release.product, published, licences, trials)
    return None if right is VersionRight.GRANTED else NO_RIGHT


def _once(device: Device, known: _Known) -> Sentence | None:
    if device.pk in known.busy:
        return UNDER_WAY
    if device.pk in known.seen:
        return TWICE
    known.seen.add(device.pk)
    return None
