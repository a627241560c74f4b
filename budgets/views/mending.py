"""What the author of a work does while it is evaluated: answer once, and appeal once."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from budgets import evaluating, reports
from budgets.actions import decisions, mending
from budgets.actions.evaluations import CannotEvaluate
from budgets.enums import WorkState
from budgets.forms.mending import AppealForm, DeskAppealForm, MendForm
from budgets.models import Observation, Work
from budgets.rules.evaluation import why_not_appeal, why_not_mend
from decide.common.permissions import Reason
from decide.common.refusals import refused
from municipalities.middleware import municipality_or_404


def work_or_404(request, pk: int) -> Work:
    municipality = municipality_or_404(request)
    works = Work.objects.for_municipality(municipality).exclude(state=WorkState.DRAFT)
    works = works.select_related(
        "budget", "heading", "agent", "author", "appeal", "thread"
    ).visible_to(request.user)
    work = get_object_or_404(works.defer("search"), pk=pk)
    work.municipality = work.budget.municipality = municipality
    return work


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mend(request, municipality_slug, pk):
    """What was observed of one's work, until when it takes an answer, and the answer."""
    work = work_or_404(request, pk)
    observation = observation_of(work)
    reason = why_not_mend(request.user, work, observation)
    if reason and (observation is None or work.author_id != request.user.pk):
        return refused(request, reason, work.get_absolute_url())
    form = None if reason else MendForm(request.POST or None, work=work)
    if form and request.method == "POST" and form.is_valid():
        try:
            mending.mend(work, by=request.user, answer=form.cleaned_data["answer"], **form.words)
        except (mending.CannotMend, CannotEvaluate) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The technical team has your answer and goes on with it."))
            return redirect(work)
        return redirect("budgets:mend", municipality_slug, pk)
    context = {"work": work, "observation": observation, "form": form, "reason": reason}
    status = 422 if form and form.errors else 200
    return render(request, "budgets/evaluation/mend.html", context, status=status)


def observation_of(work: Work) -> Observation | None:
    """What was observed in the round that runs or, if none runs, last."""
    if standing := evaluating.standing_of(work):
        return standing.observation
    return Observation.objects.filter(evaluation__work=work).order_by("-made_at").first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request, municipality_slug, pk):
    """By its author, or typed by an officer as it came to a desk."""
    work = work_or_404(request, pk)
    is_author = request.user.is_authenticated and work.author_id == request.user.pk
    reason = why_not_appeal(work)
    if not is_author and not request.user.has_perm("budgets.register_agents", work.municipality):
        reason = Reason(_("Only who put the work forward appeals."), work.get_absolute_url())
    if reason:
        return refused(request, reason, work.get_absolute_url())
    form = (AppealForm if is_author else DeskAppealForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decisions.appeal(work, by=request.user, **form.cleaned_data)
        except decisions.CannotAppeal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _(
                    "The appeal is made. Somebody else evaluates the work anew, and what they find"
                    " is published."
                ),
            )
        return redirect(work)
    context = {
        "work": work,
        "form": form,
        "is_author": is_author,
        "last": evaluating.appeal_until(work.budget),
        "reports": reports.published_of(work),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/appeal.html", context, status=status)
