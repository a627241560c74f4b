"""A process from a template of the region to what became of it: with JavaScript, and without.

A municipality begins from the template with a budget and a debate, sets days and team, and opens
it. A resident argues and follows, comes to a meeting whose acta is published, hears how it ended,
and reads later what became of it.
"""

import io
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from budgets.models import Budget
from debates.models import Debate
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from participation.models import Comment, Notice
from processes import took_part
from processes.enums import ProcessState, ReviewState, StepKind
from processes.models import Meeting, Process, Registration
from tests.factories import ResidentFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in
from tests.journeys.test_whole_life import follow, submit
from tests.journeys.test_whole_vote import fill, press


TEMPLATE = "presupuesto-con-debate"
TITLE = "Presupuesto participativo 2028 de Otuzco"
MEETING = "Taller de Salpo"
ARGUMENT = "En Chanchacap el agua llega dos horas al día."


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.DEBATES, Module.BUDGETS]
    town.contact_name, town.contact_office = "Rosa Paredes", "Gerencia de Participación"
    town.save()
    call_command("load_process_templates")
    return town


@pytest.fixture
def people(otuzco):
    """Rosa works for the municipality; Elsa lives here."""
    elsa = UserFactory(email="elsa@example.org", display_name="Elsa Vecina")
    ResidentFactory(user=elsa, district=Place.objects.get(code="130601"))
    rosa = UserFactory(email="rosa@example.org", display_name="Rosa Paredes")
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=rosa, municipality=otuzco, role=Role.ADMINISTRATOR)
    return {"rosa": rosa, "elsa": elsa}


def at(name, *args):
    return reverse(name, args=["otuzco", *args])


def process_of(otuzco):
    with scoped_transaction(otuzco):
        return Process.objects.select_related("municipality").get()


def in_days(number, hour=""):
    day = timezone.localdate() + timedelta(days=number)
    return f"{day:%Y-%m-%d}T{hour}" if hour else f"{day:%Y-%m-%d}"


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_process_lives_its_whole_life(visit, live_server, otuzco, people, js):
    @contextmanager
    def on_a_phone(who=None):
        with visit(js=js, size=PHONE) as page:
            if who:
                sign_in(page, live_server, people[who])
            yield page

    def look(page, name):
        """Nothing is wider than the phone; axe is a script itself."""
        shot(page, f"whole-process-{name}-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js:
            assert violations(page) == []

    with on_a_phone() as page:
        everybody_reads_the_template(page, look)
    with on_a_phone("rosa") as page:
        she_begins_from_it(page, look)
        its_budget_is_prepared_and_its_debate_waits(page, otuzco, look)
        she_sets_days_and_team(page, otuzco, look)
        she_opens_it(page, otuzco, look)
        and_its_debate(page, otuzco, look)
    with on_a_phone("elsa") as page:
        she_argues_and_follows(page, otuzco, look)
        she_takes_the_poster_along(page, otuzco)
    with on_a_phone("rosa") as page:
        she_calls_a_meeting(page, otuzco, look)
    with on_a_phone("elsa") as page:
        she_registers(page, otuzco, look)
    the_day_comes(otuzco)
    with on_a_phone("rosa") as page:
        she_publishes_the_acta(page, otuzco, look)
        she_publishes_what_was_decided(page, otuzco, look)
    who_took_part_is_told(otuzco, people)
    with on_a_phone("elsa") as page:
        she_hears_of_it(page, otuzco, look)
    with on_a_phone("rosa") as page:
        she_tells_what_became_of_it(page, otuzco, look)
    with on_a_phone() as page:
        everybody_reads_it_all(page, otuzco, look)


# --- From the template to an open process


def everybody_reads_the_template(page, look):
    page.goto("/plantillas/")
    look(page, "catalogue")
    follow(page, f"/plantillas/{TEMPLATE}/")
    page.locator("#rules-title").wait_for()
    look(page, "template")


def she_begins_from_it(page, look):
    page.goto(at("processes:desk"))
    follow(page, at("processes:choose_template"))
    look(page, "choose")
    follow(page, at("processes:clone", TEMPLATE))
    fill(page, {"title": TITLE, "first_day": in_days(0)})
    page.locator("button[name=do][value=days]").click()
    page.locator("#days li").nth(5).wait_for()
    look(page, "clone")
    press(page)
    page.wait_for_url("**/pasos/preparacion/")
    look(page, "parts")


def its_budget_is_prepared_and_its_debate_waits(page, otuzco, look):
    with scoped_transaction(otuzco):
        budget = Budget.objects.get()
        assert budget.is_draft
        assert not Debate.objects.exists()
    assert page.locator("main a[href$='/debate/']").count() == 0
    follow(page, at("budgets:case", budget.pk))
    page.wait_for_url(f"**{at('budgets:case', budget.pk)}")
    page.go_back()


def she_sets_days_and_team(page, otuzco, look):
    process = process_of(otuzco)
    page.goto(at("processes:steps", process.pk))
    look(page, "steps")
    page.locator("[name$=ends_at]").first.fill(in_days(20, "18:00"))
    page.locator("main form[method=post] button.btn-primary").last.click()
    page.wait_for_url(f"**{at('processes:manage', process.pk)}")
    page.goto(at("processes:team", process.pk))
    assert page.locator("[name$=name]").first.input_value() == "Rosa Paredes"
    page.locator("[name$=office]").first.fill("Gerencia de Participación Vecinal")
    look(page, "team")
    page.locator("main form[method=post] button.btn-primary").last.click()
    page.wait_for_url(f"**{at('processes:manage', process.pk)}")
    look(page, "manage")


def she_opens_it(page, otuzco, look):
    process = process_of(otuzco)
    follow(page, at("processes:open", process.pk))
    look(page, "open")
    press(page)
    page.wait_for_url(lambda url: "/abrir/" not in url)
    assert process_of(otuzco).state == ProcessState.OPEN


def and_its_debate(page, otuzco, look):
    page.goto(at("processes:parts", process_of(otuzco).pk))
    follow(page, "/debate/")
    assert page.locator("[name=title]").input_value()
    look(page, "open-debate")
    press(page)
    page.wait_for_url("**/debates/**")
    with scoped_transaction(otuzco):
        debate = Debate.objects.select_related("thread").get()
        step = Process.objects.get().steps.get(kind=StepKind.DEBATE)
        assert debate.is_official
        assert step.thread == debate.thread
        assert debate.thread.closes_at == step.ends_at


# --- People take part


def she_argues_and_follows(page, otuzco, look):
    process = process_of(otuzco)
    page.goto(process.get_absolute_url())
    look(page, "process")
    page.locator(f"main form[action*='/seguir/{process.thread_id}/'] button").click()
    page.locator(f"main form[action*='/dejar-de-seguir/{process.thread_id}/']").wait_for()
    follow(page, "/debates/")
    page.locator("#form-new [name=text]").fill(ARGUMENT)
    page.locator("#form-new button[type=submit]").last.click()
    page.locator("#comments > li", has_text="Chanchacap").first.wait_for()
    with scoped_transaction(otuzco):
        assert Comment.objects.get().thread == Debate.objects.get().thread


def she_takes_the_poster_along(page, otuzco):
    poster = page.request.get(at("processes:poster", process_of(otuzco).pk))
    (sheet,) = PdfReader(io.BytesIO(poster.body())).pages
    assert TITLE in " ".join(sheet.extract_text().split())


def she_calls_a_meeting(page, otuzco, look):
    page.goto(at("processes:parts", process_of(otuzco).pk))
    look(page, "parts-open")
    follow(page, at("agenda:write"))
    fill(page, {"title": MEETING, "place_name": "Salón comunal de Salpo"})
    page.locator("[name=starts_at]").fill(in_days(9, "18:00"))
    page.locator("[name=ends_at]").fill(in_days(9, "20:00"))
    for fold in page.locator("main details.fold > summary").all():
        fold.click()
    page.locator("[name=takes_registrations]").check()
    page.locator("[name=items]").fill("Lo que se dijo en el debate\nProblemas que van primero")
    submit(page)
    page.wait_for_url("**/gestion/")
    follow(page, "/convocar/")
    submit(page)
    page.wait_for_url("**/gestion/")
    with scoped_transaction(otuzco):
        assert Meeting.objects.get().process == Process.objects.get()


def she_registers(page, otuzco, look):
    page.goto(process_of(otuzco).get_absolute_url())
    look(page, "process-with-meeting")
    page.get_by_role("link", name=MEETING).first.click()
    submit(page, "/inscribirse/")
    page.locator("form[action$='/dejar-el-cupo/']").wait_for()
    with scoped_transaction(otuzco):
        assert Registration.objects.count() == 1


def the_day_comes(otuzco):
    with scoped_transaction(otuzco):
        start = timezone.now() - timedelta(days=2)
        called = start - timedelta(days=9)
        Meeting.objects.update(
            called_at=called, starts_at=start, ends_at=start + timedelta(hours=2)
        )


# --- What came of it


def she_publishes_the_acta(page, otuzco, look):
    with scoped_transaction(otuzco):
        meeting = Meeting.objects.get()
    page.goto(at("agenda:write_minutes", meeting.pk))
    fill(page, {"attended": "41", "text": "Se leyó el debate y se priorizó el agua."})
    page.locator("[name^=decided_]").first.fill("El agua va primero.")
    submit(page)
    page.wait_for_url("**/gestion/")
    submit(page, "/acta/publicar/")
    page.locator("main a[href$='/acta/']").wait_for()


def she_publishes_what_was_decided(page, otuzco, look):
    process = process_of(otuzco)
    page.goto(at("processes:manage", process.pk))
    follow(page, at("processes:outcome", process.pk))
    fill(page, {"decided": "Se hace el sistema de agua de Chanchacap."})
    fill(page, {"next_steps": "Obras empieza el expediente.", "review_on": in_days(90)})
    look(page, "outcome")
    press(page)
    page.wait_for_url(lambda url: "/resultado/" not in url)
    with scoped_transaction(otuzco):
        assert Process.objects.get().outcome.decided


def who_took_part_is_told(otuzco, people):
    with scoped_transaction(otuzco):
        process = Process.objects.get()
        assert people["elsa"].pk in took_part.people(process)
        told = Notice.objects.filter(event__verb="process_outcome", user=people["elsa"])
        assert told.count() == 1


def she_hears_of_it(page, otuzco, look):
    page.goto(reverse("participation:notices"))
    look(page, "notices")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_text("Se hace el sistema de agua de Chanchacap.").first.wait_for()
    look(page, "decided")


def she_tells_what_became_of_it(page, otuzco, look):
    process = process_of(otuzco)
    page.goto(at("processes:review_outcome", process.pk))
    page.locator(f"[name=state][value={ReviewState.ON_COURSE}]").check()
    fill(page, {"text": "El expediente está aprobado.", "next_review_on": in_days(180)})
    look(page, "review")
    press(page)
    page.wait_for_url(lambda url: "/revisar/" not in url)


def everybody_reads_it_all(page, otuzco, look):
    process = process_of(otuzco)
    page.goto(process.get_absolute_url())
    page.get_by_text("El expediente está aprobado.").first.wait_for()
    look(page, "at-the-end")
    page.goto(f"/plantillas/{TEMPLATE}/")
    assert page.locator(f"main a[href='{process.get_absolute_url()}']").count() == 1
    look(page, "template-in-use")
