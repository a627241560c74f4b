import uuid

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from debates import vocabulary
from debates.actions import debates as actions
from debates.forms.debates import DebateForm
from debates.models import Debate
from debates.rules.debates import (
    speaks_for_the_municipality,
    why_not_debate,
    why_not_edit,
)
from debates.views.debates import seen_or_404
from decide.common.refusals import refused, sign_in
from municipalities.middleware import municipality_or_404
from participation import drafts, limits, screening, traces
from participation.enums import TracedAct


KEPT = "debate_text"
TYPED = ("title", "text", "place_name", "closes_on", "tags", "form_key")
SIMILAR = 5


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, municipality_slug):
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return keep_typed(request)
    if request.method == "POST" and (known := own_by_key(request)):
        return redirect(known)  # sent twice
    if reason := why_not_debate(request.user, municipality):
        return render(request, "debates/blocked.html", {"reason": reason}, status=403)
    if request.method == "POST":
        return publish(request)
    typed = request.session.pop(KEPT, {})
    return show_form(request, form_for(request, initial={"form_key": uuid.uuid4()} | typed))


def form_for(request, *args, **kwargs):
    here = request.municipality
    officially = speaks_for_the_municipality(request.user, here)
    return DebateForm(
        *args,
        as_resident=request.user.lives_in(here),
        as_office=(here.contact_office or here.name)[:120] if officially else None,
        **kwargs,
    )


def keep_typed(request):
    """Who writes before signing in finds the text again afterwards."""
    drafts.keep_typed(request, KEPT, TYPED)
    return redirect(sign_in(reverse("debates:write", args=[request.municipality.slug])))


def own_by_key(request):
    if (key := drafts.form_key(request.POST.get("form_key"))) is None:
        return None
    own = Debate.objects.for_municipality(request.municipality).of(request.user)
    found = own.filter(form_key=key).first()
    if found:
        found.municipality = request.municipality
    return found


def publish(request):
    form = form_for(request, request.POST, request.FILES)
    if form.is_valid() and not waits(request, form):
        try:
            debate = actions.open_debate(
                request.municipality,
                by=request.user,
                form_key=form.cleaned_data["form_key"] or uuid.uuid4(),
                is_official=form.is_official,
                office=form.cleaned_data.get("office", ""),
                closes_at=form.closes_at,
                uploads=form.cleaned_data["images"],
                seeds=form.cleaned_data["seeds"],
                **form.words,
            )
        except actions.CannotDebate as error:
            form.add_error(None, str(error))
        else:
            traces.leave(request, debate.thread, TracedAct.DEBATE)
            said = _("Your debate is open. Share it so that people come.")
            messages.success(request, screening.WAITS if debate.is_hidden else said)
            return redirect(debate)
    return show_form(request, form, status=422)


def waits(request, form):
    """Whoever has opened several in a short time reads until when, and keeps what they wrote."""
    wait = limits.why_wait(request, request.user, request.municipality, TracedAct.DEBATE)
    if wait:
        form.add_error(None, wait.text)
    return bool(wait)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk):
    debate = seen_or_404(request, pk)
    if reason := why_not_edit(request.user, debate):
        return refused(request, reason, debate.get_absolute_url())
    if request.method != "POST":
        return show_form(request, DebateForm(debate=debate), debate)
    form = DebateForm(request.POST, request.FILES, debate=debate)
    if form.is_valid():
        try:
            with transaction.atomic():
                # Pictures first: once the new words are held for review, nothing changes any more.
                problems = actions.change_files(
                    debate,
                    by=request.user,
                    add=form.cleaned_data["images"],
                    remove=form.removed("image"),
                    descriptions=form.descriptions,
                )
                changed = actions.revise(
                    debate, by=request.user, closes_at=form.closes_at, **form.words
                )
        except actions.CannotEdit as error:
            return refused(request, error, debate.get_absolute_url())
        for problem in problems:
            messages.error(request, problem)
        said = _("Your changes are published.")
        messages.success(request, screening.WAITS if changed.is_hidden else said)
        return redirect(changed)
    return show_form(request, form, debate, status=422)


def show_form(request, form, debate=None, status=200):
    slug = request.municipality.slug
    if debate is None:
        form.fields["title"].widget.attrs |= {
            "hx-get": reverse("debates:similar", args=[slug]),
            "hx-trigger": "input delay:600ms",
            "hx-target": "#similar",
        }
    return render(request, "debates/write.html", {"form": form, "debate": debate}, status=status)


@require_safe
@vary_on_headers("HX-Request")
def similar(request, municipality_slug):
    """Debates that may ask the same, while somebody writes a question."""
    municipality_or_404(request)
    title = drafts.title_asked(request)
    template = "debates/_similar.html" if request.htmx else "debates/similar.html"
    return render(request, template, {"similar": similar_to(request.municipality, title)})


def similar_to(municipality, title):
    if not title:
        return []
    public = Debate.objects.for_municipality(municipality).public()
    meant = vocabulary.meant(municipality, title)
    found = list(public.defer("search", "text").select_related("thread").like(meant)[:SIMILAR])
    for debate in found:
        debate.municipality = municipality
    return found
