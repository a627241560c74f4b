"""The public story of a work: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from budgets.execution import facts_of
from budgets.models import Work
from proposals.timeline import Entry, Say


if TYPE_CHECKING:
    from participation.models import Event

SAYS = {
    "work_published": Say(_("Put forward"), "megaphone", "open"),
    "edited": Say(_("Its author changed the text"), "edit"),
    "work_withdrawn": Say(_("Its author withdrew it"), "undo"),
    "work_evaluation_started": Say(_("The technical team evaluates it"), "search", "wait"),
    "work_evaluation_stopped": Say(_("It is not evaluated after all"), "undo"),
    "work_decided": Say(_("The technical team decided"), "scales", "good"),
    "work_appealed": Say(_("Its author appealed"), "flag", "wait"),
    "work_appeal_decided": Say(_("It was evaluated anew on appeal"), "scales", "good"),
    "work_on_ballot": Say(_("It is put to the vote"), "ballot", "accent"),
    "work_off_ballot": Say(_("It is not put to this vote"), "undo"),
    "work_left_ballot": Say(_("It is no longer put to the vote"), "undo", "bad"),
    "work_chosen": Say(_("It was chosen"), "star", "good"),
    "work_not_chosen": Say(_("It was not chosen"), "minus"),
    "project_made": Say(_("It is being carried out"), "hammer", "open"),
    "project_changed": Say(_("Its money or its days were changed"), "edit", "wait"),
    "project_moved": Say(_("It came a step further"), "hammer"),
    "project_milestone_added": Say(_("Milestone promised"), "calendar"),
    "project_milestone": Say(_("Milestone reached"), "check", "good"),
    "project_milestone_removed": Say(_("Milestone taken back"), "minus", "bad"),
    "project_delayed": Say(_("It takes longer"), "clock", "bad"),
    "project_paused": Say(_("It has stopped"), "alert", "wait"),
    "project_cancelled": Say(_("It will not be done"), "cross", "bad"),
    "project_done": Say(_("It was carried out"), "check", "good"),
    "committee_report": Say(_("The vigilance committee published a report"), "eye", "wait"),
    "committee_answered": Say(_("The municipality answered the vigilance committee"), "megaphone"),
    "hidden": Say(_("Hidden by moderation"), "eye-off", "bad"),
    "restored": Say(_("Shown again by moderation"), "eye"),
}


def story_of(work: Work) -> list[Entry]:
    """From the first event to the last; one query."""
    events = work.thread.events.public().filter(verb__in=SAYS).select_related("by")
    return [entry_of(event, work) for event in events]


def entry_of(event: Event, work: Work) -> Entry:
    says = SAYS[event.verb]
    return Entry(
        title=str(says.sentence),
        when=event.at,
        icon=says.icon,
        tone=says.tone,
        who=event.as_office or _person(event, work),
        text=event.text,
        facts=facts_of(event),
    )


def _person(event: Event, work: Work) -> str:
    """The author under the name they put it forward with; anybody else under their own."""
    if event.by is None:
        return ""
    return work.shown_author if event.by_id == work.author_id else event.by.public_name
