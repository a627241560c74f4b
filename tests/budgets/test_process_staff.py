"""How staff prepare a budget on its pages, by plain forms."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.enums import Role
from budgets.actions import budgets
from budgets.enums import BudgetState, StepKind
from budgets.models import Budget, Criterion, Heading
from decide.common.money import soles
from municipalities.enums import Module, MunicipalityKind
from municipalities.models import Place
from municipalities.rls import municipality_scope
from tests.budgets.process import one_after_another, opened, ready_to_open, words
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    ProvinceFactory,
    RoleGrantFactory,
)
from tests.participation.files import pdf


NEW = {
    "year": "2028",
    "title": "Presupuesto participativo 2028",
    "text": "Con la plata de todos.",
    "announced": "300 000",
    "percent": "12.5",
    "norm": "",
    "mode": "residents",
    "effect": "consultative",
    "ballot": "knapsack",
    "most": "3",
    "points": "10",
    "supports_needed": "0",
    "mending_days": "2",
    "appeal_days": "3",
    "counting": "skip",
    "threshold": "0",
    "completion": "add1u",
    "utility": "cost",
    "exhaustive_stop": "on",
    "first": "exact",
    "increment": "1",
}


@pytest.fixture
def town(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(client, town):
    person = RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user
    client.force_login(person)
    return person


def at(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


# --- Words, money and rules


def test_a_budget_begins_with_its_words_and_leads_to_what_is_missing(client, town, ana):
    sent = client.post(at("new"), NEW)

    budget = Budget.objects.get()
    assert sent.url == at("case", budget.pk)
    assert budget.announced == 300_000_00
    case = client.get(sent.url)
    assertContains(case, "Reparte el dinero entre rubros.")
    assertContains(case, at("headings", budget.pk))


def test_the_same_form_sent_twice_leads_to_the_one_that_is_there(client, town, ana):
    first, second = client.post(at("new"), NEW), client.post(at("new"), NEW)

    assert first.url == second.url
    assert Budget.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"announced": "mucho"}, "announced"),
        ({"announced": "0"}, "announced"),
        ({"title": " "}, "title"),
        ({"text": "..."}, "text"),
        ({"effect": "binding"}, "norm"),
        ({"counting": "shares", "mode": "matrix"}, "counting"),
        ({"counting": "shares", "completion": "none"}, "completion"),
        ({"counting": "shares", "increment": "0"}, "increment"),
        ({"threshold": "-1"}, "threshold"),
        ({"percent": "101"}, "percent"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_what_was_typed_stays(
    client, town, ana, typed, field
):
    page = client.post(at("new"), NEW | typed)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assertContains(
        page, NEW["norm"] or NEW["title"] if field != "title" else NEW["text"], status_code=422
    )
    assert not Budget.objects.exists()


def test_equal_shares_are_chosen_with_the_usual_values_folded_away(client, town, ana):
    client.post(at("new"), NEW | {"counting": "shares"})

    assert Budget.objects.get().rule == {
        "method": "mes",
        "utility": "cost",
        "completion": "add1u",
        "exhaustive_stop": True,
        "first": "exact",
        "increment": 100,
        "threshold": 0,
    }


def test_the_form_shows_again_what_was_kept(client, town, ana):
    budget = budgets.create(
        town, by=ana, **words(rule={"method": "mes", "completion": "utilitarian", "increment": 250})
    )

    form = client.get(at("edit", budget.pk)).context["form"]

    assert form["counting"].value() == "shares"
    assert form["completion"].value() == "utilitarian"
    assertContains(client.get(at("edit", budget.pk)), 'value="2,50"')
    assertContains(client.get(at("edit", budget.pk)), 'value="300 000"')


def test_of_two_who_change_it_at_once_the_second_is_told(client, town, ana):
    budget = budgets.create(town, by=ana, **words())
    seen = client.get(at("edit", budget.pk)).context["seen"]
    client.post(at("edit", budget.pk), NEW | {"seen": seen, "text": "La primera."})

    late = client.post(at("edit", budget.pk), NEW | {"seen": seen, "text": "La segunda."})

    assertContains(late, "Otra persona cambió esto", status_code=422)
    assertContains(late, "La segunda.", status_code=422)
    assert Budget.objects.get().text == "La primera."
    client.post(at("edit", budget.pk), NEW | {"seen": late.context["seen"], "text": "La segunda."})
    assert Budget.objects.get().text == "La segunda."


# --- Headings


HEADINGS = {
    "g0_name": "Distritos",
    "g0_each": "1",
    "g0_h0_name": "Salpo",
    "g0_h0_money": "100 000",
    "g0_h1_name": "Usquil",
    "g0_h1_money": "80000.50",
    "g0_h2_name": "",
    "g0_h2_money": "",
}


def test_money_is_shared_out_among_headings(client, town, ana):
    budget = budgets.create(town, by=ana, **words())

    client.post(at("headings", budget.pk), HEADINGS)

    assert list(Heading.objects.values_list("name", "money")) == [
        ("Salpo", 100_000_00),
        ("Usquil", 80_000_50),
    ]


def test_more_than_was_announced_is_refused_with_the_sum(client, town, ana):
    budget = budgets.create(town, by=ana, **words())

    page = client.post(
        at("headings", budget.pk), HEADINGS | {"g0_h2_name": "X", "g0_h2_money": "120000"}
    )

    assertContains(page, soles(50), status_code=422)
    assertContains(page, 'value="80000.50"', status_code=422)
    assert not Heading.objects.exists()


def test_the_sum_is_shown_as_one_types_and_nothing_is_kept(client, town, ana):
    budget = budgets.create(town, by=ana, **words())

    part = client.post(
        at("headings", budget.pk), HEADINGS | {"do": "sum"}, headers={"HX-Request": "true"}
    )
    page = client.post(at("headings", budget.pk), HEADINGS | {"do": "sum"})

    assertContains(part, soles(180_000_50))
    assertNotContains(part, "<form")
    assertContains(page, part.content.decode(), html=True)
    assert not Heading.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"g0_name": ""}, "g0_name"),
        ({"g0_h0_money": ""}, "g0_h0_money"),
        ({"g0_h0_money": "cien"}, "g0_h0_money"),
        ({"g0_h0_name": ""}, "g0_h0_name"),
        ({"g0_h1_name": "SALPO"}, "g0_h1_name"),
        ({"g0_each": "0"}, "g0_each"),
        ({"g1_name": "Vacío", "g1_each": "1"}, "g1_h0_name"),
    ],
)
def test_a_row_that_lacks_something_is_said_at_its_field(client, town, ana, typed, field):
    budget = budgets.create(town, by=ana, **words())

    page = client.post(at("headings", budget.pk), HEADINGS | typed)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Heading.objects.exists()


def test_more_rows_and_groups_are_buttons_that_keep_what_was_typed(client, town, ana):
    budget = budgets.create(town, by=ana, **words())

    rows = client.post(at("headings", budget.pk), HEADINGS | {"do": "g0"})
    group = client.post(at("headings", budget.pk), HEADINGS | {"do": "group"})

    assertContains(rows, 'name="g0_h5_name"')
    assertContains(group, 'name="g1_h0_name"')
    assert group.context["form"]["g1_each"].value() == 1
    for page in (rows, group):
        assertContains(page, 'value="Salpo"')
        assert page.context["form"].errors == {}


def test_a_province_has_a_row_for_each_of_its_districts_at_a_press(client, ana, town):
    province = ProvinceFactory()
    for name in ("Alto", "Bajo"):
        DistrictFactory(parent=province, name=name)
    there = MunicipalityFactory(
        kind=MunicipalityKind.PROVINCIAL, place=province, slug="prueba", modules=[Module.BUDGETS]
    )
    with municipality_scope(there):
        person = RoleGrantFactory(municipality=there, role=Role.ADMINISTRATOR).user
        budget = budgets.create(there, by=person, **words())
        client.force_login(person)
        address = reverse("budgets:headings", args=["prueba", budget.pk])

        page = client.post(address, {"g0_name": "Distritos", "g0_each": "1", "do": "districts"})
        form = page.context["form"]

    assert [form[f"g0_h{row}_name"].value() for row in range(2)] == ["Alto", "Bajo"]
    assert form["g0_h1_districts"].value() == [Place.objects.get(name="Bajo").code]


# --- The matrix


def matrix(*weights):
    sent = {}
    for row, weight in enumerate(weights):
        sent |= {f"c{row}_name": f"Criterio {row}", f"c{row}_help": "", f"c{row}_scale": ""}
        sent |= {f"c{row}_weight": str(weight), f"c{row}_highest": "5"}
    return sent


def test_the_matrix_sums_to_exactly_a_hundred(client, town, ana):
    budget = budgets.create(town, by=ana, **words())

    refused = client.post(at("criteria", budget.pk), matrix(60, 30))
    client.post(at("criteria", budget.pk), matrix(60, 40))

    assertContains(refused, "suman 90 %", status_code=422)
    assert list(Criterion.objects.values_list("weight", flat=True)) == [60, 40]


@pytest.mark.parametrize("name", ["cuatro", "brechas"])
def test_a_ready_set_is_offered_and_kept_only_when_sent(client, town, ana, name):
    budget = budgets.create(town, by=ana, **words())

    page = client.get(at("criteria", budget.pk), {"conjunto": name})

    assert page.context["form"].sum == 100
    assert not Criterion.objects.exists()
    assert client.get(at("criteria", budget.pk), {"conjunto": "otro"}).status_code == 404


# --- Steps


def dated(days):
    sent = {}
    for kind, one in days.items():
        start, end = (
            timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""
            for at in (one.starts_at, one.ends_at)
        )
        sent |= {f"{kind}_from": start, f"{kind}_until": end, f"{kind}_out": one.left_out_why}
    return sent


def test_all_days_are_set_on_one_page_in_limas_time(client, town, ana):
    budget = budgets.create(town, by=ana, **words())
    days = one_after_another()

    sent = client.post(at("steps", budget.pk), dated(days))

    assert sent.status_code == 302
    kept = budget.steps.get(kind=StepKind.VOTE)
    assert kept.starts_at == days[StepKind.VOTE].starts_at.replace(second=0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"works_until": ""}, "works_until"),
        ({"works_until": "2020-01-01T08:00"}, "works_until"),
        ({"works_out": "No hay."}, "works_out"),
        ({"vote_from": "", "vote_until": "", "vote_out": "No hay."}, "vote_out"),
        ({"vote_from": "mañana"}, "vote_from"),
        ({"minutes_from": "2026-01-01T08:00"}, "__all__"),
    ],
)
def test_days_that_do_not_fit_are_said_and_none_is_kept(client, town, ana, typed, field):
    budget = budgets.create(town, by=ana, **words())

    page = client.post(at("steps", budget.pk), dated(one_after_another()) | typed)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not budget.steps.exclude(starts_at=None).exists()


def test_a_step_has_words_and_documents_and_a_budget_more_than_three(client, town, ana):
    budget = opened(town, ana)
    for kind in (StepKind.CALL, StepKind.TRAINING):
        files = [pdf(name=f"{kind} {n}.pdf") for n in (1, 2)]
        client.post(at("step", budget.pk, kind), {"text": "En la **plaza**.", "documents": files})

    page = client.get(budget.get_absolute_url())

    assert budget.thread.documents.count() == 4
    assertContains(page, "call 1")
    assertContains(page, "<strong>plaza</strong>")


def test_a_step_of_an_open_budget_moves_only_with_a_reason(client, town, ana):
    budget = opened(town, ana)
    step = budget.steps.get(kind=StepKind.CALL)
    later = timezone.localtime(step.ends_at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "do": "move",
        "starts_at": timezone.localtime(step.starts_at).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": later,
    }

    refused = client.post(at("step", budget.pk, "call"), sent | {"why": ""})
    client.post(at("step", budget.pk, "call"), sent | {"why": "Por las lluvias."})

    assert refused.status_code == 422
    assertContains(client.get(budget.get_absolute_url()), "Por las lluvias.")


# --- Opening, calling off, copying


def test_a_budget_opens_after_it_was_read_once_more(client, town, ana):
    budget = ready_to_open(town, ana)
    content = client.get(at("open", budget.pk)).context["content"]

    sent = client.post(at("open", budget.pk), {"content": content})

    assert sent.url == budget.get_absolute_url()
    assert Budget.objects.get().state == BudgetState.OPEN


@pytest.mark.parametrize("content", ["", "0" * 16])
def test_whoever_has_not_read_it_does_not_open_it(client, town, ana, content):
    budget = ready_to_open(town, ana)

    page = client.post(at("open", budget.pk), {"content": content})

    assertContains(page, "Léelo otra vez", status_code=422)
    assert Budget.objects.get().is_draft


def test_what_is_missing_is_said_before_it_is_opened(client, town, ana):
    budget = budgets.create(town, by=ana, **words(percent=None))

    page = client.get(at("open", budget.pk))

    assertContains(page, "Ley 28056")
    assertNotContains(page, "Abrirlo para todos")


def test_pages_that_change_rules_lead_back_once_it_is_open(client, town, ana):
    budget = opened(town, ana)

    for name in ("headings", "criteria", "open"):
        for answer in (client.get(at(name, budget.pk)), client.post(at(name, budget.pk), HEADINGS)):
            assert answer.url == at("case", budget.pk)


def test_what_an_open_budget_says_is_put_right_with_a_reason(client, town, ana):
    budget = opened(town, ana)
    sent = {"title": budget.title, "text": "Otra cosa."}

    refused = client.post(at("edit", budget.pk), sent)
    client.post(at("edit", budget.pk), sent | {"why": "Una errata."})

    assert refused.status_code == 422
    page = client.get(budget.get_absolute_url())
    assertContains(page, "Otra cosa.")
    assertContains(page, "Una errata.")


def test_it_is_called_off_with_a_reason(client, town, ana):
    budget = opened(town, ana)

    refused = client.post(at("cancel", budget.pk), {"why": " "})
    client.post(at("cancel", budget.pk), {"why": "No llegó la transferencia."})

    assert refused.status_code == 422
    assertContains(client.get(budget.get_absolute_url()), "No llegó la transferencia.")


def test_the_next_year_begins_from_this_one(client, town, ana):
    budget = opened(town, ana)
    form = client.get(at("clone", budget.pk)).context["form"]

    client.post(at("clone", budget.pk), {name: form[name].value() for name in ("year", "title")})

    copy = Budget.objects.get(year=2029)
    assert copy.title == "Presupuesto participativo 2029"
    assert copy.is_draft


def test_an_evaluator_reads_the_desk_and_changes_no_rule(client, town, ana):
    budget = budgets.create(town, by=ana, **words())
    client.force_login(RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user)

    assert client.get(at("case", budget.pk)).status_code == 200
    assertNotContains(client.get(at("desk")), at("new"))
    for name in ("edit", "headings", "criteria", "steps", "open", "cancel", "clone"):
        assert client.get(at(name, budget.pk)).status_code == 403
        assert client.post(at(name, budget.pk)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_as_much_for_one_as_for_many(
    client, town, ana, django_assert_num_queries, count
):
    for number in range(count):
        budgets.create(town, by=ana, **words(title=f"Presupuesto {number}"))
    client.get(at("desk"))

    with django_assert_num_queries(12):
        client.get(at("desk"))
