"""Who writes in the name of a municipality to those who asked for its news."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_administrator
from decide.common.permissions import Reason
from participation.models import Newsletter


# It speaks for the municipality as a whole, and to many: its administrators alone.
rules.add_perm("participation.write_newsletters", is_administrator)


def why_not_change(newsletter: Newsletter) -> Reason | None:
    """Its words stand once its moment is set."""
    if newsletter.started_at:
        return Reason(_("It is already on its way and cannot change any more."))
    if newsletter.is_waiting:
        return Reason(_("It waits to go out. Call it off first, then change it."))
    return None


def why_not_call_off(newsletter: Newsletter) -> Reason | None:
    if newsletter.started_at:
        return Reason(_("It is already on its way: you can still stop the rest."))
    if newsletter.is_draft:
        return Reason(_("It is a draft: nothing is set to go out."))
    return None


def why_not_stop(newsletter: Newsletter) -> Reason | None:
    """What is on its way; a second time changes nothing."""
    if newsletter.started_at is None:
        return Reason(_("It has not begun to go out. Call it off instead."))
    if newsletter.finished_at or newsletter.is_stopped:
        return Reason(_("It has ended already: there is nothing left to stop."))
    return None
