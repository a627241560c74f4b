"""The desk where the office answers contributions: choose, answer several at once, publish."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decide.common.refusals import refused
from decide.common.typed import number
from norms import contributions as facts, likeness, places
from norms.actions import answers as actions
from norms.enums import Verdict
from norms.forms.answers import AnswerForm, ContributionsForm
from norms.models import OfficeAnswer
from norms.rules.answers import why_not_answer, why_not_publish_answers
from norms.views.norms import norm_or_404, of_this_place, public_norm_or_404, staff_of_norms
from participation.models import Event


A_PAGE = 25
MOST = 200


def narrowed(norm, request, names, *, is_staff):
    """The contributions that were asked for, in the order of the text, and the form that asked."""
    form = ContributionsForm(
        request.GET, names=[(pk, place.name) for pk, place in names.items()], is_staff=is_staff
    )
    asked = form.asked
    found = facts.contributions(norm)
    match asked.get("estado"):
        case "pendiente":
            found = facts.unanswered(found)
        case "borrador":
            found = facts.drafted(found)
        case str() as verdict:
            found = facts.answered(found).filter(answered__answer__verdict=verdict)
    if (article := asked.get("articulo")) is not None:
        found = facts.about(found, article)
    if asked.get("redaccion"):
        found = found.filter(wording__isnull=False)
    if words := asked.get("q", "").replace("\x00", "").strip():
        fits = Q(text__unaccent__icontains=words) | Q(wording__new_text__unaccent__icontains=words)
        if pk := number(words.lstrip("#")):
            fits |= Q(pk=pk)
        found = found.filter(fits)
    return facts.in_order(found), form


def looked_at(norm, comments, names):
    """Comments as pages show them, each with the place it is about."""
    comments = list(comments)
    for comment in comments:
        comment.municipality = norm.municipality
        comment.where = names.get(comment.place)
        given = getattr(comment, "answered", None)
        comment.given = given.answer if given else None
        if given:
            given.answer.norm = norm
        comment.proposes = getattr(comment, "wording", None)
    return comments


@require_safe
@staff_of_norms
def desk(request, municipality, pk):
    """All contributions, to find those that are alike and answer them together."""
    norm = norm_or_404(request, pk)
    names = places.places(norm)
    found, form = narrowed(norm, request, names, is_staff=True)
    page = Paginator(facts.with_everything(found), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "norm": norm,
        "form": form,
        "page": page,
        "comments": looked_at(norm, page.object_list, names),
        "counts": facts.counts(norm),
        "reason": why_not_answer(request.user, norm),
    }
    return render(request, "norms/answers/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_norms
def answer(request, municipality, pk):
    """One answer to all that were chosen on the desk; those that are alike can be added here."""
    norm = norm_or_404(request, pk)
    back = reverse("norms:answer_desk", args=[municipality.slug, pk])
    if reason := why_not_answer(request.user, norm):
        return refused(request, reason, back)
    asked = request.POST if request.method == "POST" else request.GET
    open_ones = facts.untouched(facts.contributions(norm))
    chosen = picked(asked, open_ones)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            made = actions.answer(
                norm, by=request.user, comments=ids_of(asked), **form.cleaned_data
            )
        except actions.CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            return kept(request, norm, made)
    elif request.method == "GET" and not chosen:
        messages.error(request, _("Choose at least one contribution to answer."))
        return redirect(back)
    return written(request, norm, form, chosen, {"back": back})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_norms
def edit(request, municipality, pk):
    """Change a draft, what it answers, or throw it away; correct what is published."""
    made, norm = answer_or_404(request, municipality, pk)
    back = reverse("norms:written_answers", args=[municipality.slug, norm.pk])
    if reason := why_not_answer(request.user, norm):
        return refused(request, reason, back)
    if request.POST.get("do") == "drop":
        return dropped(request, made, back)
    is_draft = made.published_at is None
    mine = facts.contributions(norm).filter(answered__answer=made)
    if is_draft and request.method == "POST":
        mine = facts.contributions(norm).filter(Q(answered=None) | Q(answered__answer=made))
        chosen = picked(request.POST, mine)
    else:
        chosen = list(facts.with_everything(facts.in_order(mine))[:MOST])
    form = AnswerForm(request.POST or None, initial={"verdict": made.verdict, "text": made.text})
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        comments = ids_of(request.POST) if is_draft else None
        try:
            made = actions.revise(made, by=request.user, comments=comments, **form.cleaned_data)
        except actions.CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            return kept(request, norm, made)
    return written(request, norm, form, chosen, {"back": back, "made": made})


def written(request, norm, form, chosen, more):
    """The page with what is answered, what is alike, and the answer itself."""
    names = places.places(norm)
    made = more.get("made")
    is_draft = made is None or made.published_at is None
    alike = likeness.alike(norm, chosen) if is_draft else []
    context = {
        "norm": norm,
        "form": form,
        "chosen": looked_at(norm, chosen, names),
        "alike": looked_at(norm, alike, names),
        "is_draft": is_draft,
        "wait": why_not_publish_answers(request.user, norm),
    } | more
    status = 422 if form.errors else 200
    return render(request, "norms/answers/answer.html", context, status=status)


def kept(request, norm, made):
    """Published at once if that was the button; otherwise a draft among the others."""
    back = reverse("norms:written_answers", args=[norm.municipality.slug, norm.pk])
    if made.published_at:
        messages.success(request, _("The answer is corrected. What it said before is kept."))
        return redirect(back)
    if request.POST.get("do") != "publish":
        messages.success(request, _("The answer is kept as a draft."))
        return redirect("norms:answer_desk", norm.municipality.slug, norm.pk)
    return made_public(request, made, back)


def dropped(request, made, back):
    try:
        actions.drop(made, by=request.user)
        messages.success(request, _("The draft is thrown away."))
    except actions.CannotAnswer as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


@require_safe
@staff_of_norms
def written_answers(request, municipality, pk):
    """The answers there are: first the drafts, which wait to be published."""
    norm = norm_or_404(request, pk)
    answers = norm.answers.select_related("by").annotate(number=Count("answered"))
    ordered = answers.order_by(F("published_at").desc(nulls_first=True), "-pk")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "norm": norm,
        "page": page,
        "drafts": norm.answers.filter(published_at=None).count(),
        "wait": why_not_publish_answers(request.user, norm),
    }
    return render(request, "norms/answers/written.html", context)


@require_POST
@staff_of_norms
def publish(request, municipality, pk):
    made, norm = answer_or_404(request, municipality, pk)
    back = reverse("norms:written_answers", args=[municipality.slug, norm.pk])
    return made_public(request, made, back)


def made_public(request, made, back):
    try:
        actions.publish(made, by=request.user)
        messages.success(request, _("The answer is published, and whoever contributed is told."))
    except actions.CannotAnswer as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


@require_POST
@staff_of_norms
def publish_all(request, municipality, pk):
    norm = norm_or_404(request, pk)
    try:
        count = actions.publish_all(norm, by=request.user)
    except actions.CannotAnswer as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "One answer is published, and whoever contributed is told.",
            "%(count)d answers are published, and whoever contributed is told once.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect("norms:written_answers", municipality.slug, norm.pk)


@require_safe
def answer_history(request, municipality_slug, pk):
    """What a published answer said before it was corrected."""
    made = get_object_or_404(OfficeAnswer.objects.published().select_related("norm"), pk=pk)
    norm = public_norm_or_404(request, made.norm_id)
    events = Event.objects.filter(
        thread=norm.thread, verb="norm_answer_corrected", data__answer=made.pk
    ).order_by("-pk")
    page = Paginator(events, 10).get_page(request.GET.get("page"))
    later = made.text, made.verdict
    rows = []
    if page.number > 1 and (newer := events[page.start_index() - 2]):
        later = newer.data["before"], newer.data["verdict"]
    for event in page.object_list:
        before = event.data["before"], event.data["verdict"]
        rows.append((event, before, later, Verdict(before[1]), Verdict(later[1])))
        later = before
    return render(
        request,
        "norms/answers/answer_history.html",
        {"norm": norm, "answer": made, "page": page, "rows": rows},
    )


def answer_or_404(request, municipality, pk):
    found = OfficeAnswer.objects.filter(municipality=municipality).select_related("norm__thread")
    made = get_object_or_404(found, pk=pk)
    of_this_place(made.norm, municipality)
    return made, made.norm


def ids_of(asked):
    """The numbers of the contributions that are ticked."""
    ids = [pk for pk in map(number, asked.getlist("aporte")) if pk]
    if len(ids) > MOST:
        raise Http404  # no page offers so many
    return ids


def picked(asked, among):
    found = facts.with_everything(facts.in_order(among.filter(pk__in=ids_of(asked))))
    return list(found)
