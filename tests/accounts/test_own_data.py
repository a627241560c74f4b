import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import hooks
from accounts.actions import consents, own_data
from accounts.actions.access import log_access
from accounts.actions.roles import revoke_role
from accounts.enums import Purpose, Role
from accounts.models import AccessLog, ResidenceMove, ResidenceTries, Resident, User
from accounts.periodic import forget_ended_sessions
from municipalities.models import Interest
from municipalities.rls import municipality_scope, region_scope
from proposals.models import Support
from tests.accounts.conftest import PASSWORD
from tests.captcha import answered
from tests.factories import (
    ImageFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    SupportFactory,
    UserFactory,
)


PROFILE = {"display_name": "Rosa Q.", "language": "es", "wants_email": "on"}


@pytest.fixture
def at_home(client, rosa):
    """Rosa's browser: signed in, and she has just said once more that it is she."""
    client.post("/cuenta/entrar/", {"login": rosa.email, "password": PASSWORD})
    client.post("/cuenta/confirmar-que-eres-tu/", {"password": PASSWORD})
    return client


# --- profile and consents


def test_the_account_shows_the_next_step_and_where_somebody_takes_part(at_home, rosa):
    assert "Comprobar dónde vivo" in at_home.get("/cuenta/").content.decode()

    town = MunicipalityFactory(short_name="Otuzco")
    ResidentFactory(user=rosa, district=town.place)

    page = at_home.get("/cuenta/").content.decode()
    assert town.get_absolute_url() in page
    assert town.place.name in page


def test_nobody_sees_an_account_without_signing_in(client):
    for path in ("", "perfil/", "permisos/", "mis-datos/", "eliminar/"):
        assert client.get(f"/cuenta/{path}").url.startswith("/cuenta/entrar/")


def test_only_the_name_has_to_be_said(at_home, rosa):
    at_home.post("/cuenta/perfil/", PROFILE | {"display_name": "Rosita"})

    rosa.refresh_from_db()
    assert rosa.display_name == "Rosita"
    assert (rosa.gender, rosa.birth_year, rosa.area) == ("", None, "")


def test_what_is_for_statistics_is_kept_only_with_consent(at_home, rosa):
    said = {"gender": "woman", "birth_year": "1987", "area": "rural"}

    refused = at_home.post("/cuenta/perfil/", PROFILE | said)
    assert "counts" in refused.context["form"].errors

    at_home.post("/cuenta/perfil/", PROFILE | said | {"counts": "on"})
    rosa.refresh_from_db()
    assert (rosa.gender, rosa.birth_year, rosa.area) == ("woman", 1987, "rural")
    assert rosa.consents.standing().filter(purpose=Purpose.STATISTICS).exists()


def test_taking_the_statistics_back_forgets_what_was_said_for_them(at_home, rosa):
    consents.give(rosa, {Purpose.STATISTICS: "1"})
    User.objects.filter(pk=rosa.pk).update(gender="woman", birth_year=1987, area="rural")

    at_home.post("/cuenta/permisos/", {"purpose": "statistics", "act": "withdraw"})

    rosa.refresh_from_db()
    assert (rosa.gender, rosa.birth_year, rosa.area) == ("", None, "")
    (record,) = rosa.consents.filter(purpose=Purpose.STATISTICS)
    assert record.withdrawn_at > record.given_at


def test_a_consent_is_given_again_with_one_click_and_the_old_record_stays(at_home, rosa):
    for act in ("give", "withdraw", "give", "give"):
        at_home.post("/cuenta/permisos/", {"purpose": "news", "act": act})

    assert rosa.consents.filter(purpose=Purpose.NEWS).count() == 2
    assert rosa.consents.standing().filter(purpose=Purpose.NEWS).count() == 1
    assert at_home.get("/cuenta/permisos/").status_code == 200


@pytest.mark.parametrize("purpose", ["terms", "everything", "\x00", ""])
def test_a_purpose_that_cannot_be_taken_back_here_stays(at_home, rosa, purpose):
    consents.give(rosa, {Purpose.TERMS: "1"})

    at_home.post("/cuenta/permisos/", {"purpose": purpose, "act": "withdraw"})

    assert rosa.consents.standing().count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "12345678"),
        ("display_name", "rosa@example.org"),
        ("display_name", "a" * 10**5),
        ("display_name", "\x00"),
        ("birth_year", "87"),
        ("birth_year", "-1"),
        ("birth_year", "9" * 10**5),
        ("birth_year", "mil"),
        ("gender", "<script>"),
        ("language", "zz"),
        ("area", "moon"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field_and_stays_typed(at_home, rosa, field, value):
    response = at_home.post("/cuenta/perfil/", PROFILE | {"counts": "on", field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    rosa.refresh_from_db()
    assert rosa.display_name == "Rosa Q."


# --- a copy of everything


def test_somebody_downloads_all_that_is_known_of_them(at_home, rosa):
    resident = ResidentFactory(user=rosa)
    consents.give(rosa, {Purpose.TERMS: "2026-11"})
    log_access(rosa, by=UserFactory(), where="/admin/", why="asked for help")
    town = MunicipalityFactory()
    with municipality_scope(town):
        Interest.objects.create(municipality=town, email=rosa.email)
        ImageFactory(municipality=town, uploaded_by=rosa)
    ResidenceMove.objects.create(
        resident=resident,
        from_district=town.place,
        to_district=resident.district,
        method=resident.method,
    )

    response = at_home.get("/cuenta/mis-datos/")

    archive = zipfile.ZipFile(io.BytesIO(response.content))
    data = json.loads(archive.read("decide-la-libertad.json"))
    assert data["account"]["e-mail"] == "rosa@example.org"
    assert data["residence"]["ubigeo"] == resident.district_id
    assert data["consents"][0]["text_version"] == "2026-11"
    assert data["when staff looked at your data"][0]["why"] == "asked for help"
    assert data["changes of district"][0]["from_district__name"] == town.place.name
    assert data["addresses left to be told of an opening"][0]["municipality__name"] == town.name
    assert len(data["files"]) == 1
    assert bytes(resident.document_hash).hex() not in json.dumps(data)
    assert rosa.password not in json.dumps(data)
    assert "no-store" in response["Cache-Control"]


def test_the_rooms_above_add_what_they_know(at_home, rosa, monkeypatch):
    monkeypatch.setattr(hooks, "EXPORTERS", [lambda user: {"poems": [user.display_name]}])

    archive = zipfile.ZipFile(io.BytesIO(at_home.get("/cuenta/mis-datos/").content))

    assert json.loads(archive.read("decide-la-libertad.json"))["poems"] == ["Rosa Q."]


# --- leaving


def test_what_goes_and_what_stays_is_said_beforehand(at_home, rosa):
    page = at_home.get("/cuenta/eliminar/").content.decode()

    assert "cuenta eliminada" in page
    assert User.objects.get(pk=rosa.pk).deleted_at is None


def test_nobody_leaves_by_accident(at_home, rosa):
    response = at_home.post("/cuenta/eliminar/")

    assert "understood" in response.context["form"].errors
    rosa.refresh_from_db()
    assert rosa.deleted_at is None


def test_leaving_takes_everything_personal_with_it(at_home, rosa, mailoutbox):
    town = MunicipalityFactory()
    with municipality_scope(town):
        proposal = ProposalFactory(municipality=town, author=rosa, published=True)
        Interest.objects.create(municipality=town, email=rosa.email)
    TOTP.activate(rosa, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    consents.give(rosa, {Purpose.TERMS: "1"})
    ResidenceTries.objects.create(user=rosa, wrong=2)
    asked = []
    hooks.ERASERS.append(asked.append)

    at_home.post("/cuenta/eliminar/", {"understood": "on"})
    hooks.ERASERS.remove(asked.append)

    gone = User.objects.get(pk=rosa.pk)
    assert (gone.email, gone.phone, gone.display_name) == (None, None, "")
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert not gone.authenticator_set.exists()
    assert not ResidenceTries.objects.filter(user=gone).exists()
    assert not UserSession.objects.filter(user=gone).exists()
    assert not gone.consents.standing().exists()
    assert asked == [gone]
    with region_scope("test"):
        assert not Interest.objects.exists()
        proposal.refresh_from_db()
    assert proposal.author.public_name == "cuenta eliminada"
    assert at_home.get("/cuenta/").status_code == 302


def test_the_log_of_the_admin_forgets_who_had_a_role(at_home, rosa, client):
    town = MunicipalityFactory()
    with municipality_scope(town):
        boss = RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user
    desk = client.__class__()
    desk.force_login(boss)
    desk.post(
        "/admin/accounts/rolegrant/add/",
        {
            "contact": rosa.email,
            "municipality": town.pk,
            "role": Role.MODERATOR,
            "starts_on": f"{timezone.localdate():%d/%m/%Y}",
        },
    )
    with municipality_scope(town):
        revoke_role(rosa.grants.get(), by=boss)
    assert LogEntry.objects.filter(object_repr__contains="Rosa").exists()

    at_home.post("/cuenta/eliminar/", {"understood": "on"})

    assert User.objects.get(pk=rosa.pk).deleted_at
    assert not LogEntry.objects.filter(object_repr__contains="Rosa").exists()


def test_a_session_elsewhere_ends_with_the_account(at_home, rosa, client):
    other = client.__class__()
    other.post("/cuenta/entrar/", {"login": rosa.email, "password": PASSWORD})

    at_home.post("/cuenta/eliminar/", {"understood": "on"})

    assert other.get("/cuenta/").status_code == 302


def test_a_session_that_is_over_leaves_no_trace(at_home, rosa):
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    UserSession.objects.update(created_at=timezone.now() - timedelta(days=15))

    forget_ended_sessions()

    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


def test_the_address_is_free_to_join_again(at_home, rosa, client):
    at_home.post("/cuenta/eliminar/", {"understood": "on"})

    client.__class__().post(
        "/cuenta/registro/",
        {
            "contact": "rosa@example.org",
            "display_name": "Rosa again",
            "password1": PASSWORD,
            "terms": "on",
            **answered(),
        },
    )

    assert User.objects.filter(email="rosa@example.org").count() == 1


def test_who_leaves_and_proves_residence_again_has_their_supports_once(at_home, rosa):
    town = MunicipalityFactory()
    resident = ResidentFactory(user=rosa, district=town.place)
    with municipality_scope(town):
        proposal = ProposalFactory(municipality=town, published=True)
        SupportFactory(proposal=proposal, resident=resident)

    own_data.delete_account(rosa)
    again = UserFactory()
    kept = Resident.objects.get(document_hash=resident.document_hash)
    assert kept.user is None
    kept.user = again
    kept.save()

    with municipality_scope(town):
        assert Support.objects.filter(resident=again.resident).count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportFactory(proposal=proposal, resident=again.resident)


def test_whoever_has_a_role_stays_until_it_ends_and_is_told_why(at_home, rosa):
    town = MunicipalityFactory(short_name="Otuzco")
    with municipality_scope(town):
        RoleGrantFactory(user=rosa, municipality=town)

    page = at_home.get("/cuenta/eliminar/").content.decode()
    at_home.post("/cuenta/eliminar/", {"understood": "on"})

    assert "Otuzco" in page
    rosa.refresh_from_db()
    assert rosa.deleted_at is None


# --- who looked


def test_the_record_of_who_looked_is_only_ever_added_to():
    log_access(UserFactory(), by=UserFactory(), where="/admin/")

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        AccessLog.objects.update(why="nothing")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        AccessLog.objects.all().delete()


def test_looking_at_ones_own_data_is_nobodys_business():
    person = UserFactory()

    log_access(person, by=person, where="/admin/")

    assert not AccessLog.objects.exists()


# --- what the site promises


@pytest.mark.parametrize("query", ["", "?m=otuzco", "?m=nowhere", "?m=%00", "?m=" + "a" * 10**4])
def test_the_notice_about_personal_data_says_all_ten_things(client, query):
    MunicipalityFactory(slug="otuzco", data_officer="Ana Ruiz", contact_office="Secretaría")

    page = client.get(f"/legal/privacidad/{query}").content.decode()

    assert all(f"{number}. " in page for number in range(1, 11))
    assert ("Ana Ruiz" in page) == (query == "?m=otuzco")


def test_the_rules_can_be_read_by_everybody(client):
    assert "<h1>Reglas para participar</h1>" in client.get("/legal/terminos/").content.decode()
