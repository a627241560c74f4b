"""A convenio as a page tells it: to everybody what is public, to its parties all of it.

Pages of a municipality run in its scope, where the walls let its own drafts through: so what the
public may not read is left out here, by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from agreements import clauses
from agreements.enums import AddendumState, AgreementState, FileKind, ReportState, Standing
from agreements.lateness import TONES as LATENESS_TONES, lateness
from agreements.models import (
    Addendum,
    Advice,
    Agreement,
    AgreementEvent,
    AgreementFile,
    Clause,
    Coordinator,
    Party,
    Report,
    Undertaking,
)
from agreements.states import VERBS
from municipalities.mechanisms import MECHANISMS


TONES = {
    AgreementState.DRAFT: ("quiet", "edit"),
    AgreementState.REVIEW: ("wait", "search"),
    AgreementState.OBSERVED: ("wait", "comment"),
    AgreementState.TO_SIGN: ("wait", "edit"),
    AgreementState.SUSPENDED: ("wait", "minus"),
    AgreementState.TERMINATED: ("bad", "cross"),
    AgreementState.CLOSED: ("quiet", "check"),
    AgreementState.DENIED: ("bad", "cross"),
    Standing.NOT_YET: ("wait", "clock"),
    Standing.IN_FORCE: ("good", "check"),
    Standing.EXPIRED: ("bad", "clock"),
}
MECHANISM_NAMES = {mechanism.code: mechanism.name for mechanism in MECHANISMS}
# What holds documents of identity and signatures is shown in its redacted copy alone.
ONLY_REDACTED = (FileKind.SIGNED, FileKind.ADDENDUM)


def badge(agreement: Agreement) -> dict[str, Any]:
    """Its state in a word, an icon and a tone, with what follows from the dates."""
    tone, icon = TONES[agreement.standing() or agreement.state]
    return {"label": agreement.shown_state, "tone": tone, "icon": icon}


def listed(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """With all that a line of a list needs."""
    parties = Party.objects.select_related("organization")
    return agreements.prefetch_related(Prefetch("parties", queryset=parties)).order_by(
        "-signed_on", "-pk"
    )


def public_copy(file: AgreementFile) -> Any:
    """The file that everybody may read, or None."""
    if not file.is_public:
        return None
    if file.public_file:
        return file.public_file
    return None if file.kind in ONLY_REDACTED else file.file


@dataclass(frozen=True)
class PartyLine:
    party: Party
    coordinator: Coordinator | None

    @property
    def is_current(self) -> bool:
        return self.coordinator is not None and self.coordinator.office.is_current


@dataclass(frozen=True)
class UndertakingLine:
    undertaking: Undertaking

    @property
    def mechanism(self) -> Any:
        return MECHANISM_NAMES.get(self.undertaking.mechanism, self.undertaking.mechanism)


@dataclass(frozen=True)
class EventLine:
    event: AgreementEvent

    @property
    def what(self) -> Any:
        return VERBS.get(self.event.verb, self.event.verb)

    @property
    def after(self) -> Any:
        """A state in words; anything else as it was written."""
        state = self.event.after in AgreementState.values
        return AgreementState(self.event.after).label if state else self.event.after


@dataclass(frozen=True)
class FileLine:
    file: AgreementFile
    url: str


@dataclass(frozen=True)
class ReportLine:
    report: Report

    @property
    def badge(self) -> dict[str, Any]:
        late = lateness(self.report)
        tone, icon = LATENESS_TONES[late]
        accepted = self.report.state in (ReportState.ACCEPTED, ReportState.CERTIFIED)
        label = self.report.get_state_display() if accepted else late.label
        return {"label": label, "tone": tone, "icon": icon}


@dataclass(frozen=True)
class Sheet:
    """All that a page, the PDF and the DOCX tell of one convenio.

    `inside`: to its parties and the region. `town`: the slug below which the page lies, if any.
    """

    agreement: Agreement
    inside: bool = False
    town: str = ""

    @property
    def badge(self) -> dict[str, Any]:
        return badge(self.agreement)

    @cached_property
    def parties(self) -> list[PartyLine]:
        today = timezone.localdate()
        current = Q(ends_on=None) | Q(ends_on__gte=today)
        coordinators = {
            one.party_id: one
            for one in Coordinator.objects.filter(
                current, agreement=self.agreement, starts_on__lte=today
            ).select_related("office__organization")
        }
        parties = self.agreement.parties.select_related("organization__town")
        return [PartyLine(party, coordinators.get(party.pk)) for party in parties]

    @cached_property
    def clauses(self) -> list[Clause]:
        return list(self.agreement.clauses.all())

    @cached_property
    def missing_clauses(self) -> list[str]:
        return clauses.missing(self.agreement, self.clauses)

    @cached_property
    def undertakings(self) -> list[UndertakingLine]:
        found = self.agreement.undertakings.select_related(
            "party__organization", "indicator", "practice"
        )
        return [UndertakingLine(one) for one in found]

    @cached_property
    def acts(self) -> list[Any]:
        return list(self.agreement.acts.select_related("party__organization"))

    @cached_property
    def files(self) -> list[FileLine]:
        files = self.agreement.files.all()
        return [
            FileLine(file, self.address_of(file))
            for file in files
            if self.inside or public_copy(file)
        ]

    def address_of(self, file: AgreementFile) -> str:
        if self.town:
            return reverse("agreed:convenio_file", args=[self.town, file.pk])
        return reverse("agreements:convenio_file", args=[file.pk])

    @cached_property
    def addenda(self) -> list[Addendum]:
        found = self.agreement.addenda.all()
        return list(found if self.inside else found.filter(state=AddendumState.SIGNED))

    @cached_property
    def reports(self) -> list[ReportLine]:
        found = self.agreement.reports.select_related("party__organization")
        if not self.inside:
            found = found.filter(state=ReportState.ACCEPTED)
        return [ReportLine(one) for one in found]

    @cached_property
    def events(self) -> list[EventLine]:
        """Since it is public each step is; who did it stays inside."""
        return [EventLine(one) for one in self.agreement.events.order_by("-seq")]

    @cached_property
    def specifics(self) -> list[Agreement]:
        found = self.agreement.specifics.all()
        return list(found if self.inside else found.exclude(published_at=None))

    @property
    def parent(self) -> Agreement | None:
        parent = self.agreement.parent
        return parent if parent and (self.inside or parent.published_at) else None

    @cached_property
    def advice(self) -> list[Advice]:
        """Advice that the region gave under this convenio, the newest first."""
        found = self.agreement.advice.select_related("municipality")
        return list(found if self.inside else found.exclude(published_at=None))
