"""The acta of agreements: written, issued once, signed on paper, corrected by what is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.enums import StepKind
from budgets.minutes import content_of, digest_of, undecided
from budgets.models import Addendum, Budget, Minutes, Step, Work
from decide.common.typed import says_something
from participation import documents, history


if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

# The signed paper, what the committee shows, what was spent: all hang on the budget.
DOCUMENTS = 2_000


class CannotWriteMinutes(Exception):
    """The acta is issued, or the budget is not one that has agreements now."""


class CannotIssue(Exception):
    """Something is missing for the acta to be issued, or it is issued already."""


@transaction.atomic
def write(
    budget: Budget, *, by: User, held_on: date, place: str, text: str, attendance: str = ""
) -> Minutes:
    """Keep the words of the acta; only staff read them until it is issued."""
    budget = locked(budget)
    if budget.is_draft or budget.is_cancelled:
        raise CannotWriteMinutes(_("An acta is written of a budget that is open."))
    minutes = Minutes.objects.select_for_update().filter(budget=budget).first()
    if minutes and minutes.is_issued:
        raise CannotWriteMinutes(_("The acta is issued: it is corrected by an addendum."))
    minutes = minutes or Minutes(municipality_id=budget.municipality_id, budget=budget)
    minutes.held_on, minutes.place = held_on, place
    minutes.text, minutes.attendance = text, attendance
    minutes.save()
    history.record("budget_minutes_written", budget.thread, by=by, is_public=False)
    return minutes


def why_not_issue(budget: Budget, minutes: Minutes | None) -> str:
    """What is missing for the acta to be issued, or nothing."""
    if budget.is_draft or budget.is_cancelled:
        return _("An acta is issued of a budget that is open.")
    if minutes is None:
        return _("Write first the day, the place and the agreements.")
    if minutes.is_issued:
        return _("The acta is issued already.")
    if minutes.held_on > timezone.localdate():
        return _("The meeting has not been held yet.")
    if step := without_its_acta(budget):
        return _("Lay the acta of «%(step)s» beside that step first: what it decided has one.") % {
            "step": step
        }
    if undecided(budget).exists():
        return _("There are works of which it is not decided yet whether they are chosen.")
    if not Work.objects.chosen().filter(budget=budget).exists():
        return _("No work has been chosen yet.")
    return ""


def without_its_acta(budget: Budget) -> Step | None:
    """The workshop, if it was held and its acta lies nowhere: the law has its results in one."""
    held = Step.objects.filter(budget=budget, kind=StepKind.WORKSHOP, starts_at__lte=timezone.now())
    return held.filter(documents=None).first()


@transaction.atomic
def issue(budget: Budget, *, by: User) -> Minutes:
    """Settle what the acta says, with its hash; everybody reads it from then on."""
    budget = locked(budget)
    minutes = Minutes.objects.select_for_update().filter(budget=budget).first()
    if problem := why_not_issue(budget, minutes):
        raise CannotIssue(problem)
    minutes.budget = budget
    minutes.content = content_of(minutes)
    minutes.digest = digest_of(minutes.content)
    minutes.issued_at, minutes.issued_by = timezone.now(), by
    minutes.save()
    _record("budget_minutes", minutes, by=by, data={"digest": minutes.digest.hex()}, tell=True)
    return minutes


@transaction.atomic
def keep_signed(minutes: Minutes, *, by: User, upload: UploadedFile) -> Minutes:
    """Put the paper that people signed beside the acta; a better scan takes its place."""
    minutes = _issued(minutes)
    before = minutes.signed
    minutes.signed = documents.store_document(
        minutes.budget.thread, upload, _("Signed acta"), by=by, limit=DOCUMENTS
    )
    minutes.save(update_fields=["signed"])
    data = {"sha256": minutes.signed.sha256}
    if before:
        data["before"] = before.sha256
        documents.remove_document(before)
    _record("budget_minutes_signed", minutes, by=by, data=data)
    return minutes


@transaction.atomic
def add(minutes: Minutes, *, by: User, text: str) -> Addendum:
    """Correct the acta by adding to it: what it said stays."""
    minutes = _issued(minutes)
    if not says_something(text):
        raise CannotWriteMinutes(_("Write what is corrected."))
    if minutes.addenda.filter(text=text).exists():
        raise CannotWriteMinutes(_("This addendum is there already."))
    addendum = minutes.addenda.create(municipality_id=minutes.municipality_id, text=text, by=by)
    _record("budget_minutes_addendum", minutes, by=by, text=text, tell=True)
    return addendum


def locked(budget: Budget) -> Budget:
    found = Budget.objects.select_related("municipality", "thread")
    return found.select_for_update(of=("self",), no_key=True).get(pk=budget.pk)


def _issued(minutes: Minutes) -> Minutes:
    found = Minutes.objects.select_related("budget__thread", "budget__municipality", "signed")
    minutes = found.select_for_update(of=("self",)).get(pk=minutes.pk)
    if not minutes.is_issued:
        raise CannotWriteMinutes(_("The acta is not issued yet."))
    return minutes


def _record(verb: str, minutes: Minutes, *, by: User, **more: Any) -> None:
    budget = minutes.budget
    office = budget.municipality.contact_office or budget.municipality.name
    history.record(verb, budget.thread, by=by, as_office=office, **more)
