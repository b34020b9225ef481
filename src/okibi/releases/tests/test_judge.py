"""A file against its product, its version and the systems of the scheme: each refusal by its sentence."""

from dataclasses import replace

import pytest

from okibi.policy.platforms import SCHEME_DEFAULTS, Place
from okibi.policy.versions import parse_version
from okibi.releases.reading.facts import Facts
from okibi.releases.reading.judge import Expected, faults_of, unpinned

ONE, OTHER = "a" * 64, "b" * 64
MOBILE = Expected(
    parse_version("3.4.0"),
    SCHEME_DEFAULTS[Place.MOBILE],
    package="ru.okibi.mob",
    certificates=frozenset([ONE]),
    last_code=30300,
)
DESKTOP = Expected(
    parse_version("4.2.0"),
    SCHEME_DEFAULTS[Place.WORKSTATION],
    upgrade_code="{U}",
    certificates=frozenset([ONE]),
    last_msi="4.1.9",
    product_codes=frozenset(["{P1}"]),
)
SIGNED = {"signature": "valid", "certificates": (ONE,)}
APK = Facts(
    "apk",
    version="3.4.0",
    package="ru.okibi.mob",
    version_code=30400,
    min_sdk=26,
    target_sdk=34,
    schemes=("v2", "v3"),
    **SIGNED,
)
EXE = Facts("exe", version="4.2.0.17", subsystem="6.0", managed=True, dotnet="4.5", **SIGNED)
MSI = Facts("msi", version="4.2.0", upgrade_code="{U}", product_code="{P2}", **SIGNED)


def codes(facts: Facts, expected: Expected) -> list[str]:
    return [each.code for each in faults_of(facts, expected)]


@pytest.mark.parametrize(("facts", "expected"), [(APK, MOBILE), (EXE, DESKTOP), (MSI, DESKTOP)])
def test_what_fits_has_no_fault_and_fixes_nothing_new(facts, expected):
    assert codes(facts, expected) == []
    assert unpinned(facts, expected) == {}


@pytest.mark.parametrize(
    ("said", "changes", "code"),
    [
        ("another package", {"package": "com.stranger"}, "package"),
        ("no package", {"package": ""}, "no_package"),
        ("versionCode stays", {"version_code": 30300}, "version_code"),
        ("versionCode falls", {"version_code": 1}, "version_code"),
        ("another version than declared", {"version": "3.4.1"}, "version"),
        ("no version", {"version": ""}, "no_version"),
        ("Android 8.0 is covered and could not install it", {"min_sdk": 27}, "min_sdk"),
        ("new Android refuses so old a target", {"target_sdk": 23}, "target_sdk"),
        ("debuggable", {"debuggable": True}, "debuggable"),
        ("Android 8 knows no v3", {"schemes": ("v3",)}, "no_v2"),
        ("another certificate", {"certificates": (OTHER,)}, "certificate"),
        ("the right certificate in v2 and a stranger in v3", {"certificates": (ONE, OTHER)}, "certificate"),
        ("a broken signature", {"signature": "broken"}, "signature"),
    ],
)
def test_an_apk_that_does_not_fit(said, changes, code):
    assert codes(replace(APK, **changes), MOBILE) == [code], said


def test_a_new_key_that_follows_from_the_pinned_one_is_taken():
    assert codes(replace(APK, certificates=(ONE, OTHER), ancestors=(ONE,)), MOBILE) == []


@pytest.mark.parametrize(
    ("said", "changes", "code"),
    [
        ("it asks for Windows 10 and Vista is covered", {"subsystem": "10.0"}, "windows"),
        ("it asks for Windows 7", {"subsystem": "6.1"}, "windows"),
        (".NET 4.6.2 and 4.5 is covered", {"dotnet": "4.6.2"}, "dotnet"),
        ("not signed though the product is", {"signature": "", "certificates": ()}, "unsigned"),
        ("another version", {"version": "4.1.0.3"}, "version"),
    ],
)
def test_an_exe_that_does_not_fit(said, changes, code):
    assert codes(replace(EXE, **changes), DESKTOP) == [code], said


def test_a_refusal_names_windows_as_people_do():
    (fault,) = faults_of(replace(EXE, subsystem="10.0"), DESKTOP)
    assert fault.why.ru == "Нужна Windows 10 (NT 10.0), а поддерживается Windows Vista."


def test_an_exe_for_windows_7_fits_a_server_of_2008_r2():
    assert codes(replace(EXE, subsystem="6.1"), replace(DESKTOP, requirement=SCHEME_DEFAULTS[Place.SERVER])) == []


@pytest.mark.parametrize(
    ("said", "changes", "code"),
    [
        ("another UpgradeCode", {"upgrade_code": "{X}"}, "upgrade_code"),
        ("ProductCode of a published one", {"product_code": "{P1}"}, "product_code"),
    ],
)
def test_an_msi_that_does_not_fit(said, changes, code):
    assert codes(replace(MSI, **changes), DESKTOP) == [code], said


def test_windows_installer_does_not_see_a_fourth_number():
    expected = replace(DESKTOP, version=parse_version("4.2.0.2"), last_msi="4.2.0.1")
    assert codes(replace(MSI, version="4.2.0.2"), expected) == ["msi_version"]


@pytest.mark.parametrize(
    ("declared", "said", "fits"),
    [
        ("4.2.0", "4.2.0.1043", True),
        ("4.2", "4.2.0.0", True),
        ("4.2.0.17", "4.2.0.17", True),
        ("4.2.0.17", "4.2.0.18", False),
        ("4.2.0.17", "4.2.0", False),
        ("4.3.0-beta.2", "4.3.0-beta.2", True),
        ("4.3.0-beta.2", "4.3.0.0", True),
        ("4.3.0", "4.3.0-beta.2", False),
        ("4.2.0", "4, 2, 0, 0", False),
        ("4.2.0", "build of Monday", False),
    ],
)
def test_the_declared_version_is_that_of_the_file(declared, said, fits):
    found = codes(replace(EXE, version=said), replace(DESKTOP, version=parse_version(declared)))
    assert (found == []) is fits


def test_any_spelling_in_an_exe_may_be_the_declared_one():
    assert codes(replace(EXE, version="Monday", versions=("4.2.0.0",)), DESKTOP) == []


def test_the_first_files_of_a_product_fix_what_they_bring():
    nothing = replace(MOBILE, package="", certificates=frozenset())
    assert codes(APK, nothing) == []
    assert unpinned(APK, nothing) == {"android_package": "ru.okibi.mob", "certificates": [ONE]}
    assert unpinned(MSI, replace(DESKTOP, upgrade_code="")) == {"msi_upgrade_code": "{U}"}


def test_a_file_with_faults_fixes_nothing():
    assert unpinned(replace(APK, faults=("apk_digest",)), Expected(parse_version("3.4.0"))) == {}


def test_a_fault_of_reading_is_the_only_one_told():
    assert codes(replace(APK, faults=("apk_digest",), package="com.stranger"), MOBILE) == ["apk_digest"]
