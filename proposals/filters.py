"""What a list of proposals may be narrowed to and ordered by. The address holds it all."""

from __future__ import annotations

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import F, Func, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common import orders
from decide.common.filters import ListFilter
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


class ProposalFilter(ListFilter):
    """The filters citizens see."""

    SHOWN = ("q", "tema", "estado", "lugar", "orden")
    NARROWS = frozenset(["tema", "estado", "lugar", "periodo", "autor", "etiqueta"])
    FOLDED = frozenset(["periodo", "autor", "etiqueta"])

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

    def in_state(self, queryset, name, value):
        return queryset.shown_as(value)

    def since(self, queryset, name, value):
        return queryset.filter(published_at__gte=timezone.now() - timedelta(days=DAYS[value]))

    def tagged(self, queryset, name, value):
        return queryset.filter(tags__contains=[value.strip().lower()])
