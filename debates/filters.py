"""What a list of debates can be asked."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from debates.enums import Asker, Order, Stage
from debates.models import Debate
from decide.common import orders
from decide.common.filters import ListFilter
from participation.models import Category


class DebateFilter(ListFilter):
    """The filters citizens see."""

    SHOWN = ("q", "tema", "estado", "orden")
    NARROWS = frozenset(["tema", "estado", "pregunta", "etiqueta"])
    FOLDED = frozenset(["pregunta", "etiqueta"])

    tema = filters.ChoiceFilter(
        label=_("Topic"), field_name="category", empty_label=pgettext_lazy("topics", "All")
    )
    estado = filters.ChoiceFilter(
        label=_("State"),
        choices=Stage.choices,
        method="in_stage",
        empty_label=pgettext_lazy("states", "All"),
    )
    orden = filters.ChoiceFilter(
        label=_("Order"), choices=Order.choices, method="unchanged", empty_label=_("Trending")
    )
    pregunta = filters.ChoiceFilter(
        label=_("Asked by"), choices=Asker.choices, method="asked_by", empty_label=_("Anybody")
    )
    etiqueta = filters.CharFilter(label=_("Word"), max_length=30, method="tagged")

    class Meta:
        model = Debate
        fields: list[str] = []

    def __init__(
        self, *args, categories: list[Category], counts_everybody: bool = True, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tema"].extra["choices"] = [(str(c.pk), str(c)) for c in categories]
        orders.offer(self.form.fields["orden"], Order, self.data.get("q", ""))
        self.score = "thread__score" if counts_everybody else "thread__resident_score"

    def ordered(self, debates: QuerySet[Debate]) -> QuerySet[Debate]:
        order = self.values.get("orden") or (Order.RELEVANCE if self.words else Order.TRENDING)
        if order == Order.RELEVANCE and self.words:
            return debates.by_relevance(self.words)
        known = {
            Order.BEST: (f"-{self.score}", "-pk"),
            Order.NEWEST: ("-published_at", "-pk"),
            Order.DISCUSSED: ("-thread__comment_count", "-pk"),
        }
        return debates.order_by(*known.get(order, ("-trend", "-pk")))

    def in_stage(self, queryset, name, value):
        return queryset.in_stage(value)

    def asked_by(self, queryset, name, value):
        return queryset.filter(is_official=value == Asker.MUNICIPALITY)

    def tagged(self, queryset, name, value):
        return queryset.filter(tags__contains=[value.strip().lower()])
