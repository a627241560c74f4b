"""Citizens' initiatives: the legal way for everybody, each one's course, and staff's notes of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decide.common.permissions import require
from decide.common.refusals import refused, sign_in
from decide.common.typed import number
from municipalities.middleware import municipality_or_404
from norms import initiative_progress, legal_route
from norms.actions import initiatives as actions
from norms.enums import InitiativeState
from norms.forms.initiatives import InitiativeForm, MoveForm
from norms.models import Initiative
from norms.rules.initiatives import MOVES, why_not_move, why_not_revise
from participation.models import Thread


PER_PAGE = 10
MOST_ELECTORS = 40_000_000


# --- For everybody


@require_safe
def initiatives(request, municipality_slug):
    """The way by law, how many signatures it takes here, and those that are under way."""
    municipality = municipality_or_404(request)
    follows = request.user.has_perm("norms.follow_initiatives", municipality)
    here = Initiative.objects.for_municipality(municipality).order_by("-began_on", "-pk")
    page = Paginator(here if follows else here.public(), PER_PAGE).get_page(request.GET.get("page"))
    for initiative in page.object_list:
        initiative.municipality = municipality
    context = {
        "page": page,
        "rows": [(one, initiative_progress.badge(one)) for one in page.object_list],
        "follows": follows,
        "steps": legal_route.STEPS,
        "is_local": legal_route.is_local(municipality),
        "regional_base": legal_route.REGIONAL_BASE,
        "laws": legal_route.LAWS,
        "sum": sum_for(request, here),
        "crumbs": [(municipality.short_name, municipality.get_absolute_url()), (room_name(), None)],
    }
    return render(request, "norms/initiatives/index.html", context)


def room_name():
    return _("Citizens' initiatives")


def sum_for(request, initiatives):
    """Signatures needed of as many electors as were typed, or as the last published one had."""
    typed = number(request.GET.get("electores"))
    if typed is not None and 0 < typed <= MOST_ELECTORS:
        needed = legal_route.needed(typed, legal_route.SHARE)
        return {"electors": typed, "source": "", "needed": needed}
    last = initiatives.public().first()
    if last is None:
        return None
    needed = legal_route.needed(last.electors, legal_route.SHARE)
    return {"electors": last.electors, "source": last.electors_source, "needed": needed}


@require_safe
def initiative(request, municipality_slug, pk):
    found = seen_or_404(request, pk)
    follows = request.user.has_perm("norms.follow_initiatives", found.municipality)
    context = {
        "initiative": found,
        "badge": initiative_progress.badge(found),
        "steps": initiative_progress.steps(found),
        "counts": initiative_progress.counts(found),
        "left": initiative_progress.deadline(found),
        "follows": follows,
        "moves": moves_of(found) if follows else [],
        "may_revise": follows and why_not_revise(found) is None,
        "laws": legal_route.LAWS,
        "address": request.build_absolute_uri(found.get_absolute_url()),
        "crumbs": [
            (found.municipality.short_name, found.municipality.get_absolute_url()),
            (room_name(), at(found.municipality, "initiatives")),
            (found.title, None),
        ],
    }
    return render(request, "norms/initiatives/detail.html", context)


def moves_of(found):
    if not found.is_public:
        return []
    return [(NAMES[state], NEXT[state]()) for state in MOVES[InitiativeState(found.state)]]


def seen_or_404(request, pk):
    """Of this place, and public unless the person follows initiatives for the municipality."""
    municipality = municipality_or_404(request)
    here = Initiative.objects.for_municipality(municipality)
    found = get_object_or_404(here.select_related("proposal", "norm"), pk=pk)
    found.municipality = municipality
    if found.norm:
        found.norm.municipality = municipality
    if not request.user.has_perm("norms.view_initiative", found):
        raise Http404
    return found


# --- For staff


NEXT = {
    InitiativeState.PRESENTED: lambda: _("It was presented"),
    InitiativeState.GATHERING: lambda: _("Signatures are missing: they complete them"),
    InitiativeState.VERIFIED: lambda: _("Its signatures are verified"),
    InitiativeState.DECIDED: lambda: _("The council decided"),
    InitiativeState.LAPSED: lambda: _("It ended before"),
}


# As addresses name the steps.
NAMES = {
    InitiativeState.PRESENTED: "presentada",
    InitiativeState.GATHERING: "por-completar",
    InitiativeState.VERIFIED: "verificada",
    InitiativeState.DECIDED: "decidida",
    InitiativeState.LAPSED: "terminada",
}


def staff_only(request):
    """The municipality, if the person follows initiatives there; else where they sign in."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return municipality, redirect(sign_in(request.path))
    require(request.user, "norms.follow_initiatives", municipality)
    return municipality, None


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, municipality_slug):
    municipality, away = staff_only(request)
    if away:
        return away
    initial = {"share": legal_route.SHARE, "came_from": came_from(request, municipality)}
    form = InitiativeForm(request.POST or None, municipality=municipality, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.write(municipality, **form.fields_of_it)
        messages.success(request, _("It is noted. Read it once more and publish it."))
        return redirect(made)
    back = at(municipality, "initiatives"), room_name()
    title = _("Follow a citizens' initiative")
    return form_page(request, form, title=title, button=_("Save it"), back=back)


def came_from(request, municipality):
    """The path of the proposal whose page led here."""
    pk = number(request.GET.get("de"))
    here = Thread.objects.filter(municipality=municipality, is_public=True, pk=pk or 0)
    return here.values_list("path", flat=True).first() or ""


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk):
    _municipality, away = staff_only(request)
    if away:
        return away
    found = seen_or_404(request, pk)
    if reason := why_not_revise(found):
        return refused(request, reason, found.get_absolute_url())
    form = InitiativeForm(request.POST or None, instance=found, municipality=found.municipality)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise(found, **form.fields_of_it)
        except actions.CannotNote as error:
            messages.error(request, str(error))
        return redirect(found)
    back = found.get_absolute_url(), found.title
    title = _("Put right what is said of it")
    return form_page(request, form, title=title, button=_("Save it"), back=back)


@require_POST
def publish(request, municipality_slug, pk):
    _municipality, away = staff_only(request)
    if away:
        return away
    found = seen_or_404(request, pk)
    actions.publish(found)
    messages.success(request, _("Everybody can read it now."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, municipality_slug, pk, state):
    """Note its next step, as its papers say it."""
    _municipality, away = staff_only(request)
    if away:
        return away
    found = seen_or_404(request, pk)
    state = next((one for one, name in NAMES.items() if name == state), None)
    if state is None:
        raise Http404
    if reason := why_not_move(found, state):
        return refused(request, reason, found.get_absolute_url())
    form = MoveForm(request.POST or None, initiative=found, state=state)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move(found, state, **form.cleaned_data)
        except actions.CannotNote as error:
            messages.error(request, str(error))
        return redirect(found)
    back = found.get_absolute_url(), found.title
    return form_page(request, form, title=NEXT[state](), button=_("Note it"), back=back)


def form_page(request, form, *, title, button, back):
    context = {"form": form, "title": title, "button": button, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "norms/initiatives/form.html", context, status=status)


def at(municipality, name, *args):
    return reverse(f"norms:{name}", args=[municipality.slug, *args])
