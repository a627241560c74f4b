"""Staff's pages on watched words and on places that share an address."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from decide.common.typed import number
from participation import screening
from participation.actions import guards
from participation.enums import CaseSource, WatchedKind
from participation.forms.guards import PlaceForm, TryForm, WatchForm
from participation.models import DeclaredPlace, WatchedWord
from participation.views.moderation_desk import crumbs_of, desk


@desk()
def words(request, municipality):
    """The lists, adding to them, and trying what they would do."""
    does = request.POST.get("do", "")
    form = WatchForm(request.POST if does == "add" else None)
    trial = TryForm(request.POST if does == "try" else None, auto_id="try_%s")
    if does == "add" and form.is_valid():
        added = guards.watch(
            municipality, form.cleaned_data["kind"], form.cleaned_data["texts"], by=request.user
        )
        said = ngettext("Added: %(count)d.", "Added: %(count)d.", added) % {"count": added}
        if known := len(form.cleaned_data["texts"]) - added:
            said += " " + _("On the list already: %(count)d.") % {"count": known}
        messages.success(request, said)
        return redirect("participation:watched_words", municipality.slug)
    tried = does == "try" and trial.is_valid()
    listed = WatchedWord.objects.filter(municipality=municipality).select_related("added_by")
    context = {
        "form": form,
        "trial": trial,
        "tried": tried,
        "found": found_in(trial.cleaned_data["text"], municipality) if tried else [],
        "lists": [
            (label, [word for word in listed if word.kind == kind])
            for kind, label in WatchedKind.choices
        ],
        "crumbs": crumbs_of(municipality, _("Watched words")),
    }
    status = 422 if form.errors or trial.errors else 200
    return render(request, "participation/moderation/words.html", context, status=status)


def found_in(text, municipality):
    found = screening.look(text, municipality)
    return [(CaseSource(source).label, texts) for source, texts in found.items()]


@require_POST
@desk()
def stop_watching(request, municipality):
    chosen = [pk for value in request.POST.getlist("word")[:1000] if (pk := number(value))]
    removed = guards.stop_watching(municipality, chosen, by=request.user)
    if removed:
        said = ngettext("Taken off the list: %(count)d.", "Taken off the list: %(count)d.", removed)
        messages.success(request, said % {"count": removed})
    else:
        messages.error(request, _("Choose at least one."))
    return redirect("participation:watched_words", municipality.slug)


@desk("participation.set_conversation")
def places(request, municipality):
    """The places that are declared, and declaring one."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guards.declare_place(municipality, by=request.user, **form.cleaned_data)
        messages.success(request, _("The place is declared."))
        return redirect("participation:declared_places", municipality.slug)
    now = timezone.now()
    declared = DeclaredPlace.objects.filter(municipality=municipality).select_related("declared_by")
    context = {
        "form": form,
        "places": [(place, place.ends_at is None or place.ends_at > now) for place in declared],
        "address": get_adapter().get_client_ip(request),
        "crumbs": crumbs_of(municipality, _("Places that share a connection")),
    }
    status = 422 if form.errors else 200
    return render(request, "participation/moderation/places.html", context, status=status)


@require_POST
@desk("participation.set_conversation")
def end_place(request, municipality, pk):
    place = get_object_or_404(DeclaredPlace, municipality=municipality, pk=pk)
    guards.end_place(place, by=request.user)
    messages.success(request, _("It is a connection like any other again."))
    return redirect("participation:declared_places", municipality.slug)
