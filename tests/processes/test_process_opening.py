"""A process is prepared unseen, opens with rules that nobody changes, and comes to an end."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from participation.models import Event, Notice
from processes import definition
from processes.actions import processes
from processes.actions.processes import CannotProcess, HasChanged
from processes.enums import PartyKind, ProcessKind, ProcessState, StepKind, TeamRole
from processes.models import Process
from processes.preparation import missing
from tests.factories import FollowFactory, UserFactory
from tests.processes.factories import OutcomeFactory, PartyFactory, ProcessFactory
from tests.processes.process import LEADER, RULES, opened, ready, step, words


def verbs(process):
    return list(process.thread.events.order_by("pk").values_list("verb", flat=True))


# --- Beginning


def test_a_process_begins_unseen(otuzco, elsa):
    process = processes.begin(otuzco, by=elsa, form_key=uuid4(), **words())

    assert process.state == ProcessState.DRAFT
    assert not process.thread.is_public
    assert process.thread.path == process.get_absolute_url()
    assert verbs(process) == ["process_prepared"]
    assert not Event.objects.public().exists()


def test_the_same_form_sent_again_finds_what_it_began(otuzco, elsa):
    key = uuid4()

    first = processes.begin(otuzco, by=elsa, form_key=key, **words())
    again = processes.begin(otuzco, by=elsa, form_key=key, **words(title="Another"))

    assert again == first
    assert Process.objects.count() == 1


@pytest.mark.parametrize("empty", ["title", "summary"])
def test_without_words_nothing_begins(otuzco, elsa, empty):
    with pytest.raises(CannotProcess):
        processes.begin(otuzco, by=elsa, form_key=uuid4(), **words(**{empty: " – "}))

    assert not Process.objects.exists()


# --- Opening


def test_it_opens_with_rules_steps_with_days_and_somebody_who_leads(otuzco, elsa):
    process = processes.begin(otuzco, by=elsa, form_key=uuid4(), **words(rules=""))
    assert [gap.part for gap in missing(process)] == ["edit", "steps", "team"]

    processes.set_steps(process, by=elsa, steps=[step(starts_at=None, ends_at=None)])
    processes.set_team(process, by=elsa, members=[LEADER | {"role": TeamRole.HELPS}])
    assert [gap.part for gap in missing(process)] == ["edit", "steps", "team"]

    with pytest.raises(CannotProcess):
        processes.open_process(process, by=elsa)
    process.refresh_from_db()
    assert process.state == ProcessState.DRAFT


def test_a_dialogue_opens_with_two_sides_and_somebody_between_them(otuzco, elsa):
    process = ready(otuzco, elsa, kind=ProcessKind.DIALOGUE)
    assert [gap.part for gap in missing(process)] == ["parties"]

    PartyFactory(municipality=otuzco, process=process, kind=PartyKind.COMPANY)
    PartyFactory(municipality=otuzco, process=process, kind=PartyKind.POPULATION)
    assert [gap.part for gap in missing(process)] == ["team"]
    with pytest.raises(CannotProcess):
        processes.open_process(process, by=elsa)

    between = LEADER | {"role": TeamRole.FACILITATES}
    processes.set_team(process, by=elsa, members=[LEADER, between])
    assert processes.open_process(process, by=elsa).is_open


def test_opening_shows_it_to_everybody_and_tells_who_follows_the_town(
    otuzco, elsa, django_capture_on_commit_callbacks
):
    follower = FollowFactory(municipality=otuzco, thread=None).user

    with django_capture_on_commit_callbacks(execute=True):
        process = opened(otuzco, elsa)

    assert process.is_open
    assert process.thread.is_public
    assert Notice.objects.get(user=follower).event.verb == "process_opened"


def test_the_fingerprint_of_the_rules_is_told_at_opening(otuzco, elsa):
    process = opened(otuzco, elsa)

    event = process.thread.events.get(verb="process_opened")
    assert event.is_public
    assert event.data["digest"] == sha256(RULES.encode()).hexdigest()


def test_it_does_not_open_as_something_else_than_was_read(otuzco, elsa):
    process = ready(otuzco, elsa)
    read = definition.mark(process)
    processes.set_steps(process, by=elsa, steps=[step("A new one")])

    with pytest.raises(HasChanged):
        processes.open_process(process, by=elsa, seen=read)
    processes.open_process(process, by=elsa, seen=definition.mark(process))


def test_nobody_opens_it_twice(otuzco, elsa):
    process = opened(otuzco, elsa)

    with pytest.raises(CannotProcess):
        processes.open_process(process, by=elsa)


# --- What is frozen


def test_open_rules_are_refused_by_the_action(otuzco, elsa):
    process = opened(otuzco, elsa)

    with pytest.raises(CannotProcess):
        processes.revise(process, by=elsa, why="Better so.", rules="Only friends take part.")
    with pytest.raises(CannotProcess):
        processes.revise(process, by=elsa, why="Better so.", kind=ProcessKind.DIALOGUE)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE processes_process SET rules = 'Only friends take part.'",
        "UPDATE processes_process SET opened_at = opened_at - interval '1 day'",
        "UPDATE processes_process SET opened_at = NULL, state = 'draft'",
        "DELETE FROM processes_process",
    ],
)
def test_open_rules_are_refused_by_the_database(otuzco, change):
    process = ProcessFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{change} WHERE id = %s", [process.pk])


def test_the_rules_of_a_draft_change_freely_and_only_staff_read_how(otuzco, elsa):
    process = ready(otuzco, elsa)

    processes.revise(process, by=elsa, rules="Others.")

    process.refresh_from_db()
    assert process.rules == "Others."
    assert not process.thread.events.public().exists()


def test_open_words_change_with_a_reason_and_what_they_said_before(otuzco, elsa):
    process = opened(otuzco, elsa)
    with pytest.raises(CannotProcess):
        processes.revise(process, by=elsa, title="Plan de vías")

    processes.revise(process, by=elsa, title="Plan de vías", why="So the council calls it.")

    event = process.thread.events.get(verb="process_reworded")
    assert (event.text, event.data["before"]) == ("So the council calls it.", "Plan de movilidad")
    process.refresh_from_db()
    assert process.thread.title == "Plan de vías"
    assert process.thread.path == process.get_absolute_url()


def test_what_did_not_change_leaves_no_trace(otuzco, elsa):
    process = opened(otuzco, elsa)
    before = verbs(process)

    processes.revise(process, by=elsa, why="", **words())
    processes.set_team(process, by=elsa, members=[LEADER])

    assert verbs(process) == before


def test_a_dialogue_with_parties_stays_one(otuzco, elsa):
    process = ready(otuzco, elsa, kind=ProcessKind.DIALOGUE)
    PartyFactory(municipality=otuzco, process=process)

    with pytest.raises(CannotProcess):
        processes.revise(process, by=elsa, kind=ProcessKind.PARTICIPATION)


# --- The team


def test_an_open_process_never_loses_who_leads_it(otuzco, elsa):
    process = opened(otuzco, elsa)

    with pytest.raises(CannotProcess):
        processes.set_team(process, by=elsa, members=[LEADER | {"role": TeamRole.HELPS}])
    processes.set_team(process, by=elsa, members=[LEADER | {"name": "Rosa Vega"}])

    assert process.team.get().name == "Rosa Vega"
    assert process.thread.events.get(verb="process_team", is_public=True).data["names"]


# --- The end


def test_closing_ends_its_steps_and_is_told(otuzco, elsa):
    process = processes.close(opened(otuzco, elsa), by=elsa)

    assert process.state == ProcessState.CLOSED
    assert verbs(process)[-1] == "process_closed"
    for act in (
        lambda: processes.close(process, by=elsa),
        lambda: processes.call_off(process, by=elsa, reason="Too late."),
        lambda: processes.revise(process, by=elsa, title="x", why="x"),
        lambda: processes.set_steps(process, by=elsa, steps=[], why="x"),
        lambda: processes.set_team(process, by=elsa, members=[LEADER]),
    ):
        with pytest.raises(CannotProcess):
            act()


def test_calling_off_needs_a_reason_that_all_who_follow_read(
    otuzco, elsa, django_capture_on_commit_callbacks
):
    process = opened(otuzco, elsa)
    follower = FollowFactory(municipality=otuzco, thread=process.thread).user
    with pytest.raises(CannotProcess):
        processes.call_off(process, by=elsa, reason=" ")

    with django_capture_on_commit_callbacks(execute=True):
        processes.call_off(process, by=elsa, reason="The river took the road.")

    told = Notice.objects.get(user=follower)
    assert (told.event.verb, told.event.text) == ("process_called_off", "The river took the road.")


def test_what_has_its_outcome_is_not_called_off(otuzco, elsa):
    process = opened(otuzco, elsa)
    OutcomeFactory(municipality=otuzco, process=process)

    with pytest.raises(CannotProcess):
        processes.call_off(process, by=elsa, reason="Never mind.")


def test_a_draft_is_neither_closed_nor_called_off(otuzco, elsa):
    process = ready(otuzco, elsa)

    with pytest.raises(CannotProcess):
        processes.close(process, by=elsa)
    with pytest.raises(CannotProcess):
        processes.call_off(process, by=elsa, reason="No money.")


def test_staff_of_the_town_alone_work_on_it(otuzco, elsa):
    process = ready(otuzco, elsa)
    stranger = UserFactory()

    assert elsa.has_perm("processes.work_at_desk", otuzco)
    assert elsa.has_perm("processes.view_process", process)
    assert not stranger.has_perm("processes.work_at_desk", otuzco)
    assert not stranger.has_perm("processes.view_process", process)
    assert stranger.has_perm("processes.view_process", processes.open_process(process, by=elsa))


def test_what_goes_on_now_is_its_present_step(otuzco, elsa):
    first = step("Now", StepKind.INFORMATION, -1, 1)
    process = opened(otuzco, elsa, steps=[first, step("Later", start=2, end=3)])

    assert process.present_step.title == "Now"
    assert process.present_step.is_running
    assert process.present_step.ends_at - process.present_step.starts_at == timedelta(days=2)
