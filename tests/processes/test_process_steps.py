"""Steps are written together, move visibly once everybody counts on them, and lead to their things."""

import pytest
from django.db import IntegrityError, connection, transaction

from municipalities.rls import municipality_scope
from participation.enums import ThreadKind
from participation.models import Notice
from processes import definition
from processes.actions import processes
from processes.actions.processes import CannotProcess, HasChanged
from processes.enums import StepKind
from processes.linkable import linkable
from processes.models import Step
from processes.timeline import entry_of
from tests.budgets.factories import BudgetFactory
from tests.factories import (
    DebateFactory,
    FollowFactory,
    MunicipalityFactory,
    PollFactory,
    ProposalFactory,
    ThreadFactory,
)
from tests.norms.factories import NormFactory
from tests.processes.factories import StepFactory
from tests.processes.process import opened, ready, step


def titles(process):
    return list(process.steps.order_by("position").values_list("title", flat=True))


def row(of, **more):
    """A step that is there, as the form sends it back."""
    names = ("pk", "kind", "title", "text", "starts_at", "ends_at")
    return {name: getattr(of, name) for name in names} | more


# --- Of a draft


def test_steps_stand_in_the_order_in_which_they_are_sent(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step("One"), step("Two"), step("Three")])
    one, two, three = process.steps.all()

    processes.set_steps(process, by=elsa, steps=[row(three), row(one, title="First"), step("New")])

    assert titles(process) == ["Three", "First", "New"]
    assert not process.steps.filter(pk=two.pk).exists()
    assert process.steps.get(title="First").pk == one.pk


@pytest.mark.parametrize(
    "wrong",
    [
        step(title=" "),
        step(start=2, end=1),
        step(starts_at=None),
    ],
)
def test_a_step_without_a_title_or_with_days_that_do_not_fit_is_refused(otuzco, elsa, wrong):
    process = ready(otuzco, elsa)

    with pytest.raises(CannotProcess):
        processes.set_steps(process, by=elsa, steps=[wrong])
    assert titles(process) == ["Taller"]


def test_nobody_writes_over_what_a_colleague_changed(otuzco, elsa):
    process = ready(otuzco, elsa)
    seen = definition.mark_of_steps(process)
    processes.set_steps(process, by=elsa, steps=[step("A colleague's")])

    with pytest.raises(HasChanged):
        processes.set_steps(process, by=elsa, steps=[step("Mine")], seen=seen)


def test_the_step_of_another_process_is_not_taken_along(otuzco, elsa):
    process, foreign = ready(otuzco, elsa), StepFactory(municipality=otuzco)

    with pytest.raises(HasChanged):
        processes.set_steps(process, by=elsa, steps=[row(foreign)])


# --- Of an open process


def test_open_steps_move_with_a_reason_told_to_who_follows(
    otuzco, elsa, django_capture_on_commit_callbacks
):
    process = opened(otuzco, elsa, steps=[step("One"), step("Two", start=3, end=4)])
    follower = FollowFactory(municipality=otuzco, thread=process.thread).user
    one, two = process.steps.all()
    moved = [
        row(one),
        row(two, starts_at=step(start=8)["starts_at"], ends_at=step(end=9)["ends_at"]),
    ]
    with pytest.raises(CannotProcess):
        processes.set_steps(process, by=elsa, steps=moved)

    with django_capture_on_commit_callbacks(execute=True):
        processes.set_steps(process, by=elsa, steps=moved, why="The hall is taken.")

    event = Notice.objects.get(user=follower).event
    assert (event.verb, event.text, event.is_public) == (
        "process_steps",
        "The hall is taken.",
        True,
    )
    assert event.data["moved"] == [
        {
            "step": "Two",
            "was": [two.starts_at.isoformat(), two.ends_at.isoformat()],
            "now": [moved[1]["starts_at"].isoformat(), moved[1]["ends_at"].isoformat()],
        }
    ]
    assert "Two" in entry_of(event).text


def test_what_is_added_taken_out_or_said_anew_is_told_by_name(otuzco, elsa):
    process = opened(otuzco, elsa, steps=[step("One"), step("Two")])
    one, _two = process.steps.all()

    processes.set_steps(
        process, by=elsa, steps=[step("New"), row(one, text="In the hall.")], why="We learnt."
    )

    data = process.thread.events.get(verb="process_steps").data
    assert data == {"added": ["New"], "removed": ["Two"], "reworded": ["One"]}


def test_what_has_begun_is_not_taken_out(otuzco, elsa):
    process = opened(otuzco, elsa, steps=[step("Begun", start=-1), step("To come")])
    begun, to_come = process.steps.all()

    with pytest.raises(CannotProcess):
        processes.set_steps(process, by=elsa, steps=[row(to_come)], why="We prefer so.")
    processes.set_steps(process, by=elsa, steps=[row(begun)], why="We prefer so.")

    assert titles(process) == ["Begun"]


def test_steps_sent_back_as_they_were_are_no_news(otuzco, elsa):
    process = opened(otuzco, elsa)

    processes.set_steps(process, by=elsa, steps=[row(one) for one in process.steps.all()])

    assert not process.thread.events.filter(verb="process_steps").exists()


# --- Where they happen


THINGS = [
    (StepKind.DEBATE, DebateFactory, {}),
    (StepKind.VOTE, PollFactory, {"ready": True}),
    (StepKind.BUDGET, BudgetFactory, {"opened": True}),
    (StepKind.NORM, NormFactory, {}),
    (StepKind.PROPOSALS, ProposalFactory, {"published": True}),
]


@pytest.mark.parametrize(("kind", "factory", "traits"), THINGS)
def test_a_step_is_linked_to_a_thing_of_its_kind(otuzco, elsa, kind, factory, traits):
    process = ready(otuzco, elsa, steps=[step(kind=kind)])
    thing = factory(municipality=otuzco, **traits)
    one = process.steps.get()

    assert list(linkable(one)) == [thing.thread]
    processes.link_step(one, by=elsa, thread=thing.thread)

    one.refresh_from_db()
    assert one.thread == thing.thread
    processes.link_step(one, by=elsa, thread=None)
    one.refresh_from_db()
    assert one.thread is None


def test_a_step_is_not_linked_to_a_thing_of_another_kind(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step(kind=StepKind.VOTE)])
    debate = DebateFactory(municipality=otuzco)

    with pytest.raises(CannotProcess):
        processes.link_step(process.steps.get(), by=elsa, thread=debate.thread)


def test_two_steps_of_a_process_do_not_happen_in_the_same_thing(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step("a", StepKind.DEBATE), step("b", StepKind.DEBATE)])
    debate = DebateFactory(municipality=otuzco)
    first, second = process.steps.all()
    processes.link_step(first, by=elsa, thread=debate.thread)

    assert not linkable(second).exists()
    with pytest.raises(CannotProcess):
        processes.link_step(second, by=elsa, thread=debate.thread)


def test_a_thing_of_another_town_is_neither_offered_nor_taken(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step(kind=StepKind.DEBATE)])
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        theirs = DebateFactory(municipality=neighbour).thread
    one = process.steps.get()

    with municipality_scope(otuzco, neighbour):
        assert not linkable(one).exists()
        with pytest.raises(CannotProcess):
            processes.link_step(one, by=elsa, thread=theirs)
        with pytest.raises(IntegrityError), transaction.atomic():
            at_once(one, theirs)


def at_once(one, thread):
    """Written past the action, and judged by the database now and not at the end."""
    Step.objects.filter(pk=one.pk).update(thread=thread)
    connection.check_constraints()


def test_what_people_write_is_offered_once_everybody_sees_it(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step(kind=StepKind.OTHER)])
    ThreadFactory(municipality=otuzco, kind=ThreadKind.PROPOSAL)
    DebateFactory(municipality=otuzco, thread__is_public=False)
    budget = BudgetFactory(municipality=otuzco)

    assert list(linkable(process.steps.get())) == [budget.thread]


def test_the_kind_of_a_linked_step_stays(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step(kind=StepKind.DEBATE)])
    one = processes.link_step(
        process.steps.get(), by=elsa, thread=DebateFactory(municipality=otuzco).thread
    )

    with pytest.raises(CannotProcess):
        processes.set_steps(process, by=elsa, steps=[row(one, kind=StepKind.VOTE)])
    processes.set_steps(process, by=elsa, steps=[row(one, title="Debate on lanes")])

    one.refresh_from_db()
    assert one.thread is not None
