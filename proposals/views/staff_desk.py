"""What the pages of the desk share: whom they exist for, and how they answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decide.common.permissions import require
from decide.common.typed import number
from municipalities.middleware import municipality_or_404
from proposals.actions import staff
from proposals.forms.staff import (
    ReasonForm,
)
from proposals.models import Proposal


BULK_AT_MOST = 100


def desk(permission: str = "proposals.work_at_desk"):
    """A page for staff of this municipality. To others it does not exist."""

    def decorate(view: Callable[..., HttpResponse]):
        @wraps(view)
        def inside(request, municipality_slug, **kwargs):
            municipality = municipality_or_404(request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm("proposals.work_at_desk", municipality):
                raise Http404
            if permission:
                require(request.user, permission, municipality)
            return view(request, municipality, **kwargs)

        return inside

    return decorate


def case_of(municipality, pk: int) -> Proposal:
    cases = Proposal.objects.for_municipality(municipality).for_staff()
    return get_object_or_404(
        cases.select_related("municipality", "thread", "author", "answer", "sheet"), pk=pk
    )


def back_to(proposal: Proposal) -> HttpResponse:
    return redirect("proposals:case", proposal.municipality.slug, proposal.pk)


def attempt(request, done: str, act: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Do it and say so, or say why not."""
    try:
        act(*args, **kwargs)
    except staff.Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def with_reason(
    request,
    proposal: Proposal,
    *,
    title: str,
    label: str,
    help_text: str,
    button: str,
    act: Callable[[str], Any],
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """A page that asks for the reason and then does it."""
    form = ReasonForm(request.POST or None, label=label, help_text=help_text)
    if request.method == "POST" and form.is_valid():
        attempt(request, done, act, form.cleaned_data["reason"])
        return back_to(proposal)
    return form_page(request, proposal, form, title=title, button=button, danger=danger)


def form_page(
    request, proposal: Proposal, form, *, title: str, button: str, danger: bool = False, **more
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "form": form,
        "title": title,
        "button": button,
        "danger": danger,
        "crumbs": crumbs_of(proposal, title),
        **more,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "proposals/staff/form.html", context, status=status)


def crumbs_of(proposal: Proposal, *more: str) -> list[tuple[str, str | None]]:
    slug = proposal.municipality.slug
    from_desk = [(_("Desk of proposals"), address("desk", slug))]
    if not more:
        return [*from_desk, (proposal.title, None)]
    return [*from_desk, (proposal.title, address("case", slug, proposal.pk)), (more[0], None)]


def crumbs_to(municipality, *names: str) -> list[tuple[str, str | None]]:
    return [
        (_("Desk of proposals"), address("desk", municipality.slug)),
        *[(name, None) for name in names],
    ]


def address(name: str, *args: Any) -> str:
    return reverse(f"proposals:{name}", args=args)


def chosen_of(municipality, values: list[str]):
    """Those of the ids that are cases here; of any other nothing is said."""
    ids = [pk for value in values[:BULK_AT_MOST] if (pk := number(value))]
    return Proposal.objects.for_municipality(municipality).for_staff().filter(pk__in=ids)
