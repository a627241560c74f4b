"""The steps in which an accepted proposal is carried out; everybody may follow them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from participation import history, images
from proposals.actions.staff import NotNow, locked, office_of, stop_if
from proposals.enums import MilestoneState
from proposals.models import Milestone, Proposal
from proposals.rules import why_not_set_milestones


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User


@transaction.atomic
def add(proposal: Proposal, *, by: User, title: str, due_on: date, text: str = "") -> Milestone:
    """Promise a step for a day."""
    proposal = locked(proposal)
    stop_if(why_not_set_milestones(proposal))
    if proposal.milestones.filter(title=title, due_on=due_on).exists():
        raise NotNow(_("This milestone is there already, for the same day."))

    milestone = proposal.milestones.create(
        municipality_id=proposal.municipality_id, title=title, due_on=due_on, text=text
    )
    _record("milestone_added", milestone, proposal, by=by)
    return milestone


@transaction.atomic
def change(
    milestone: Milestone, *, by: User, title: str, due_on: date, text: str = ""
) -> Milestone:
    """Say it better, or move the day: what was promised before stays in the history."""
    proposal, milestone = _locked(milestone)
    stop_if(why_not_set_milestones(proposal))
    before = {"title": milestone.title, "due_on": milestone.due_on.isoformat()}
    if (milestone.title, milestone.due_on, milestone.text) == (title, due_on, text):
        return milestone

    milestone.title, milestone.due_on, milestone.text = title, due_on, text
    milestone.save(update_fields=["title", "due_on", "text"])
    _record("milestone_changed", milestone, proposal, by=by, before=before)
    return milestone


@transaction.atomic
def complete(
    milestone: Milestone,
    *,
    by: User,
    done_on: date,
    photo: UploadedFile | None = None,
    photo_description: str = "",
) -> Milestone:
    """Say that a step is done, perhaps with a photo; followers hear of it."""
    proposal, milestone = _locked(milestone)
    stop_if(why_not_set_milestones(proposal))
    if milestone.state == MilestoneState.DONE:
        raise NotNow(_("This milestone is done already."))

    milestone.state, milestone.done_on = MilestoneState.DONE, done_on
    if photo:
        milestone.photo = images.store_image(
            proposal.thread, photo, photo_description or milestone.title, by=by, by_office=True
        )
    milestone.save(update_fields=["state", "done_on", "photo"])
    _record("milestone_done", milestone, proposal, by=by, tell=True)
    return milestone


@transaction.atomic
def remove(milestone: Milestone, *, by: User, reason: str) -> None:
    """Take a promise back, saying why. What is done stays."""
    proposal, milestone = _locked(milestone)
    stop_if(why_not_set_milestones(proposal))
    if milestone.state == MilestoneState.DONE:
        raise NotNow(_("This milestone is done already."))

    _record("milestone_removed", milestone, proposal, by=by, text=reason, tell=True)
    milestone.delete()


def _locked(milestone: Milestone) -> tuple[Proposal, Milestone]:
    proposal = locked(milestone.proposal)
    found = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if found is None:
        raise NotNow(_("This milestone has been removed."))
    return proposal, found


def _record(
    verb: str,
    milestone: Milestone,
    proposal: Proposal,
    *,
    by: User,
    text: str = "",
    before: dict[str, str] | None = None,
    tell: bool = False,
) -> None:
    day = milestone.done_on or milestone.due_on
    data = {"milestone": milestone.pk, "title": milestone.title, "day": day.isoformat()}
    history.record(
        verb,
        proposal.thread,
        by=by,
        as_office=office_of(proposal),
        text=text or ("" if verb == "milestone_removed" else milestone.text),
        data=data | ({"before": before} if before else {}),
        tell=tell,
    )
