"""What happens to the values of indicators: entered, sent, accepted by another, returned; and to
their periods, which lock and are only unlocked with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.enums import Adding, EntryState, PeriodState
from agreements.models import Entry, EntryCell, Indicator, Period
from agreements.rules.indicators import may_unlock, why_not_accept, why_not_enter
from decide.common.permissions import Reason, Refusal
from municipalities.models import Municipality


Cells = Mapping[tuple[str, str, str], Decimal]


class CannotEnter(Refusal):
    """The period is locked or the value was accepted."""


class ChangedMeanwhile(Refusal):
    """Somebody saved another value since it was read."""


class CannotAccept(Refusal):
    """It was not sent, or by the same person."""


class CannotReturn(Refusal):
    """It was neither sent nor accepted, or no reason is given."""


class CannotUnlock(Refusal):
    """Only the region's administrator unlocks a period, and says why."""


@dataclass(frozen=True)
class Value:
    """What is entered for an indicator."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    # None leaves the parts as they are.
    cells: Cells | None = None

    @property
    def is_empty(self) -> bool:
        return self.numerator is None and self.denominator is None and not self.cells


@dataclass
class Saved:
    entry: Entry
    changed: bool = field(default=True)


@transaction.atomic
def enter(
    *,
    municipality: Municipality,
    indicator: Indicator,
    period: Period,
    value: Value,
    by: Any,
    version: int | None = None,
) -> Saved:
    """Write the value of an indicator; the same again changes nothing. `version` is the one that
    was read, 0 for none. If the parts do not add up it is kept and marked as incomplete."""
    period = Period.objects.get(pk=period.pk)
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .filter(municipality=municipality, indicator=indicator, period=period)
        .first()
    )
    if entry and is_same(entry, value):
        return Saved(entry, changed=False)
    if reason := why_not_enter(period, entry):
        raise CannotEnter(reason)
    if version is not None and version != (entry.version if entry else 0):
        raise ChangedMeanwhile(Reason(_("Somebody saved another value since you read it.")))

    if entry is None:
        entry, is_new = Entry.objects.get_or_create(
            municipality=municipality, indicator=indicator, period=period, defaults={"version": 0}
        )
        if not is_new:  # between our look and our writing
            raise ChangedMeanwhile(Reason(_("Somebody saved another value since you read it.")))
    entry.numerator, entry.denominator = value.numerator, value.denominator
    entry.note, entry.state, entry.returned_why = value.note, EntryState.DRAFT, ""
    entry.entered_by, entry.version = by, entry.version + 1
    entry.save()
    if value.cells is not None:
        entry.cells.all().delete()
        EntryCell.objects.bulk_create(
            EntryCell(
                municipality=municipality,
                entry=entry,
                gender=gender,
                area=area,
                age=age,
                numerator=amount,
            )
            for (gender, area, age), amount in value.cells.items()
        )
    entry.is_complete = adds_up(entry)
    entry.save(update_fields=["is_complete"])
    return Saved(entry)


def cells_of(entry: Entry) -> dict[tuple[str, str, str], Decimal]:
    return {(c.gender, c.area, c.age): c.numerator for c in entry.cells.all()}


def is_same(entry: Entry, value: Value) -> bool:
    return (
        entry.numerator == value.numerator
        and entry.denominator == value.denominator
        and entry.note == value.note
        and (value.cells is None or cells_of(entry) == dict(value.cells))
    )


def adds_up(entry: Entry) -> bool:
    """Whether there are parts and they add up to the whole; of nothing there are none."""
    parts = list(entry.cells.values_list("numerator", flat=True))
    return bool(parts or entry.numerator == 0) and sum(parts) == entry.numerator


def no_progress(
    *, municipality: Municipality, indicator: Indicator, period: Period, by: Any
) -> Saved:
    """Say that nothing happened: a zero of what adds up over time, else the value before. It is
    somebody's word, which is not the same as no data."""
    before = previous(municipality, indicator, period)
    note = _("No progress in this period.")
    if indicator.over_time == Adding.SUM or before is None:
        value = Value(Decimal(0), None, note, {})
    else:
        value = Value(before.numerator, before.denominator, note, cells_of(before))
    return enter(municipality=municipality, indicator=indicator, period=period, value=value, by=by)


def previous(municipality: Municipality, indicator: Indicator, period: Period) -> Entry | None:
    """The last value before the period, of periods as long as it."""
    length = period.ends_on - period.starts_on
    before = Entry.objects.filter(
        municipality=municipality, indicator=indicator, period__ends_on__lt=period.starts_on
    ).select_related("period")
    for entry in before.order_by("-period__starts_on")[:12]:
        if abs((entry.period.ends_on - entry.period.starts_on - length).days) <= 3:
            return entry
    return None


@transaction.atomic
def send(*, municipality: Municipality, period: Period, by: Any) -> int:
    """Send all drafts of a municipality for a period; how many there were."""
    if reason := why_not_enter(Period.objects.get(pk=period.pk), None):
        raise CannotEnter(reason)
    drafts = Entry.objects.select_for_update(of=("self",)).filter(
        municipality=municipality,
        period=period,
        state__in=[EntryState.DRAFT, EntryState.RETURNED],
        numerator__isnull=False,
    )
    sent = 0
    for entry in drafts:
        entry.state, entry.entered_by = EntryState.SUBMITTED, by
        entry.save(update_fields=["state", "entered_by", "saved_at"])
        sent += 1
    return sent


@transaction.atomic
def accept(entry: Entry, *, by: Any) -> Entry:
    """Another person takes it as it is: from now on it is public."""
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if reason := why_not_enter(entry.period, None) or why_not_accept(by, entry):
        raise CannotAccept(reason)
    entry.state, entry.accepted_by = EntryState.ACCEPTED, by
    entry.published_at, entry.returned_why = timezone.now(), ""
    entry.save(update_fields=["state", "accepted_by", "published_at", "returned_why", "saved_at"])
    return entry


@transaction.atomic
def give_back(entry: Entry, reason: str, *, by: Any) -> Entry:
    """Return it with a reason; what was accepted leaves the public figures until it is again."""
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked := why_not_enter(entry.period, None):
        raise CannotReturn(locked)
    if entry.state not in (EntryState.SUBMITTED, EntryState.ACCEPTED):
        raise CannotReturn(Reason(_("Only what was sent can be returned.")))
    if not reason.strip():
        raise CannotReturn(Reason(_("Say why it is returned.")))
    entry.state, entry.returned_why = EntryState.RETURNED, reason.strip()
    entry.accepted_by = entry.published_at = None
    with because(reason):
        entry.save(
            update_fields=["state", "returned_why", "accepted_by", "published_at", "saved_at"]
        )
    return entry


@transaction.atomic
def lock(period: Period, *, by: Any) -> Period:
    """From now on its values do not change; the database refuses it."""
    period = Period.objects.select_for_update(of=("self",)).get(pk=period.pk)
    if period.state == PeriodState.OPEN:
        period.state, period.locked_at, period.locked_by = PeriodState.LOCKED, timezone.now(), by
        period.save(update_fields=["state", "locked_at", "locked_by"])
    return period


@transaction.atomic
def unlock(period: Period, reason: str, *, by: Any) -> Period:
    if not may_unlock(by):
        raise CannotUnlock(Reason(_("Only the region's administrator unlocks a period.")))
    if not reason.strip():
        raise CannotUnlock(Reason(_("Say why the period is unlocked.")))
    period = Period.objects.select_for_update(of=("self",)).get(pk=period.pk)
    period.state, period.locked_at, period.locked_by = PeriodState.OPEN, None, None
    with because(reason):
        period.save(update_fields=["state", "locked_at", "locked_by"])
    return period
