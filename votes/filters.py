"""What the list of polls can be asked."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Extract
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from votes.enums import UrnState
from votes.models import Poll


class Stage(models.TextChoices):
    """The values are seen in the address."""

    OPEN = "abiertas", _("Open")
    COMING = "proximas", _("To come")
    OVER = "terminadas", _("Over")


class PollFilter(filters.FilterSet):
    """The filters citizens see; values that make no sense are said so and left out."""

    SHOWN = ("q", "estado")

    q = filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    estado = filters.ChoiceFilter(
        label=_("State"),
        choices=Stage.choices,
        method="in_stage",
        empty_label=pgettext_lazy("states", "All"),
    )

    class Meta:
        model = Poll
        fields: list[str] = []

    @property
    def values(self) -> dict[str, Any]:
        """What was asked and understood."""
        return self.form.cleaned_data if self.form.is_valid() or self.is_bound else {}

    @property
    def found(self) -> QuerySet[Poll]:
        found = self.filter_queryset(self.queryset) if self.is_bound and self.errors else self.qs
        return in_order(found)

    @property
    def is_narrowed(self) -> bool:
        return any(self.values.get(name) for name in self.SHOWN)

    def search(self, queryset, name, value):
        for word in value.split()[:10]:
            queryset = queryset.filter(
                Q(title__unaccent__icontains=word) | Q(text__unaccent__icontains=word)
            )
        return queryset

    def in_stage(self, queryset, name, value):
        if value == Stage.OPEN:
            return queryset.open()
        if value == Stage.COMING:
            return queryset.upcoming()
        return queryset.over() | queryset.filter(urn__state=UrnState.CANCELLED)


def in_order(polls: QuerySet[Poll]) -> QuerySet[Poll]:
    """What closes first, then what opens first, then what closed last."""
    now = timezone.now()
    takes = Q(urn__state__in=[UrnState.FROZEN, UrnState.READY])
    opens, closes = Extract(F("urn__opens_at"), "epoch"), Extract(F("urn__closes_at"), "epoch")
    is_open = Q(urn__state=UrnState.READY, urn__opens_at__lte=now, urn__closes_at__gt=now)
    is_coming = takes & Q(urn__opens_at__gt=now)
    return polls.annotate(
        rank=Case(When(is_open, then=Value(0)), When(is_coming, then=Value(1)), default=Value(2)),
        nearness=Case(When(is_open, then=closes), When(is_coming, then=opens), default=-closes),
    ).order_by("rank", "nearness", "-pk")
