"""What this room keeps of a person: their own copy of it, and what goes with the account.

Published works stay under «deleted account», for others have supported them and money may have been given
to them. So do registrations: the official list of agents is a public act. So do the name of a
member of a vigilance committee and what it published; only the link to the account goes. How
somebody voted nobody knows (votes/people.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgets import agent_people
from budgets.actions.works import delete_draft
from budgets.models import (
    Appeal,
    CommitteeMember,
    CommitteeReport,
    Observation,
    Work,
    WorkSupport,
)
from participation.enums import ThreadKind
from participation.models import Event


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """Drafts of works go with their files, and the way into a vigilance committee's pages.

    Of registrations see agent_people.
    """
    for draft in Work.objects.of(user).drafts():
        delete_draft(draft)
    CommitteeMember.objects.filter(account=user).update(account=None)
    agent_people.erase(user)


def export(user: User) -> dict[str, Any]:
    """What somebody put forward and supports, whom they registered, and where they watch."""
    works = Work.objects.of(user).order_by("created_at")
    given = WorkSupport.objects.filter(resident__user=user).order_by("created_at")
    appeals = Appeal.objects.filter(by=user).order_by("at")
    committees = CommitteeMember.objects.filter(account=user).order_by("since")
    reports = CommitteeReport.objects.filter(by__account=user).order_by("published_at")
    return agent_people.export(user) | {
        "works": list(
            works.values(
                "municipality__name",
                "budget__title",
                "heading__name",
                "code",
                "title",
                "summary",
                "body",
                "place_name",
                "latitude",
                "longitude",
                "beneficiaries",
                "who_benefits",
                "estimate",
                "state",
                "created_at",
                "published_at",
                "state_reason",
                "hidden_reason",
            )
        ),
        "earlier texts of works": list(
            Event.objects.filter(by=user, verb="edited", thread__kind=ThreadKind.WORK)
            .order_by("pk")
            .values("thread__work__code", "data__before", "at")
        ),
        "supports of works": list(
            given.values("municipality__name", "work__code", "work__title", "created_at")
        ),
        "answers to what was observed of works": list(
            Observation.objects.filter(evaluation__work__author=user, answered_at__isnull=False)
            .order_by("answered_at")
            .values(
                "municipality__name", "evaluation__work__title", "text", "answer", "answered_at"
            )
        ),
        "appeals for works": list(
            appeals.values("municipality__name", "work__title", "text", "at", "decided_at")
        ),
        "vigilance committees": list(
            committees.values(
                "municipality__name",
                "budget__title",
                "name",
                "organisation",
                "charge",
                "since",
                "until",
            )
        ),
        "reports of vigilance committees": list(
            reports.values("municipality__name", "budget__title", "title", "text", "published_at")
        ),
    }
