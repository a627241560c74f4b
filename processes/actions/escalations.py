"""A matter that a level raises to the next: sent, taken in, answered, returned or passed on.

Each step is an event of the matter, and a line in the history of the thing itself, which lies in
the municipality where it began: `_tell_at_origin` is the one place that writes there.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.tasks import send_mail
from decide.common.typed import says_something
from municipalities.rls import scoped_transaction
from participation import history
from participation.models import Thread
from processes.enums import EscalationState
from processes.models import Escalation, EscalationEvent
from processes.raised import code_of, due_from, with_places
from processes.rules.escalations import (
    levels_above,
    why_not_answer,
    why_not_escalate,
    why_not_pass_on,
)


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


class CannotEscalate(Exception):
    """It cannot be raised to another level; the text says why."""


class CannotReply(Exception):
    """It cannot be taken in, answered, returned or passed on; the text says why."""


@transaction.atomic
def escalate(thread: Thread, *, by: User, to: Municipality, reason: str) -> Escalation:
    """Raise it to a level above, with its code; author, followers and that level are told."""
    locked = Thread.objects.select_for_update(of=("self",), no_key=True)
    thread = locked.select_related("municipality").get(pk=thread.pk)
    if no := why_not_escalate(by, thread):
        raise CannotEscalate(str(no))
    if to not in levels_above(thread.municipality):
        raise CannotEscalate(_("It can only be raised to a level above this one."))
    if not says_something(reason):
        raise CannotEscalate(_("Say why this level cannot decide it."))
    return _send(
        by=by,
        municipality=thread.municipality,
        to_municipality=to,
        origin=thread.municipality,
        thread=thread,
        code=code_of(thread),
        title=thread.title,
        path=thread.path,
        reason=reason.strip(),
    )


@transaction.atomic
def take_in(escalation: Escalation, *, by: User, answer_by: date | None = None) -> Escalation:
    """Say that it has arrived, and by when it is answered if not by the day of the law."""
    escalation = _to_reply(escalation, by)
    if escalation.state != EscalationState.SENT:
        raise CannotReply(_("It has been taken in already."))
    if answer_by and answer_by < timezone.localdate():
        raise CannotReply(_("The day by which you answer lies in the past."))
    escalation.answer_by = answer_by or escalation.answer_by
    return _reply(escalation, EscalationState.RECEIVED, by=by)


@transaction.atomic
def answer(escalation: Escalation, *, by: User, text: str) -> Escalation:
    """Answer it; whom it concerns where it began is told."""
    return _end(escalation, EscalationState.ANSWERED, by=by, text=text)


@transaction.atomic
def send_back(escalation: Escalation, *, by: User, text: str) -> Escalation:
    """Return it with the reason: the level that raised it can decide it itself, or lacks something."""
    return _end(escalation, EscalationState.RETURNED, by=by, text=text)


@transaction.atomic
def pass_on(escalation: Escalation, *, by: User, text: str) -> Escalation:
    """Raise it further, with its code and origin; the new row, which names this one."""
    escalation = _to_reply(escalation, by)
    if no := why_not_pass_on(by, escalation):
        raise CannotReply(str(no))
    passed = _end(escalation, EscalationState.PASSED_ON, by=by, text=text, is_told=False)
    return _send(
        by=by,
        municipality=passed.to_municipality,
        to_municipality=levels_above(passed.to_municipality)[0],
        origin=passed.origin,
        before=passed,
        code=passed.code,
        title=passed.title,
        path=passed.path,
        reason=text.strip(),
    )


def _send(*, by: User, **fields) -> Escalation:
    now = timezone.now()
    sent = Escalation.objects.create(
        by=by, sent_at=now, answer_by=due_from(timezone.localdate(now)), **fields
    )
    event = EscalationEvent.objects.create(
        escalation=sent, state=EscalationState.SENT, text=sent.reason, by=by, at=now
    )
    verb = "escalation_passed_on" if sent.before_id else "escalated"
    _tell_at_origin(sent, verb, event, by=by, who=sent.municipality)
    if mailbox := sent.to_municipality.contact_email:
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("%(place)s raises a matter to you: %(code)s") % {
                "place": sent.municipality,
                "code": sent.code,
            }
        path = f"/{sent.to_municipality.slug}/procesos/elevados/{sent.pk}/"
        text = f"{sent.title}\n\n{sent.reason}\n\n{settings.SITE_URL}{path}"
        transaction.on_commit(partial(send_mail.delay, subject, text, mailbox))
    return sent


def _to_reply(escalation: Escalation, by: User) -> Escalation:
    found = with_places().select_for_update(of=("self",)).get(pk=escalation.pk)
    if no := why_not_answer(by, found):
        raise CannotReply(str(no))
    return found


def _end(
    escalation: Escalation, state: EscalationState, *, by: User, text: str, is_told: bool = True
) -> Escalation:
    escalation = _to_reply(escalation, by)
    if not says_something(text):
        raise CannotReply(_("Write what you answer, or why you do not."))
    escalation.answer, escalation.answered_at = text.strip(), timezone.now()
    return _reply(escalation, state, by=by, text=escalation.answer, is_told=is_told)


def _reply(
    escalation: Escalation,
    state: EscalationState,
    *,
    by: User,
    text: str = "",
    is_told: bool = True,
) -> Escalation:
    escalation.state = state
    escalation.save(update_fields=["state", "answer", "answer_by", "answered_at"])
    event = EscalationEvent.objects.create(escalation=escalation, state=state, text=text, by=by)
    if is_told:
        verb = f"escalation_{state}"
        _tell_at_origin(escalation, verb, event, by=by, who=escalation.to_municipality)
    return escalation


def _tell_at_origin(
    escalation: Escalation, verb: str, event: EscalationEvent, *, by: User, who: Municipality
) -> None:
    """Write it into the history of what was raised, in the scope of its municipality, and tell.

    In the transaction of the step itself, so that both stand or fall together.
    """
    with scoped_transaction(escalation.origin, person=by.pk):
        first = Escalation.objects.get(pk=escalation.pk)
        while first.before_id:
            first = Escalation.objects.get(pk=first.before_id)
        history.record(
            verb,
            Thread.objects.get(pk=first.thread_id),
            by=by,
            as_office=who.name,
            text=event.text,
            data={
                "escalation": escalation.pk,
                "to": str(escalation.to_municipality),
                "escalation_path": f"/{escalation.origin.slug}/procesos/elevados/{escalation.pk}/",
                "code": escalation.code,
            },
            at=event.at,
            tell=True,
        )
