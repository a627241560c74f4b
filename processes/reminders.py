"""Telling staff and followers of what was agreed when its day comes near, and when it has passed.

Each of both once for each day: a line of the history says that it was told. Whatever the clock
missed is told at its next run; of what is overdue by then, only that.
"""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import RoleGrant
from municipalities.everywhere import for_each
from participation import history
from processes.actions.undertakings import thread_of
from processes.enums import Light, UndertakingState
from processes.models import SOON, Undertaking


VERBS = {Light.AMBER: "undertaking_soon", Light.RED: "undertaking_overdue"}
_for_each = partial(for_each, reason="processes: what was agreed and is due")


@shared_task
def remind() -> int:
    """Look at what is to be done within a week or should have been; how many lines were written."""
    until = timezone.localdate() + SOON
    due = Undertaking.objects.filter(state=UndertakingState.OPEN, due_on__lte=until)
    return sum(_for_each(due, tell_of))


@transaction.atomic
def tell_of(undertaking: Undertaking) -> bool:
    """Tell once that its day comes near or has passed; whether it was told now."""
    found = Undertaking.objects.select_for_update(of=("self",)).select_related(
        "municipality", "process__thread", "meeting__thread"
    )
    undertaking = found.get(pk=undertaking.pk)
    verb = VERBS.get(undertaking.light)
    thread = thread_of(undertaking)
    key = {"undertaking": undertaking.pk, "due_on": undertaking.due_on.isoformat()}
    if verb is None or thread.events.filter(verb=verb, data__contains=key).exists():
        return False
    if undertaking.is_public:
        key["title"] = f"{undertaking.owner}: {undertaking}"[:160]
    history.record(
        verb,
        thread,
        by=None,
        as_office=undertaking.municipality.contact_office,
        text=undertaking.text if undertaking.is_public else "",
        data=key,
        is_public=undertaking.is_public,
        tell=undertaking.is_public,
        people=staff_of(undertaking.municipality_id),
    )
    return True


def staff_of(municipality_id: int) -> list[int]:
    """Who keeps what was agreed here, by the ids of their accounts."""
    roles = [Role.ADMINISTRATOR, Role.EVALUATOR]
    grants = RoleGrant.objects.current().filter(municipality=municipality_id, role__in=roles)
    return sorted(set(grants.values_list("user_id", flat=True)))
