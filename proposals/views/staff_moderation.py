"""Hiding and showing, joining and parting."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decide.common.permissions import require
from proposals import vocabulary
from proposals.actions import merges, moderation
from proposals.forms.staff import (
    HideForm,
    JoinManyForm,
    MergeForm,
)
from proposals.models import Proposal
from proposals.rules import why_not_merge
from proposals.views.staff_desk import (
    attempt,
    back_to,
    case_of,
    chosen_of,
    crumbs_to,
    desk,
    form_page,
    with_reason,
)


SIMILAR = 5


@desk()
def hide(request, municipality, pk):
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.moderate_proposal", proposal)
    form = HideForm(
        request.POST or None,
        label=_("Why it is hidden"),
        help_text=_("Its author will read this. Everybody else sees only the rule."),
    )
    if request.method == "POST" and form.is_valid():
        done = _("It is hidden. Its author has been told why.")
        attempt(request, done, moderation.hide, proposal, by=request.user, **form.cleaned_data)
        return back_to(proposal)
    return form_page(
        request, proposal, form, title=_("Hide this proposal"), button=_("Hide it"), danger=True
    )


@desk()
def restore(request, municipality, pk):
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.moderate_proposal", proposal)
    return with_reason(
        request,
        proposal,
        title=_("Show this proposal again"),
        label=_("Why it is shown again"),
        help_text=_("Its author will read this."),
        button=_("Show it again"),
        act=lambda reason: moderation.restore(proposal, by=request.user, reason=reason),
        done=_("Everybody can see it again, as it was."),
    )


@desk()
def merge(request, municipality, pk):
    """Join this proposal to another that asks for the same."""
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.merge_proposal", proposal)
    others = Proposal.objects.for_municipality(municipality).for_staff().exclude(pk=pk)
    words = vocabulary.meant(municipality, proposal.title)
    alike = others.public().like(words)[: SIMILAR * 2]
    similar = [other for other in alike if why_not_merge(proposal, other) is None][:SIMILAR]
    form = MergeForm(request.POST or None, candidates=others, similar=similar, label=_("Why"))
    if request.method == "POST" and form.is_valid():
        target, reason = form.cleaned_data["target"], form.cleaned_data["reason"]
        require(request.user, "proposals.merge_proposal", target)
        done = _("They are joined. Each person counts once.")
        attempt(request, done, merges.merge, proposal, target, by=request.user, reason=reason)
        return back_to(proposal)
    return form_page(
        request, proposal, form, title=_("Join to another proposal"), button=_("Join them")
    )


@desk()
def undo_merge(request, municipality, pk):
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.merge_proposal", proposal)
    return with_reason(
        request,
        proposal,
        title=_("Part it from the other proposal"),
        label=_("Why they are parted"),
        help_text=_("Everybody will read it."),
        button=_("Part them"),
        act=lambda reason: merges.undo_merge(proposal, by=request.user, reason=reason),
        done=_("They are parted: each has its own supports again."),
    )


@desk()
def bulk_merge(request, municipality):
    """Join several to one of them."""
    data = request.POST if request.method == "POST" else request.GET
    chosen = chosen_of(municipality, data.getlist("ids")).order_by("pk")
    for proposal in chosen:
        require(request.user, "proposals.merge_proposal", proposal)
    if len(chosen) < 2:
        messages.info(request, _("Choose at least two proposals to join."))
        return redirect("proposals:desk", municipality.slug)
    form = JoinManyForm(request.POST if "target" in request.POST else None, chosen=chosen)
    if form.is_bound and form.is_valid():
        target, reason = form.cleaned_data["target"], form.cleaned_data["reason"]
        for source in chosen:
            if source != target:
                done = _("«%(title)s» is joined.") % {"title": source}
                attempt(request, done, merges.merge, source, target, by=request.user, reason=reason)
        return back_to(target)
    context = {"form": form, "chosen": chosen, "crumbs": crumbs_to(municipality, _("Join"))}
    return render(request, "proposals/staff/join.html", context)
