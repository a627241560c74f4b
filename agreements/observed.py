"""What the observatory shows of indicators: which period, which count of people, what course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from agreements import indicator_lights, told
from agreements.enums import Adding, ValueType
from agreements.figures import MISSING, Measured, measure
from agreements.models import Indicator, Period, Target
from agreements.periods import parts_of
from agreements.populations import People, Vintage, chosen, people_of, vintages
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from participation.statistics import size_label, size_of


MOST_PERIODS = 40
COURSE = 8  # periods in a chart
SLACK = timedelta(days=3)  # quarters are not all as long
LIGHT_TONES = {"green": "good", "amber": "wait", "red": "bad", "grey": "quiet", "blue": "open"}
LIGHT_ICONS = {"green": "check", "amber": "clock", "red": "alert", "grey": "question"}


@dataclass
class Choice:
    """What somebody chose to look at, in the address."""

    periods: list[Period]
    period: Period
    vintages: list[Vintage]
    vintage: Vintage | None
    in_totals: bool

    @cached_property
    def people(self) -> People | None:
        return people_of(self.vintage)

    @property
    def query(self) -> dict[str, str]:
        found = {"periodo": self.period.label}
        if self.vintage:
            found["poblacion"] = self.vintage.code
        return found | ({"totales": "1"} if self.in_totals else {})


def choose(asked: Mapping[str, str]) -> Choice:
    periods = list(
        Period.objects.filter(starts_on__lte=timezone.localdate()).order_by(
            "-ends_on", "starts_on"
        )[:MOST_PERIODS]
    )
    if not periods:
        label, starts_on, ends_on = parts_of(timezone.localdate().year, "year")[0]
        periods = [Period(label=label, starts_on=starts_on, ends_on=ends_on, due_on=ends_on)]
    period = next((p for p in periods if p.label == asked.get("periodo")), periods[0])
    known = vintages()
    return Choice(
        periods,
        period,
        known,
        chosen(asked.get("poblacion", ""), known),
        asked.get("totales") == "1",
    )


def before(period: Period, among: list[Period]) -> list[Period]:
    """The periods as long as it that ended by its end, oldest first, with itself."""
    length = period.ends_on - period.starts_on
    alike = [
        p
        for p in among
        if abs(p.ends_on - p.starts_on - length) <= SLACK and p.ends_on <= period.ends_on
    ]
    return sorted(alike, key=lambda p: p.ends_on)[-COURSE:]


@dataclass
class Line:
    """An indicator in the list: baseline, target, actual, gap and light, of the region."""

    measured: Measured
    target: Target | None
    verdict: indicator_lights.Verdict

    @property
    def indicator(self) -> Indicator:
        return self.measured.indicator

    @property
    def shown(self) -> told.Shown:
        return told.overall(self.measured)

    @property
    def actual(self) -> Decimal | None:
        return self.shown.value(self.indicator.value_type)

    @property
    def baseline(self) -> Decimal | None:
        return indicator_lights.baseline_of(self.target, self.indicator)

    @property
    def goal(self) -> Decimal | None:
        return indicator_lights.target_of(self.target, self.indicator)

    @property
    def baseline_text(self) -> str:
        return told.write(self.baseline, self.indicator.value_type)

    @property
    def goal_text(self) -> str:
        return told.write(self.goal, self.indicator.value_type)

    @property
    def gap_text(self) -> str:
        """How far the target is; nothing where either is missing."""
        if self.goal is None or self.actual is None:
            return "–"
        return told.write(self.goal - self.actual, self.indicator.value_type)

    @property
    def whole(self) -> int | None:
        """«2 of 12» where a number has a whole."""
        found = self.measured.overall
        is_number = self.indicator.value_type == ValueType.NUMBER
        return int(found.denominator) if is_number and found.denominator else None

    @property
    def tone(self) -> str:
        return LIGHT_TONES[self.verdict.light]

    @property
    def icon(self) -> str:
        return LIGHT_ICONS.get(self.verdict.light, "circle")


def targets_of_region(indicators: list[Indicator]) -> dict[int, Target]:
    found = Target.objects.filter(
        indicator__in=indicators,
        municipality__kind=MunicipalityKind.REGION,
        published_at__isnull=False,
    )
    return {target.indicator_id: target for target in found}


def day_of(period: Period) -> date:
    """The day that a period is judged by: its last, or today while it goes on."""
    return min(period.ends_on, timezone.localdate())


def lines(choice: Choice, *, by: Any = None) -> list[Line]:
    indicators = list(Indicator.objects.filter(is_active=True))
    targets = targets_of_region(indicators)
    period = choice.period
    return [
        line_of(measured, targets.get(measured.indicator.pk), day_of(period))
        for measured in measure(indicators, period.starts_on, period.ends_on, choice.vintage, by=by)
    ]


def line_of(measured: Measured, target: Target | None, day: date) -> Line:
    indicator = measured.indicator
    actual = told.overall(measured).value(indicator.value_type)
    return Line(measured, target, indicator_lights.judge(indicator, target, actual, day))


@dataclass(frozen=True)
class Row:
    """A municipality in the table of an indicator."""

    municipality: Municipality
    text: str
    rate: str
    is_incomplete: bool
    people: int | None

    @property
    def size(self) -> int:
        return size_of(self.people)


@dataclass
class Course:
    """One indicator: the chosen period, those before, and each municipality."""

    choice: Choice
    measured: list[tuple[Period, Measured]]
    target: Target | None

    @property
    def now(self) -> Measured:
        return self.measured[-1][1]

    @property
    def indicator(self) -> Indicator:
        return self.now.indicator

    @cached_property
    def line(self) -> Line:
        return line_of(self.now, self.target, day_of(self.choice.period))

    @cached_property
    def verdict(self) -> indicator_lights.Verdict:
        """With the day since when."""
        course = [(day_of(p), told.overall(m).figure or MISSING) for p, m in self.measured]
        return indicator_lights.light(self.indicator, self.target, course)

    @property
    def has_rates(self) -> bool:
        """Whether its numbers can be told for 1,000 inhabitants."""
        one = self.indicator
        return (
            one.value_type == ValueType.NUMBER
            and one.over_places == Adding.SUM
            and one.computed != "operating"
        )

    @property
    def points(self) -> list[tuple[str, told.Shown, Decimal | None]]:
        return [
            (period.label, shown, shown.value(self.indicator.value_type))
            for period, measured in self.measured
            for shown in [told.overall(measured)]
        ]

    def rows(self) -> list[Row]:
        """Each municipality that has a figure, by name."""
        shown, people = told.towns(self.now), self.choice.people
        ours = Municipality.objects.filter(pk__in=shown).defer("place__outline")
        rows = []
        for town in ours.select_related("place").order_by("short_name", "pk"):
            living = people.total(town.place_id) if people else None
            found = shown[town.pk]
            rate = ""
            if self.has_rates and not found.is_hidden and found.figure.numerator is not None:
                each = 1000 * found.figure.numerator / living if living else None
                rate = told.write(each, ValueType.RATE)
            is_incomplete = self.indicator.counts_people and town.pk in self.now.incomplete
            rows.append(Row(town, found.text, rate or found.text, is_incomplete, living))
        return rows

    def bands(self) -> list[tuple[str, list[Row]]]:
        """Those of a like size together: nobody is ranked by totals (requirement R40)."""
        found: dict[int, list[Row]] = {}
        for row in self.rows():
            found.setdefault(row.size, []).append(row)
        return [(size_label(size), found[size]) for size in sorted(found)]

    def census(self) -> Decimal | None:
        """What part of the people the share is compared with, by the chosen count."""
        people = self.choice.people
        region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
        if people is None or region is None:
            return None
        part = {"women": people.women, "parity": people.women, "rural": people.rural}.get(
            self.indicator.computed
        )
        amount, total = part and part(region.place_id), people.total(region.place_id)
        return Decimal(100 * amount) / total if amount and total else None


def course(indicator: Indicator, choice: Choice, *, by: Any = None) -> Course:
    periods = before(choice.period, choice.periods)
    measured = [
        (p, measure([indicator], p.starts_on, p.ends_on, choice.vintage, by=by)[0]) for p in periods
    ]
    return Course(choice, measured, targets_of_region([indicator]).get(indicator.pk))
