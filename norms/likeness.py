"""Contributions that say nearly the same, so that the office answers them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from norms.contributions import contributions, untouched, with_everything
from norms.models import Norm
from participation.models import Comment


if TYPE_CHECKING:
    from django.db.models import Expression

# The share of letters in threes that two texts have in common, from 0 to 1.
ALIKE = 0.3
SUGGESTED = 10
COMPARED_WITH = 5


def alike(norm: Norm, chosen: Iterable[Comment]) -> list[Comment]:
    """Those without any answer that are most like one of the chosen, by their own words or wording.

    Of many chosen the first few are compared: who chose them thought them alike.
    """
    chosen = list(chosen)
    if not chosen:
        return []
    nearness = [_nearness(comment) for comment in chosen[:COMPARED_WITH]]
    # Greatest wants two; what is compared with nothing is like nothing.
    like = Greatest(Value(0.0), *nearness)
    found: QuerySet[Comment] = untouched(contributions(norm))
    found = found.exclude(pk__in=[comment.pk for comment in chosen]).annotate(likeness=like)
    near = found.filter(likeness__gte=ALIKE).order_by("-likeness", "pk")
    return list(with_everything(near)[:SUGGESTED])


def _nearness(comment: Comment) -> Expression:
    wording = getattr(comment, "wording", None)
    by_words = TrigramSimilarity("text", comment.text)
    if wording is None or not wording.new_text:
        return by_words
    by_wording = Coalesce(TrigramSimilarity("wording__new_text", wording.new_text), Value(0.0))
    return Greatest(by_words, by_wording)
