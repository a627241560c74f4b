"""The desk of a municipality: what waits, one case, and the next step of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from proposals import progress, resources, timeline
from proposals.actions import staff
from proposals.enums import MERGEABLE_STATES, WAYS, MilestoneState, Step
from proposals.forms.staff import (
    QueueForm,
)
from proposals.models import Merge, Proposal
from proposals.rules import why_not_set_milestones, why_not_step
from proposals.views.staff_desk import (
    address,
    attempt,
    back_to,
    case_of,
    chosen_of,
    crumbs_of,
    desk,
    with_reason,
)


PER_PAGE = 25


@require_GET
@desk()
def index(request, municipality):
    form = QueueForm(request.GET)
    cases = Proposal.objects.for_municipality(municipality).for_staff()
    found = form.narrow(cases).select_related("municipality", "answer", "sheet")
    page = Paginator(found.defer("search", "body").oldest_due_first(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "cards": [(case, progress.badge(case, verdict=verdict_of(case))) for case in page],
        "counts": counts_of(cases),
        "crumbs": [
            (_("Proposals"), address("index", municipality.slug)),
            (_("Desk of proposals"), None),
        ],
    }
    return render(request, "proposals/staff/index.html", context)


def verdict_of(case: Proposal) -> str:
    answer = getattr(case, "answer", None)
    return answer.verdict if answer and answer.published_at else ""


def counts_of(cases) -> list[tuple[str, str, int]]:
    """What waits, as the four figures at the top; each leads to its list."""
    shown = cases.filter(hidden_at=None)
    return [
        ("umbral", _("reached their threshold"), shown.filter(state="threshold").count()),
        ("evaluacion", _("under evaluation"), shown.filter(state="evaluation").count()),
        ("vencidas", _("overdue"), shown.overdue().count()),
        ("sin-hitos", _("without milestones"), shown.awaiting_milestones().count()),
        ("piden-votacion", _("asked to be put to the vote"), shown.asking_for_vote().count()),
    ]


@require_GET
@desk()
def case(request, municipality, pk):
    """Everything about one proposal, and what may be done with it now."""
    proposal = case_of(municipality, pk)
    steps = list(proposal.milestones.all())
    answer = getattr(proposal, "answer", None)
    user = request.user
    context = {
        "proposal": proposal,
        "answer": answer,
        "sheet": getattr(proposal, "sheet", None),
        "badge": progress.badge(proposal, verdict=verdict_of(proposal)),
        "milestones": steps,
        "all_done": bool(steps) and all(m.state == MilestoneState.DONE for m in steps),
        "may": {step.value: may_take(user, proposal, step) for step in Step},
        "may_evaluate": user.has_perm("proposals.evaluate_proposal", proposal),
        "may_moderate": user.has_perm("proposals.moderate_proposal", proposal),
        "may_merge": user.has_perm("proposals.merge_proposal", proposal),
        "may_join": proposal.shown_state in MERGEABLE_STATES and not proposal.is_hidden,
        "may_write": proposal.state in WAYS[Step.PUBLISH_ANSWER][0],
        "may_plan": why_not_set_milestones(proposal) is None,
        "vote_requests": proposal.vote_requests.select_related("by", "poll"),
        "may_answer_vote": user.has_perm("votes.work_on_polls", municipality),
        "joined": Merge.objects.filter(target=proposal, undone_at=None).select_related(
            "source__municipality"
        ),
        "entries": timeline.story_of(proposal, private=True),
        "crumbs": crumbs_of(proposal),
    }
    return render(request, "proposals/staff/case.html", context)


def may_take(user, proposal: Proposal, step: str) -> bool:
    allowed = user.has_perm("proposals.evaluate_proposal", proposal)
    return allowed and why_not_step(proposal, step) is None


@require_POST
@desk("proposals.evaluate_proposal")
def start_evaluation(request, municipality, pk):
    proposal = case_of(municipality, pk)
    attempt(
        request, _("It is under evaluation."), staff.start_evaluation, proposal, by=request.user
    )
    return back_to(proposal)


@require_POST
@desk("proposals.evaluate_proposal")
def start_work(request, municipality, pk):
    proposal = case_of(municipality, pk)
    attempt(request, _("The work has begun."), staff.start_work, proposal, by=request.user)
    return back_to(proposal)


@require_POST
@desk("proposals.evaluate_proposal")
def finish(request, municipality, pk):
    proposal = case_of(municipality, pk)
    attempt(request, _("It is done, and people know it."), staff.finish, proposal, by=request.user)
    return back_to(proposal)


@desk("proposals.evaluate_proposal")
def reopen(request, municipality, pk):
    proposal = case_of(municipality, pk)
    return with_reason(
        request,
        proposal,
        title=_("Take the work up again"),
        label=_("Why it was not done after all"),
        help_text=_("Everybody will read it."),
        button=_("Take it up again"),
        act=lambda reason: staff.reopen(proposal, by=request.user, text=reason),
        done=_("The work is open again."),
    )


@require_POST
@desk("proposals.evaluate_proposal")
def bulk_evaluate(request, municipality):
    """Take several up at once. What cannot be taken up now stays as it is."""
    taken = 0
    for proposal in chosen_of(municipality, request.POST.getlist("ids")).order_by("pk"):
        try:
            staff.start_evaluation(proposal, by=request.user)
            taken += 1
        except staff.NotNow:
            continue
    if taken:
        messages.success(request, _("Under evaluation now: %(count)d.") % {"count": taken})
    else:
        messages.info(request, _("None of those chosen can be taken up now."))
    return redirect("proposals:desk", municipality.slug)


@require_GET
@desk()
def export(request, municipality):
    """The list as it is filtered, as a spreadsheet."""
    cases = Proposal.objects.for_municipality(municipality).for_staff().filter(hidden_at=None)
    found = QueueForm(request.GET).narrow(cases).oldest_due_first()
    try:
        response = HttpResponse(resources.spreadsheet(found), content_type=resources.XLSX)
    except resources.TooManyRows as many:
        messages.info(request, str(many))
        return redirect("proposals:open_data", municipality.slug)
    name = f"propuestas-{municipality.slug}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
