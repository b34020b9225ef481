"""Enrolling through the API: once for each key, and what is wrong with a number is said of that very number."""

from datetime import timedelta
from uuid import uuid4

import pytest

from okibi.customers.models import Trial
from okibi.environments.models import Device, Enrolment, Invitation
from okibi.environments.services import invite
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.models import IdempotentAnswer

pytestmark = pytest.mark.django_db
DEVICE = {"device": {"kind": "desktop", "name": "Касса"}}


@pytest.fixture
def trial(cast):
    moment = now().date()
    return Trial.objects.create(number="П-2026-0009", person=cast.anna, product="desktop", valid_from=moment,
                                valid_until=moment + timedelta(days=30))  # fmt: skip


def begun(nobody, key=None, **wish):
    return nobody.post("/enrolments", {**DEVICE, **wish}, Idempotency_Key=key or uuid4().hex)


def test_the_same_key_begins_one_enrolment_and_keeps_no_secret(nobody, cast):
    key = uuid4().hex
    first, again = begun(nobody, key, licence="Л-2026-0418"), begun(nobody, key, licence="Л-2026-0418")
    assert first.status_code == 201, first.content
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (Enrolment.objects.count(), Device.objects.count()) == (1, 1)
    kept = b"".join(bytes(row.body) for row in IdempotentAnswer.objects.all()).decode()
    assert first.json()["id"] in kept
    assert first.json()["secret"] not in kept
    assert first.json()["token"].rpartition("_")[2] not in kept


def test_another_key_or_another_wish_is_another_enrolment(nobody, cast):
    key = uuid4().hex
    first = begun(nobody, key, name="Анна").json()
    assert begun(nobody, name="Анна").json()["secret"] != first["secret"]
    assert begun(nobody, key, name="Борис").json()["code"] == "idempotency_key_reused"
    assert begun(nobody, "guessed").json()["code"] == "idempotency_key_short"


def test_the_answer_names_the_kind_of_number(nobody, cast, trial):
    invited = invite(cast.ryabina.pk, SYSTEM, person_id=cast.boris.pk)
    assert begun(nobody, licence=" л-2026-0418 ").json()["by"] == "licence"
    assert begun(nobody, trial=trial.number).json()["by"] == "trial"
    assert begun(nobody, invitation=invited.code.lower()).json()["by"] == "invitation"
    assert begun(nobody).json()["by"] == "none"


def wrongs(cast, trial):
    used, late = (invite(cast.ryabina.pk, SYSTEM, person_id=cast.boris.pk) for _ in range(2))
    Invitation.objects.filter(pk=used.invitation.pk).update(used_at=now())
    Invitation.objects.filter(pk=late.invitation.pk).update(expires_at=now() - timedelta(days=1))
    return {
        "nobody's licence": ({"licence": "Л-1"}, "unknown_licence", "licence", None),
        "nobody's trial": ({"trial": "П-1"}, "unknown_trial", "trial", None),
        "no invitation": ({"invitation": "ABCD-EFGH"}, "unknown_invitation", "invitation", None),
        "used": ({"invitation": used.code}, "invitation_used", "invitation", None),
        "too late": ({"invitation": late.code}, "invitation_expired", "invitation", None),
        "a trial's as a licence's": ({"licence": trial.number}, "other_kind_of_number", "licence", "trial"),
        "a licence's as a code": ({"invitation": "Л-2026-0418"}, "other_kind_of_number", "invitation", "licence"),
        "a code as a trial's": ({"trial": used.code}, "other_kind_of_number", "trial", "invitation"),
        "two at once": ({"trial": "П-1", "licence": "Л-1"}, "one_number_only", "trial", None),
    }


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_wrong_with_a_number_is_said_in_the_caller_s_language(nobody, cast, trial, language):
    nobody.language = language
    for name, (wish, code, given_as, kind) in wrongs(cast, trial).items():
        said = begun(nobody, **wish).json()
        assert (said["status"], said["code"], said["given_as"], said.get("kind")) == (422, code, given_as, kind), name
        (field,) = said["errors"]
        assert field == {"field": given_as, "detail": said["detail"]}
        assert any("а" <= letter <= "я" for letter in said["detail"].lower()) is (language == "ru"), said["detail"]
    assert not Device.objects.exists()


def test_a_wrong_code_sent_again_with_its_key_is_counted_once(nobody):
    enrolment = begun(nobody, email="anna@example.org").json()
    where, secret = f"/enrolments/{enrolment['id']}/confirmation", f"Enrolment {enrolment['secret']}"

    def tell(key):
        return nobody.post(where, {"code": "not it"}, Authorization=secret, Idempotency_Key=key).json()["tries_left"]

    assert [tell("one"), tell("one"), tell("two"), tell("one")] == [4, 4, 3, 4]
