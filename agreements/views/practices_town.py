"""Our transfers: what a municipality's staff see and do, in their own space."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import presets, transfers as actions
from agreements.forms.practices import (
    AcceptForm,
    AdaptationForm,
    BeginForm,
    PresetForm,
    ReadinessForm,
)
from agreements.models import PracticeVersion, Transfer
from agreements.rules.practices import readiness_gaps, why_not_move_transfer
from agreements.showing import links_of
from agreements.transfers_told import tell
from decide.common.permissions import Refusal
from municipalities.desks import for_staff


PER_PAGE = 20


staff_of_town = for_staff("agreements.work_on_transfers")


def transfer_or_404(municipality, pk):
    found = Transfer.objects.filter(municipality=municipality)
    found = found.select_related("version__practice", "agreement")
    transfer = get_object_or_404(found, pk=pk)
    transfer.municipality = municipality
    return transfer


@require_safe
@staff_of_town
def transfers(request, municipality):
    found = Transfer.objects.filter(municipality=municipality)
    page = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    ids = [one.pk for one in page.object_list]
    context = {
        "page": page,
        "all": sorted(tell(Transfer.objects.filter(pk__in=ids)), key=lambda one: -one.transfer.pk),
    }
    return render(request, "agreements/practices/our_transfers.html", context)


@require_safe
@staff_of_town
def transfer(request, municipality, pk):
    """One of ours: what is done, what comes now, and what each component is here."""
    found = transfer_or_404(municipality, pk)
    (told,) = tell(Transfer.objects.filter(pk=found.pk))
    adapted = {one.adaptation.component_id: one for one in told.adaptations}
    components = found.version.components.all()
    context = {
        "told": told,
        "groups": links_of(found),
        "transfer": found,
        "components": [(one, adapted.get(one.pk)) for one in components],
        "readiness": readiness_gaps(found),
        "may_answer": why_not_move_transfer(found, "readiness") is None,
        "may_accept": why_not_move_transfer(found, "accepted") is None,
        "preset": found.version.modules and not municipality.is_open,
    }
    return render(request, "agreements/practices/our_transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def begin_transfer(request, municipality):
    form = BeginForm(
        request.POST or None, versions=PracticeVersion.objects.offered().select_related("practice")
    )

    def act(values):
        return actions.begin(municipality, by=request.user, **values)

    return asked(
        request,
        form,
        act,
        title=_("We want a practice"),
        button=_("Say that we want it"),
        back=(reverse("agreed:transfers", args=[municipality.slug]), _("Our transfers")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def transfer_readiness(request, municipality, pk):
    found = transfer_or_404(municipality, pk)
    form = ReadinessForm(request.POST or None, transfer=found)

    def act(_values):
        return actions.answer_readiness(found, form.answers, by=request.user)

    return asked(
        request,
        form,
        act,
        title=_("Are we ready?"),
        lead=_("What is missing can be mended; say how, and the transfer goes on."),
        button=_("Save the answers"),
        back=back_to(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def transfer_adapt(request, municipality, pk, component):
    found = transfer_or_404(municipality, pk)
    one = get_object_or_404(found.version.components, pk=component)
    row = found.adaptations.filter(component=one).first()
    names = ("choice", "what", "why", "norm", "verified_on")
    initial = {name: getattr(row, name) for name in names} if row else {"what": one.description}
    form = AdaptationForm(request.POST or None, initial=initial)

    def act(values):
        actions.adapt(found, one, by=request.user, **values)
        return found

    lead = _("A core component: dropped, the adoption is partial.") if one.is_core else ""
    return asked(
        request,
        form,
        act,
        title=one.name,
        lead=lead or one.description,
        button=_("Save how it is here"),
        back=back_to(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def transfer_preset(request, municipality, pk):
    """Open our space as the practice's preset has it."""
    found = transfer_or_404(municipality, pk)
    initial = {
        "contact_email": municipality.contact_email,
        "contact_office": municipality.contact_office,
        "welcome": municipality.welcome,
    }
    form = PresetForm(request.POST or None, initial=initial)

    def act(values):
        presets.use_preset(municipality, found.version, by=request.user, **values)
        return found

    return asked(
        request,
        form,
        act,
        title=_("Open our space with the preset"),
        lead=_("It switches the ways of taking part on, says welcome, and opens for everybody."),
        button=_("Open the space"),
        back=back_to(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def transfer_accept(request, municipality, pk):
    found = transfer_or_404(municipality, pk)
    form = AcceptForm(request.POST or None)

    def act(values):
        return actions.accept(found, by=request.user, **values)

    return asked(
        request,
        form,
        act,
        title=_("We accept the transfer"),
        lead=_("Every planned piece has to be verified, the act of acceptance among them."),
        button=_("Accept it"),
        back=back_to(found),
    )


def back_to(transfer):
    address = reverse("agreed:transfer", args=[transfer.municipality.slug, transfer.pk])
    return address, transfer.version.practice.title


def asked(request, form, act, *, title, button, back, lead=""):
    """Ask for it, or do it and go to the transfer; what is refused is asked again."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is kept."))
            return redirect(back_to(done)[0])
    context = {"form": form, "title": title, "button": button, "back": back, "lead": lead}
    status = 422 if form.is_bound else 200
    return render(request, "agreements/practices/town_form.html", context, status=status)
