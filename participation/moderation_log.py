"""The public log of moderation: what was decided, by which rule, and what became of appeals.

Nobody's name, nor the text, nor its title, nor an hour: only what lets everybody judge how
their municipality moderates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.enums import CaseSource, DecisionKind, ModerationRule, ThreadKind
from participation.models import Appeal, Decision
from participation.rules.moderation import AGAINST_AUTHOR


if TYPE_CHECKING:
    from municipalities.models import Municipality

COLUMNS = ("dia", "contenido", "como_llego", "reportes", "decision", "regla", "dias", "quedo")
CHUNK = 1000
STANDS, TAKEN_BACK, SHOWN_AGAIN = _("Stands"), _("Taken back at once"), _("Shown again")
APPEALED, UPHELD, REJECTED = (
    _("Appealed"),
    _("Appealed: the author was right"),
    _("Appealed: it stands"),
)


def decided(municipality: Municipality) -> QuerySet[Decision]:
    """What moderators decided, the latest first; what took it back is told with it."""
    made = Decision.objects.filter(municipality=municipality, undoes=None)
    return made.select_related("case__thread", "undone_by", "appeal").order_by("-at", "-pk")


def outcome(decision: Decision) -> str:
    appeal = getattr(decision, "appeal", None)
    if appeal and appeal.upheld is not None:
        return UPHELD if appeal.upheld else REJECTED
    if appeal and not hasattr(decision, "undone_by"):
        return APPEALED
    back = getattr(decision, "undone_by", None)
    if back is None:
        return STANDS
    return TAKEN_BACK if back.kind == DecisionKind.UNDO else SHOWN_AGAIN


def content(decision: Decision) -> str:
    if decision.case.comment_id:
        return _("Comment")
    return ThreadKind(decision.case.thread.kind).label


def row(decision: Decision) -> tuple:
    case = decision.case
    return (
        timezone.localtime(decision.at).date(),
        content(decision),
        CaseSource(case.source).label,
        case.flag_count,
        decision.what_was_done,
        decision.get_rule_display(),
        decision.days,
        outcome(decision),
    )


def rows(municipality: Municipality) -> Iterator[tuple]:
    for decision in decided(municipality).iterator(CHUNK):
        yield row(decision)


def by_rule(municipality: Municipality) -> list[tuple[str, int, int, int]]:
    """How often each rule was applied, and by which decision; what was taken back apart."""
    standing = Decision.objects.filter(
        municipality=municipality, undoes=None, undone_by=None, kind__in=AGAINST_AUTHOR
    )
    counts = {
        (rule, kind): number
        for rule, kind, number in standing.values_list("rule", "kind").annotate(Count("pk"))
    }
    table = [
        (label, *[counts.get((rule, kind), 0) for kind in AGAINST_AUTHOR])
        for rule, label in ModerationRule.choices
    ]
    return [line for line in table if any(line[1:])]


def totals(municipality: Municipality) -> dict[str, int]:
    made = Decision.objects.filter(municipality=municipality)
    appealed = Appeal.objects.filter(municipality=municipality)
    return made.aggregate(
        decided=Count("pk", filter=Q(undoes=None)),
        kept=Count("pk", filter=Q(kind=DecisionKind.KEEP, undone_by=None)),
        taken_back=Count("pk", filter=Q(undoes__isnull=False)),
    ) | appealed.aggregate(
        appeals=Count("pk"),
        author_right=Count("pk", filter=Q(upheld=True)),
        stands=Count("pk", filter=Q(upheld=False)),
    )
