"""How many agree and disagree with something, and how sure its order is.

Both a thing and a comment on it count them, of everybody and of residents alone; the
municipality's settings say which of the two orders the page.
"""

from __future__ import annotations

from django.db import models
from django.db.models import FloatField, Value
from django.db.models.functions import Cast, Coalesce, NullIf, Sqrt


Z = 1.96  # two-sided 95 %


def wilson(agrees: str, disagrees: str) -> models.expressions.Combinable:
    """Lower bound of the Wilson interval for the share that agrees; 0 with no reactions.

    With p = a/n: (p + z²/2n − z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    """
    yes, no = Cast(agrees, FloatField()), Cast(disagrees, FloatField())
    number = NullIf(yes + no, Value(0.0))
    share = yes / number
    square = Value(Z * Z)
    spread = Sqrt(share * (Value(1.0) - share) / number + square / (Value(4.0) * number * number))
    bound = (share + square / (Value(2.0) * number) - Value(Z) * spread) / (
        Value(1.0) + square / number
    )
    return Coalesce(bound, Value(0.0))


def _score(agrees: str, disagrees: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=wilson(agrees, disagrees),
        output_field=FloatField(),
        db_persist=True,
        editable=False,
    )


class ReactionCounts(models.Model):
    """Counts kept by triggers, and the order of «best» that PostgreSQL derives from them."""

    agrees = models.PositiveIntegerField(default=0, editable=False)
    disagrees = models.PositiveIntegerField(default=0, editable=False)
    resident_agrees = models.PositiveIntegerField(default=0, editable=False)
    resident_disagrees = models.PositiveIntegerField(default=0, editable=False)
    score = _score("agrees", "disagrees")
    resident_score = _score("resident_agrees", "resident_disagrees")

    class Meta:
        abstract = True
