"""A build server makes, fills, publishes, halts and withdraws a version; every act may be sent again."""

import pytest

from okibi.accounts.scopes import Scope
from okibi.api.tests.conftest import with_scopes
from okibi.api.tests.test_uploads import Tus
from okibi.journal.selectors import of_subject
from okibi.releases.models import Release
from okibi.releases.samples.apk import Apk, new_signer
from okibi.releases.samples.portable import Exe

pytestmark = pytest.mark.django_db
WHERE = "/releases/desktop/4.2.0"
NOTES = {"notes_ru": "Исправлена печать."}


@pytest.fixture
def builder(db):
    return with_scopes(Scope.RELEASES)


def uploaded(caller, content, name="Setup.exe"):
    tus = Tus(caller)
    where = tus.begin(content, name)
    assert tus.patch(where, content, 0).status_code == 204
    return where.rpartition("/")[2]


def done(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_version_from_a_draft_to_everybody_each_act_twice(builder):
    for _ in range(2):
        assert done(builder.call("PUT", WHERE, NOTES))["state"] == "draft"
    for _ in range(2):
        made = done(builder.post(f"{WHERE}/files", {"upload": uploaded(builder, Exe().made())}))
        assert [(each["kind"], each["problems"]) for each in made["artefacts"]] == [("exe", [])]
    for act, state in (("check", "checked"), ("publish", "published")):
        for _ in range(2):
            assert done(builder.post(f"{WHERE}/{act}"))["state"] == state
    for act, state, body in (("halt", "halted", {"reason": "Печать"}), ("resume", "published", None)):
        for _ in range(2):
            assert done(builder.post(f"{WHERE}/{act}", body))["state"] == state
    assert [each["version"] for each in done(builder.get("/releases/desktop"))] == ["4.2.0"]
    acts = of_subject("release", Release.objects.get().pk)
    assert {each.actor_name for each in acts} == {"API: Магазин"}


def test_what_does_not_fit_stands_beside_the_file_and_is_not_published(builder):
    where = "/releases/mobile/3.4.0"
    done(builder.call("PUT", where, NOTES))
    content = Apk(min_sdk=28).signed(new_signer())
    made = done(builder.post(f"{where}/files", {"upload": uploaded(builder, content, "a.apk")}))
    assert [each["code"] for each in made["artefacts"][0]["problems"]] == ["min_sdk", "unpinned"]
    refused = builder.post(f"{where}/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "release")
    assert done(builder.get(where))["state"] == "draft"


def test_a_published_version_does_not_change(builder):
    done(builder.call("PUT", WHERE, NOTES))
    done(builder.post(f"{WHERE}/files", {"upload": uploaded(builder, Exe().made())}))
    done(builder.post(f"{WHERE}/publish"))
    refused = builder.call("PUT", WHERE, NOTES)
    assert (refused.status_code, refused.json()["code"]) == (409, "release_state")
    assert done(builder.post(f"{WHERE}/withdraw", {"reason": "Совсем"}))["state"] == "withdrawn"
    assert builder.get(WHERE).status_code == 404


@pytest.mark.parametrize(
    ("said", "method", "path", "body", "status"),
    [
        ("an unknown version", "GET", "/releases/desktop/9.9", None, 404),
        ("no version", "GET", "/releases/desktop/monday", None, 422),
        ("an unknown product", "PUT", "/releases/fridge/1.0", NOTES, 422),
        ("no reason", "POST", f"{WHERE}/halt", {"reason": ""}, 422),
        ("a share above all", "PUT", WHERE, {"percent": 101}, 422),
    ],
)
def test_what_is_refused(builder, said, method, path, body, status):
    assert builder.call(method, path, body).status_code == status, said


def test_an_upload_of_another_key_is_not_there(builder):
    done(builder.call("PUT", WHERE, NOTES))
    foreign = uploaded(with_scopes(Scope.RELEASES), Exe().made())
    assert builder.post(f"{WHERE}/files", {"upload": foreign}).status_code == 404
