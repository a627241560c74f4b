"""A meeting, as its people live it: called, full, moved, held, and what came of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.models import Intervention
from processes.models import Meeting, Registration
from tests.factories import RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_whole_life import (
    PASSWORD,
    confirm,
    sign_in,
    sign_in_with_two_steps,
    submit,
)
from tests.processes.factories import MeetingFactory


TITLE = "Asamblea del canal de Chanchacap"


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS]
    town.save()
    return town


@pytest.fixture
def people(otuzco):
    """Two people who come, and an officer who calls them."""
    made = {}
    for word, name in (("julia", "Julia Rojas"), ("percy", "Percy Polo"), ("rosa", "Rosa Paredes")):
        person = UserFactory(email=f"{word}@example.org", display_name=name)
        person.set_password(PASSWORD)
        person.save()
        confirm(person)
        made[word] = person
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=made["rosa"], municipality=otuzco, role=Role.EVALUATOR)
        MeetingFactory(municipality=otuzco, closed=True, title="Sesión sobre una denuncia")
        MeetingFactory(municipality=otuzco, cancelled=True, title="Taller del mercado")
    return made


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_meeting_is_called_fills_up_is_held_and_has_its_acta(visit, otuzco, people, js):
    with visit(js=js, size=DESK) as desk:
        staff_call_it(desk, js)
        with visit(js=js, size=PHONE) as page:
            the_first_takes_the_seat(page, js)
        with visit(js=js, size=PHONE) as page:
            the_second_waits(page, js)
        with visit(js=js, size=PHONE) as page:
            the_first_gives_it_back(page)
        with scoped_transaction(otuzco):
            assert Registration.objects.seated().get().user == people["percy"]
        staff_move_it(desk, js)
        told = ["julia@example.org", "percy@example.org", "percy@example.org"]
        assert [message.to for message in mail.outbox] == [[email] for email in told]
        hold(otuzco)
        staff_write_the_acta(desk, js)
    with visit(js=js, size=PHONE) as page:
        everybody_reads_it(page, js)

    with scoped_transaction(otuzco):
        assert Intervention.objects.filter(kind="attendance").count() == 34


def look(page, name, js):
    """Axe is a script itself, and would wait for ever where there are none."""
    shot(page, f"meetings-{name}-{'js' if js else 'plain'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if js:
        assert violations(page) == []


def in_days(number, hour):
    return f"{timezone.localdate() + timedelta(days=number):%Y-%m-%d}T{hour}"


def staff_call_it(page, js):
    sign_in_with_two_steps(page, "rosa@example.org")
    page.goto("/otuzco/agenda/gestion/")
    look(page, "desk-empty", js)
    page.locator("main a[href$='/agenda/nueva/']").first.click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=text]").fill("El agua llega **dos horas**. ¿Cómo la repartimos?")
    page.locator("[name=starts_at]").fill(in_days(9, "18:00"))
    page.locator("[name=ends_at]").fill(in_days(9, "20:00"))
    page.locator("[name=place_name]").fill("Casa comunal")
    page.locator("[name=address]").fill("Subiendo por el reservorio")
    for fold in page.locator("main details.fold > summary").all():
        fold.click()
    page.locator("[name=latitude]").fill("-7,905")
    page.locator("[name=longitude]").fill("-78,569")
    page.locator("[name=items]").fill("El turno de riego | 40\nLa limpieza del canal")
    page.locator("[name=takes_registrations]").check()
    page.locator("[name=capacity]").fill("1")
    page.locator("[name=quorum]").fill("20")
    page.locator("[name=call_days]").fill("15")
    look(page, "write", js)
    submit(page)
    page.wait_for_url("**/gestion/")
    look(page, "manage", js)
    page.locator("main a[href$='/convocar/']").click()
    page.locator("[name=late]").check()
    look(page, "call", js)
    submit(page)
    page.wait_for_url("**/gestion/")
    assert page.locator("main a[href$='/mover/']").count() == 1


def the_first_takes_the_seat(page, js):
    sign_in(page, "julia@example.org")
    page.goto("/otuzco/agenda/")
    look(page, "agenda", js)
    page.locator("main a[href*='/agenda/mes/']").first.click()
    page.wait_for_url("**/agenda/mes/**")
    page.goto(f"/otuzco/agenda/mes/{timezone.localdate() + timedelta(days=9):%Y/%-m/}")
    page.get_by_role("link", name=TITLE).wait_for()
    look(page, "month", js)
    page.goto("/agenda/")
    look(page, "region", js)
    page.get_by_role("link", name=TITLE).first.click()
    look(page, "meeting", js)
    submit(page, "/inscribirse/")
    page.locator("form[action$='/dejar-el-cupo/']").wait_for()
    look(page, "registered", js)


def the_second_waits(page, js):
    sign_in(page, "percy@example.org")
    page.goto("/otuzco/agenda/")
    page.get_by_role("link", name=TITLE).first.click()
    submit(page, "/inscribirse/")
    page.locator("form[action$='/dejar-el-cupo/']").wait_for()
    look(page, "waits", js)


def the_first_gives_it_back(page):
    sign_in(page, "julia@example.org")
    page.goto("/otuzco/agenda/")
    page.get_by_role("link", name=TITLE).first.click()
    submit(page, "/dejar-el-cupo/")
    page.locator("form[action$='/inscribirse/']").wait_for()


def staff_move_it(page, js):
    page.goto("/otuzco/agenda/gestion/")
    page.locator("#coming-title + ul").get_by_role("link", name=TITLE).click()
    page.locator("main a[href$='/mover/']").click()
    page.locator("[name=starts_at]").fill(in_days(16, "17:00"))
    page.locator("[name=ends_at]").fill(in_days(16, "19:00"))
    page.locator("[name=reason]").fill("Ese día es la feria.")
    look(page, "move", js)
    submit(page)
    page.wait_for_url("**/gestion/")


def hold(otuzco):
    """The day comes and goes."""
    with scoped_transaction(otuzco):
        start = timezone.now() - timedelta(days=2)
        hours = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
        called = start - timedelta(days=9)
        Meeting.objects.filter(title=TITLE).update(called_at=called, **hours)


def staff_write_the_acta(page, js):
    page.goto("/otuzco/agenda/gestion/")
    look(page, "desk", js)
    page.locator("#unwritten-title + ul").get_by_role("link", name=TITLE).click()
    page.locator("main a[href$='/asistencia/']").click()
    page.locator("[name=came]").check()
    look(page, "attendance", js)
    submit(page)
    page.locator("main a[href$='/gestion/']").first.click()
    page.locator("main a[href$='/acta/escribir/']").click()
    page.locator("[name=attended]").fill("34")
    page.locator("[name=women]").fill("19")
    page.locator("[name=text]").fill("Doña Elsa contó que el agua no llega a la parte alta.")
    page.locator("[name^=decided_]").first.fill("Cada sector riega un día.")
    page.locator("[name=signatures]").fill("Rosa Paredes, Gerencia\nElsa Vecina, Junta de Riego")
    look(page, "write-acta", js)
    submit(page)
    page.wait_for_url("**/gestion/")
    page.locator("main a[href$='/acuerdos/nuevo/']").click()
    page.locator("[name=owner]").fill("Gerencia de Obras")
    page.locator("[name=text]").fill("Limpiar el canal hasta Chanchacap")
    page.locator("[name=due_on]").fill(in_days(40, "")[:10])
    look(page, "agree", js)
    submit(page)
    page.wait_for_url("**/gestion/")
    submit(page, "/acta/publicar/")
    page.locator("main a[href$='/acta/']").wait_for()
    look(page, "published", js)


def everybody_reads_it(page, js):
    page.goto("/otuzco/agenda/?cuando=pasadas")
    look(page, "past", js)
    page.get_by_role("link", name=TITLE).first.click()
    look(page, "held", js)
    page.locator("main a[href$='/acta/']").click()
    assert page.get_by_text("Cada sector riega un día.").is_visible()
    assert page.get_by_text("Limpiar el canal hasta Chanchacap").is_visible()
    look(page, "acta", js)
