"""Releases: drafted, filled, checked, published; frozen then; found by who asks for an update."""

import pytest
from hypothesis import given

from okibi.journal.selectors import of_subject
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.policy.release_states import ReleaseState, ReleaseStateError
from okibi.policy.rollout import Ring
from okibi.policy.tests.test_versions import versions
from okibi.policy.versions import parse_version
from okibi.releases import selectors, services
from okibi.releases.keys import version_key
from okibi.releases.selectors import Installation
from okibi.releases.services import Planned, ReadArtefact, ReleaseError

GLEB = Actor("staff", 4, "Глеб Маслов")
PLANNED = Planned("desktop", "4.2.0", notes_ru="Исправлена печать.")


def read_file(content=b"MZ setup", **changes):
    given = {"platform": "windows", "architecture": "x64", "kind": "exe", "facts": {"version": "4.2.0"}} | changes
    return ReadArtefact("Setup.exe", blobs.put(content), "0" * 40, **given)


def shipped(version="4.2.0", **changes):
    release = services.draft(Planned("desktop", version, notes_ru="Исправления.", **changes), GLEB)
    services.add_artefact(release.pk, read_file(version.encode()), GLEB)
    services.check(release.pk, GLEB)
    return services.publish(release.pk, GLEB)


@given(versions, versions)
def test_versions_sort_in_the_database_as_they_do_by_the_rule(one, other):
    assert (version_key(one).encode() < version_key(other).encode()) == (one < other)
    assert (version_key(one) == version_key(other)) == (one == other)


def test_a_release_goes_from_a_draft_to_everybody(db):
    release = services.draft(PLANNED, GLEB)
    services.add_artefact(release.pk, read_file(), GLEB)
    assert selectors.published("desktop") == []
    services.check(release.pk, GLEB)
    services.publish(release.pk, GLEB)
    (found,) = selectors.published("desktop")
    assert found.state == ReleaseState.PUBLISHED
    assert [each.sha256 for each in found.artefacts.all()] == [blobs.put(b"MZ setup").sha256]
    assert [entry.code for entry in of_subject("release", release.pk)] == [
        "release.drafted",
        "release.artefact_added",
        "release.checked",
        "release.published",
    ]


@pytest.mark.parametrize(
    ("said", "notes", "problems", "told"),
    [
        ("no notes", "", [], "Опишите изменения"),
        ("a file of another maker", "Есть.", [{"code": "certificate", "ru": "Чужая подпись", "en": "x"}], "Чужая"),
        ("no file at all", "Есть.", None, "ни одного файла"),
    ],
)
def test_what_is_not_whole_is_not_published_and_says_why(db, said, notes, problems, told):
    release = services.draft(Planned("desktop", "4.2.0", notes_ru=notes), GLEB)
    if problems is not None:
        services.add_artefact(release.pk, read_file(problems=problems), GLEB)
    with pytest.raises(ReleaseError) as error:
        services.check(release.pk, GLEB)
    assert any(told in each.ru for each in error.value.why), said


def test_versions_grow(db):
    shipped("4.2.0")
    late = services.draft(Planned("desktop", "4.1.9", notes_ru="Старая."), GLEB)
    services.add_artefact(late.pk, read_file(b"late"), GLEB)
    with pytest.raises(ReleaseError, match=r"4\.2\.0"):
        services.check(late.pk, GLEB)


def test_one_version_is_there_once_unless_it_was_withdrawn(db):
    first = shipped("4.2.0")
    with pytest.raises(ReleaseError):
        services.draft(PLANNED, GLEB)
    services.withdraw(first.pk, "Портит базу", GLEB)
    services.draft(PLANNED, GLEB)


def test_what_is_published_does_not_change(db):
    release = shipped()
    with pytest.raises(ReleaseStateError):
        services.change(release.pk, PLANNED, GLEB)
    with pytest.raises(ReleaseStateError):
        services.add_artefact(release.pk, read_file(b"other"), GLEB)
    with pytest.raises(ReleaseStateError):
        services.remove_artefact(release.artefacts.get().pk, GLEB)


def test_a_change_makes_a_checked_release_a_draft_again(db):
    release = services.draft(PLANNED, GLEB)
    services.add_artefact(release.pk, read_file(), GLEB)
    services.check(release.pk, GLEB)
    services.add_artefact(release.pk, read_file(b"better"), GLEB)
    assert selectors.by_id(release.pk).state == ReleaseState.DRAFT
    assert release.artefacts.count() == 1  # of one platform, processor and kind there is one


def test_a_halted_release_is_offered_to_nobody_new_and_goes_on_again(db):
    shipped("4.1.0")
    release = shipped("4.2.0")
    services.halt(release.pk, "Падает на Vista", GLEB)
    found = selectors.update_for("desktop", Installation("d1", parse_version("4.0")))
    assert found[0].version == "4.1.0"
    services.resume(release.pk, GLEB)
    assert selectors.update_for("desktop", Installation("d1", parse_version("4.0")))[0].version == "4.2.0"


def test_a_rollout_only_widens(db):
    release = shipped(ring=Ring.PILOT, percent=10)
    services.go_further(release.pk, Ring.PILOT, 50, GLEB)
    services.go_further(release.pk, Ring.EVERYBODY, 10, GLEB)
    with pytest.raises(ReleaseError):
        services.go_further(release.pk, Ring.EVERYBODY, 5, GLEB)
    with pytest.raises(ReleaseError):
        services.go_further(release.pk, Ring.EVERYBODY, 101, GLEB)


def test_what_is_not_out_goes_no_further(db):
    with pytest.raises(ReleaseStateError):
        services.go_further(services.draft(PLANNED, GLEB).pk, Ring.EVERYBODY, 100, GLEB)


def test_who_follows_beta_gets_the_higher_of_both(db):
    shipped("4.2.0")
    shipped("4.3.0-beta.1", channel="beta")
    stable = selectors.update_for("desktop", Installation("d1", parse_version("4.1")))
    beta = selectors.update_for("desktop", Installation("d1", parse_version("4.1"), channel="beta"))
    assert (stable[0].version, beta[0].version) == ("4.2.0", "4.3.0-beta.1")


def test_an_update_check_asks_two_questions_however_many_releases_there_are(db, django_assert_num_queries):
    for minor in range(5):
        shipped(f"4.{minor}.0")
    with django_assert_num_queries(2):
        selectors.update_for("desktop", Installation("d1", parse_version("4.0")))
