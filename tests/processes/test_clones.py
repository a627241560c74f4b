"""A municipality begins from a template: its days, its budget, its norm, its debate."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from budgets.models import Budget
from debates.models import Debate
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms.models import Norm
from processes.actions import clones, processes, templates as template_actions
from processes.days import dated
from processes.enums import PartyKind, ProcessState, StepKind, TeamRole
from processes.models import Process, ProcessTemplate
from tests.agreements.factories import in_the_region
from tests.factories import MunicipalityFactory, RoleGrantFactory
from tests.processes.factories import (
    PartyFactory,
    ProcessFactory,
    ProcessTemplateFactory,
    StepFactory,
    TeamMemberFactory,
    TemplateStepFactory,
)


ALL = [Module.PROPOSALS, Module.DEBATES, Module.VOTES, Module.BUDGETS, Module.NORMS]


@pytest.fixture
def town():
    return MunicipalityFactory(
        modules=ALL, contact_name="Elsa Quispe", contact_office="Gerencia de Participación"
    )


@pytest.fixture
def staff(town):
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user


@pytest.fixture
def scope(town, staff):
    """As a request of staff has it."""
    with municipality_scope(town, person=staff.pk):
        yield


@pytest.fixture
def template():
    made = ProcessTemplateFactory(title="Presupuesto con debate", rules="Everybody.")
    for position, (kind, first, days) in enumerate(
        [
            ("info", 0, 10),
            ("debate", 5, 20),
            ("budget", 30, 40),
            ("norm", 10, 30),
            ("answer", 70, 9),
        ]
    ):
        TemplateStepFactory(
            template=made,
            position=position,
            kind=kind,
            title=f"Step of {kind}",
            text=f"What happens in {kind}.",
            first_day=first,
            days=days,
        )
    return made


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def cloned(template, town, staff, **more):
    values = {"first_day": in_days(10), "form_key": uuid.uuid4()} | more
    return clones.clone(template, town, by=staff, **values)


def step_of(process, kind):
    return process.steps.select_related("thread").get(kind=kind)


# --- Days


def test_days_are_those_of_the_calendar_from_the_first(template):
    steps = dated(template, date(2027, 3, 1))

    spans = [
        (timezone.localdate(step.starts_at), timezone.localdate(step.ends_at)) for step in steps
    ]
    assert spans == [
        (date(2027, 3, 1), date(2027, 3, 10)),
        (date(2027, 3, 6), date(2027, 3, 25)),
        (date(2027, 3, 31), date(2027, 5, 9)),
        (date(2027, 3, 11), date(2027, 4, 9)),
        (date(2027, 5, 10), date(2027, 5, 18)),
    ]
    assert timezone.localtime(steps[0].starts_at).hour == 0
    assert timezone.localtime(steps[0].ends_at).strftime("%H:%M") == "23:59"


# --- What is there afterwards


@pytest.mark.usefixtures("scope")
def test_everything_of_the_template_is_there_in_preparation(template, town, staff):
    process = cloned(template, town, staff, title="Presupuesto 2028")

    assert process.state == ProcessState.DRAFT
    assert (process.title, process.rules) == ("Presupuesto 2028", "Everybody.")
    assert process.template == template
    assert [step.kind for step in process.steps.all()] == [
        step.kind for step in template.steps.all()
    ]
    (leader,) = process.team.all()
    assert (leader.role, leader.name) == (TeamRole.LEADS, "Elsa Quispe")


@pytest.mark.usefixtures("scope")
def test_its_budget_and_its_norm_are_prepared_and_nobody_sees_them(template, town, staff):
    process = cloned(template, town, staff)

    budget, norm = Budget.objects.get(), Norm.objects.get()
    assert step_of(process, "budget").thread == budget.thread
    assert step_of(process, "norm").thread == norm.thread
    assert (budget.title, budget.year) == (process.title, in_days(40).year + 1)
    assert budget.steps.count() > 5
    assert budget.is_draft
    assert not norm.is_public
    assert norm.opens_at == step_of(process, "norm").starts_at
    assert norm.answers_at == step_of(process, "answer").ends_at
    assert not budget.thread.is_public
    assert not norm.thread.is_public


@pytest.mark.usefixtures("scope")
def test_its_debate_waits_for_the_process_to_open(template, town, staff):
    process = cloned(template, town, staff)
    step = step_of(process, "debate")
    words = {"title": "¿Qué falta?", "text": "Let us talk.", "form_key": uuid.uuid4()}

    with pytest.raises(clones.CannotPrepare):
        clones.open_debate(step, by=staff, **words)
    assert not Debate.objects.exists()

    processes.open_process(process, by=staff)
    debate = clones.open_debate(step, by=staff, **words)

    step = step_of(process, "debate")
    assert step.thread == debate.thread
    assert debate.is_official
    assert debate.thread.is_public
    assert debate.thread.closes_at == step.ends_at


@pytest.mark.usefixtures("scope")
def test_a_debate_is_opened_once(template, town, staff):
    process = cloned(template, town, staff)
    processes.open_process(process, by=staff)
    words = {"title": "¿Qué falta?", "text": "Let us talk."}
    clones.open_debate(step_of(process, "debate"), by=staff, form_key=uuid.uuid4(), **words)

    with pytest.raises(clones.CannotPrepare):
        clones.open_debate(step_of(process, "debate"), by=staff, form_key=uuid.uuid4(), **words)

    assert Debate.objects.count() == 1


@pytest.mark.usefixtures("scope")
def test_the_same_form_sent_twice_begins_one(template, town, staff):
    key = uuid.uuid4()

    first, second = (cloned(template, town, staff, form_key=key) for _ in range(2))

    assert first == second
    assert Process.objects.count() == Budget.objects.count() == Norm.objects.count() == 1
    assert first.steps.count() == 5


@pytest.mark.usefixtures("scope")
def test_without_debate_and_budget_it_has_no_step_for_them(template, town, staff):
    process = cloned(template, town, staff, with_debate=False, with_budget=False)

    assert [step.kind for step in process.steps.all()] == ["info", "norm", "answer"]
    assert not Budget.objects.exists()


@pytest.mark.usefixtures("scope")
def test_a_budget_of_that_name_and_year_is_taken_as_it_is(template, town, staff):
    first = cloned(template, town, staff)

    second = cloned(template, town, staff)

    assert Budget.objects.count() == 1
    assert step_of(first, "budget").thread == step_of(second, "budget").thread


@pytest.mark.usefixtures("scope")
def test_what_is_switched_off_waits_and_can_be_prepared_later(template, town, staff):
    town.modules = [Module.PROPOSALS]
    town.save()

    process = cloned(template, town, staff)
    step = step_of(process, "budget")
    assert step.thread is None
    assert not Budget.objects.exists()
    with pytest.raises(clones.CannotPrepare):
        clones.prepare(step, by=staff)

    town.modules = ALL
    town.save()
    clones.prepare(step, by=staff)

    assert step_of(process, "budget").thread == Budget.objects.get().thread


@pytest.mark.usefixtures("scope")
def test_a_step_is_prepared_once(template, town, staff):
    step = step_of(cloned(template, town, staff), "budget")

    with pytest.raises(clones.CannotPrepare):
        clones.prepare(step, by=staff)


@pytest.mark.usefixtures("scope")
def test_a_day_that_has_passed_begins_nothing(template, town, staff):
    with pytest.raises(clones.CannotClone):
        cloned(template, town, staff, first_day=in_days(-1))

    assert not Process.objects.exists()


@pytest.mark.usefixtures("scope")
def test_what_is_not_offered_is_not_begun_from(town, staff):
    with pytest.raises(clones.CannotClone):
        cloned(ProcessTemplateFactory.build(published_at=None), town, staff)


@pytest.mark.parametrize("code", ["mesa-por-el-agua", "plan-de-desarrollo-concertado"])
def test_each_first_template_can_be_begun_and_opened(town, staff, code):
    with in_the_region():
        template_actions.load()
    with municipality_scope(town, person=staff.pk):
        template = ProcessTemplate.objects.get(code=code)
        process = cloned(template, town, staff)
        if process.is_dialogue:
            for kind in (PartyKind.AUTHORITY, PartyKind.POPULATION):
                PartyFactory(municipality=town, process=process, kind=kind)
            for role in (TeamRole.LEADS, TeamRole.FACILITATES):
                TeamMemberFactory(municipality=town, process=process, role=role)
        processes.open_process(process, by=staff)

        assert process.steps.count() == template.steps.count()
        assert process.kind == template.kind


# --- The pages


@pytest.fixture
def at_work(client, staff, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    client.force_login(staff)
    return client


def address(name, town, *args):
    return reverse(f"processes:{name}", args=[town.slug, *args])


def test_the_days_are_shown_before_anything_is_kept(at_work, town, template):
    url = address("clone", town, template.code)
    page = at_work.get(url)
    assert len(page.context["steps"]) == 5

    day = in_days(20)
    typed = {"title": "X 2028", "first_day": day.isoformat(), "form_key": uuid.uuid4()}
    shown = at_work.post(url, typed | {"with_debate": "on", "do": "days"})

    assert shown.status_code == 200
    steps = shown.context["steps"]
    assert timezone.localdate(steps[0].starts_at) == day
    assert "budget" not in {step.kind for step in steps}
    with municipality_scope(town):
        assert not Process.objects.exists()


@pytest.mark.parametrize("first_day", ["", "yesterday", "2020-01-01", "2999-01-01"])
def test_a_day_that_does_not_fit_is_refused_at_its_field(at_work, town, template, first_day):
    typed = {"title": "X", "first_day": first_day, "form_key": uuid.uuid4(), "do": "begin"}

    page = at_work.post(address("clone", town, template.code), typed)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"first_day"}
    assert page.context["steps"] == []


def test_what_is_switched_off_is_said_with_the_way_to_the_settings(at_work, town, template):
    town.modules = [Module.DEBATES]
    town.save()
    settings_page = reverse("admin:municipalities_municipality_change", args=[town.pk])

    page = at_work.get(address("clone", town, template.code))

    assert [kind for kind, _reason in page.context["off"]] == ["budget", "norm"]
    assert settings_page in page.content.decode()


def test_the_form_sent_twice_leads_to_the_same_process(at_work, town, template):
    typed = {"title": "X 2028", "first_day": in_days(9).isoformat(), "form_key": uuid.uuid4()}
    typed |= {"with_debate": "on", "with_budget": "on", "do": "begin"}

    answers = [at_work.post(address("clone", town, template.code), typed) for _ in range(2)]

    assert {answer.url for answer in answers} == {address("parts", town, the_process(town).pk)}


def the_process(town):
    with municipality_scope(town):
        return Process.objects.get()


def test_a_step_that_was_switched_off_is_prepared_by_its_button(at_work, town):
    with municipality_scope(town):
        process = ProcessFactory(municipality=town, draft=True)
        step = StepFactory(process=process, municipality=town, kind=StepKind.BUDGET)
    url = address("prepare_part", town, process.pk, step.pk)

    page = at_work.get(address("parts", town, process.pk))
    assert url in page.content.decode()
    at_work.post(url)

    page = at_work.get(address("parts", town, process.pk))
    with municipality_scope(town):
        budget = Budget.objects.get()
    assert reverse("budgets:case", args=[town.slug, budget.pk]) in page.content.decode()


def test_the_button_of_a_debate_comes_with_the_opening(at_work, town):
    with municipality_scope(town):
        draft = ProcessFactory(municipality=town, draft=True)
        process = ProcessFactory(municipality=town)
        steps = [
            StepFactory(process=one, municipality=town, kind=StepKind.DEBATE)
            for one in (draft, process)
        ]
    urls = [address("open_debate_of_step", town, step.process_id, step.pk) for step in steps]

    assert urls[0] not in at_work.get(address("parts", town, draft.pk)).content.decode()
    assert at_work.get(urls[0]).status_code == 302
    assert urls[1] in at_work.get(address("parts", town, process.pk)).content.decode()
    asked = at_work.get(urls[1]).context["form"]
    assert asked["title"].value() == steps[1].title

    typed = {"title": "¿Qué falta?", "text": "Let us talk.", "form_key": uuid.uuid4()}
    opened, again = (at_work.post(urls[1], typed) for _ in range(2))

    with municipality_scope(town):
        debate = Debate.objects.get()
    assert opened.url == again.url == debate.get_absolute_url()


@pytest.mark.parametrize("count", [1, 3])
def test_the_parts_ask_the_same_for_one_or_many(at_work, town, count, django_assert_num_queries):
    with municipality_scope(town):
        process = ProcessFactory(municipality=town, draft=True)
        for _number in range(count):
            StepFactory(process=process, municipality=town, kind=StepKind.BUDGET)
            linked = StepFactory(process=process, municipality=town, kind=StepKind.NORM)
            clones.prepare(linked, by=process.author)

    with django_assert_num_queries(14):
        at_work.get(address("parts", town, process.pk))


# --- A new municipality begins in less than an hour


def fields_to_fill(page):
    """What a person has to look at on a page: its fields but hidden ones and buttons."""
    html = page.content.decode().partition("<main")[2].partition("</main>")[0]
    fields = re.findall(r"<(?:input|textarea|select)\b[^>]*>", html)
    return [field for field in fields if 'type="hidden"' not in field]


def test_a_new_municipality_goes_from_nothing_to_an_open_process_in_few_pages(at_work, town, staff):
    """Six pages from its desk; two fields to write, and two boxes that are ticked already."""
    with in_the_region():
        template_actions.load()
    pages, fields = [], 0

    def opened(url):
        page = at_work.get(url)
        assert page.status_code == 200, url
        pages.append(url)
        return page

    def leads_to(page, url):
        assert url in page.content.decode()
        return url

    desk = opened(address("desk", town))
    choice = opened(leads_to(desk, address("choose_template", town)))
    form_url = leads_to(choice, address("clone", town, "presupuesto-con-debate"))
    form = opened(form_url)
    fields += len(fields_to_fill(form))
    typed = {"form_key": form.context["form"]["form_key"].value(), "do": "begin"}
    typed |= {"title": "Presupuesto participativo 2028", "first_day": in_days(0).isoformat()}
    sent = at_work.post(form_url, typed | {"with_debate": "on", "with_budget": "on"})
    process = the_process(town)
    assert sent.url == address("parts", town, process.pk)

    parts = opened(sent.url)
    manage = opened(leads_to(parts, address("manage", town, process.pk)))
    opening = opened(leads_to(manage, address("open", town, process.pk)))
    fields += len(fields_to_fill(opening))
    at_work.post(address("open", town, process.pk), {"seen": opening.context["seen"]})

    process = the_process(town)
    assert process.state == ProcessState.OPEN
    assert at_work.get(process.get_absolute_url()).status_code == 200
    assert len(pages) == 6
    assert fields == 4
