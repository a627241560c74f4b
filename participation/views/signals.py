"""The report of signals, for administrators of the place and those who watch over the region."""

from __future__ import annotations

import logging

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actions.access import log_access
from municipalities.models import Municipality
from participation import signals, traces
from participation.views.moderation_desk import crumbs_of, desk


doors = logging.getLogger("decide.doors")
PERIODS = (1, 7, 30)


@never_cache
@require_safe
@desk("participation.see_signals")
def index(request, municipality):
    asked = request.GET.get("dias", "")
    days = int(asked) if asked in map(str, PERIODS) else 7
    sections = signals.report(municipality, days)
    doors.warning("signals of %s, %d days, by %s", municipality.slug, days, request.user.pk)
    named = {found.officer for _kind, _help, all_found in sections for found in all_found}
    for officer in named - {None}:
        log_access(officer, by=request.user, where=request.path, why=_("Report of signals"))
    may_moderate = request.user.has_perm("participation.moderate", municipality)
    context = {
        "sections": sections,
        "days": days,
        "periods": PERIODS,
        "kept": traces.KEPT.days,
        "elsewhere": other_places(request.user, municipality),
        "may_declare": request.user.has_perm("participation.set_conversation", municipality),
        "crumbs": crumbs_of(municipality, _("Signals")) if may_moderate else [(_("Signals"), None)],
    }
    return render(request, "participation/moderation/signals.html", context)


def other_places(user, municipality):
    """For those who watch over the region: the reports of its other spaces."""
    if not user.has_perm("participation.watch_region"):
        return []
    return Municipality.objects.open().exclude(pk=municipality.pk).order_by("short_name")
