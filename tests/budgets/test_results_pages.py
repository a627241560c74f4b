"""What people read of a count: before it, while it goes on, and afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import Role
from budgets.actions.counts import count_officially
from budgets.enums import BallotKind, CountState, Mode, WorkState
from budgets.models import Count
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.budgets.factories import CountFactory
from tests.budgets.voted import (
    SHARES,
    budget_of,
    heading_of,
    on_the_ballot,
    opened,
    put,
    vote,
    work_of,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory
from tests.votes import conftest


clock = conftest.clock


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def client(client):
    """Somebody who reads English, so that what is asserted stands in the code."""
    client.cookies["idioma"] = "en"
    return client


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco, {"Centro": (100_000, [60_000, 50_000, 40_000])})


@pytest.fixture
def counted(budget, clock, at_once):
    """Thirty voters: b and c are done; a has as many votes as b, and is dearer."""
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=15)
    vote(ballot, {"Centro": "bc"}, people=15)
    opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=UserFactory())
    return budget


def address(name, budget, *more):
    return reverse(f"budgets:{name}", args=[budget.municipality.slug, budget.pk, *more])


def text(client, name, budget, *more):
    answer = client.get(address(name, budget, *more))
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.text.split())


# --- Before


def test_before_there_is_a_vote_the_page_says_when(client, budget):
    assert "It is voted from" in text(client, "results", budget)


def test_while_people_vote_nobody_can_know_and_the_page_leads_to_the_vote(client, budget):
    ballot, _key = on_the_ballot(budget)

    page = text(client, "results", budget)

    assert "People are voting until" in page
    assert ballot.poll.get_absolute_url() in page


def test_a_vote_that_is_prepared_is_not_shown(client, budget):
    ballot = put(budget)

    assert ballot.poll.get_absolute_url() not in text(client, "results", budget)


def test_a_heading_that_is_not_counted_says_so(client, budget):
    heading = heading_of(budget)

    answer = client.get(address("heading_results", budget, heading.pk))

    assert answer.status_code == 404
    assert "There is no result yet" in answer.text


def test_while_it_is_counted_the_page_says_how_far_it_has_come(client, budget, clock):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)

    before = text(client, "results", budget)
    count_officially(budget, by=None)
    Count.objects.update(state=CountState.RUNNING, told_at=timezone.now())
    running = text(client, "results", budget)

    assert "It begins in a moment" in before
    assert "0 of 1 headings are counted" in running
    assert 'hx-trigger="every 3s"' in running


def test_a_count_that_stopped_says_why(client, budget):
    CountFactory(
        municipality=budget.municipality,
        heading=heading_of(budget),
        is_official=True,
        state=CountState.FAILED,
        problem="«Agua» and «Pista» are tied.",
    )

    page = text(client, "results", budget)

    assert "The count of «Centro» has stopped" in page
    assert "«Agua» and «Pista» are tied." in page


# --- After


def test_of_each_heading_it_says_what_is_done_and_what_is_spent(client, counted):
    page = text(client, "results", counted)

    assert "Centro b" in page
    assert "Centro a" not in page
    assert "<strong>S/ 90 000</strong> of S/ 100 000 are spent; S/ 10 000 are left." in page


def test_each_work_says_why(client, counted):
    page = text(client, "heading_results", counted, heading_of(counted).pk)

    assert "15 votes (50.0" in page
    assert "over what was left at its turn" in page
    assert "At its turn" in page
    assert "is cheaper and came first. That decided which of them is done." in page
    assert "By votes, skipping what does not fit" in page
    assert "30 people" in page or "30 of the" in page


def test_a_withdrawn_work_says_why(client, otuzco, budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    work = work_of(budget, "Centro a")
    work.state, work.state_reason = WorkState.WITHDRAWN, "El terreno tiene otro dueño."
    work.save()
    opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=None)

    page = text(client, "heading_results", budget, heading_of(budget).pk)

    assert "Withdrawn: El terreno tiene otro dueño." in page
    assert "Nobody chose it." in page


def test_equal_shares_say_what_supporters_paid(client, otuzco, clock, at_once):
    budget = budget_of(otuzco, {"Centro": (90_000, [50_000, 40_000, 30_000, 20_000])}, rule=SHARES)
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "ab"}, people=6)
    vote(ballot, {"Centro": "cd"}, people=4)
    opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=None)

    page = text(client, "heading_results", budget, heading_of(budget).pk)

    assert "Its supporters paid for it together: S/ 5 000 each, or all they had left." in page
    assert "The money was shared out equally to 10 people" in page
    assert "S/ 50 000 over what was left at its turn." in page


def test_points_are_called_points(client, otuzco, clock, at_once):
    budget = budget_of(
        otuzco, {"Centro": (60_000, [60_000, 50_000])}, ballot=BallotKind.POINTS, points=10
    )
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": {"a": 4, "b": 6}}, people=2)
    opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=None)

    assert "12 points" in text(client, "heading_results", budget, heading_of(budget).pk)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_of_one_heading_or_many(
    client, otuzco, clock, at_once, django_assert_max_num_queries, count
):
    headings = {f"H{number}": (100_000, [60_000, 50_000]) for number in range(count)}
    budget = budget_of(otuzco, headings)
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"H0": "a"}, people=3)
    opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=None)

    with django_assert_max_num_queries(24) as asked:
        client.get(address("results", budget))
    with django_assert_max_num_queries(36) as asked_of_one:
        client.get(address("heading_results", budget, heading_of(budget, "H0").pk))

    QUERIES.setdefault("results", len(asked))
    QUERIES.setdefault("heading", len(asked_of_one))
    assert (len(asked), len(asked_of_one)) == (QUERIES["results"], QUERIES["heading"])


QUERIES = {}


# --- How


def test_the_page_on_counting_works_an_example_by_both_methods(client, budget):
    page = text(client, "how_counted", budget)

    assert "The works with most votes are done first" in page
    assert "An example that you can count by hand" in page
    assert "9 000 each" in page
    assert "12 500 each" in page
    assert "the shares were raised 7 times" in page
    assert "There is no quorum" in page


def test_where_the_matrix_decides_the_page_does_not_explain_votes(client, otuzco):
    budget = budget_of(
        otuzco, {"Centro": (60_000, [60_000])}, mode=Mode.MATRIX, criteria={"Need": 100}
    )

    page = text(client, "how_counted", budget)

    assert "The prioritisation matrix decides" in page
    assert "An example" not in page


# --- What if


ASKED = {
    "method": "mes",
    "variant": "skip",
    "utility": "cost",
    "completion": "add1u",
    "exhaustive_stop": "1",
    "first": "exact",
    "threshold": "0",
}


def ask(client, budget, **rule):
    url = address("what_if", budget, heading_of(budget).pk)
    return client.post(url, ASKED | rule)


def test_whoever_asks_sees_what_another_rule_would_have_done(client, counted, at_once):
    with at_once():
        answer = ask(client, counted)

    page = client.get(answer.url).text
    assert "What if: not what was decided" in page
    assert "Would be done, and is not" in page
    count = Count.objects.get(is_official=False)
    assert count.state == CountState.DONE
    assert work_of(counted, "Centro a").state == WorkState.NOT_CHOSEN


def test_the_same_rule_is_counted_once_for_all(client, counted, at_once):
    with at_once():
        first = ask(client, counted)
        second = ask(client, counted, variant="no_skip")  # belongs to the other method

    assert first.url == second.url
    assert Count.objects.filter(is_official=False).count() == 1


def test_while_another_rule_is_counted_the_page_looks_again(client, counted):
    answer = ask(client, counted)  # no worker takes it

    page = client.get(answer.url)
    fragment = client.get(answer.url, headers={"HX-Request": "true"})

    assert "It is being counted" in page.text
    assert 'hx-trigger="every 3s"' in fragment.text
    assert "<html" not in fragment.text


def test_nobody_asks_for_counts_without_end(client, counted, at_once):
    with at_once():
        answers = [ask(client, counted, threshold=str(least)) for least in range(1, 60)]

    refused = answers[-1]
    assert refused.status_code == 422
    assert "Many counts" in refused.text
    made = Count.objects.filter(is_official=False).count()
    assert made <= 40
    with at_once():  # what is known already may be asked for
        assert ask(client, counted, threshold="1").status_code == 302


def test_a_wrong_number_is_said_at_its_field(client, counted):
    answer = ask(client, counted, threshold="many")

    assert answer.status_code == 422
    assert not Count.objects.filter(is_official=False).exists()


def test_before_the_count_there_is_nothing_to_count_otherwise(client, budget):
    assert client.get(address("what_if", budget, heading_of(budget).pk)).status_code == 404


# --- The staff's page


def test_staff_put_works_to_the_vote_and_go_on_at_the_desk_of_votes(client, otuzco, budget):
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    form = client.get(address("make_ballot", budget))
    assert form.status_code == 200
    step = budget.steps.get(kind="vote")
    pks = list(budget.works.values_list("pk", flat=True))
    field = f"heading_{heading_of(budget).pk}"
    typed = {
        "title": "Qué obras",
        "text": "Los vecinos escogen.",
        "meaning": "Entran al presupuesto.",
        "opens_at": timezone.localtime(timezone.now() + timedelta(days=1)).strftime(
            "%Y-%m-%dT%H:%M"
        ),
        "closes_at": timezone.localtime(step.ends_at).strftime("%Y-%m-%dT%H:%M"),
        field: pks[:2],
    }

    wrong = client.post(address("make_ballot", budget), typed | {"title": ""})
    done = client.post(address("make_ballot", budget), typed)

    assert wrong.status_code == 422
    assert "Write a title." in wrong.text
    assert done.url == address("ballots", budget)
    assert budget.works.filter(state=WorkState.ON_BALLOT).count() == 2
    desk = client.get(done.url).text
    assert reverse("votes:case", args=["otuzco", budget.ballots.get().poll_id]) in desk


def test_staff_have_it_counted(client, otuzco, budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)

    with at_once():
        client.post(address("count_now", budget))

    assert Count.objects.get().state == CountState.DONE
    assert "Counted" in client.get(address("ballots", budget)).text


def test_evaluators_look_and_administrators_act(client, otuzco, budget):
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user)

    assert client.get(address("ballots", budget)).status_code == 200
    assert client.get(address("make_ballot", budget)).status_code == 403
    assert client.post(address("count_now", budget)).status_code == 403
