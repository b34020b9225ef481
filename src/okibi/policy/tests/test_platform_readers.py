"""What free words say of .NET, Android, other systems, processor, memory and disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.platform_android import API_LEVELS, find_android
from okibi.policy.platform_dotnet import RELEASES, Runtime, find_dotnet, parse_dotnet, version_of_release
from okibi.policy.platform_others import find_others
from okibi.policy.platform_resources import find_resources
from okibi.policy.platform_text import plain, tidy

PUBLISHED_RELEASES = {
    "4.5": [378389],
    "4.5.1": [378675, 378758],
    "4.5.2": [379893],
    "4.6": [393295, 393297],
    "4.6.1": [394254, 394271],
    "4.6.2": [394802, 394806],
    "4.7": [460798, 460805],
    "4.7.1": [461308, 461310],
    "4.7.2": [461808, 461814],
    "4.8": [528040, 528049, 528209, 528372, 528449],
    "4.8.1": [533320, 533325],
}


@pytest.mark.parametrize(("version", "releases"), PUBLISHED_RELEASES.items())
def test_every_published_release_number_is_its_version(version, releases):
    assert {version_of_release(release) for release in releases} == {version}
    assert all(parse_dotnet(str(release)).version == version for release in releases)


def test_one_below_a_release_is_the_version_before():
    versions = [version for _, version in RELEASES] + [None]
    assert [version_of_release(least - 1) for least, _ in RELEASES] == versions[1:]


ANSWERS = {
    "4.8": (Runtime.FRAMEWORK, "4.8"),
    "4,8": (Runtime.FRAMEWORK, "4.8"),
    "4.6.2": (Runtime.FRAMEWORK, "4.6.2"),
    "4.5.51209": (Runtime.FRAMEWORK, "4.5"),
    "4.5 или выше": (Runtime.FRAMEWORK, "4.5"),
    "4.0": (Runtime.FRAMEWORK, "4.0"),
    "3.5 SP1": (Runtime.FRAMEWORK, "3.5"),
    "0x80ea8": (Runtime.FRAMEWORK, "4.8"),
    "378388": (Runtime.FRAMEWORK, "4.0"),
    ".NET Framework 4.8": (Runtime.FRAMEWORK, "4.8"),
    "net472": (Runtime.FRAMEWORK, "4.7.2"),
    "v2.0.50727": (Runtime.FRAMEWORK, "3.5"),
    "v4.0.30319": (Runtime.FRAMEWORK_4, "4"),
    "v4.0": (Runtime.FRAMEWORK_4, "4"),
    "4": (Runtime.FRAMEWORK_4, "4"),
    "8.0": (Runtime.OTHER_DOTNET, ".NET 8.0"),
    ".NET Core 3.1": (Runtime.OTHER_DOTNET, ".NET Core 3.1"),
    "99": (Runtime.UNREADABLE, "99.0"),
    "abc": (Runtime.UNREADABLE, ""),
}


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.items())
def test_an_explicit_answer_to_which_dotnet(answer, expected):
    dotnet = parse_dotnet(answer)
    assert (dotnet.runtime, dotnet.version) == expected


DOTNET_WORDS = {
    "стоит .NET 4.8": [".NET Framework 4.8"],
    "Microsoft .NET Framework v4.7.2": [".NET Framework 4.7.2"],
    "Release 0x80eb1 (528049)": [".NET Framework 4.8"],
    ".NET 6 runtime": [".NET 6"],
    "требует .NET Framework 4.8, а стоит .NET 3.5": [".NET Framework 3.5"],
    ".NET Framework 4.8 не установлен": [],
    "Windows 7, net 4.5.2": [".NET Framework 4.5.2"],
    "net 5 окон": [],
    "asp.net 4.8": [],
    "anna@example.net 4.8": [],
    "anna@example.net 4.5": [],
}


@pytest.mark.parametrize(("words", "labels"), DOTNET_WORDS.items())
def test_free_words_about_dotnet(words, labels):
    assert [dotnet.label for dotnet in find_dotnet(plain(words), words)] == labels


ANDROID_WORDS = {
    "Android 8.1": [(8, 1)],
    "андроид 7.1.2": [(7, 1, 2)],
    "Oreo": [(8, 0)],
    "Android Nougat": [(7, 0)],
    "Android 8.1 Oreo": [(8, 1)],
    "Android Oreo 8.1": [(8, 1)],
    "Android 23": [None],
    "Android 12L": [(12,)],
    "API 26": [(8, 0)],
    "API level 25": [(7, 1)],
    "android-37": [(17,)],
    "Mozilla/5.0 (Linux; Android 10; D-7)": [(10,)],
    "Android 7, Android 9": [(7,), (9,)],
    "Android": [None],
    "Android 99": [None],
    "API 99": [],
}


@pytest.mark.parametrize(("words", "versions"), ANDROID_WORDS.items())
def test_free_words_about_android(words, versions):
    assert [system.version for system in find_android(plain(words), words, one_machine=True)] == versions


@pytest.mark.parametrize("words", ["используем ваше API 26", "купили печенье Oreo", "pie"])
def test_a_letter_without_the_word_android_names_no_android(words):
    assert find_android(plain(words), words, one_machine=False) == ()


@pytest.mark.parametrize("level", API_LEVELS)
def test_every_api_level_is_its_version(level):
    words = f"API {level}"
    (found,) = find_android(words.lower(), words, one_machine=True)
    assert (found.api, found.version) == (level, API_LEVELS[level])


OTHER_WORDS = {
    "macOS 14": ["macOS 14"],
    "iPhone 12": ["iOS"],
    "iOS 17": ["iOS 17"],
    "Ubuntu 22.04": ["Linux (Ubuntu)"],
    "Astra Linux": ["Linux (Astra Linux)"],
    "РЕД ОС 7.3": ["Linux (РЕД ОС)"],
    "Mozilla/5.0 (Linux; Android 10; D-7)": [],
    "не Linux": [],
    "biosphere": [],
}


@pytest.mark.parametrize(("words", "names"), OTHER_WORDS.items())
def test_free_words_about_other_systems(words, names):
    assert [system.name for system in find_others(plain(words), words)] == names


RESOURCE_WORDS = {
    "Windows 10 Pro 22H2 64-bit, 8 ГБ ОЗУ, свободно 40 ГБ, .NET 4.8, 2.4 ГГц": ([2400], [8192], [40960], ["x64"]),
    "ОЗУ 8 ГБ свободно 40 ГБ 2,4GHz": ([2400], [8192], [40960], []),
    "RAM: 512 MB, disk C: 850 MB free": ([], [512], [850], []),
    "4 гига оперативки": ([], [4096], [], []),
    "на диске C: осталось 1,5 ГБ": ([], [], [1536], []),
    "видеокарта 2 ГБ, память 4 ГБ": ([], [4096], [], []),
    "Wi-Fi 5 ГГц": ([], [], [], []),
    "DDR4 3200 МГц": ([], [], [], []),
    "RAM 4GB HDD 100GB free CPU 2.5 GHz": ([2500], [4096], [102400], []),
    "RAM 4GB SSD 512GB": ([], [4096], [], []),
    "диск 500 ГБ": ([], [], [], []),
    "файл на 25 МБ": ([], [], [], []),
    "Оперативная память 16,0 ГБ (доступно: 15,8 ГБ)": ([], [16384], [], []),
    "Установленная память (ОЗУ): 4,00 ГБ (3,87 ГБ доступно)": ([], [4096], [], []),
    "Installed RAM 16.0 GB (15.8 GB usable)": ([], [16384], [], []),
    "ОЗУ 16 ГБ, SSD 256 ГБ (доступно 120 ГБ)": ([], [16384], [122880], []),
    "Intel Core i5 CPU @ 2.80GHz": ([2800], [], [], []),
    "Windows 7 x86": ([], [], [], ["x86"]),
    "32-разрядная": ([], [], [], ["x86"]),
    "х64": ([], [], [], ["x64"]),
    "Win32; x64": ([], [], [], ["x64"]),
}


@pytest.mark.parametrize(("words", "expected"), RESOURCE_WORDS.items())
def test_free_words_about_resources(words, expected):
    found = find_resources(words)
    amounts = [[amount.value for amount in each] for each in (found.cpu_mhz, found.ram_mb, found.disk_mb)]
    assert (*amounts, [arch.value for arch in found.arch]) == expected


@given(st.text(max_size=200))
def test_the_plain_form_keeps_every_letter_in_its_place(words):
    assert len(plain(tidy(words))) == len(tidy(words))


def test_endless_blanks_and_marks_are_shortened():
    assert tidy("Windows" + " " * 9000 + "10" + "-" * 9000 + "\n" * 9000) == "Windows 10-\n"
    assert len(tidy("a" * 10**6)) == 20_000
