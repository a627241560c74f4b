"""What goes on in a municipality, newest first: the public stream and its feeds.

Only the steps that matter to everybody, of things that are public at this moment. What
moderation hides leaves the stream with all its steps, and comes back with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality
from participation.enums import Activity, ThreadKind
from participation.models import Event


@dataclass(frozen=True)
class Step:
    """How one verb is told in the stream, and under which heading it is found."""

    activity: Activity
    sentence: Any
    icon: str
    tone: str = "quiet"


STEPS = {
    "published": Step(Activity.PROPOSALS, _("New proposal"), "bulb", "open"),
    "threshold_reached": Step(
        Activity.PROPOSALS,
        _("It has its supports: the municipality has to answer"),
        "people",
        "good",
    ),
    "debate_opened": Step(Activity.DEBATES, _("New debate"), "comment", "open"),
    "debate_closed": Step(Activity.DEBATES, _("The debate has closed"), "lock"),
    "answered": Step(Activity.ANSWERS, _("The municipality answered"), "megaphone", "good"),
    "answer_corrected": Step(Activity.ANSWERS, _("The answer was corrected"), "edit", "wait"),
    "work_started": Step(Activity.MILESTONES, _("The work began"), "hammer", "open"),
    "milestone_added": Step(Activity.MILESTONES, _("Milestone promised"), "calendar"),
    "milestone_changed": Step(Activity.MILESTONES, _("Milestone changed"), "calendar", "wait"),
    "milestone_done": Step(Activity.MILESTONES, _("Milestone reached"), "check", "good"),
    "milestone_removed": Step(Activity.MILESTONES, _("Milestone taken back"), "minus", "bad"),
    "finished": Step(Activity.MILESTONES, _("It was carried out"), "check", "good"),
    "reopened": Step(Activity.MILESTONES, _("The work was taken up again"), "hammer", "wait"),
    "concluded": Step(Activity.CONCLUSIONS, _("The debate has its conclusion"), "scales", "good"),
    "vote_requested": Step(Activity.VOTES, _("A vote on it is asked for"), "hand", "open"),
    "vote_request_answered": Step(
        Activity.ANSWERS, _("The municipality answered whether it puts it to the vote"), "megaphone"
    ),
    "poll_announced": Step(Activity.VOTES, _("A vote is announced"), "calendar", "open"),
    "poll_opened": Step(Activity.VOTES, _("The vote is open"), "ballot", "open"),
    "poll_closed": Step(Activity.VOTES, _("The vote has closed"), "lock"),
    "poll_results": Step(Activity.VOTES, _("The vote has its results"), "chart", "good"),
    "poll_answered": Step(
        Activity.ANSWERS,
        _("The municipality said what it does with the result"),
        "megaphone",
        "good",
    ),
    "poll_answer_late": Step(
        Activity.ANSWERS, _("The municipality has not answered the result in time"), "clock", "bad"
    ),
    "poll_reviewed": Step(
        Activity.ANSWERS, _("The municipality said what became of the result"), "megaphone"
    ),
    "poll_cancelled": Step(Activity.VOTES, _("The vote was called off"), "cross", "bad"),
    "budget_opened": Step(Activity.BUDGETS, _("A participatory budget opened"), "coins", "open"),
    "budget_step_moved": Step(Activity.BUDGETS, _("A step has other days"), "calendar", "wait"),
    "budget_cancelled": Step(
        Activity.BUDGETS, _("The participatory budget was called off"), "cross", "bad"
    ),
    "agent_list_closed": Step(
        Activity.BUDGETS, _("The list of participating agents is closed"), "people"
    ),
    "work_published": Step(Activity.BUDGETS, _("New work put forward"), "bulb", "open"),
    "budget_decisions_announced": Step(
        Activity.BUDGETS, _("It is known when decisions on works are published"), "calendar"
    ),
    "budget_decisions": Step(
        Activity.BUDGETS, _("The technical team decided which works are feasible"), "scales", "good"
    ),
    "work_appeal_decided": Step(Activity.BUDGETS, _("An appeal was decided"), "scales"),
    "work_left_ballot": Step(Activity.BUDGETS, _("No longer put to the vote"), "undo", "bad"),
    "budget_results": Step(Activity.BUDGETS, _("The works were chosen"), "chart", "good"),
    "budget_minutes": Step(
        Activity.BUDGETS, _("The acta of agreements is issued"), "document", "good"
    ),
    "budget_minutes_addendum": Step(Activity.BUDGETS, _("The acta was corrected"), "edit", "wait"),
    "committee_report": Step(
        Activity.BUDGETS, _("The vigilance committee published a report"), "eye", "wait"
    ),
    "committee_answered": Step(
        Activity.ANSWERS, _("The municipality answered the vigilance committee"), "megaphone"
    ),
    "norm_published": Step(Activity.NORMS, _("A draft norm is under debate"), "scales", "open"),
    "norm_version": Step(Activity.NORMS, _("A draft norm has a new version"), "document", "open"),
    "norm_final": Step(Activity.NORMS, _("A draft norm has its final text"), "document", "good"),
    "norm_extended": Step(
        Activity.NORMS, _("There is more time for a draft norm"), "calendar", "wait"
    ),
    "norm_answers": Step(
        Activity.ANSWERS, _("Contributions to a draft norm were answered"), "megaphone", "good"
    ),
    "norm_withdrawn": Step(Activity.NORMS, _("A draft norm was withdrawn"), "cross", "bad"),
    "norm_result": Step(Activity.NORMS, _("It is known what became of a draft norm"), "megaphone"),
    "project_made": Step(Activity.MILESTONES, _("It is being carried out"), "hammer", "open"),
    "project_milestone": Step(Activity.MILESTONES, _("Milestone reached"), "check", "good"),
    "project_delayed": Step(Activity.MILESTONES, _("It takes longer"), "clock", "bad"),
    "project_paused": Step(Activity.MILESTONES, _("It has stopped"), "alert", "wait"),
    "project_cancelled": Step(Activity.MILESTONES, _("It will not be done"), "cross", "bad"),
    "project_done": Step(Activity.MILESTONES, _("It was carried out"), "check", "good"),
    "escalated": Step(Activity.ANSWERS, _("It was raised to another level"), "arrow-right"),
    "escalation_answered": Step(Activity.ANSWERS, _("Another level answered"), "megaphone", "good"),
    "escalation_returned": Step(Activity.ANSWERS, _("Another level returned it"), "undo", "bad"),
    "undertaking_agreed": Step(Activity.PROCESSES, _("Something was agreed"), "check", "open"),
    "undertaking_done": Step(Activity.PROCESSES, _("What was agreed is done"), "check", "good"),
    "undertaking_overdue": Step(
        Activity.PROCESSES, _("What was agreed is overdue"), "alert", "bad"
    ),
    "meeting_called": Step(Activity.PROCESSES, _("A meeting is called"), "people", "open"),
    "meeting_moved": Step(Activity.PROCESSES, _("A meeting is moved"), "calendar", "wait"),
    "meeting_cancelled": Step(Activity.PROCESSES, _("A meeting was cancelled"), "cross", "bad"),
    "minutes_published": Step(
        Activity.PROCESSES, _("The acta of a meeting is published"), "document", "good"
    ),
    "process_opened": Step(Activity.PROCESSES, _("A public process opened"), "list", "open"),
    "process_steps": Step(
        Activity.PROCESSES, _("The steps of a process changed"), "calendar", "wait"
    ),
    "process_closed": Step(Activity.PROCESSES, _("The process has closed"), "lock"),
    "process_called_off": Step(Activity.PROCESSES, _("The process was called off"), "cross", "bad"),
    "process_outcome": Step(
        Activity.PROCESSES, _("It is known what the process decided"), "megaphone", "good"
    ),
    "process_reviewed": Step(
        Activity.PROCESSES, _("It was told what became of the outcome"), "eye"
    ),
}
# A statement is a part of its debate, and none of its steps is told here.
SHOWN = [
    ThreadKind.PROPOSAL,
    ThreadKind.DEBATE,
    ThreadKind.POLL,
    ThreadKind.BUDGET,
    ThreadKind.WORK,
    ThreadKind.PROCESS,
    ThreadKind.MEETING,
]


def stream(municipality: Municipality, activity: str = "") -> QuerySet[Event]:
    """The steps of a municipality that everybody may see now, or those of one heading."""
    verbs = [verb for verb, step in STEPS.items() if not activity or step.activity == activity]
    return (
        Event.objects.public()
        .filter(
            municipality=municipality,
            verb__in=verbs,
            thread__is_public=True,
            thread__kind__in=SHOWN,
        )
        .select_related("thread")
        .order_by("-at", "-pk")
    )


@dataclass(frozen=True)
class Entry:
    """One line of the stream."""

    event: Event

    @property
    def step(self) -> Step:
        return STEPS[self.event.verb]

    @property
    def sentence(self) -> str:
        """With the name of the milestone or the report, for there may be several."""
        said = str(self.step.sentence)
        name = self.event.data.get("title", "")
        is_one_of_many = "milestone" in self.event.verb or self.event.verb.startswith(
            ("committee_", "undertaking_")
        )
        return f"{said}: {name}" if is_one_of_many and name else said
