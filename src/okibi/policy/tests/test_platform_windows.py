"""Which Windows the words name."""

import pytest

from okibi.policy.platform_text import plain
from okibi.policy.platform_windows import find_windows
from okibi.policy.platform_windows_names import CLIENTS, SERVERS, WINDOWS_10, WINDOWS_11, Kind

DESCRIPTIONS = {
    "Win 7 x64": ["Windows 7 (NT 6.1)"],
    "Виндовс 7": ["Windows 7 (NT 6.1)"],
    "вин 10": ["Windows 10 (NT 10.0)"],
    "вин10": ["Windows 10 (NT 10.0)"],
    "на винде 7": ["Windows 7 (NT 6.1)"],
    "винда": ["Windows"],
    "Семёрка": ["Windows 7 (NT 6.1)"],
    "десятка": ["Windows 10 (NT 10.0)"],
    "ХР": ["Windows XP (NT 5.1)"],
    "XP": ["Windows XP (NT 5.1)"],
    "WinXP SP3": ["Windows XP (NT 5.1)"],
    "Windows Vista SP2": ["Windows Vista (NT 6.0)"],
    "Windows 98SE": ["Windows 98"],
    "Windows® 8.1 Pro": ["Windows 8.1 (NT 6.3)"],
    "Windows 8,1": ["Windows 8.1 (NT 6.3)"],
    "Windows 10 Pro 22H2 64-bit": ["Windows 10 (NT 10.0.19045)"],
    "Windows 10 Enterprise LTSC 2019": ["Windows 10 (NT 10.0)"],
    "Windows 10, сборка 19045": ["Windows 10 (NT 10.0.19045)"],
    "Windows 10 Pro 10.0.22631": ["Windows 11 (NT 10.0.22631)"],
    "Windows 11 25H2": ["Windows 11 (NT 10.0.26200)"],
    "Windows 7 (6.1.7601)": ["Windows 7 (NT 6.1.7601)"],
    "Windows 6.1": ["NT 6.1 (Windows 7 / Windows Server 2008 R2)"],
    "Windows Version 6.1 (Build 7601: Service Pack 1)": ["NT 6.1.7601 (Windows 7 / Windows Server 2008 R2)"],
    "Windows Seven": ["Windows 7 (NT 6.1)"],
    "NT 6.1": ["NT 6.1 (Windows 7 / Windows Server 2008 R2)"],
    "6.1.7601": ["NT 6.1.7601 (Windows 7 / Windows Server 2008 R2)"],
    "10.0.19045": ["Windows 10 (NT 10.0.19045)"],
    "10.0.20348": ["Windows Server 2022 (NT 10.0.20348)"],
    "Microsoft Windows [Version 10.0.19045.3803]": ["Windows 10 (NT 10.0.19045)"],
    "Mozilla/5.0 (Windows NT 6.1; WOW64)": ["NT 6.1 (Windows 7 / Windows Server 2008 R2)"],
    "Windows Server 2012 R2": ["Windows Server 2012 R2 (NT 6.3)"],
    "Windows Server (R) 2008 R2": ["Windows Server 2008 R2 (NT 6.1)"],
    "сервер 2012 р2": ["Windows Server 2012 R2 (NT 6.3)"],
    "виндовс сервер 2019": ["Windows Server 2019 (NT 10.0)"],
    "w2k12r2": ["Windows Server 2012 R2 (NT 6.3)"],
    "Win2008R2": ["Windows Server 2008 R2 (NT 6.1)"],
    "Windows 2003": ["Windows Server 2003 (NT 5.2)"],
    "Windows Storage Server 2012 R2": ["Windows Server 2012 R2 (NT 6.3)"],
    "Windows Server 2025 Datacenter": ["Windows Server 2025 (NT 10.0)"],
    "Windows Server": ["Windows Server"],
    "Windows Phone 8.1": ["Windows Phone 8.1"],
    "Windows Embedded Standard 7": ["Windows 7 (NT 6.1)"],
    "7": ["Windows 7 (NT 6.1)"],
    "2012 R2": ["Windows Server 2012 R2 (NT 6.3)"],
    "2012 R2 Standard x64": ["Windows Server 2012 R2 (NT 6.3)"],
    "2008 R2 SP1": ["Windows Server 2008 R2 (NT 6.1)"],
    "Windows 2008 Server R2": ["Windows Server 2008 R2 (NT 6.1)"],
    "Windows 2008 Server": ["Windows Server 2008 (NT 6.0)"],
    "Windows 9": ["Windows"],
    "Windows 7/10": ["Windows 7 (NT 6.1)", "Windows 10 (NT 10.0)"],
    "Windows XP и Windows 10": ["Windows XP (NT 5.1)", "Windows 10 (NT 10.0)"],
    "не Windows 7, а Windows 10": ["Windows 10 (NT 10.0)"],
    "asdf": [],
    "": [],
}
LETTERS = {
    "У нас 7 компьютеров и 10 окон": [],
    "версия 8.1 ОКИБИ": [],
    "ОКИБИ 6.1.7601 не открывается": [],
    "База на MS SQL Server 2012 R2": [],
    "Exchange Server 2016 стоит на Windows Server 2019": ["Windows Server 2019 (NT 10.0)"],
    "На Windows 10 компьютеров": ["Windows"],
    "The windows do not open": [],
    "купил семёрку пива": [],
    "на компе стоит семёрка": ["Windows 7 (NT 6.1)"],
    "заказ 2012 года с сервера": [],
    "Подключаемся к серверу 2019 года выпуска": [],
    "ОКИБИ для Windows 5.1": ["Windows"],
    "Сбой на вин 7": ["Windows 7 (NT 6.1)"],
}


@pytest.mark.parametrize(("words", "labels"), DESCRIPTIONS.items())
def test_a_description_of_one_machine(words, labels):
    assert [system.label for system in find_windows(plain(words), words, one_machine=True)] == labels


@pytest.mark.parametrize(("words", "labels"), LETTERS.items())
def test_a_letter_names_a_system_only_explicitly(words, labels):
    assert [system.label for system in find_windows(plain(words), words, one_machine=False)] == labels


@pytest.mark.parametrize("edition", [*CLIENTS.values(), *SERVERS.values()], ids=lambda edition: edition.name)
def test_every_edition_is_read_by_its_name(edition):
    (found,) = find_windows(plain(edition.name), edition.name, one_machine=True)
    assert (found.name, found.kind, found.nt) == (edition.name, edition.kind, edition.nt)


@pytest.mark.parametrize(
    ("number", "versions"), [("10", WINDOWS_10), ("11", WINDOWS_11)], ids=["Windows 10", "Windows 11"]
)
def test_every_yearly_version_gives_its_build_and_its_dotnet(number, versions):
    for tag, (build, dotnet) in versions.items():
        words = f"Windows {number} {tag.upper()}"
        (found,) = find_windows(plain(words), words, one_machine=True)
        assert (found.kind, found.build, found.dotnet) == (Kind.CLIENT, build, dotnet)
