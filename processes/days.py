"""On what days the steps of a template fall, once its first day is known.

Days are those of the calendar: Sundays and holidays count, because steps last weeks and a
holiday differs from town to town. Whoever begins one sees each weekday before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from processes.enums import StepKind


if TYPE_CHECKING:
    from processes.models import ProcessTemplate

# What a municipality may leave out when it begins: (with_debate, with_budget) of a clone.
LEFT_OUT = {"with_debate": StepKind.DEBATE, "with_budget": StepKind.BUDGET}


@dataclass(frozen=True)
class Dated:
    """A step with its days: from the first hour of the first until the last minute of the last."""

    kind: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime

    @property
    def lasts_one_day(self) -> bool:
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    @property
    def kind_name(self) -> str:
        return StepKind(self.kind).label

    @property
    def values(self) -> dict[str, Any]:
        """For the action that sets steps."""
        return {
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
        }


def dated(template: ProcessTemplate, first_day: date, *, without: set[str] = frozenset()) -> list:
    """Its steps in order, each with its days; kinds in `without` stay out."""
    return [
        Dated(
            kind=step.kind,
            title=step.title,
            text=step.text,
            starts_at=_at(first_day + timedelta(days=step.first_day), time.min),
            ends_at=_at(first_day + timedelta(days=step.first_day + step.days - 1), time(23, 59)),
        )
        for step in template.steps.all()
        if step.kind not in without
    ]


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
