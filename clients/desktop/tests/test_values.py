"""What the windows show and say, without a window."""

import io
import os
import random
import time
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi_desktop.model import archive, cache, moments, settings
from okibi_desktop.model.enrolling import Enrolling
from okibi_desktop.model.environment import Light, panel_of
from okibi_desktop.model.link import Prefill, parse
from okibi_desktop.model.recording import Recording
from okibi_desktop.model.rich import rich
from okibi_desktop.words import Words
from okibi_sdk import VerdictLine

MOSCOW = timezone(timedelta(hours=3))
NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # in Moscow it's already the 23rd
T = Words("ru")


@pytest.mark.parametrize(
    ("at", "ru", "en"),
    [
        ((2026, 11, 24, 20, 0), "ответим до вт 24 ноября, 20:00", "we answer by Tue 24 November, 20:00"),
        ((2026, 11, 23, 14, 41), "ответим сегодня до 14:41", "we answer today by 14:41"),
        ((2027, 1, 22, 20, 0), "ответим до 22 января 2027, 20:00", "we answer by 22 January 2027, 20:00"),
    ],
)
def test_a_promise_is_said_with_its_date_in_the_desks_own_time(at, ru, en):
    moment = datetime(*at, tzinfo=MOSCOW)
    assert moments.promise(moment, NOW, T) == ru
    assert moments.promise(moment, NOW, Words("en")) == en


def test_near_moments_are_named():
    at = [datetime(2026, 11, day, 9, 5, tzinfo=MOSCOW) for day in (22, 23, 24, 25)]
    said = [moments.said(each, NOW, T) for each in at]
    assert said == ["вчера, 09:05", "сегодня, 09:05", "завтра, 09:05", "ср 25 ноября, 09:05"]
    assert moments.exact(at[0], T) == "22 ноября 2026, 09:05, время +03:00"


@pytest.mark.parametrize(
    ("url", "act", "prefill"),
    [
        (
            "okibi-ipv:new?product=desktop&version=4.2.1&error=E-17",
            "new",
            Prefill(product="desktop", version="4.2.1", error="E-17"),
        ),
        ("okibi-ipv://new?kind=question&text=%D0%9A%D0%B0%D0%BA%3F", "new", Prefill(kind="question", text="Как?")),
        ("okibi-ipv:new?kind=bomb&log=/etc/passwd&file=/etc/shadow", "new", Prefill()),
        ("okibi-ipv:new?error=a%00b%E2%80%AEc%0Ad", "new", Prefill(error="abc\nd")),
        ("okibi-ipv:open?number=26-000042", "open", Prefill()),
        ("okibi-ipv:", "show", Prefill()),
    ],
)
def test_a_link_fills_in_words_and_nothing_else(url, act, prefill):
    link = parse(url)
    assert (link.act, link.prefill) == (act, prefill)


@given(st.text())
def test_any_link_is_understood_or_refused(words):
    for url in (words, f"okibi-ipv:new?error={words}", f"okibi-ipv:{words}"):
        try:
            link = parse(url)
        except ValueError:
            continue
        assert len(link.prefill.error) <= 4000


def line(about, status):
    return VerdictLine(about, status, text=f"{about} {status}")


@pytest.mark.parametrize(
    ("what", "lines", "light"),
    [
        ("all met", [line("os", "met"), line("memory", "met")], Light.GOOD),
        ("one not met", [line("os", "met"), line("cpu", "unmet")], Light.BAD),
        ("one not known", [line("os", "met"), line("runtime", "unknown")], Light.UNKNOWN),
        ("nothing said", [], Light.UNKNOWN),
        ("no licence is not the machine's fault", [line("entitlement", "unmet"), line("os", "met")], Light.GOOD),
    ],
)
def test_the_panel_is_green_or_red_by_the_machines_lines(what, lines, light):
    assert panel_of(lines).light is light


def test_an_archive_holds_the_newest_and_says_what_it_left_out(tmp_path):
    folder = tmp_path / "log"
    (folder / "old").mkdir(parents=True)
    noise = random.Random(7)
    for number in range(6):
        path = folder / ("old" if number < 3 else ".") / f"{number}.log"
        path.write_bytes(noise.randbytes(100_000))
        os.utime(path, (number, number + 1_000_000))
    (folder / "way-out").symlink_to("/etc/passwd")
    packed = archive.pack(folder, tmp_path / "log.zip", 400_000)
    names = zipfile.ZipFile(packed.path).namelist()
    assert names == ["5.log", "4.log", "3.log"]
    assert (packed.files, packed.left_out) == (3, 3)
    assert packed.size <= 400_000


def test_of_one_huge_log_the_end_is_kept(tmp_path):
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "app.log").write_bytes(random.Random(7).randbytes(500_000) + b"the last line")
    packed = archive.pack(folder, tmp_path / "log.zip", 200_000)
    kept = zipfile.ZipFile(packed.path).read("app.log")
    assert kept.endswith(b"the last line")
    assert packed.size <= 200_000
    with pytest.raises(archive.EmptyFolderError):
        archive.pack(tmp_path / "nothing", tmp_path / "x.zip", 1000)


def test_recorded_steps_are_a_page_with_moments_words_and_screens():
    at = datetime(2026, 11, 20, 12, 41, 7, tzinfo=MOSCOW)
    recording = Recording().with_step(at, "Открыл <счёт>", b"png-1").with_step(at, " ", b"png-2")
    held = zipfile.ZipFile(io.BytesIO(recording.as_zip(T)))
    page = held.read("steps.html").decode()
    for said in ("Открыл &lt;счёт&gt;", "2026-11-20T12:41:07+03:00", "Шаг 2"):
        assert said in page
    assert held.read("02.png") == b"png-2"
    assert recording.text(T).splitlines() == ["1. 12:41:07 Открыл <счёт>", "2. 12:41:07 Шаг 2"]


def test_words_are_shown_as_written_and_links_can_be_opened():
    shown = rich("Смотрите https://example.org/a?b=1&c=2. <b>нет</b>\nдальше")
    assert '<a href="https://example.org/a?b=1&amp;c=2">' in shown
    assert "&lt;b&gt;нет&lt;/b&gt;<br>дальше" in shown
    assert "javascript" not in rich("javascript:alert(1)").partition("href")[2]
    address = "https://example.org/" + "x" * 300
    assert f'"{address}">{address[:55]}…</a>' in rich(address)
    assert "\u200b" in rich("y" * 200)


@pytest.mark.parametrize(
    ("way", "filled", "missing"),
    [
        ("licence", {}, "licence"),
        ("licence", {"licence": "Л-1"}, "email"),
        ("licence", {"licence": "Л-1", "email": "anna@example.org"}, ""),
        ("invitation", {"invitation": "ABC"}, ""),
        ("email", {}, "email"),
        ("nothing", {}, ""),
        ("nothing", {"server": "http://help.example.org"}, "insecure"),
        ("nothing", {"server": ""}, "server"),
    ],
)
def test_what_is_missing_to_enrol(way, filled, missing):
    form = Enrolling("https://help.example.org", "Склад-7")
    form.way = way
    for name, value in filled.items():
        setattr(form, name, value)
    assert form.missing() == missing
    if way == "licence" and not missing:
        assert (form.wish().licence, form.wish().device) == ("Л-1", "Склад-7")


def test_settings_survive_and_a_broken_file_is_as_good_as_none(tmp_path):
    path = tmp_path / "desktop.json"
    chosen = settings.Settings(language="en", notify=False, log_folder="/var/log/app")
    settings.save(path, chosen)
    assert settings.load(path) == chosen
    for content in (b"{", b"[]", b'{"language": 7, "notify": "no"}', b'{"unknown": 1}'):
        path.write_bytes(content)
        assert settings.load(path) == settings.Settings()


def test_steps_are_told_in_words_where_no_screen_can_be_taken():
    told = Recording().with_step(NOW, "Нажала «Печать»", b"")
    with zipfile.ZipFile(io.BytesIO(told.as_zip(T))) as packed:
        assert packed.namelist() == ["steps.html", "steps.txt"]
        page = packed.read("steps.html").decode()
    assert "Нажала «Печать»" in page
    assert "<img" not in page


def test_a_log_that_goes_away_or_is_of_a_strange_year_stops_nothing(tmp_path):
    (tmp_path / "log").mkdir()
    for name, year in (("old.log", -10_000_000), ("far.log", 9_000_000_000), ("now.log", 1_700_000_000)):
        (tmp_path / "log" / name).write_text(name)
        os.utime(tmp_path / "log" / name, (year, year))
    os.mkfifo(tmp_path / "log" / "pipe")
    (tmp_path / "log" / "link.log").symlink_to("/etc/hostname")
    packed = archive.pack(tmp_path / "log", tmp_path / "log.zip", 400_000)
    assert sorted(zipfile.ZipFile(packed.path).namelist()) == ["far.log", "now.log", "old.log"]
    assert (packed.files, packed.left_out, packed.unread) == (3, 0, 0)


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root reads everything")
def test_a_log_that_cannot_be_read_is_passed_over(tmp_path):
    (tmp_path / "log").mkdir()
    for name in ("a.log", "b.log"):
        (tmp_path / "log" / name).write_text(name)
    (tmp_path / "log" / "a.log").chmod(0)
    packed = archive.pack(tmp_path / "log", tmp_path / "log.zip", 400_000)
    assert (packed.files, packed.unread) == (1, 1)


def test_pictures_of_conversations_are_kept_for_a_month_and_not_beyond_the_enrolment(tmp_path):
    old, new = cache.place_of(tmp_path, "../old"), cache.place_of(tmp_path, "new")
    for place, age in ((old, timedelta(days=31)), (new, timedelta(days=1))):
        place.write_bytes(b"picture")
        os.utime(place, ((NOW - age).timestamp(),) * 2)
    cache.prune(tmp_path, NOW)
    assert [each.name for each in (tmp_path / cache.FOLDER).iterdir()] == ["new"]
    cache.clear(tmp_path)
    cache.clear(tmp_path)
    assert not (tmp_path / cache.FOLDER).exists()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the clock's zone cannot be set here")
@pytest.mark.parametrize(
    ("zone", "happened", "term"),
    [
        ("Asia/Vladivostok", "сегодня, 05:30", "вт 24 ноября, 20:00 (МСК)"),
        ("Europe/Moscow", "вчера, 22:30", "вт 24 ноября, 20:00"),
    ],
)
def test_far_from_moscow_terms_say_their_zone_and_what_happened_is_told_by_the_own_clock(
    monkeypatch, zone, happened, term
):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        now, due = NOW, datetime(2026, 11, 24, 20, 0, tzinfo=MOSCOW)
        assert moments.happened(now - timedelta(hours=3), now, T) == happened
        assert moments.term(moments.dated(due, now, T), due, T) == term
    finally:
        monkeypatch.undo()
        time.tzset()
