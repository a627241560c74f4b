"""What a process decided, told to everyone who took part; and later what became of it.

The first words stay (processes/0002). What is found on the day of a review is added beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import RoleGrant
from decide.common.typed import says_something
from participation.models import Event
from processes import took_part
from processes.actions.kept import CannotProcess, locked, record
from processes.enums import ReviewState
from processes.models import Outcome, OutcomeReview, Process
from processes.rules.processes import why_not_outcome


if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

OVER = (ReviewState.DONE, ReviewState.DROPPED)


class CannotPublish(CannotProcess):
    """The outcome or its review cannot be published so; the text says why."""


@transaction.atomic
def publish(
    process: Process, *, by: User, decided: str, next_steps: str, review_on: date
) -> Outcome:
    """Say what was decided and what happens now; everyone who took part hears of it, once.

    `review_on` is a day to come, on which staff are reminded to say what became of it.
    """
    process = locked(process)
    if reason := why_not_outcome(process):
        raise CannotPublish(reason)
    if not says_something(decided) or not says_something(next_steps):
        raise CannotPublish(_("Write what was decided, and what happens now."))
    _refuse_past(review_on)
    outcome = Outcome.objects.create(
        municipality=process.municipality,
        process=process,
        decided=decided,
        next_steps=next_steps,
        review_on=review_on,
        by=by,
    )
    record(
        "process_outcome",
        process,
        by=by,
        data={"review_on": review_on.isoformat()},
        tell=True,
        people=took_part.people(process),
    )
    return outcome


@transaction.atomic
def review(
    outcome: Outcome, *, by: User, state: str, text: str, next_review_on: date | None = None
) -> OutcomeReview:
    """Add what became of it. Until it is done or given up, it is looked at again on a day to come."""
    process = locked(outcome.process)
    outcome = Outcome.objects.select_for_update(of=("self",), no_key=True).get(pk=outcome.pk)
    if outcome.review_on is None:
        raise CannotPublish(_("It is done or given up: there is nothing more to look at."))
    if not says_something(text):
        raise CannotPublish(_("Write what became of it."))
    if state in OVER:
        next_review_on = None
    else:
        _refuse_past(next_review_on)
    made = OutcomeReview.objects.create(
        municipality=process.municipality,
        outcome=outcome,
        state=state,
        text=text,
        next_review_on=next_review_on,
        by=by,
    )
    outcome.review_on = next_review_on
    outcome.save(update_fields=["review_on"])
    record("process_reviewed", process, by=by, text=text, data={"state": str(state)}, tell=True)
    return made


@transaction.atomic
def remind(outcome: Outcome) -> bool:
    """Tell staff, once for each day of review, that it has come; whether they were told now.

    The line of the history is the mark that it was told, written under the lock of the process.
    Where nobody works on processes it is told on a later run, once somebody does.
    """
    process = locked(outcome.process)
    outcome.refresh_from_db(fields=["review_on"])
    if not outcome.is_due:
        return False
    data = {"on": outcome.review_on.isoformat()}
    told = Event.objects.filter(
        thread=process.thread, verb="process_review_due", data__contains=data
    )
    people = staff_of(process)
    if not people or told.exists():
        return False
    record("process_review_due", process, by=None, data=data, is_public=False, people=people)
    return True


def staff_of(process: Process) -> list[int]:
    """Who works on processes here, by the ids of their accounts."""
    grants = RoleGrant.objects.current().filter(
        municipality=process.municipality_id, role__in=[Role.ADMINISTRATOR, Role.EVALUATOR]
    )
    return sorted(set(grants.values_list("user_id", flat=True)))


def _refuse_past(day: date | None) -> None:
    if day is None:
        raise CannotPublish(_("Say when it is to be looked at again."))
    if day <= timezone.localdate():
        raise CannotPublish(_("Choose a day to come on which it is looked at again."))
