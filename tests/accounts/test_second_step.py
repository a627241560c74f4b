import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from tests.accounts.conftest import PASSWORD, code_in, signed_in
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client):
    return client.post("/cuenta/entrar/", {"login": "rosa@example.org", "password": PASSWORD})


@pytest.fixture
def otuzco():
    return MunicipalityFactory(slug="otuzco")


@pytest.fixture
def moderator(rosa, otuzco):
    """Rosa, who has a role but no second step yet."""
    with municipality_scope(otuzco):
        RoleGrantFactory(user=rosa, municipality=otuzco, role=Role.MODERATOR, second_step=False)
    return rosa


@pytest.mark.parametrize("path", ["/admin/", "/otuzco/", "/", "/otuzco/propuestas/"])
def test_whoever_has_a_role_sets_up_the_second_step_before_anything_else(client, moderator, path):
    client.force_login(moderator)

    assert client.get(path).url == reverse("mfa_activate_totp")


def test_meanwhile_their_own_account_and_the_rules_stay_open(client, moderator):
    client.force_login(moderator)

    assert client.get("/cuenta/").status_code == 200
    assert client.get("/legal/terminos/").status_code == 200


def test_a_form_of_staff_does_nothing_without_the_second_step(client, moderator):
    client.force_login(moderator)

    response = client.post("/admin/accounts/user/1/change/", {"display_name": "x"})

    assert response.url == reverse("mfa_activate_totp")


def test_a_superuser_too_needs_the_second_step(client):
    client.force_login(UserFactory(is_superuser=True, second_step=False))

    assert client.get("/admin/").url == reverse("mfa_activate_totp")


def test_a_role_that_has_ended_asks_for_nothing(client, rosa, otuzco):
    with municipality_scope(otuzco):
        RoleGrantFactory(
            user=rosa,
            municipality=otuzco,
            starts_on="2020-01-01",
            ends_on="2020-12-31",
            second_step=False,
        )
    client.force_login(rosa)

    assert client.get("/otuzco/").status_code == 200


def test_setting_it_up_opens_the_door_and_gives_recovery_codes(client, moderator):
    sign_in(client)
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})
    page = client.get("/cuenta/dos-pasos/app/")
    secret = page.context["form"].secret

    response = client.post("/cuenta/dos-pasos/app/", {"code": code(secret)})

    assert response.url == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=moderator).count() == 2
    assert client.get("/otuzco/").status_code == 200


def test_with_the_second_step_the_password_alone_does_not_sign_in(client, rosa):
    TOTP.activate(rosa, SECRET)

    response = sign_in(client)

    assert response.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(response.url, {"code": code()})
    assert signed_in(client)


def test_a_code_is_good_for_one_sign_in(client, rosa):
    TOTP.activate(rosa, SECRET)
    used = code()
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": used})

    other = client.__class__()
    sign_in(other)
    other.post("/cuenta/entrar/segundo-paso/", {"code": used})

    assert not signed_in(other)


def test_a_code_is_not_taken_again_while_it_still_holds(client, rosa):
    app = TOTP.activate(rosa, SECRET)
    used = code()
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": used})
    cache.delete(app._get_used_cache_key(used))  # as half a minute later

    other = client.__class__()
    sign_in(other)
    other.post("/cuenta/entrar/segundo-paso/", {"code": f" {used[:3]} {used[3:]}"})

    assert signed_in(client)
    assert not signed_in(other)


def test_wrong_codes_of_the_app_are_limited(client, rosa):
    TOTP.activate(rosa, SECRET)
    sign_in(client)
    for wrong in range(5):
        client.post("/cuenta/entrar/segundo-paso/", {"code": f"00000{wrong}"})

    client.post("/cuenta/entrar/segundo-paso/", {"code": code()})

    assert not signed_in(client)


def test_a_recovery_code_opens_once(client, rosa):
    TOTP.activate(rosa, SECRET)
    recovery = RecoveryCodes.activate(rosa).get_unused_codes()[0]
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": recovery})
    assert signed_in(client)

    other = client.__class__()
    sign_in(other)
    other.post("/cuenta/entrar/segundo-paso/", {"code": recovery})
    assert not signed_in(other)


def test_whoever_has_a_role_cannot_take_the_second_step_off(client, moderator):
    TOTP.activate(moderator, SECRET)
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": code()})
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})

    client.post("/cuenta/dos-pasos/app/quitar/")

    assert Authenticator.objects.filter(user=moderator, type="totp").exists()


def test_whoever_has_no_role_may_take_it_off(client, rosa):
    TOTP.activate(rosa, SECRET)
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": code()})
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})

    client.post("/cuenta/dos-pasos/app/quitar/")

    assert not Authenticator.objects.filter(user=rosa, type="totp").exists()


def test_the_work_desk_has_no_door_of_its_own(client):
    response = client.get("/admin/login/?next=/admin/accounts/user/")
    assert response.url == "/cuenta/entrar/?next=%2Fadmin%2Faccounts%2Fuser%2F"

    forged = client.get("/admin/login/?next=https://evil.example/")
    assert forged.url == "/cuenta/entrar/?next=%2Fadmin%2F"


def test_a_citizen_at_the_work_desk_is_told_no_and_not_sent_in_circles(client, rosa):
    client.force_login(rosa)

    assert client.get("/admin/login/?next=/admin/").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/cuenta/dos-pasos/",
        "/cuenta/dos-pasos/llaves/",
        "/cuenta/dos-pasos/llaves/nueva/",
        "/cuenta/dos-pasos/app/",
        "/cuenta/dos-pasos/recuperacion/nuevos/",
        "/cuenta/sesiones/",
        "/cuenta/correo/",
        "/cuenta/celular/",
        "/cuenta/clave/",
        "/cuenta/salir/",
        "/cuenta/otras-cuentas/",
    ],
)
def test_the_pages_of_the_account_open_without_scripts_inside(client, rosa, path):
    if path.endswith("nuevos/"):
        TOTP.activate(rosa, SECRET)
        rosa_in = sign_in(client)
        client.post(rosa_in.url, {"code": code()})
    else:
        sign_in(client)
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})

    response = client.get(path)
    page = response.content.decode()

    assert response.status_code == 200
    assert "onclick=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def test_a_passkey_can_be_asked_for_at_the_door(client):
    assert "webauthn.js" not in client.get("/cuenta/entrar/").content.decode()
    assert "webauthn.js" in client.get("/cuenta/entrar/?llave=1").content.decode()
    options = client.get("/cuenta/entrar/llave/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["challenge"]


def test_with_the_second_step_an_email_can_still_be_changed(client, moderator, mailoutbox):
    TOTP.activate(moderator, SECRET)
    sign_in(client)
    client.post("/cuenta/entrar/segundo-paso/", {"code": code()})
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})

    client.post("/cuenta/correo/", {"email": "rosa.q@example.org", "action_add": "1"})
    client.post("/cuenta/correo/codigo/", {"code": code_in(mailoutbox[-1].body)})

    moderator.refresh_from_db()
    assert moderator.email == "rosa.q@example.org"


def test_a_session_from_before_the_second_step_has_to_show_it_once(client, moderator):
    old = client.__class__()
    sign_in(old)
    TOTP.activate(moderator, SECRET)

    response = old.get("/otuzco/")
    assert response.url == "/cuenta/confirmar-que-eres-tu/codigo/?next=%2Fotuzco%2F"

    response = old.post(response.url, {"code": code(), "next": "/otuzco/"})
    assert response.url == "/otuzco/"
    assert old.get("/otuzco/").status_code == 200


def test_the_square_code_has_a_light_ground_of_its_own(client, rosa):
    sign_in(client)
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})

    assert "white" in client.get("/cuenta/dos-pasos/app/").context["totp_svg"]
