"""The catalogue of good practices, and what was transferred to whom: for everybody."""

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import kits, peers, transfers_pdf
from agreements.adoption import DEMANDS
from agreements.enums import LearningKind, PracticeState, TransferState
from agreements.forms.practices import CatalogueForm
from agreements.models import Learning, Practice, PracticeVersion, Transfer
from agreements.rules.practices import nominators_for
from agreements.transfers_told import advice_in_public, in_public, matrix, with_kit
from municipalities.models import Municipality


PER_PAGE = 12
ROWS = 25
AT_MOST = 3  # compared side by side


@require_safe
def practices(request):
    """What may be handed on, narrowed by the address."""
    form = CatalogueForm(request.GET)
    adopted = Count(
        "practice__versions__transfers__municipality",
        distinct=True,
        filter=Q(practice__versions__transfers__published_at__isnull=False)
        & ~Q(practice__versions__transfers__state=TransferState.ABANDONED),
    )
    found = (
        form.narrow(PracticeVersion.objects.offered())
        .select_related("practice__origin")
        .annotate(adopted=adopted)
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "crumbs": [(_("Good practices"), None)],
        "may_nominate": bool(nominators_for(request.user)),
    }
    return render(request, "agreements/practices/index.html", context)


def crumbs_of(practice, *more):
    here = practice.get_absolute_url() if more else None
    return [(_("Good practices"), reverse("agreements:practices")), (practice.title, here), *more]


def version_or_404(request, code):
    """The version of the address (`?v=`), else the newest that is frozen."""
    practice = get_object_or_404(
        Practice.objects.filter(state__in=[PracticeState.PUBLISHED, PracticeState.RETIRED]),
        code=code,
    )
    versions = with_kit(PracticeVersion.objects.frozen().filter(practice=practice))
    number = request.GET.get("v", "")
    if number:
        if not number.isdecimal() or len(number) > 4:
            raise Http404
        return get_object_or_404(versions, number=int(number))
    version = versions.order_by("-number").first()
    if version is None:
        raise Http404
    return version


@require_safe
def practice(request, code):
    """Its sheet: what it is, what it needs, where it fails, who reviewed it, where it is used."""
    version = version_or_404(request, code)
    adopted = (
        Transfer.objects.published()
        .with_level()
        .filter(version__practice=version.practice)
        .select_related("municipality", "version")
        .order_by("municipality__short_name")
    )
    lessons = Learning.objects.filter(
        transfer__version__practice=version.practice,
        kind=LearningKind.LESSON,
        published_at__isnull=False,
    )
    context = {
        "version": version,
        "practice": version.practice,
        "versions": PracticeVersion.objects.frozen()
        .filter(practice=version.practice)
        .order_by("-number")
        .only("number", "frozen_at", "what_changed", "practice_id"),
        "adopted": adopted[:50],
        "lessons": lessons[:10],
        "events": version.practice.events.order_by("pk"),
        "crumbs": crumbs_of(version.practice),
    }
    return render(request, "agreements/practices/detail.html", context)


@require_safe
def practice_kit(request, code):
    """The kit as a zip, to be taken along where there is no internet."""
    version = version_or_404(request, code)
    return FileResponse(
        kits.kit_of(version),
        as_attachment=True,
        filename=kits.name_of(version),
        content_type="application/zip",
    )


@require_safe
def compare_practices(request):
    """Up to three, fact by fact."""
    codes = list(dict.fromkeys(request.GET.getlist("p")))[:AT_MOST]
    found = {
        one.practice.code: one
        for one in with_kit(PracticeVersion.objects.offered().filter(practice__code__in=codes))
    }
    context = {
        "sides": [found[code] for code in codes if code in found],
        "crumbs": [
            (_("Good practices"), reverse("agreements:practices")),
            (_("Compare practices"), None),
        ],
    }
    return render(request, "agreements/practices/compare.html", context)


@require_safe
def practice_matrix(request):
    """Practice by municipality: how deep each has taken root."""
    used = (
        Practice.objects.filter(versions__transfers__published_at__isnull=False)
        .distinct()
        .order_by("code")
    )
    columns = list(used)
    places = (
        Municipality.objects.filter(transfers__published_at__isnull=False)
        .annotate(last=Max("transfers__pk"))
        .order_by("place_id")
    )
    page = Paginator(places, ROWS).get_page(request.GET.get("page"))
    context = {
        "columns": columns,
        "page": page,
        "rows": matrix(page.object_list, [one.pk for one in columns]),
        "ladder": [
            (level.value, level.label, [t for _ok, t in DEMANDS[level]]) for level in DEMANDS
        ],
        "crumbs": [
            (_("Good practices"), reverse("agreements:practices")),
            (_("Which practice stands where"), None),
        ],
    }
    return render(request, "agreements/practices/matrix.html", context)


@require_safe
def transfer(request, pk):
    """One transfer: its six pieces, its activities, and what the municipality made of it."""
    get_object_or_404(Transfer.objects.published(), pk=pk)
    (told,) = in_public(Transfer.objects.filter(pk=pk), by=request.user)
    place = told.transfer.municipality
    context = {
        "told": told,
        "crumbs": [
            (place.short_name, reverse("agreements:town_transfers", args=[place.slug])),
            (told.transfer.version.practice.title, None),
        ],
    }
    return render(request, "agreements/practices/transfer.html", context)


def town_or_404(slug):
    found = Municipality.objects.select_related("place").defer("place__outline")
    return get_object_or_404(found, slug=slug)


@require_safe
def town_transfers(request, slug):
    """What was transferred to a municipality, in what form, to whom, with what effect."""
    town = town_or_404(slug)
    context = {
        "town": town,
        "all": in_public(Transfer.objects.filter(municipality=town), by=request.user),
        "advice": advice_in_public(town),
        "crumbs": [(town.short_name, None)],
    }
    return render(request, "agreements/practices/town.html", context)


@require_safe
def town_transfers_pdf(request, slug):
    town = town_or_404(slug)
    told = in_public(Transfer.objects.filter(municipality=town), by=request.user)
    response = HttpResponse(
        transfers_pdf.sheet(town, told, advice_in_public(town)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="transferencia-{town.slug}.pdf"'
    return response


@require_safe
def alike(request, slug):
    """Municipalities near to this one in people, height and countryside, and what they adopted."""
    town = town_or_404(slug)
    found = peers.alike(town)
    adopted = {}
    for one in (
        Transfer.objects.published()
        .active()
        .with_level()
        .filter(municipality__in=[peer.municipality for peer in found])
        .select_related("version__practice")
    ):
        adopted.setdefault(one.municipality_id, []).append(one)
    context = {
        "town": town,
        "rows": [(peer, adopted.get(peer.municipality.pk, [])) for peer in found],
        "crumbs": [
            (town.short_name, reverse("agreements:town_transfers", args=[town.slug])),
            (_("Municipalities like this one"), None),
        ],
    }
    return render(request, "agreements/practices/alike.html", context)
