"""What staff had before their eyes, as one mark: if it changed meanwhile, nothing happens blindly."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from processes.models import Process

WORDS = ("kind", "title", "summary", "text", "rules", "office", "place_name", "category_id")


def mark(process: Process) -> str:
    """The fingerprint of its words, its steps and its team; two queries."""
    return _hashed(
        [
            [getattr(process, name) for name in WORDS],
            steps_of(process),
            list(process.team.order_by("position", "pk").values_list("role", "name", "office")),
        ]
    )


def mark_of_steps(process: Process) -> str:
    """The same of its steps alone."""
    return _hashed(steps_of(process))


def steps_of(process: Process) -> list[tuple[Any, ...]]:
    names = ("pk", "kind", "title", "text", "starts_at", "ends_at", "thread_id")
    return list(process.steps.order_by("position").values_list(*names))


def _hashed(what: Any) -> str:
    return sha256(json.dumps(what, default=str).encode()).hexdigest()
