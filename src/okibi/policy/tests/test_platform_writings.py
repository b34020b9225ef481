"""The ways in which people write systems (platform_writings.txt), what is made of each; and laws for all of them."""

from pathlib import Path

import pytest

from okibi.policy.platform_judge import judge
from okibi.policy.platforms import SCHEME_DEFAULTS, Place, find_environment, parse_environment

TABLE = Path(__file__).with_name("platform_writings.txt").read_text(encoding="utf-8").splitlines()


def rows():
    place = None
    for line in TABLE:
        if line in set(Place):
            place = Place(line)
        elif line and not line.startswith("#"):
            status, ground, rest = line.split(None, 2)
            words, _, understood = rest.rpartition(" = ")
            yield place, words.strip(), status, ground, understood.strip()


ROWS = list(rows())


def os_line(place, words):
    environment = parse_environment(words, place)
    return environment, judge(environment, SCHEME_DEFAULTS[place]).lines[0]


@pytest.mark.parametrize(
    ("place", "words", "status", "ground", "understood"), ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS]
)
def test_as_people_write_it(place, words, status, ground, understood):
    environment, line = os_line(place, words)
    labels = " + ".join(system.label for system in environment.systems) or "—"
    assert (line.status, line.ground, labels) == (status, ground, understood)


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda words: f"  {words}.  ", lambda words: f"{words}, "])
def test_case_blanks_and_a_full_stop_change_nothing(change):
    for place, words, status, _ground, _understood in ROWS:
        line = os_line(place, change(words))[1]
        assert (words, line.status) == (words, status)


def test_whatever_is_not_met_says_why_in_both_languages_and_nobody_is_denied_for_words_unread():
    for place, words, status, _ground, understood in ROWS:
        environment, line = os_line(place, words)
        if status != "met":
            assert line.detail.ru, words
            assert line.detail.en, words
        if understood == "—":
            assert (words, line.status) == (words, "unknown")
            assert environment.arch or words in line.sentence.ru


LETTERS = {
    "a MAC address": "MAC-адрес компьютера 00:11, mac address too",
    "an attack": "на сайт идёт DoS, кофе в 12, астра расцвела, крейсер Аврора",
    "a pie": "спасибо, ждём вас на пирог, Pie и nougat",
    "a count": "у нас 7 компьютеров и 10 телефонов",
    "a hypervisor alone": "всё стоит на ESXi и Proxmox",
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_in_a_letter_such_words_name_no_system(letter):
    assert find_environment(letter).systems == ()
