"""Who raises a matter to another level, to which, and who answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason
from municipalities.models import Municipality
from participation.enums import ThreadKind
from processes.enums import EscalationState
from processes.models import Escalation
from processes.rules.processes import works_on_processes


if TYPE_CHECKING:
    from participation.models import Thread

speaks_for_its_level = works_on_processes

rules.add_perm("processes.escalate", speaks_for_its_level)

# A part of something is raised with the whole.
RAISED = frozenset(
    [
        ThreadKind.PROPOSAL,
        ThreadKind.DEBATE,
        ThreadKind.POLL,
        ThreadKind.BUDGET,
        ThreadKind.WORK,
        ThreadKind.NORM,
        ThreadKind.PROCESS,
        ThreadKind.MEETING,
    ]
)
WAITING = (EscalationState.SENT, EscalationState.RECEIVED)


def levels_above(municipality: Municipality) -> list[Municipality]:
    """The open spaces of the levels above, the nearest first: the province's, then the region's.

    The ubigeo says what lies in what: 130601 lies in 1306, and that in 13.
    """
    code = municipality.place_id
    above = [code[:length] for length in (4, 2) if length < len(code)]
    found = Municipality.objects.open().filter(place_id__in=above)
    return sorted(found, key=lambda one: -len(one.place_id))


def why_not_escalate(user: Any, thread: Thread) -> Reason | None:
    """Staff raise what is public here, where it waits for no answer from another level already."""
    if not speaks_for_its_level(user, thread.municipality):
        return Reason(_("Only staff of the municipality raise something to another level."))
    if not thread.is_public:
        return Reason(_("Only what everybody can read is raised to another level."))
    if thread.kind not in RAISED:
        return Reason(_("This is a part of something: raise the whole."))
    if is_waiting_above(thread):
        return Reason(_("It has been raised already, and waits for an answer."))
    if not levels_above(thread.municipality):
        return Reason(_("No level above has an open space here yet."))
    return None


def is_waiting_above(thread: Thread) -> bool:
    """Whether what was raised from here, or what it was passed on as, has no answer yet."""
    pending = list(Escalation.objects.filter(thread=thread).select_related("after"))
    while pending:
        row = pending.pop()
        if row.state in WAITING:
            return True
        if row.state == EscalationState.PASSED_ON and hasattr(row, "after"):
            pending.append(row.after)
    return False


def why_not_answer(user: Any, escalation: Escalation) -> Reason | None:
    """Staff of the level that it was raised to take it in, answer it, return it or pass it on."""
    if not speaks_for_its_level(user, escalation.to_municipality):
        return Reason(_("Only staff of the level that it was raised to answer it."))
    if escalation.state not in WAITING:
        return Reason(_("It has been answered, returned or passed on already."))
    return None


def why_not_pass_on(user: Any, escalation: Escalation) -> Reason | None:
    if reason := why_not_answer(user, escalation):
        return reason
    if not levels_above(escalation.to_municipality):
        return Reason(_("There is no higher level in this portal to pass it on to."))
    return None
