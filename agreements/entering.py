"""What the pages for entering values share, those of a municipality and those of the region."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Count, Q

from agreements import workbook
from agreements.actions import indicators as actions
from agreements.enums import EntryState
from agreements.models import Entry, Indicator, Period
from agreements.outliers import odd
from decide.common.permissions import Refusal
from municipalities.models import Municipality


SALT = "agreements.entering"
AN_HOUR = 3600
PAST = 8


def progress(municipality: Municipality, periods: list[Period]) -> list[dict[str, Any]]:
    """For each period how many values there are and how many were sent and accepted."""
    wanted = Indicator.objects.filter(is_active=True, computed="").count()
    found = (
        Entry.objects.filter(municipality=municipality, period__in=periods)
        .values("period_id")
        .annotate(
            filled=Count("pk", filter=Q(numerator__isnull=False)),
            sent=Count("pk", filter=Q(state=EntryState.SUBMITTED)),
            accepted=Count("pk", filter=Q(state=EntryState.ACCEPTED)),
            returned=Count("pk", filter=Q(state=EntryState.RETURNED)),
        )
        .order_by()
    )
    by_period = {row["period_id"]: row for row in found}
    return [{"period": p, "wanted": wanted, **by_period.get(p.pk, {})} for p in periods]


def with_the_past(form: Any, municipality: Municipality, period: Period) -> list[dict[str, Any]]:
    """Each line of the grid with the value before, and what looks odd beside the past."""
    length = period.ends_on - period.starts_on
    before: dict[int, list[Entry]] = {}
    rows = (
        Entry.objects.filter(
            municipality=municipality,
            period__ends_on__lt=period.starts_on,
            numerator__isnull=False,
        )
        .select_related("period")
        .order_by("period__starts_on")
    )
    for entry in rows:
        if abs((entry.period.ends_on - entry.period.starts_on - length).days) <= 3:
            before.setdefault(entry.indicator_id, []).append(entry)
    lines = []
    for line in form.lines():
        past = before.get(line["indicator"].pk, [])[-PAST:]
        entry = line["entry"]
        line["before"] = past[-1].numerator if past else None
        line["odd"] = odd(entry.numerator if entry else None, [e.numerator for e in past])
        lines.append(line)
    return lines


def save_grid(
    form: Any, municipality: Municipality, period: Period, *, by: Any
) -> tuple[int, list[tuple[Indicator, Refusal]]]:
    """Write what has changed, each on its own: how many, and which were refused and why."""
    saved, refused = 0, []
    for indicator in form.indicators:
        value, version = form.value(indicator)
        if form.entries.get(indicator.pk) is None and value.is_empty and not value.note:
            continue
        try:
            done = actions.enter(
                municipality=municipality,
                indicator=indicator,
                period=period,
                value=value,
                by=by,
                version=version,
            )
        except Refusal as refusal:
            refused.append((indicator, refusal))
        else:
            saved += done.changed
    return saved, refused


def save_cells(
    form: Any,
    municipality: Municipality,
    period: Period,
    indicator: Indicator,
    entry: Entry | None,
    *,
    by: Any,
) -> actions.Saved:
    """The parts of a value; without a whole yet, their sum is it."""
    whole = entry.numerator if entry else None
    if whole is None and form.cells:
        whole = sum(form.cells.values())
    value = actions.Value(
        whole, entry.denominator if entry else None, entry.note if entry else "", form.cells
    )
    return actions.enter(
        municipality=municipality,
        indicator=indicator,
        period=period,
        value=value,
        by=by,
        version=form.cleaned_data["version"],
    )


def sealed(reading: workbook.Reading, municipality: Municipality, period: Period) -> str:
    """What a workbook would change, to be confirmed within the hour."""
    packed = [municipality.pk, period.pk, workbook.pack(reading)]
    return signing.dumps(packed, salt=SALT, compress=True)


@transaction.atomic
def confirm(text: str, municipality: Municipality, period: Period, *, by: Any) -> int:
    """Write it all or nothing; the versions that were read still have to be those of now."""
    town, when, packed = signing.loads(text, salt=SALT, max_age=AN_HOUR)
    if (town, when) != (municipality.pk, period.pk):
        raise signing.BadSignature
    indicators = Indicator.objects.in_bulk([one["indicator"] for one in packed])
    changed = 0
    for one in packed:
        done = actions.enter(
            municipality=municipality,
            indicator=indicators[one["indicator"]],
            period=period,
            value=workbook.unpack(one),
            by=by,
            version=one["version"],
        )
        changed += done.changed
    return changed
