"""What a convenio still lacks, to be signed and to be shown: lists of sentences, empty if nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import clauses
from agreements.enums import ActKind, FileKind, OrganizationKind, PartyRole
from agreements.models import Agreement, BaselineSheet, Undertaking
from municipalities.mechanisms import MECHANISMS


WHOLE = Decimal("100.00")
MUNICIPAL = (OrganizationKind.PROVINCIAL, OrganizationKind.DISTRICT)
KNOWN_MECHANISMS = {mechanism.code for mechanism in MECHANISMS}


def for_signing(agreement: Agreement) -> list[str]:
    """The database refuses these too (migration 0002); here they are said in words, all at once."""
    lacking = []
    parties = [
        party
        for party in agreement.parties.select_related("organization")
        if party.role != PartyRole.OBSERVER
    ]
    if len(parties) < 2:
        lacking.append(_("A convenio has two parties at least."))
    today = timezone.localdate()
    for party in parties:
        if party.signed_on is None:
            lacking.append(_("The day when %(party)s signed is missing.") % {"party": party})
        elif party.signed_on > today:
            lacking.append(_("The day when %(party)s signed is still to come.") % {"party": party})
    if not agreement.council_exception:
        empowered = set(
            agreement.acts.filter(kind=ActKind.COUNCIL).values_list("party_id", flat=True)
        )
        lacking += [
            _("The acuerdo de concejo of %(party)s is missing.") % {"party": party}
            for party in parties
            if party.organization.kind in MUNICIPAL and party.pk not in empowered
        ]
    path = agreement.template.path if agreement.template else []
    there = set(agreement.acts.values_list("kind", flat=True))
    lacking += [
        _("On its way it needs: %(paper)s.") % {"paper": ActKind(kind).label}
        for kind in path
        if kind not in there and kind != ActKind.COUNCIL  # said for each municipality above
    ]
    if not agreement.files.filter(kind=FileKind.SIGNED).exists():
        lacking.append(_("The signed file is missing."))
    if agreement.ends_on is None and not agreement.open_ended_why:
        lacking.append(_("Say until when it is in force, or why it has no end."))
    return lacking


def for_publication(agreement: Agreement) -> list[str]:
    """What makes a convenio say what it is for, and how one will know (R56, R64, R65, R66)."""
    lacking = [
        sentence
        for value, sentence in (
            (agreement.problem, _("Say which problem it is about.")),
            (agreement.population, _("Say which people it is about.")),
            (agreement.expected_change, _("Say what is to change.")),
        )
        if not value.strip()
    ]
    undertakings = list(agreement.undertakings.select_related("party__organization", "indicator"))
    if not any(u.mechanism in KNOWN_MECHANISMS for u in undertakings):
        lacking.append(_("No undertaking names the way of taking part that it improves."))
    measured = [u for u in undertakings if u.indicator_id]
    if not measured:
        lacking.append(_("No undertaking has an indicator."))
    if measured and not any(u.target is not None for u in measured):
        lacking.append(_("No undertaking has a target."))
    locked = towns_with_a_baseline(measured)
    lacking += [
        _("Without a baseline: %(what)s.") % {"what": undertaking}
        for undertaking in measured
        if undertaking.baseline is None and undertaking.party.organization.town_id not in locked
    ]
    total = weights(undertakings)
    if total != WHOLE:
        lacking.append(_("The weights add up to %(total)s, not to 100.00.") % {"total": total})
    lacking += [
        _("The clause «%(clause)s» is missing.") % {"clause": title}
        for title in clauses.missing(agreement)
    ]
    return lacking


def weights(undertakings: list[Undertaking]) -> Decimal:
    return sum((u.weight for u in undertakings), Decimal("0.00")).quantize(Decimal("0.01"))


def towns_with_a_baseline(undertakings: list[Undertaking]) -> set[Any]:
    towns = {u.party.organization.town_id for u in undertakings} - {None}
    return set(
        BaselineSheet.objects.locked()
        .filter(municipality__in=towns)
        .values_list("municipality_id", flat=True)
    )
