"""Proposed wordings as pages show them: old and new words, the four counts, what one may say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse

from decide.common.permissions import Reason
from decide.common.refusals import sign_in
from norms.changes import readable
from norms.enums import Stance
from norms.models import Norm, Wording, WordingStance
from norms.places import position_of
from norms.rules.wordings import why_not_take


if TYPE_CHECKING:
    from django.db.models import QuerySet

COUNT_OF = {
    Stance.MUST: "musts",
    Stance.SHOULD: "shoulds",
    Stance.SHOULD_NOT: "should_nots",
    Stance.MUST_NOT: "must_nots",
}


def shown(norm: Norm) -> QuerySet[Wording]:
    """The wordings of a norm that everybody reads, with `said`: how many stances there are."""
    return (
        Wording.objects.shown()
        .filter(norm=norm)
        .select_related("annotation__article", "annotation__thread")
        .select_related("comment__author", "comment__answered__answer")
        .annotate(said=F("musts") + F("shoulds") + F("should_nots") + F("must_nots"))
    )


def by_article(wordings: QuerySet[Wording]) -> QuerySet[Wording]:
    """In the order of the text; of one provision first what most is said of."""
    place = Coalesce(position_of("annotation__article"), 0)
    return wordings.order_by(place, "annotation__article", "-said", "pk")


def by_voices(wordings: QuerySet[Wording]) -> QuerySet[Wording]:
    return wordings.order_by("-said", "pk")


def prepare(user: Any, norm: Norm, wordings: Iterable[Wording]) -> Sequence[Wording]:
    """Give each its `pieces`, `counts`, and for this person `mine` and `reason`; one query.

    `mine` is the stance they took, or empty; `reason` is why they cannot take one now. Who
    else took which is never told.
    """
    wordings = list(wordings)
    mine = stances_of(user, wordings)
    for wording in wordings:
        wording.norm, wording.municipality = norm, norm.municipality
        wording.comment.municipality = norm.municipality
        wording.pieces = readable(wording.annotation.quote, wording.new_text)
        wording.mine = mine.get(wording.pk, "")
        wording.counts = [(stance, getattr(wording, COUNT_OF[stance])) for stance in Stance]
        wording.reason = reason_for(user, wording)
    return wordings


def stances_of(user: Any, wordings: Sequence[Wording]) -> dict[int, str]:
    proof = user.proof if user.is_authenticated else None
    if proof is None or not wordings:
        return {}
    found = WordingStance.objects.filter(resident=proof, wording__in=[w.pk for w in wordings])
    return dict(found.values_list("wording", "stance"))


def reason_for(user: Any, wording: Wording) -> Reason | None:
    """Visitors come back to the wording after they have signed in."""
    reason = why_not_take(user, wording)
    if reason and not user.is_authenticated and reason.url == reverse("account_login"):
        return Reason(reason.text, sign_in(address_of(wording)), reason.action)
    return reason


def address_of(wording: Wording) -> str:
    """The annotation's own page, where the wording stands with what is said about it."""
    page = reverse("norms:wordings", args=[wording.norm.municipality.slug, wording.norm_id])
    return f"{page}?redaccion={wording.pk}#redaccion-{wording.pk}"
