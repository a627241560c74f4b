"""Who keeps the table of a dialogue and what was agreed at it, and what a table needs to open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import has_role
from decide.common.permissions import Reason
from processes.enums import ProcessState, TeamRole, UndertakingState
from processes.models import Process, Undertaking


if TYPE_CHECKING:
    from municipalities.models import Municipality

# The same as work on processes; their rule asks this file what a table needs to open.
keeps_what_was_agreed = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


@rules.predicate
def is_for_everybody(user: Any, undertaking: Undertaking) -> bool:
    """Public, and of something that is public itself."""
    if not undertaking.is_public:
        return False
    parts = (undertaking.process, undertaking.meeting)
    return all(part.is_public for part in parts if part is not None)


rules.add_perm("processes.view_undertaking", is_for_everybody | keeps_what_was_agreed)
rules.add_perm("processes.keep_undertakings", keeps_what_was_agreed)


def why_not_open_dialogue(process: Process) -> Reason | None:
    """A table stands on two sides at least, and on somebody who belongs to neither; two queries."""
    if not process.is_dialogue:
        return None
    kinds = set(process.parties.order_by().values_list("kind", flat=True))
    if len(kinds) < 2:
        return Reason(
            _("A dialogue needs at least two parties of different kinds: write them down first.")
        )
    if not process.team.filter(role=TeamRole.FACILITATES).exists():
        return Reason(_("A dialogue needs somebody who facilitates it: name them in its team."))
    return None


def why_not_keep(user: Any, municipality: Municipality) -> Reason | None:
    """What is agreed is written down by staff of the municipality."""
    if not keeps_what_was_agreed(user, municipality):
        return Reason(_("Only staff of the municipality write down what was agreed."))
    return None


def why_not_seat(user: Any, process: Process) -> Reason | None:
    """Who may write down the parties of a dialogue, and until when."""
    if reason := why_not_keep(user, process.municipality):
        return reason
    if not process.is_dialogue:
        return Reason(_("Only a dialogue has parties."))
    if process.state in (ProcessState.CLOSED, ProcessState.CALLED_OFF):
        return Reason(_("This dialogue is over: its parties stay as they were."))
    return None


def why_not_ask_evidence(user: Any, undertaking: Undertaking) -> Reason | None:
    """Evidence is asked of what is said to be done, or goes on; not of what was given up."""
    if reason := why_not_keep(user, undertaking.municipality):
        return reason
    if undertaking.state == UndertakingState.DROPPED:
        return Reason(_("It was given up: there is nothing to show."))
    return None
