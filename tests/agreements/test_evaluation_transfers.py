"""What a transfer is worth: computed where it can be, and recommendations that are followed up."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Area, Gender, Role
from agreements.actions import assigned, evaluation as actions
from agreements.enums import AdaptationChoice, Evaluator, Moment, TaskKind, TaskState
from agreements.fidelity import core_of, crossed, reach_of, sheets_of, side_by_side
from agreements.models import Evaluation, Task
from decide.common.permissions import Refusal
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import (
    administrator_of,
    lock,
    observer_of,
    published_transfer,
    regional,
    university,
)
from tests.agreements.factories import (
    ActivityFactory,
    AdaptationFactory,
    AttendanceFactory,
    BaselineCellFactory,
    BaselineSheetFactory,
    in_the_region,
    organization_of,
)
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def town():
    """One that the region has entered as an organisation, so that its staff answers tasks."""
    town = MunicipalityFactory()
    organization_of(town)
    return town


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def evaluate(transfer, **more):
    said = {
        "transfer": transfer,
        "moment": Moment.SIX,
        "evaluator": Evaluator.ADOPTER,
        "effect": "Participa más gente.",
        "method": "Se revisaron las actas.",
        "by": UserFactory(),
    }
    with municipality_scope(transfer.municipality):
        return actions.evaluate(**(said | more))


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_fidelity_counts_core_components_seen_working_and_not_dropped(town):
    transfer = published_transfer(town, [True, True, True, False])
    with municipality_scope(town):
        seen, unseen, dropped, shaped = transfer.version.components.order_by("pk")
        for component, fields in (
            (seen, {"verified_on": date(2026, 5, 1)}),
            (unseen, {}),
            (shaped, {"verified_on": date(2026, 5, 1)}),
            (
                dropped,
                {
                    "choice": AdaptationChoice.DROP,
                    "why": "No hay señal.",
                    "verified_on": date(2026, 5, 1),
                },
            ),
        ):
            AdaptationFactory(municipality=town, transfer=transfer, component=component, **fields)
        assert core_of(transfer) == (1, 3)


def test_people_are_counted_by_gender_and_area_of_what_was_held(town):
    transfer = published_transfer(town)
    with municipality_scope(town):
        held = ActivityFactory(municipality=town, transfer=transfer, state="held")
        planned = ActivityFactory(municipality=town, transfer=transfer)
        for activity, office, people in ((held, "A", 7), (held, "B", 4), (planned, "C", 50)):
            AttendanceFactory(
                municipality=town,
                activity=activity,
                office=office,
                gender=Gender.WOMAN,
                area=Area.RURAL,
                people=people,
            )
        assert reach_of(transfer) == [[Gender.WOMAN, Area.RURAL, 11]]


def test_few_people_are_not_told_apart():
    ((_gender, cells),) = crossed([["woman", "rural", 3], ["woman", "urban", 8]])
    assert cells == [8, None, 0]


def test_each_recommendation_becomes_a_task_with_its_day(town):
    evaluation = evaluate(
        published_transfer(town),
        recommendations="- Publicar el acta\n\n- Formar a otra persona",
        due_on=tomorrow(),
    )
    with municipality_scope(town):
        tasks = Task.objects.filter(kind=TaskKind.FOLLOW_UP).order_by("pk")
        assert [(one.text, one.due_on) for one in tasks] == [
            ("Publicar el acta", tomorrow()),
            ("Formar a otra persona", tomorrow()),
        ]
        assert {one.key.split(":")[1] for one in tasks} == {str(evaluation.pk)}


def test_recommendations_without_a_day_are_refused(town):
    with pytest.raises(actions.CannotEvaluate):
        evaluate(published_transfer(town), recommendations="Publicar el acta")


def test_each_kind_of_evaluator_says_it_once_for_each_moment(town):
    transfer = published_transfer(town)
    evaluate(transfer)
    with pytest.raises(actions.CannotEvaluate):
        evaluate(transfer)
    evaluate(transfer, moment=Moment.TWELVE)
    evaluate(transfer, evaluator=Evaluator.DONOR)


def test_an_independent_evaluation_names_its_organisation(town):
    with pytest.raises(actions.CannotEvaluate):
        evaluate(published_transfer(town), evaluator=Evaluator.THIRD)


def test_an_evaluation_is_never_rewritten(town):
    evaluate(published_transfer(town))
    with (
        municipality_scope(town),
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
    ):
        Evaluation.objects.update(effect="Todo excelente.")


def followed(town):
    evaluate(published_transfer(town), recommendations="Publicar el acta", due_on=tomorrow())
    with municipality_scope(town):
        return Task.objects.get()


def test_whoever_did_it_does_not_say_that_it_is_enough(town):
    planner, other = regional(Role.PLANNER), regional(Role.PLANNER)
    task = followed(town)
    with in_the_region():
        assigned.answer(task, text="Se publicó.", by=planner)
        with pytest.raises(Refusal):
            assigned.judge(task, is_adequate=True, by=planner)
        assert assigned.judge(task, is_adequate=True, by=other).state == TaskState.VERIFIED


def test_what_is_not_enough_stays_open(town):
    task = followed(town)
    with in_the_region():
        assigned.answer(task, text="Se hará.", by=administrator_of(town))
        task = assigned.judge(
            task, is_adequate=False, by=regional(Role.PLANNER), reason="Falta publicarla."
        )
    assert (task.state, task.is_adequate) == (TaskState.OPEN, False)


def test_a_planner_enters_what_the_donor_found(client, town):
    transfer = published_transfer(town)
    client.force_login(regional(Role.PLANNER))
    client.post(
        "/admin/agreements/evaluation/evaluar/",
        {
            "transfer": transfer.pk,
            "moment": "24m",
            "evaluator": "donor",
            "effect": "Sigue en uso.",
            "method": "Visita.",
        },
    )
    with in_the_region():
        assert Evaluation.objects.get().evaluator == Evaluator.DONOR


def test_a_town_evaluates_follows_up_and_a_planner_judges_by_their_pages(client, town):
    transfer = published_transfer(town)
    client.force_login(administrator_of(town))
    client.post(
        reverse("agreed:evaluate_own", args=[town.slug, transfer.pk]),
        {
            "moment": "6m",
            "effect": "Participa más gente.",
            "method": "Actas.",
            "recommendations": "Publicar el acta",
            "due_on": tomorrow().isoformat(),
        },
    )
    with municipality_scope(town):
        task = Task.objects.get()
    client.post(reverse("agreed:follow_up", args=[town.slug, task.pk]), {"answer": "Publicada."})
    page = client.get(reverse("agreed:recommendations", args=[town.slug]))
    assert [one.state for one in page.context["page"]] == [TaskState.DONE]

    client.force_login(regional(Role.PLANNER))
    with in_the_region():
        evaluation = Evaluation.objects.get()
    client.post(
        reverse("admin:agreements_evaluation_judge", args=[evaluation.pk, task.pk]),
        {"is_adequate": "yes"},
    )
    with in_the_region():
        task.refresh_from_db()
    assert task.state == TaskState.VERIFIED


def test_an_observer_s_organisation_evaluates_as_a_third_party(client, town):
    transfer, organization = published_transfer(town), university()
    client.force_login(observer_of(organization))
    client.post(
        reverse("agreements:evaluate_as_third", args=[transfer.pk]),
        {"moment": "12m", "effect": "Poco.", "method": "Visita y entrevistas."},
    )
    client.logout()
    page = client.get(reverse("agreements:transfer_evaluations", args=[transfer.pk]))
    ((shown, _reach),) = page.context["evaluations"]
    assert (shown.evaluator, shown.organization) == (Evaluator.THIRD, organization)


def test_the_baseline_stands_beside_today(town):
    with municipality_scope(town):
        for year, state in ((2022, "none"), (2024, "normed"), (2025, "active")):
            sheet = BaselineSheetFactory(municipality=town, year=year)
            BaselineCellFactory(municipality=town, sheet=sheet, mechanism="pp", state=state)
            lock(sheet)
        before, after = sheets_of(town, date(2024, 6, 1))
        assert (before.year, after.year) == (2024, 2025)
        ((_name, then, now),) = side_by_side(before, after)
        assert then != now


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_evaluations_asks_the_same_for_one_or_many(
    client, town, django_assert_max_num_queries, count
):
    for _n in range(count):
        evaluate(published_transfer(town))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("agreements:evaluations"))
    assert len(page.context["page"]) == count
