"""A planner, from a spreadsheet of convenios to a milestone that everybody sees move, in a real browser."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from agreements import completion, facts, seeds
from agreements.actions import transfers
from agreements.enums import ActivityState, Completion, Gate, OrganizationKind, PieceKind
from agreements.models import Activity, Agreement, Evidence, Organization, Practice
from municipalities import gazetteer
from municipalities.enums import MunicipalityKind, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from tests.agreements.convenios import regional, staff_of
from tests.agreements.factories import (
    IndicatorFactory,
    MemberFactory,
    UndertakingFactory,
    in_the_region,
)
from tests.agreements.test_convenios_import import file_of, row
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_budget_agents import as_person
from tests.participation.files import pdf


MARKS = ("effectiveness", "replicability", "sustainability", "inclusion", "cost")
LEFT_OUT = (PieceKind.TOOL, PieceKind.NORM, PieceKind.FIRST_USE)


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    Municipality.objects.filter(slug__in=["otuzco", "viru"]).update(state=MunicipalityState.OPEN)
    with transaction.atomic(), in_the_region():
        facts.load_facts()
    return Municipality.objects.get(slug="otuzco")


@pytest.fixture
def people(otuzco):
    """The planner, an observer who reviews for an organisation, and staff of two towns."""
    viru = Municipality.objects.get(slug="viru")
    with transaction.atomic():
        found = {
            "planner": regional(),
            "observer": regional(Role.OBSERVER),
            "otuzco": staff_of(otuzco),
            "viru": staff_of(viru),
        }
    with transaction.atomic(), in_the_region():
        reviews = []
        for kind in (OrganizationKind.CIVIL_SOCIETY, OrganizationKind.UNIVERSITY):
            organization = Organization.objects.filter(kind=kind).first()
            user = found["observer"] if not reviews else regional(Role.OBSERVER)
            MemberFactory(organization=organization, user=user)
            reviews.append(
                {"by": user, "organization": organization, "recommends": True}
                | dict.fromkeys(MARKS, 2)
            )
        seeds.load_practices()
        seeds.walk(Practice.objects.get(code="BP-01"), reviews, by=found["planner"])
    return found


def test_from_a_spreadsheet_to_a_milestone_that_everybody_sees_move(
    visit, live_server, otuzco, people
):
    with visit(size=DESK) as page:
        page.site = live_server.url
        as_person(page, people["planner"])
        agreement = brings_in_twelve_convenios(page, otuzco)
        and_signs_one(page, agreement, people["planner"])
        transfer = plans_a_transfer(page, agreement, otuzco, people)
    with visit(js=False, size=PHONE) as page:
        page.site = live_server.url
        as_person(page, people["otuzco"])
        the_town_says_who_came_and_shows_it(page, otuzco, transfer)
    with visit(size=DESK) as page:
        page.site = live_server.url
        as_person(page, people["planner"])
        another_person_verifies(page, 1)
        assert level(otuzco) == Completion.LIMITED
        another_person_verifies(page, 2)
        assert level(otuzco) == Completion.SUBSTANTIAL
    with visit(size=DESK) as page:
        page.site = live_server.url
        as_person(page, people["observer"])
        sees_all_and_changes_nothing(page, agreement)
    with visit(size=PHONE) as page:
        everybody_sees_it(page, otuzco)
    with visit(js=False) as page:
        page.site = live_server.url
        as_person(page, people["viru"])
        a_municipality_does_not_see_another_s_draft(page)


def level(town):
    with transaction.atomic(), in_the_region():
        return completion.of([town.pk])[town.pk].levels[Gate.TRANSFER]


def press(page):
    page.locator("main form button[type=submit]").last.click()


def button(page, agreement, name):
    page.goto(reverse(f"admin:agreements_agreement_{name}", args=[agreement.pk]))
    press(page)
    page.wait_for_url(f"**{change(agreement)}")


def change(agreement):
    return reverse("admin:agreements_agreement_change", args=[agreement.pk])


def brings_in_twelve_convenios(page, otuzco):
    towns = list(Municipality.objects.filter(kind=MunicipalityKind.PROVINCIAL).order_by("pk"))
    rows = [row(number, town) for number, town in enumerate(towns, start=1)]
    page.goto(reverse("admin:agreements_agreement_bring_in"))
    faulty = [dict(cells) for cells in rows]
    faulty[3]["vigente_hasta"], faulty[8]["municipalidades"] = "pronto", "999999"
    upload(page, faulty)
    page.locator("[role=alert] tbody tr").first.wait_for()
    assert page.locator("[role=alert] tbody tr").count() == 2
    shot(page, "planner-faulty")
    with transaction.atomic(), in_the_region():
        assert not Agreement.objects.exists()
    upload(page, rows)
    page.wait_for_url("**" + reverse("admin:agreements_agreement_changelist"))
    with transaction.atomic(), in_the_region():
        assert Agreement.objects.count() == 12
        return Agreement.objects.get(parties__organization__town=otuzco)


def upload(page, rows):
    file = {"name": "convenios.xlsx", "mimeType": "", "buffer": file_of(rows).read()}
    page.locator("[name=file]").set_input_files(file)
    press(page)


def and_signs_one(page, agreement, planner):
    with transaction.atomic(), in_the_region():
        party = agreement.parties.exclude(
            organization__kind=OrganizationKind.REGIONAL_GOVERNMENT
        ).get()
        UndertakingFactory(
            agreement=agreement,
            party=party,
            mechanism="pp",
            indicator=IndicatorFactory(),
            baseline=2,
            baseline_on=date(2025, 12, 31),
            target=5,
        )
        Agreement.objects.filter(pk=agreement.pk).update(
            problem="Lejos de Trujillo casi nadie participa.",
            population="Los caseríos de Otuzco.",
            expected_change="Que participen también desde lejos.",
        )
        path = agreement.template.path
    button(page, agreement, "send")
    button(page, agreement, "clear")
    page.goto(change(agreement))
    day = (timezone.localdate() - timedelta(days=30)).strftime("%d/%m/%Y")
    part(page, "parties")
    for place in range(2):
        page.locator(f"[name=parties-{place}-signed_on]").fill(day)
    part(page, "acts")
    papers = [kind for kind in path if kind != "council"] + ["council"]
    for place, kind in enumerate(papers):
        page.locator("#acts-group .add-row a, #acts-group a.add-row").last.click()
        page.locator(f"[name=acts-{place}-kind]").select_option(kind)
        page.locator(f"[name=acts-{place}-number]").fill(f"N° {place + 1:03}-2026")
        page.locator(f"[name=acts-{place}-day]").fill(day)
    page.locator(f"[name=acts-{len(papers) - 1}-party]").select_option(str(party.pk))
    part(page, "files")
    page.locator("#files-group .add-row a, #files-group a.add-row").last.click()
    page.locator("[name=files-0-kind]").select_option("signed")
    page.locator("[name=files-0-title]").fill("Convenio firmado")
    page.locator("[name=files-0-file]").set_input_files(
        {"name": "convenio.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
    )
    shot(page, "planner-papers")
    page.locator("[name=_continue]").click()
    page.wait_for_load_state()
    assert page.locator(".errorlist, .errornote").all_inner_texts() == []
    button(page, agreement, "sign")
    button(page, agreement, "publish")
    shot(page, "planner-signed")
    with transaction.atomic(), in_the_region():
        agreement.refresh_from_db()
        assert (agreement.state, agreement.standing()) == ("signed", "in_force")
        assert agreement.published_at


def part(page, prefix):
    """Another tab of the convenio."""
    tab = page.locator(f"a[href='#{prefix}']")
    if tab.count():
        tab.first.click()
    page.locator(f"#{prefix}-group").wait_for()


def plans_a_transfer(page, agreement, otuzco, people):
    with transaction.atomic(), in_the_region():
        version = Practice.objects.get(code="BP-01").versions.get(number=1)
        transfer = transfers.begin(otuzco, version, by=people["otuzco"])
        answers = {one.pk: (True, "") for one in version.requirements.all()}
        transfer = transfers.answer_readiness(transfer, answers, by=people["otuzco"])
    today = timezone.localdate()
    page.goto(reverse("admin:agreements_transfer_plan", args=[transfer.pk]))
    page.locator("[name=agreement]").select_option(str(agreement.pk))
    page.locator("[name=target]").fill("Cien propuestas respondidas")
    page.locator("[name=starts_on]").fill(today.isoformat())
    page.locator("[name=ends_on]").fill((today + timedelta(days=300)).isoformat())
    for kind in PieceKind:
        if kind in LEFT_OUT:
            page.locator(f"[name=detail_{kind}]").fill("Ya la tiene.")
        else:
            page.locator(f"[name=due_{kind}]").fill((today + timedelta(days=90)).isoformat())
    shot(page, "planner-plan")
    press(page)
    page.wait_for_url(f"**/transfer/{transfer.pk}/change/")
    page.goto(reverse("admin:agreements_transfer_start", args=[transfer.pk]))
    press(page)
    page.wait_for_url(f"**/transfer/{transfer.pk}/change/")
    page.goto(reverse("admin:agreements_transfer_add_activity", args=[transfer.pk]))
    page.locator("[name=kind]").select_option("taller")
    page.locator("[name=title]").fill("Taller en Motil")
    page.locator("[name=day]").fill((today - timedelta(days=5)).isoformat())
    page.locator("[name=hours]").fill("6")
    page.locator("[name=planned_people]").fill("25")
    press(page)
    page.wait_for_url(f"**/transfer/{transfer.pk}/change/")
    return transfer


def the_town_says_who_came_and_shows_it(page, otuzco, transfer):
    address = reverse("agreed:transfer", args=[otuzco.slug, transfer.pk])
    page.goto(address)
    with transaction.atomic(), municipality_scope(otuzco):
        workshop = Activity.objects.get()
        pieces = {piece.kind: piece.pk for piece in transfer.pieces.all()}
    hold = reverse("agreed:hold_activity", args=[otuzco.slug, transfer.pk, workshop.pk])
    page.locator(f"a[href='{hold}']").click()
    page.locator("[name=attendance]").fill("Alcaldía; mujer; campo; 15; 12\n;hombre;ciudad;10;9")
    press(page)
    shot(page, "planner-town")
    shown = [("actividad", workshop.pk, "attendance"), ("pieza", pieces["documents"], "receipt")]
    shown += [("pieza", pieces["trained"], "attendance")]
    for place, (word, of, kind) in enumerate(shown, start=1):
        page.goto(reverse("agreed:show_evidence", args=[otuzco.slug, transfer.pk, word, of]))
        page.locator("[name=kind]").select_option(kind)
        page.locator("[name=title]").fill(f"Prueba de {word} {of}")
        page.locator("[name=upload]").set_input_files(
            {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": pdf(pages=place).read()}
        )
        press(page)
    with transaction.atomic(), municipality_scope(otuzco):
        workshop.refresh_from_db()
        assert workshop.state == ActivityState.HELD
        assert sum(one.people for one in workshop.attendance.all()) == 25
        assert Evidence.objects.waiting().count() == 3


def sees_all_and_changes_nothing(page, agreement):
    page.goto(change(agreement))
    assert page.locator("[name=_save]").count() == 0
    answer = page.goto(reverse("admin:agreements_agreement_suspend", args=[agreement.pk]))
    assert answer.status == 403
    page.goto(reverse("agreements:convenio", args=[agreement.code]))
    assert page.locator("h1").count() == 1


def another_person_verifies(page, at_most):
    with transaction.atomic(), in_the_region():
        waiting = list(Evidence.objects.waiting().order_by("pk")[:at_most])
    assert len(waiting) == at_most
    for one in waiting:
        page.goto(reverse("admin:agreements_judge", args=["evidence", one.pk]))
        shot(page, "planner-judge")
        page.locator("button[name=accept]").click()
        page.wait_for_load_state()
    with transaction.atomic(), in_the_region():
        assert not Evidence.objects.waiting().filter(pk__in=[one.pk for one in waiting]).exists()


def everybody_sees_it(page, otuzco):
    page.goto(reverse("agreements:milestones_of", args=[otuzco.slug]))
    shot(page, "planner-milestones")
    assert violations(page) == []
    page.get_by_text("Sustancial").first.wait_for()
    page.goto(reverse("agreements:town_transfers", args=[otuzco.slug]))
    paper = page.request.get(page.locator("a[href$='.pdf']").first.get_attribute("href"))
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper.body())).pages)
    assert "Taller en Motil" in text


def a_municipality_does_not_see_another_s_draft(page):
    with transaction.atomic(), in_the_region():
        drafts = Agreement.objects.filter(state="draft")
        theirs = drafts.exclude(parties__organization__town__slug="viru").first()
    assert page.goto(reverse("agreed:convenio", args=["viru", theirs.pk])).status == 404
    assert page.goto(reverse("agreements:convenio", args=[theirs.code])).status == 404
    answer = page.goto(change(theirs))
    assert answer.status in (403, 404) or "/change/" not in page.url
