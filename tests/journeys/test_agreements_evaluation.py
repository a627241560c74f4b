"""Evaluating together in a real browser: a resident on a phone, the town, an observer, everybody."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.actions import learning, recognition, selfevaluation
from agreements.enums import ActivityState, Assessor, Gate, LearningKind, NetworkKind, OgpValue
from agreements.models import CitizenCheck
from agreements.selfevaluation import QUESTIONS
from municipalities.rls import scoped_transaction
from tests.agreements.evaluating import (
    administrator_of,
    lock,
    observer_of,
    published_transfer,
    resident_of,
)
from tests.agreements.factories import (
    ActivityFactory,
    BaselineCellFactory,
    BaselineSheetFactory,
    CitizenCheckFactory,
    EndFormFactory,
    EndValueFactory,
    EvaluationFactory,
    MilestoneFactory,
    NetworkEntryFactory,
    ObservationFactory,
    OrganizationFactory,
    OversightReportFactory,
    QualityScoreFactory,
    organization_of,
    the_region,
)
from tests.factories import MunicipalityFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import is_no_wider_than_the_screen


YEAR = 2025


@pytest.fixture
def world(transactional_db, settings):
    """A town with something of everything; committed, so that the browser sees it."""
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    now = timezone.now()
    with scoped_transaction():
        region = the_region()
        town = MunicipalityFactory(slug="otuzco", name="Municipalidad de Otuzco")
    with scoped_transaction(region, town):
        organization_of(town)
        town.people = administrator_of(town), observer_of(), resident_of(town)
        town.transfer = published_transfer(town)
        held = ActivityFactory(
            municipality=town, state=ActivityState.HELD, title="Taller", published_at=now
        )
        for assessor, organization, marks in (
            (Assessor.SELF, None, {"reach": 3, "answer": 2}),
            (Assessor.COUNTERPART, OrganizationFactory(), {"reach": 1}),
        ):
            QualityScoreFactory(
                municipality=town,
                activity=held,
                assessor=assessor,
                organization=organization,
                published_at=now,
                **marks,
            )
        for question in QUESTIONS:
            selfevaluation.answer(
                municipality=town,
                year=YEAR,
                question=question.code,
                reply="yes",
                text="Como consta en el acta.",
                by=town.people[0],
                url="https://example.org/acta" if question.code == "norm" else "",
            )
        selfevaluation.publish(municipality=town, year=YEAR, by=town.people[0])
        EvaluationFactory(
            municipality=town,
            transfer=town.transfer,
            core_verified=2,
            core_total=3,
            reach=[["woman", "rural", 12], ["man", "urban", 3]],
            published_at=now,
        )
        for kind in LearningKind:
            town.learning = learning.tell(
                municipality=town,
                by=town.people[0],
                publish_now=True,
                kind=kind,
                title=f"Avisos por radio ({kind})",
                context="Si se avisa en quechua vendrán más mujeres.",
                tried="Diez avisos.",
                result="Vinieron las mismas personas.",
                source="Listas de asistencia.",
                worked=False,
            )
        for place, year in enumerate((2024, YEAR)):
            sheet = BaselineSheetFactory(municipality=town, year=year, published_at=now)
            for mechanism, states in (
                ("pp", ("none", "active")),
                ("cclp", ("normed", "active")),
                ("hearings", ("none", "none")),
            ):
                BaselineCellFactory(
                    municipality=town,
                    sheet=sheet,
                    mechanism=mechanism,
                    state=states[place],
                    published_at=now,
                )
            lock(sheet)
        town.certificate = recognition.recognise(municipality=town, year=YEAR, by=UserFactory())
        for kind in NetworkKind:
            entry = NetworkEntryFactory(kind=kind, published_at=now, progress=40)
            entry.members.add(organization_of(town))
        observation = ObservationFactory(
            municipality=town, transfer=town.transfer, published_at=now
        )
        ObservationFactory(
            municipality=town,
            transfer=town.transfer,
            organization=organization_of(town),
            replies_to=observation,
            text="Sí se anunció.",
            published_at=now,
        )
        OversightReportFactory(url="https://example.org/informe")
        form = EndFormFactory(
            commitment__code="LAL0009",
            explanation="Se firmaron convenios.",
            lessons="La radio llega.",
            published_at=now,
        )
        MilestoneFactory(commitment=form.commitment, gate=Gate.AGREEMENT)
        EndValueFactory(form=form, value=OgpValue.PARTICIPATION, result="marginal")
        CitizenCheckFactory.create_batch(
            5,
            municipality=town,
            transfer=town.transfer,
            reply="no",
            comment="El quiosco está cerrado.",
            published_at=now,
        )
    return town


def as_person(page, person, site):
    """With the session that signing in would have given."""
    client = Client()
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.clear_cookies()
    page.context.add_cookies([cookie | {"url": site}])


def observatory(name, *args):
    return reverse(f"agreements:{name}", args=args)


def pages(town):
    """Each page and who opens it: everybody, the town's administrator, or an observer."""
    administrator, observer, resident = town.people
    year = timezone.localdate().year
    public = [
        observatory("quality"),
        observatory("self_evaluations"),
        observatory("self_evaluation", town.slug, YEAR),
        observatory("evaluations"),
        observatory("transfer_evaluations", town.transfer.pk),
        observatory("learnings"),
        observatory("learning", town.learning.pk),
        observatory("certificates"),
        observatory("certificate", town.certificate.code),
        observatory("network"),
        observatory("observations"),
        observatory("oversight_reports"),
        observatory("end_form", "LAL0009"),
    ]
    own = [
        reverse(f"agreed:{name}", args=[town.slug, *args])
        for name, *args in (
            ("own_quality",),
            ("own_evaluation",),
            ("answer_question", year, QUESTIONS[0].code),
            ("recommendations",),
            ("own_observations",),
            ("evaluate_own", town.transfer.pk),
            ("tell_own_learning",),
        )
    ]
    seen = [
        observatory("oversight"),
        observatory("oversight_subject", "transferencia", town.transfer.pk),
        observatory("write_report"),
    ]
    asked = [reverse("agreed:check_transfer", args=[town.slug, town.transfer.pk])]
    return [(None, public), (administrator, own), (observer, seen), (resident, asked)]


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_is_accessible_and_fits(visit, live_server, world, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for person, addresses in pages(world):
            if person:
                as_person(page, person, live_server.url)
            for address in addresses:
                assert page.goto(address).status == 200, address
                assert violations(page) == [], address
                assert is_no_wider_than_the_screen(page), address
                name = address.strip("/").replace("/", "-")
                shot(page, f"evaluation-{size['width']}-{name}")


def test_a_resident_answers_without_javascript(visit, live_server, world):
    _administrator, _observer, rosa = world.people
    with visit(js=False) as page:
        as_person(page, rosa, live_server.url)
        page.goto(reverse("agreed:check_transfer", args=[world.slug, world.transfer.pk]))
        page.locator("input[name=reply][value=partly]").check()
        page.locator("textarea[name=comment]").fill("Solo abre los lunes.")
        page.locator("main form button[type=submit]").click()
        assert page.locator("blockquote").count() == 6
    with scoped_transaction(world):
        assert CitizenCheck.objects.get(by=rosa).reply == "partly"
