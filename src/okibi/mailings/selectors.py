"""Reading mailings and their lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When

from okibi.kernel.errors import NotAllowedError
from okibi.mailings.kinds import ARRIVED, TROUBLED, LineState
from okibi.mailings.models import Line, Link, Mailing
from okibi.mailings.services import GONE

PAGE = 100


@dataclass(frozen=True, slots=True)
class Course:
    """How many lines of a mailing are in each state."""

    counts: Mapping[LineState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Letters that have left, or never will."""
        return self.total - self.counts[LineState.QUEUED] - self.counts[LineState.HANDED]

    @property
    def arrived(self) -> int:
        return sum(self.counts[state] for state in ARRIVED)

    @property
    def troubled(self) -> int:
        return sum(self.counts[state] for state in TROUBLED)

    @property
    def percent(self) -> int:
        return 100 * self.left // self.total if self.total else 100


def by_id(mailing_id: int) -> Mailing:
    """With its release. Raises NotAllowedError."""
    found = Mailing.objects.select_related("release").filter(pk=mailing_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def of_release(release_id: int) -> Mailing | None:
    """The mailing of a release, or None."""
    return Mailing.objects.select_related("release").filter(release_id=release_id).first()


def all_mailings(limit: int = 100) -> list[tuple[Mailing, Course]]:
    """The newest first, with their courses; two queries."""
    mailings = list(Mailing.objects.select_related("release").order_by("-pk")[:limit])
    courses = _courses([each.pk for each in mailings])
    return [(each, courses[each.pk]) for each in mailings]


def course(mailing_id: int) -> Course:
    """The course of one mailing; one query."""
    return _courses([mailing_id])[mailing_id]


def _courses(ids: Sequence[int]) -> dict[int, Course]:
    found = {pk: dict.fromkeys(LineState, 0) for pk in ids}
    counted = Line.objects.filter(mailing_id__in=ids).values_list("mailing_id", "state").annotate(n=Count("pk"))
    for mailing_id, state, count in counted.order_by():
        found[mailing_id][LineState(state)] = count
    return {pk: Course(counts) for pk, counts in found.items()}


def lines(mailing_id: int, state: LineState | None = None, query: str = "", after: int = 0) -> Sequence[Line]:
    """Lines of a mailing, troubled ones first; ``after``: how many were shown already. One more than a page: more.

    Each says by ``has_link`` whether a link of its letters was not taken back.
    """
    links = Link.objects.filter(line=OuterRef("pk"), revoked_at__isnull=True)
    rows = Line.objects.filter(mailing_id=mailing_id).annotate(has_link=Exists(links))
    if state is not None:
        rows = rows.filter(state=state.value)
    if query.strip():
        text = query.strip()
        rows = rows.filter(
            Q(key__contains=text.lower()) | Q(name__icontains=text) | Q(organisation_name__icontains=text)
        )
    troubled = When(state__in=[each.value for each in TROUBLED], then=Value(0))
    first = Case(troubled, default=Value(1), output_field=IntegerField())
    return list(rows.order_by(first, "pk")[after : after + PAGE + 1])


def of_people(person_ids: Collection[int], limit: int = 500) -> Sequence[Line]:
    """The letters with versions that went to these cards, the newest first; with mailing and release."""
    rows = Line.objects.filter(person_id__in=person_ids).select_related("mailing__release")
    return list(rows.order_by("-pk")[:limit])


def line(line_id: int) -> Line:
    """One line with its mailing. Raises NotAllowedError."""
    found = Line.objects.select_related("mailing__release").filter(pk=line_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found
