"""What is kept of the people behind agents: their own copy of it, and what goes with an account.

The official list is a public act and stays with its names, as the law has it. All else goes with
the account of whoever registered: drafts, documents, contact, and the people of what is not on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from budgets.actions.agents import delete_draft, remove_file
from budgets.enums import AgentKind, AgentState
from budgets.models import Agent, AgentFile, Delegate


if TYPE_CHECKING:
    from accounts.models import User

UNDECIDED = (AgentState.SUBMITTED, AgentState.OBSERVED)


def erase(user: User) -> None:
    """In the region's scope, as all of this is."""
    mine = Agent.objects.of(user)
    for draft in mine.filter(state=AgentState.DRAFT).select_related("municipality"):
        delete_draft(draft)
    for file in AgentFile.objects.filter(agent__in=mine):
        remove_file(file)
    mine.update(contact="")
    mine.filter(kind=AgentKind.CITIZEN).update(before="")
    mine.filter(state__in=UNDECIDED).update(
        state=AgentState.WITHDRAWN, grounds=[], decided_at=timezone.now(), decided_by=user
    )
    not_listed = mine.exclude(state=AgentState.ACCEPTED)
    Delegate.objects.filter(agent__in=not_listed).delete()
    not_listed.filter(kind=AgentKind.CITIZEN).update(name="", place="")
    if hash_ := _hash_of(user):
        Delegate.objects.filter(document_hash=hash_).update(gender="", area="")


def export(user: User) -> dict[str, Any]:
    """Whom somebody registered, with its people and documents, and for whom they speak."""
    mine = Agent.objects.of(user).select_related("municipality", "budget", "district")
    mine = mine.prefetch_related("delegates", "files").order_by("created_at")
    spoken_for = Delegate.objects.filter(document_hash=_hash_of(user) or b"").order_by("pk")
    return {
        "participating agents": [
            {
                "municipality": str(agent.municipality),
                "budget": agent.budget.title,
                "kind": agent.kind,
                "name": agent.name,
                "ruc": agent.ruc,
                "registry": agent.registry,
                "founded on": agent.founded_on,
                "members": agent.members,
                "district": str(agent.district or ""),
                "place": agent.place,
                "contact": agent.contact,
                "taken part before": agent.before,
                "state": agent.state,
                "number": agent.number,
                "reasons": agent.reason,
                "begun": agent.created_at,
                "sent": agent.submitted_at,
                "decided": agent.decided_at,
                "delegates": [one.name for one in agent.delegates.all()],
                "documents": [one.title for one in agent.files.all()],
            }
            for agent in mine
        ],
        "delegate of": list(
            spoken_for.exclude(agent__state=AgentState.DRAFT).values(
                "municipality__name",
                "agent__budget__title",
                "agent__name",
                "name",
                "gender",
                "area",
                "is_alternate",
            )
        ),
    }


def _hash_of(user: User) -> bytes | None:
    resident = getattr(user, "resident", None)  # also one whose proof was withdrawn
    return bytes(resident.document_hash) if resident else None
