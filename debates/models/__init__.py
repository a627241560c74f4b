"""What citizens argue about, and what they find that they agree on."""

from debates.models.debate import Debate, DebateVersion, TakenUp
from debates.models.statement import OpinionAnalysis, Statement, StatementVote


__all__ = [
    "Debate",
    "DebateVersion",
    "OpinionAnalysis",
    "Statement",
    "StatementVote",
    "TakenUp",
]
