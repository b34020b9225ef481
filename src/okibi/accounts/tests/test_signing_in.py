"""Signing in from a browser's side: password, second factor, lock-out, sessions."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from okibi.accounts import links, services, sessions
from okibi.accounts.selectors import has_totp
from okibi.journal.models import Entry
from okibi.kernel.errors import NotAllowedError

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(client, email="vera@example.org", password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password}, headers={"user-agent": FIREFOX})


def signed_in_as(client) -> str | None:
    return client.session.get("_auth_user_id")


def code_now(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def turn_totp_on(client) -> str:
    """Goes through the pages, the asked-for password among them; gives the secret."""
    url = reverse("mfa_activate_totp")
    asked = client.get(url)
    client.post(asked.url, {"password": PASSWORD})
    secret = client.get(url).context["form"].secret
    assert client.post(url, {"code": code_now(secret)}).url == reverse("mfa_view_recovery_codes")
    return secret


def test_address_and_password_open_the_console_whatever_the_case_of_the_address(client, vera):
    answer = sign_in(client, "Vera@Example.ORG")
    assert (answer.status_code, answer.url) == (302, "/console/")
    assert signed_in_as(client) == str(vera.pk)
    assert Entry.objects.filter(code="staff.signed_in", subject_id=vera.pk).exists()


def test_the_pages_speak_the_persons_language_after_signing_in(client, vera):
    services.change_profile(vera, name=vera.name, language="en", signature="")
    assert sign_in(client).cookies["okibi_language"].value == "en"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, vera):
    wrong = sign_in(client, password="wrong").context["form"].errors
    unknown = sign_in(client, "nobody@example.org").context["form"].errors
    assert wrong == unknown
    assert signed_in_as(client) is None


def test_five_failures_close_signing_in_even_for_the_right_password_and_go_on_record_once(client, vera):
    for _ in range(5):
        sign_in(client, password="wrong")
    for _ in range(2):
        said = str(sign_in(client).context["form"].errors)
        assert "четверть часа" in said
    assert signed_in_as(client) is None
    assert Entry.objects.filter(code="staff.locked_out", subject_id=vera.pk).count() == 1


def test_a_lock_out_of_one_person_leaves_the_others_alone(client, vera, oleg):
    for _ in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, oleg.email).status_code == 302


def test_closed_access_cannot_sign_in_and_open_sessions_end(client, vera, by_oleg):
    sign_in(client)
    services.disable(vera.pk, by_oleg)
    assert client.get(reverse("account_change_password")).status_code == 302
    assert sign_in(Client()).url == reverse("account_inactive")


def test_nobody_signs_up_and_no_reset_mail_is_offered(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/password/reset/").status_code == 404
    assert "okibi admin create" in client.get("/accounts/forgotten/").content.decode()


def test_a_second_factor_is_asked_after_the_password(client, vera):
    sign_in(client)
    secret = turn_totp_on(client)
    client.post(reverse("account_logout"))
    assert sign_in(client).url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).context["form"].errors
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret, ahead=1)})
    assert signed_in_as(client) == str(vera.pk)


def test_a_code_counts_once_also_the_one_that_switched_it_on(client, vera):
    moment = datetime(2026, 11, 20, 9, 41, 5, tzinfo=UTC)
    with time_machine.travel(moment, tick=False) as clock:
        sign_in(client)
        secret = turn_totp_on(client)
        given = code_now(secret)
        for seconds in (0, 27):  # still shown by the application, and then by a clock that is slow
            clock.shift(timedelta(seconds=seconds))
            client.post(reverse("account_logout"))
            sign_in(client)
            assert client.post(reverse("mfa_authenticate"), {"code": given}).context["form"].errors
            assert signed_in_as(client) is None
        client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
        assert signed_in_as(client) == str(vera.pk)


def test_a_recovery_code_works_once(client, vera):
    sign_in(client)
    turn_totp_on(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for expected in (str(vera.pk), None):
        client.post(reverse("account_logout"))
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in_as(client) == expected


def test_an_administrator_takes_a_lost_authenticator_away(client, vera, by_oleg):
    sign_in(client)
    turn_totp_on(client)
    assert services.reset_totp(vera.pk, by_oleg)
    assert not has_totp(vera)
    assert sign_in(Client()).url == "/console/"
    assert not services.reset_totp(vera.pk, by_oleg)


def test_where_administrators_must_have_a_second_factor_the_console_waits_for_it(client, oleg, vera, settings):
    settings.OKIBI_TOTP_REQUIRED_FOR = "admins"
    client.force_login(oleg)
    assert client.get("/console/anything/").url == reverse("mfa_activate_totp")
    assert client.get("/console/anything/", headers={"hx-request": "true"}).headers["HX-Redirect"]
    Authenticator.objects.create(user=oleg, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/console/anything/").status_code == 404
    client.force_login(vera)
    assert client.get("/console/anything/").status_code == 404


def test_a_link_is_opened_used_and_dead(client, vera, by_oleg):
    link = links.invite(vera, by_oleg)
    assert vera.email in client.get(link).content.decode()
    short = client.post(link, {"password1": "vera", "password2": "vera"})
    assert short.context["form"].errors["password1"]
    differs = client.post(link, {"password1": "one-long-password", "password2": "another-password"})
    assert differs.context["form"].errors["password2"]
    done = client.post(link, {"password1": "one-long-password", "password2": "one-long-password"})
    assert done.url.startswith(LOGIN)
    assert client.get(link).status_code == 410
    assert sign_in(client, password="one-long-password").url == "/console/"


def test_the_first_administrator_is_made_in_the_browser(client):
    link = services.setup_link()
    fields = {"name": "Oleg Lesin", "email": "oleg@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(link, fields).status_code == 302
    assert sign_in(client, "oleg@example.org").url == "/console/"


def test_sessions_are_listed_and_ended_one_by_one_and_together(vera, by_oleg):
    here, there, elsewhere = Client(), Client(), Client()
    for browser in (here, there, elsewhere):
        sign_in(browser)
    listed = sessions.sessions_of(vera, here.session.session_key)
    assert [row.is_current for row in listed] == [True, False, False]
    assert {row.browser for row in listed} == {"Firefox, Linux"}
    sessions.end_session(vera, listed[1].id, by_oleg)
    assert len(sessions.sessions_of(vera)) == 2
    with pytest.raises(NotAllowedError):
        sessions.end_session(vera, listed[1].id, by_oleg)
    assert sessions.end_all(vera, by_oleg, keep_key=here.session.session_key) == 1
    alive = [signed_in_as(browser) for browser in (here, there, elsewhere)]
    assert alive == [str(vera.pk), None, None]
    assert Entry.objects.filter(code="staff.sessions_ended").count() == 2


def test_a_session_of_somebody_else_cannot_be_ended_as_ones_own(client, vera, oleg, by_oleg):
    sign_in(client)
    session = sessions.sessions_of(vera)[0]
    with pytest.raises(NotAllowedError):
        sessions.end_session(oleg, session.id, by_oleg)


def test_a_changed_password_keeps_this_session_and_ends_the_others(vera):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    fields = {"oldpassword": PASSWORD, "password1": "another-long-password", "password2": "another-long-password"}
    here.post(reverse("account_change_password"), fields)
    assert here.get(reverse("account_change_password")).status_code == 200
    assert there.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 YaBrowser/24 Safari/537.36",
            "Яндекс Браузер, Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130", "Edge, Windows"),
        ("curl/8.5.0", "curl"),
        ("", "—"),
    ],
)
def test_browsers_are_called_by_their_names(header, name):
    assert sessions.browser_name(header) == name
