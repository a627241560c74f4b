"""What a list of works may be narrowed to and ordered by. The address holds it all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import django_filters as filters
from django import forms
from django.db.models import Case, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from budgets.enums import WorkOrder, WorkState
from budgets.models import Work
from budgets.models.works import PUT_TO_THE_VOTE
from decide.common import orders
from decide.common.filters import ListFilter


if TYPE_CHECKING:
    from accounts.models import Resident
    from budgets.models import Budget, Heading
    from participation.models import Category

LIST_STATES = [(state.value, state.label) for state in WorkState if state != WorkState.DRAFT]
MAX_SEED = 2**31
NEAR_KM = 5
KM_A_DEGREE = 111.2


class WorkFilter(ListFilter):
    """The filters citizens see."""

    SHOWN = ("q", "rubro", "estado", "orden")
    NARROWS = frozenset(["rubro", "estado", "tema", "lugar", "cerca", "puedo"])
    FOLDED = frozenset(["tema", "lugar", "puedo"])

    rubro = filters.ChoiceFilter(
        label=_("Heading"), field_name="heading", empty_label=pgettext_lazy("headings", "All")
    )
    estado = filters.ChoiceFilter(
        label=_("State"),
        choices=LIST_STATES,
        method="in_state",
        empty_label=pgettext_lazy("states", "All"),
    )
    orden = filters.ChoiceFilter(
        label=_("Order"),
        choices=WorkOrder.choices,
        method="unchanged",
        empty_label=WorkOrder.SUPPORTS.label,
    )
    tema = filters.ChoiceFilter(
        label=_("Topic"), field_name="category", empty_label=pgettext_lazy("topics", "All")
    )
    lugar = filters.CharFilter(
        label=_("Place"), field_name="place_name", lookup_expr="unaccent__icontains", max_length=120
    )
    puedo = filters.ChoiceFilter(
        label=_("For whom"),
        choices=[("si", _("Of my district"))],
        method="open_to_me",
        empty_label=_("For everybody"),
    )
    cerca = filters.NumberFilter(
        method="near", min_value=1, max_value=2**62, widget=forms.HiddenInput
    )
    semilla = filters.NumberFilter(
        method="unchanged", min_value=0, max_value=MAX_SEED, widget=forms.HiddenInput
    )
    ver = filters.ChoiceFilter(
        choices=[("mapa", _("Map"))], method="unchanged", widget=forms.HiddenInput
    )

    class Meta:
        model = Work
        fields: list[str] = []

    def __init__(
        self,
        *args,
        budget: Budget,
        headings: list[Heading],
        categories: list[Category],
        resident: Resident | None = None,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.budget, self.resident = budget, resident
        self.filters["rubro"].extra["choices"] = [(str(h.pk), str(h)) for h in headings]
        self.filters["tema"].extra["choices"] = [(str(c.pk), str(c)) for c in categories]
        if resident is None:
            del self.filters["puedo"]
        asked = self.data.get("q", "")
        orders.offer(self.form.fields["orden"], WorkOrder, asked, unasked="SUPPORTS")

    def ordered(self, works: QuerySet[Work]) -> QuerySet[Work]:
        unasked = WorkOrder.RELEVANCE if self.words else WorkOrder.SUPPORTS
        order = self.values.get("orden") or unasked
        if order == WorkOrder.RELEVANCE and self.words:
            return works.by_relevance(self.words)
        if order == WorkOrder.RANDOM:
            seed = int(self.values.get("semilla") or 0)
            shuffled = Func(F("pk"), Value(seed), function="hashint8extended")
            return works.order_by(shuffled, "pk")
        known = {
            WorkOrder.NEWEST: ("-published_at", "-pk"),
            WorkOrder.CHEAPEST: (self.cost.asc(nulls_last=True), "pk"),
            WorkOrder.DEAREST: (self.cost.desc(nulls_last=True), "pk"),
        }
        return works.order_by(*known.get(order, ("-support_count", "-pk")))

    @property
    def cost(self) -> Case | Coalesce:
        """What is shown as the cost (see `Work.shown_cost`), so that no order tells the rest."""
        known = Coalesce("cost", "estimate")
        if self.budget.decisions_published_at:
            return known
        return Case(When(state__in=PUT_TO_THE_VOTE, then=known), default=F("estimate"))

    def in_state(self, queryset, name, value):
        return queryset.shown_as(value)

    def open_to_me(self, queryset, name, value):
        here = self.resident.district_id
        return queryset.filter(Q(heading__districts=[]) | Q(heading__districts__contains=[here]))

    def near(self, queryset, name, value):
        """Within some kilometres of another work, as the crow flies in a square."""
        centre = self.queryset.filter(pk=int(value), latitude__isnull=False).first()
        if centre is None:
            return queryset.none()
        high = NEAR_KM / KM_A_DEGREE
        wide = high / max(math.cos(math.radians(centre.latitude)), 0.01)
        return queryset.filter(
            latitude__range=(centre.latitude - high, centre.latitude + high),
            longitude__range=(centre.longitude - wide, centre.longitude + wide),
        )
