"""Environments judged by scheme.md §2: the tables are the specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.platform_judge import judge
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import (
    SCHEME_DEFAULTS,
    Environment,
    Place,
    environment_from_report,
    find_environment,
    parse_environment,
    with_values,
)
from okibi.policy.verdict import Status

WORK, SERVER, MOBILE = Place.WORKSTATION, Place.SERVER, Place.MOBILE
MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
RANK = {UNMET: 0, UNKNOWN: 1, MET: 2}


def line(place, text, subject="os", **values):
    verdict = judge(with_values(parse_environment(text, place), **values), SCHEME_DEFAULTS[place])
    found = verdict.line(subject)
    assert found is not None
    return found


SYSTEMS = {
    "Vista is the oldest on a workstation": (WORK, "Windows Vista", MET, "meets"),
    "XP is too old": (WORK, "Windows XP SP3", UNMET, "too_old"),
    "XP in Russian letters": (WORK, "ХР", UNMET, "too_old"),
    "Server 2003 is older than Vista": (WORK, "Windows Server 2003 R2", UNMET, "too_old"),
    "Server 2008 has Vista's kernel": (WORK, "Windows Server 2008", MET, "meets"),
    "11 is newer": (WORK, "Windows 11 24H2", MET, "meets"),
    "an NT number will do on a workstation": (WORK, "NT 6.1", MET, "meets"),
    "slang is a guess that may help": (WORK, "Семёрка", MET, "guessed"),
    "slang never denies": (SERVER, "Семёрка", UNKNOWN, "guessed"),
    "only «Windows»": (WORK, "винда", UNKNOWN, "not_exact"),
    "a Windows that never was": (WORK, "Windows 9", UNKNOWN, "not_exact"),
    "a telephone's Windows": (WORK, "Windows Phone 8.1", UNMET, "other_system"),
    "Linux": (WORK, "Ubuntu 22.04", UNMET, "other_system"),
    "macOS": (WORK, "macOS 14", UNMET, "other_system"),
    "Android on a workstation": (WORK, "Android 12", UNMET, "other_system"),
    "two systems": (WORK, "Windows XP, Windows 10", UNKNOWN, "contradictory"),
    "two systems that would both do": (WORK, "Windows 7 и Windows 10", UNKNOWN, "contradictory"),
    "nothing said": (WORK, "", UNKNOWN, "not_stated"),
    "nonsense": (WORK, "qwerty asdf", UNKNOWN, "not_exact"),
    "2008 R2 is the oldest server": (SERVER, "Windows Server 2008 R2", MET, "meets"),
    "2008 without R2": (SERVER, "Windows Server 2008", UNMET, "too_old"),
    "2012 R2": (SERVER, "сервер 2012 р2", MET, "meets"),
    "a client Windows is no server": (SERVER, "Windows 10", UNMET, "not_a_server"),
    "an NT number is both": (SERVER, "NT 6.1", UNKNOWN, "client_or_server"),
    "an old NT number is neither": (SERVER, "NT 6.0", UNMET, "too_old"),
    "a build that only a server had": (SERVER, "10.0.20348", MET, "meets"),
    "a build that only a client had": (SERVER, "10.0.19045", UNMET, "not_a_server"),
    "8.0 is the oldest Android": (MOBILE, "Android 8.0", MET, "meets"),
    "Android 8": (MOBILE, "Android 8", MET, "meets"),
    "a bare number on a mobile device": (MOBILE, "8.1", MET, "meets"),
    "Oreo by name": (MOBILE, "Oreo", MET, "meets"),
    "7.1.2": (MOBILE, "Android 7.1.2", UNMET, "too_old"),
    "API 25": (MOBILE, "API level 25", UNMET, "too_old"),
    "API 26": (MOBILE, "API 26", MET, "meets"),
    "an Android newer than this table": (MOBILE, "Android 18", MET, "meets"),
    "iPhone": (MOBILE, "iPhone 12", UNMET, "other_system"),
    "Windows on a mobile device": (MOBILE, "Windows 10", UNMET, "other_system"),
    "Android without its version": (MOBILE, "андроид", UNKNOWN, "not_exact"),
}


@pytest.mark.parametrize(("place", "text", "status", "ground"), SYSTEMS.values(), ids=SYSTEMS)
def test_operating_system(place, text, status, ground):
    found = line(place, text)
    assert (found.status, found.ground) == (status, ground)


RUNTIMES = {
    "stated and new enough": ("Windows 7", "4.5", MET, "meets"),
    "too old": ("Windows 7", "4.0", UNMET, "too_old"),
    "a stated version outweighs the included one": ("Windows 10", "3.5", UNMET, "too_old"),
    "by release number": ("Windows 7", "378389", MET, "meets"),
    "the same for all 4.x": ("Windows 7", "v4.0.30319", UNKNOWN, "dotnet_4_unspecified"),
    ".NET 8 is another product": ("Windows 7", "8.0", UNKNOWN, "not_dotnet_framework"),
    "nonsense": ("Windows 7", "abc", UNKNOWN, "not_exact"),
    "8 has 4.5 inside": ("Windows 8", None, MET, "included_in_system"),
    "10 has 4.6 inside": ("Windows 10", None, MET, "included_in_system"),
    "2012 has 4.5 inside": ("Windows Server 2012", None, MET, "included_in_system"),
    "7 has none": ("Windows 7", None, UNKNOWN, "not_stated"),
    "2008 R2 has none": ("Windows Server 2008 R2", None, UNKNOWN, "not_stated"),
    "nothing said": ("", None, UNKNOWN, "not_stated"),
    "side by side the newest counts": ("Windows 7, .NET 3.5, .NET 4.8", None, MET, "meets"),
}


@pytest.mark.parametrize(("text", "dotnet", "status", "ground"), RUNTIMES.values(), ids=RUNTIMES)
def test_runtime(text, dotnet, status, ground):
    found = line(WORK, text, "runtime", dotnet=dotnet)
    assert (found.status, found.ground) == (status, ground)


AMOUNTS = {
    "workstation memory, exactly": (WORK, "memory", {"ram_mb": 512}, MET),
    "workstation memory, one less": (WORK, "memory", {"ram_mb": 511}, UNMET),
    "server memory, exactly": (SERVER, "memory", {"ram_mb": 4096}, MET),
    "server memory, one less": (SERVER, "memory", {"ram_mb": 4095}, UNMET),
    "workstation processor": (WORK, "cpu", {"cpu_mhz": 1000}, MET),
    "workstation processor, one less": (WORK, "cpu", {"cpu_mhz": 999}, UNMET),
    "server processor": (SERVER, "cpu", {"cpu_mhz": 2000}, MET),
    "server processor, one less": (SERVER, "cpu", {"cpu_mhz": 1999}, UNMET),
    "disk x86": (WORK, "disk", {"disk_mb": 850, "arch": Arch.X86}, MET),
    "disk x86, one less": (WORK, "disk", {"disk_mb": 849, "arch": Arch.X86}, UNMET),
    "disk x64": (WORK, "disk", {"disk_mb": 2048, "arch": Arch.X64}, MET),
    "disk x64, one less": (WORK, "disk", {"disk_mb": 2047, "arch": Arch.X64}, UNMET),
    "enough for either architecture": (WORK, "disk", {"disk_mb": 2048}, MET),
    "between the two": (WORK, "disk", {"disk_mb": 1000}, UNKNOWN),
    "too little for either": (WORK, "disk", {"disk_mb": 849}, UNMET),
    "server disk": (SERVER, "disk", {"disk_mb": 20480, "arch": Arch.X86}, MET),
    "server disk x64: the only published figure": (SERVER, "disk", {"disk_mb": 20479, "arch": Arch.X64}, UNMET),
    "nothing said": (SERVER, "disk", {}, UNKNOWN),
}


@pytest.mark.parametrize(("place", "subject", "values", "status"), AMOUNTS.values(), ids=AMOUNTS)
def test_processor_memory_and_disk(place, subject, values, status):
    assert line(place, "", subject, **values).status is status


def test_windows_11_is_always_64_bit():
    assert line(WORK, "Windows 11", "disk", disk_mb=1000).status is UNMET


def test_a_whole_description_in_free_words_is_met():
    text = "Windows 10 Pro 22H2 64-bit, 8 ГБ ОЗУ, свободно 40 ГБ, .NET 4.8, 2.4 ГГц"
    verdict = judge(parse_environment(text, WORK), SCHEME_DEFAULTS[WORK])
    assert verdict.status is MET
    assert [each.subject for each in verdict.lines] == ["os", "runtime", "cpu", "memory", "disk"]


def test_a_mobile_device_is_judged_by_its_system_alone():
    verdict = judge(parse_environment("Android 8.1", MOBILE), SCHEME_DEFAULTS[MOBILE])
    assert [(each.subject, each.status) for each in verdict.lines] == [("os", MET)]


def test_both_contradicting_systems_are_named():
    found = line(WORK, "Windows XP, Windows 10")
    assert "Windows XP" in found.sentence.ru
    assert "Windows 10" in found.sentence.en
    assert found.evidence["seen"] == "Windows XP (NT 5.1), Windows 10 (NT 10.0)"


LETTER = (
    "Добрый день! У нас 7 компьютеров с Windows 10, сервер 2008, на телефоне Android 7. Открыто 10 окон, ОКИБИ 8.1."
)
FROM_LETTER = {WORK: (MET, ["Windows 10"]), SERVER: (UNMET, ["сервер 2008"]), MOBILE: (UNMET, ["Android 7"])}


@pytest.mark.parametrize(("place", "expected"), FROM_LETTER.items())
def test_a_letter_may_speak_of_three_machines(place, expected):
    found = judge(find_environment(LETTER), SCHEME_DEFAULTS[place]).lines[0]
    assert (found.status, found.evidence["mentions"]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "7 компьютеров",
        "10 окон",
        "версия 8.1 ОКИБИ",
        "Не печатает отчёт за 2012 год",
        "SQL Server 2008 R2",
        "Отправлено с iPhone",
        "Всё встало.\n-- \nSent from my Android phone",
        "Отправлено из Почты для Windows 10",
    ],
)
def test_a_letter_without_a_machine_says_nothing(text):
    assert find_environment(text).empty


REPORTS = {
    "NT number of a workstation": ({"nt_version": "6.1.7601", "product_type": 1}, "Windows 7 (NT 6.1.7601)"),
    "NT number of a server": ({"nt_version": "6.1.7601", "product_type": 3}, "Windows Server 2008 R2 (NT 6.1.7601)"),
    "server build": ({"nt_version": "10.0.17763", "product_type": 3}, "Windows Server 2019 (NT 10.0.17763)"),
    "API level": ({"android_api": 27, "android_version": "8.1.0"}, "Android 8.1 (API 27)"),
    "Android version": ({"android_version": "9"}, "Android 9"),
    "words": ({"os": "Windows Server 2016"}, "Windows Server 2016 (NT 10.0)"),
}


@pytest.mark.parametrize(("report", "label"), REPORTS.values(), ids=REPORTS)
def test_a_structured_report_names_its_system(report, label):
    assert [system.label for system in environment_from_report(report).systems] == [label]


def test_a_structured_report_is_judged():
    report = {"nt_version": "6.1.7601", "product_type": 1, "dotnet_release": 461808, "cpu_mhz": "2400", "arch": "AMD64"}
    report |= {"ram_bytes": 4 * 2**30, "disk_free_bytes": 3 * 2**30}
    assert judge(environment_from_report(report), SCHEME_DEFAULTS[WORK]).status is MET


junk = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers(), max_size=2)
)
keys = [
    "os",
    "nt_version",
    "product_type",
    "android_api",
    "dotnet",
    "dotnet_release",
    "cpu_mhz",
    "ram_mb",
    "ram_bytes",
    "arch",
]


@given(st.dictionaries(st.sampled_from(keys), junk), st.sampled_from(Place))
def test_whatever_a_device_reports_there_is_a_verdict(report, place):
    assert judge(environment_from_report(report, place), SCHEME_DEFAULTS[place]).status in Status


@given(st.text(max_size=200), st.sampled_from(Place))
def test_whatever_somebody_writes_there_is_a_verdict(text, place):
    assert judge(find_environment(text), SCHEME_DEFAULTS[place]).status in Status
    assert judge(parse_environment(text, place), SCHEME_DEFAULTS[place]).status in Status


amount = st.integers(0, 100_000)


@given(
    st.sampled_from([WORK, SERVER]),
    st.sampled_from(["cpu_mhz", "ram_mb", "disk_mb"]),
    amount,
    amount,
    st.sampled_from([None, *Arch]),
)
def test_more_of_a_resource_never_makes_a_verdict_worse(place, what, little, more, arch):
    low, high = (
        judge(with_values(Environment(), arch=arch, **{what: value}), SCHEME_DEFAULTS[place])
        for value in (little, little + more)
    )
    assert all(RANK[one.status] <= RANK[two.status] for one, two in zip(low.lines, high.lines, strict=True))


@given(st.sampled_from(Place), st.text(max_size=60))
def test_every_line_says_it_in_both_languages(place, text):
    for each in judge(parse_environment(text, place), SCHEME_DEFAULTS[place]).lines:
        assert each.sentence.ru
        assert each.sentence.en
        assert each.evidence["required"]
