"""Recognition of improvement, verified by its code; peers of like size; and the network."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import certificates as papers
from agreements.enums import NetworkKind
from agreements.improvement import TOLD, peers_of
from agreements.models import Certificate, NetworkEntry, Organization
from agreements.views.evaluation_page import page_of, sent
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


@require_safe
def certificates(request):
    """Who improved on their own baseline, by which rule; and a field to verify a code."""
    if code := request.GET.get("codigo", "").strip().upper():
        found = Certificate.objects.filter(code=code.replace("\x00", "")).first()
        if found:
            return redirect("agreements:certificate", found.code)
    context = {
        "page": page_of(request, Certificate.objects.select_related("municipality")),
        "rule": TOLD,
        "code": code,
        "crumbs": [(_("Recognition"), None)],
    }
    return render(request, "agreements/evaluation/certificates.html", context)


def certificate_or_404(code):
    found = Certificate.objects.exclude(published_at=None)
    return get_object_or_404(found.select_related("municipality__place"), code=code)


def address_of(certificate):
    return settings.SITE_URL + reverse("agreements:certificate", args=[certificate.code])


@require_safe
def certificate(request, code):
    """That a paper is true: what it says, on what it rests, and peers of like size."""
    found = certificate_or_404(code)
    among = Municipality.objects.exclude(kind=MunicipalityKind.REGION).filter(
        kind=found.municipality.kind
    )
    among = among.select_related("place").prefetch_related("place__populations")
    peers = peers_of(found.municipality, among.defer("place__outline"))
    recognised = dict(
        Certificate.objects.filter(
            municipality__in=[one for one, _people in peers], year=found.year
        ).values_list("municipality_id", "code")
    )
    context = {
        "certificate": found,
        "mechanisms": papers.mechanisms_of(found),
        "rule": TOLD,
        "peers": [(one, people, recognised.get(one.pk)) for one, people in peers],
        "crumbs": [(_("Recognition"), reverse("agreements:certificates")), (found.code, None)],
    }
    return render(request, "agreements/evaluation/certificate.html", context)


@require_safe
def certificate_pdf(request, code):
    found = certificate_or_404(code)
    return sent(papers.as_pdf(found, address_of(found)), f"certificado-{found.code}.pdf")


@require_safe
def network(request):
    """Its members, what it plans and how far that is, its meetings and what they decided."""
    entries = NetworkEntry.objects.exclude(published_at=None)
    context = {
        "members": Organization.objects.filter(Q(network__in=entries)).distinct()[:200],
        "plan": entries.filter(kind=NetworkKind.PLAN)[:50],
        "page": page_of(
            request,
            entries.exclude(kind=NetworkKind.PLAN).prefetch_related("members"),
        ),
        "crumbs": [(_("The network"), None)],
    }
    return render(request, "agreements/evaluation/network.html", context)
