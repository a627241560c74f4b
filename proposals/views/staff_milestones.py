"""The steps of carrying out an accepted proposal."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from participation.images import InvalidImage
from proposals.actions import milestones
from proposals.forms.staff import (
    CompleteForm,
    MilestoneForm,
)
from proposals.models import Milestone, Proposal
from proposals.views.staff_desk import attempt, back_to, case_of, desk, form_page, with_reason


@desk("proposals.evaluate_proposal")
def milestone_add(request, municipality, pk):
    proposal = case_of(municipality, pk)
    form = MilestoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("The milestone is public.")
        attempt(request, done, milestones.add, proposal, by=request.user, **form.cleaned_data)
        return back_to(proposal)
    return form_page(request, proposal, form, title=_("New milestone"), button=_("Add the step"))


@desk("proposals.evaluate_proposal")
def milestone_change(request, municipality, pk, milestone):
    proposal, found = milestone_of(municipality, pk, milestone)
    form = MilestoneForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        done = _("The milestone is changed; the history says what it was.")
        attempt(request, done, milestones.change, found, by=request.user, **form.cleaned_data)
        return back_to(proposal)
    return form_page(request, proposal, form, title=_("Change the milestone"), button=_("Save"))


@desk("proposals.evaluate_proposal")
def milestone_complete(request, municipality, pk, milestone):
    proposal, found = milestone_of(municipality, pk, milestone)
    form = CompleteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        fields["photo"] = next(iter(fields["photo"]), None)
        done = _("The milestone is reached. Its author and followers have been told.")
        try:
            attempt(request, done, milestones.complete, found, by=request.user, **fields)
            return back_to(proposal)
        except InvalidImage as problem:
            form.add_error("photo", str(problem))
    return form_page(
        request,
        proposal,
        form,
        title=_("Milestone reached: %(title)s") % {"title": found.title},
        button=_("Say that it is done"),
    )


@desk("proposals.evaluate_proposal")
def milestone_remove(request, municipality, pk, milestone):
    proposal, found = milestone_of(municipality, pk, milestone)
    return with_reason(
        request,
        proposal,
        title=_("Take back: %(title)s") % {"title": found.title},
        label=_("Why it will not be done"),
        help_text=_("Everybody will read it."),
        button=_("Take the step back"),
        act=lambda reason: milestones.remove(found, by=request.user, reason=reason),
        done=_("The milestone is taken back; the history says why."),
        danger=True,
    )


def milestone_of(municipality, pk: int, milestone: int) -> tuple[Proposal, Milestone]:
    proposal = case_of(municipality, pk)
    return proposal, get_object_or_404(proposal.milestones, pk=milestone)
