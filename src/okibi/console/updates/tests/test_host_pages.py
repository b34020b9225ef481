"""The page of a host without an updater: what may be typed, what is never shown, who may."""

import html

import pytest
from django.urls import reverse

from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.policy.agreement_states import AgreementState
from okibi.updates.models import Agreement, Host
from okibi.updates.tests.fleet import Fleet

pytestmark = pytest.mark.django_db
SECRET = "Тайна-7-Qk3"
RECIPE = {
    "act": "recipe", "product": "desktop", "install": "archive", "folder": "/opt/program", "version": "cat VERSION",
    "keep": "config.ini\r\ndata", "limit": "900", "health_limit": "30", "sudo": "1",
}  # fmt: skip


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def host(fleet):
    return Host.objects.create(agreement=fleet.agreement, name="Сервер", way="ssh", address="srv.example.org", port=22)


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def page(who, host, status=200) -> str:
    answer = who.get(reverse("console-host", args=[host.pk]))
    assert answer.status_code == status
    return text_of(answer)


def act(who, host, **data):
    return who.post(reverse("console-host-act", args=[host.pk]), data, follow=True)


def test_the_access_leads_to_its_hosts_and_says_what_is_missing(as_oleg, host):
    text = text_of(as_oleg.get(reverse("console-agreement", args=[host.agreement_id])))
    assert reverse("console-host", args=[host.pk]) in text
    assert "нет данных для входа" in text


def test_a_login_is_typed_once_and_shown_never(as_oleg, host):
    answer = act(as_oleg, host, act="login", login="okibi", password=SECRET)
    text = text_of(answer)
    assert "Данные для входа сохранены" in text
    assert "«okibi» сохранён" in text
    assert SECRET not in text
    assert Host.objects.get().secret is not None


def test_a_wrong_one_keeps_the_name_and_forgets_the_secret(as_oleg, host):
    answer = act(as_oleg, host, act="login", login="okibi", password=SECRET, key="x")
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Нужен либо пароль, либо закрытый ключ." in text
    assert 'value="okibi"' in text
    assert SECRET not in text


def test_what_is_installed_is_said_and_comes_back(as_oleg, host):
    assert "Сохранено. Проверьте связь" in text_of(act(as_oleg, host, **RECIPE))
    kept = Host.objects.get().recipe
    assert (kept["folder"], kept["keep"], kept["sudo"], kept["limit"]) == (
        "/opt/program", ["config.ini", "data"], True, 900,
    )  # fmt: skip
    assert 'value="/opt/program"' in page(as_oleg, host)


def test_what_can_not_be_is_said_and_nothing_typed_is_lost(as_oleg, host):
    answer = act(as_oleg, host, **{**RECIPE, "folder": "/"})
    assert answer.status_code == 422
    assert "не корень диска" in text_of(answer)
    assert 'value="cat VERSION"' in text_of(answer)


def test_a_key_is_compared_and_confirmed(as_oleg, host):
    Host.objects.update(shown="ssh-ed25519 SHA256:abc")
    assert "Сверьте ключ" in page(as_oleg, host)
    assert "Совпадает" in page(as_oleg, host)
    assert act(as_oleg, host, act="confirm", shown="ssh-ed25519 SHA256:other").status_code == 422
    act(as_oleg, host, act="confirm", shown="ssh-ed25519 SHA256:abc")
    row = Host.objects.get()
    assert (row.fingerprint, row.shown) == ("ssh-ed25519 SHA256:abc", "")
    Host.objects.update(shown="ssh-ed25519 SHA256:new")
    assert "не тот ключ" in page(as_oleg, host)


def test_the_lines_of_the_last_test_stand_there(as_oleg, host):
    lines = [{"ok": True, "ru": "Порт открыт", "en": "Open"}, {"ok": False, "ru": "Вход не принят", "en": "Refused"}]
    Host.objects.update(last_test={"ok": False, "code": "x", **lines[1], "lines": lines}, last_test_at=clock.now())
    text = page(as_oleg, host)
    assert "Порт открыт" in text
    assert "Вход не принят" in text


def test_a_specialist_looks_and_tries_but_enters_nothing(as_vera, host):
    text = page(as_vera, host)
    assert "Проверить связь" in text
    assert 'name="password"' not in text
    assert act(as_vera, host, act="login", login="okibi", password=SECRET).status_code == 403
    assert Host.objects.get().secret is None


def test_outside_the_access_nothing_can_be_entered(as_oleg, host):
    Agreement.objects.update(state=AgreementState.PROPOSED.value)
    assert "Доступ не действует" in page(as_oleg, host)
    assert act(as_oleg, host, act="login", login="okibi", password=SECRET).status_code == 422
    assert not Entry.objects.filter(code="agreement.login_kept").exists()


def test_a_host_with_an_updater_has_no_such_page(as_oleg, fleet):
    page(as_oleg, fleet.host(), status=404)


def test_the_page_asks_the_database_little(as_oleg, host, django_assert_max_num_queries):
    page(as_oleg, host)
    with django_assert_max_num_queries(12):
        page(as_oleg, host)
