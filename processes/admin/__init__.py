"""The room in the admin: the region's templates are written here; all else is only read.

What happens to a process, a meeting or something agreed, its actions do, on the pages of those
who work with it. Who registers for a meeting and how a party is reached stay on those pages too.
"""

from processes.admin.agreed import EscalationAdmin, UndertakingAdmin
from processes.admin.meetings import MeetingAdmin, MinutesAdmin
from processes.admin.processes import OutcomeAdmin, ProcessAdmin
from processes.admin.templates import ProcessTemplateAdmin


__all__ = [
    "EscalationAdmin",
    "MeetingAdmin",
    "MinutesAdmin",
    "OutcomeAdmin",
    "ProcessAdmin",
    "ProcessTemplateAdmin",
    "UndertakingAdmin",
]
