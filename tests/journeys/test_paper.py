"""A desk on polling day and its recount, as officers live them on a phone and on a desk."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from tests.factories import (
    DeskFactory,
    PadronFactory,
    PaperEventFactory,
    PollFactory,
    QuestionFactory,
    RoleGrantFactory,
    ShiftFactory,
    TableFactory,
    UserFactory,
    cast_into,
    enrol,
    is_over,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import is_no_wider_than_the_screen
from tests.journeys.test_staff_desk import sign_in
from tests.votes.at_a_desk import NOBODY, ROSA, channel, resident
from votes import keys, papers
from votes.enums import CastChannel, QuestionKind
from votes.models import Mark, Table


WAYS = pytest.mark.parametrize(
    ("js", "size", "scheme"),
    [(True, PHONE, "light"), (False, PHONE, "light"), (True, DESK, "dark")],
    ids=["phone", "phone without JavaScript", "desk"],
)


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.VOTES]
    town.save()
    return town


def somebody(otuzco, name, role=Role.DESK_OFFICER):
    person = UserFactory(display_name=name)
    RoleGrantFactory(municipality=otuzco, user=person, role=role)
    return person


@pytest.fixture
def plaza(otuzco):
    with scoped_transaction(otuzco):
        return DeskFactory(municipality=otuzco, name="Plaza de Armas", address="Jr. Tacna 320")


@pytest.fixture
def carmen(otuzco, plaza):
    """She attends the desk now."""
    with scoped_transaction(otuzco):
        carmen = somebody(otuzco, "Carmen Rojas")
        ShiftFactory(municipality=otuzco, desk=plaza, officer=carmen)
    return carmen


def table_of(otuzco, plaza, title):
    poll = PollFactory(municipality=otuzco, title=title, desks=[plaza.name], ready=True)
    return Table.objects.select_related("poll__urn").get(poll=poll)


@pytest.fixture
def market(otuzco, plaza):
    """People vote in it now, and in another at the same desk."""
    with scoped_transaction(otuzco):
        table_of(otuzco, plaza, "¿Qué nombre lleva el parque?")
        return table_of(otuzco, plaza, "¿El mercado debe abrir los domingos?")


@pytest.fixture
def over(otuzco, plaza):
    """It has closed; three papers were handed out."""
    with scoped_transaction(otuzco):
        poll = PollFactory(municipality=otuzco, title="¿Cómo van las obras?")
        QuestionFactory(
            municipality=otuzco,
            poll=poll,
            position=2,
            kind=QuestionKind.MULTIPLE,
            most=2,
            title="¿Qué obras van primero?",
            options=("Agua", "Pista", "Losa"),
        )
        table = TableFactory(municipality=otuzco, poll=poll, desk=plaza)
        PaperEventFactory.create_batch(3, municipality=otuzco, table=table)
        is_over(poll)
        return table


def at(name, *args):
    return reverse(f"votes:{name}", args=["otuzco", *args])


def look(page, name, js, size):
    """Axe is a script itself, and would wait for ever where there are none."""
    if js:
        assert violations(page) == [], name
    assert is_no_wider_than_the_screen(page) if js else True
    shot(page, f"paper-{name}-{size['width']}{'' if js else '-plain'}")


@WAYS
def test_a_day_at_the_desk(visit, live_server, otuzco, carmen, market, js, size, scheme):
    with scoped_transaction(otuzco):
        home = Place.objects.get(code="130601")
        enrol(PadronFactory(municipality=otuzco), NOBODY, date(1961, 5, 1), home)
        rosa = resident(otuzco, district=home)
        urn = market.poll.urn
        cast_into(urn, person=keys.person_key(urn, rosa), choices={"q1": ["a"]})
    with visit(js=js, size=size, scheme=scheme) as page:
        sign_in(page, live_server, carmen)
        page.goto(at("tables"))
        look(page, "tables", js, size)
        page.get_by_role("link", name="Plaza de Armas").last.click()
        look(page, "table", js, size)

        for number, said in ((NOBODY, "Marcado"), (ROSA, "Ya había votado por la web")):
            page.goto(at("table", market.pk))
            page.get_by_role("link", name="Entregar una cédula").click()
            page.get_by_label("Número del documento").fill(number)
            page.get_by_label("Tengo el original delante").check()
            look(page, "hand-out", js, size)
            page.get_by_role("button", name="Buscar a la persona").click()
            page.get_by_label("¿Qué nombre lleva el parque?").uncheck()
            page.get_by_label("Número del documento, otra vez").fill(number)
            look(page, "confirm", js, size)
            page.get_by_role("button", name="Marcar y entregar").click()
            page.get_by_text(said).first.wait_for()
        look(page, "marked", js, size)

        page.get_by_role("link", name="Cambiar una cédula malograda").click()
        look(page, "spoiled", js, size)
        page.get_by_role("button", name="Ya la tengo").click()
        page.get_by_text("Anotado.").first.wait_for()

    with scoped_transaction(otuzco):
        assert Mark.objects.filter(urn=urn, channel=CastChannel.PAPER).count() == 2
        assert channel(market.poll, rosa) == CastChannel.PAPER
        assert papers.log_of(market) == (3, 1)


@WAYS
def test_a_recount(visit, live_server, otuzco, carmen, over, tmp_path, js, size, scheme):
    Image.new("RGB", (900, 1200), "#FBF7F0").save(tmp_path / "acta.jpg")
    with scoped_transaction(otuzco):
        others = [somebody(otuzco, name, Role.EVALUATOR) for name in ("Luis", "Nelly", "Óscar")]

    with visit(js=js, size=size, scheme=scheme) as page:
        sign_in(page, live_server, carmen)
        page.goto(at("table", over.pk))
        page.get_by_role("link", name="Vaciar el ánfora").click()
        look(page, "box", js, size)
        page.get_by_role("button", name="El ánfora está vacía").click()
        figures = {"signatures": 3, "spoiled": 0, "left_over": 46, "papers": 3, "blank": 0}
        for name, number in (figures | {"void": 0}).items():
            page.locator(f"[name={name}]").fill(str(number))
        if js:
            page.get_by_text("suman 49").wait_for()
        page.locator("[name=photo]").set_input_files(tmp_path / "acta.jpg")
        page.get_by_role("button", name="Guardar el acta").click()
        page.get_by_text("Las cifras no cuadran").first.wait_for()
        look(page, "acta-wrong", js, size)
        page.locator("[name=left_over]").fill("47")
        if js:
            page.get_by_text("Todo cuadra").wait_for()
        page.locator("[name=photo]").set_input_files(tmp_path / "acta.jpg")
        page.get_by_role("button", name="Guardar el acta").click()
        page.get_by_text("El acta queda guardada").wait_for()
        look(page, "entries", js, size)

    luis, nelly, oscar = others
    with visit(js=js, size=size, scheme=scheme) as page:
        sign_in(page, live_server, luis)
        begin(page, over)
        for works in (["1. Agua"], ["2. Pista", "3. Losa"], ["En blanco"]):
            page.get_by_label("1. Sí").check()
            for work in works:
                page.get_by_role("checkbox", name=work).check()
            look(page, "enter", js, size)
            page.get_by_role("button", name="Guardar, siguiente cédula").click()
        page.get_by_text("Hiciste tu parte").wait_for()

    with visit(js=js, size=size, scheme=scheme) as page:
        sign_in(page, live_server, nelly)
        begin(page, over)
        page.get_by_role("link", name="Como lista de códigos").click()
        for number, codes in enumerate((("1", "1"), ("1", "23"), ("1", "*")), start=1):
            for question, code in enumerate(codes, start=1):
                page.locator(f"[name=p{number}-q{question}]").fill(code)
        look(page, "list", js, size)
        page.get_by_role("button", name="Guardar estas líneas").click()
        page.get_by_text("Falta que una tercera persona").wait_for()

    with visit(js=js, size=size, scheme=scheme) as page:
        sign_in(page, live_server, oscar)
        begin(page, over)
        page.get_by_role("heading", name="Cédula 3").wait_for()
        page.get_by_label("1. Sí").check()
        page.get_by_role("checkbox", name="Nulo").check()
        page.get_by_role("button", name="Guardar, siguiente cédula").click()
        page.get_by_text("Mesa cuadrada").wait_for()
        look(page, "settled", js, size)

    with scoped_transaction(otuzco):
        assert papers.of_urn(over.poll.urn)[0].answers == [
            {"q1": ["a"], "q2": ["a"]},
            {"q1": ["a"], "q2": ["b", "c"]},
            {"q1": ["a"], "q2": None},
        ]


def begin(page, table):
    page.goto(at("table", table.pk))
    page.get_by_role("button", name="Yo ingreso estas cédulas").click()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_desks_are_prepared(visit, live_server, otuzco, carmen, plaza, size, scheme):
    with scoped_transaction(otuzco):
        staff = somebody(otuzco, "Luis", Role.ADMINISTRATOR)
        poll = PollFactory(municipality=otuzco)
        tomorrow = timezone.now() + timedelta(days=1)
        ShiftFactory(
            municipality=otuzco,
            desk=plaza,
            officer=carmen,
            starts_at=tomorrow,
            ends_at=tomorrow + timedelta(hours=8),
        )
    with visit(size=size, scheme=scheme) as page:
        sign_in(page, live_server, staff)
        for name, address in {
            "desks": at("desks"),
            "desk": at("desk_of_papers", plaza.pk),
            "poll-desks": at("poll_desks", poll.pk),
        }.items():
            page.goto(address)
            look(page, name, True, size)
