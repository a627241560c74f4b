"""Municipalities say that they want a practice; the region invites, and answers: all in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.enums import InterestState, TaskKind, TaskState
from agreements.models import Interest, Practice, Task


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

STANDING = (InterestState.INTERESTED, InterestState.INVITED)


class CannotExpress(Exception):
    """The same interest stands already, or there is no way from its state to that one."""


@transaction.atomic
def express(
    municipality: Municipality,
    *,
    by: User,
    practice: Practice | None = None,
    letter: str = "",
    text: str = "",
) -> Interest:
    """Say in public that the municipality wants it; the region gets a task to answer."""
    _refuse_twice(municipality, practice)
    interest = Interest.objects.create(
        municipality=municipality,
        practice=practice,
        letter=letter,
        text=text,
        by=by,
        published_at=timezone.now(),
    )
    Task.objects.create(
        municipality=municipality,
        kind=TaskKind.INTEREST,
        key=_key(interest),
        text=_("%(place)s is interested: %(what)s")
        % {"place": municipality.name, "what": practice or _("any practice")},
        opened_by=by,
    )
    return interest


@transaction.atomic
def withdraw(interest: Interest, *, by: User) -> Interest:
    """The municipality takes back what it said; that it did stays to be read."""
    return _move(
        interest, InterestState.WITHDRAWN, _("Withdrawn by the municipality."), STANDING, by=by
    )


@transaction.atomic
def invite(
    municipality: Municipality, *, by: User, practice: Practice | None = None, text: str = ""
) -> Interest:
    """The region invites on its own account; who had said that it is interested is invited too."""
    standing = _standing(municipality, practice)
    if standing and standing.state == InterestState.INTERESTED:
        return answer(standing, state=InterestState.INVITED, reason=text, by=by)
    _refuse_twice(municipality, practice)
    return Interest.objects.create(
        municipality=municipality,
        practice=practice,
        state=InterestState.INVITED,
        text=text,
        by=by,
        published_at=timezone.now(),
    )


@transaction.atomic
def answer(interest: Interest, *, state: str, reason: str, by: User) -> Interest:
    """Invite who is interested, or decline; who declines says why."""
    if state == InterestState.DECLINED and not reason.strip():
        raise CannotExpress(_("Say why it is declined."))
    allowed = {
        InterestState.INVITED: (InterestState.INTERESTED,),
        InterestState.DECLINED: STANDING,
    }
    return _move(interest, state, reason, allowed[state], by=by)


def _move(
    interest: Interest, state: str, reason: str, allowed: tuple[str, ...], *, by: User
) -> Interest:
    interest = Interest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    if interest.state not in allowed:
        raise CannotExpress(
            _("It cannot be done: its state is «%(state)s».")
            % {"state": interest.get_state_display()}
        )
    with because(reason):
        interest.state, interest.answer = state, reason.strip()
        interest.save(update_fields=["state", "answer"])
        Task.objects.filter(key=_key(interest), state=TaskState.OPEN).update(
            state=TaskState.DONE, answer=interest.answer, done_by=by, done_at=timezone.now()
        )
    return interest


def _standing(municipality: Municipality, practice: Practice | None) -> Interest | None:
    found = Interest.objects.filter(municipality=municipality, practice=practice)
    return found.filter(state__in=STANDING).select_for_update(of=("self",)).first()


def _refuse_twice(municipality: Municipality, practice: Practice | None) -> None:
    if _standing(municipality, practice):
        raise CannotExpress(_("That is said already, and stands."))


def _key(interest: Interest) -> str:
    return f"interest:{interest.pk}"
