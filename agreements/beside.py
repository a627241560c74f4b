"""What stands beside a convenio on its public page: how it goes, its work plan, what others observe."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from agreements import badges, board
from agreements.enums import AgreementState
from agreements.models import Agreement, Observation, Transfer, WorkItem


def of(convenio: Agreement, *, by: Any) -> dict[str, Any]:
    return {
        "light": board.light_of(convenio, by=by),
        "days_left": days_left(convenio),
        "items": items(convenio),
        "reschedules": list(convenio.reschedules.select_related("item")),
        "observations": observations(convenio),
        "transfers": list(
            Transfer.objects.filter(agreement=convenio, published_at__isnull=False).select_related(
                "version__practice", "municipality"
            )
        ),
    }


def days_left(convenio: Agreement, day: date | None = None) -> int | None:
    """Days until its end; nothing for one that has none, has ended, or is not signed."""
    if convenio.state != AgreementState.SIGNED or convenio.ends_on is None:
        return None
    return max((convenio.ends_on - (day or timezone.localdate())).days, 0)


def items(convenio: Agreement) -> list[dict[str, Any]]:
    """The steps of the work plan: approved first, planned now, done, and how late."""
    found = WorkItem.objects.filter(agreement=convenio).select_related("party__organization__town")
    return [
        {"item": one, "badge": badges.item(one.state), "late": one.days_late()}
        for one in found.order_by("starts_on", "pk")
    ]


def observations(convenio: Agreement) -> list[Observation]:
    """Of the convenio, its plan and its transfers; replies come with what they reply to."""
    replies = Observation.objects.exclude(published_at=None).select_related("organization")
    return list(
        Observation.objects.filter(
            Q(agreement=convenio) | Q(item__agreement=convenio) | Q(transfer__agreement=convenio),
            replies_to=None,
            published_at__isnull=False,
        )
        .select_related("organization")
        .prefetch_related(Prefetch("replies", replies))
    )
