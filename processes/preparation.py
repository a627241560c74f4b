"""What a process lacks before it can open, in words; asked by pages and actions alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from decide.common.typed import says_something
from processes.enums import TeamRole
from processes.rules.dialogue import why_not_open_dialogue


if TYPE_CHECKING:
    from processes.models import Process


class Gap(NamedTuple):
    """One thing that is missing, and the page on which it is put right."""

    part: str
    text: str


def missing(process: Process) -> list[Gap]:
    """All that keeps a process from opening, in the order in which it is written."""
    found = []
    if not says_something(process.rules):
        found.append(Gap("edit", _("Write the rules first: they are frozen at opening.")))
    if not any(step.starts_at for step in process.steps.all()):
        found.append(Gap("steps", _("Write at least one step with the day on which it begins.")))
    team = [member.role for member in process.team.all()]
    if TeamRole.LEADS not in team:
        found.append(Gap("team", _("Say who leads it: everybody has to know whom to ask.")))
    if reason := why_not_open_dialogue(process):
        has_parties = len({party.kind for party in process.parties.all()}) > 1
        found.append(Gap("team" if has_parties else "parties", str(reason)))
    return found
