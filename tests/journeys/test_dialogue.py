"""A dialogue with its table, and a matter that goes from a district to the region, in a real browser."""

from datetime import timedelta

import brotli
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module, MunicipalityKind
from municipalities.rls import scoped_transaction
from participation.models import Notice
from processes.actions import escalations, undertakings
from processes.enums import MeetingKind, TeamRole
from processes.models import Escalation, Undertaking
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    ProposalFactory,
    ProvinceFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen
from tests.journeys.test_staff_desk import sign_in
from tests.processes.factories import (
    MeetingFactory,
    MinutesFactory,
    PartyFactory,
    ProcessFactory,
    TeamMemberFactory,
)


WITH_AND_WITHOUT = pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])


def place(kind, where, slug, name):
    return MunicipalityFactory(
        kind=kind,
        place=where,
        slug=slug,
        name=f"Municipalidad de {name}",
        short_name=name,
        contact_office="Oficina de Diálogo",
        modules=list(Module.values),
    )


@pytest.fixture
def region(transactional_db):
    return place(MunicipalityKind.REGION, RegionPlaceFactory(), "la-libertad", "La Libertad")


@pytest.fixture
def otuzco(region):
    return place(MunicipalityKind.PROVINCIAL, ProvinceFactory(code="1306"), "otuzco", "Otuzco")


@pytest.fixture
def agallpampa(otuzco):
    where = DistrictFactory(code="130602", parent=otuzco.place)
    return place(MunicipalityKind.DISTRICT, where, "agallpampa", "Agallpampa")


def officer_of(town, name):
    with scoped_transaction(town):
        user = UserFactory(display_name=name)
        RoleGrantFactory(municipality=town, user=user, role=Role.EVALUATOR, second_step=True)
    return user


@pytest.fixture
def carmen(otuzco):
    return officer_of(otuzco, "Carmen Rojas")


@pytest.fixture
def table(otuzco):
    with scoped_transaction(otuzco):
        table = ProcessFactory(
            municipality=otuzco,
            dialogue=True,
            title="Mesa de diálogo por el agua de Agallpampa",
            summary="La comunidad, la minera y la municipalidad acuerdan cómo se cuida el agua.",
        )
        TeamMemberFactory(
            municipality=otuzco,
            process=table,
            role=TeamRole.FACILITATES,
            name="Padre Julio Ramos",
            office="Parroquia de Otuzco",
        )
    return table


def at(town, name, *args):
    return reverse(f"processes:{name}", args=[town.slug, *args])


def sessions_of(table, otuzco):
    here = {"municipality": otuzco, "process": table, "kind": MeetingKind.TABLE}
    closed = MeetingFactory(
        title="Sesión sobre las familias afectadas",
        closed=True,
        closed_why="Se tratan datos de salud de niñas y niños.",
        over=True,
        **here,
    )
    MinutesFactory(municipality=otuzco, meeting=closed, is_restricted=True, text="SECRETO")
    MeetingFactory(title="Sesión de seguimiento", **here)


@WITH_AND_WITHOUT
def test_three_parties_a_closed_session_and_a_company_that_is_late(
    visit, live_server, otuzco, carmen, table, js
):
    with scoped_transaction(otuzco):
        sessions_of(table, otuzco)
    past = timezone.localdate() - timedelta(days=9)
    with visit(js=js) as page:
        sign_in(page, live_server, carmen)
        page.goto(at(otuzco, "table", table.pk))
        page.locator(f"a[href$='/{table.pk}/partes/']").click()
        rows = [
            ("authority", "Municipalidad Provincial de Otuzco", "La alcaldesa"),
            ("population", "Rondas campesinas de Agallpampa", "Rosa Quispe"),
            ("company", "Minera Andina SAC", "Luis Castillo"),
            ("civil_society", "Parroquia de Otuzco", ""),
        ]
        page.locator("[name=do][value=more]").click()
        page.locator("[name=p4_name]").wait_for()
        for number, (kind, name, speaker) in enumerate(rows):
            page.locator(f"[name=p{number}_name]").fill(name)
            page.locator(f"[name=p{number}_kind]").select_option(kind)
            page.locator(f"[name=p{number}_speaker]").fill(speaker)
        page.locator("[name=p2_contact]").fill("luis@minera.example")
        page.locator("main form [type=submit]:not([name])").click()
        page.locator("#promised").wait_for()

        page.locator(f"a[href$='/{table.pk}/acuerdos/nuevo/']").click()
        page.locator("[name=party]").select_option(label="Minera Andina SAC")
        page.locator("[name=text]").fill("Entrega el estudio del agua a la comunidad.")
        page.locator("[name=due_on]").fill(past.isoformat())
        page.locator("main form [type=submit]").click()
        page.locator("#results .tone-bad").wait_for()
        page.locator("#results a").first.click()
        page.locator("a[href$='/evidencia/']").click()
        page.locator("[name=text]").fill("Falta el estudio completo.")
        page.locator("main form [type=submit]").click()
        page.locator(".alert.tone-error").first.wait_for()

    with visit(js=js) as page:
        page.goto(at(otuzco, "table", table.pk))
        page.get_by_text("Minera Andina SAC").first.wait_for()
        page.get_by_text("Padre Julio Ramos").wait_for()
        page.get_by_text("Se tratan datos de salud").wait_for()
        late = page.locator(".panel", has=page.locator(".tone-bad")).first
        late.get_by_text("Entrega el estudio del agua").wait_for()
        assert "luis@minera.example" not in page.content()
        assert "SECRETO" not in page.content()
        late.locator("a").first.click()
        page.get_by_text("Falta el estudio completo.").wait_for()

        page.goto(at(otuzco, "town_undertakings"))
        page.locator("[name=parte]").select_option("population")
        page.locator(".filters [type=submit]").click()
        page.locator("#results .empty").wait_for()


@WITH_AND_WITHOUT
def test_a_proposal_goes_from_the_district_to_the_province_and_to_the_region(
    visit, live_server, agallpampa, otuzco, region, carmen, js
):
    elsa, luis = officer_of(agallpampa, "Elsa Ruiz"), officer_of(region, "Luis Vega")
    with scoped_transaction(agallpampa):
        proposal = ProposalFactory(municipality=agallpampa, published=True, title="Asfaltar la vía")
        address = proposal.get_absolute_url()
    with visit(js=js) as page:
        sign_in(page, live_server, elsa)
        page.goto(address)
        page.locator(f"a[href$='/elevar/{proposal.thread_id}/']").click()
        page.locator(f"[name=to][value='{otuzco.pk}']").check()
        page.locator("[name=reason]").fill("La vía es de la provincia.")
        page.locator("main form [type=submit]").click()
        page.get_by_text(proposal.code).first.wait_for()
    with visit(js=js) as page:
        sign_in(page, live_server, carmen)
        page.goto(at(otuzco, "escalation_desk"))
        page.locator("a[href$='/recibir/']").click()
        page.locator("main form [type=submit]").click()
        page.locator("a[href$='/responder/']").click()
        page.locator("[name=do][value=pass_on]").check()
        page.locator("[name=text]").fill("La vía departamental es de la región.")
        page.locator("main form [type=submit]").click()
        page.get_by_text("La vía departamental es de la región.").first.wait_for()
    with visit(js=js) as page:
        sign_in(page, live_server, luis)
        page.goto(at(region, "escalation_desk"))
        page.locator("a[href$='/responder/']").click()
        page.locator("[name=do][value=answer]").check()
        page.locator("[name=text]").fill("La región la asfalta en mayo.")
        page.locator("main form [type=submit]").click()
        page.get_by_text("La región la asfalta en mayo.").first.wait_for()
    with visit(js=js) as page:
        page.goto(address)
        page.get_by_text("La región la asfalta en mayo.").wait_for()
        page.locator("a[href*='/procesos/elevados/']").last.click()
        page.get_by_text("La vía es de la provincia.").first.wait_for()
        page.get_by_text("La región la asfalta en mayo.").first.wait_for()
        page.get_by_text(proposal.code).first.wait_for()
    with scoped_transaction(agallpampa):
        told = Notice.objects.filter(user=proposal.author_id, event__verb="escalation_answered")
        assert told.count() == 1


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK), ("light", DESK)])
def test_every_page_is_accessible_and_fits(
    visit, live_server, client, agallpampa, otuzco, region, carmen, table, scheme, size
):
    today = timezone.localdate()
    with scoped_transaction(otuzco):
        sessions_of(table, otuzco)
        kinds = ["authority", "population", "company", "civil_society"]
        names = ["Municipalidad Provincial", "Rondas campesinas", "Minera Andina SAC", "Parroquia"]
        parties = [
            PartyFactory(municipality=otuzco, process=table, position=at, kind=kind, name=name)
            for at, (kind, name) in enumerate(zip(kinds, names, strict=True))
        ]
        for party, days, text in [
            (parties[2], -9, "Entrega el estudio del agua a la comunidad."),
            (parties[1], 3, "Levanta el bloqueo de la carretera a Agallpampa."),
            (parties[0], 40, "Mide el agua cada mes y publica lo medido."),
            (None, 60, "El ministerio envía a una especialista."),
        ]:
            undertakings.agree(
                by=carmen,
                owner="" if party else "Ministerio del Ambiente",
                text=text,
                due_on=today + timedelta(days=days),
                process=table,
                party=party,
            )
        late, done = Undertaking.objects.order_by("pk")[:2]
        undertakings.ask_evidence(late, by=carmen)
        undertakings.tell(
            done, by=carmen, state="done", text="Libre desde hoy.", url="https://example.org/foto"
        )
        late = late.pk
    elsa = officer_of(agallpampa, "Elsa Ruiz")
    with scoped_transaction(agallpampa):
        threads = [
            ProposalFactory(
                municipality=agallpampa, published=True, title=title, thread__path="/agallpampa/"
            ).thread
            for title in ("Asfaltar la vía a Agallpampa", "Un médico para la posta")
        ]
        for thread in threads:
            escalations.escalate(thread, by=elsa, to=otuzco, reason="Es de la provincia.")
    with scoped_transaction(otuzco):
        second, first = Escalation.objects.all()
        escalations.pass_on(first, by=carmen, text="Es de la región.")
    for_all = {
        "table": at(otuzco, "table", table.pk),
        "undertakings": at(otuzco, "undertakings", table.pk),
        "town-undertakings": at(otuzco, "town_undertakings"),
        "undertaking": at(otuzco, "undertaking", late),
        "escalations": at(otuzco, "escalations"),
        "escalation": at(otuzco, "escalation", first.pk),
    }
    for_staff = {
        "parties": at(otuzco, "parties", table.pk),
        "agree": at(otuzco, "agree", table.pk),
        "tell": at(otuzco, "tell", late),
        "evidence": at(otuzco, "ask_evidence", late),
        "desk": at(otuzco, "escalation_desk"),
        "take-in": at(otuzco, "take_in_escalation", second.pk),
        "answer": at(otuzco, "answer_escalation", second.pk),
    }
    wrong = {}
    for person, pages in [(None, for_all), (carmen, for_staff)]:
        with visit(scheme=scheme, size=size) as page:
            if person:
                sign_in(page, live_server, person)
            for name, address in pages.items():
                page.goto(address)
                shot(page, f"dialogue-{name}-{scheme}-{size['width']}")
                wrong[name] = violations(page)
                if not is_no_wider_than_the_screen(page):
                    wrong[name].append("wider than the screen")
    assert {name: found for name, found in wrong.items() if found} == {}
    for name, address in for_all.items():
        assert len(brotli.compress(client.get(address).content, quality=5)) < NEXT_PAGE, name
