"""The author of what was hidden asks another moderator to look again; once for each decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participation.actions.moderation import OwnContent, locked, restore, stop_if, tell_author
from participation.enums import DecisionKind
from participation.models import Appeal, Decision
from participation.rules.moderation import why_not_appeal, why_not_decide_appeal


if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def appeal(decision: Decision, *, by: User, text: str) -> Appeal:
    """Ask for another look. Whoever decided hears nothing; the others find it in the queue."""
    locked(decision.case)
    stop_if(why_not_appeal(by, decision))
    return Appeal.objects.create(
        municipality_id=decision.municipality_id,
        decision=decision,
        against=decision.by,
        user=by,
        text=text,
    )


@transaction.atomic
def decide_appeal(appeal: Appeal, *, upheld: bool, by: User, answer: str) -> Appeal:
    """Answer an appeal. If the author was right, what that decision did is taken back."""
    case = locked(appeal.decision.case)
    appeal = (
        Appeal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("decision", "decided_by")
        .get(pk=appeal.pk)
    )
    stop_if(why_not_decide_appeal(by, appeal), OwnContent)

    appeal.upheld, appeal.answer = upheld, answer
    appeal.decided_by, appeal.decided_at = by, timezone.now()
    appeal.save(update_fields=["upheld", "answer", "decided_by", "decided_at"])
    if upheld:
        back = restore(case, appeal.decision, by=by, reason=answer)
        if appeal.decision.kind == DecisionKind.WARN:
            tell_author(case, "appeal_upheld", by=by, text=answer, decision=back)
    else:
        tell_author(case, "appeal_rejected", by=by, text=answer, decision=appeal.decision)
    return appeal
