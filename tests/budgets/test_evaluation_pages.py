"""The pages of the evaluation: what each person sees, does, and must not see."""

import gzip
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.enums import MUNICIPAL_ROLES, REGIONAL_ROLES, Role
from budgets.actions import decisions, matrix as scoring
from budgets.enums import Mode, Round, WorkState
from budgets.models import Appeal, Evaluation, Heading, Observation, Score, Work
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.evaluation import (
    LONG_NO,
    budget_of,
    evaluate,
    handed_in,
    points_of,
    published,
    staff,
    state_of,
    work_of,
)
from tests.budgets.factories import (
    BudgetFactory,
    CostLineFactory,
    EvaluationFactory,
    ObservationFactory,
)
from tests.factories import MunicipalityFactory, UserFactory


HOSTILE = ["\x00", "9" * 400, "-1", "'\"><script>alert(1)</script>", "é" * 50, "{{7*7}}", ""]


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco():
    town = MunicipalityFactory(modules=[Module.BUDGETS])
    with municipality_scope(town):
        yield town


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco)


@pytest.fixture
def boss(otuzco):
    return staff(otuzco, Role.ADMINISTRATOR)


@pytest.fixture
def ana(otuzco):
    return staff(otuzco, user__display_name="Ana Ruiz")


@pytest.fixture
def luis(otuzco):
    return staff(otuzco, user__display_name="Luis Paz")


@pytest.fixture
def browse(client, otuzco):
    """A page of the town, in English, by somebody."""

    def ask(name, pk, data=None, *, by=None, query=None, **more):
        client.logout()
        if by:
            client.force_login(by)
        address = reverse(f"budgets:{name}", args=[otuzco.slug, pk])
        headers = {"Accept-Language": "en"}
        if data is None:
            return client.get(address, query or {}, headers=headers, **more)
        return client.post(address, data, headers=headers, **more)

    return ask


def given_to(person, budget, **fields):
    return EvaluationFactory(
        work=work_of(budget, evaluated=True), evaluator=person, declared_at=timezone.now(), **fields
    )


# --- The table


def test_the_table_begins_with_ones_own_and_says_by_how_much_what_is_late(
    browse, budget, ana, luis
):
    late = given_to(luis, budget, due_on=timezone.localdate() - timedelta(days=10))
    mine = given_to(ana, budget)
    work_of(budget, evaluated=True, title="Nobody's")

    page = browse("evaluations", budget.pk, by=ana)

    assertContains(page, "1 work waits for you.")
    titles = [mine.work.title, late.work.title, "Nobody&#x27;s"]
    places = [page.content.decode().index(f"{title}") for title in titles]
    assert places == sorted(places)
    assertContains(page, "working day")


def test_the_table_is_narrowed_by_stage_heading_and_person(browse, budget, ana, luis, boss):
    given_to(ana, budget)
    given_to(luis, budget)
    heading = Heading.objects.get()

    for query, number in (
        ({"etapa": "at_work"}, 2),
        ({"etapa": "late"}, 0),
        ({"quien": luis.pk}, 1),
        ({"rubro": heading.pk, "quien": ana.pk}, 1),
        ({"etapa": "x", "quien": "\x00", "rubro": "9" * 400}, 2),
    ):
        page = browse("evaluations", budget.pk, by=boss, query=query)
        assert page.context["page"].paginator.count == number, query


@pytest.mark.parametrize("name", ["evaluations", "matrix", "decisions_desk", "take_up"])
def test_tables_of_staff_cost_the_same_queries_for_one_or_many(browse, otuzco, boss, name):
    budget = budget_of(otuzco, criteria=[(100, 5)])

    def add():
        evaluation = given_to(staff(otuzco), budget)
        ObservationFactory(municipality=otuzco, evaluation=evaluation)
        points_of(evaluation.work, (3,))
        handed_in(budget)
        work_of(budget)

    add()
    browse(name, budget.pk, by=boss)  # whoever comes first fills what is kept
    with CaptureQueriesContext(connection) as first:
        browse(name, budget.pk, by=boss)
    for _ in range(3):
        add()
    with CaptureQueriesContext(connection) as then:
        assert browse(name, budget.pk, by=boss).status_code == 200
    assert len(then) == len(first)


# --- Taking up and giving


def test_several_works_are_taken_up_at_once_and_given_to_somebody(browse, otuzco, boss, ana):
    budget = budget_of(otuzco, supports_needed=5)
    enough = [work_of(budget, support_count=6) for _ in range(2)]
    few = work_of(budget, support_count=4)
    other = work_of(budget_of(otuzco))

    page = browse("take_up", budget.pk, by=boss)
    assertContains(page, enough[0].title)
    assertNotContains(page, few.title)
    browse(
        "take_up",
        budget.pk,
        {
            "ids": [enough[0].pk, enough[1].pk, few.pk, other.pk, "x", "9" * 30],
            "evaluator": ana.pk,
            "due_on": f"{timezone.localdate() + timedelta(days=9)}",
        },
        by=boss,
    )

    assert [state_of(work) for work in enough] == [WorkState.EVALUATION] * 2
    assert state_of(few) == state_of(other) == WorkState.PUBLISHED
    assert Evaluation.objects.filter(evaluator=ana).count() == 2


def test_one_below_the_supports_is_taken_up_with_its_reason(browse, otuzco, boss):
    budget = budget_of(otuzco, supports_needed=5)
    few = work_of(budget, support_count=4)

    assertContains(browse("take_up", budget.pk, by=boss, query={"apoyos": "menos"}), few.title)
    assert browse("take_up_one", few.pk, {"reason": "No"}, by=boss).status_code == 422
    browse("take_up_one", few.pk, {"reason": "It is the only one of its village."}, by=boss)

    assert state_of(few) == WorkState.EVALUATION


def test_who_cannot_evaluate_it_is_said_at_the_field_and_what_was_typed_stays(
    browse, budget, boss, ana
):
    own = work_of(budget, evaluated=True, author=ana)
    day = f"{timezone.localdate() + timedelta(days=3)}"

    page = browse("assign", own.pk, {"evaluator": ana.pk, "due_on": day}, by=boss)

    assert page.status_code == 422
    assertContains(page, "put «", status_code=422)
    assertContains(page, day, status_code=422)


def test_several_are_given_at_once_and_those_that_cannot_be_are_named(browse, budget, boss, ana):
    own = work_of(budget, evaluated=True, author=ana)
    given = work_of(budget, evaluated=True)
    day = f"{timezone.localdate() + timedelta(days=3)}"
    sent = {"ids": [own.pk, given.pk], "evaluator": ana.pk, "due_on": day}

    browse("assign_several", budget.pk, sent, by=boss)

    assert Evaluation.objects.get().work == given
    assertContains(browse("evaluations", budget.pk, by=boss), own.title)


# --- One evaluation


def test_first_the_evaluator_says_whether_they_have_an_interest(browse, budget, ana):
    evaluation = EvaluationFactory(work=work_of(budget, evaluated=True), evaluator=ana)

    page = browse("evaluate", evaluation.pk, by=ana)
    assertContains(page, "have you an interest")
    assertNotContains(page, "Public report")
    assertRedirects(
        browse("hand_in", evaluation.pk, by=ana),
        reverse("budgets:evaluate", args=[budget.municipality.slug, evaluation.pk]),
    )
    empty = browse("evaluate", evaluation.pk, {"do": "step_back", "why": " "}, by=ana)
    assert empty.status_code == 422
    browse("evaluate", evaluation.pk, {"do": "declare"}, by=ana)

    assertContains(browse("evaluate", evaluation.pk, by=ana), "Public report")


def test_stepping_back_leaves_the_work_to_somebody_else(browse, budget, ana, boss):
    evaluation = EvaluationFactory(work=work_of(budget, evaluated=True), evaluator=ana)

    sent = {"do": "step_back", "why": "My brother lives beside it."}
    browse("evaluate", evaluation.pk, sent, by=ana)

    page = browse("evaluations", budget.pk, by=boss)
    assertContains(page, "Assign")
    assertContains(browse("evaluate", evaluation.pk, by=boss), "My brother lives beside it.")


WHOLE = {
    "is_legal": "yes",
    "is_competence": "yes",
    "is_technical": "yes",
    "line_0_text": "Materials",
    "line_0_amount": "12 400,50",
    "line_1_text": "Labour",
    "line_1_amount": "3000",
    "running_cost": "0",
    "months": "6",
    "invierte_code": "CUI 2426187",
    "verdict": "feasible",
    "report": "It can be done.",
    "notes": "The mayor telephoned.",
}


def test_it_is_saved_reviewed_and_handed_in(browse, budget, ana):
    evaluation = given_to(ana, budget)

    review = browse("evaluate", evaluation.pk, WHOLE | {"do": "review"}, by=ana, follow=True)
    assertContains(review, "15 400,50".replace(" ", "\u202f"))
    assertContains(review, "2426187")
    assertNotContains(review, "The mayor telephoned.")
    seen = re.search(r'name="seen" value="([^"]+)"', review.content.decode())[1]
    browse("hand_in", evaluation.pk, {"seen": seen}, by=ana)

    evaluation.refresh_from_db()
    assert evaluation.submitted_at
    assert evaluation.notes == "The mayor telephoned."
    assertContains(browse("evaluate", evaluation.pk, by=ana), "does not change any more")


def test_what_is_missing_is_listed_and_it_cannot_be_handed_in(browse, budget, ana):
    evaluation = given_to(ana, budget)

    page = browse("hand_in", evaluation.pk, by=ana)
    assertContains(page, "three questions")
    assertNotContains(page, 'name="seen" value="" ><button')
    browse("hand_in", evaluation.pk, {}, by=ana)

    evaluation.refresh_from_db()
    assert evaluation.submitted_at is None


def test_wrong_lines_are_said_at_their_field_and_the_rest_is_kept(browse, budget, ana):
    evaluation = given_to(ana, budget)
    CostLineFactory(municipality=budget.municipality, evaluation=evaluation, text="Before")
    sent = WHOLE | {"line_0_amount": "a lot", "line_1_text": ""}

    page = browse("evaluate", evaluation.pk, sent, by=ana)

    assert page.status_code == 422
    assertContains(page, "a lot", status_code=422)
    assertContains(page, "Write what it is for.", status_code=422)
    evaluation.refresh_from_db()
    assert evaluation.report == "It can be done."
    assert [line.text for line in evaluation.cost_lines.all()] == ["Before"]


def test_more_lines_come_without_javascript_and_keep_what_was_typed(browse, budget, ana):
    evaluation = given_to(ana, budget)

    page = browse("evaluate", evaluation.pk, WHOLE | {"do": "more"}, by=ana)

    assertContains(page, 'value="12 400,50"')
    assertContains(page, "line_5_text")


def test_a_number_that_is_no_code_of_invierte_is_explained(browse, budget, ana):
    evaluation = given_to(ana, budget)

    page = browse("evaluate", evaluation.pk, WHOLE | {"invierte_code": "pending"}, by=ana)

    assertContains(page, "such as 2426187", status_code=422)


def test_personal_data_are_refused_where_the_report_is_written(browse, budget, ana):
    evaluation = given_to(ana, budget)

    page = browse("evaluate", evaluation.pk, WHOLE | {"report": "Ask him: 987 654 321."}, by=ana)

    assertContains(page, "Take it out", status_code=422)


def test_what_is_typed_is_kept_meanwhile(browse, budget, ana, luis):
    evaluation = given_to(ana, budget)

    answer = browse("evaluation_save", evaluation.pk, {"report": "So far"}, by=ana)
    refused = browse("evaluation_save", evaluation.pk, {"report": "Mine"}, by=luis)

    assertContains(answer, "Saved at")
    assert refused.status_code == 409
    evaluation.refresh_from_db()
    assert evaluation.report == "So far"


def test_what_costs_more_than_its_heading_has_is_warned_of(browse, budget, ana, boss):
    evaluation = given_to(ana, budget)
    CostLineFactory(municipality=budget.municipality, evaluation=evaluation, amount=100_000_01)

    for name in ("evaluate", "hand_in"):
        assertContains(browse(name, evaluation.pk, by=ana), "more than its heading has")
    work = handed_in(budget, cost=200_000_00)
    page = browse("decisions_desk", budget.pk, by=boss)
    assertContains(page, "dearer than all the money of their heading")
    assertContains(page, work.title)


def test_other_staff_read_what_is_handed_in_and_nothing_half_written(
    browse, budget, ana, luis, boss
):
    half = given_to(ana, budget, report="Half a thought", notes="Half a note")
    whole = evaluate(work_of(budget, evaluated=True), evaluator=ana)

    for person in (luis, boss):
        page = browse("evaluate", half.pk, by=person)
        assertContains(page, "Ana Ruiz evaluates it until")
        assertNotContains(page, "Half a")
        assertContains(browse("evaluate", whole.pk, by=person), "It can be done.")


# --- Mending and appealing


@pytest.fixture
def observed(budget, ana):
    return ObservationFactory(
        municipality=budget.municipality,
        evaluation=given_to(ana, budget),
        text="On which side of the canal?",
        due_on=timezone.localdate() + timedelta(days=2),
    )


MENDED = {
    "answer": "On the left bank.",
    "summary": "A bridge on the left bank.",
    "place_name": "Left bank",
    "estimate": "25 000",
    "body": "",
    "latitude": "-7,9",
    "longitude": "-78.5",
}


def test_the_evaluator_asks_the_author_once(browse, budget, ana):
    evaluation = given_to(ana, budget)

    assertContains(browse("observe", evaluation.pk, by=ana), "that day included")
    browse("observe", evaluation.pk, {"text": "On which side of the canal?"}, by=ana)

    assert Observation.objects.get().evaluation == evaluation
    page = browse("evaluate", evaluation.pk, by=ana)
    assertContains(page, "It takes an answer until")
    assertNotContains(page, "Ask the author to mend something")


def test_the_author_reads_what_was_observed_and_answers(browse, observed, ana):
    work = observed.evaluation.work

    assertContains(browse("mend", work.pk, by=work.author), "On which side of the canal?")
    wrong = browse("mend", work.pk, MENDED | {"answer": "", "estimate": "x"}, by=work.author)
    assertContains(wrong, "A bridge on the left bank.", status_code=422)
    browse("mend", work.pk, MENDED, by=work.author)

    work.refresh_from_db()
    assert (work.place_name, work.estimate, work.latitude) == ("Left bank", 25_000_00, -7.9)
    assertContains(browse("evaluate", observed.evaluation.pk, by=ana), "On the left bank.")
    assertContains(browse("mend", work.pk, by=work.author), "Answered on")
    again = browse("mend", work.pk, MENDED | {"answer": "Again."}, by=work.author)
    assertContains(again, "On the left bank.")


def test_nobody_else_reads_what_was_observed(browse, observed, boss):
    work = observed.evaluation.work

    for person in (None, UserFactory(), boss):
        page = browse("mend", work.pk, by=person, follow=True)
        assertNotContains(page, "On which side of the canal?")


def test_after_its_day_the_page_says_that_it_takes_no_answer(browse, budget, ana):
    late = ObservationFactory(
        municipality=budget.municipality,
        evaluation=given_to(ana, budget),
        due_on=timezone.localdate() - timedelta(days=1),
    )
    work = late.evaluation.work

    page = browse("mend", work.pk, MENDED, by=work.author)

    assertContains(page, "The time to answer ended")
    assertContains(browse("evaluate", late.evaluation.pk, by=ana), "Expired")
    assert Observation.objects.get().answer == ""


def test_the_author_appeals_on_a_page_and_an_officer_at_the_desk(browse, otuzco, budget, boss):
    officer = staff(otuzco, Role.DESK_OFFICER)
    own, brought = handed_in(budget, "unfeasible"), handed_in(budget, "unfeasible")
    published(budget, boss)
    text = "The land is the municipality's: here is the entry."

    assertContains(browse("appeal", own.pk, by=own.author), LONG_NO)
    browse("appeal", own.pk, {"text": text}, by=own.author)
    assert browse("appeal", brought.pk, {"text": text}, by=officer).status_code == 422
    browse("appeal", brought.pk, {"text": text, "received": "Reg. 12-2030"}, by=officer)

    assert list(Appeal.objects.order_by("pk").values_list("by", flat=True)) == [
        own.author_id,
        officer.pk,
    ]
    stranger = browse("appeal", own.pk, {"text": text}, by=UserFactory())
    assert stranger.status_code == 302


# --- The matrix


@pytest.fixture
def scored(otuzco):
    return work_of(budget_of(otuzco, criteria=[(60, 9), (40, 9)]), evaluated=True)


def points(work, *numbers):
    criteria = work.budget.criteria.all()
    return {f"points_{one.pk}": n for one, n in zip(criteria, numbers, strict=True)}


def test_the_second_person_does_not_see_what_the_first_typed(browse, scored, ana, luis, boss):
    browse("score", scored.pk, points(scored, 7, 8), by=ana)

    for person in (luis, boss):
        for name, pk in (("matrix", scored.budget_id), ("score", scored.pk)):
            page = browse(name, pk, by=person)
            if page.status_code == 200:
                assertNotContains(page, 'value="7"')
                assertNotContains(page, "Ana Ruiz")
    assertContains(browse("score", scored.pk, by=ana), 'value="7"')


def test_where_they_differ_both_see_it_and_settle_it(browse, scored, ana, luis):
    first, second = scored.budget.criteria.all()
    browse("score", scored.pk, points(scored, 7, 8), by=ana)
    page = browse("score", scored.pk, points(scored, 7, 3), by=luis, follow=True)

    assertContains(page, "You typed 3, the other person 8.")
    assertNotContains(page, f"points_{first.pk}")
    browse("score", scored.pk, {f"points_{second.pk}": "8"}, by=luis)

    sheet = scoring.sheet_of(scored)
    assert sheet.is_settled
    assert [cell.points for cell in sheet.cells] == [7, 8]


@pytest.mark.parametrize("typed", ["10", "-1", "2.5", "", "9" * 400, "\x00", "'\"><script>"])
def test_points_that_are_no_whole_number_of_the_scale_are_refused_at_their_field(
    browse, scored, ana, typed
):
    page = browse("score", scored.pk, points(scored, 7, typed), by=ana)

    assert page.status_code == 422
    assertContains(page, 'value="7"', status_code=422)
    assert not Score.objects.exists()


def test_an_administrator_has_points_typed_afresh(browse, scored, ana, boss):
    browse("score", scored.pk, points(scored, 7, 8), by=ana)
    browse("score_afresh", scored.pk, {"reason": "Ana was ill that day."}, by=boss)

    assert not Score.objects.exists()


# --- Decisions


def test_the_moment_is_said_at_the_desk_and_read_by_everybody(browse, budget, boss):
    assertContains(browse("decisions", budget.pk), "has not said yet when")
    at = timezone.localtime() + timedelta(days=5)

    browse("decisions_desk", budget.pk, {"at": f"{at:%Y-%m-%dT%H:%M}"}, by=boss)

    assertContains(browse("decisions", budget.pk), f"{at:%H:%M}")
    over = browse("decisions_desk", budget.pk, {"at": "2020-01-01T10:00"}, by=boss)
    assert over.status_code == 422


def test_decisions_are_published_by_a_press_once_nothing_is_missing(browse, budget, boss):
    budget.decisions_at = timezone.now() - timedelta(minutes=1)
    budget.save()
    waiting = work_of(budget, evaluated=True)
    browse("publish_decisions", budget.pk, {}, by=boss)
    assert state_of(waiting) == WorkState.EVALUATION

    evaluate(waiting)
    page = browse("publish_decisions", budget.pk, {}, by=boss, follow=True)

    assertContains(page, "Published on")
    assert state_of(waiting) == WorkState.FEASIBLE


def test_the_table_of_decisions_is_narrowed_and_paged(browse, otuzco, boss):
    budget = budget_of(otuzco, headings={"Centro": 100_000_00, "Usquil": 50_000_00})
    centro, usquil = Heading.objects.filter(group__budget=budget)
    for _ in range(51):
        handed_in(budget, heading=centro)
    no = handed_in(budget, "unfeasible", heading=usquil, title="A bridge of glass")
    published(budget, boss)

    for query, number in (
        ({}, 52),
        ({"resultado": "unfeasible"}, 1),
        ({"resultado": "feasible", "rubro": usquil.pk}, 0),
        ({"rubro": usquil.pk}, 1),
        *(({"rubro": bad, "resultado": bad, "page": bad}, 52) for bad in HOSTILE),
    ):
        page = browse("decisions", budget.pk, query=query)
        assert page.context["page"].paginator.count == number, query
    page = browse("decisions", budget.pk, query={"page": 2})
    assertContains(page, no.title)
    assert len(gzip.compress(browse("decisions", budget.pk).content)) < 12_000


def test_the_table_of_decisions_costs_the_same_queries_for_one_or_many(browse, otuzco, boss):
    counts = []
    for number in (1, 4):
        budget = budget_of(otuzco, criteria=[(100, 5)])
        for _ in range(number):
            points_of(handed_in(budget), (3,))
            handed_in(budget, "unfeasible")
        published(budget, boss)
        for name in ("decisions", "matrix_order"):
            with CaptureQueriesContext(connection) as queries:
                assert browse(name, budget.pk).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_the_order_of_the_matrix_is_shown_with_its_weights_and_how_it_came_about(
    browse, otuzco, boss
):
    budget = budget_of(otuzco, mode=Mode.MATRIX, criteria=[(60, 3), (40, 5)])
    less, more = handed_in(budget, title="Less"), handed_in(budget, title="More")
    points_of(less, (1, 1))
    points_of(more, (2, 5))
    assert browse("matrix_order", budget.pk).status_code == 404
    published(budget, boss)

    page = browse("matrix_order", budget.pk)

    assert [row.work.title for row in page.context["rows"]] == ["More", "Less"]
    for text in ("80", "28", "60 %", "2 / 3", "its weight times the part of its points"):
        assertContains(page, text)


def test_a_draft_budget_has_no_decisions_for_anybody_outside(browse, otuzco, boss):
    draft = BudgetFactory(municipality=otuzco)

    assert browse("decisions", draft.pk).status_code == 404
    assert browse("decisions", draft.pk, by=boss).status_code == 200


# --- What nobody may see before, or ever


def pages_of(client, work):
    """Every public page on which something of a work might show."""
    slug = work.municipality.slug
    names = [
        reverse("budgets:decisions", args=[slug, work.budget_id]),
        reverse("budgets:works", args=[slug, work.budget_id]),
        reverse("budgets:works_points", args=[slug, work.budget_id]),
        reverse("budgets:works_feed", args=[slug, work.budget_id]),
        reverse("budgets:work_history", args=[slug, work.pk]),
        reverse("budgets:feed", args=[slug]),
        reverse("budgets:index", args=[slug]),
        reverse("participation:activity", args=[slug]),
        reverse("participation:activity_feed", args=[slug]),
        work.budget.get_absolute_url(),
        work.get_absolute_url(),
        f"/{slug}/",
        "/",
    ]
    return {
        address: client.get(
            address, follow=True, headers={"Accept-Language": "en"}
        ).content.decode()
        for address in names
    }


@pytest.mark.parametrize("who", ["visitor", "author", "moderator", "desk officer"])
def test_before_publication_no_page_says_what_was_found(client, otuzco, budget, who):
    work = handed_in(budget, "unfeasible")
    Evaluation.objects.update(notes="The mayor telephoned.")
    budget.decisions_at = timezone.now() + timedelta(days=3)
    budget.save()
    person = {
        "author": lambda: work.author,
        "moderator": lambda: staff(otuzco, Role.MODERATOR),
        "desk officer": lambda: staff(otuzco, Role.DESK_OFFICER),
    }.get(who)
    if person:
        client.force_login(person())

    for address, page in pages_of(client, work).items():
        page = re.sub(r"<option.*?</option>", "", page)  # what lists can be narrowed by
        for secret in (LONG_NO, "Not feasible", "The mayor telephoned.", "handed in"):
            assert secret not in page, address


def test_internal_notes_are_on_no_public_page_afterwards_either(client, otuzco, budget, boss):
    work = handed_in(budget, "unfeasible")
    Evaluation.objects.update(notes="The mayor telephoned.")
    published(budget, boss)
    client.force_login(work.author)

    pages = pages_of(client, work)

    assert LONG_NO in pages[work.get_absolute_url()]
    assert not any("The mayor telephoned." in page for page in pages.values())
    assert not Event.objects.filter(text__contains="telephoned").exists()


def test_what_was_found_on_appeal_shows_once_it_is_published(client, browse, budget, boss):
    work = handed_in(budget, "unfeasible")
    published(budget, boss)
    decisions.appeal(work, by=work.author, text="Look again, please: here is the entry.")
    evaluate(work, round=Round.APPEAL, cost=70_000_00)

    before = client.get(work.get_absolute_url(), headers={"Accept-Language": "en"})
    assertNotContains(before, "It can be done.")
    assertContains(before, LONG_NO)
    browse("publish_appeal", work.pk, {}, by=boss)
    after = client.get(Work.objects.get(pk=work.pk).get_absolute_url())

    assertContains(after, "It can be done.")


# --- Who may what


STAFF_PAGES = [
    *[(name, "budget") for name in ("evaluations", "matrix")],
    ("evaluate", "evaluation"),
]
RUN_PAGES = [
    *[(name, "budget") for name in ("take_up", "decisions_desk")],
    *[(name, "work") for name in ("take_up_one", "put_back", "assign", "score_afresh")],
]
EVALUATOR_PAGES = [
    *[(name, "evaluation") for name in ("observe", "step_back")],
    ("score", "work"),
]
RUN_PRESSES = [
    ("publish_decisions", "budget"),
    ("assign_several", "budget"),
    ("publish_appeal", "work"),
]
EVALUATOR_PRESSES = [("evaluation_save", "evaluation"), ("evaluation_notes", "evaluation")]


@pytest.mark.parametrize(
    ("pages", "method", "roles"),
    [
        (STAFF_PAGES, "get", {Role.ADMINISTRATOR, Role.EVALUATOR}),
        (RUN_PAGES, "get", {Role.ADMINISTRATOR}),
        (RUN_PRESSES, "post", {Role.ADMINISTRATOR}),
        (EVALUATOR_PAGES, "get", {Role.EVALUATOR}),
        (EVALUATOR_PRESSES, "post", {Role.EVALUATOR}),
    ],
)
def test_each_page_is_for_its_roles_and_for_nobody_else(browse, otuzco, pages, method, roles):
    budget = budget_of(otuzco, criteria=[(100, 5)])
    evaluation = given_to(staff(otuzco), budget)
    things = {"budget": budget, "work": evaluation.work, "evaluation": evaluation}
    region = MunicipalityFactory()
    people = {role: staff(otuzco, role) for role in Role if role.value in MUNICIPAL_ROLES}
    people["registered"] = UserFactory()
    people["author"] = evaluation.work.author
    with municipality_scope(region):
        people |= {role: staff(region, role) for role in REGIONAL_ROLES}
        people["neighbour"] = staff(region, Role.ADMINISTRATOR)
    for name, kind in pages:
        data = {} if method == "post" else None
        visitor = browse(name, things[kind].pk, data)
        assert "/cuenta/" in visitor.url, name
        for who, person in people.items():
            status = browse(name, things[kind].pk, data, by=person).status_code
            assert (status == 403) == (who not in roles), (name, who, status)


def test_nothing_changes_on_get_and_private_pages_are_kept_nowhere(browse, budget, ana, boss):
    evaluation = given_to(ana, budget)
    for name, pk in (
        ("publish_decisions", budget.pk),
        ("assign_several", budget.pk),
        ("evaluation_save", evaluation.pk),
        ("evaluation_notes", evaluation.pk),
        ("publish_appeal", evaluation.work_id),
    ):
        assert browse(name, pk, by=boss).status_code in (403, 405)
    for name, pk, by in (
        ("evaluations", budget.pk, boss),
        ("evaluate", evaluation.pk, ana),
        ("mend", evaluation.work_id, evaluation.work.author),
    ):
        assert "no-store" in browse(name, pk, by=by).headers["Cache-Control"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_no_page_fails(browse, budget, ana, boss, typed):
    evaluation = given_to(ana, budget)
    names = [*WHOLE, "why", "reason", "text", "at", "ids", "evaluator", "due_on", "seen", "do"]
    sent = dict.fromkeys([*names, "line_99_text", "answer", "summary"], typed)
    for name, pk, by in (
        ("take_up", budget.pk, boss),
        ("assign_several", budget.pk, boss),
        ("assign", evaluation.work_id, boss),
        ("put_back", evaluation.work_id, boss),
        ("decisions_desk", budget.pk, boss),
        ("evaluate", evaluation.pk, ana),
        ("evaluation_save", evaluation.pk, ana),
        ("observe", evaluation.pk, ana),
        ("evaluation_notes", evaluation.pk, ana),
        ("hand_in", evaluation.pk, ana),
        ("step_back", evaluation.pk, ana),
        ("mend", evaluation.work_id, evaluation.work.author),
        ("appeal", evaluation.work_id, evaluation.work.author),
    ):
        assert browse(name, pk, sent, by=by).status_code < 500, name


def test_a_bulk_act_touches_no_other_towns_works_and_says_nothing_of_them(
    browse, otuzco, budget, boss, ana
):
    other = MunicipalityFactory()
    with municipality_scope(other):
        theirs = work_of(budget_of(other), evaluated=True)
    ours = work_of(budget, evaluated=True)
    day = f"{timezone.localdate() + timedelta(days=3)}"
    sent = {"ids": [theirs.pk, ours.pk], "evaluator": ana.pk, "due_on": day}

    page = browse("assign_several", budget.pk, sent, by=boss, follow=True)

    assertContains(page, "Done with 1 work.")
    assertNotContains(page, theirs.title)
    with municipality_scope(other):
        assert not Evaluation.objects.exists()
