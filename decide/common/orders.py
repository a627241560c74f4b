"""The orders that a list offers: the one it has unasked stands first, and only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices


if TYPE_CHECKING:
    from django import forms


def offer(
    field: forms.ChoiceField,
    orders: type[TextChoices],
    words: str,
    *,
    unasked: str = "TRENDING",
) -> None:
    """Whoever looks for words gets what fits best, unless they ask otherwise; nobody else is offered that.

    Only what is shown changes: an address with any of the orders is understood as before.
    """
    alike = orders["RELEVANCE"]
    first = alike if words.strip() else orders[unasked]
    others = [(order.value, order.label) for order in orders if order not in (first, alike)]
    field.widget.choices = [("", first.label), *others]
