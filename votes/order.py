"""The order in which one voter sees the options: mixed, and the same each time they come back."""

from __future__ import annotations

from typing import Any

from votes import keys
from votes.models import Urn


def order_of(urn: Urn, person: bytes, rules: dict[str, Any]) -> dict[str, list[str]]:
    """By question; as they stand in the rules where those say so."""
    return {
        question["id"]: list(question["options"])
        if question["keeps_order"]
        else sorted(
            question["options"],
            key=lambda one, name=question["id"]: keys.order_key(urn, person, f"{name}:{one}"),
        )
        for question in rules["questions"]
        if "options" in question
    }
