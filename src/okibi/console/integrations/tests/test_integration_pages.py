"""Keys and webhooks in the console: administrators only; secrets shown once; what is told, to whom, with what fate."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from okibi.accounts import api_keys
from okibi.flows.webhooks import tell
from okibi.journal.codes import CODES
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM, record
from okibi.kernel.clock import at, now
from okibi.kernel.errors import NotAllowedError
from okibi.sms import keyed
from okibi.sms.errors import SmsDayLimitError
from okibi.sms.keyed import Wanted
from okibi.sms.tests import gateways
from okibi.webhooks import selectors, services
from okibi.webhooks.models import Delivery, Endpoint
from tests.simulators.receiver import Receiver

pytestmark = pytest.mark.django_db
OVERVIEW = "/console/integrations/"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def shown_secret(page: str) -> str:
    return re.search(r'id="secret" readonly value="([^"]+)"', page)[1]


@pytest.fixture
def endpoint(settings):
    settings.OKIBI_WEBHOOKS_INSIDE = True
    return services.create("http://127.0.0.1:9/okibi", ["ticket.solved"], "CRM", SYSTEM)


def test_only_administrators_see_integrations(as_vera, endpoint):
    for url in (OVERVIEW, reverse("console-keys-new"), reverse("console-webhook", args=[endpoint.pk])):
        assert as_vera.get(url).status_code == 403
    assert as_vera.post(reverse("console-webhook-delete", args=[endpoint.pk])).status_code == 403
    assert OVERVIEW not in text_of(as_vera.get("/console/staff/me/"))


def test_a_key_is_shown_once_and_works(as_oleg):
    given = {"name": "1С: учёт", "scopes": ["requests:read", "licences:write"], "until": "2099-12-31"}
    key = shown_secret(text_of(as_oleg.post(reverse("console-keys-new"), given)))
    caller = api_keys.caller_of(key)
    assert (caller.name, caller.scopes) == ("1С: учёт", {"requests:read", "licences:write"})
    page = text_of(as_oleg.get(OVERVIEW))
    assert "1С: учёт" in page
    assert key not in page
    assert key.split("_")[1] in page


def test_a_key_works_through_its_last_day(as_oleg):
    day = (now() + timedelta(days=5)).date()  # whoever is signed in stays so until then
    given = {"name": "CRM", "scopes": ["requests:read"], "until": day.isoformat()}
    key = shown_secret(text_of(as_oleg.post(reverse("console-keys-new"), given)))
    end = api_keys.all_keys()[0].expires_at
    assert (end - timedelta(seconds=1)).astimezone().date() >= day
    with at(end):
        with pytest.raises(NotAllowedError):
            api_keys.caller_of(key)
        assert "истёк" in text_of(as_oleg.get(OVERVIEW))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "", "scopes": ["requests:read"]}, "Обязательное поле."),
        ({"name": "CRM"}, "Обязательное поле."),
        ({"name": "CRM", "scopes": ["requests:read"], "until": "2020-01-01"}, "Этот день уже прошёл."),
    ],
)
def test_what_a_key_lacks_is_said(as_oleg, given, said):
    assert said in text_of(as_oleg.post(reverse("console-keys-new"), given))
    assert not api_keys.all_keys()


def test_a_revoked_key_opens_nothing(as_oleg):
    key, text = api_keys.create_key("CRM", ["requests:read"], SYSTEM)
    page = text_of(as_oleg.post(reverse("console-keys-revoke", args=[key.pk]), follow=True))
    assert "Ключ «CRM» отозван." in page
    with pytest.raises(NotAllowedError):
        api_keys.caller_of(text)


def test_a_webhook_is_added_with_chosen_events_and_its_secret_is_shown_once(as_oleg):
    given = {"url": "https://crm.example.org/okibi", "note": "CRM", "wanted": "chosen", "codes": ["ticket.placed"]}
    secret = shown_secret(text_of(as_oleg.post(reverse("console-webhooks-new"), given)))
    (made,) = Endpoint.objects.all()
    assert (made.codes, made.secret, made.created_by) == (["ticket.placed"], secret, "Oleg Lesin")
    assert secret not in text_of(as_oleg.get(reverse("console-webhook", args=[made.pk])))


@pytest.mark.parametrize(
    ("url", "wanted", "said"),
    [
        ("https://crm.example.org/", "chosen", "Выберите хотя бы одно событие."),
        ("http://crm.example.org/", "all", "Нужен адрес https://"),
        ("https://10.0.0.5/", "all", "внутреннюю сеть"),
        ("crm", "all", "не адрес"),
    ],
)
def test_what_cannot_be_a_webhook_is_said_and_kept(as_oleg, url, wanted, said):
    page = text_of(as_oleg.post(reverse("console-webhooks-new"), {"url": url, "wanted": wanted, "note": "Табло"}))
    assert said in page
    assert 'value="Табло"' in page
    assert not Endpoint.objects.exists()


def test_every_journal_code_can_be_chosen_and_none_shows_a_field(as_oleg):
    page = text_of(as_oleg.get(reverse("console-webhooks-new")))
    assert not [code for code in CODES if f'value="{code}"' not in page]
    assert "{actor}" not in page


def test_a_webhook_is_changed_switched_and_deleted(as_oleg, endpoint):
    page = text_of(as_oleg.get(reverse("console-webhook-edit", args=[endpoint.pk])))
    assert re.search(r'value="ticket.solved" checked', page)
    changed = {"url": "http://127.0.0.1:9/new", "note": "", "wanted": "all"}
    as_oleg.post(reverse("console-webhook-edit", args=[endpoint.pk]), changed)
    assert selectors.endpoint(endpoint.pk).codes == []
    page = text_of(as_oleg.post(reverse("console-webhook-off", args=[endpoint.pk]), follow=True))
    assert "Вебхук выключен." in page
    assert "Проверить" not in page
    as_oleg.post(reverse("console-webhook-on", args=[endpoint.pk]))
    assert selectors.endpoint(endpoint.pk).is_active
    as_oleg.post(reverse("console-webhook-delete", args=[endpoint.pk]))
    assert as_oleg.get(reverse("console-webhook", args=[endpoint.pk])).status_code == 404


def test_a_new_secret_replaces_the_old(as_oleg, endpoint):
    secret = shown_secret(text_of(as_oleg.post(reverse("console-webhook-secret", args=[endpoint.pk]))))
    assert secret == selectors.endpoint(endpoint.pk).secret != endpoint.secret


@pytest.mark.django_db(transaction=True)
def test_a_trial_goes_the_usual_way_to_that_webhook_alone(as_oleg, settings):
    settings.OKIBI_WEBHOOKS_INSIDE = True
    with Receiver() as crm, Receiver() as board:
        tried = services.create(f"{crm.url}/okibi", ["ticket.solved"], "", SYSTEM)
        services.create(board.url, ["ticket.solved"], "", SYSTEM)
        as_oleg.post(reverse("console-webhook-test", args=[tried.pk]))
        assert tell() == 1
        assert [call.path for call in crm.calls] == ["/okibi"]
        assert b'"type":"webhook.tested"' in crm.calls[0].body
        assert not board.calls
    page = text_of(as_oleg.get(reverse("console-webhook", args=[tried.pk])))
    assert "Проба вебхука" in page
    assert "204" in page


@pytest.mark.django_db(transaction=True)
def test_the_log_shows_what_was_not_taken_and_a_replay_tells_it_again(as_oleg, settings):
    settings.OKIBI_WEBHOOKS_INSIDE = True
    with Receiver() as crm:
        hook = services.create(crm.url, ["ticket.solved", "ticket.closed"], "", SYSTEM)
        crm.answers.append(500)
        record("ticket.solved", ("ticket", 1), SYSTEM, {})
        tell()
        log = reverse("console-webhook", args=[hook.pk])
        page = text_of(as_oleg.get(log, {"state": "trouble"}))
        assert "будет повторён" in page
        assert "не отвечает" in page
        Delivery.objects.update(state="failed", ended_at=now())
        row = Delivery.objects.get()
        page = text_of(as_oleg.get(reverse("console-webhook-call", args=[hook.pk, row.pk])))
        assert '"type": "ticket.solved"' in page
        as_oleg.post(reverse("console-webhook-replay", args=[hook.pk, row.pk]))
        assert tell() == 1
    assert "Пусто: всё принято." in text_of(as_oleg.get(log, {"state": "trouble"}))


def test_why_the_product_switched_a_webhook_off_is_said_in_the_readers_language(as_oleg, endpoint):
    Endpoint.objects.filter(pk=endpoint.pk).update(is_active=False, stopped_why=services.SAID_GONE.ru)
    page = reverse("console-webhook", args=[endpoint.pk])
    assert "получатель ответил 410 Gone" in text_of(as_oleg.get(page))
    as_oleg.cookies["okibi_language"] = "en"
    assert "the receiver answered 410 Gone" in text_of(as_oleg.get(page))


def test_what_belongs_to_another_webhook_is_not_found(as_oleg, endpoint):
    other = services.create("http://127.0.0.1:9/other", ["ticket.closed"], "", SYSTEM)
    entry = record("ticket.closed", ("ticket", 1), SYSTEM, {})
    row = Delivery.objects.get(endpoint=other, entry_id=entry.pk)
    for name in ("console-webhook-call", "console-webhook-replay"):
        ask = as_oleg.post if name.endswith("replay") else as_oleg.get
        assert ask(reverse(name, args=[endpoint.pk, row.pk])).status_code == 404
    assert as_oleg.get(reverse("console-webhook-call", args=[other.pk, row.pk])).status_code == 200


def test_long_logs_take_no_more_queries_and_come_in_pages(as_oleg, endpoint, django_assert_max_num_queries):
    moment = now()
    entries = Entry.objects.bulk_create(
        [Entry(at=moment, code="ticket.solved", subject_kind="ticket", subject_id=1, data={}) for _ in range(60)]
    )
    assert Delivery.objects.count() == len(entries)
    for _ in range(2):  # the first look may load the scheme, which is an act: the second reads it anew
        as_oleg.get(reverse("console-webhook", args=[endpoint.pk]))
    with django_assert_max_num_queries(7):
        page = text_of(as_oleg.get(reverse("console-webhook", args=[endpoint.pk])))
    assert page.count('scope="row"') == selectors.PAGE
    older = re.search(r'href="(\?state=&before=\d+)"', page)[1]
    assert text_of(as_oleg.get(reverse("console-webhook", args=[endpoint.pk]) + older)).count('scope="row"') == 10


def test_a_key_of_sms_has_a_day_limit_of_its_own_and_takes_it_back(as_oleg, settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", sending="[api]\nday_limit = 2")
    given = {"name": "1С", "scopes": ["sms:send"], "sms_day_limit": "1"}
    key = api_keys.caller_of(shown_secret(text_of(as_oleg.post(reverse("console-keys-new"), given))))
    assert "частей 0 из 1" in text_of(as_oleg.get(OVERVIEW))
    outcomes = keyed.submit(key.public_id, "1", [Wanted(f"+7900000001{number}", "Код") for number in range(2)])
    assert [isinstance(each, SmsDayLimitError) for each in outcomes] == [False, True]
    page = reverse("console-keys-sms", args=[key.key_id])
    assert "1 из 1" in text_of(as_oleg.get(page))
    assert as_oleg.post(page, {"sms_day_limit": "-5"}).status_code == 200
    assert as_oleg.post(page, {"sms_day_limit": ""}).status_code == 302
    assert "частей 1 из 2" in text_of(as_oleg.get(OVERVIEW))
    codes = Entry.objects.filter(code__startswith="sms.key").order_by("id").values_list("code", flat=True)
    assert list(codes) == ["sms.key_limit", "sms.key_limit_off"]


def test_a_key_that_may_send_no_sms_gets_no_limit(as_oleg):
    given = {"name": "1С", "scopes": ["requests:read"], "sms_day_limit": "1"}
    answer = as_oleg.post(reverse("console-keys-new"), given)
    assert "нет права отправлять SMS" in text_of(answer)
    assert not api_keys.all_keys()


def test_limits_of_sms_are_for_administrators(as_vera):
    key, _ = api_keys.create_key("1С", ["sms:send"], SYSTEM)
    assert as_vera.get(reverse("console-keys-sms", args=[key.pk])).status_code == 403
