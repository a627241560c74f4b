from processes.models.escalation import Escalation, EscalationEvent
from processes.models.meetings import (
    FORMAL_AFTER,
    SOON,
    AgendaItem,
    Meeting,
    Minutes,
    Party,
    Registration,
    Undertaking,
    UndertakingUpdate,
)
from processes.models.process import (
    Outcome,
    OutcomeReview,
    Process,
    ProcessTemplate,
    Step,
    TeamMember,
    TemplateStep,
)


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
