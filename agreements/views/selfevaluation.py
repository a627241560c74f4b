"""The yearly self-evaluation: a question a page for the town, the whole for everybody, and answers back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import selfevaluation_papers as papers
from agreements.actions import selfevaluation as actions
from agreements.forms.evaluation import CounterAnswerForm, SelfAnswerForm
from agreements.models import SelfAnswer
from agreements.rules.people import reviewer_for
from agreements.selfevaluation import BY_CODE, QUESTIONS, evaluation_of
from agreements.views.evaluation_page import (
    DOCX,
    for_organizations,
    form_page,
    of_the_town,
    page_of,
    sent,
)
from municipalities.models import Municipality
from municipalities.rls import region_scope


FIRST_YEAR = 2019


@require_safe
def self_evaluations(request):
    """Those that are published, the latest first."""
    found = (
        SelfAnswer.objects.exclude(published_at=None)
        .values("year", "municipality__short_name", "municipality__slug")
        .annotate(answers=Count("pk"))
        .order_by("-year", "municipality__short_name")
    )
    context = {"page": page_of(request, found), "crumbs": [(_("Self-evaluations"), None)]}
    return render(request, "agreements/evaluation/self_evaluations.html", context)


def published_or_404(request, slug, year):
    """Everybody reads it once it is published; until then it is not there.

    That evidence was given counts from the first day, also before somebody else has verified it:
    so it is read through the region's door. What has not been accepted is only named.
    """
    municipality = get_object_or_404(Municipality, slug=slug)
    answers = SelfAnswer.objects.filter(municipality=municipality, year=year)
    with region_scope("a published self-evaluation", by=request.user):
        evaluation = evaluation_of(municipality, year, answers.exclude(published_at=None))
    if evaluation.published_at is None:
        raise Http404
    return evaluation


@require_safe
def self_evaluation(request, slug, year):
    evaluation = published_or_404(request, slug, year)
    context = {
        "evaluation": evaluation,
        "summary": papers.summary_of(evaluation),
        "may_answer_back": reviewer_for(request.user) is not None,
        "crumbs": [
            (_("Self-evaluations"), reverse("agreements:self_evaluations")),
            (f"{evaluation.municipality} {year}", None),
        ],
    }
    return render(request, "agreements/evaluation/self_evaluation.html", context)


@require_safe
def self_evaluation_paper(request, slug, year, ending):
    return paper(published_or_404(request, slug, int(year)), ending)


def paper(evaluation, ending):
    name = f"autoevaluacion-{evaluation.municipality.slug}-{evaluation.year}.{ending}"
    if ending == "pdf":
        return sent(papers.as_pdf(evaluation), name)
    return sent(papers.as_docx(evaluation), name, DOCX)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organizations
def answer_back(request, organization, pk):
    """What the organisation answers to a published answer, beside it."""
    answer = get_object_or_404(
        SelfAnswer.objects.exclude(published_at=None).select_related("municipality"), pk=pk
    )
    if reviewer_for(request.user) != organization or answer.question not in BY_CODE:
        raise Http404
    back = reverse("agreements:self_evaluation", args=[answer.municipality.slug, answer.year])
    form = CounterAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_back(
                answer=answer, organization=organization, by=request.user, **form.cleaned_data
            )
        except actions.CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It stands beside the municipality's answer."))
            return redirect(back)
    return form_page(
        request,
        form,
        title=BY_CODE[answer.question].text,
        lead=_("%(place)s answered: %(reply)s. %(text)s")
        % {
            "place": answer.municipality,
            "reply": answer.get_reply_display(),
            "text": answer.text,
        },
        button=_("Publish it"),
        back=back,
    )


def year_or_404(year):
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    return year


@require_safe
@of_the_town
def own_evaluation(request, municipality, year=None):
    """The questions, which are answered, and which of them are not supported by evidence."""
    year = year_or_404(year or timezone.localdate().year)
    evaluation = evaluation_of(municipality, year)
    context = {
        "evaluation": evaluation,
        "summary": papers.summary_of(evaluation),
        "years": range(timezone.localdate().year, FIRST_YEAR - 1, -1),
    }
    return render(request, "agreements/evaluation/own_evaluation.html", context)


@require_safe
@of_the_town
def own_evaluation_paper(request, municipality, year, ending):
    return paper(evaluation_of(municipality, year_or_404(int(year))), ending)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def answer_question(request, municipality, year, question):
    """One question on a page; «save» leads to the next."""
    year_or_404(year)
    if question not in BY_CODE:
        raise Http404
    asked = BY_CODE[question]
    found = next(one for one in evaluation_of(municipality, year).answered if one.question is asked)
    back = reverse("agreed:own_evaluation_of", args=[municipality.slug, year])
    initial = {"reply": found.answer.reply, "text": found.answer.text} if found.answer else None
    form = SelfAnswerForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(
                municipality=municipality,
                year=year,
                question=question,
                by=request.user,
                **form.cleaned_data,
            )
        except actions.CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            following = QUESTIONS.index(asked) + 1
            if following == len(QUESTIONS):
                return redirect(back)
            after = QUESTIONS[following].code
            return redirect("agreed:answer_question", municipality.slug, year, after)
    return form_page(
        request,
        form,
        template="agreements/evaluation/answer_question.html",
        title=asked.text,
        asked=asked,
        number=QUESTIONS.index(asked) + 1,
        total=len(QUESTIONS),
        evidence=found.evidence,
        is_unsupported=found.is_unsupported,
        button=_("Save and go on"),
        back=back,
    )


@require_POST
@of_the_town
def publish_evaluation(request, municipality, year):
    try:
        actions.publish(municipality=municipality, year=year_or_404(year), by=request.user)
    except actions.CannotAnswer as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The self-evaluation is public and does not change any more."))
    return redirect("agreed:own_evaluation_of", municipality.slug, year)
