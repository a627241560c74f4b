"""What of a transfer is done, and whether it was more than a meeting: the published rules.

Plain figures over rows that are there; who sees which row the scope decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.enums import Area, Gender
from agreements.enums import ActivityState, PieceKind
from agreements.models import Activity, Attendance, Evidence, Piece, Transfer


# What keeps one meeting from standing for a transfer (requirement R60).
LEAST_ACTIVITIES = 3
LEAST_MONTHS = 2
LEAST_HOURS = 12
FOLLOW_UP = timedelta(days=30)


@dataclass(frozen=True)
class PieceShown:
    """One of the six, as everybody reads it; also before it is planned."""

    kind: str
    is_planned: bool
    is_done: bool = False
    is_waiting: bool = False
    why_not: str = ""
    detail: str = ""
    due_on: date | None = None
    pk: int | None = None

    @property
    def label(self) -> Any:
        return PieceKind(self.kind).label

    @property
    def badge(self) -> tuple[str, str, str]:
        """Word, tone and icon."""
        if self.is_done:
            return _("Verified"), "good", "check"
        if self.pk and not self.is_planned:
            return _("Left out"), "quiet", "minus"
        if self.is_waiting:
            return _("To be verified"), "wait", "clock"
        return (_("Planned"), "open", "circle") if self.pk else (_("Not planned yet"), "quiet", "")


@dataclass(frozen=True)
class Done:
    """Pieces with accepted evidence, of those planned: the percentage of a transfer."""

    verified: int
    planned: int

    @property
    def percent(self) -> int | None:
        """Unknown, not zero, while nothing is planned."""
        return self.verified * 100 // self.planned if self.planned else None

    @property
    def is_whole(self) -> bool:
        return bool(self.planned) and self.verified == self.planned


def pieces_of(transfer: Transfer) -> list[PieceShown]:
    """All six, in their order."""
    return pieces_of_many([transfer])[transfer.pk]


def pieces_of_many(transfers: Iterable[Transfer]) -> dict[int, list[PieceShown]]:
    """The six of each; one query."""
    ids = [transfer.pk for transfer in transfers]
    shown = Evidence.objects.filter(piece=OuterRef("pk"))
    found = Piece.objects.filter(transfer__in=ids).annotate(
        is_done=Exists(shown.valid()), is_waiting=Exists(shown.waiting())
    )
    rows = {(piece.transfer_id, piece.kind): piece for piece in found}
    return {pk: [_shown(rows.get((pk, kind)), kind) for kind in PieceKind] for pk in ids}


def _shown(piece: Any, kind: str) -> PieceShown:
    if piece is None:
        return PieceShown(kind, is_planned=False)
    return PieceShown(
        kind,
        is_planned=piece.is_planned,
        is_done=piece.is_planned and piece.is_done,
        is_waiting=piece.is_waiting,
        why_not=piece.why_not,
        detail=piece.detail,
        due_on=piece.due_on,
        pk=piece.pk,
    )


def done_of(pieces: Iterable[PieceShown]) -> Done:
    planned = [piece for piece in pieces if piece.is_planned]
    return Done(verified=sum(piece.is_done for piece in planned), planned=len(planned))


def pieces_done(transfer: Transfer) -> Done:
    return done_of(pieces_of(transfer))


def held(transfer: Transfer) -> list[Activity]:
    """The activities that took place, the first one first."""
    return list(transfer.activities.filter(state=ActivityState.HELD).order_by("day", "pk"))


def spacing_gaps(activities: Iterable[Activity]) -> list[str]:
    """What is missing for activities to be more than a meeting, in words; nothing if it is so."""
    found = sorted(
        (one for one in activities if one.state == ActivityState.HELD), key=lambda one: one.day
    )
    hours = sum((one.hours for one in found), Decimal(0))
    gaps = []
    if len(found) < LEAST_ACTIVITIES:
        gaps.append(
            _("%(count)d of at least %(least)d activities were held.")
            % {"count": len(found), "least": LEAST_ACTIVITIES}
        )
    if len({(one.day.year, one.day.month) for one in found}) < LEAST_MONTHS:
        gaps.append(_("They are not in at least %(least)d months.") % {"least": LEAST_MONTHS})
    if hours < LEAST_HOURS:
        gaps.append(
            _("They add up to %(hours)s of at least %(least)d hours.")
            % {"hours": f"{hours:.1f}", "least": LEAST_HOURS}
        )
    if not found or found[-1].day - found[0].day < FOLLOW_UP:
        gaps.append(
            _("No follow-up was held %(days)d days or more after the first one.")
            % {"days": FOLLOW_UP.days}
        )
    return gaps


def activity_spacing_ok(transfer: Transfer) -> bool:
    return not spacing_gaps(held(transfer))


@dataclass(frozen=True)
class Reach:
    """Who came and what they learnt: counts, and shares only of those who are known."""

    activities: int = 0
    hours: Decimal = Decimal(0)
    people: int = 0
    women: int = 0
    gendered: int = 0
    rural: int = 0
    placed: int = 0
    passed: int = 0
    before: Decimal | None = None
    after: Decimal | None = None

    @property
    def women_share(self) -> float | None:
        return self.women / self.gendered if self.gendered else None

    @property
    def rural_share(self) -> float | None:
        return self.rural / self.placed if self.placed else None


def reach_of(activities: Iterable[Activity], attendance: Iterable[Attendance]) -> Reach:
    rows, found = list(attendance), [a for a in activities if a.state == ActivityState.HELD]
    known = (Gender.WOMAN, Gender.MAN, Gender.OTHER)
    tested = [row for row in rows if row.before is not None and row.after is not None]
    weight = sum(row.people for row in tested)
    return Reach(
        activities=len(found),
        hours=sum((one.hours for one in found), Decimal(0)),
        people=sum(row.people for row in rows),
        women=sum(row.people for row in rows if row.gender == Gender.WOMAN),
        gendered=sum(row.people for row in rows if row.gender in known),
        rural=sum(row.people for row in rows if row.area == Area.RURAL),
        placed=sum(row.people for row in rows if row.area),
        passed=sum(row.passed or 0 for row in rows),
        before=sum(row.before * row.people for row in tested) / weight if weight else None,
        after=sum(row.after * row.people for row in tested) / weight if weight else None,
    )


def joint_by_quarter(activities: Iterable[Activity]) -> dict[str, int]:
    """How many activities brought two or more institutions together, by quarter (R16).

    Their institutions have to be prefetched.
    """
    found: dict[str, int] = defaultdict(int)
    for one in activities:
        if one.state == ActivityState.HELD and len(one.organizations.all()) >= 2:
            found[f"{one.day.year}-T{(one.day.month + 2) // 3}"] += 1
    return dict(sorted(found.items()))


def by_commitment(activities: Iterable[Activity]) -> dict[int | None, int]:
    """Each activity once, at its main commitment: the sum is that of the activities (R71).

    None stands for those of no commitment. Their milestone and convenio have to be there.
    """
    found: dict[int | None, int] = defaultdict(int)
    for one in activities:
        milestone, agreement = one.milestone, one.agreement
        found[milestone.commitment_id if milestone else agreement and agreement.commitment_id] += 1
    return dict(found)
