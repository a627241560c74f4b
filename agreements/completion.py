"""How far each municipality is on each of the five milestones, by one published rule.

A milestone is made of components; each counts once somebody other than its author has verified it.
The facts (completion_facts) come in few queries however many municipalities there are, for today
or for a day in the past; the rest is plain arithmetic that the page on method explains.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements import completion_facts
from agreements.enums import (
    ActivityKind,
    Adoption,
    Completion,
    Gate,
    Outreach,
    PieceKind,
    Stage,
    TransferState,
)
from agreements.heartbeat import INACTIVE
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


# --- The rule, as data: the page on method prints it


@dataclass(frozen=True)
class Component:
    """One thing of a milestone that can be looked at."""

    key: str
    gate: str
    text: Any


MEETINGS, HOURS, APART, FOLLOW_UP_AFTER = 3, 12, timedelta(days=60), timedelta(days=30)
FOLLOW_UPS = (ActivityKind.VISIT, ActivityKind.ACCOMPANIED, ActivityKind.REMOTE)
ACTS, CHANNELS = 3, 2
ON_THE_WEB = (Outreach.WEB, Outreach.NETWORKS, Outreach.MESSAGES)
ADVISED_WITHIN = timedelta(days=365)

COMPONENTS = [
    Component(
        "signed",
        Gate.AGREEMENT,
        _("A convenio is signed, with the act of the council and the signed file"),
    ),
    Component("published", Gate.AGREEMENT, _("It is published")),
    Component("coordinators", Gate.AGREEMENT, _("Each party has named its coordinator")),
    Component(
        "advice", Gate.AGREEMENT, _("The region has given advice, and wrote down what was agreed")
    ),
    Component(
        "pieces",
        Gate.TRANSFER,
        _(
            "Each planned piece of the transfer has verified evidence: documents, people trained,"
            " tool, local norm, first use, act of acceptance"
        ),
    ),
    Component("begun", Gate.TRANSFER, _("An activity was held, with verified evidence")),
    Component(
        "spacing",
        Gate.TRANSFER,
        _(
            "At least 3 activities on different days and 12 hours in all, 60 days or more between"
            " the first and the last, and a follow-up 30 days or more after the first"
        ),
    ),
    Component("acts", Gate.DISSEMINATION, _("3 acts of dissemination with verified evidence")),
    Component("channels", Gate.DISSEMINATION, _("By at least 2 different channels")),
    Component("off_web", Gate.DISSEMINATION, _("At least one of them not on the web or telephone")),
    Component(
        "adopted", Gate.OPERATION, _("The practice is implemented: adoption of level 4 or more")
    ),
    Component("proven", Gate.OPERATION, _("Its adoption has verified evidence")),
    Component("alive", Gate.OPERATION, _("People took part in the last 90 days")),
    Component("advised", Gate.OPERATION, _("The region advised in the last year")),
    Component("baseline", Gate.EVALUATION, _("The baseline is locked")),
    Component(
        "self", Gate.EVALUATION, _("The municipality evaluated itself, with verified evidence")
    ),
    Component("third", Gate.EVALUATION, _("An independent third party evaluated")),
]
STEPS = _("Each step of the work plan towards it is verified")
# Complete only with a verification of civil society or a university.
NEEDS_CIVIL = (Gate.TRANSFER, Gate.OPERATION, Gate.EVALUATION)
RULE = [
    (Completion.NO_EVIDENCE, _("Something is claimed, and nothing was attached to show it.")),
    (Completion.NOT_STARTED, _("No component is verified.")),
    (Completion.LIMITED, _("Less than half of the planned components are verified.")),
    (Completion.SUBSTANTIAL, _("Half or more of the planned components are verified.")),
    (
        Completion.COMPLETE,
        _(
            "All are, each by somebody other than its author; for transfer, operation and evaluation"
            " an organisation of civil society or a university has verified too."
        ),
    ),
]
CUMULATIVE = _(
    "Milestones are cumulative: while nothing is verified of the one before, a milestone is limited"
    " at most, and it is complete only after the one before. Signing closes the first, and no other."
)
ORDER = list(Gate)
HIGH = (Completion.SUBSTANTIAL, Completion.COMPLETE)


@dataclass
class Count:
    """How many components of a milestone are planned, claimed and verified."""

    planned: int = 0
    verified: int = 0
    claimed: bool = False
    attached: bool = False
    civil: bool = False
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)  # key: verified, planned

    def add(self, key: str, verified: int, planned: int = 1) -> None:
        self.parts[key] = (verified, planned)
        self.planned += planned
        self.verified += verified


def level(count: Count, *, needs_civil: bool = False) -> str:
    """A milestone by itself, in the scale of the Independent Reporting Mechanism."""
    if not count.verified:
        nothing = count.claimed and not count.attached
        return Completion.NO_EVIDENCE if nothing else Completion.NOT_STARTED
    if 2 * count.verified < count.planned:
        return Completion.LIMITED
    if count.verified < count.planned or (needs_civil and not count.civil):
        return Completion.SUBSTANTIAL
    return Completion.COMPLETE


def levels(counts: dict[str, Count]) -> dict[str, str]:
    """All five: each held back by the one before."""
    found: dict[str, str] = {}
    before = Completion.COMPLETE
    for gate in ORDER:
        own = level(counts[gate], needs_civil=gate in NEEDS_CIVIL)
        if before in (Completion.NOT_STARTED, Completion.NO_EVIDENCE) and own in HIGH:
            own = Completion.LIMITED
        elif before != Completion.COMPLETE and own == Completion.COMPLETE:
            own = Completion.SUBSTANTIAL
        found[gate] = before = own
    return found


@dataclass(frozen=True)
class Spacing:
    """Whether activities were more than a tick in a box."""

    is_met: bool
    missing: tuple[Any, ...] = ()


def spacing(held: Iterable[tuple[date, Any, str]]) -> Spacing:
    """Of (day, hours, kind) of the activities held with verified evidence."""
    held = sorted(held)
    days = sorted({day for day, _hours, _kind in held})
    missing = []
    if len(days) < MEETINGS:
        missing.append(_("fewer than 3 days with activities"))
    if sum(hours for _day, hours, _kind in held) < HOURS:
        missing.append(_("fewer than 12 hours"))
    if not days or days[-1] - days[0] < APART:
        missing.append(_("fewer than 60 days between the first and the last"))
    if not any(k in FOLLOW_UPS and day - days[0] >= FOLLOW_UP_AFTER for day, _hours, k in held):
        missing.append(_("no follow-up 30 days or more after the first"))
    return Spacing(not missing, tuple(missing))


# --- Of each municipality


@dataclass
class Progress:
    """How far one municipality is: plain figures, nothing that leads to a row."""

    municipality: int
    counts: dict[str, Count]
    levels: dict[str, str]
    stage: str
    is_operating: bool
    last_day: date | None
    spacing: Spacing

    def label(self, gate: str) -> str:
        return Completion(self.levels[gate]).label

    @property
    def stage_label(self) -> str:
        return Stage(self.stage).label


@dataclass(frozen=True)
class Transferred:
    """Of the practice that is furthest."""

    count: Count
    spacing: Spacing
    state: str
    is_accepted: bool


NO_CONVENIO = (False, False, False, False, False, {})
NO_TRANSFER = (None, "", 0, 0, False, False, False)


def of(municipalities: Iterable[int], day: date | None = None) -> dict[int, Progress]:
    """Each municipality's, by what the scope sees: one query for each hundred."""
    ids = list(municipalities)
    day = day or timezone.localdate()
    found = completion_facts.find(ids, day)
    return {
        pk: _progress(
            pk,
            next(iter(found.convenios.get(pk, [])), NO_CONVENIO),
            _transfer(found.transfers.get(pk, []), found.held.get(pk, [])),
            found.rest[pk][0],
            next((_day(last) for (last,) in found.days.get(pk, [])), None),
            day,
        )
        for pk in ids
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _progress(
    pk: int,
    convenio: tuple,
    transferred: Transferred,
    rest: tuple,
    last: date | None,
    day: date,
) -> Progress:
    (
        told,
        told_attached,
        channels,
        adoption,
        proven,
        adopted_civil,
        adopted_attached,
        advised_on,
    ) = rest[:8]
    (locked, answered, answer_attached, answer_verified, third, third_civil, interested) = rest[8:]
    signed, published, coordinated, in_force, negotiating, steps = convenio
    implemented = (adoption or 0) >= Adoption.IMPLEMENTED
    alive = last is not None and day - last < INACTIVE
    advised = advised_on is not None and day - _day(advised_on) <= ADVISED_WITHIN

    agreement = Count(claimed=signed, attached=signed)
    agreement.add("signed", signed)
    agreement.add("published", published)
    agreement.add("coordinators", coordinated)
    agreement.add("advice", signed and advised_on is not None)
    transfer = transferred.count
    dissemination = Count(claimed=told > 0, attached=told_attached)
    dissemination.add("acts", min(len(channels), ACTS), ACTS)
    dissemination.add("channels", len(set(channels)) >= CHANNELS)
    dissemination.add("off_web", any(one not in ON_THE_WEB for one in channels))
    operation = Count(claimed=implemented, attached=adopted_attached, civil=adopted_civil)
    operation.add("adopted", implemented and proven)
    operation.add("proven", proven)
    operation.add("alive", proven and alive)
    operation.add("advised", proven and advised)
    evaluation = Count(claimed=answered, attached=answer_attached or locked, civil=third_civil)
    evaluation.add("baseline", locked)
    evaluation.add("self", answer_verified)
    evaluation.add("third", third)

    counts = dict(
        zip(ORDER, (agreement, transfer, dissemination, operation, evaluation), strict=True)
    )
    for gate, (planned, verified, claimed, attached) in steps.items():
        counts[gate].add("steps", verified, planned)
        counts[gate].claimed |= claimed
        counts[gate].attached |= attached
    reached = levels(counts)
    shown = (Completion.LIMITED, *HIGH)
    operating = signed and implemented and proven and reached[Gate.TRANSFER] in shown
    stage = (
        (Stage.EVALUATED if third else Stage.OPERATING if alive else Stage.DORMANT)
        if operating
        else Stage.TRANSFERRED
        if signed and transferred.is_accepted
        else Stage.TRANSFERRING
        if signed and transferred.state in ("plan", "underway", "accepted")
        else Stage.IN_FORCE
        if in_force
        else Stage.NEGOTIATING
        if negotiating
        else Stage.LAPSED
        if signed
        else Stage.INTERESTED
        if interested
        else Stage.NO_CONTACT
    )
    return Progress(pk, counts, reached, stage, operating and alive, last, transferred.spacing)


def _transfer(transfers: list[tuple], held: list[tuple]) -> Transferred:
    """Of the practice that is furthest; without one, of the six pieces that any transfer has."""
    best = None
    for pk, state, planned, verified, attached, civil, accepted in transfers or [NO_TRANSFER]:
        mine = [row for row in held if row[0] in (None, pk) or pk is None]
        done = [
            (_day(when), hours, kind)
            for _pk, _attached, _civil, *lists in mine
            for when, hours, kind in zip(*lists, strict=True)
        ]
        spaced = spacing(done)
        count = Count(
            claimed=bool(mine) or state == TransferState.ACCEPTED,
            attached=attached or any(row[1] for row in mine),
            civil=civil or any(row[2] for row in mine),
        )
        count.add("pieces", verified, planned or len(PieceKind))
        count.add("begun", bool(done))
        count.add("spacing", spaced.is_met)
        if (
            best is None
            or count.verified * best.count.planned > best.count.verified * count.planned
        ):
            best = Transferred(count, spaced, state, accepted)
    return best


# --- Of the region as a whole


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    number: int
    of: int


def provincial() -> list[int]:
    found = Municipality.objects.filter(kind=MunicipalityKind.PROVINCIAL)
    return list(found.order_by("pk").values_list("pk", flat=True))


def operating(day: date | None = None) -> Share:
    """I-1: provincial municipalities with a practice in operation and valid evidence of it."""
    ids = provincial()
    return Share(sum(one.is_operating for one in of(ids, day).values()), len(ids))


def overall(progresses: Iterable[Progress]) -> dict[str, str]:
    """Each milestone of the commitment as a whole: by all components of all its municipalities."""
    progresses = list(progresses)
    found = {}
    for gate in ORDER:
        every = [one.counts[gate] for one in progresses]
        whole = Count(
            planned=sum(one.planned for one in every),
            verified=sum(one.verified for one in every),
            claimed=any(one.claimed for one in every),
            attached=any(one.attached for one in every),
        )
        own = level(whole)
        done = bool(every) and all(one.levels[gate] == Completion.COMPLETE for one in progresses)
        found[gate] = Completion.COMPLETE if done else min(own, Completion.SUBSTANTIAL, key=rank)
    return found


def rank(completion: str) -> int:
    return list(Completion).index(Completion(completion))


def why_not_yet(gate: str, progress: Progress) -> Any:
    """What is missing before a milestone can be said to be reached: that which it stands on."""
    for before in ORDER[: ORDER.index(Gate(gate))]:
        if progress.levels[before] in (Completion.NOT_STARTED, Completion.NO_EVIDENCE):
            return _("First «%(gate)s» needs something that is verified.") % {
                "gate": Gate(before).label
            }
    return None
