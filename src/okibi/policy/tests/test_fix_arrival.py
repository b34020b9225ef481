"""When a report means that the fix has arrived, and how "does it work now?" is answered."""

import pytest
from hypothesis import given

from okibi.policy.fix_arrival import Promised, Report, has_arrived, is_rolled_back
from okibi.policy.tests.test_versions import versions
from okibi.policy.versions import parse_version
from okibi.policy.works_answer import Works, read_works

PC, LAPTOP, ANNA, BORIS, RYABINA, KEDR = 1, 2, 11, 12, 21, 22
V = parse_version


def waits(fixed_in="4.3.0", **where):
    return Promised(V(fixed_in), **{"person": ANNA, "organisation": RYABINA, **where})


def says(version="4.3.0", device=PC, people=(ANNA,), organisation=None):
    return Report(V(version), device, frozenset(people), organisation)


CASES = {
    "the very version": (waits(), says("4.3.0"), ["4.3.0"], True),
    "a later one": (waits(), says("4.4.1"), ["4.3.0", "4.4.1"], True),
    "a build of it": (waits(), says("4.3.0.1043"), ["4.3.0"], True),
    "an earlier one": (waits(), says("4.2.9"), ["4.2.9", "4.3.0"], False),
    "a pre-release of it": (waits(), says("4.3.0-beta.2"), ["4.3.0-beta.2"], False),
    "a version that jumped over the promised one": (waits(), says("4.4.0"), ["4.4.0"], True),
    "a version that nobody published": (waits(), says("99.0"), [], False),
    "published only above what runs": (waits(), says("4.3.0"), ["4.4.0"], False),
    "the person's other device": (waits(), says(device=LAPTOP), ["4.3.0"], True),
    "another device than that which placed it": (waits(device=PC), says(device=LAPTOP), ["4.3.0"], False),
    "the device that placed it": (waits(device=PC), says(device=PC), ["4.3.0"], True),
    "a colleague's device": (waits(), says(people=(BORIS,), organisation=RYABINA), ["4.3.0"], False),
    "the organisation's server": (waits(), says(people=(), organisation=RYABINA), ["4.3.0"], True),
    "another organisation's server": (waits(), says(people=(), organisation=KEDR), ["4.3.0"], False),
    "a device of nobody's": (waits(organisation=None), says(people=()), ["4.3.0"], False),
    "a requester nobody knows": (waits(person=None), says(), ["4.3.0"], False),
}


@pytest.mark.parametrize(("promised", "report", "shipped", "arrived"), CASES.values(), ids=CASES)
def test_a_fix_has_arrived_with_a_published_version_on_their_own_device(promised, report, shipped, arrived):
    assert has_arrived(promised, report, map(V, shipped)) is arrived


@given(versions, versions, versions)
def test_what_is_rolled_back_can_not_have_arrived(fixed_in, running, shipped):
    promised = Promised(fixed_in, person=ANNA)
    report = Report(running, PC, frozenset({ANNA}))
    if is_rolled_back(fixed_in, running):
        assert not has_arrived(promised, report, [shipped, fixed_in])
    else:
        assert has_arrived(promised, report, [fixed_in])


ANSWERS = {
    Works.YES: ["Да", "да.", "Всё работает, спасибо!", "все работает", "Работает", "Yes", "It works now, ", "👍"],
    Works.NO: ["Нет", "нет!", "не работает", "Всё ещё не работает.", "No", "It doesn’t work", "still the same"],
    Works.OTHER: [
        "Да, но теперь не печатает", "Да?", "", "   ", "Спасибо", "Посмотрю завтра", "Работает, " * 20,
        "yes but no", "Не знаю", "No idea", "Да нет",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("read", "text"), [(read, text) for read, texts in ANSWERS.items() for text in texts])
def test_only_a_bare_yes_is_a_yes(read, text):
    assert read_works(text) is read
