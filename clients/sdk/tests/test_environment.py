"""Readings recorded on machines, and what is told of them: line by line, exactly what is shown."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi_sdk import collect
from okibi_sdk.environment import KINDS, report_of, unix, windows

RECORDED = Path(__file__).parent / "readings"


def windows_readings(name):
    kept = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return windows.Readings(kept["registry"], kept["memory"], kept["disk_free"], kept["locale"])


WINDOWS = {
    "windows-7-x86": {
        "system": {
            "family": "windows",
            "name": "Windows 7 Professional Service Pack 1",
            "edition": "Professional",
            "version": "6.1.7601",
            "build": "7601",
            "architecture": "x86",
        },
        "dotnet": {"release": 378389, "version": "4.5"},
        "cpu_mhz": 2394,
        "memory_mb": 2047,
        "disk_free_mb": 812,
        "locale": "ru-RU",
    },
    "windows-11-x64": {
        "system": {
            "family": "windows",
            "name": "Windows 11 Pro 23H2",
            "edition": "Professional",
            "version": "10.0.22631",
            "build": "22631.3007",
            "architecture": "x64",
        },
        "dotnet": {"release": 533320, "version": "4.8.1"},
        "cpu_mhz": 3293,
        "memory_mb": 16214,
        "disk_free_mb": 204800,
        "locale": "ru-RU",
    },
    "windows-server-2008-r2": {
        "system": {
            "family": "windows",
            "name": "Windows Server 2008 R2 Standard Service Pack 1",
            "edition": "ServerStandard",
            "version": "6.1.7601",
            "build": "7601",
            "architecture": "x64",
        },
        "dotnet": {"version": "3.5"},
        "cpu_mhz": 2666,
        "memory_mb": 4095,
        "disk_free_mb": 30720,
        "locale": "ru-RU",
    },
    "windows-server-2022": {
        "system": {
            "family": "windows",
            "name": "Windows Server 2022 Standard 21H2",
            "edition": "ServerStandard",
            "version": "10.0.20348",
            "build": "20348.2227",
            "architecture": "x64",
        },
        "dotnet": {"release": 528449, "version": "4.8"},
        "cpu_mhz": 2095,
        "memory_mb": 32767,
        "disk_free_mb": 51200,
        "locale": "en-US",
    },
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_from_its_registry(name):
    assert report_of(windows.parse(windows_readings(name))).as_json() == WINDOWS[name]


@pytest.mark.parametrize(
    ("release", "version"),
    [
        (378388, ""),
        (378389, "4.5"),
        (378675, "4.5.1"),
        (378758, "4.5.1"),
        (379893, "4.5.2"),
        (393297, "4.6"),
        (394271, "4.6.1"),
        (394806, "4.6.2"),
        (460805, "4.7"),
        (461310, "4.7.1"),
        (461814, "4.7.2"),
        (528040, "4.8"),
        (528449, "4.8"),
        (533325, "4.8.1"),
        (600000, "4.8.1"),
    ],
)
def test_each_release_number_of_dotnet_has_its_version(release, version):
    raw = windows.Readings({windows.NDP + r"\v4\Full": {"Release": release}})
    assert (windows.parse(raw)["dotnet_release"], windows.parse(raw)["dotnet_version"]) == (release, version)


def test_a_machine_that_tells_nothing_has_no_line_but_its_family():
    assert report_of(windows.parse(windows.Readings())).as_json() == {"system": {"family": "windows"}}
    assert report_of(unix.parse_linux(unix.Readings())).as_json() == {"system": {"family": "linux", "name": "Linux"}}


def test_linux_from_its_files():
    raw = unix.Readings(
        os_release='PRETTY_NAME="РЕД ОС 7.3"\nVERSION_ID="7.3"\n# a comment\nNAME="RED OS"\n',
        cpuinfo="processor\t: 0\ncpu MHz\t\t: 2400.112\nprocessor\t: 1\ncpu MHz\t\t: 800.000\n",
        meminfo="MemTotal:        8040328 kB\nMemFree:          123456 kB\n",
        kernel="5.15.87-1.el7",
        machine="x86_64",
        disk_free=21_474_836_480,
        locale="ru_RU.UTF-8",
    )
    assert report_of(unix.parse_linux(raw)).as_json() == {
        "system": {
            "family": "linux",
            "name": "РЕД ОС 7.3",
            "version": "7.3",
            "build": "5.15.87-1.el7",
            "architecture": "x64",
        },
        "cpu_mhz": 2400,
        "memory_mb": 7851,
        "disk_free_mb": 20480,
        "locale": "ru-RU",
    }


def test_android_from_its_properties():
    raw = unix.Readings(
        max_frequency="2001000\n",
        meminfo="MemTotal:        3809036 kB\n",
        machine="aarch64",
        disk_free=5_368_709_120,
        properties={
            "ro.build.version.release": "8.1.0",
            "ro.build.version.sdk": "27",
            "ro.build.display.id": "OPM1.171019.026",
            "ro.product.manufacturer": "Example",
            "ro.product.model": "Phone 5",
            "ro.product.cpu.abi": "arm64-v8a",
            "persist.sys.locale": "ru-RU",
        },
    )
    assert report_of(unix.parse_android(raw)).as_json() == {
        "system": {
            "family": "android",
            "name": "Android 8.1.0",
            "edition": "Example Phone 5",
            "version": "8.1.0",
            "build": "OPM1.171019.026",
            "api_level": 27,
            "architecture": "arm64",
        },
        "cpu_mhz": 2001,
        "memory_mb": 3719,
        "disk_free_mb": 5120,
        "locale": "ru-RU",
    }


def test_a_mac_is_named():
    raw = unix.Readings(mac_version="14.5", machine="arm64", memory=17_179_869_184)
    told = report_of(unix.parse_macos(raw)).as_json()
    assert told["system"] == {"family": "macos", "name": "macOS 14.5", "version": "14.5", "architecture": "arm64"}
    assert told["memory_mb"] == 16384


def test_this_machine_can_be_read():
    told = collect({"database": "Firebird 3"}).as_json()
    assert told["system"]["family"]
    assert told["disk_free_mb"] > 0
    assert told["app"] == {"database": "Firebird 3"}


# ---------------------------------------------------------------- the preview and the switches


def leaves(document):
    for value in document.values():
        if isinstance(value, dict):
            yield from leaves(value)
        else:
            yield value


VALUES = st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, st.integers(-5, 10**9) | st.text(max_size=20)))


@given(VALUES, st.sets(st.sampled_from(sorted(KINDS))), st.sampled_from(["ru", "en"]))
def test_what_is_shown_is_what_is_sent_and_what_is_kept_back_is_in_neither(values, kept_back, language):
    report = report_of(values, {"mode": "server"}).without(*kept_back)
    sent = [str(value) for value in leaves(report.as_json())]
    shown = report.preview(language)
    assert len(sent) == len(shown)
    assert all(any(value in line for line in shown) for value in sent)
    assert not kept_back & {line.key for line in report}
    assert report.with_(*kept_back).as_json() == report_of(values, {"mode": "server"}).as_json()


def test_a_line_that_does_not_exist_cannot_be_switched_off_by_mistake():
    with pytest.raises(KeyError):
        report_of({"cpu_mhz": 2400}).without("cpu")
    assert report_of({"memory_mb": 8192}).preview("ru") == ("Память: 8192 МБ",)
    assert report_of({}, {"mode": "a"}).without("app.mode").as_json() == {}
