"""Marking how good an intervention was; marks are added, never changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.enums import ActivityState, Assessor
from agreements.models import Activity, Organization, QualityScore
from agreements.rubric import BY_FIELD
from municipalities.models import Municipality
from municipalities.rls import region_scope
from participation.models import Thread


class CannotScore(Exception):
    """Nothing was marked, or it has not taken place."""


@transaction.atomic
def score_own(
    *,
    municipality: Municipality,
    marks: dict[str, int | None],
    notes: str,
    by: User,
    activity: Activity | None = None,
    thread: Thread | None = None,
) -> QualityScore:
    """What the municipality thinks of its own intervention."""
    return _score(
        municipality, Assessor.SELF, None, marks, notes, by, activity=activity, thread=thread
    )


@transaction.atomic
def score_as_third(
    *,
    activity: Activity,
    organization: Organization,
    marks: dict[str, int | None],
    notes: str,
    by: User,
) -> QualityScore:
    """What an organisation thinks of it, beside what the municipality said."""
    with region_scope("an organisation marks an intervention", by=by):
        return _score(
            activity.municipality,
            Assessor.COUNTERPART,
            organization,
            marks,
            notes,
            by,
            activity=activity,
        )


def _score(
    municipality: Municipality,
    assessor: Assessor,
    organization: Organization | None,
    marks: dict[str, int | None],
    notes: str,
    by: User,
    **thing: Any,
) -> QualityScore:
    given = {name: mark for name, mark in marks.items() if name in BY_FIELD}
    if all(mark is None for mark in given.values()):
        raise CannotScore(_("Give at least one mark; what you cannot tell stays empty."))
    activity = thing.get("activity")
    if activity and activity.state != ActivityState.HELD:
        raise CannotScore(_("Only what has taken place is marked."))
    return QualityScore.objects.create(
        municipality=municipality,
        assessor=assessor,
        organization=organization,
        notes=notes,
        by=by,
        published_at=timezone.now(),
        **given,
        **thing,
    )
