"""What two people do at once: plan an update and halt its version or withdraw its access; publish two versions."""

import threading

import pytest
from django.db import DatabaseError, connections, transaction

from okibi.flows import release_publication, update_runs
from okibi.flows.update_plan import NothingToUpdateError
from okibi.flows.update_runs import NotAgainError
from okibi.kernel.errors import OkibiError
from okibi.releases import services as release_services
from okibi.releases.services import Planned
from okibi.releases.tests.test_releases import read_file
from okibi.updates import services
from okibi.updates.models import Run
from okibi.updates.tests.fleet import OLEG, Fleet, run_of, shipped, tells

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = {
    "the version is halted": lambda fleet, release: release_publication.halt(release.pk, "Не печатает.", OLEG),
    "the access is withdrawn": lambda fleet, release: services.withdraw(fleet.agreement.pk, OLEG),
    "the same is planned": lambda fleet, release: fleet.start(release),
}


def meanwhile(first, second):
    """``second`` begins in a connection of its own while the transaction of ``first`` is open; gives how it ended."""
    ended = []

    def other():
        try:
            second()
        except (OkibiError, DatabaseError) as error:
            ended.append(type(error))
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(0.5)
    thread.join(60)
    return ended


@pytest.mark.parametrize("case", FIRST)
def test_who_comes_second_plans_nothing(case):
    fleet, release = Fleet(), shipped("4.3.0")
    fleet.host()
    assert meanwhile(lambda: FIRST[case](fleet, release), lambda: fleet.start(release)) == [NothingToUpdateError]
    assert Run.objects.count() == (case == "the same is planned")


def test_nothing_is_tried_again_beside_a_withdrawal():
    fleet, release = Fleet(), shipped("4.3.0")
    host = fleet.host()
    fleet.start(release)
    tells(host, "closed", "failure")
    failed = run_of(host).pk
    first = lambda: services.withdraw(fleet.agreement.pk, OLEG)  # noqa: E731
    assert meanwhile(first, lambda: update_runs.again(failed, OLEG)) == [NotAgainError]
    assert Run.objects.count() == 1


def test_of_two_versions_published_at_once_the_lower_one_is_refused():
    lower, higher = checked("4.2.5"), checked("4.3.0")
    ended = meanwhile(
        lambda: release_services.publish(higher.pk, OLEG), lambda: release_services.publish(lower.pk, OLEG)
    )
    assert ended == [release_services.ReleaseError]


def checked(version):
    """A release that could be published now."""
    release = release_services.draft(Planned("desktop", version, notes_ru="Исправления."), OLEG)
    release_services.add_artefact(release.pk, read_file(version.encode()), OLEG)
    return release_services.check(release.pk, OLEG)
