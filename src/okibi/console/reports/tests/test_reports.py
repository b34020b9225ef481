"""Reports: averages in working time beside the promise, shares, what is open, lists, and their cost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.console.reports.charts import Line, Point, columns, rows
from okibi.console.reports.figures import months_asked, working_time_of
from okibi.console.reports.tables import share_words
from okibi.flows import reply, site_request, work
from okibi.kernel import clock
from okibi.policy.terms import Days, Hours, WorkingDays
from okibi.policy.terms import Months as MonthsTerm
from okibi.schemes.services import in_force
from okibi.tickets import requester_services
from okibi.tickets.models import Ticket
from okibi.tickets.ratings import Marks, marks
from okibi.tickets.reports import Months, Reaction, next_month, reactions
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = "2026-11-20T09:00:00Z"


def at(day, hour):
    return datetime(2026, *day, hour, tzinfo=MOSCOW)


@pytest.fixture
def cast():
    with time_machine.travel(TODAY, tick=False):
        yield make_cast()


def place(placed, kind="incident", key=""):
    with clock.at(placed):
        found = site_request.place(
            f"{placed}{kind}{key}", "Анна", "anna@example.org", "", "Ошибка E-17", {"kind": kind, "language": "ru"}
        )
    return Ticket.objects.get(number=found.number)


def answer(ticket, staff, moment):
    with clock.at(moment):
        reply.reply(ticket.pk, staff, "Заново выберите принтер.")


@pytest.fixture
def autumn(cast):
    """October: answers after 3, 5 and 72 working hours; November: one never answered, one suggestion."""
    answer(place(at((10, 6), 19)), cast.oleg, at((10, 7), 10))  # an hour of Tuesday, two of Wednesday
    answer(place(at((10, 8), 10)), cast.vera, at((10, 8), 15))
    answer(place(at((10, 12), 9)), cast.vera, at((10, 20), 9))  # six working days later: late
    place(at((11, 5), 12))  # overdue
    work.plan(place(at((11, 9), 9), "suggestion").pk, cast.oleg, "4.3.0")
    return cast


def page(client, cast, query=""):
    client.force_login(cast.oleg)
    answer = client.get(f"/console/reports/{query}", headers={"accept-language": "ru"})
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


class TestFigures:
    def test_reaction_is_working_time_by_month_of_placing(self, autumn):
        found = reactions(Months(date(2026, 10, 1), date(2026, 11, 1)), MOSCOW, clock.now())
        october = found.by_month[date(2026, 10, 1), "incident"]
        assert (october.placed, october.reacted, october.within, october.late) == (3, 3, 2, 1)
        assert october.average == timedelta(hours=(3 + 5 + 72) / 3)
        assert october.share == pytest.approx(2 / 3)

    def test_a_term_that_passed_without_reaction_is_late(self, autumn):
        november = reactions(Months(date(2026, 11, 1), date(2026, 11, 1)), MOSCOW, clock.now()).by_month[
            date(2026, 11, 1), "incident"
        ]
        assert (november.placed, november.reacted, november.late, november.average, november.share) == (
            1,
            0,
            1,
            None,
            0,
        )

    def test_reactions_belong_to_who_gave_them(self, autumn):
        found = reactions(Months(date(2026, 10, 1), date(2026, 11, 1)), MOSCOW, clock.now())
        assert found.by_staff[autumn.vera.pk].reacted == 2
        assert found.by_staff[autumn.vera.pk].within == 1

    def test_a_month_begins_at_midnight_of_the_scheme_s_zone(self, cast):
        place(datetime(2026, 9, 30, 23, 59, tzinfo=MOSCOW))
        place(datetime(2026, 10, 1, 0, 1, tzinfo=MOSCOW))
        found = reactions(Months(date(2026, 10, 1), date(2026, 10, 1)), MOSCOW, clock.now())
        assert found.total().placed == 1

    def test_parts_add_up(self):
        one, two = Reaction(3, 2, 1, 1, timedelta(hours=4)), Reaction(1, 1, 1, 0, timedelta(hours=2))
        assert one + two == Reaction(4, 3, 2, 1, timedelta(hours=6))
        assert Reaction().average is None
        assert Reaction().share is None

    @pytest.mark.parametrize(
        ("share", "words"), [(None, "—"), (0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1, "100%")]
    )
    def test_a_share_is_never_rounded_to_all_or_nothing(self, share, words):
        from django.utils import translation

        with translation.override("en"):
            assert share_words(share) == words


class TestPromise:
    def test_terms_as_working_time(self):
        calendar = in_force(clock.now()).scheme.calendar
        april = Months(date(2026, 4, 1), date(2026, 4, 1))  # 22 working days of 12 hours in 30 days
        assert working_time_of(Hours(2), april, calendar) == timedelta(hours=2)
        assert working_time_of(WorkingDays(2), april, calendar) == timedelta(hours=24)
        assert working_time_of(Days(5), april, calendar) == timedelta(hours=22 * 12 / 30 * 5)
        assert working_time_of(MonthsTerm(2), april, calendar) == timedelta(hours=22 * 12 * 2)

    @pytest.mark.parametrize(
        ("first", "last", "months"),
        [
            ("", "", ("2026-06", "2026-11")),
            ("2026-01", "2026-03", ("2026-01", "2026-03")),
            ("2026-03", "2026-01", ("2026-01", "2026-03")),
            ("2026-09", "2030-01", ("2026-09", "2026-11")),
            ("1999-01", "вздор", ("2026-06", "2026-11")),
            ("2000-01", "2026-11", ("2023-12", "2026-11")),
        ],
    )
    def test_the_period_that_was_asked_for(self, first, last, months):
        found = months_asked(first, last, datetime(2026, 11, 20, tzinfo=MOSCOW))
        assert (f"{found.first:%Y-%m}", f"{found.last:%Y-%m}") == months

    def test_months_follow_each_other_over_a_year(self):
        assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
        assert len(Months(date(2025, 11, 1), date(2026, 2, 1)).each()) == 4


class TestCharts:
    def test_the_promise_is_a_line_at_its_height_and_bars_stand_on_the_ground(self):
        chart = columns(
            "c",
            "Средняя реакция",
            [Point("окт", 12, "12 ч"), Point("ноя", None, "—")],
            [Line(24, "до: 24 ч"), Line(2, "от: 2 ч", firm=False)],
        )
        low, high = chart.lines
        assert (low.text, high.text) == ("от: 2 ч", "до: 24 ч")
        bar, nothing = chart.bars
        assert bar.y + bar.height == pytest.approx(chart.base)
        assert bar.height == pytest.approx((chart.base - high.y) / 2, abs=0.2)
        assert nothing.height == 0

    def test_words_of_near_lines_do_not_touch(self):
        chart = columns("c", "c", [Point("окт", 500, "500 ч")], [Line(3, "от"), Line(5, "до")])
        assert chart.lines[0].words_y - chart.lines[1].words_y >= 17

    def test_what_is_drawn_is_said(self):
        chart = rows("r", "Открыто", [Point("Новые", 3, "3"), Point("В работе", 6, "6", bad=True)])
        assert chart.says == "Открыто. Новые: 3; В работе: 6."
        assert chart.bars[1].width == pytest.approx(chart.bars[0].width * 2)

    def test_of_three_years_every_third_month_is_named(self):
        named = [
            bar.label for bar in columns("c", "c", [Point(str(n), n, str(n)) for n in range(36)]).bars if bar.label
        ]
        assert len(named) == 12
        assert named[-1] == "35"


LAMP = 2  # queries with which the working-time lamp asks anew when a minute has passed


class TestPage:
    def test_shows_the_average_beside_the_promise(self, client, autumn):
        html = page(client, autumn)
        for words in (
            "Сбойные ситуации и ошибки",
            "26 ч 40 мин",
            "до: 2 рабочих дня (24 ч)",
            "от: 2 часа",
            "Весь период",
            "Открыто сейчас: ",
        ):
            assert words in html, words
        assert "chart-line" in html
        assert "style=" not in html

    def test_an_empty_period_teaches(self, client, cast):
        assert "За этот период заявок не было" in page(client, cast, "?from=2025-01&to=2025-02")

    def test_strangers_are_sent_to_sign_in(self, client):
        assert client.get("/console/reports/").status_code == 302

    def test_costs_the_same_however_many_requests_there_are(self, client, autumn):
        page(client, autumn)
        with CaptureQueriesContext(connection) as few:
            page(client, autumn)
        for number in range(12):
            place(at((11, 10), 10), key=str(number))
        page(client, autumn)  # the lamp of the working time asks anew after news
        with CaptureQueriesContext(connection) as many:
            page(client, autumn)
        assert len(many) <= len(few) + LAMP
        assert len([one for one in many if "okibi_tickets_ticket" in one["sql"]]) <= 9


def rate(ticket, score, text, moment):
    with clock.at(moment):
        requester_services.rate(ticket, score, text, moment)


@pytest.fixture
def rated(autumn):
    """October: 5 and 2 for incidents; November: 4 for a suggestion, given at the month's very beginning."""
    first, second, _third, _overdue, idea = Ticket.objects.order_by("id")
    rate(first, 5, "Быстро", at((10, 8), 12))
    rate(second, 2, "Не помогло; перезвоните", at((10, 31), 23))
    rate(idea, 4, "", at((11, 1), 0))
    return autumn


class TestMarks:
    def test_a_mark_belongs_to_the_month_of_the_zone_in_which_it_was_given(self, rated):
        found = marks(Months(date(2026, 10, 1), date(2026, 11, 1)), MOSCOW)
        assert found == {
            (date(2026, 10, 1), "incident"): Marks(2, 7, 1),
            (date(2026, 11, 1), "suggestion"): Marks(1, 4, 1),
        }
        assert (Marks(2, 7, 1).average, Marks(2, 7, 1).share) == (3.5, 0.5)
        assert (Marks().average, Marks().share) == (None, None)

    def test_the_page_shows_average_share_and_the_low_ones_with_their_words(self, client, rated):
        shown = page(client, rated, "?from=2026-10&to=2026-11")
        assert "в среднем по 3 оценкам" in shown
        assert "67 %" in shown
        assert "3,5 (2)" in shown
        low = shown[shown.index("Низкие оценки") :]
        second = Ticket.objects.order_by("id")[1]
        assert "Не помогло" in low
        assert f"/console/t/{second.number}/" in low
        assert "Быстро" not in low

    def test_where_nobody_rated_the_page_says_how_one_does(self, client, autumn):
        assert "в портале и в приложениях" in page(client, autumn)


class TestLists:
    def get(self, client, cast, name, language="ru"):
        client.force_login(cast.oleg)
        answer = client.get(
            f"/console/reports/{name}.csv?from=2026-10&to=2026-11", headers={"accept-language": language}
        )
        assert answer.status_code == 200
        assert f"okibi-{name}-2026-10-2026-11.csv" in answer.headers["Content-Disposition"]
        content = b"".join(answer.streaming_content).decode()
        assert content.startswith("\ufeff")
        return [line.split(";") for line in content.removeprefix("\ufeff").splitlines()]

    def test_reaction_with_a_comma_for_russian_spreadsheets_and_a_point_for_others(self, client, autumn):
        russian = self.get(client, autumn, "reaction")
        assert russian[1][:5] == ["2026-10", "сбойные ситуации и ошибки", "3", "3", "26,67"]
        assert russian[1][5:] == ["2 часа", "2 рабочих дня", "24,00", "1", "0,67"]
        assert self.get(client, autumn, "reaction", "en")[1][4] == "26.67"

    def test_open_and_specialists(self, client, autumn):
        states = dict(self.get(client, autumn, "open")[1:])
        assert states["Новая"] == "1"
        assert [row[0] for row in self.get(client, autumn, "specialists")[1:]] == [
            "Вера Синицына",
            "Олег Лесин",
            "Ничьи",
        ]

    def test_marks_one_row_each_with_words_and_who_answered(self, client, rated):
        _titles, first, second, third = self.get(client, rated, "marks")
        assert first[2:] == ["Сбойные ситуации и ошибки", "5", "Быстро", "Олег Лесин"]
        assert (second[0], second[3]) == ("2026-10-31 23:00", "2")
        assert third[3] == "4"

    def test_a_name_that_looks_like_a_formula_is_a_name(self, client, autumn):
        autumn.vera.name = "=HYPERLINK(1)"
        autumn.vera.save()
        assert "'=HYPERLINK(1)" in [row[0] for row in self.get(client, autumn, "specialists")]

    def test_there_is_no_other_list(self, client, cast):
        client.force_login(cast.oleg)
        assert client.get("/console/reports/people.csv").status_code == 404
