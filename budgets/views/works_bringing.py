"""Bringing a proposal into a budget as a work: linked, never moved."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from budgets.actions import works as actions
from budgets.forms.works import BringForm
from budgets.rules.works import why_not_bring
from budgets.views.budgets import seen_or_404 as budget_or_404
from decide.common.refusals import refused, sign_in
from participation import limits, screening, traces
from participation.enums import TracedAct
from proposals.models import Proposal
from proposals.views.citizen import proposal_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request, municipality_slug, pk, proposal):
    budget = budget_or_404(request, pk)
    proposals = Proposal.objects.select_related("answer", "author", "category")
    source = proposal_or_404(request, proposal, proposals)
    if not request.user.has_perm("proposals.view_proposal", source):
        raise Http404
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    if reason := why_not_bring(request.user, source, budget):
        return refused(request, reason, reason.url or budget.get_absolute_url())
    form = BringForm(request.POST or None, budget=budget)
    if request.method == "POST" and form.is_valid() and not waits(request, form):
        try:
            work = actions.bring(
                source,
                budget,
                by=request.user,
                as_office=office_for(request, source),
                **form.cleaned_words,
            )
        except actions.CannotBring as error:
            form.add_error(None, str(error))
        else:
            traces.leave(request, work.thread, TracedAct.WORK)
            said = _("The proposal is in the budget with the code %(code)s.") % {"code": work.code}
            messages.success(request, screening.WAITS if work.is_hidden else said)
            return redirect(work)
    context = {"budget": budget, "proposal": source, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "budgets/works/bring.html", context, status=status)


def waits(request, form):
    wait = limits.why_wait(request, request.user, request.municipality, TracedAct.WORK)
    if wait:
        form.add_error(None, wait.text)
    return bool(wait)


def office_for(request, proposal):
    """Whoever brings in what is not theirs does so in the municipality's name."""
    if proposal.author_id == request.user.pk:
        return ""
    here = request.municipality
    return (here.contact_office or here.name)[:120]
