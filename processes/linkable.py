"""What a step may be linked to: things of the same municipality and of a kind that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from participation.enums import ThreadKind
from participation.models import Thread
from processes.enums import StepKind
from processes.models import Step
from processes.rules.processes import LINKED


if TYPE_CHECKING:
    from django.db.models import QuerySet

# What the municipality prepares itself; of what people write only what everybody sees.
PREPARED_HERE = [ThreadKind.POLL, ThreadKind.BUDGET, ThreadKind.NORM]
NO_VOTE = Q(poll__urn__is_test=True) | Q(poll__is_template=True)


def linkable(step: Step, words: str = "") -> QuerySet[Thread]:
    """The newest first; what another step of the process has is left out, its own is not."""
    others = Step.objects.filter(process=step.process_id).exclude(pk=step.pk).exclude(thread=None)
    threads = (
        Thread.objects.filter(
            Q(is_public=True) | Q(kind__in=PREPARED_HERE),
            municipality=step.municipality_id,
            kind__in=LINKED[StepKind(step.kind)],
        )
        .exclude(pk__in=others.values("thread"))
        .exclude(Q(kind=ThreadKind.POLL) & NO_VOTE)
    )
    if words:
        threads = threads.filter(title__unaccent__icontains=words)
    return threads.order_by("-pk")
