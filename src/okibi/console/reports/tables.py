"""The report's figures as charts, tables and lists, in the active language."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from okibi.console.desk.present import STATE_CHIPS
from okibi.console.reports.charts import Line, Point, columns, rows
from okibi.console.reports.figures import ClassReport, SpecialistReport, hours
from okibi.kernel.human import duration_text
from okibi.kernel.sentence import Sentence
from okibi.policy.term_values import Hours, Term
from okibi.policy.ticket_states import State
from okibi.tickets.reports import Months, Reaction, Reactions

MONTHS_RU = (
    *("январь", "февраль", "март", "апрель", "май", "июнь"),
    *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT_RU = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
SHORT_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DASH = "—"


def _russian() -> bool:
    return (get_language() or "ru").startswith("ru")


def _say(sentence: Sentence) -> str:
    return sentence.in_language(get_language() or "ru")


def month_words(month: date) -> str:
    """«ноябрь 2026»."""
    return f"{(MONTHS_RU if _russian() else MONTHS_EN)[month.month - 1]} {month.year}"


def month_short(month: date) -> str:
    """«ноя», with the year where it begins: «янв 27»."""
    name = (SHORT_RU if _russian() else SHORT_EN)[month.month - 1]
    return f"{name} {month:%y}" if month.month == 1 else name


def span_words(span: timedelta | None) -> str:
    """Working time in hours and minutes; a dash where there is none."""
    return DASH if span is None else duration_text(span, get_language())


def span_short(span: timedelta | None) -> str:
    """A span as a chart has room for it: «39 мин», «2,5 ч», «14 ч»."""
    if span is None or span < timedelta(hours=1):
        return span_words(span)
    value = span / timedelta(hours=1)
    number = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{number.replace('.', ',')} ч" if _russian() else f"{number} h"


def share_words(share: float | None) -> str:
    """Whole hundredths; never 100 % where one term was missed, never 0 % where one was kept."""
    if share is None:
        return DASH
    whole = round(share * 100)
    whole = min(whole, 99) if share < 1 else whole
    whole = max(whole, 1) if share > 0 else whole
    return f"{whole}\N{NO-BREAK SPACE}%" if _russian() else f"{whole}%"


def class_section(report: ClassReport) -> dict[str, Any]:
    """One class: its chart with the promise across, and the table beside it."""
    kind = report.kind
    points = [
        Point(
            month_short(one.month),
            hours(one.reaction.average),
            span_short(one.reaction.average),
            bad=(one.reaction.average or timedelta()) > report.due,
        )
        for one in report.months
    ]
    lines = [
        Line(hours(report.due) or 0, _("to: %(term)s") % {"term": _term(kind.due, report.due)}),
        Line(hours(report.aim) or 0, _("from: %(term)s") % {"term": _term(kind.aim, report.aim)}, firm=False),
    ]
    title = _say(kind.title)
    title = f"{title[:1].upper()}{title[1:]}"
    cells = [[{"text": month_words(one.month)}, *_cells(one.reaction)] for one in reversed(report.months)]
    return {
        "title": title,
        "promised": kind.promised,
        "total": report.total,
        "average": span_words(report.total.average),
        "share": share_words(report.total.share),
        "chart": columns(f"chart-{kind.code}", _("Average reaction: %(kind)s") % {"kind": title}, points, lines),
        "caption": _("By month of placing"),
        "columns": [{"title": pgettext("report", "Month")}, *_columns()],
        "rows": [*cells, [{"text": _("Whole period")}, *_cells(report.total)]],
    }


def _term(term: Term, span: timedelta) -> str:
    said = _say(term.sentence)
    worth = span_words(timedelta(hours=round(span / timedelta(hours=1))))
    return said if isinstance(term, Hours) else _("%(term)s (%(hours)s)") % {"term": said, "hours": worth}


def _columns() -> list[dict[str, Any]]:
    names = (
        pgettext("report", "Placed"),
        pgettext("report", "Answered"),
        _("Average reaction"),
        pgettext("report", "Late"),
        pgettext("report", "Within term"),
    )
    return [{"title": name, "num": True} for name in names]


def _cells(one: Reaction) -> list[dict[str, Any]]:
    texts = (str(one.placed), str(one.reacted), span_words(one.average), str(one.late), share_words(one.share))
    return [{"text": text, "num": True} for text in texts]


def share_section(found: Reactions, months: Months) -> dict[str, Any]:
    """How much of all terms was kept, month by month, with the whole as the line."""
    parts = [(month, found.of_month(month)) for month in months.each()]
    points = [Point(month_short(month), part.share, share_words(part.share)) for month, part in parts]
    chart = columns("chart-share", _("Share of terms kept"), points, [Line(1, share_words(1))], top=1.0)
    return {
        "chart": chart,
        "columns": [
            {"title": pgettext("report", "Month")},
            *(
                {"title": title, "num": True}
                for title in (_("Terms ended"), pgettext("report", "Kept"), pgettext("report", "Share"))
            ),
        ],
        "rows": [
            [
                {"text": month_words(month)},
                {"text": str(part.reacted + part.overdue), "num": True},
                {"text": str(part.within), "num": True},
                {"text": share_words(part.share), "num": True},
            ]
            for month, part in reversed(parts)
        ],
    }


def state_section(states: Mapping[str, int]) -> dict[str, Any]:
    """What stands open now, by state."""
    named = _named(states)
    return {
        "total": sum(states.values()),
        "chart": rows(
            "chart-states", _("Open now by state"), [Point(name, count, str(count)) for name, count in named]
        ),
        "columns": [{"title": pgettext("report", "State")}, {"title": pgettext("report", "Requests"), "num": True}],
        "rows": [[{"text": name}, {"text": str(count), "num": True}] for name, count in named],
    }


def _named(states: Mapping[str, int]) -> list[tuple[str, int]]:
    order = (State.NEW, State.OPEN, State.WAITING, State.PLANNED, State.UNCOVERED)
    return [(_say(STATE_CHIPS[state][1]), states.get(state.value, 0)) for state in order]


def specialist_table(specialists: Sequence[SpecialistReport]) -> dict[str, Any]:
    """Who reacted how soon, and what everybody has now; the chart is of what is open."""
    named = [(one.name or _("Nobody's"), one) for one in specialists]
    points = [Point(name, one.open, str(one.open), bad=one.overdue > 0) for name, one in named]
    titles = (
        pgettext("report", "Answered"),
        _("Average reaction"),
        pgettext("report", "Within term"),
        _("Open now"),
        _("Overdue now"),
    )
    return {
        "chart": rows("chart-specialists", _("Open now by specialist"), points),
        "columns": [{"title": pgettext("report", "Specialist")}, *({"title": title, "num": True} for title in titles)],
        "rows": [
            [
                {"text": name},
                {"text": str(one.reaction.reacted), "num": True},
                {"text": span_words(one.reaction.average), "num": True},
                {
                    "text": share_words(one.reaction.within / one.reaction.reacted if one.reaction.reacted else None),
                    "num": True,
                },
                {"text": str(one.open), "num": True},
                {"text": str(one.overdue), "num": True},
            ]
            for name, one in named
        ],
    }


def _number(value: float | None, language: str) -> str:
    """A number as a spreadsheet of that language reads it."""
    text = "" if value is None else f"{value:.2f}"
    return text.replace(".", ",") if language.startswith("ru") else text


def reaction_list(classes: Sequence[ClassReport], language: str) -> tuple[Sequence[str], list[Sequence[object]]]:
    """A row per class and month; hours of working time with two decimals, the share from 0 to 1."""
    titles = (
        pgettext("report", "Month"),
        pgettext("report", "Class"),
        pgettext("report", "Placed"),
        pgettext("report", "Answered"),
        _("Average reaction, working hours"),
        _("Promised from"),
        _("Promised to"),
        _("Promised to, working hours"),
        pgettext("report", "Late"),
        _("Share within term"),
    )
    found: list[Sequence[object]] = [
        (
            f"{one.month:%Y-%m}",
            _say(report.kind.title),
            one.reaction.placed,
            one.reaction.reacted,
            _number(hours(one.reaction.average), language),
            _say(report.kind.aim.sentence),
            _say(report.kind.due.sentence),
            _number(hours(report.due), language),
            one.reaction.late,
            _number(one.reaction.share, language),
        )
        for report in classes
        for one in report.months
    ]
    return titles, found


def state_list(states: Mapping[str, int]) -> tuple[Sequence[str], list[Sequence[object]]]:
    """A row per state."""
    return (pgettext("report", "State"), pgettext("report", "Requests")), list(_named(states))


def specialist_list(
    specialists: Sequence[SpecialistReport], language: str
) -> tuple[Sequence[str], list[Sequence[object]]]:
    """A row per specialist."""
    titles = (
        pgettext("report", "Specialist"),
        pgettext("report", "Answered"),
        _("Average reaction, working hours"),
        _("Share within term"),
        _("Open now"),
        _("Overdue now"),
    )
    found: list[Sequence[object]] = [
        (
            one.name or _("Nobody's"),
            one.reaction.reacted,
            _number(hours(one.reaction.average), language),
            _number(one.reaction.within / one.reaction.reacted if one.reaction.reacted else None, language),
            one.open,
            one.overdue,
        )
        for one in specialists
    ]
    return titles, found
