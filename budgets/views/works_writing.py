"""Putting forward a work: its heading, what it is, a look at it, and out with it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from budgets import vocabulary
from budgets.actions import works as actions
from budgets.forms.works import PLAIN, HintForm, WorkForm, headings_of
from budgets.models import Work
from budgets.rules.works import (
    why_not_begin,
    why_not_bring,
    why_not_delete_draft,
    why_not_edit,
    why_not_publish,
    why_not_put_forward,
)
from budgets.views.budgets import seen_or_404 as budget_or_404
from budgets.views.found import placed
from budgets.views.works import pictures_of
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from decide.common.typed import number, says_something
from municipalities.middleware import municipality_or_404
from participation import drafts, limits, links, screening, traces
from participation.enums import TracedAct
from participation.forms.writing import ESSENTIAL
from proposals.progress import Step
from proposals.views.writing import similar_to as similar_proposals


KEPT = "work_text"
TYPED = (*PLAIN, "heading", "latitude", "longitude", "form_key", "came_from")
SIMILAR = 5


def own_or_none(request, pk):
    """The person's own work here; of others' drafts nothing is told, not even that they are."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return None
    own = Work.objects.for_municipality(municipality).of(request.user).defer("search")
    own = own.select_related("thread", "category", "author", "agent", "budget", "heading__group")
    own = own.select_related("proposal__thread").prefetch_related("budget__steps")
    work = own.filter(pk=pk).first()
    return work and placed(work, municipality)


def not_yours(request):
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    return render(request, "budgets/works/not_yours.html", status=404)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request, municipality_slug, pk):
    """First the heading, then the text. The first save makes the draft, and its page goes on."""
    budget = budget_or_404(request, pk)
    if not request.user.is_authenticated:
        return keep_typed(request, reverse("budgets:write_work", args=[municipality_slug, pk]))
    known = own_by_key(request, request.POST.get("form_key"))
    if reason := None if known else why_not_begin(request.user, budget):
        return blocked(request, budget, reason)
    if request.method == "POST":
        return save(request, budget, known)
    typed = request.session.pop(KEPT, {}) if request.method == "GET" else {}
    typed = typed or drafts.words_from(source_of(request, request.GET.get("desde")))
    heading = request.GET.get("rubro") or typed.get("heading")
    chosen = headings_of(budget).filter(pk=number(str(heading or ""))).first()
    if chosen is None:
        return choose_heading(request, budget, typed)
    initial = typed | {"form_key": typed.get("form_key") or uuid.uuid4(), "heading": chosen.pk}
    form = WorkForm(budget=budget, user=request.user, initial=initial)
    return show_form(request, form, budget)


def choose_heading(request, budget, typed):
    """What a heading is, and which there are, with their money and whose they are."""
    if typed:
        request.session[KEPT] = {name: str(value) for name, value in typed.items()}
    proof = request.user.proof
    found = list(headings_of(budget))
    if len(found) == 1:
        address = request.GET.copy()
        address["rubro"] = found[0].pk
        return redirect(f"{request.path}?{address.urlencode()}")
    mine = [h for h in found if proof and (not h.districts or proof.district_id in h.districts)]
    context = {"budget": budget, "headings": found, "mine": mine, "steps": steps(0)}
    return render(request, "budgets/works/heading.html", context)


def steps(now):
    """Where somebody is on the way to a published work."""
    labels = (_("The money"), _("What, where, for whom"), _("Look and publish"))
    states = ["done" if place < now else "todo" for place in range(len(labels))]
    states[now] = "current"
    return [Step(label, state) for label, state in zip(labels, states, strict=True)]


def keep_typed(request, then):
    """Who writes before signing in finds the text again afterwards."""
    drafts.keep_typed(request, KEPT, TYPED)
    asked = request.GET.urlencode()
    return redirect(sign_in(f"{then}?{asked}" if asked else then))


def source_of(request, thread):
    """The public thing of this place that somebody makes a work of; its room is not known here."""
    return links.source_of(thread or "", request.municipality.pk)


def own_by_key(request, key):
    if (key := drafts.form_key(key)) is None:
        return None
    own = Work.objects.for_municipality(request.municipality).of(request.user)
    pk = own.filter(form_key=key).values_list("pk", flat=True).first()
    return own_or_none(request, pk) if pk else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk):
    work = own_or_none(request, pk)
    if work is None:
        if request.method == "POST" and not request.user.is_authenticated:
            return keep_typed(request, request.path)  # the session ended while they wrote
        return not_yours(request)
    if reason := why_not_edit(request.user, work):
        return refused(request, reason, fallback_of(work))
    if request.method == "POST":
        return save(request, work.budget, work)
    typed = request.session.pop(KEPT, {}) if request.method == "GET" else {}
    form = WorkForm(budget=work.budget, user=request.user, work=work, initial=typed)
    return show_form(request, form, work.budget, work)


def save(request, budget, work):
    """Keep what can be understood, whatever else is wrong, and go where the button said."""
    is_public = work is not None and not work.is_draft
    goes_on = request.POST.get("do") == "preview"
    form = WorkForm(
        request.POST,
        request.FILES,
        budget=budget,
        user=request.user,
        work=work,
        publishing=is_public or goes_on,
    )
    is_valid = form.is_valid()
    if is_valid or (not is_public and "heading" in form.words):
        try:
            work = keep_words(request, form, budget, work)
            problems = actions.change_files(work, by=request.user, **form.files_changed)
        except actions.CannotEdit as error:
            form.add_error(None, str(error))
        else:
            for problem in problems:
                form.add_error(None, problem)
    if form.errors:
        return show_form(request, form, budget, work, status=422)
    slug = request.municipality.slug
    if is_public:
        said = screening.WAITS if work.is_hidden else _("Your changes are published.")
        messages.success(request, said)
        return redirect(work)
    if goes_on:
        return redirect("budgets:preview_work", slug, work.pk)
    messages.success(request, _("Draft saved. Only you can see it."))
    return redirect("budgets:edit_work", slug, work.pk)


def keep_words(request, form, budget, work):
    if work:
        work = actions.revise(work, by=request.user, **form.words)
    else:
        work = actions.begin(
            budget,
            by=request.user,
            form_key=form.cleaned_data.get("form_key") or uuid.uuid4(),
            came_from=source_of(request, form.cleaned_data.get("came_from")),
            **form.words,
        )
    return placed(work, request.municipality)


def show_form(request, form, budget, work=None, status=200):
    slug = request.municipality.slug
    is_draft = work is None or work.is_draft
    if work:
        form.show_files(work.thread)
        action = reverse("budgets:edit_work", args=[slug, work.pk])
        autosave_url = reverse("budgets:autosave_work_draft", args=[slug, work.pk])
    else:
        action = reverse("budgets:write_work", args=[slug, budget.pk])
        autosave_url = reverse("budgets:autosave_work", args=[slug, budget.pk])
    typing = "input delay:600ms"
    for name, page, asks in (
        ("title", "similar_works", {"hx-target": "#similar", "hx-trigger": typing}),
        (
            "estimate",
            "cost_hint",
            {
                "hx-target": "#cost-hint",
                "hx-include": "#id_heading",
                "hx-trigger": f"{typing}, change from:#id_heading",
            },
        ),
    ):
        address = reverse(f"budgets:{page}", args=[slug, budget.pk])
        form.fields[name].widget.attrs |= asks | {"hx-get": address}
    context = {
        "form": form,
        "budget": budget,
        "work": work,
        "is_draft": is_draft,
        "action": action,
        "autosave_url": autosave_url if is_draft else "",
        "steps": steps(1),
        "hint": hint_for(work.heading, work.estimate) if work else None,
    }
    return render(request, "budgets/works/write.html", context, status=status)


@never_cache
@require_POST
def autosave(request, municipality_slug, pk):
    """What the page sends while somebody types. Answers when it was kept, in a few words."""
    budget = budget_or_404(request, pk)
    key = request.POST.get("form_key")
    work = own_by_key(request, key) if request.user.is_authenticated else None
    return keep_quietly(request, budget, work)


@never_cache
@require_POST
def autosave_draft(request, municipality_slug, pk):
    work = own_or_none(request, pk)
    if work is None or not work.is_draft:
        return HttpResponse(_("This draft is not here any more."), status=404)
    return keep_quietly(request, work.budget, work)


def keep_quietly(request, budget, work):
    why_not = why_not_put_forward if work else why_not_begin
    if reason := why_not(request.user, budget):
        return HttpResponse(str(reason), status=403)
    form = WorkForm(request.POST, budget=budget, user=request.user, work=work)
    is_clear = form.is_valid()
    says_nothing = work is None and not any(form.words.get(name) for name in (*ESSENTIAL, "body"))
    if says_nothing or "heading" not in form.words:
        return HttpResponse("")
    try:
        keep_words(request, form, budget, work)
    except actions.CannotEdit as error:
        return HttpResponse(str(error), status=409)
    return HttpResponse(drafts.saved_now(is_clear))


@never_cache
@require_safe
def preview(request, municipality_slug, pk):
    work = own_or_none(request, pk)
    if work is None:
        return not_yours(request)
    if not work.is_draft:
        return redirect(work)
    context = {
        "work": work,
        "reason": why_not_publish(request.user, work),
        "missing": [name for name in ESSENTIAL if not says_something(getattr(work, name))],
        "hint": hint_for(work.heading, work.estimate),
        "pictures": pictures_of(work),
        "documents": work.thread.documents.all(),
        "steps": steps(2),
        **similar_to(request, work.budget, work.title),
    }
    return render(request, "budgets/works/preview.html", context)


@require_POST
def publish(request, municipality_slug, pk):
    work = own_or_none(request, pk)
    if work is None:
        return not_yours(request)
    reason = why_not_publish(request.user, work) or limits.why_wait(
        request, request.user, request.municipality, TracedAct.WORK
    )
    if reason:
        return refused(request, reason, fallback_of(work))
    try:
        work = actions.publish(work, by=request.user)
    except actions.CannotPublish as error:
        return refused(request, Reason(str(error)), fallback_of(work))
    traces.leave(request, work.thread, TracedAct.WORK)
    said = _("Your work is put forward with the code %(code)s. Share it with your neighbours.")
    messages.success(request, screening.WAITS if work.is_hidden else said % {"code": work.code})
    return redirect(work)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, municipality_slug, pk):
    work = own_or_none(request, pk)
    if work is None:
        return not_yours(request)
    if reason := why_not_delete_draft(request.user, work):
        return refused(request, reason, work.get_absolute_url())
    if request.method == "POST":
        actions.delete_draft(work)
        messages.success(request, _("The draft is deleted."))
        return redirect("budgets:my_works", municipality_slug)
    return render(request, "budgets/works/delete.html", {"work": work})


@require_safe
@vary_on_headers("HX-Request")
def similar(request, municipality_slug, pk):
    """Works and proposals that may ask for the same, while somebody writes a title."""
    budget = budget_or_404(request, pk)
    title = drafts.title_asked(request)
    template = "budgets/works/_similar.html" if request.htmx else "budgets/works/similar.html"
    context = {"budget": budget, "title": title, **similar_to(request, budget, title)}
    return render(request, template, context)


def similar_to(request, budget, title):
    """Works of this budget, and proposals of this place with whether one may bring them in."""
    title = drafts.searchable(title)
    if not title:
        return {"similar": [], "proposals": []}
    works = Work.objects.for_municipality(budget.municipality).filter(budget=budget).public()
    meant = vocabulary.meant(budget.municipality, title)
    found = list(works.defer("search", "body").like(meant)[:SIMILAR])
    for work in found:
        work.municipality = budget.municipality
    proposals = similar_proposals(request, title)
    brought = set(works.filter(proposal__in=proposals).values_list("proposal", flat=True))
    return {
        "similar": found,
        "proposals": [
            (proposal, why_not_bring(request.user, proposal, budget) is None)
            for proposal in proposals
            if proposal.pk not in brought
        ],
    }


@require_safe
@vary_on_headers("HX-Request")
def cost_hint(request, municipality_slug, pk):
    """Whether what somebody types is more than the heading has; nothing keeps them from it."""
    budget = budget_or_404(request, pk)
    form = HintForm(request.GET, budget=budget)
    hint = hint_for(**form.cleaned_data) if form.is_valid() else None
    return render(request, "budgets/works/_cost_hint.html", {"hint": hint})


def hint_for(heading, estimate):
    """The heading, if its money is less than the work would cost."""
    return heading if estimate and estimate > heading.money else None


def fallback_of(work):
    if work.is_draft:
        return reverse("budgets:preview_work", args=[work.municipality.slug, work.pk])
    return work.get_absolute_url()


def blocked(request, budget, reason):
    """Writing is not possible here now: why, and the way on."""
    context = {"budget": budget, "reason": reason}
    return render(request, "budgets/works/blocked.html", context, status=403)
