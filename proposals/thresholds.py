"""How many supports a proposal needs and for how long it gathers them.

A municipality says so in its settings. Until it has, docs/decisions/0020 applies: half a
per cent of its people, but never fewer than 25 nor more than 1,000, within twelve months.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from municipalities.models import Municipality
from proposals.models import ProposalSettings


SHARE = Decimal("0.5")
AT_LEAST = 25
AT_MOST = 1000
MONTHS = 12
ANSWER_WITHIN = 30


@dataclass(frozen=True)
class Terms:
    """What a proposal freezes when it is published."""

    threshold: int
    closes_on: date


def terms_for(municipality: Municipality, today: date) -> Terms:
    settings = ProposalSettings.objects.filter(municipality=municipality).first()
    months = settings.archive_after_months if settings else MONTHS
    return Terms(needed(municipality, settings), after_months(today, months))


def needed(municipality: Municipality, settings: ProposalSettings | None) -> int:
    """The supports a new proposal needs here today."""
    if settings and settings.threshold_number:
        return settings.threshold_number
    population = municipality.place.population
    people = population.total if population else 0
    if settings and settings.threshold_share is not None:
        return max(1, share_of(people, settings.threshold_share))
    return min(AT_MOST, max(AT_LEAST, share_of(people, SHARE)))


def answer_within(municipality_id: int) -> int:
    """Working days the municipality gives itself to answer."""
    settings = ProposalSettings.objects.filter(municipality=municipality_id).first()
    return settings.answer_within_days if settings else ANSWER_WITHIN


def share_of(people: int, percent: Decimal) -> int:
    """Rounded up: nobody may say that a part of a person was enough."""
    return int((people * percent / 100).to_integral_value(ROUND_CEILING))


def after_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
