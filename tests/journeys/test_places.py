"""The region, a municipality and the admin, as they are seen: by everyone, in both schemes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from proposals.enums import ProposalState
from tests.factories import (
    CategoryFactory,
    InterventionFactory,
    ProposalFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    Municipality.objects.filter(slug="otuzco").update(
        state=MunicipalityState.OPEN,
        modules=[Module.PROPOSALS],
        contact_name="Rosa Luján Quispe",
        contact_office="Subgerencia de Participación Vecinal",
        contact_email="participa@otuzco.example.org",
        accent="#B4472B",
    )
    municipality = Municipality.objects.get(slug="otuzco")
    with scoped_transaction(municipality):
        ProposalFactory(municipality=municipality, published=True, title="Posta en Huangamarca")
        ProposalFactory(
            municipality=municipality,
            published=True,
            title="Agua para Chota Motil",
            state=ProposalState.THRESHOLD,
            reached_at=timezone.now(),
            answer_due_on=timezone.localdate() - timedelta(days=3),
        )
        CategoryFactory(municipality=municipality)
        for area in ("rural", "urban"):
            InterventionFactory(municipality=municipality, kind="support", area=area)
    return municipality


def staff(municipality, role):
    with scoped_transaction(municipality):
        person = UserFactory(display_name="Carmen Rojas")
        RoleGrantFactory(municipality=municipality, user=person, role=role, second_step=True)
    return person


def sign_in(page, live_server, person):
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_the_region_s_and_a_municipality_s_pages_are_for_everyone(visit, otuzco, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for path in (
            "/",
            "/municipalidades/",
            "/municipalidades/?cifras=totales&q=zzz",
            "/otuzco/",
            "/otuzco/mecanismos/",
            "/otuzco/informacion/",
            "/usquil/",
        ):
            page.goto(path)
            assert violations(page) == []


def test_without_a_script_one_finds_one_s_municipality_and_leaves_an_address(visit, otuzco):
    with visit(js=False) as page:
        page.goto("/")
        page.get_by_label("Busca tu municipalidad").fill("usq")
        page.get_by_role("button", name="Buscar").click()
        page.wait_for_url("**q=usq**")
        page.get_by_role("link", name="Usquil").last.click()
        page.get_by_label("Tu correo").fill("ana@example.org")
        page.get_by_role("button", name="Avísenme").click()

        page.get_by_text("Te escribimos cuando abra").wait_for()


ADMIN = [
    "/admin/",
    "/admin/municipalities/municipality/",
    "/admin/accounts/rolegrant/",
    "/admin/accounts/rolegrant/add/",
    "/admin/accounts/user/",
    "/admin/participation/category/",
    "/admin/participation/category/add/",
    "/admin/municipalities/place/",
    "/admin/municipalities/municipalityevent/",
    "/admin/proposals/proposal/",
]


@pytest.mark.parametrize(
    ("scheme", "slug", "role"),
    [
        ("light", "otuzco", Role.ADMINISTRATOR),
        ("dark", "la-libertad", Role.REGIONAL_ADMINISTRATOR),
    ],
)
def test_the_admin_is_for_everyone(visit, live_server, otuzco, scheme, slug, role):
    person = staff(Municipality.objects.get(slug=slug), role)

    with visit(scheme=scheme, size=DESK) as page:
        sign_in(page, live_server, person)
        settings = f"/admin/municipalities/municipality/{otuzco.pk}/"
        found = {}
        for path in (*ADMIN, f"{settings}change/", f"{settings}pausar/"):
            page.goto(path)
            assert page.url.endswith(path)
            found[path] = violations(page)
        assert {path: wrong for path, wrong in found.items() if wrong} == {}
        page.goto("/admin/")
        shot(page, f"admin-{role}-{scheme}")
