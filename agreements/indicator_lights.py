"""The light of an indicator, by one published formula: why, since when, and who has to act.

ratio = (actual − baseline) ÷ (expected − baseline), where what is expected goes in a straight line
from the day of the baseline to that of the target. The same holds for what should become less, for
both differences are then negative. Within ±15 % it is on its way. What is missing is never green.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.enums import Direction, Light
from agreements.figures import Figure, figure
from agreements.models import Indicator, Target


MARGIN = Decimal("0.15")
FAR = Decimal("0.60")  # below it is red


@dataclass(frozen=True)
class Verdict:
    light: Light
    why: Any
    who: Any
    expected: Decimal | None = None
    ratio: Decimal | None = None
    since: date | None = None


def baseline_of(target: Target | None, indicator: Indicator) -> Decimal | None:
    found = target and figure(target.baseline, target.baseline_of)
    return found.value(indicator.value_type) if found else None


def target_of(target: Target | None, indicator: Indicator) -> Decimal | None:
    found = target and figure(target.target, target.target_of)
    return found.value(indicator.value_type) if found else None


def expected(indicator: Indicator, target: Target, day: date) -> Decimal | None:
    """What it should be worth on a day, on a straight line between baseline and target."""
    begin, end = baseline_of(target, indicator), target_of(target, indicator)
    if begin is None or end is None:
        return None
    length = (target.target_on - target.baseline_on).days
    if length <= 0 or day >= target.target_on:
        return end
    gone = max((day - target.baseline_on).days, 0)
    return begin + (end - begin) * gone / length


def judge(
    indicator: Indicator, target: Target | None, actual: Decimal | None, day: date
) -> Verdict:
    """The light on a day, without its «since»."""
    who = _("The region") if indicator.computed else _("The municipality")
    begin, end = baseline_of(target, indicator), target_of(target, indicator)
    if begin is None:
        return Verdict(Light.RED, _("Without a baseline"), _("The region"))
    if end is None:
        return Verdict(Light.GREY, _("Without a target"), _("The region"))
    if actual is None:
        return Verdict(Light.GREY, _("No accepted value for this period"), who)
    line = expected(indicator, target, day)
    if indicator.direction == Direction.KEEP:
        return _kept(actual, end, who)
    if line == begin:
        return Verdict(Light.GREY, _("Nothing is expected yet, so that it cannot be judged"), who)
    ratio = (actual - begin) / (line - begin)
    if ratio > 1 + MARGIN:
        return Verdict(Light.GREEN, _("Above what is expected"), who, line, ratio)
    if ratio >= 1 - MARGIN:
        return Verdict(Light.GREEN, _("As it was to be"), who, line, ratio)
    if ratio >= FAR:
        return Verdict(Light.AMBER, _("Below what is expected by now"), who, line, ratio)
    return Verdict(Light.RED, _("Far below what is expected by now"), who, line, ratio)


def _kept(actual: Decimal, end: Decimal, who: Any) -> Verdict:
    """What should stay as it is."""
    if not end:
        return Verdict(Light.GREY, _("Nothing is expected yet, so that it cannot be judged"), who)
    ratio = actual / end
    away = abs(ratio - 1)
    if away <= MARGIN:
        return Verdict(Light.GREEN, _("As it should stay"), who, end, ratio)
    light = Light.AMBER if away <= 1 - FAR else Light.RED
    return Verdict(light, _("Away from what should stay"), who, end, ratio)


def light(
    indicator: Indicator, target: Target | None, course: Sequence[tuple[date, Figure]]
) -> Verdict:
    """The light of the last of several periods, each by its last day; «since» goes back as far as
    the light was the same."""
    if not course:
        return judge(indicator, target, None, date.max)
    verdicts = [
        (day, judge(indicator, target, found.value(indicator.value_type), day))
        for day, found in course
    ]
    day, last = verdicts[-1]
    for earlier, verdict in reversed(verdicts):
        if verdict.light != last.light:
            break
        day = earlier
    return Verdict(last.light, last.why, last.who, last.expected, last.ratio, day)
