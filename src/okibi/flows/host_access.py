"""Hosts that run no updater: the login that is kept for them, the key that is confirmed, the way that is tried.

docs/adr/0021. Nothing is reached outside an agreement that is confirmed and in force, at the one address and port that
it names; a changed key stops everything until a person has confirmed it.
"""

import secrets
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from okibi.accounts.roles import Role
from okibi.accounts.selectors import active_staff
from okibi.environments import services as environments
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.models import Device
from okibi.flows import installation_report, staff_letters, update_runs, update_wake
from okibi.flows.answers import zone_name
from okibi.flows.links import absolute
from okibi.flows.update_plan import file_for
from okibi.flows.update_runs import Said
from okibi.flows.update_wake import NoWayError
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState
from okibi.policy.update_states import BEFORE_INSTALLING, NOT_BEGUN
from okibi.policy.versions import VersionError, parse_version
from okibi.policy.wording import on_moment
from okibi.updates import vault
from okibi.updates.kinds import Way
from okibi.updates.models import Host, Run
from okibi.updates.recipe import Recipe, checked, recipe_of
from okibi.updates.remote import ssh, words
from okibi.updates.remote.values import Facts, Line, Login, LostError, ReachError, Shell
from okibi.updates.remote.ways import dialect_of, opened
from okibi.updates.runs import GONE
from okibi.updates.vault import REMOTE
from okibi.updates.waking import Tried

LONGEST_SECRET = 16_000
BEFORE_HOURS = timedelta(hours=4)  # so long before a window the way is tried by itself
MOST = 40  # hosts of one round
NOT_REMOTE = Sentence("На этот компьютер мы сами не входим.", "We don't sign in at this host ourselves.")
NO_NAME = Sentence("Назовите имя для входа.", "Name the account to sign in with.")
ONE_SECRET = Sentence("Нужен либо пароль, либо закрытый ключ.", "Either a password or a private key is needed.")
BAD_KEY = Sentence(
    "Это не закрытый ключ Ed25519, ECDSA или RSA (OpenSSH, PEM, PKCS #8).",
    "That is no private key (Ed25519, ECDSA or RSA; OpenSSH, PEM, PKCS #8).",
)
LOCKED_KEY = Sentence(
    "Ключ защищён паролем, а ночью его некому набрать: снимите пароль (ssh-keygen -p) или дайте отдельный ключ.",
    "A passphrase protects the key, and nobody is there to type it at night: take it off (ssh-keygen -p)"
    " or make a key for this alone.",
)
ONLY_PASSWORD = Sentence("Для WinRM нужен пароль.", "WinRM needs a password.")
OTHER_KEY = Sentence(
    "Компьютер показал уже другой ключ: проверьте связь ещё раз.", "The host has shown another key since: try again."
)


def host_of(host_id: int) -> Host:
    """A host that we sign in at ourselves, with its agreement. Raises NotAllowedError."""
    rows = Host.objects.select_related("agreement__organisation", "agreement__person", "agreement__ticket", "device")
    host = rows.filter(pk=host_id, way__in=REMOTE).first()
    if host is None:
        raise NotAllowedError(GONE)
    return host


# ---------------------------------------------------------------- what a person says


@transaction.atomic
def keep_login(host_id: int, name: str, password: str, key: str, actor: Actor) -> Host:
    """Lay down the login of a host, sealed, in place of any before. Raises InputError (field), NoWayError."""
    host = _allowed(host_id)
    key = key.strip().replace("\r\n", "\n")
    if not name.strip() or len(name.strip()) > 120 or not name.isprintable():
        raise InputError(NO_NAME, field="login")
    if bool(password) == bool(key) or len(password) + len(key) > LONGEST_SECRET:
        raise InputError(ONE_SECRET, field="password")
    if key and host.way != Way.SSH.value:
        raise InputError(ONLY_PASSWORD, field="key")
    if key:
        try:
            ssh.private_key(key + "\n")
        except ValueError as error:
            locked = isinstance(error, ssh.PassphraseError)
            raise InputError(LOCKED_KEY if locked else BAD_KEY, field="key") from None
    login = Login(name.strip(), password, key + "\n" if key else "")
    vault.keep(host, login, actor.name, now())
    _record("agreement.login_kept", host, actor, login=login.name)
    return host


@transaction.atomic
def forget_login(host_id: int, actor: Actor) -> None:
    """Forget it at once. Raises NotAllowedError."""
    host = host_of(host_id)
    if vault.forget(host):
        _record("agreement.login_forgotten", host, actor)


@transaction.atomic
def keep_recipe(host_id: int, recipe: Recipe, actor: Actor) -> Host:
    """What is installed there and how. Raises RecipeError, NoWayError."""
    host = _allowed(host_id)
    found = checked(recipe, Way(host.way), host.agreement.products)
    if host.recipe != found.as_json():
        host.recipe = found.as_json()
        host.save(update_fields=["recipe"])
        _record("agreement.recipe_kept", host, actor)
    return host


@transaction.atomic
def confirm_key(host_id: int, shown: str, actor: Actor) -> Host:
    """The key that the host showed is its own: a person compared it. Raises NoWayError (another one meanwhile)."""
    host = _allowed(host_id)
    if not shown or host.shown != shown:
        raise NoWayError(OTHER_KEY)
    host.fingerprint, host.shown = shown, ""
    host.save(update_fields=["fingerprint", "shown"])
    _record("agreement.key_confirmed", host, actor, fingerprint=shown)
    return host


# ---------------------------------------------------------------- the way there


def try_way(host_id: int, actor: Actor) -> Tried:
    """Try the way to any host that granted a port, keep how it went. Raises NotAllowedError, NoWayError."""
    if Host.objects.filter(pk=host_id, way__in=REMOTE).exists():
        return _tried(_allowed(host_id), actor)
    return update_wake.try_way(host_id, actor)


def try_before_hours() -> int:
    """Try hosts whose update waits for hours that begin soon, once for each; who ships versions hears what is closed.

    Gives how many could not be reached.
    """
    moment, closed = now(), 0
    for run, opens in _soon(moment):
        if stopping.asked():
            break
        host = host_of(run.host_id)
        try:
            tried = _tried(host, SYSTEM)
        except OkibiError:  # withdrawn meanwhile
            continue
        if tried.code != words.REACHED.code:
            closed += 1
            _tell(run, tried, opens)
    return closed


def session(host: Host, login: Login | None, trail: list[Line]) -> AbstractContextManager[Shell]:
    """The way in, its steps in ``trail``. Entering raises ReachError; what is done inside, LostError."""
    return opened(host, login, trail, inside=bool(settings.OKIBI_UPDATES_WAKE_INSIDE))


def _tried(host: Host, actor: Actor) -> Tried:
    login, trail = vault.for_test(host, now()), list[Line]()
    try:
        with session(host, login, trail) as shell:
            recipe = recipe_of(host.recipe)
            facts = dialect_of(host).facts(shell, recipe)
            tried = _judged(facts, recipe, trail, _needed(host))
            if recipe is not None:
                found(host, facts, recipe)
    except ReachError as error:
        tried = error.tried
        showed(host, error)
    except LostError:
        tried = words.LOST
    keep_test(host, tried, trail)
    record("update.tested", ("agreement", host.agreement_id), actor, {"host": host.name, "result": _said(tried)})
    return tried


def _needed(host: Host) -> int:
    """Bytes of the file that is on its way to a host; 0 where nothing is."""
    rows = Run.objects.select_related("release").filter(
        host=host, state__in=[state.value for state in BEFORE_INSTALLING]
    )
    run = rows.order_by("id").first()
    file = file_for(host, run.release) if run is not None else None
    return file.size if file is not None else 0


def _judged(facts: Facts, recipe: Recipe | None, trail: list[Line], needed: int) -> Tried:
    trail.append(Line(True, words.system(" ".join(facts.system.values()))))
    if facts.lacks:
        return words.lacking(facts.lacks)
    if recipe is None:
        return words.NO_RECIPE
    if (way := words.in_the_way(facts.denied, facts.mounted)) is not None:
        return way
    if facts.free_mb is not None:
        if too_little(facts.free_mb, needed):
            return words.no_room(facts.free_mb)
        trail.append(Line(True, words.room(facts.free_mb)))
    try:
        parse_version(facts.version)
    except VersionError:
        return words.NO_VERSION
    trail.append(Line(True, words.version(facts.version)))
    return words.REACHED


def too_little(free_mb: int, size: int) -> bool:
    """Whether a file of so many bytes, and what is unpacked of it, does not fit."""
    return free_mb * 1024 * 1024 < 2 * size


def keep_test(host: Host, tried: Tried, trail: list[Line]) -> None:
    """How the way went last, line by line."""
    lines = [line.as_json() for line in trail]
    said = {"ok": tried.code == words.REACHED.code, "code": tried.code, **_said(tried)}
    if not said["ok"]:
        lines.append({"ok": False, **_said(tried)})
    Host.objects.filter(pk=host.pk).update(last_test_at=now(), last_test={**said, "lines": lines})


def showed(host: Host, error: ReachError) -> None:
    """A key that nobody has confirmed is kept for a person; one that changed stops everything at the host."""
    if error.tried.code not in {words.KEY_NEW.code, words.KEY_CHANGED.code} or host.shown == error.shown:
        return
    with transaction.atomic():
        Host.objects.filter(pk=host.pk).update(shown=error.shown)
        host.shown = error.shown
        if error.tried.code == words.KEY_CHANGED.code:
            _record("agreement.key_changed", host, SYSTEM, fingerprint=error.shown or "—")
            stop_all(host, error.tried.sentence)


def stop_all(host: Host, why: Sentence) -> None:
    """End every run of a host that has not begun to install, named."""
    rows = Run.objects.filter(host=host, state__in=[state.value for state in BEFORE_INSTALLING])
    for run in rows.select_related("device"):
        if run.device is not None:
            update_runs.told(run.device, run.pk, Said("rejected", details=[why.ru], sentence=why))


def found(host: Host, facts: Facts, recipe: Recipe) -> None:
    """What a host said of itself: a device of the customer's, made at first; the circle goes by its version."""
    if host.device is None and facts.version:
        with transaction.atomic():
            host.device = _known_before(host) or _new_device(host)
            Host.objects.filter(pk=host.pk).update(device=host.device)
    if host.device is not None and facts.version and host.device.revoked_at is None:
        report = {**host.device.report, "system": facts.system}
        host.device = installation_report.reported(
            host.device.pk, product=recipe.product, version=facts.version, report=report
        )


def _known_before(host: Host) -> Device | None:
    """The device that an earlier agreement of the same customer found at this very place."""
    agreement = host.agreement
    rows = Host.objects.filter(agreement__organisation=agreement.organisation)
    if agreement.organisation is None:
        rows = rows.filter(agreement__person=agreement.person)
    here = rows.filter(way=host.way, address=host.address, port=host.port)
    known = here.filter(device__enrolled_by=EnrolledBy.ACCESS.value, device__revoked_at=None).order_by("-pk").first()
    return known.device if known else None


def _new_device(host: Host) -> Device:
    organisation, person = host.agreement.organisation, host.agreement.person
    return environments.create_device(
        secret=secrets.token_urlsafe(32),  # nobody holds it: this device never asks
        kind=DeviceKind.SERVER,
        enrolled_by=EnrolledBy.ACCESS,
        name=host.name,
        person=None if organisation else person,
        organisation=organisation,
        holding_person=None if organisation else person,
    )


def _soon(moment: datetime) -> list[tuple[Run, datetime]]:
    rows = Run.objects.select_related("agreement", "host", "release").filter(
        state__in=[state.value for state in NOT_BEGUN],
        host__way__in=REMOTE,
        release__state="published",
        agreement__state=AgreementState.CONFIRMED.value,
        agreement__valid_until__gt=moment,
    )
    due = []
    for run in rows.order_by("host__last_test_at", "id")[: MOST * 4]:
        windows = run.agreement.hours
        opens = windows.next_opening(moment)
        known = run.host.last_test_at is not None and run.host.last_test_at >= opens - BEFORE_HOURS
        if not windows.is_any_time and moment < opens <= moment + BEFORE_HOURS and not known:
            due.append((run, opens))
    return due[:MOST]


def _tell(run: Run, tried: Tried, opens: datetime) -> None:
    zone, whose = ZoneInfo(run.agreement.zone), run.agreement.organisation or run.agreement.person
    fields = {
        "device": run.host.name,
        "organisation": whose.name if whose else "",
        "version": run.release.version,
        "what": tried.sentence,
        "since": on_moment(opens.astimezone(zone), now().astimezone(zone).year),
        "zone_name": zone_name(zone),
        "link": absolute(f"/console/updates/host/{run.host_id}/"),
    }
    asked_by = run.agreement.asked_by_id
    for staff in active_staff():
        if staff.pk == asked_by or staff.has_role(Role.RELEASES, Role.LEADING):
            staff_letters.tell(
                staff, "host_closed", fields, f"host_closed:{run.host_id}:{opens.timestamp():.0f}:{staff.pk}"
            )


def _allowed(host_id: int) -> Host:
    host = host_of(host_id)
    if not host.agreement.is_in_force(now()):
        raise NoWayError(update_wake.NOT_IN_FORCE)
    return host


def _said(tried: Tried) -> dict[str, str]:
    return tried.sentence.as_dict()


def _record(code: str, host: Host, actor: Actor, **data: str) -> None:
    record(code, ("agreement", host.agreement_id), actor, {"host": host.name, **data})
