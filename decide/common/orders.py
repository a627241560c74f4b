"""The orders that a list offers: the one it has unasked stands first, and only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices


if TYPE_CHECKING:
    from django import forms


def offer(field: forms.ChoiceField, orders: type[TextChoices], words: str) -> None:
    """Whoever looks for words gets what fits best, unless they ask otherwise; nobody else is offered that.

    Only what is shown changes: an address with any of the orders is understood as before.
    """
    alike, trending = orders["RELEVANCE"], orders["TRENDING"]
    unasked = alike if words.strip() else trending
    others = [(order.value, order.label) for order in orders if order not in (unasked, alike)]
    field.widget.choices = [("", unasked.label), *others]
