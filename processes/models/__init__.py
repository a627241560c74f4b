from processes.models.escalation import Escalation, EscalationEvent
from processes.models.meetings import (
    FORMAL_AFTER,
    AgendaItem,
    Meeting,
    Minutes,
    Registration,
)
from processes.models.process import (
    Outcome,
    OutcomeReview,
    Process,
    Step,
    TeamMember,
)
from processes.models.templates import ProcessTemplate, TemplateStep
from processes.models.undertakings import SOON, Party, Undertaking, UndertakingUpdate


__all__ = [
    "FORMAL_AFTER",
    "SOON",
    "AgendaItem",
    "Escalation",
    "EscalationEvent",
    "Meeting",
    "Minutes",
    "Outcome",
    "OutcomeReview",
    "Party",
    "Process",
    "ProcessTemplate",
    "Registration",
    "Step",
    "TeamMember",
    "TemplateStep",
    "Undertaking",
    "UndertakingUpdate",
]
