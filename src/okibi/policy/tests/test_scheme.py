"""The policy file: every fact of the published scheme is in it, a wrong file is refused with lines and reasons."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from okibi.policy.platforms import SCHEME_DEFAULTS, Place
from okibi.policy.scheme import PolicyError, check, default_policy_path, load
from okibi.policy.scheme_lines import Lines
from okibi.policy.scheme_text import described
from okibi.policy.scheme_values import Opening, Role
from okibi.policy.terms import Days, Hours, Months, WorkingDays
from okibi.policy.tests.calendars_for_tests import DESK, at
from okibi.policy.worktime import DayKind

FOLDER = Path(__file__).resolve().parents[4] / "policies"
EXAMPLE = (FOLDER / "example.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def okibi():
    return load(FOLDER / "okibi.toml")


@pytest.fixture(scope="module")
def example():
    return load(EXAMPLE)


class TestTheVendorsFacts:
    """One test per section of scheme.md."""

    def test_the_software_and_its_four_parts(self, okibi):
        assert okibi.vendor.name.ru == "ОКИБИ"
        assert okibi.vendor.name.en == "OKIBI"
        assert [product.code for product in okibi.products] == ["desktop", "mobile", "server", "sms-module"]
        assert [product.name.ru for product in okibi.products][:2] == ["ОКИБИ Десктоп", "ОКИБИ Моб"]
        assert (okibi.vendor.site, okibi.vendor.site_ascii) == ("окиби.рф", "xn--90anbft.xn--p1ai")

    def test_section_1_who_is_covered(self, okibi):
        rule = okibi.coverage
        assert rule.holders == ("organisation", "person")
        assert rule.grounds == ("licence", "trial")
        assert rule.trial_sources == ("site", "other")
        assert "неисключительное право" in rule.licence.ru

    def test_section_2_what_environment_is_covered(self, okibi):
        assert dict(okibi.environments) == dict(SCHEME_DEFAULTS)
        module = okibi.product("sms-module")
        assert module.module_of == "server"
        assert "GoIP" in module.condition.ru

    def test_section_3_how_versions_change(self, okibi):
        desktop, mobile = okibi.desktop_versions, okibi.mobile_versions
        assert desktop.ways == ("by_hand", "automatic")
        assert desktop.automatic_needs == ("request_placed", "port_access")
        assert desktop.port_access_to == ("workstation", "server")
        assert mobile.ways == ("email",)
        assert mobile.registry.ru == "Реестр рассылки обновления мобильных версий"
        assert mobile.registry_ways == ("user_card_flag", "request")
        assert mobile.user_card.ru == "Карточка пользователя"

    def test_section_4_how_a_request_is_placed(self, okibi):
        assert [channel.code for channel in okibi.channels] == ["ipv", "phone", "whatsapp", "email"]
        assert [channel.email_after for channel in okibi.channels] == [timedelta(hours=1), None, None, None]
        assert okibi.preferred_channel.code == "ipv"
        assert okibi.preferred_channel.products == ("desktop", "mobile")
        assert okibi.channel("phone").open is Opening.WORKING_TIME
        assert [channel.code for channel in okibi.channels if channel.open is Opening.ALWAYS] == [
            "ipv",
            "whatsapp",
            "email",
        ]
        assert okibi.zone.key == "Europe/Moscow"
        assert okibi.calendar_hours == (((time(8), time(20)),),) * 7

    def test_section_5_average_reaction_terms(self, okibi):
        assert okibi.reaction_kind == "average"
        incident, suggestion = okibi.classes["incident"], okibi.classes["suggestion"]
        assert (incident.aim, incident.due, incident.promised) == (Hours(2), WorkingDays(2), True)
        assert (suggestion.aim, suggestion.due, suggestion.promised) == (Days(5), Months(2), True)
        assert incident.title.ru == "сбойные ситуации и ошибки"
        assert suggestion.title.ru == "предложения по усовершенствованию"
        assert [kind.code for kind in okibi.classes.values() if not kind.promised] == ["question", "update", "mailing"]
        assert okibi.refusal.of == ("suggestion",)
        assert okibi.refusal.reasoned
        assert all(asked == answered for asked, answered in okibi.refusal.forms.items())

    def test_section_6_contacts(self, okibi):
        assert okibi.vendor.support_address.endswith("@m-projekt.ru")
        assert len(okibi.vendor.contacts) == 4
        assert [contact.role for contact in okibi.vendor.contacts].count(Role.LEADING) == 1
        assert okibi.leading_contacts == okibi.vendor.contacts[:1]

    def test_the_calendar_is_the_production_calendar_with_the_desks_hours(self, okibi):
        assert okibi.calendar == DESK
        assert okibi.calendar.day(date(2026, 11, 3)).kind is DayKind.SHORTENED
        assert okibi.calendar.closing(date(2026, 11, 3)) == at("2026-11-03T20:00")

    def test_a_warning_comes_before_the_due_moment_by_working_time(self, okibi):
        assert okibi.warning_at(at("2026-11-23T09:00"), okibi.calendar) == at("2026-11-20T19:00")


def test_real_contacts_stand_in_one_file_only(okibi):
    for contact in okibi.vendor.contacts:
        assert contact.phone not in EXAMPLE
        assert contact.name not in EXAMPLE
    assert okibi.vendor.support_address not in EXAMPLE


def test_the_invented_vendor_has_another_zone_other_hours_and_other_terms(example):
    assert example.zone.key == "Europe/Berlin"
    assert example.calendar.day(date(2026, 12, 24)).source.en == "the firm's birthday"
    assert example.classes["incident"].due == WorkingDays(1)
    assert not example.calendar.is_working_day(date(2026, 11, 21))


def test_equal_texts_have_equal_hashes_and_any_change_makes_another(example):
    assert load(EXAMPLE).content_hash == example.content_hash
    assert load(EXAMPLE + "\n# another line").content_hash != example.content_hash
    assert re.fullmatch(r"[0-9a-f]{64}", example.content_hash)
    assert example.text == EXAMPLE


def test_a_scheme_can_not_be_changed(okibi):
    with pytest.raises(TypeError):
        okibi.classes["incident"] = None
    with pytest.raises(AttributeError):
        okibi.valid_from = date(2030, 1, 1)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_scheme_is_told_whole(okibi, example, language):
    for scheme in (okibi, example):
        text = described(scheme, language)
        for contact in scheme.vendor.contacts:
            assert contact.phone in text
        for kind in scheme.classes.values():
            assert kind.title.in_language(language) in text
        for row in scheme.environments.values():
            assert row.os in text
        assert scheme.mobile_versions.registry.in_language(language) in text
        assert scheme.vendor.support_address in text


class TestWhichFileIsUsed:
    def test_the_source_tree_has_the_default(self, monkeypatch):
        monkeypatch.delenv("OKIBI_POLICY", raising=False)
        assert default_policy_path() == FOLDER / "okibi.toml"

    def test_the_environment_names_another(self, monkeypatch):
        monkeypatch.setenv("OKIBI_POLICY", str(FOLDER / "example.toml"))
        assert default_policy_path() == FOLDER / "example.toml"
        assert load().zone.key == "Europe/Berlin"


def line_of(text):
    """The line of the example that has a text."""
    return EXAMPLE[: EXAMPLE.index(text)].count("\n") + 1


WRONG = {
    # what is wrong: (what is replaced, by what, on the line of which text of the example, where, the reason in English)
    "a term that can't be read": (
        'aim = "1 hour"', 'aim = "1 week"', 'aim = "1 hour"', "classes.incident.aim", "can't be read",
    ),
    "an aim that may end after its term": (
        'aim = "10 days"', 'aim = "40 days"', 'aim = "10 days"', "classes.suggestion.aim", "ends later",
    ),
    "an unknown key": (
        "receipts_per_hour = 3", "receipts_per_hour = 3\nreciepts = 1", "receipts_per_hour", None, "no such key",
    ),
    "an SMS about nothing known": (
        'events = ["receipt", "solved"]', 'events = ["receipt", "solve"]', 'events = ["receipt"', "sms_notices.events",
        "one of: receipt",
    ),
    "more SMS to a number that nobody proved": (
        "most_a_day_unproved = 2", "most_a_day_unproved = 6", "most_a_day_unproved", "sms_notices.most_a_day_unproved",
        "no more to",
    ),
    "a missing key": ("reopen_days = 7\n", "\n", "[desk]", "desk.reopen_days", "missing"),
    "a missing section": (
        '[reaction]\nkind = "average"\n',
        "\n\n",
        "most_a_day_unproved = 2",
        "reaction",
        "the table [reaction] is missing",
    ),
    "a word for a number": ("reopen_days = 7", 'reopen_days = "7"', "reopen_days", "desk.reopen_days", "whole"),
    "true is not a number": ("reopen_days = 7", "reopen_days = true", "reopen_days", "desk.reopen_days", "whole"),
    "a number out of its bounds": ("reopen_days = 7", "reopen_days = -1", "reopen_days", "desk.reopen_days", "from 0"),
    "an unknown zone": ("Europe/Berlin", "Europe/Belin", "Europe/Berlin", "working_time.zone", "no such time zone"),
    "hours that overlap": (
        'week.monday = ["09:00-13:00", "14:00-18:00"]', 'week.monday = ["09:00-13:00", "12:00-18:00"]',
        "week.monday", "working_time.week.monday", "overlap",
    ),
    "hours that run backwards": (
        '"09:00-15:00"', '"15:00-09:00"', "week.friday", "working_time.week.friday", "hours are written",
    ),
    "an unknown role": (
        'role = "specialist"', 'role = "boss"', 'role = "specialist"', "vendor.contacts[1].role", "one of",
    ),
    "nobody leads": ('role = "leading"', 'role = "specialist"', "[[vendor.contacts]]", "vendor.contacts", "leading"),
    "a number that is none": ("+7 900 000-00-02", "02", "+7 900 000-00-02", "vendor.contacts[1].phone", "is written"),
    "one number twice": ("000-00-02", "000-00-01", "+7 900 000-00-02", "vendor.contacts[1].phone", "twice"),
    "a channel twice": ('code = "phone"', 'code = "email"', 'code = "phone"', "channels[1].code", "twice"),
    "a system that can't be judged": (
        'os = "Windows 10"', 'os = "Ubuntu 22.04"', 'os = "Windows 10"', "environments.workstation.os", "one system",
    ),
    "two systems for one place": (
        'os = "Windows 10"', 'os = "Windows 7, Windows 10"', 'os = "Windows 10"', "environments.workstation.os",
        "one system",
    ),
    "a system without its version": (
        'os = "Windows Server 2016"', 'os = "Windows Server"', 'os = "Windows Server 2016"', "environments.server.os",
        "one system",
    ),
    "a telephone's system for a computer": (
        'os = "Windows 10"', 'os = "Android 10"', 'os = "Windows 10"', "environments.workstation.os", "one system",
    ),
    "a .NET Framework that never was": (
        'dotnet = "4.8"', 'dotnet = "4.80"', 'dotnet = "4.8"', "environments.workstation.dotnet", "no such .NET",
    ),
    "free disk space of no architecture": (
        "disk_mb = { x64 = 4096 }", "disk_mb = { }", "disk_mb = { x64 = 4096 }", "environments.workstation.disk_mb",
        "x86 or x64",
    ),
    "a bare number for a system": (
        'os = "Android 10"', 'os = "10"', 'os = "Android 10"', "environments.mobile.os", "Android 8.0",
    ),
    "a blank sentence": (
        'title = { ru = "сбои", en = "failures" }', 'title = { ru = "сбои", en = "" }',
        'title = { ru = "сбои"', "classes.incident.title.en", "blank",
    ),
    "a sentence in one language": (
        'title = { ru = "сбои", en = "failures" }', 'title = { ru = "сбои" }',
        'title = { ru = "сбои"', "classes.incident.title.en", "missing",
    ),
    "a site that is another in ASCII": (
        'site = "example.org"', 'site = "пример.рф"', "site_ascii", "vendor.site_ascii", "otherwise",
    ),
    "an address that is none": (
        "support@example.org", "support at example", "support_address", "vendor.support_address", "not an e-mail",
    ),
    "two preferred channels": (
        "preferred = false", "preferred = true", "preferred = false", "channels[1].preferred", "exactly one",
    ),
    "a system that nobody knows": (
        'os = "Android 10"', 'os = "Plan 9"', 'os = "Android 10"', "environments.mobile.os", "not known",
    ),
    "a warning in days": (
        'warn_before = "1 hour"', 'warn_before = "1 day"', "warn_before", "desk.warn_before", "hours",
    ),
    "a refusal in another form": (
        'email = "email" }', 'email = "phone" }', "forms =", "refusal.forms", "keeps the form",
    ),
    "a module of nothing": (
        'place = "server"', 'place = "server"\nmodule_of = "none"', 'place = "server"', None, "unknown product",
    ),
    "an unknown class": (
        "[classes.mailing]", "[classes.wish]\n[classes.mailing]", "[classes.mailing]", "classes.wish", "no such key",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "near", "where", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_the_line_and_the_reason(old, new, near, where, reason):
    assert old in EXAMPLE
    problems = check(EXAMPLE.replace(old, new, 1))
    lines = {problem.line for problem in problems}
    assert lines & {line_of(near), line_of(near) + 1}
    assert any(reason in problem.sentence.en and (where in (None, problem.where)) for problem in problems)
    assert all(problem.sentence.ru and problem.sentence.en for problem in problems)


LAST = EXAMPLE.rstrip().splitlines()[-1]
MISSING = {
    "a table: where it can be added": ("[desk]", "[dusk]", "desk", LAST),
    "tables: where they can be added": ("[[products]]", "[[wares]]", "products", LAST),
    "a table among others: at the first of them": (
        "[environments.mobile]", "[environments.telephone]", "environments.mobile", "[environments.workstation]",
    ),
    "a key of a table: at its head": ("reopen_days = 7", "", "desk.reopen_days", "[desk]"),
    "a key of the whole file: above the first table": ("format = 1", "", "format", "valid_from"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "beside"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_told_on_the_line_beside_which_it_belongs(old, new, where, beside):
    assert old in EXAMPLE
    text = EXAMPLE.replace(old, new)
    problem = next(problem for problem in check(text) if problem.where == where)
    assert text.splitlines()[problem.line - 1].startswith(beside)
    assert "missing" in problem.sentence.en


def test_several_mistakes_are_named_at_once_in_the_order_of_their_lines():
    text = (
        EXAMPLE.replace("Europe/Berlin", "Mars").replace('aim = "4 hours"', 'aim = "soon"').replace("[desk]", "[dask]")
    )
    problems = check(text)
    assert {"working_time.zone", "classes.question.aim", "desk", "dask"} <= {problem.where for problem in problems}
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


SYNTAX = {
    "a value is missing": ("format = \n", 1, "Invalid value"),
    "an equals sign is missing": ("format = 1\nformat\n", 2, "Expected '='"),
    "a key twice": ("format = 1\n\nformat = 1\n", 3, "overwrite"),
    "a string is not closed": ('format = 1\nname = "x\n', 2, ""),
    "a list is not closed": ("format = 1\nname = [1\n", 2, ""),
}


@pytest.mark.parametrize(("text", "line", "reason"), SYNTAX.values(), ids=SYNTAX)
def test_text_that_is_not_toml_is_refused_with_its_line(text, line, reason):
    (problem,) = check(text)
    assert problem.line == line
    assert reason in problem.sentence.en


def test_an_empty_file_lacks_every_section():
    assert {problem.where for problem in check("")} >= {"vendor", "working_time", "classes", "channels", "desk"}


def test_loading_a_wrong_file_raises_all_its_problems(tmp_path):
    with pytest.raises(PolicyError) as refused:
        load(EXAMPLE.replace("Europe/Berlin", "Mars"))
    assert [problem.where for problem in refused.value.problems] == ["working_time.zone"]
    assert "Mars" in refused.value.sentence.ru
    file = tmp_path / "policy.toml"
    file.write_bytes(EXAMPLE.encode("utf-16"))
    with pytest.raises(PolicyError, match="UTF-8"):
        load(file)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.toml")


def test_line_ends_of_windows_and_a_byte_order_mark_are_no_mistakes(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert load(file).zone.key == "Europe/Berlin"
    problems = check(EXAMPLE.replace("Europe/Berlin", "Mars").replace("\n", "\r\n"))
    assert [problem.line for problem in problems] == [line_of("Europe/Berlin")]


LINES = """# first
a = 1
b.c = \"\"\"
x = 1
\"\"\"
[t]  # [not.a.table]
"quoted" = [
  1, # ]
  "]",
]
after = { x = 1,  y = "}" }
[[t.list]]
n = 1
[[t.list]]
n = 2
[t.list.inner]
deep = 'it'
"""


def test_lines_are_found_through_strings_comments_lists_and_arrays_of_tables():
    lines = Lines(LINES)
    assert {
        path: lines.of(path)
        for path in [
            ("a",), ("b", "c"), ("t",), ("t", "quoted"), ("t", "after"), ("t", "after", "x"), ("t", "list", 0, "n"),
            ("t", "list", 1, "n"), ("t", "list", 1, "inner", "deep"), ("x",), ("t", "list", 1, "none"),
        ]
    } == {
        ("a",): 2, ("b", "c"): 3, ("t",): 6, ("t", "quoted"): 7, ("t", "after"): 11, ("t", "after", "x"): 11,
        ("t", "list", 0, "n"): 13, ("t", "list", 1, "n"): 15, ("t", "list", 1, "inner", "deep"): 17, ("x",): 17,
        ("t", "list", 1, "none"): 14,
    }  # fmt: skip


def test_every_place_has_a_row(okibi):
    assert set(okibi.environments) == set(Place)
