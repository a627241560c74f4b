"""The desk of a municipality: what waits, and what staff do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from decide.common.permissions import require
from municipalities.middleware import municipality_or_404
from participation.images import InvalidImage
from proposals import progress, resources, timeline
from proposals.actions import merges, milestones, moderation, staff, templates
from proposals.enums import WAYS, MilestoneState, Step
from proposals.forms.staff import (
    AnswerForm,
    CompleteForm,
    CorrectionForm,
    JoinManyForm,
    MergeForm,
    MilestoneForm,
    QueueForm,
    ReasonForm,
    SheetForm,
    TemplateForm,
)
from proposals.models import AnswerTemplate, Merge, Milestone, Proposal
from proposals.rules import why_not_merge, why_not_set_milestones, why_not_step


PER_PAGE = 25
BULK_AT_MOST = 100
XLSX_AT_MOST = 20_000
SIMILAR = 5


def desk(permission: str = "proposals.work_at_desk"):
    """A page for staff of this municipality. To others it does not exist."""

    def decorate(view: Callable[..., HttpResponse]):
        @wraps(view)
        def inside(request, municipality_slug, **kwargs):
            municipality = municipality_or_404(request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm("proposals.work_at_desk", municipality):
                raise Http404
            if permission:
                require(request.user, permission, municipality)
            return view(request, municipality, **kwargs)

        return inside

    return decorate


def case_of(municipality, pk: int) -> Proposal:
    cases = Proposal.objects.for_municipality(municipality).for_staff()
    return get_object_or_404(
        cases.select_related("municipality", "thread", "author", "answer", "sheet"), pk=pk
    )


def back_to(proposal: Proposal) -> HttpResponse:
    return redirect("proposals:case", proposal.municipality.slug, proposal.pk)


def attempt(request, done: str, act: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Do it and say so, or say why not."""
    try:
        act(*args, **kwargs)
    except staff.Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@require_GET
@desk()
def index(request, municipality):
    form = QueueForm(request.GET)
    cases = Proposal.objects.for_municipality(municipality).for_staff()
    found = form.narrow(cases).select_related("municipality", "answer", "sheet", "category")
    page = Paginator(found.oldest_due_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "cards": [(case, progress.badge(case, verdict=verdict_of(case))) for case in page],
        "counts": counts_of(cases),
        "crumbs": [(_("Proposals"), address("index", municipality.slug)), (_("Desk"), None)],
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
        "may_write": proposal.state in WAYS[Step.PUBLISH_ANSWER][0],
        "may_plan": why_not_set_milestones(proposal) is None,
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


def crumbs_of(proposal: Proposal, *more: str) -> list[tuple[str, str | None]]:
    slug = proposal.municipality.slug
    from_desk = [(_("Desk"), address("desk", slug))]
    if not more:
        return [*from_desk, (proposal.title, None)]
    return [*from_desk, (proposal.title, address("case", slug, proposal.pk)), (more[0], None)]


def address(name: str, *args: Any) -> str:
    return reverse(f"proposals:{name}", args=args)


# --- One step on


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


def with_reason(
    request,
    proposal: Proposal,
    *,
    title: str,
    label: str,
    help_text: str,
    button: str,
    act: Callable[[str], Any],
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """A page that asks for the reason and then does it."""
    form = ReasonForm(request.POST or None, label=label, help_text=help_text)
    if request.method == "POST" and form.is_valid():
        attempt(request, done, act, form.cleaned_data["reason"])
        return back_to(proposal)
    return form_page(request, proposal, form, title=title, button=button, danger=danger)


def form_page(
    request, proposal: Proposal, form, *, title: str, button: str, danger: bool = False, **more
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "form": form,
        "title": title,
        "button": button,
        "danger": danger,
        "crumbs": crumbs_of(proposal, title),
        **more,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "proposals/staff/form.html", context, status=status)


# --- The answer


@desk("proposals.evaluate_proposal")
def answer(request, municipality, pk):
    """Write the draft, perhaps from a template. Nobody outside sees it."""
    proposal = case_of(municipality, pk)
    draft = getattr(proposal, "answer", None)
    if draft and draft.published_at:
        messages.info(request, _("The answer is published: correct it where everybody sees it."))
        return redirect("proposals:answer_correct", municipality.slug, pk)
    texts = AnswerTemplate.objects.filter(municipality=municipality)
    chosen = texts.filter(pk=number(request.GET.get("plantilla"))).first()
    form = AnswerForm(
        request.POST or None,
        instance=draft,
        initial=from_template(chosen, proposal) | ({} if draft else signature(request, proposal)),
    )
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if attempt(
            request,
            _("The draft is saved. Read it once more and publish it."),
            staff.save_answer,
            proposal,
            by=request.user,
            **fields,
        ):
            return redirect("proposals:answer_publish", municipality.slug, pk)
        return back_to(proposal)
    return form_page(
        request,
        proposal,
        form,
        title=_("Answer"),
        button=_("Save the draft"),
        templates=texts,
        chosen=chosen,
    )


def from_template(template: AnswerTemplate | None, proposal: Proposal) -> dict[str, str]:
    if template is None:
        return {}
    return {"verdict": template.verdict, "text": templates.fill(template, proposal)}


def signature(request, proposal: Proposal) -> dict[str, str]:
    return {"signed_by": request.user.public_name, "office": staff.office_of(proposal)}


def number(text: str | None) -> int | None:
    """An id from an address, if it can be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@desk("proposals.evaluate_proposal")
def answer_publish(request, municipality, pk):
    """Read the draft as people will, and publish it."""
    proposal = case_of(municipality, pk)
    draft = getattr(proposal, "answer", None)
    if request.method == "POST":
        attempt(
            request,
            _("The answer is published. Its author and followers have been told."),
            staff.publish_answer,
            proposal,
            by=request.user,
            seen=seen_at(request.POST.get("seen")),
        )
        return back_to(proposal)
    if draft is None:
        return redirect("proposals:answer", municipality.slug, pk)
    context = {
        "proposal": proposal,
        "answer": draft,
        "why_not": why_not_step(proposal, Step.PUBLISH_ANSWER),
        "crumbs": crumbs_of(proposal, _("Publish the answer")),
    }
    return render(request, "proposals/staff/publish.html", context)


def seen_at(text: str | None):
    try:
        return parse_datetime(text or "")
    except ValueError:
        return None


@desk("proposals.evaluate_proposal")
def answer_correct(request, municipality, pk):
    proposal = case_of(municipality, pk)
    published = getattr(proposal, "answer", None)
    if published is None or published.published_at is None:
        return redirect("proposals:answer", municipality.slug, pk)
    form = CorrectionForm(request.POST or None, instance=published)
    if request.method == "POST" and form.is_valid():
        done = _("The correction is public, with its reason.")
        fields = form.cleaned_data
        if attempt(request, done, staff.correct_answer, proposal, by=request.user, **fields):
            return back_to(proposal)
    return form_page(
        request, proposal, form, title=_("Correct the answer"), button=_("Publish the correction")
    )


@desk("proposals.evaluate_proposal")
def sheet(request, municipality, pk):
    proposal = case_of(municipality, pk)
    form = SheetForm(request.POST or None, instance=getattr(proposal, "sheet", None))
    if request.method == "POST" and form.is_valid():
        saved = _("The technical sheet is saved.")
        attempt(request, saved, staff.save_sheet, proposal, by=request.user, **form.cleaned_data)
        return back_to(proposal)
    return form_page(request, proposal, form, title=_("Technical sheet"), button=_("Save"))


# --- Milestones


@desk("proposals.evaluate_proposal")
def milestone_add(request, municipality, pk):
    proposal = case_of(municipality, pk)
    form = MilestoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("The milestone is public.")
        attempt(request, done, milestones.add, proposal, by=request.user, **form.cleaned_data)
        return back_to(proposal)
    return form_page(request, proposal, form, title=_("New milestone"), button=_("Add it"))


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
        button=_("Take it back"),
        act=lambda reason: milestones.remove(found, by=request.user, reason=reason),
        done=_("The milestone is taken back; the history says why."),
        danger=True,
    )


def milestone_of(municipality, pk: int, milestone: int) -> tuple[Proposal, Milestone]:
    proposal = case_of(municipality, pk)
    return proposal, get_object_or_404(proposal.milestones, pk=milestone)


# --- Moderation


@desk()
def hide(request, municipality, pk):
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.moderate_proposal", proposal)
    return with_reason(
        request,
        proposal,
        title=_("Hide this proposal"),
        label=_("Why it is hidden"),
        help_text=_("Its author will read this. Everybody else sees only that it was hidden."),
        button=_("Hide it"),
        act=lambda reason: moderation.hide(proposal, by=request.user, reason=reason),
        done=_("It is hidden. Its author has been told why."),
        danger=True,
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


# --- Duplicates


@desk()
def merge(request, municipality, pk):
    """Join this proposal to another that asks for the same."""
    proposal = case_of(municipality, pk)
    require(request.user, "proposals.merge_proposal", proposal)
    others = Proposal.objects.for_municipality(municipality).for_staff().exclude(pk=pk)
    alike = others.public().like(proposal.title)[: SIMILAR * 2]
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


# --- Several at once


def chosen_of(municipality, values: list[str]):
    """Those of the ids that are cases here; of any other nothing is said."""
    ids = [pk for value in values[:BULK_AT_MOST] if (pk := number(value))]
    return Proposal.objects.for_municipality(municipality).for_staff().filter(pk__in=ids)


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


def crumbs_to(municipality, *names: str) -> list[tuple[str, str | None]]:
    return [(_("Desk"), address("desk", municipality.slug)), *[(name, None) for name in names]]


@require_GET
@desk()
def export(request, municipality):
    """The list as it is filtered, as a spreadsheet."""
    cases = Proposal.objects.for_municipality(municipality).for_staff().filter(hidden_at=None)
    found = QueueForm(request.GET).narrow(cases).oldest_due_first()
    if found.count() > XLSX_AT_MOST:
        messages.info(request, _("Those are too many for a spreadsheet. Use the open data."))
        return redirect("proposals:open_data", municipality.slug)
    response = HttpResponse(resources.spreadsheet(found), content_type=XLSX)
    name = f"propuestas-{municipality.slug}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- Answer templates


@require_GET
@desk("proposals.write_answer_templates")
def template_list(request, municipality):
    context = {
        "templates": AnswerTemplate.objects.filter(municipality=municipality),
        "crumbs": crumbs_to(municipality, _("Answer templates")),
    }
    return render(request, "proposals/staff/templates.html", context)


@desk("proposals.write_answer_templates")
def template_edit(request, municipality, pk=None):
    texts = AnswerTemplate.objects.filter(municipality=municipality)
    found = get_object_or_404(texts, pk=pk) if pk else None
    form = TemplateForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        templates.save(municipality, template=found, **form.cleaned_data)
        messages.success(request, _("The template is saved."))
        return redirect("proposals:templates", municipality.slug)
    context = {"form": form, "template": found, "crumbs": crumbs_to(municipality, _("Template"))}
    return render(request, "proposals/staff/template.html", context)


@require_POST
@desk("proposals.write_answer_templates")
def template_delete(request, municipality, pk):
    texts = AnswerTemplate.objects.filter(municipality=municipality)
    templates.delete(get_object_or_404(texts, pk=pk))
    messages.success(request, _("The template is deleted."))
    return redirect("proposals:templates", municipality.slug)
