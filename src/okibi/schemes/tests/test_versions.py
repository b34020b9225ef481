"""Which text of the scheme applies when: every loaded policy gets a version, and a new one applies from its date."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okibi.accounts.models import Staff
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.policy.scheme import PolicyError
from okibi.schemes import selectors, services
from okibi.schemes.models import SchemeVersion
from okibi.schemes.selectors import LineKind, VersionState

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[4] / "policies" / "example.toml"


@pytest.fixture
def text(settings):
    settings.OKIBI_POLICY = str(EXAMPLE)
    return EXAMPLE.read_text(encoding="utf-8")


def shorter_term(text: str) -> str:
    return text.replace('due = "1 working day"', 'due = "2 working days"')


def test_the_first_text_applies_from_its_own_date_and_to_everything_before(text):
    row = services.ensure_loaded()
    assert row.valid_from == datetime(2019, 12, 31, 23, tzinfo=UTC)  # 1 January 2020 in Berlin
    assert services.in_force(datetime(2010, 1, 1, tzinfo=UTC)).version_id == row.pk


def test_loading_the_same_file_again_makes_nothing_new(text):
    assert services.ensure_loaded().pk == services.ensure_loaded().pk
    assert SchemeVersion.objects.count() == 1


def test_an_empty_table_takes_in_the_file_when_somebody_asks(text):
    stored = services.in_force(now())
    assert stored.scheme.vendor.site == "example.org"
    assert stored.digest == stored.scheme.content_hash


def test_a_changed_file_applies_from_now_and_not_before(text, settings, tmp_path):
    first = services.ensure_loaded()
    before = now()
    changed = tmp_path / "policy.toml"
    changed.write_text(shorter_term(text), encoding="utf-8")
    settings.OKIBI_POLICY = str(changed)
    second = services.ensure_loaded()
    assert services.in_force(before).version_id == first.pk
    assert services.in_force(now()).version_id == second.pk


def test_a_text_for_a_later_moment_waits_for_it(text):
    first = services.ensure_loaded()
    moment = now() + timedelta(days=3)
    later = services.load_text(shorter_term(text), moment, SYSTEM)
    assert services.in_force(moment - timedelta(microseconds=1)).version_id == first.pk
    assert services.in_force(moment).version_id == later.pk


def test_of_two_texts_for_one_moment_the_one_loaded_last_applies(text):
    services.ensure_loaded()
    moment = now() + timedelta(days=3)
    services.load_text(shorter_term(text), moment, SYSTEM)
    last = services.load_text(text + "\n# again\n", moment, SYSTEM)
    assert services.in_force(moment).version_id == last.pk


def test_tickets_find_the_version_they_were_judged_by(text):
    first = services.ensure_loaded()
    services.load_text(shorter_term(text), None, SYSTEM)
    assert str(services.by_id(first.pk).scheme.classes["incident"].due) == "1 working day"
    assert str(services.in_force(now()).scheme.classes["incident"].due) == "2 working days"


def test_a_parsed_text_is_read_once(text, django_assert_num_queries):
    stored = services.by_id(services.ensure_loaded().pk)
    with django_assert_num_queries(0):
        assert services.by_id(stored.version_id) is stored
    with django_assert_num_queries(1):
        assert services.in_force(now()) is stored


def test_there_is_no_version_that_was_never_loaded():
    with pytest.raises(NotAllowedError):
        services.by_id(987_654_321)


def test_a_wrong_text_is_refused_with_every_line_and_nothing_is_stored(text):
    wrong = text.replace('due = "1 working day"', 'due = "soon"').replace(
        'zone = "Europe/Berlin"', 'zone = "Mars/Base"'
    )
    with pytest.raises(PolicyError) as refused:
        services.load_text(wrong, None, SYSTEM)
    expected = [number for number, line in enumerate(wrong.splitlines(), 1) if "soon" in line or "Mars" in line]
    assert sorted(problem.line for problem in refused.value.problems) == expected
    assert not SchemeVersion.objects.exists()


def test_a_text_is_never_loaded_twice(text):
    services.ensure_loaded()
    with pytest.raises(ConflictError):
        services.load_text(text, None, SYSTEM)


def test_a_new_text_cannot_reach_into_the_past(text):
    services.ensure_loaded()
    with pytest.raises(ConflictError):
        services.load_text(shorter_term(text), now() - timedelta(minutes=1), SYSTEM)


def test_the_journal_says_who_loaded_what_from_when(text):
    oleg = Staff.objects.create(email="oleg@example.org", name="Oleg Lesin")
    row = services.load_text(text, None, Actor("staff", oleg.pk, oleg.name))
    entry = Entry.objects.get(code="scheme.loaded", subject_id=row.pk)
    assert entry.actor_name == "Oleg Lesin"
    assert entry.data["version"] == row.digest[:8]
    assert row.loaded_by == oleg


def test_the_history_tells_past_present_future_and_never(text):
    services.ensure_loaded()
    soon, late = now() + timedelta(days=1), now() + timedelta(days=2)
    services.load_text(text + "\n# now\n", None, SYSTEM)
    services.load_text(text + "\n# replaced\n", soon, SYSTEM)
    services.load_text(text + "\n# soon\n", soon, SYSTEM)
    services.load_text(text + "\n# late\n", late, SYSTEM)
    states = [version.state for version in selectors.history(now())]
    assert states == [
        VersionState.COMING,
        VersionState.COMING,
        VersionState.NEVER,
        VersionState.IN_FORCE,
        VersionState.PAST,
    ]
    assert [version.valid_until for version in selectors.history(now())][:2] == [None, late]


def test_a_comparison_shows_the_changed_line_and_what_stands_around_it(text):
    lines = selectors.changes(text, shorter_term(text))
    assert [line.text for line in lines if line.kind is LineKind.REMOVED] == ['due = "1 working day"']
    assert [line.text for line in lines if line.kind is LineKind.ADDED] == ['due = "2 working days"']
    assert sum(line.kind is LineKind.SAME for line in lines) == 4
    assert selectors.changes(text, text) == []
