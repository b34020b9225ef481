"""Versions as their maker says it: drafted for a product of the scheme, filled by reading, confirmed, checked."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from okibi.channels.clean import text_safe
from okibi.channels.email.attachments import safe_name
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Requirement
from okibi.policy.scheme_values import Product
from okibi.releases import intake, selectors, services
from okibi.releases.intake import Given
from okibi.releases.models import Artefact, Release
from okibi.releases.services import Planned, ReleaseError
from okibi.schemes.services import in_force
from okibi.uploads import services as uploads

NO_PRODUCT = Sentence(
    "В схеме поддержки нет такого продукта: {codes}.", "The support scheme has no such product; it has {codes}."
)
_PIECE = 1024 * 1024


def products() -> tuple[Product, ...]:
    """The products of the scheme in force."""
    return tuple(in_force(now()).scheme.products)


def draft(planned: Planned, actor: Actor) -> Release:
    """A new draft of a product that the scheme knows. Raises ReleaseError, VersionError."""
    codes = [each.code for each in products()]
    if planned.product not in codes:
        said = ", ".join(codes)
        raise ReleaseError("product", Sentence(NO_PRODUCT.ru.format(codes=said), NO_PRODUCT.en.format(codes=said)))
    return services.draft(planned, actor)


@transaction.atomic
def change(release_id: int, planned: Planned, actor: Actor) -> Release:
    """Change a draft; its files are judged by the new words. Raises ReleaseError, ReleaseStateError, VersionError."""
    release = services.change(release_id, planned, actor)
    intake.judge_again(release, _requirement(release))
    return release


def add(release_id: int, given: Given, actor: Actor) -> Artefact:
    """Read a stored file and put it into a draft. Raises ReleaseError, ReleaseStateError, NotAllowedError."""
    release = selectors.by_id(release_id)
    return intake.take_in(release, given, _requirement(release), actor)


def add_upload(
    release_id: int, owner: str, upload_id: str, actor: Actor, place: tuple[str, str] = ("", "")
) -> Artefact:
    """The same with a whole upload of that owner. Raises also NoSuchUploadError, NotWholeError."""
    with transaction.atomic():
        (upload,) = uploads.take(owner, [upload_id])
        given = Given(upload.name, blobs.stored(upload.sha256), *place)
    given = Given(given.name, Blob.objects.get(pk=given.blob.pk), *place)
    return add(release_id, given, actor)


@transaction.atomic
def confirm(release_id: int, actor: Actor) -> Release:
    """What its files bring for the first time is right from now on. Raises NotAllowedError."""
    release = selectors.by_id(release_id)
    intake.pin(release, _requirement(release), actor)
    return release


def check(release_id: int, actor: Actor) -> Release:
    """Say that a draft is whole, by what holds now. Raises ReleaseError with everything that is wrong."""
    release = selectors.by_id(release_id)
    intake.judge_again(release, _requirement(release))
    return services.check(release_id, actor)


def judge_again(release_id: int) -> None:
    """Its files by what holds now; of what is published nothing changes."""
    release = selectors.by_id(release_id)
    intake.judge_again(release, _requirement(release))


def store_file(path: Path, name: str = "", *, platform: str = "", architecture: str = "") -> Given:
    """A file of this machine, stored in constant memory. Raises OSError."""
    folder = Path(settings.OKIBI_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, copy = tempfile.mkstemp(dir=folder)
    try:
        with path.open("rb") as source, os.fdopen(handle, "wb") as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        blob = blobs.take_file(Path(copy), digest.hexdigest(), size)
    finally:
        Path(copy).unlink(missing_ok=True)
    return Given(safe_name(text_safe(name or path.name)) or "file", blob, platform, architecture)


def _requirement(release: Release) -> Requirement | None:
    scheme = in_force(now()).scheme
    place = next((each.place for each in scheme.products if each.code == release.product), None)
    return scheme.environments.get(place) if place else None
