"""Two languages by construction: what is written in English in code and templates has its Russian words."""

import gettext
import re
from collections import defaultdict
from pathlib import Path

import django
import pytest

from okibi.ops.catalogues import build, parse
from tests.architecture.messages import Used, catalogue_files, entries, header, room_of, used

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%([sd])|\{(\w+)\}")
CATALOGUES = [pytest.param(path, id=str(path.relative_to(path.parents[6]))) for path in catalogue_files()]


def placeholders(text: str) -> list[str]:
    return sorted("".join(groups) for groups in PLACEHOLDER.findall(text))


def by_room() -> dict[str, list[Used]]:
    rooms = defaultdict(list)
    for use in used():
        rooms[use.room].append(use)
    return dict(rooms)


ROOMS = by_room()
DJANGO = gettext.translation("django", Path(django.__file__).parent / "conf" / "locale", languages=["ru"])


def is_djangos_own(use: Used) -> bool:
    """Whether Django itself says it in Russian (the names of languages, «Обязательное поле.»)."""
    return use.context is None and use.plural is None and DJANGO.gettext(use.msgid) != use.msgid


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_message_of_a_room_has_its_russian_words_in_that_rooms_catalogue(room):
    said = {e.key for path in catalogue_files() if room_of(path) == room for e in entries(path) if e.is_translated}
    unsaid = [use for use in ROOMS[room] if use.key not in said and not is_djangos_own(use)]
    missing = sorted({f"{use.place}  {use.context or ''} {use.msgid!r}" for use in unsaid})
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_nothing_in_a_catalogue_is_fuzzy_empty_or_said_twice(catalogue):
    found = entries(catalogue)
    assert not [entry.msgid for entry in found if entry.fuzzy]
    assert not [entry.msgid for entry in found if not entry.is_translated]
    keys = [entry.key for entry in found]
    assert not {key for key in keys if keys.count(key) > 1}


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_translation_fills_in_what_its_english_words_fill_in(catalogue):
    wrong = [
        f"{entry.msgid!r} → {text!r}"
        for entry in entries(catalogue)
        for text in entry.texts.values()
        if placeholders(text) != placeholders(entry.plural or entry.msgid)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_count_has_all_the_forms_that_russian_has(catalogue):
    forms = re.search(r"nplurals=(\d)", header(catalogue))
    assert forms, "no Plural-Forms"
    wrong = [entry.msgid for entry in entries(catalogue) if entry.plural and len(entry.texts) != int(forms[1])]
    assert not wrong


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_catalogue_holds_nothing_that_no_page_says_any_more(catalogue):
    keys = {use.key for use in ROOMS.get(room_of(catalogue), [])}
    assert not sorted(entry.msgid for entry in entries(catalogue) if entry.key not in keys)


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_catalogue_compiles_to_what_it_says(catalogue):
    content = build(parse(catalogue.read_text(encoding="utf-8"), str(catalogue)))
    assert all(entry.value.encode() in content for entry in entries(catalogue))


def test_one_english_message_has_one_russian_wording():
    """Django reads all catalogues into one: where two differ, the order of rooms would decide."""
    wordings: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in catalogue_files():
        for entry in entries(path):
            wordings[entry.key][entry.value].add(room_of(path))
    differing = {key: dict(found) for key, found in wordings.items() if len(found) > 1}
    assert not differing


def test_all_catalogues_count_alike():
    counting = {re.search(r"Plural-Forms:.*", header(path))[0].replace(" ", "") for path in catalogue_files()}
    assert len(counting) == 1, counting
