"""Versions for build servers. Every act is named by product and number, and may be sent again."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shown_vendor
from okibi.api.auth import ApiKey, caller_name, key_of
from okibi.api.given import Name, PackageGiven, ReasonGiven, ReleaseGiven
from okibi.api.repeats import answer, repeatable
from okibi.flows import release_intake, release_publication
from okibi.journal.services import Actor
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.once_only import Answer
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.releases import listing, selectors
from okibi.releases.services import GONE, Planned

router = Router(tags=["vendor: releases"])
KEY = ApiKey(Scope.RELEASES)
ONE = "/releases/{product}/{version}"


@router.get("/releases/{product}", response=list[shapes.Release], auth=KEY, operation_id="listReleases")
def listed(request: HttpRequest, product: Name) -> list[dict[str, Any]]:
    """The versions of a product, the highest first, withdrawn ones too."""
    del request
    return [shown_vendor.release(each) for each in selectors.of_product(product)]


@router.get(ONE, response=shapes.Release, auth=KEY, operation_id="getRelease")
def one(request: HttpRequest, product: Name, version: Name) -> dict[str, Any]:
    """One version."""
    del request
    return shown_vendor.release(selectors.by_id(_id(product, version)))


@router.put(ONE, response=shapes.Release, auth=KEY, operation_id="draftRelease")
def draft(request: HttpRequest, product: Name, version: Name, given: ReleaseGiven) -> dict[str, Any]:
    """Make a draft, or change it."""
    planned = Planned(**{**given.model_dump(), "product": product, "version": version, "ring": Ring(given.ring)})
    known = listing.numbered(product, version)
    if known is None:
        return _shown(release_intake.draft(planned, _actor(request)).pk)
    return _shown(release_intake.change(known.pk, planned, _actor(request)).pk)


@router.post(ONE + "/files", response=shapes.Release, auth=KEY, operation_id="addPackage")
@repeatable(needed=False)
def add(request: HttpRequest, product: Name, version: Name, given: PackageGiven) -> Answer:
    """Read a whole upload of this key and put it into the draft; its problems stand beside it."""
    found = _id(product, version)
    place = (given.platform, given.architecture)
    release_intake.add_upload(found, caller_name(request), given.upload, _actor(request), place)
    return answer(200, _shown(found))


@router.post(ONE + "/check", response=shapes.Release, auth=KEY, operation_id="checkRelease")
def check(request: HttpRequest, product: Name, version: Name) -> dict[str, Any]:
    """Say that it is whole."""
    return _shown(release_intake.check(_id(product, version), _actor(request)).pk)


@router.post(ONE + "/publish", response=shapes.Release, auth=KEY, operation_id="publishRelease")
def publish(request: HttpRequest, product: Name, version: Name) -> dict[str, Any]:
    """Check it and offer it to everybody it is for."""
    found = _id(product, version)
    if selectors.by_id(found).state != ReleaseState.PUBLISHED:
        release_intake.check(found, _actor(request))
        release_publication.publish(found, _actor(request))
    return _shown(found)


@router.post(ONE + "/halt", response=shapes.Release, auth=KEY, operation_id="haltRelease")
def halt(request: HttpRequest, product: Name, version: Name, given: ReasonGiven) -> dict[str, Any]:
    """Nobody new gets it."""
    found = _id(product, version)
    if selectors.by_id(found).state != ReleaseState.HALTED:
        release_publication.halt(found, given.reason, _actor(request))
    return _shown(found)


@router.post(ONE + "/resume", response=shapes.Release, auth=KEY, operation_id="resumeRelease")
def resume(request: HttpRequest, product: Name, version: Name) -> dict[str, Any]:
    """A halted one goes on."""
    found = _id(product, version)
    if selectors.by_id(found).state != ReleaseState.PUBLISHED:
        release_publication.resume(found, _actor(request))
    return _shown(found)


@router.post(ONE + "/withdraw", response=shapes.Release, auth=KEY, operation_id="withdrawRelease")
@repeatable(needed=False)
def withdraw(request: HttpRequest, product: Name, version: Name, given: ReasonGiven) -> Answer:
    """Take it back for good; its number is free again, so a repeat without the first one's key finds nothing."""
    found = _id(product, version)
    release_publication.withdraw(found, given.reason, _actor(request))
    return answer(200, _shown(found))


def _id(product: str, version: str) -> int:
    found = listing.numbered(product, version)
    if found is None:
        raise NotAllowedError(GONE)
    return int(found.pk)


def _shown(release_id: int) -> dict[str, Any]:
    return shown_vendor.release(selectors.by_id(release_id))


def _actor(request: HttpRequest) -> Actor:
    return key_of(request).actor
