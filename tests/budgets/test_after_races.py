"""After the choice too, once means once, when twenty press at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from budgets.actions import committee, minutes, projects
from budgets.models import CommitteeMember, CommitteeReport, Project, Spending
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.models import Event
from tests.budgets.after import carried_out, chosen_budget, issued, member, staff, written
from tests.factories import MunicipalityFactory, UserFactory


TIMES = 20
REFUSALS = (
    *(minutes.CannotIssue, committee.CannotJoin, committee.CannotReport),
    projects.CannotCarryOut,
)


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])


def at_once(town, acts):
    """What those gave that were done; the others were refused in words."""

    def one(act):
        try:
            with scoped_transaction(town):
                return [act()]
        except REFUSALS:
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, acts), [])


def test_the_acta_is_issued_once_and_told_once(otuzco):
    with scoped_transaction(otuzco):
        budget, ana = chosen_budget(otuzco), staff(otuzco)
        written(budget, ana)

    done = at_once(otuzco, [lambda: minutes.issue(budget, by=ana)] * TIMES)

    with scoped_transaction(otuzco):
        assert Event.objects.filter(verb="budget_minutes").count() == len(done) == 1


def test_each_chosen_work_becomes_one_project(otuzco):
    with scoped_transaction(otuzco):
        budget, ana = chosen_budget(otuzco), staff(otuzco)
        issued(budget, ana)

    made = at_once(otuzco, [lambda: projects.make(budget, by=ana, office="Obras")] * TIMES)

    with scoped_transaction(otuzco):
        assert sum(map(len, made)) == Project.objects.count() == 3


def test_a_milestone_is_reached_and_a_line_of_money_written_once(otuzco):
    with scoped_transaction(otuzco):
        ana = staff(otuzco)
        (project, *_others) = carried_out(chosen_budget(otuzco), ana)
        today = timezone.localdate()
        milestone = projects.add_milestone(project, by=ana, title="Losa", due_on=today)
    money = {"stage": "paid", "day": today, "amount": 5_000_00, "text": "Orden 12"}

    reached = at_once(otuzco, [lambda: projects.complete(milestone, by=ana, done_on=today)] * TIMES)
    paid = at_once(otuzco, [lambda: projects.spend(project, by=ana, **money)] * TIMES)

    with scoped_transaction(otuzco):
        assert Event.objects.filter(verb="project_milestone").count() == len(reached) == 1
        assert Spending.objects.count() == len(paid) == 1


def test_of_many_who_have_the_link_one_comes_in(otuzco, monkeypatch):
    monkeypatch.setattr(committee.secrets, "token_urlsafe", lambda _bytes: "token")
    people = UserFactory.create_batch(TIMES)
    with scoped_transaction(otuzco):
        budget, ana = chosen_budget(otuzco, works=1), staff(otuzco)
        committee.invite(member(budget, ana), by=ana, email="juana@example.com")

    joined = at_once(
        otuzco, [lambda person=person: committee.join("token", by=person) for person in people]
    )

    with scoped_transaction(otuzco):
        assert len(joined) == 1
        assert CommitteeMember.objects.get().account == joined[0].account


def test_a_report_is_published_once(otuzco):
    juana = UserFactory()
    with scoped_transaction(otuzco):
        budget = chosen_budget(otuzco, works=1)
        member(budget, staff(otuzco), juana)
    words = {"title": "La losa", "text": "No hay cemento."}

    made = at_once(otuzco, [lambda: committee.report(budget, by=juana, **words)] * TIMES)

    with scoped_transaction(otuzco):
        assert CommitteeReport.objects.count() == len(made) == 1
