"""Making releases: drafted, filled with artefacts, checked, published, halted, withdrawn; each act on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseEvent, ReleaseState, ReleaseStateError, next_state
from okibi.policy.rollout import Ring
from okibi.policy.versions import parse_version
from okibi.releases.keys import version_key
from okibi.releases.kinds import ring_in_words
from okibi.releases.models import Artefact, ProductLine, Release

GONE = Sentence("Такой версии нет.", "There is no such version.")
THERE_ALREADY = Sentence("Такая версия этого продукта уже есть.", "This version of the product is there already.")
NOTHING_IN_IT = Sentence("В версии нет ни одного файла.", "The version has no file.")
NO_NOTES = Sentence("Опишите изменения хотя бы по-русски.", "Say what changed, in Russian at least.")
NO_REASON = Sentence("Назовите причину.", "Give a reason.")
PERCENT_WRONG = Sentence("Доля — от 0 до 100 %.", "A share is 0 to 100 %.")
NOT_OUT = Sentence("Версия не опубликована.", "The version is not published.")
NO_WAY_BACK = Sentence(
    "Круг и доля только растут; чтобы никто больше не получил версию, остановите её.",
    "Ring and share only grow; halt the version so that nobody else gets it.",
)


class ReleaseError(InputError):
    """A release that can't be so; ``field`` is where the mistake stands, ``why`` everything that is wrong."""

    code = "release"

    def __init__(self, field: str, *why: Sentence) -> None:
        super().__init__(why[0])
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Planned:
    """A release as somebody wants it. ``forced_below`` "": nobody must update."""

    product: str
    version: str
    channel: str = "stable"
    notes_ru: str = ""
    notes_en: str = ""
    floor: bool = False
    forced_below: str = ""
    ring: Ring = Ring.EVERYBODY
    percent: int = 100


@dataclass(frozen=True, slots=True)
class ReadArtefact:
    """An uploaded file as the reader found it (:mod:`okibi.releases.reading`); ``problems`` as {"code", "ru", "en"}."""

    name: str
    blob: Blob
    sha1: str
    platform: str
    architecture: str
    kind: str
    facts: Mapping[str, object]
    problems: Sequence[Mapping[str, str]] = ()


def line(product: str) -> ProductLine:
    """The rules of a product's packages; made empty at the first asking."""
    return ProductLine.objects.get_or_create(product=product)[0]


@transaction.atomic
def draft(planned: Planned, actor: Actor) -> Release:
    """A new draft. Raises ReleaseError, VersionError."""
    release = Release(product=planned.product, created_at=now(), created_by=actor.name)
    _fill(release, planned)
    release.save()
    _record("release.drafted", release, actor)
    return release


@transaction.atomic
def change(release_id: int, planned: Planned, actor: Actor) -> Release:
    """What is not published yet may still change, and is a draft again. Raises ReleaseError, ReleaseStateError."""
    release = _moved(release_id, ReleaseEvent.CHANGE)
    _fill(release, replace(planned, product=release.product))
    release.save()
    _record("release.changed", release, actor)
    return release


@transaction.atomic
def add_artefact(release_id: int, found: ReadArtefact, actor: Actor) -> Artefact:
    """Put a file that was read into a draft; one of the same platform, processor and kind takes the other's place."""
    release = _moved(release_id, ReleaseEvent.CHANGE)
    release.save(update_fields=["state"])
    place = {"platform": found.platform, "architecture": found.architecture, "kind": found.kind}
    release.artefacts.filter(**place).delete()
    artefact = Artefact.objects.create(
        release=release,
        **place,
        name=found.name,
        blob=found.blob,
        size=found.blob.size,
        sha1=found.sha1,
        facts=dict(found.facts),
        problems=[dict(each) for each in found.problems],
        added_at=now(),
        added_by=actor.name,
    )
    _record("release.artefact_added", release, actor, name=found.name)
    return artefact


@transaction.atomic
def remove_artefact(artefact_id: int, actor: Actor) -> Release:
    """Take a file out of a draft; its bytes are forgotten where nothing else has them."""
    artefact = Artefact.objects.filter(pk=artefact_id).first()
    if artefact is None:
        raise NotAllowedError(GONE)
    release = _moved(artefact.release_id, ReleaseEvent.CHANGE)
    release.save(update_fields=["state"])
    artefact.delete()
    transaction.on_commit(lambda: blobs.forget(artefact.blob_id) and None)
    _record("release.artefact_removed", release, actor, name=artefact.name)
    return release


def shortcomings(release: Release) -> list[Sentence]:
    """Everything that keeps a release from being published; three queries."""
    found = [] if release.notes_ru.strip() else [NO_NOTES]
    artefacts = list(release.artefacts.all())
    if not artefacts:
        found.append(NOTHING_IN_IT)
    found += _faults(artefacts)
    shipped = Release.objects.filter(
        product=release.product, state__in=[ReleaseState.PUBLISHED.value, ReleaseState.HALTED.value]
    )
    above = shipped.filter(channel=release.channel, version_key__gte=release.version_key).order_by("-version_key")
    highest = above.first()
    if highest is not None:
        found.append(_not_growing(highest.version))
    return found


def faults_of_files(release: Release) -> list[Sentence]:
    """Why files of a release can't be shipped, each with its file's name, as :func:`shortcomings` tells it."""
    return _faults(release.artefacts.all())


def _faults(artefacts: Iterable[Artefact]) -> list[Sentence]:
    return [
        Sentence(f"{file.name}: {each['ru']}", f"{file.name}: {each['en']}")
        for file in artefacts
        for each in file.problems
    ]


def _not_growing(published: str) -> Sentence:
    return Sentence(
        f"Номер версии не больше опубликованной {published}.", f"The version is not above the published {published}."
    )


@transaction.atomic
def check(release_id: int, actor: Actor) -> Release:
    """Say that a release is whole. Raises ReleaseError with everything that is wrong."""
    release = _moved(release_id, ReleaseEvent.CHECK)
    if wrong := shortcomings(release):
        raise ReleaseError("", *wrong)
    release.checked_at = now()
    release.save(update_fields=["state", "checked_at"])
    _record("release.checked", release, actor)
    return release


@transaction.atomic
def publish(release_id: int, actor: Actor) -> Release:
    """Offer a checked release from this moment on. Raises ReleaseError, ReleaseStateError.

    What follows from it (signed metadata, letters, tickets) is ``flows/release_publication``.
    """
    release = _moved(release_id, ReleaseEvent.PUBLISH)
    _one_at_a_time(release.product)
    if wrong := shortcomings(release):  # another one may have been published since it was checked
        raise ReleaseError("", *wrong)
    release.published_at = now()
    release.save(update_fields=["state", "published_at"])
    _record("release.published", release, actor)
    return release


def _one_at_a_time(product: str) -> None:
    """Two versions of a product that are published at once are compared with one another too."""
    list(ProductLine.objects.select_for_update().filter(pk=line(product).pk).values_list("pk"))


@transaction.atomic
def halt(release_id: int, reason: str, actor: Actor) -> Release:
    """Nobody new gets it from now on. Raises ReleaseError, ReleaseStateError."""
    release = _moved(release_id, ReleaseEvent.HALT)
    release.halted_at, release.reason = now(), _reason(reason)
    release.save(update_fields=["state", "halted_at", "reason"])
    _record("release.halted", release, actor, reason=release.reason)
    return release


@transaction.atomic
def resume(release_id: int, actor: Actor) -> Release:
    """A halted release goes on. Raises ReleaseStateError."""
    release = _moved(release_id, ReleaseEvent.RESUME)
    release.halted_at, release.reason = None, ""
    release.save(update_fields=["state", "halted_at", "reason"])
    _record("release.resumed", release, actor)
    return release


@transaction.atomic
def withdraw(release_id: int, reason: str, actor: Actor) -> Release:
    """Take a release back for good; a draft too. Raises ReleaseError, ReleaseStateError."""
    release = _moved(release_id, ReleaseEvent.WITHDRAW)
    release.withdrawn_at, release.reason = now(), _reason(reason)
    release.save(update_fields=["state", "withdrawn_at", "reason"])
    _record("release.withdrawn", release, actor, reason=release.reason)
    return release


@transaction.atomic
def go_further(release_id: int, ring: Ring, percent: int, actor: Actor) -> Release:
    """Widen the rollout of a published or halted release; it never narrows. Raises ReleaseError, ReleaseStateError."""
    release = _locked(release_id)
    if release.state not in (ReleaseState.PUBLISHED.value, ReleaseState.HALTED.value):
        raise ReleaseStateError(NOT_OUT)
    if not 0 <= percent <= 100:
        raise ReleaseError("percent", PERCENT_WRONG)
    order = [each.value for each in Ring]
    if (order.index(ring.value), percent) < (order.index(release.ring), release.percent):
        raise ReleaseError("percent", NO_WAY_BACK)
    release.ring, release.percent = ring.value, percent
    release.save(update_fields=["ring", "percent"])
    _record("release.rollout_changed", release, actor, ring=ring_in_words(ring), percent=percent)
    return release


def _fill(release: Release, planned: Planned) -> None:
    version = parse_version(planned.version)
    if not 0 <= planned.percent <= 100:
        raise ReleaseError("percent", PERCENT_WRONG)
    release.version, release.version_key = str(version), version_key(version)
    same = Release.objects.filter(product=release.product, version_key=release.version_key)
    if same.exclude(state=ReleaseState.WITHDRAWN.value).exclude(pk=release.pk or 0).exists():
        raise ReleaseError("version", THERE_ALREADY)
    release.channel = planned.channel
    release.notes_ru, release.notes_en = planned.notes_ru.strip(), planned.notes_en.strip()
    release.floor = planned.floor
    release.forced_below = str(parse_version(planned.forced_below)) if planned.forced_below.strip() else ""
    release.ring, release.percent = planned.ring.value, planned.percent


def _moved(release_id: int, event: ReleaseEvent) -> Release:
    release = _locked(release_id)
    release.state = next_state(ReleaseState(release.state), event).value
    return release


def _locked(release_id: int) -> Release:
    found = Release.objects.select_for_update().filter(pk=release_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReleaseError("reason", NO_REASON)
    return reason.strip()[:500]


def _record(code: str, release: Release, actor: Actor, **data: object) -> None:
    record(code, ("release", release.pk), actor, {"product": release.product, "version": release.version, **data})
