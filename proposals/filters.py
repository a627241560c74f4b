"""What a list of proposals may be narrowed to and ordered by. The address holds it all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import F, Func, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common import orders
from participation.models import Category
from proposals.enums import AuthorKind, Order, Period, ProposalState
from proposals.models import Proposal


DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}
LIST_STATES = [
    (state.value, state.label)
    for state in ProposalState
    if state not in (ProposalState.DRAFT, ProposalState.MERGED)
]
ORDERS = {
    Order.TRENDING: ("-trend", "-pk"),
    Order.SUPPORTS: ("-support_count", "-pk"),
    Order.NEWEST: ("-published_at", "-pk"),
    Order.CLOSEST: (F("threshold") - F("support_count"), "pk"),
}
MAX_SEED = 2**31


class ProposalFilter(filters.FilterSet):
    """The filters citizens see; values that make no sense are said so and left out."""

    SHOWN = ("q", "tema", "estado", "lugar", "orden")

    q = filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    tema = filters.ChoiceFilter(
        label=_("Topic"), field_name="category", empty_label=pgettext_lazy("topics", "All")
    )
    estado = filters.ChoiceFilter(
        label=_("State"),
        choices=LIST_STATES,
        method="in_state",
        empty_label=pgettext_lazy("states", "All"),
    )
    lugar = filters.CharFilter(
        label=_("Place"), field_name="place_name", lookup_expr="unaccent__icontains", max_length=120
    )
    orden = filters.ChoiceFilter(
        label=_("Order"), choices=Order.choices, method="unchanged", empty_label=_("Trending")
    )
    periodo = filters.ChoiceFilter(
        label=_("Published"), choices=Period.choices, method="since", empty_label=_("Any time")
    )
    autor = filters.ChoiceFilter(
        label=_("Proposed by"),
        choices=AuthorKind.choices,
        field_name="author_kind",
        empty_label=_("Anybody"),
    )
    etiqueta = filters.CharFilter(label=_("Word"), max_length=30, method="tagged")
    semilla = filters.NumberFilter(
        method="unchanged", min_value=0, max_value=MAX_SEED, widget=forms.HiddenInput
    )
    ver = filters.ChoiceFilter(
        choices=[("mapa", _("Map"))], method="unchanged", widget=forms.HiddenInput
    )

    class Meta:
        model = Proposal
        fields: list[str] = []

    def __init__(self, *args, categories: list[Category], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tema"].extra["choices"] = [(str(c.pk), str(c)) for c in categories]
        orders.offer(self.form.fields["orden"], Order, self.data.get("q", ""))

    @property
    def values(self) -> dict[str, Any]:
        """What was asked and understood."""
        return self.form.cleaned_data if self.form.is_valid() or self.is_bound else {}

    @property
    def found(self) -> QuerySet[Proposal]:
        """Those that fit, not in any order yet."""
        return self.filter_queryset(self.queryset) if self.is_bound and self.errors else self.qs

    @property
    def words(self) -> str:
        return (self.values.get("q") or "").strip()

    @property
    def is_narrowed(self) -> bool:
        asked = {"q", "tema", "estado", "lugar", "periodo", "autor", "etiqueta"}
        return any(self.values.get(name) for name in asked)

    @property
    def shows_more(self) -> bool:
        folded = {"periodo", "autor", "etiqueta"}
        return any(self.values.get(name) or name in self.form.errors for name in folded)

    def ordered(self, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
        order = self.values.get("orden") or (Order.RELEVANCE if self.words else Order.TRENDING)
        if order == Order.RANDOM:
            seed = int(self.values.get("semilla") or 0)
            shuffled = Func(F("pk"), Value(seed), function="hashint8extended")
            return proposals.order_by(shuffled, "pk")
        if order == Order.CLOSEST:
            proposals = proposals.gathering()
        if order == Order.RELEVANCE and self.words:
            return proposals.by_relevance(self.words)
        return proposals.order_by(*ORDERS.get(order, ORDERS[Order.TRENDING]))

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def in_state(self, queryset, name, value):
        return queryset.shown_as(value)

    def since(self, queryset, name, value):
        return queryset.filter(published_at__gte=timezone.now() - timedelta(days=DAYS[value]))

    def tagged(self, queryset, name, value):
        return queryset.filter(tags__contains=[value.strip().lower()])

    def unchanged(self, queryset, name, value):
        return queryset
