"""Whom to support first: an open weighted index, for the board to argue about (requirement R74).

For each variable a municipality stands so many standard deviations above or below the mean of those
that are known (its z-score); the index is the mean of its z-scores by the public weights. What is
missing is missing: the index then rests on the rest of the weights, and whoever has less than half of
the weights known is not ranked but named apart. A variable that is the same everywhere, or known
nowhere, orders nobody and is left out. Nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import Any

from django.utils.translation import gettext_lazy as _


ENOUGH = 0.5  # of the weights, to be ranked at all
TOP = 10
MOVE = 0.2


@dataclass(frozen=True)
class Variable:
    code: str
    name: Any
    unit: Any
    why: Any


VARIABLES = [
    Variable(
        "conflict",
        _("Months with an active conflict"),
        _("months, of the known ones of the last 24"),
        _(
            "Where people fight, participation is needed most. By the Defensoría's reports; of a"
            " province, cases anywhere in it."
        ),
    ),
    Variable(
        "canon",
        _("Canon and regalías per inhabitant"),
        _("S/ a year"),
        _("Who receives mining money has something to decide about together."),
    ),
    Variable(
        "rural",
        _("Rural population"),
        "%",
        _("People far from the town hall take part least."),
    ),
    Variable("poverty", _("Poverty"), "%", _("Who has least is heard least.")),
    Variable(
        "gap",
        _("Mechanisms that are not active"),
        _("%, of those of which the baseline says something"),
        _("The less is alive today, the more there is to gain."),
    ),
    Variable(
        "will",
        _("Will"),
        _("0: has not said; 1: is interested or invited; 2: has signed a convenio"),
        _("Support takes root where the municipality wants it."),
    ),
]
CODES = [variable.code for variable in VARIABLES]
# Until the board of civil society and universities decides: no variable before another.
EQUAL = dict.fromkeys(CODES, 1.0)
# To show that no set of weights is neutral.
OTHERS = [
    (_("All alike"), EQUAL),
    (_("Conflicts and mining first"), EQUAL | {"conflict": 3.0, "canon": 3.0}),
    (_("Poverty and countryside first"), EQUAL | {"poverty": 3.0, "rural": 3.0}),
]

# By municipality, then by variable; nothing where it is not known.
Values = Mapping[Any, Mapping[str, float | None]]


@dataclass(frozen=True)
class Ranked:
    key: Any
    score: float
    z: dict[str, float]
    missing: tuple[str, ...]
    position: int = 0


@dataclass(frozen=True)
class Ranking:
    ranked: list[Ranked]
    # Too little is known of these: which variables are missing.
    apart: dict[Any, tuple[str, ...]]
    # Variables that order nobody.
    left_out: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def top(self) -> list[Any]:
        return [one.key for one in self.ranked[:TOP]]


def z_scores(known: Mapping[Any, float]) -> dict[Any, float]:
    """Standard deviations from the mean; nothing if all are alike."""
    values = list(known.values())
    if not values or pstdev(values) == 0:
        return {}
    mean, deviation = fmean(values), pstdev(values)
    return {key: (value - mean) / deviation for key, value in known.items()}


def rank(values: Values, weights: Mapping[str, float]) -> Ranking:
    """The greatest index first; of equal ones, the first key."""
    scores = {}
    for code in CODES:
        known = {key: row[code] for key, row in values.items() if row.get(code) is not None}
        scores[code] = z_scores(known)
    used = {code: weights.get(code, 0) for code in CODES if scores[code]}
    left_out = tuple(code for code in CODES if not scores[code])
    whole = sum(used.values())
    ranked, apart = [], {}
    for key in values:
        z = {code: scores[code][key] for code in used if key in scores[code]}
        missing = tuple(code for code in used if code not in z)
        weight = sum(used[code] for code in z)
        if not weight or weight < ENOUGH * whole:
            apart[key] = missing
        else:
            score = sum(used[code] * z[code] for code in z) / weight
            ranked.append(Ranked(key, score, z, missing))
    ranked.sort(key=lambda one: (-round(one.score, 9), one.key))
    return Ranking(
        [
            Ranked(one.key, one.score, one.z, one.missing, at)
            for at, one in enumerate(ranked, start=1)
        ],
        apart,
        left_out,
        weights,
    )


@dataclass(frozen=True)
class Move:
    """What changes among the first ten if one weight grows or shrinks by a fifth."""

    code: str
    grows: bool
    enter: tuple[Any, ...]
    leave: tuple[Any, ...]


def moves(values: Values, weights: Mapping[str, float]) -> list[Move]:
    now = rank(values, weights)
    found = []
    for code in CODES:
        if code in now.left_out or not weights.get(code):
            continue
        for grows in (True, False):
            changed = {**weights, code: weights[code] * (1 + MOVE if grows else 1 - MOVE)}
            then = rank(values, changed).top
            enter = tuple(key for key in then if key not in now.top)
            leave = tuple(key for key in now.top if key not in then)
            found.append(Move(code, grows, enter, leave))
    return found


def scenarios(name: Any, weights: Mapping[str, float]) -> list[tuple[Any, Mapping[str, float]]]:
    """Three sets of weights: the one in force, and two others."""
    others = [(other, given) for other, given in OTHERS if dict(given) != dict(weights)]
    return [(name, weights), *others[:2]]
