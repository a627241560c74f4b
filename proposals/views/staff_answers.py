"""Answering: the draft, its publication, its correction; the sheet and the templates."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from decide.common.typed import number
from proposals.actions import staff, templates
from proposals.enums import Step
from proposals.forms.staff import (
    CorrectionForm,
    DraftForm,
    SheetForm,
    TemplateForm,
)
from proposals.models import Answer, AnswerTemplate, Proposal
from proposals.rules import why_not_step
from proposals.views.staff_desk import (
    attempt,
    back_to,
    case_of,
    crumbs_of,
    crumbs_to,
    desk,
    form_page,
)


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
    form = DraftForm(
        request.POST or None,
        instance=draft,
        initial=from_template(chosen, proposal) | ({} if draft else signature(request, proposal)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            staff.save_answer(proposal, by=request.user, **form.cleaned_data)
            messages.success(request, _("The draft is saved. Read it once more and publish it."))
            return redirect("proposals:answer_publish", municipality.slug, pk)
        except staff.AnswerHasChanged as changed:
            form.overwrite(Answer.objects.get(proposal=proposal), str(changed))
        except staff.Refused as refusal:
            messages.error(request, str(refusal))
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
