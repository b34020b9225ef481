"""Who gets a mobile version: every address of the registry, and of those left out the reason."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.db.models import Q

from okibi.customers.models import EmailAddress, Licence, Trial
from okibi.customers.selectors import right_of
from okibi.environments.models import Device
from okibi.mailings.kinds import LeftOut
from okibi.policy import entitlement
from okibi.policy.version_right import VersionRight, version_right
from okibi.policy.versions import ProductVersion, VersionError, parse_version
from okibi.releases.models import ProductLine, Release

LEFT_OUT_OF_RIGHT = {
    VersionRight.NO_RIGHT: LeftOut.NO_RIGHT,
    VersionRight.MAINTENANCE_ENDED: LeftOut.MAINTENANCE_ENDED,
}
Holder = tuple[str, int]
Rights = tuple[list[entitlement.Licence], list[entitlement.Trial]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets a letter and who does not; both by name."""

    taken: Sequence[EmailAddress] = ()
    left_out: Sequence[tuple[EmailAddress, LeftOut]] = ()
    counts: Mapping[LeftOut, int] = field(default_factory=dict)


def audience_of(release: Release, at: datetime, zone: tzinfo) -> Audience:
    """Judge every address of the registry at ``at`` (aware); five queries, whatever their number.

    A release that is not published yet is judged as if it were now.
    """
    emails = registry()
    free = ProductLine.objects.filter(product=release.product, free=True).exists()
    rights = {} if free else _rights(emails)
    newest = newest_versions({email.person_id for email in emails}, release.product)
    version = parse_version(release.version)
    published = release.published_at or at
    judged: dict[tuple[int | None, int], LeftOut | None] = {}
    taken: list[EmailAddress] = []
    left_out: list[tuple[EmailAddress, LeftOut]] = []
    for email in emails:
        who = (email.person.organisation_id, email.person_id)
        if who not in judged:
            right = VersionRight.GRANTED if free else version_right(
                at, zone, release.product, published, *_of(rights, who)
            )  # fmt: skip
            judged[who] = LEFT_OUT_OF_RIGHT.get(right)
        why = LeftOut.BOUNCED if email.bounced_at else judged[who]
        if why is None and email.person_id in newest and newest[email.person_id] >= version:
            why = LeftOut.HAS_IT
        if why is None:
            taken.append(email)
        else:
            left_out.append((email, why))
    counts: dict[LeftOut, int] = defaultdict(int)
    for _, why in left_out:
        counts[why] += 1
    return Audience(taken, left_out, dict(counts))


def registry() -> list[EmailAddress]:
    """Every address that bears the flag, by its person's name; one query."""
    rows = EmailAddress.objects.filter(mobile_mailing=True, person__merged_into__isnull=True)
    return list(rows.select_related("person__organisation").order_by("person__name_key", "pk"))


def newest_versions(person_ids: Iterable[int], product: str) -> dict[int, ProductVersion]:
    """The highest version of a product that each person's devices report; one query."""
    devices = Device.objects.filter(person_id__in=list(person_ids), product=product, revoked_at__isnull=True)
    found: dict[int, ProductVersion] = {}
    for person_id, text in devices.exclude(version="").values_list("person_id", "version"):
        try:
            version = parse_version(text)
        except VersionError:  # a device says what it likes
            continue
        if person_id not in found or version > found[person_id]:
            found[person_id] = version
    return found


def _rights(emails: Iterable[EmailAddress]) -> dict[Holder, Rights]:
    organisations = {email.person.organisation_id for email in emails if email.person.organisation_id}
    people = {email.person_id for email in emails}
    mine = Q(organisation_id__in=organisations) | Q(person_id__in=people)
    found: dict[Holder, Rights] = defaultdict(lambda: ([], []))
    for licence in Licence.objects.filter(mine).select_related("organisation", "person"):
        found[_holder(licence)][0].append(right_of(licence))
    for trial in Trial.objects.filter(mine):
        found[_holder(trial)][1].append(right_of(trial))
    return found


def _holder(row: Licence | Trial) -> Holder:
    return ("organisation", row.organisation_id) if row.organisation_id else ("person", row.person_id or 0)


def _of(rights: Mapping[Holder, Rights], who: tuple[int | None, int]) -> Rights:
    organisation, person = who
    own = rights.get(("person", person), ([], []))
    shared = rights.get(("organisation", organisation), ([], [])) if organisation else ([], [])
    return own[0] + shared[0], own[1] + shared[1]
