import re

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from accounts import sms as messages
from accounts.models import User
from tests.accounts.conftest import PASSWORD, code_in, signed_in
from tests.captcha import answered
from tests.factories import UserFactory


LOGIN = "/cuenta/entrar/"
ASK = "/cuenta/entrar/codigo/"
CONFIRM = "/cuenta/entrar/codigo/confirmar/"
FORGOT = "/cuenta/clave/olvidada/"
FORGOT_CODE = "/cuenta/clave/olvidada/codigo/"
FORGOT_NEW = "/cuenta/clave/olvidada/nueva/"


def sign_in(client, login="rosa@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password} | more)


def test_somebody_signs_in_with_email_and_password(client, rosa):
    response = sign_in(client)

    assert response.url == "/cuenta/"
    assert signed_in(client)


@pytest.mark.parametrize("typed", ["987654321", "+51 987 654 321", "987-654-321"])
def test_somebody_signs_in_with_their_number_however_it_is_typed(client, juan, typed):
    sign_in(client, typed)

    assert signed_in(client)


def test_without_the_tick_the_session_ends_with_the_browser(client, rosa):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()

    other = client.__class__()
    sign_in(other, remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_a_wrong_password_and_an_unknown_email_read_the_same(client, rosa):
    wrong = sign_in(client, password="not hers at all")
    unknown = sign_in(client, "nobody@example.org")

    assert wrong.context["form"].errors == unknown.context["form"].errors


@pytest.mark.parametrize("login", ["\x00", "a" * 10**5, "rosa", "", "o'brien@example.org", "☃"])
def test_whatever_is_typed_the_answer_is_a_page(client, login):
    response = sign_in(client, login)

    assert response.status_code == 200
    assert response.context["form"].errors


def test_five_wrong_passwords_close_the_door_for_a_while_and_say_so(client, rosa):
    for _try in range(5):
        sign_in(client, password="wrong wrong")

    response = sign_in(client)

    assert not signed_in(client)
    assert "15 min" in response.content.decode()


def test_wrong_tries_by_one_number_do_not_close_the_door_of_another(client, juan):
    for _try in range(6):
        sign_in(client, "911111111", "wrong wrong")

    sign_in(client, "987654321")

    assert signed_in(client)


def test_a_forged_address_header_does_not_give_more_tries(client, rosa, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}

    statuses = [
        client.post(
            LOGIN,
            {"login": f"p{n}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"10.0.0.{n}", "X-Real-IP": f"10.0.1.{n}"},
        ).status_code
        for n in range(3)
    ]

    assert statuses == [200, 200, 429]


def test_behind_our_proxy_only_the_address_it_saw_counts(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}

    def attempt(forwarded):
        headers = {"X-Forwarded-For": forwarded}
        return client.post(LOGIN, {"login": "x", "password": "x"}, headers=headers).status_code

    assert attempt("1.1.1.1, 200.48.1.1") == 200
    assert attempt("2.2.2.2, 200.48.1.1") == 429
    assert attempt("1.1.1.1, 200.48.1.2") == 200


def test_a_code_by_email_signs_in_without_password(client, rosa, mailoutbox):
    assert client.post(ASK, {"contact": "Rosa@example.org"}).url == CONFIRM

    client.post(CONFIRM, {"code": code_in(mailoutbox[0].body)})

    assert signed_in(client)


def test_a_code_by_sms_signs_in_without_password(client, juan, sms):
    client.post(ASK, {"contact": "987 654 321"})
    ((to, text),) = sms()

    client.post(CONFIRM, {"code": code_in(text)})

    assert to == juan.phone
    assert signed_in(client)


@pytest.mark.parametrize("contact", ["nobody@example.org", "911 111 111"])
def test_asking_a_code_for_nobody_looks_the_same_and_no_code_goes_out(
    client, rosa, sms, mailoutbox, contact
):
    response = client.post(ASK, {"contact": contact})
    page = client.get(response.url)
    again = client.post(response.url, {"action": "resend"})
    wrong = client.post(response.url, {"code": "123456"})

    assert response.url == CONFIRM
    assert (page.status_code, again.status_code, wrong.status_code) == (200, 200, 200)
    sent = [text for _to, text in sms()] + [letter.body for letter in mailoutbox]
    assert len(sent) == 1
    assert not re.search(r"\b\d{6}\b", sent[0])


def test_after_three_codes_in_five_minutes_one_has_to_wait(client, rosa, mailoutbox):
    for _try in range(3):
        client.post(ASK, {"contact": "rosa@example.org"})
        client.post("/cuenta/salir/")

    response = client.post(ASK, {"contact": "rosa@example.org"})

    assert "contact" in response.context["form"].errors
    assert len(mailoutbox) == 3


def test_three_wrong_codes_end_a_sign_in(client, rosa, mailoutbox):
    client.post(ASK, {"contact": "rosa@example.org"})
    right = code_in(mailoutbox[0].body)
    for _try in range(3):
        client.post(CONFIRM, {"code": "0" * 6 if right != "0" * 6 else "1" * 6})

    client.post(CONFIRM, {"code": right})

    assert not signed_in(client)


def test_the_three_tries_hold_even_if_the_session_forgets_them(client, rosa, mailoutbox):
    """Parallel requests all read the session before any of them has counted its try."""
    client.post(ASK, {"contact": "rosa@example.org"})
    right = code_in(mailoutbox[0].body)
    before = client.session["account_login"]
    for _try in range(3):
        client.post(CONFIRM, {"code": "0" * 6 if right != "0" * 6 else "1" * 6})
        session = client.session
        session["account_login"] = before
        session.save()

    client.post(CONFIRM, {"code": right})

    assert not signed_in(client)


def test_an_old_code_no_longer_opens(client, rosa, mailoutbox, settings):
    client.post(ASK, {"contact": "rosa@example.org"})
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1

    client.post(CONFIRM, {"code": code_in(mailoutbox[0].body)})

    assert not signed_in(client)


def test_a_code_opens_only_in_the_browser_that_asked_for_it(client, rosa, mailoutbox):
    client.post(ASK, {"contact": "rosa@example.org"})
    other = client.__class__()
    other.post(ASK, {"contact": "nobody@example.org"})

    other.post(CONFIRM, {"code": code_in(mailoutbox[0].body)})

    assert not signed_in(other)


def test_every_code_lasts_as_long_as_the_pages_say():
    lasting = {
        getattr(django_settings, f"ACCOUNT_{name}_TIMEOUT")
        for name in (
            "EMAIL_VERIFICATION_BY_CODE",
            "PHONE_VERIFICATION",
            "LOGIN_BY_CODE",
            "PASSWORD_RESET_BY_CODE",
        )
    }
    assert lasting == {15 * 60}


def test_a_forgotten_password_is_replaced_by_email(client, rosa, mailoutbox):
    assert client.post(FORGOT, {"contact": "rosa@example.org"}).url == FORGOT_CODE
    client.post(FORGOT_CODE, {"code": code_in(mailoutbox[0].body)})
    client.post(FORGOT_NEW, {"password1": "mazamorra morada fria"})

    sign_in(client, password="mazamorra morada fria")

    assert signed_in(client)


def test_a_forgotten_password_is_replaced_by_sms(client, juan, sms):
    client.post(FORGOT, {"contact": "987654321"})
    client.post(FORGOT_CODE, {"code": code_in(sms()[0][1])})
    client.post(FORGOT_NEW, {"password1": "mazamorra morada fria"})

    sign_in(client, "987654321", "mazamorra morada fria")

    assert signed_in(client)


def test_nobody_chooses_a_password_without_the_code(client, rosa):
    client.post(FORGOT, {"contact": "rosa@example.org"})
    client.post(FORGOT_NEW, {"password1": "mazamorra morada fria"})

    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)


@pytest.mark.parametrize("contact", ["nobody@example.org", "911111111"])
def test_replacing_the_password_of_nobody_looks_the_same(client, sms, mailoutbox, contact):
    response = client.post(FORGOT, {"contact": contact})

    assert response.url == FORGOT_CODE
    assert client.get(FORGOT_CODE).status_code == 200
    assert client.post(FORGOT_CODE, {"code": "123456"}).status_code == 200


def test_whoever_proves_an_address_does_not_share_it_with_who_typed_it_first(client, mailoutbox):
    """Somebody joins with another's e-mail and a password; its owner comes in by code."""
    client.post(
        reverse("account_signup"),
        {
            "contact": "rosa@example.org",
            "display_name": "Thief",
            "password1": PASSWORD,
            "terms": "on",
            **answered(),
        },
    )
    owner = client.__class__()
    owner.post(ASK, {"contact": "rosa@example.org"})
    owner.post(CONFIRM, {"code": code_in(mailoutbox[-1].body)})
    assert signed_in(owner)

    thief = client.__class__()
    sign_in(thief)

    assert not signed_in(thief)


def test_a_suspended_person_does_not_get_in(client, rosa):
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    sign_in(client)

    assert not signed_in(client)


def test_signing_out_needs_a_form(client, rosa):
    sign_in(client)

    client.get("/cuenta/salir/")
    assert signed_in(client)
    client.post("/cuenta/salir/")
    assert not signed_in(client)


def test_the_other_devices_can_be_signed_out(client, rosa):
    other = client.__class__()
    sign_in(other)
    sign_in(client)

    client.post("/cuenta/sesiones/")

    assert other.get("/cuenta/").status_code == 302
    assert client.get("/cuenta/").status_code == 200


def test_a_new_number_counts_only_once_its_code_was_typed(client, rosa, sms):
    sign_in(client)
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})
    client.post("/cuenta/celular/", {"phone": "987 654 321"})
    rosa.refresh_from_db()
    assert rosa.phone is None

    client.post("/cuenta/celular/codigo/", {"code": code_in(sms()[0][1])})

    rosa.refresh_from_db()
    assert (rosa.phone, rosa.phone_verified) == ("+51987654321", True)


def test_a_new_email_counts_only_once_its_code_was_typed(client, rosa, mailoutbox):
    sign_in(client)
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})
    client.post("/cuenta/correo/", {"email": "rosa.quispe@example.org", "action_add": "1"})
    rosa.refresh_from_db()
    assert rosa.email == "rosa@example.org"

    client.post("/cuenta/correo/codigo/", {"code": code_in(mailoutbox[-1].body)})

    rosa.refresh_from_db()
    assert rosa.email == "rosa.quispe@example.org"


@pytest.mark.parametrize(
    "path", ["/cuenta/correo/", "/cuenta/celular/", "/cuenta/dos-pasos/app/", "/cuenta/eliminar/"]
)
def test_what_matters_asks_once_more_who_it_is(client, rosa, path):
    sign_in(client)

    response = client.post(path, {"email": "x@example.org", "phone": "987654321", "action_add": ""})

    assert response.url.startswith("/cuenta/confirmar-que-eres-tu/")


def test_a_text_message_fits_into_one_and_has_no_accents(client, juan, sms):
    client.post(ASK, {"contact": "987654321"})
    text = sms()[0][1]

    assert text.isascii()
    assert len(text) <= 160
    assert messages.plain("«Código» de la señora " + "x" * 200).startswith('"Codigo" de la senora ')
    assert len(messages.plain("ñ" * 300)) == 160


def test_a_gateway_that_fails_is_tried_again_not_forgotten(settings):
    settings.SMS_URL = "http://127.0.0.1:9/"

    with pytest.raises(messages.NotSent):
        messages.HttpGateway().send(messages.Way.SMS, "+51987654321", "hola", "")


def test_the_language_somebody_chose_comes_along(client, rosa):
    User.objects.filter(pk=rosa.pk).update(language="en")

    response = sign_in(client)

    assert response.cookies["idioma"].value == "en"


def test_the_demo_shows_what_it_sent_and_a_real_site_does_not(client, settings, sms, juan):
    client.post(ASK, {"contact": "987654321"})
    assert client.get("/correo/").status_code == 404

    settings.DEMO = True

    assert code_in(sms()[0][1]) in client.get("/correo/").content.decode()
    assert code_in(sms()[0][1]) not in client.get("/correo/?para=rosa\x00").content.decode()


def test_other_identity_services_appear_only_if_the_settings_name_one(client, settings):
    assert "Continuar con" not in client.get(LOGIN).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "ID GOB.PE",
                    "client_id": "decide",
                    "secret": "x",
                    "settings": {"server_url": "https://id.example.org"},
                }
            ]
        }
    }

    assert "ID GOB.PE" in client.get(LOGIN).content.decode()


def test_the_person_of_a_request_comes_with_their_proof(client, rosa, django_assert_num_queries):
    person = User.objects.select_related("resident").get(pk=rosa.pk)

    with django_assert_num_queries(0):
        assert person.proof is None


def test_an_account_without_email_or_number_is_nobodys(client):
    UserFactory(email=None)

    sign_in(client, "", "")

    assert not signed_in(client)


@pytest.mark.parametrize("path", ["/sw.js", "/offline.html"])
def test_what_a_browser_fetches_by_itself_takes_nobody_s_session(client, path):
    """It may have been sent before a sign-in, with a session that the sign-in replaced."""
    client.cookies["sessionid"] = "a" * 32

    answer = client.get(path)

    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
