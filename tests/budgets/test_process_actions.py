"""A budget is prepared, opened with rules that stay, moved in public, or called off."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from budgets import definition
from budgets.actions import budgets, steps
from budgets.actions.budgets import GroupRow, HeadingRow
from budgets.enums import BudgetState, Mode, StepKind
from budgets.models import Budget, Criterion, Group, Heading
from budgets.preparation import Days, missing
from decide.common.money import soles
from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from participation.models import Event, Follow
from tests.budgets.factories import BallotFactory, MinutesFactory
from tests.budgets.process import TWO_GROUPS, one_after_another, opened, ready_to_open, words
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory
from votes.actions import polls
from votes.commitments import canonical


@pytest.fixture
def town(db):
    municipality = MunicipalityFactory(modules=[Module.BUDGETS], contact_office="Participación")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(town):
    return RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def mark(budget):
    return definition.mark(definition.of(budget))


# --- Preparing


def test_a_new_budget_is_a_draft_with_all_steps_of_the_law(town, ana):
    budget = budgets.create(town, by=ana, **words())

    assert budget.is_draft
    assert not budget.thread.is_public
    assert set(budget.steps.values_list("kind", flat=True)) == set(StepKind)
    assert budget.rule == {"method": "greedy", "variant": "skip", "threshold": 0}


def test_a_form_sent_twice_makes_one_budget(town, ana):
    first = budgets.create(town, by=ana, **words())

    with pytest.raises(budgets.IsThere) as refused:
        budgets.create(town, by=ana, **words(title=words()["title"].upper()))

    assert refused.value.budget == first
    assert Budget.objects.count() == 1


def test_equal_shares_alone_are_refused_because_they_leave_half_unspent(town, ana):
    rule = {"method": "mes", "completion": "none"}

    with pytest.raises(budgets.CannotPrepare, match="sin gastar"):
        budgets.create(town, by=ana, **words(rule=rule))


@pytest.mark.parametrize("completion", ["add1", "add1u", "utilitarian"])
def test_equal_shares_with_something_for_the_rest_keep_all_their_parts(town, ana, completion):
    budget = budgets.create(
        town, by=ana, **words(rule={"method": "mes", "completion": completion, "increment": 100})
    )

    assert budget.rule == {
        "method": "mes",
        "utility": "cost",
        "completion": completion,
        "exhaustive_stop": True,
        "first": "exact",
        "increment": 100,
        "threshold": 0,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " . "},
        {"effect": "binding", "norm": ""},
        {"rule": {}},
        {"rule": {"method": "greedy", "variant": "best"}},
        {"rule": {"method": "mes", "completion": "add1"}, "mode": Mode.MATRIX},
    ],
)
def test_what_no_budget_may_be_is_refused_in_words(town, ana, wrong):
    with pytest.raises(budgets.CannotPrepare):
        budgets.create(town, by=ana, **words(**wrong))


def test_headings_with_more_than_was_announced_are_refused_and_nothing_is_kept(town, ana):
    budget = ready_to_open(town, ana)
    before = definition.groups_of(budget)
    groups = [GroupRow("Todo", 1, [HeadingRow("A", 300_000_00), HeadingRow("B", 50)])]

    with pytest.raises(budgets.CannotPrepare) as refused:
        budgets.share_out(budget, by=ana, groups=groups)

    assert soles(50) in str(refused.value)
    assert definition.groups_of(budget) == before


def test_less_may_not_be_announced_than_the_headings_have(town, ana):
    budget = ready_to_open(town, ana)

    with pytest.raises(budgets.CannotPrepare):
        budgets.revise(budget, by=ana, **words(announced=299_999_99))


@pytest.mark.parametrize("weights", [[60, 39], [60, 41], [101]])
def test_a_matrix_that_does_not_sum_to_a_hundred_is_refused(town, ana, weights):
    budget = budgets.create(town, by=ana, **words())
    criteria = [
        {"name": f"C{at}", "weight": weight, "highest": 5} for at, weight in enumerate(weights)
    ]

    with pytest.raises(budgets.CannotPrepare):
        budgets.set_matrix(budget, by=ana, criteria=criteria)

    assert not Criterion.objects.exists()


def test_what_a_colleague_changed_meanwhile_is_not_written_over(town, ana):
    budget = budgets.create(town, by=ana, **words())
    seen = definition.mark(budgets.words_of(budget))
    budgets.revise(budget, by=UserFactory(), seen=seen, **words(text="De otra persona."))

    with pytest.raises(budgets.HasChanged):
        budgets.revise(budget, by=ana, seen=seen, **words(text="De Ana."))

    budget.refresh_from_db()
    assert budget.text == "De otra persona."


def test_a_step_is_left_out_with_the_legal_reason_unless_the_law_needs_it(town, ana):
    budget = budgets.create(town, by=ana, **words())
    why = Days(left_out_why="Ordenanza 3-2026, art. 9: no hay instancias superiores.")

    steps.set_days(budget, by=ana, days=one_after_another(coordination=why))
    for needed in ("works", "filter", "minutes", "execution", "vote"):
        with pytest.raises(budgets.CannotPrepare):
            steps.set_days(budget, by=ana, days=one_after_another(**{needed: why}))

    assert budget.steps.get(kind=StepKind.COORDINATION).is_left_out


def test_a_vote_does_not_begin_before_the_works_are_evaluated(town, ana):
    budget = budgets.create(town, by=ana, **words())
    days = one_after_another()
    early = days[StepKind.FILTER].starts_at + timedelta(days=1)

    with pytest.raises(budgets.CannotPrepare):
        steps.set_days(
            budget, by=ana, days=days | {StepKind.VOTE: Days(early, early + timedelta(days=3))}
        )


def test_a_copy_has_everything_but_days_documents_and_what_came_of_it(town, ana):
    budget = ready_to_open(town, ana)
    budgets.set_matrix(
        budget, by=ana, criteria=[{"name": "Social", "weight": 100, "highest": 5, "scale": "0: no"}]
    )
    steps.tell(budget, StepKind.CALL, by=ana, text="En la plaza.")
    opened_one = budgets.open_budget(budget, by=ana, content=mark(budget))

    copy = budgets.clone(opened_one, by=ana, year=2029, title="Presupuesto participativo 2029")

    assert definition.of(copy) == definition.of(opened_one) | {"year": 2029}
    assert copy.is_draft
    assert copy.digest is None
    assert copy.steps.get(kind=StepKind.CALL).text == "En la plaza."
    assert not copy.steps.exclude(starts_at=None).exists()


# --- Opening


def test_a_budget_opens_with_the_fingerprint_of_its_rules_and_tells_the_town(town, ana):
    follower = UserFactory()
    Follow.objects.create(municipality=town, user=follower)

    budget = opened(town, ana)

    assert budget.state == BudgetState.OPEN
    assert budget.thread.is_public
    assert bytes(budget.digest) == hashlib.sha256(canonical(definition.of(budget))).digest()
    assert Event.objects.get(verb="budget_opened").data["digest"] == budget.digest.hex()
    assert Event.objects.get(verb="budget_opened").is_public


def test_what_is_missing_is_said_and_nothing_opens(town, ana):
    budget = budgets.create(town, by=ana, **words(percent=None, mode=Mode.MATRIX))

    parts = [gap.part for gap in missing(budget)]
    with pytest.raises(budgets.CannotOpen):
        budgets.open_budget(budget, by=ana, content=mark(budget))

    assert parts == ["text", "headings", "criteria", "steps"]
    budget.refresh_from_db()
    assert budget.is_draft


def test_what_changed_since_it_was_read_does_not_open(town, ana):
    budget = ready_to_open(town, ana)
    read = mark(budget)
    budgets.share_out(budget, by=UserFactory(), groups=TWO_GROUPS[:1])

    with pytest.raises(budgets.CannotOpen, match="Cambió desde que abriste"):
        budgets.open_budget(budget, by=ana, content=read)


def test_a_vote_of_the_past_does_not_open(town, ana):
    budget = ready_to_open(town, ana)
    ago = timezone.now() - timedelta(days=200)
    budget.steps.filter(kind=StepKind.VOTE).update(starts_at=ago, ends_at=ago + timedelta(days=1))

    assert "en el pasado" in " ".join(gap.text for gap in missing(budget))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: budgets.revise(one, by=one.opened_by, **words(announced=400_000_00)),
        lambda one: budgets.share_out(one, by=one.opened_by, groups=TWO_GROUPS),
        lambda one: budgets.set_matrix(one, by=one.opened_by, criteria=[]),
        lambda one: steps.set_days(one, by=one.opened_by, days=one_after_another()),
    ],
)
def test_rules_of_an_open_budget_are_changed_by_no_action(town, ana, change):
    budget = opened(town, ana)

    with pytest.raises(budgets.CannotPrepare):
        change(budget)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budgets_budget SET announced = announced + 1",
        "UPDATE budgets_budget SET rule = '{}'",
        "UPDATE budgets_budget SET mode = 'matrix'",
        "UPDATE budgets_budget SET state = 'draft'",
        "UPDATE budgets_budget SET digest = 'x'",
        "DELETE FROM budgets_budget",
        "UPDATE budgets_heading SET money = money + 1",
        "UPDATE budgets_heading SET districts = '{130601}'",
        "DELETE FROM budgets_heading",
        "UPDATE budgets_group SET headings_each = 9",
        "UPDATE budgets_criterion SET weight = 99",
        "INSERT INTO budgets_criterion (municipality_id, budget_id, position, name, help, weight,"
        " highest, scale) SELECT municipality_id, id, 9, 'x', '', 1, 5, '' FROM budgets_budget",
    ],
)
def test_rules_of_an_open_budget_are_changed_by_no_sql_either(town, ana, sql):
    budget = ready_to_open(town, ana)
    budgets.set_matrix(
        budget, by=ana, criteria=[{"name": "Social", "weight": 100, "highest": 5, "scale": ""}]
    )
    budget = budgets.open_budget(budget, by=ana, content=mark(budget))
    before = definition.of(budget)

    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql)

    assert definition.of(Budget.objects.get()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budgets_heading SET money = 300000000",
        "DELETE FROM budgets_group",
        "INSERT INTO budgets_criterion (municipality_id, budget_id, position, name, help, weight,"
        " highest, scale) SELECT municipality_id, id, 9, 'x', '', 99, 5, '' FROM budgets_budget",
    ],
)
def test_the_database_itself_opens_no_budget_that_breaks_its_own_rules(town, ana, sql):
    budget = ready_to_open(town, ana)
    if "DELETE" in sql:
        Heading.objects.all().delete()
    run(sql)

    with pytest.raises(DatabaseError), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(
            state=BudgetState.OPEN, opened_at=timezone.now(), opened_by=ana, digest=b"x" * 32
        )


# --- Once it is open


def test_a_step_moves_with_a_reason_that_everybody_reads(town, ana):
    budget = opened(town, ana)
    works = budget.steps.get(kind=StepKind.WORKS)
    later = works.ends_at + timedelta(days=1)

    steps.move(
        budget,
        StepKind.WORKS,
        by=ana,
        starts_at=works.starts_at,
        ends_at=later,
        why="Por las lluvias no llegaron todos.",
    )

    event = Event.objects.get(verb="budget_step_moved")
    assert budget.steps.get(kind=StepKind.WORKS).ends_at == later
    assert event.is_public
    assert event.text == "Por las lluvias no llegaron todos."
    assert event.data["step"] == "works"


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("works", timedelta(days=1), " "),
        ("vote", timedelta(days=-60), "Antes."),
        ("works", timedelta(days=60), "Mucho después."),
    ],
)
def test_days_that_do_not_fit_or_have_no_reason_are_refused(town, ana, kind, change, why):
    budget = opened(town, ana)
    step = budget.steps.get(kind=kind)

    with pytest.raises(steps.CannotMove):
        steps.move(
            budget,
            kind,
            by=ana,
            starts_at=step.starts_at + change,
            ends_at=step.ends_at + change,
            why=why,
        )


def test_words_of_an_open_budget_are_put_right_in_public(town, ana):
    budget = opened(town, ana)
    before = budget.text

    budgets.reword(
        budget,
        by=ana,
        title=budget.title,
        text="Con la plata de todos.",
        why="Una errata.",
    )

    event = Event.objects.get(verb="budget_reworded")
    assert before in event.data["before"]
    assert event.is_public


def test_a_budget_is_called_off_once_with_a_reason_for_everybody(town, ana):
    budget = opened(town, ana)

    with pytest.raises(budgets.CannotCancel):
        budgets.cancel(budget, by=ana, why=" ")
    budgets.cancel(budget, by=ana, why="La transferencia no llegó.")
    with pytest.raises(budgets.CannotCancel):
        budgets.cancel(budget, by=ana, why="Otra vez.")

    event = Event.objects.get(verb="budget_cancelled")
    assert event.is_public
    assert event.text == "La transferencia no llegó."


def test_a_draft_is_called_off_without_a_word_to_the_public(town, ana):
    budget = budgets.create(town, by=ana, **words())

    budgets.cancel(budget, by=ana, why="Se hizo por error.")

    assert not Event.objects.get(verb="budget_cancelled").is_public


def test_a_budget_whose_vote_goes_on_is_called_off_after_its_vote(town, ana):
    budget = opened(town, ana)
    ballot = BallotFactory(budget=budget)

    with pytest.raises(budgets.CannotCancel, match="votación"):
        budgets.cancel(budget, by=ana, why="La transferencia no llegó.")
    polls.call_off(ballot.poll, by=ana, why="La transferencia no llegó.")
    budgets.cancel(budget, by=ana, why="La transferencia no llegó.")


def test_a_budget_with_an_issued_acta_stays(town, ana):
    budget = opened(town, ana)
    issued = {"issued_at": timezone.now(), "issued_by": ana, "digest": b"d" * 32, "content": {}}
    MinutesFactory(budget=budget, **issued)

    with pytest.raises(budgets.CannotCancel, match="acta"):
        budgets.cancel(budget, by=ana, why="La transferencia no llegó.")


# --- At the same moment


@pytest.fixture
def committed(transactional_db):
    town = MunicipalityFactory(modules=[Module.BUDGETS])
    with scoped_transaction(town):
        return town, RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user


def at_once(town, acts):
    """How many of them were done; the others were refused in words."""

    def one(act):
        try:
            with scoped_transaction(town):
                act()
        except (budgets.CannotPrepare, budgets.CannotOpen, budgets.CannotCancel):
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, acts))


def test_twenty_presses_on_new_make_one_budget(committed):
    town, ana = committed

    assert at_once(town, [lambda: budgets.create(town, by=ana, **words())] * 20) == 1
    with scoped_transaction(town):
        assert Budget.objects.count() == 1


def test_twenty_presses_on_open_open_it_once_and_tell_once(committed):
    town, ana = committed
    with scoped_transaction(town):
        budget = ready_to_open(town, ana)
        content = mark(budget)

    acts = [lambda: budgets.open_budget(budget, by=ana, content=content)] * 20
    assert at_once(town, acts) == 1
    with scoped_transaction(town):
        assert Event.objects.filter(verb="budget_opened").count() == 1


def test_money_shared_out_at_the_moment_of_opening_is_in_the_rules_or_refused(committed):
    town, ana = committed
    with scoped_transaction(town):
        budget = ready_to_open(town, ana)
        content = mark(budget)

    acts = [lambda: budgets.share_out(budget, by=ana, groups=TWO_GROUPS[:1])] * 4
    acts.insert(2, lambda: budgets.open_budget(budget, by=ana, content=content))
    at_once(town, acts)

    with scoped_transaction(town):
        now = Budget.objects.get()
        if not now.is_draft:
            assert bytes(now.digest) == definition.digest_of(definition.of(now))


def test_a_heading_slipped_in_by_hand_waits_for_the_opening_and_is_refused(committed):
    """Without any action: the lock of the trigger is what holds it off."""
    town, ana = committed
    with scoped_transaction(town):
        budget = ready_to_open(town, ana)
        group = Group.objects.first()

    def slip_in():
        try:
            with scoped_transaction(town):
                Heading.objects.create(municipality=town, group=group, name="De noche", money=1)
        except DatabaseError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with scoped_transaction(town):
            budgets.open_budget(budget, by=ana, content=mark(budget))
            waiting = pool.submit(slip_in)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        outcome = waiting.result(timeout=20)

    assert outcome == "refused"


def test_two_who_change_the_headings_at_once_never_leave_half_of_each(committed):
    town, ana = committed
    with scoped_transaction(town):
        budget = ready_to_open(town, ana)
        seen = definition.mark(definition.groups_of(budget))

    acts = [
        lambda groups=groups: budgets.share_out(budget, by=ana, groups=groups, seen=seen)
        for groups in (TWO_GROUPS[:1], TWO_GROUPS[1:]) * 3
    ]
    # Three send the same: the first of them writes, the others find it done; who differs is told.
    assert at_once(town, acts) == 3
    with scoped_transaction(town):
        assert Group.objects.count() == 1
