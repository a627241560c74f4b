"""What of a transfer wants evidence, and how much of it is there."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.enums import ActivityState, EvidenceState
from agreements.models import Activity, AdoptionStep, OutreachAct, Piece, Transfer


# What evidence can be of here, by the word in its address.
OF = {
    "pieza": ("piece", Piece),
    "actividad": ("activity", Activity),
    "campana": ("outreach", OutreachAct),
    "nivel": ("adoption", AdoptionStep),
}
TITLES = {
    "pieza": _("Pieces"),
    "actividad": _("Activities"),
    "campana": _("Campaigns"),
    "nivel": _("Levels of adoption"),
}


def to_show(transfer: Transfer) -> dict[str, QuerySet]:
    """Everything of a transfer that wants evidence, with how much of it is there."""
    found = {}
    for word, (_name, model) in OF.items():
        rows = model.objects.filter(transfer=transfer).annotate(
            accepted=Count("evidence", Q(evidence__state=EvidenceState.ACCEPTED)),
            waiting=Count("evidence", Q(evidence__state=EvidenceState.UPLOADED)),
        )
        found[word] = rows.order_by("pk")
    found["pieza"] = found["pieza"].filter(is_planned=True)
    found["nivel"] = found["nivel"].filter(level__gt=0)
    return found


def links_of(transfer: Transfer) -> list[dict[str, Any]]:
    """For the page of the transfer: what can be shown, each with its address."""
    slug = transfer.municipality.slug
    groups = []
    for word, rows in to_show(transfer).items():
        found = [
            {
                "thing": one.get_level_display() if word == "nivel" else one,
                "url": reverse("agreed:show_evidence", args=[slug, transfer.pk, word, one.pk]),
                "accepted": one.accepted,
                "waiting": one.waiting,
                "hold": reverse("agreed:hold_activity", args=[slug, transfer.pk, one.pk])
                if word == "actividad" and one.state == ActivityState.PLANNED
                else "",
            }
            for one in rows
        ]
        if found:
            groups.append({"title": TITLES[word], "rows": found})
    return groups
