"""What every list that people search has in common: the words they look for, and what they asked."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


class ListFilter(filters.FilterSet):
    """Narrows a list by its address. Values that make no sense are said so and left out.

    `NARROWS` names what makes the list smaller, `FOLDED` what of it stands behind «More filters».
    """

    NARROWS: frozenset[str] = frozenset()
    FOLDED: frozenset[str] = frozenset()

    q = filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def values(self) -> dict[str, Any]:
        """What was asked and understood."""
        return self.form.cleaned_data if self.form.is_valid() or self.is_bound else {}

    @property
    def found(self) -> QuerySet:
        """Those that fit, not in any order yet."""
        return self.filter_queryset(self.queryset) if self.is_bound and self.errors else self.qs

    @property
    def words(self) -> str:
        return (self.values.get("q") or "").strip()

    @property
    def is_narrowed(self) -> bool:
        return any(self.values.get(name) for name in self.NARROWS | {"q"})

    @property
    def shows_more(self) -> bool:
        return any(self.values.get(name) or name in self.form.errors for name in self.FOLDED)

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def unchanged(self, queryset, name, value):
        return queryset
