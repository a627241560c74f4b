"""What moderation keeps of a person, for their own copy and for the day they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import Suspension
from participation.models import Appeal, Decision, Flag


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """Their words go; that something was reported, decided and appealed stays without a name."""
    Flag.objects.filter(user=user).exclude(text="").update(text="")
    Appeal.objects.filter(user=user).exclude(text="").update(text="")


def export(user: User) -> dict[str, Any]:
    """What they reported, and what was decided against them; not who decided or reported."""
    flags = Flag.objects.filter(user=user).order_by("pk")
    decisions = Decision.objects.filter(author=user).order_by("pk")
    appeals = Appeal.objects.filter(user=user).order_by("pk")
    suspensions = Suspension.objects.filter(user=user).order_by("pk")
    return {
        "reports": list(flags.values("municipality__name", "rule", "text", "created_at")),
        "decisions": list(
            decisions.values("municipality__name", "kind", "rule", "reason", "days", "at")
        ),
        "appeals": list(
            appeals.values(
                "municipality__name", "text", "created_at", "upheld", "answer", "decided_at"
            )
        ),
        "suspensions": list(
            suspensions.values(
                "municipality__name",
                "reason",
                "starts_at",
                "ends_at",
                "lifted_at",
                "by__display_name",
            )
        ),
    }
