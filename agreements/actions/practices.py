"""The way of a practice: nominated, reviewed, validated, published, retired; and its versions."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.enums import PracticeState
from agreements.models import (
    Component,
    KitItem,
    Organization,
    Practice,
    PracticeEvent,
    PracticeReview,
    PracticeVersion,
    Requirement,
)
from agreements.rules.practices import proposers, why_not_move
from decide.common.permissions import Reason, Refusal


class CannotMovePractice(Refusal):
    """The practice cannot go there now; the reason says what is missing."""


class CannotReview(Refusal):
    """This review cannot be taken; the reason says why."""


class CannotChangeVersion(Refusal):
    """The version does not change in this way."""


OF_VERSION = frozenset(
    {
        *("problem", "solution", "results", "limits", "risks", "evidence_level", "maturity"),
        *("staff", "setup_cost", "yearly_cost", "connectivity", "needs_internet"),
        *("legal_basis", "min_population", "modules", "licence"),
    }
)


@transaction.atomic
def nominate(
    *, by: Any, organization: Organization, code: str = "", reason: str = "", **values: Any
) -> Practice:
    """A practice is put forward, with its first version. Values of both come together."""
    of_version = {name: values.pop(name) for name in OF_VERSION & set(values)}
    origin = values.pop("origin", None) or organization
    practice = Practice.objects.create(
        code=code or _next_code(), origin=origin, nominated_by=organization, **values
    )
    PracticeVersion.objects.create(practice=practice, number=1, **of_version)
    _note(practice, "", by=by, reason=reason)
    return practice


def _next_code() -> str:
    """BP-07 follows BP-06, whichever were removed in between."""
    codes = Practice.objects.values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"BP-(\d+)", code))]
    return f"BP-{max(numbers, default=0) + 1:02}"


@transaction.atomic
def move(practice: Practice, to: str, *, by: Any, reason: str = "") -> Practice:
    """To its next state, if all is there that this needs; publishing freezes the version."""
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if why_not := why_not_move(practice, to):
        raise CannotMovePractice(why_not)
    if to == PracticeState.RETIRED and not reason.strip():
        raise CannotMovePractice(Reason(_("Say why it is retired: people read it.")))
    before = practice.state
    with because(reason):
        if to == PracticeState.PUBLISHED:
            practice.latest.frozen_at = timezone.now()
            practice.latest.save(update_fields=["frozen_at"])
        practice.state = to
        if to == PracticeState.RETIRED:
            practice.retired_why = reason.strip()
        practice.save(update_fields=["state", "retired_why"])
    _note(practice, before, by=by, reason=reason)
    return practice


@transaction.atomic
def review(
    version: PracticeVersion, *, by: Any, organization: Organization, **values: Any
) -> PracticeReview:
    """What somebody found, for their organisation; it is only ever added."""
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=version.practice_id)
    if organization.pk in proposers(practice):
        raise CannotReview(Reason(_("Nobody reviews a practice of their own organisation.")))
    if practice.latest != version:
        raise CannotReview(Reason(_("There is a newer version. Review that one.")))
    under_review = practice.state in (PracticeState.REVIEW, PracticeState.REVIEWED)
    if not under_review and (version.frozen_at or practice.state != PracticeState.PUBLISHED):
        raise CannotReview(Reason(_("This practice is not under review now.")))
    if version.reviews.filter(by=by).exists():
        raise CannotReview(Reason(_("You have reviewed this version already.")))
    return PracticeReview.objects.create(
        version=version, by=by, organization=organization, **values
    )


@transaction.atomic
def new_version(practice: Practice, *, by: Any, what_changed: str) -> PracticeVersion:
    """The next version begins as a copy of the last one, with its components, needs and kit."""
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    last = practice.latest
    if not last.frozen_at:
        raise CannotChangeVersion(
            Reason(_("Version %(number)d is not published yet: change that one.") % vars(last))
        )
    values = {name: getattr(last, name) for name in OF_VERSION}
    version = PracticeVersion.objects.create(
        practice=practice, number=last.number + 1, what_changed=what_changed, **values
    )
    for model in (Component, Requirement, KitItem):
        for row in model.objects.filter(version=last).order_by("pk"):
            row.pk, row.version, row._state.adding = None, version, True
            if isinstance(row, KitItem) and row.file:
                row.file = ContentFile(row.file.read(), row.file.name.rpartition("/")[2])
            row.save()
    _note(practice, practice.state, by=by, reason=what_changed)
    return version


def _note(practice: Practice, before: str, *, by: Any, reason: str) -> None:
    PracticeEvent.objects.create(
        practice=practice, before=before, after=practice.state, by=by, reason=reason[:1_000]
    )
