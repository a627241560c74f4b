"""The network's work plan, meetings and decisions, published when they are ready."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agreements.models import NetworkEntry


@transaction.atomic
def publish(*, entry: NetworkEntry) -> NetworkEntry:
    entry.published_at = entry.published_at or timezone.now()
    entry.save(update_fields=["published_at"])
    return entry
