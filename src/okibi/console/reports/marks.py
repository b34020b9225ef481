"""What requesters think of the answers, as the report shows it: by month, by class, and the low ones in their words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from okibi.console.reports.charts import Line, Point, columns
from okibi.console.reports.tables import DASH, month_short, month_words, share_words
from okibi.policy.scheme_values import Scheme
from okibi.tickets.ratings import GOOD, Marks, Rated, together
from okibi.tickets.reports import Months

HIGHEST = 5.0
Found = Mapping[tuple[date, str], Marks]


def mark_words(average: float | None) -> str:
    """«4,6»: one decimal."""
    if average is None:
        return DASH
    text = f"{average:.1f}"
    return text.replace(".", ",") if (get_language() or "ru").startswith("ru") else text


def section(found: Found, low: Sequence[Rated], months: Months, scheme: Scheme) -> dict[str, Any]:
    """Chart and table by month, table by class, list of the low ones; "total" 0 where nothing was rated."""
    by_month = [
        (month, together(each for (of, _kind), each in found.items() if of == month)) for month in months.each()
    ]
    whole = together(iter(found.values()))
    points = [
        Point(month_short(month), each.average, mark_words(each.average), bad=(each.average or HIGHEST) < GOOD)
        for month, each in by_month
    ]
    words = _("whole period: %(mark)s") % {"mark": mark_words(whole.average)}
    lines = [Line(whole.average, words, firm=False)] if whole.average else []
    return {
        "total": whole.count,
        "average": mark_words(whole.average),
        "share": share_words(whole.share),
        "chart": columns("chart-marks", _("Average mark by month"), points, lines, top=HIGHEST),
        "columns": [
            {"title": pgettext("report", "Month")},
            *({"title": title, "num": True} for title in (_("Marks"), _("Average mark"), _("Share of 4 and 5"))),
        ],
        "rows": [
            *([{"text": month_words(month)}, *_cells(each)] for month, each in reversed(by_month)),
            [{"text": _("Whole period")}, *_cells(whole)],
        ],
        "classes": _by_class(found, months, scheme),
        "low": [_low(each, scheme) for each in low],
    }


def _cells(marks: Marks) -> list[dict[str, Any]]:
    texts = (str(marks.count), mark_words(marks.average), share_words(marks.share))
    return [{"text": text, "num": True} for text in texts]


def _by_class(found: Found, months: Months, scheme: Scheme) -> dict[str, Any]:
    """A row per class that was rated: its average in each month, the newest first, with how many marks that is of."""
    each_month = months.each()[::-1]
    order = {code: number for number, code in enumerate(scheme.classes)}
    kinds = sorted({kind for _month, kind in found}, key=lambda kind: (order.get(kind, len(order)), kind))
    titles = [_("Whole period"), *(month_short(month) for month in each_month)]
    return {
        "columns": [{"title": pgettext("report", "Class")}, *({"title": title, "num": True} for title in titles)],
        "rows": [
            [
                {"text": kind_words(kind, scheme)},
                _cell(together(each for (_month, of), each in found.items() if of == kind)),
                *(_cell(found.get((month, kind), Marks())) for month in each_month),
            ]
            for kind in kinds
        ],
    }


def _cell(marks: Marks) -> dict[str, Any]:
    text = f"{mark_words(marks.average)}\N{NO-BREAK SPACE}({marks.count})" if marks.count else DASH
    return {"text": text, "num": True}


def kind_words(kind: str, scheme: Scheme) -> str:
    """The class by its title in the reader's language."""
    words = scheme.classes[kind].title.in_language(get_language() or "ru") if kind in scheme.classes else kind
    return f"{words[:1].upper()}{words[1:]}"


def _low(rated: Rated, scheme: Scheme) -> dict[str, Any]:
    return {
        "rated": rated,
        "kind": kind_words(rated.kind, scheme),
        "stars": "★" * rated.score + "☆" * (int(HIGHEST) - rated.score),
        "url": reverse("console-ticket", args=[rated.number]),
    }


def mark_list(every: Iterator[Rated], scheme: Scheme) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """A row per rating."""
    titles = (
        pgettext("report", "Date"),
        pgettext("report", "Request"),
        pgettext("report", "Class"),
        pgettext("report", "Mark"),
        pgettext("report", "In words"),
        pgettext("report", "Specialist"),
    )
    rows = (
        (
            f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}",
            one.number,
            kind_words(one.kind, scheme),
            one.score,
            one.text,
            one.by,
        )
        for one in every
    )
    return titles, rows
