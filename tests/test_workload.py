from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from decide.workload import spoken
from municipalities.rls import municipality_scope
from participation.enums import DecisionKind
from proposals.enums import ProposalState
from tests.factories import (
    CaseFactory,
    DebateFactory,
    DecisionFactory,
    MilestoneFactory,
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
    TechnicalSheetFactory,
    UserFactory,
)


@pytest.fixture
def here():
    return MunicipalityFactory(modules=["proposals", "debates"])


def staff(here, role=Role.ADMINISTRATOR, **fields):
    with municipality_scope(here):
        return RoleGrantFactory(municipality=here, role=role, user=UserFactory(**fields)).user


@pytest.fixture
def page(client, here):
    def page(person=None):
        client.force_login(person or staff(here))
        return client.get(reverse("municipalities:workload", args=[here.slug]))

    return page


def ago(**span):
    return timezone.now() - timedelta(**span)


def row(response, number):
    return response.context["work"][number]


CASES, APPEALS, ANSWERS, WITHOUT, MILESTONES, DEBATES = range(6)


def test_a_fresh_municipality_has_nothing_waiting(page):
    response = page()

    assert response.status_code == 200
    assert [one.waiting for one in response.context["work"]] == [0] * 6


def test_cases_wait_with_the_age_of_the_oldest(here, page):
    with municipality_scope(here):
        CaseFactory(municipality=here, opened_at=ago(days=2))
        CaseFactory(municipality=here, opened_at=ago(days=5))
        for hours in (2, 4, 90):
            CaseFactory(municipality=here, opened_at=ago(hours=hours), closed_at=timezone.now())
        CaseFactory(municipality=here, opened_at=ago(days=50), closed_at=ago(days=40))

    cases = row(page(), CASES)

    assert (cases.waiting, cases.done) == (2, 3)
    assert (timezone.now() - cases.oldest).days == 5
    assert cases.median_words == "4 horas"


def test_answers_owed_are_counted_by_office_with_the_late_ones(here, page):
    today = timezone.localdate()
    with municipality_scope(here):
        for office, due in (("Obras", -1), ("Obras", 9), ("", 9)):
            proposal = ProposalFactory(
                municipality=here,
                published=True,
                state=ProposalState.EVALUATION,
                reached_at=ago(days=12),
                answer_due_on=today + timedelta(days=due),
            )
            if office:
                TechnicalSheetFactory(municipality=here, proposal=proposal, office=office)
        ProposalFactory(
            municipality=here,
            published=True,
            state=ProposalState.EVALUATION,
            reached_at=ago(days=90),
            hidden_at=timezone.now(),
            hidden_reason="x",
        )

    response = page()

    answers = row(response, ANSWERS)
    assert (answers.waiting, answers.late) == (3, 1)
    assert (timezone.now() - answers.oldest).days == 12
    offices = [(one.name, one.number, one.late) for one in response.context["offices"]]
    assert offices[0] == ("Obras", 2, 1)
    assert [number for _name, number, _late in offices] == [2, 1]


def test_late_milestones_and_debates_without_conclusion_wait(here, page):
    with municipality_scope(here):
        MilestoneFactory(municipality=here, due_on=timezone.localdate() - timedelta(days=3))
        MilestoneFactory(municipality=here, due_on=timezone.localdate() + timedelta(days=3))
        DebateFactory(
            municipality=here, is_official=True, office="Obras", thread__closes_at=ago(days=4)
        )
        DebateFactory(municipality=here, thread__closes_at=ago(days=4))

    response = page()

    assert row(response, MILESTONES).waiting == 1
    assert row(response, DEBATES).waiting == 1


def test_officers_are_compared_by_administrators_alone(here, page):
    ana = staff(here, Role.MODERATOR, display_name="Ana")
    luz = staff(here, Role.MODERATOR, display_name="Luz")
    with municipality_scope(here):
        for by in (ana, ana, luz):
            DecisionFactory(municipality=here, by=by, kind=DecisionKind.KEEP)

    def seen(person=None):
        return [(one.name, one.number) for one in page(person).context["officers"]]

    assert seen() == [("Ana", 2), ("Luz", 1)]
    assert seen(luz) == [("Luz", 1)]


def test_two_officers_of_one_name_are_two(here, page):
    for _ in range(2):
        luz = staff(here, Role.MODERATOR, display_name="Luz")
        with municipality_scope(here):
            DecisionFactory(municipality=here, by=luz, kind=DecisionKind.KEEP)

    assert [(one.name, one.number) for one in page().context["officers"]] == [("Luz", 1)] * 2


def test_another_towns_work_is_not_counted_here(here, page):
    there = MunicipalityFactory()
    with municipality_scope(there):
        CaseFactory(municipality=there)
        MilestoneFactory(municipality=there, due_on=timezone.localdate() - timedelta(days=3))

    assert [one.waiting for one in page().context["work"]] == [0] * 6


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200),
        (Role.MODERATOR, 200),
        (Role.EVALUATOR, 200),
        (Role.DESK_OFFICER, 404),
    ],
)
def test_it_is_for_staff_who_attend(here, page, role, status):
    assert page(staff(here, role)).status_code == status


def test_to_others_it_does_not_exist(here, page, client):
    assert page(UserFactory()).status_code == 404
    assert page(staff(MunicipalityFactory())).status_code == 404
    client.logout()
    assert client.get(reverse("municipalities:workload", args=[here.slug])).status_code == 302


def test_one_is_not_led_to_a_desk_of_others(here, page):
    response = page(staff(here, Role.EVALUATOR))

    assert row(response, CASES).url == ""
    assert row(response, ANSWERS).url


@pytest.mark.parametrize("count", [1, 3])
def test_much_work_asks_as_many_queries_as_little(here, page, count, django_assert_max_num_queries):
    ana = staff(here)
    with municipality_scope(here):
        CaseFactory.create_batch(count, municipality=here)
        MilestoneFactory.create_batch(count, municipality=here)

    with django_assert_max_num_queries(47):
        page(ana)


@pytest.mark.parametrize(
    ("took", "words"),
    [
        (timedelta(minutes=4), "1 hora"),
        (timedelta(hours=5), "5 horas"),
        (timedelta(days=3, hours=4), "3 días"),
    ],
)
def test_half_took_less_than(took, words):
    from django.utils.translation import override  # noqa: PLC0415

    with override("es"):
        assert spoken(took) == words
