"""What pages of evaluation share: who opens them, the page with one form, and files as they are sent."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from agreements.rules.evaluation import may_read_all, observing_for, why_not_work
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from municipalities.rls import region_scope


PER_PAGE = 25
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def of_the_town(view):
    """For those who speak for the municipality of the address; the view gets it."""

    @never_cache
    @wraps(view)
    def inside(request, municipality_slug, **kwargs):
        municipality = municipality_or_404(request)
        if not request.user.is_authenticated:
            return redirect(sign_in(request.get_full_path()))
        if why_not_work(request.user, municipality):
            raise PermissionDenied
        return view(request, municipality, **kwargs)

    return inside


def for_observers(view):
    """For those who read all: the page is made inside the region's scope, and the log says so."""

    @never_cache
    @wraps(view)
    def inside(request, **kwargs):
        if not request.user.is_authenticated:
            return redirect(sign_in(request.get_full_path()))
        if not may_read_all(request.user):
            raise PermissionDenied
        with region_scope("the observers' workspace", by=request.user):
            return view(request, **kwargs)

    return inside


def for_organizations(view):
    """For observers who speak for an organisation, which the view gets; they add beside the record."""

    @for_observers
    @wraps(view)
    def inside(request, **kwargs):
        organization = observing_for(request.user)
        if organization is None:
            raise PermissionDenied
        return view(request, organization, **kwargs)

    return inside


def form_page(
    request,
    form,
    *,
    title: Any,
    button: Any,
    back: str,
    template: str = "agreements/evaluation/form.html",
    **more: Any,
) -> HttpResponse:
    """One form on a page; with a mistake in it, it says so and keeps what was typed."""
    base = "base.html" if request.municipality else "agreements/observatory.html"
    context = {"form": form, "title": title, "button": button, "back": back, "base": base, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def page_of(request, things) -> Any:
    return Paginator(things, PER_PAGE).get_page(request.GET.get("page"))


def sent(content: bytes, name: str, kind: str = "application/pdf") -> HttpResponse:
    """A file made from data, under its own name; it runs nothing."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
