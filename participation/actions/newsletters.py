"""Writing a newsletter, trying it out, setting its moment, calling it off and stopping it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from participation.models import Newsletter
from participation.rules.newsletters import why_not_call_off, why_not_change, why_not_stop
from participation.tasks.newsletters import begin, deliver, send_test


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


class Refused(Exception):
    """That is not possible now; the text says why."""


@transaction.atomic
def write(
    municipality: Municipality, *, subject: str, text: str, audience: str, by: User
) -> Newsletter:
    return Newsletter.objects.create(
        municipality=municipality, subject=subject, text=text, audience=audience, written_by=by
    )


@transaction.atomic
def change(newsletter: Newsletter, *, subject: str, text: str, audience: str) -> Newsletter:
    newsletter = _held(newsletter)
    if reason := why_not_change(newsletter):
        raise Refused(str(reason))
    newsletter.subject, newsletter.text, newsletter.audience = subject, text, audience
    newsletter.tested_at = None  # these words nobody has seen in a mail yet
    newsletter.save(update_fields=["subject", "text", "audience", "tested_at"])
    return newsletter


@transaction.atomic
def delete(newsletter: Newsletter) -> None:
    newsletter = _held(newsletter)
    if reason := why_not_change(newsletter):
        raise Refused(str(reason))
    newsletter.delete()


@transaction.atomic
def try_out(newsletter: Newsletter, *, by: User) -> None:
    """Send it to oneself, as everybody will get it."""
    if not by.email:
        raise Refused(_("Your account has no e-mail to send the test to. Add one first."))
    newsletter.tested_at = timezone.now()
    newsletter.save(update_fields=["tested_at"])
    transaction.on_commit(
        partial(send_test.delay, newsletter.municipality_id, newsletter.pk, by.pk)
    )


@transaction.atomic
def schedule(newsletter: Newsletter, *, at: datetime | None, by: User) -> Newsletter:
    """Let it go out at a moment, or now; twice sets one moment."""
    newsletter = _held(newsletter)
    if reason := why_not_change(newsletter):
        raise Refused(str(reason))
    newsletter.scheduled_for, newsletter.scheduled_by = at or timezone.now(), by
    newsletter.save(update_fields=["scheduled_for", "scheduled_by"])
    if at is None:
        transaction.on_commit(partial(begin.delay, newsletter.municipality_id, newsletter.pk))
    return newsletter


@transaction.atomic
def call_off(newsletter: Newsletter) -> Newsletter:
    """A draft again, if not one copy has been made."""
    newsletter = _held(newsletter)
    if reason := why_not_call_off(newsletter):
        raise Refused(str(reason))
    newsletter.scheduled_for = newsletter.scheduled_by = None
    newsletter.save(update_fields=["scheduled_for", "scheduled_by"])
    return newsletter


@transaction.atomic
def stop(newsletter: Newsletter, *, by: User) -> Newsletter:
    """Send no more of one that is going out. Who has it keeps it, and it stays in the archive.

    From now on no copy begins to leave; the task gives up those that wait, and closes it.
    """
    newsletter = _held(newsletter)
    if reason := why_not_stop(newsletter):
        raise Refused(str(reason))
    newsletter.stopped_at, newsletter.stopped_by = timezone.now(), by
    newsletter.save(update_fields=["stopped_at", "stopped_by"])
    transaction.on_commit(partial(deliver.delay, newsletter.municipality_id, newsletter.pk))
    return newsletter


def _held(newsletter: Newsletter) -> Newsletter:
    """Between setting, calling off and beginning one comes after the other."""
    held = Newsletter.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("municipality").get(pk=newsletter.pk)
