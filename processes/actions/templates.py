"""What the region makes happen to a template: it is offered, taken back, or loaded from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from agreements.models import Practice
from decide.common.permissions import Refusal
from processes.models import ProcessTemplate, TemplateStep
from processes.rules.templates import why_not_publish


FIRST_ONES = Path(__file__).parent.parent / "data"


class CannotPublishTemplate(Refusal):
    """Municipalities could not begin from it; the reason says what is missing."""


@transaction.atomic
def publish(template: ProcessTemplate, *, by: Any) -> ProcessTemplate:
    """Offer it to every municipality and show it to everybody. In the region's scope."""
    template = _locked(template)
    if template.published_at:
        return template
    if reason := why_not_publish(template):
        raise CannotPublishTemplate(reason)
    template.published_at = timezone.now()
    template.save(update_fields=["published_at", "updated_at"])
    return template


@transaction.atomic
def take_back(template: ProcessTemplate, *, by: Any) -> ProcessTemplate:
    """Offer it no more; processes that began from it stay as they are."""
    template = _locked(template)
    template.published_at = None
    template.save(update_fields=["published_at", "updated_at"])
    return template


@transaction.atomic
def load(paths: Iterable[Path] | None = None) -> list[ProcessTemplate]:
    """Publish those that are not here yet; what is here stays as planners left it.

    In the region's scope. Gives the new ones.
    """
    paths = sorted(FIRST_ONES.glob("*.toml")) if paths is None else paths
    rows = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    here = set(ProcessTemplate.objects.values_list("code", flat=True))
    return [_made(row) for row in rows if row["code"] not in here]


def _made(row: dict[str, Any]) -> ProcessTemplate:
    steps, practice = row.pop("step"), row.pop("practice", None)
    words = {name: value.strip() for name, value in row.items()}
    template = ProcessTemplate.objects.create(
        practice=practice and Practice.objects.filter(code=practice).first(),
        published_at=timezone.now(),
        **words,
    )
    TemplateStep.objects.bulk_create(
        TemplateStep(template=template, position=place, **step)
        for place, step in enumerate(steps, start=1)
    )
    return template


def _locked(template: ProcessTemplate) -> ProcessTemplate:
    return ProcessTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
