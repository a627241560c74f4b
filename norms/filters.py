"""What a list of draft norms can be asked."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.filters import ListFilter
from norms.enums import Phase
from norms.models import Norm
from participation.models import Category


PHASES = [(phase.value, phase.label) for phase in Phase if phase != Phase.DRAFT]


class NormFilter(ListFilter):
    """The filters citizens see."""

    SHOWN = ("q", "fase", "tema")
    NARROWS = frozenset(["fase", "tema"])

    fase = filters.ChoiceFilter(
        label=_("Phase"),
        choices=PHASES,
        method="in_phase",
        empty_label=pgettext_lazy("states", "All"),
    )
    tema = filters.ChoiceFilter(
        label=_("Topic"), field_name="category", empty_label=pgettext_lazy("topics", "All")
    )

    class Meta:
        model = Norm
        fields: list[str] = []

    def __init__(self, *args, categories: list[Category], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tema"].extra["choices"] = [(str(c.pk), str(c)) for c in categories]

    def ordered(self, norms: QuerySet[Norm]) -> QuerySet[Norm]:
        if self.words:
            return norms.by_relevance(self.words)
        return norms.order_by("-published_at", "-pk")

    def in_phase(self, queryset, name, value):
        return queryset.in_phase(value)
