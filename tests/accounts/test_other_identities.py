"""Another identity service, such as ID GOB.PE: here one of our own that speaks OpenID Connect."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from tests.accounts.conftest import code_in, signed_in


class IdentityService(BaseHTTPRequestHandler):
    """Says who somebody is, with the fewest words the protocol knows."""

    person = {"sub": "42", "email": "rosa@gob.example", "email_verified": True}

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            return self.answer(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo",
                    "jwks_uri": f"{here}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        return self.answer(self.person)

    def do_POST(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        claims = self.person | {"iss": here, "aud": "decide", "exp": time.time() + 60}
        claims["iat"] = time.time()
        return self.answer(
            {
                "access_token": "access",
                "token_type": "Bearer",
                "id_token": jwt.encode(claims, "k" * 32, algorithm="HS256"),
            }
        )

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings):
    server = HTTPServer(("127.0.0.1", 0), IdentityService)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "ID GOB.PE",
                    "client_id": "decide",
                    "secret": "s",
                    "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
                }
            ],
        }
    }
    yield server
    server.shutdown()
    server.server_close()


def come_back_from_the_service(client):
    leaving = client.post("/cuenta/oidc/oidc/login/")
    asked = parse_qs(urlsplit(leaving.url).query)
    assert asked["client_id"] == ["decide"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(
        "/cuenta/oidc/oidc/login/callback/", {"code": "c", "state": asked["state"][0]}
    )


def test_somebody_joins_with_another_identity_and_still_agrees_to_the_rules(
    client, service, mailoutbox
):
    response = come_back_from_the_service(client)
    assert response.url == "/cuenta/otras-cuentas/registro/"

    refused = client.post(response.url, {"display_name": "Rosa"})
    assert "terms" in refused.context["form"].errors

    client.post(response.url, {"display_name": "Rosa", "terms": "on"})

    assert signed_in(client)
    person = User.objects.get(email="rosa@gob.example")
    assert person.display_name == "Rosa"
    assert person.consents.exists()
    assert EmailAddress.objects.get(user=person).verified
    assert SocialAccount.objects.get(user=person).uid == "42"


def test_the_next_time_they_come_straight_in(client, service):
    response = come_back_from_the_service(client)
    client.post(response.url, {"display_name": "Rosa", "terms": "on"})
    client.post("/cuenta/salir/")

    come_back_from_the_service(client)

    assert signed_in(client)
    assert User.objects.count() == 1


def test_nobody_puts_another_email_in_the_place_of_the_confirmed_one(client, service):
    response = come_back_from_the_service(client)
    client.post(
        response.url, {"contact": "other@example.org", "display_name": "Rosa", "terms": "on"}
    )

    assert User.objects.get().email == "rosa@gob.example"


def test_an_email_that_the_service_did_not_confirm_is_confirmed_here(
    client, service, mailoutbox, monkeypatch
):
    monkeypatch.setattr(IdentityService, "person", {"sub": "43"})
    response = come_back_from_the_service(client)
    client.post(
        response.url, {"contact": "other@example.org", "display_name": "Rosa", "terms": "on"}
    )

    assert not signed_in(client)
    client.post("/cuenta/correo/codigo/", {"code": code_in(mailoutbox[-1].body)})
    assert signed_in(client)


def test_an_identity_with_the_email_of_an_account_does_not_open_that_account(
    client, service, rosa, mailoutbox
):
    User.objects.filter(pk=rosa.pk).update(email="rosa@gob.example")
    EmailAddress.objects.filter(user=rosa).update(email="rosa@gob.example")

    response = come_back_from_the_service(client)
    client.post(response.url, {"display_name": "Thief", "terms": "on"})

    assert not signed_in(client)
    assert not SocialAccount.objects.filter(user=rosa).exists()


def test_an_answer_nobody_asked_for_signs_nobody_in(client, service):
    response = client.get("/cuenta/oidc/oidc/login/callback/", {"code": "c", "state": "made up"})

    assert response.status_code < 500
    assert not signed_in(client)


def test_without_the_setting_there_is_no_such_address(client):
    assert client.post("/cuenta/oidc/oidc/login/").status_code == 404
