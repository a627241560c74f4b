"""A budget from the call to the finished work, noun by noun."""

from budgets.models.after import (
    Addendum,
    Committee,
    CommitteeMember,
    CommitteeReport,
    Delay,
    Minutes,
    Project,
    ProjectMilestone,
    Spending,
)
from budgets.models.agents import Agent, AgentFile, AgentList, Delegate
from budgets.models.ballots import Ballot, Count, ImportedElection, TallyLine, TallySheet
from budgets.models.budget import Budget, Criterion, Group, Heading, Step, StepDocument
from budgets.models.evaluation import Appeal, CostLine, Evaluation, Observation, Score
from budgets.models.works import SupportedHeading, Work, WorkSupport


__all__ = [
    "Addendum",
    "Agent",
    "AgentFile",
    "AgentList",
    "Appeal",
    "Ballot",
    "Budget",
    "Committee",
    "CommitteeMember",
    "CommitteeReport",
    "CostLine",
    "Count",
    "Criterion",
    "Delay",
    "Delegate",
    "Evaluation",
    "Group",
    "Heading",
    "ImportedElection",
    "Minutes",
    "Observation",
    "Project",
    "ProjectMilestone",
    "Score",
    "Spending",
    "Step",
    "StepDocument",
    "SupportedHeading",
    "TallyLine",
    "TallySheet",
    "Work",
    "WorkSupport",
]
