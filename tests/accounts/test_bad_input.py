"""Whatever is sent to the pages of the account, the answer is a page."""

import pytest
from django.urls import reverse

from accounts import urls, urls_entrance, urls_legal
from tests.accounts.conftest import PASSWORD


FIELDS = [
    "contact", "login", "password", "password1", "oldpassword", "display_name", "code", "email",
    "phone", "credential", "name", "next", "action", "action_add", "action_send", "action_remove",
    "purpose", "act", "birth_year", "gender", "area", "language", "understood", "terms", "account",
]  # fmt: skip
JUNK = [
    "\x00",
    "☃\u202e",
    "a" * 10**5,
    "'; DROP TABLE accounts_user; --",
    "[]",
    "{}",
    "-1",
    "<script>",
]


def addresses():
    for pattern in [*urls.urlpatterns, *urls_entrance.urlpatterns, *urls_legal.urlpatterns]:
        if not pattern.pattern.converters and getattr(pattern, "name", None):
            space = "accounts:" if pattern in urls.urlpatterns else ""
            space = "legal:" if pattern in urls_legal.urlpatterns else space
            yield reverse(space + pattern.name)
    yield "/cuenta/dos-pasos/llaves/99999999999999999999/"
    yield "/cuenta/oidc/nobody/login/"


@pytest.fixture
def at_home(client, rosa):
    client.post("/cuenta/entrar/", {"login": rosa.email, "password": PASSWORD})
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_in_every_field_of_every_page_breaks_nothing(client, at_home, junk):
    for browser in (client.__class__(), at_home):
        for address in addresses():
            if browser is at_home and address == reverse("account_logout"):
                continue
            for method in (browser.get, browser.post):
                response = method(address, dict.fromkeys(FIELDS, junk))
                assert response.status_code < 500, (method, address)


def test_bytes_that_are_no_text_break_nothing(client):
    body = b"&".join(field.encode() + b"=%ff%fe%00\xff" for field in FIELDS)
    for address in addresses():
        for kind in ("application/x-www-form-urlencoded", "text/plain; charset=nothing"):
            response = client.generic("POST", address, body, content_type=kind)
            assert response.status_code < 500, address


@pytest.mark.parametrize("cookie", ["abcdefgh\x00ijkl", "abcdefgh-ñ", "x" * 5000])
def test_a_cookie_that_is_no_session_breaks_nothing(client, cookie):
    client.cookies["sessionid"] = cookie

    assert client.get("/cuenta/entrar/").status_code == 200


def test_every_form_needs_its_token(client, rosa):
    strict = client.__class__(enforce_csrf_checks=True)
    for address in ("/cuenta/entrar/", "/cuenta/registro/", "/cuenta/salir/", "/cuenta/perfil/"):
        strict.force_login(rosa)
        assert strict.post(address, {"display_name": "x"}).status_code == 403
