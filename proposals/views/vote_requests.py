"""Asking for a vote on one's proposal, and the desk's page that answers."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from decide.common.refusals import refused
from proposals.actions import vote_requests
from proposals.actions.staff import Refused, office_of
from proposals.enums import VoteVerdict
from proposals.forms.citizen import VoteRequestForm
from proposals.forms.staff import VoteAnswerForm
from proposals.rules import why_not_request_vote
from proposals.thresholds import answer_within
from proposals.views.citizen import seen_or_404
from proposals.views.staff_desk import back_to, case_of, desk, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def request_vote(request, municipality_slug, pk):
    proposal = seen_or_404(request, pk)
    if reason := why_not_request_vote(request.user, proposal):
        return refused(request, reason, proposal.get_absolute_url())
    form = VoteRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = vote_requests.request_vote(proposal, by=request.user, **form.cleaned_data)
        except vote_requests.CannotRequestVote as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("You have asked for a vote. You will hear the answer."))
            return redirect(asked.proposal)
    context = {
        "proposal": proposal,
        "form": form,
        "days": answer_within(proposal.municipality_id),
    }
    status = 422 if form.is_bound else 200
    return render(request, "proposals/request_vote.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk("votes.work_on_polls")
def answer(request, municipality, pk):
    """Say whether there will be a vote. A yes begins to prepare it."""
    proposal = case_of(municipality, pk)
    asked = proposal.vote_requests.filter(answered_at=None).select_related("by").first()
    if asked is None:
        messages.info(request, _("Nobody asks for a vote on it now."))
        return back_to(proposal)
    form = VoteAnswerForm(request.POST or None, initial={"office": office_of(proposal)})
    if request.method == "POST" and form.is_valid():
        return answered(request, proposal, asked, **form.cleaned_data)
    return form_page(
        request,
        proposal,
        form,
        title=_("Answer whether there will be a vote"),
        button=_("Publish the answer"),
        asked=asked,
    )


def answered(request, proposal, asked, *, verdict, **said):
    try:
        if verdict == VoteVerdict.DECLINED:
            vote_requests.decline(asked, by=request.user, **said)
            messages.success(request, _("Your answer is published. Whoever asked has been told."))
            return back_to(proposal)
        poll = vote_requests.accept(asked, by=request.user, **said)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(proposal)
    messages.success(
        request, _("Your answer is published. The vote begins as a draft: prepare it here.")
    )
    return redirect("votes:case", proposal.municipality.slug, poll.pk)
