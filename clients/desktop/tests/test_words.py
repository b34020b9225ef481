import re
import string
from pathlib import Path

import pytest

import okibi_desktop
from okibi_desktop.words import CATALOGUE, Words, form_of

SOURCE = Path(okibi_desktop.__file__).parent
CODE = "\n".join(path.read_text() for path in SOURCE.rglob("*.py") if path.parent.name != "words")
CYRILLIC = re.compile("[А-Яа-яЁё]")
ALIKE = {"zoned", "message_from", "tray_tip_unread", "tool_tip", "server_hint", "moment", "moment_year"}


@pytest.mark.parametrize("key", CATALOGUE)
def test_each_word_stands_in_both_languages_with_the_same_places(key):
    said = CATALOGUE[key]
    assert said.ru
    assert said.en
    assert not CYRILLIC.search(said.en)
    assert key in ALIKE or CYRILLIC.search(said.ru)
    places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (said.ru, said.en)]
    assert places[0] == places[1]


@pytest.mark.parametrize("key", CATALOGUE)
def test_each_word_is_said_somewhere(key):
    parts = key.split("_")
    built = {f'f"{parts[0]}_{{', f'_{parts[-1]}"', f"{{{parts[0]}}}"}
    assert f'"{key}"' in CODE or any(each in CODE for each in built)


def test_the_code_says_no_word_that_is_not_there():
    said = set(re.findall(r'\bt(?:\.count)?\(\s*"(\w+)"', CODE))
    assert said
    assert said <= set(CATALOGUE)


def test_no_words_stand_in_the_windows_themselves():
    ui = "\n".join(path.read_text() for path in (SOURCE / "ui").rglob("*.py")).replace("ИПВ", "")
    assert set(CYRILLIC.findall(ui)) == set("Русский")


@pytest.mark.parametrize(
    ("number", "ru", "en"),
    [
        (0, "0 файлов", "0 files"),
        (1, "1 файл", "1 file"),
        (3, "3 файла", "3 files"),
        (11, "11 файлов", "11 files"),
        (21, "21 файл", "21 files"),
        (112, "112 файлов", "112 files"),
    ],
)
def test_numbers_are_said_as_the_language_wants(number, ru, en):
    assert (Words("ru").count("files", number), Words("en").count("files", number)) == (ru, en)
    assert form_of(number, "en") in {0, 1}
