"""How deep a practice has taken root: seven levels, and the evidence that each demands.

A level stands on all that those below it demand. It is only ever raised by somebody who says so
(agreements/actions/adoption.py); it goes down by itself as soon as its evidence is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from agreements.enums import (
    ActivityKind,
    ActivityState,
    AdaptationChoice,
    Adoption,
    EntryState,
    EvidenceKind,
    PieceKind,
    TransferState,
)
from agreements.models import AdoptionStep, BaselineSheet, Entry, Evidence, Transfer


MONTHS_SUSTAINED = 24
FRESH = timedelta(days=183)
PAPERS = (EvidenceKind.MINUTES, EvidenceKind.REPORT, EvidenceKind.NORM, EvidenceKind.OTHER)


@dataclass(frozen=True)
class Facts:
    """What there is to show of a transfer on a day."""

    has_paper: bool = False
    has_convenio: bool = False
    is_adapted: bool = False
    is_used: bool = False
    has_baseline: bool = False
    core_works: bool = False
    has_report: bool = False
    has_norm: bool = False
    drops_core: bool = False
    is_sustained: bool = False
    is_donor: bool = False


Demand = tuple[Callable[[Facts], bool], Any]
DEMANDS: dict[Adoption, list[Demand]] = {
    Adoption.KNOWS: [],
    Adoption.INTERESTED: [
        (
            lambda f: f.has_paper or f.has_convenio,
            gettext_lazy("an accepted letter or acta that names who is responsible"),
        )
    ],
    Adoption.COMMITTED: [(lambda f: f.has_convenio, gettext_lazy("a signed convenio"))],
    Adoption.PILOT: [
        (
            lambda f: f.is_adapted,
            gettext_lazy("for each component, whether it is kept, adapted or dropped"),
        ),
        (lambda f: f.is_used, gettext_lazy("a first real use, with accepted evidence")),
        (lambda f: f.has_baseline, gettext_lazy("a baseline that is locked")),
    ],
    Adoption.IMPLEMENTED: [
        (lambda f: f.core_works, gettext_lazy("each core component that was kept, seen working")),
        (lambda f: f.has_report, gettext_lazy("an accepted value of an indicator")),
    ],
    Adoption.INSTITUTIONAL: [
        (lambda f: not f.drops_core, gettext_lazy("every core component, none of them dropped")),
        (lambda f: f.has_norm, gettext_lazy("the accepted norm that makes it permanent")),
    ],
    Adoption.SUSTAINED: [
        (
            lambda f: f.is_sustained or f.is_donor,
            gettext_lazy(
                "24 months of use with data of the last 6, or handing it on to another municipality"
            ),
        )
    ],
}


def missing_for(level: int, facts: Facts) -> list[str]:
    """What a level still lacks, with what those below it lack."""
    return [
        str(text)
        for one, demands in DEMANDS.items()
        if one <= level
        for is_met, text in demands
        if not is_met(facts)
    ]


def supported(facts: Facts) -> Adoption:
    """The highest level that what there is to show carries."""
    return max(level for level in Adoption if not missing_for(level, facts))


def current(transfer: Transfer) -> AdoptionStep | None:
    """The level today: its latest step."""
    return transfer.adoption.order_by("-pk").first()


def facts_of(transfer: Transfer, day: date | None = None) -> Facts:
    """Look everything up, within whichever scope sees the transfer."""
    day = day or timezone.localdate()
    shown = Evidence.objects.valid().filter(
        Q(adoption__transfer=transfer) | Q(piece__transfer=transfer)
    )
    components = list(transfer.version.components.all())
    adapted = {one.component_id: one for one in transfer.adaptations.all()}
    core = [adapted.get(component.pk) for component in components if component.is_core]
    kept = [one for one in core if one is None or one.choice != AdaptationChoice.DROP]
    entries = Entry.objects.filter(
        municipality=transfer.municipality_id, state=EntryState.ACCEPTED, numerator__isnull=False
    )
    since = _implemented_since(transfer)
    return Facts(
        has_paper=shown.filter(kind__in=PAPERS).exists(),
        has_convenio=bool(transfer.agreement and transfer.agreement.signed_on),
        is_adapted=bool(components) and all(one.pk in adapted for one in components),
        is_used=shown.filter(piece__kind=PieceKind.FIRST_USE).exists()
        or Evidence.objects.valid()
        .filter(
            activity__transfer=transfer,
            activity__kind=ActivityKind.ACCOMPANIED,
            activity__state=ActivityState.HELD,
        )
        .exists(),
        has_baseline=BaselineSheet.objects.locked()
        .filter(municipality=transfer.municipality_id)
        .exists(),
        core_works=bool(kept) and all(one and one.verified_on for one in kept),
        has_report=entries.exists(),
        has_norm=shown.filter(kind=EvidenceKind.NORM).exists(),
        drops_core=len(kept) < len(core),
        is_sustained=since is not None
        and _months_later(since, MONTHS_SUSTAINED) <= day
        and entries.filter(period__ends_on__gte=day - FRESH).exists(),
        is_donor=Transfer.objects.filter(
            version__practice=transfer.version.practice_id,
            donor__town=transfer.municipality_id,
            state=TransferState.ACCEPTED,
        ).exists(),
    )


def _implemented_since(transfer: Transfer) -> date | None:
    """Since when it has been implemented without falling below; None if it is not now."""
    since = None
    for step in transfer.adoption.order_by("-pk"):
        if step.level < Adoption.IMPLEMENTED:
            break
        since = step.day
    return since


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


@transaction.atomic
def refresh(transfer: Transfer, *, by: Any) -> AdoptionStep | None:
    """Lower the level if what carried it is gone, and say why; nothing is ever raised here.

    Whoever takes evidence away calls it, in the scope that sees the transfer.
    """
    transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("version", "agreement")
        .get(pk=transfer.pk)
    )
    latest = current(transfer)
    if latest is None:
        return None
    facts = facts_of(transfer)
    level = min(latest.level, supported(facts))
    if level == latest.level and latest.is_partial == facts.drops_core:
        return None
    lacking = "; ".join(missing_for(latest.level, facts))
    reason = _("What is missing: %(what)s.") % {"what": lacking} if level < latest.level else ""
    return AdoptionStep.objects.create(
        municipality_id=transfer.municipality_id,
        transfer=transfer,
        level=level,
        is_partial=facts.drops_core,
        reason=reason[:1_000],
        by=by,
    )
