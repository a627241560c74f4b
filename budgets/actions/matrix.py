"""Points of the prioritisation matrix: typed by two people apart, and settled by the same two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import evaluating, matrix
from budgets.actions.evaluations import locked, office_of, standing_or_refuse
from budgets.models import Score, Work
from participation import history


if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User


class CannotScore(Exception):
    """The points are not taken; the text says why, and nothing was changed."""


@transaction.atomic
def type_in(work: Work, *, by: User, points: Mapping[int, int]) -> matrix.Sheet:
    """One person's points for all criteria, by their ids.

    Until a second one has typed theirs, they may be typed again. Then only what differs may,
    by each of the two, until they agree.
    """
    work = locked(work)
    standing_or_refuse(work)
    if evaluating.is_theirs(by, work):
        raise CannotScore(_("Nobody gives points to a work they put forward."))
    sheet = sheet_of(work)
    if set(points) != {criterion.pk for criterion in sheet.criteria}:
        raise CannotScore(_("Write the points of every criterion."))
    if any(not 0 <= points[one.pk] <= one.highest for one in sheet.criteria):
        raise CannotScore(_("There are more points than the criterion has."))
    entry = sheet.entry_of(by)
    if entry is None and sheet.is_typed_twice:
        raise CannotScore(_("Two people have typed the points of this work already."))
    entry = entry or sheet.people + 1
    before = sheet.typed(entry)
    changed = {pk for pk, number in points.items() if before.get(pk) != number}
    if sheet.is_typed_twice and changed - {criterion.pk for criterion in sheet.differing}:
        raise CannotScore(_("Only what differs is typed again."))
    for pk in sorted(changed):
        Score.objects.update_or_create(
            work=work,
            criterion_id=pk,
            entry=entry,
            defaults={
                "municipality_id": work.municipality_id,
                "by": by,
                "points": points[pk],
                "at": timezone.now(),
            },
        )
    return sheet_of(work)


@transaction.atomic
def type_afresh(work: Work, *, by: User, why: str) -> None:
    """Take all points of a work away, so that two people type them anew."""
    work = locked(work)
    standing_or_refuse(work)
    sheet = sheet_of(work)
    if not sheet.scores:
        raise CannotScore(_("Nobody has typed points of this work."))
    people = {one.by_id for one in sheet.scores}
    Score.objects.filter(work=work).delete()
    history.record(
        "work_scores_afresh",
        work.thread,
        by=by,
        text=why,
        as_office=office_of(work.municipality),
        is_public=False,
        people=people,
    )


def sheet_of(work: Work) -> matrix.Sheet:
    return matrix.sheets(work.budget, [work])[0]
