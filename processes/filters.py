"""What the list of processes can be asked."""

from __future__ import annotations

import django_filters as filters
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.filters import ListFilter
from participation.models import Category
from processes.enums import ProcessKind, ProcessState
from processes.models import Process


class Standing(models.TextChoices):
    """How far a process has come, as one looks for it; the values are seen in the address."""

    OPEN = "abiertos", pgettext_lazy("processes", "Open")
    CLOSED = "cerrados", pgettext_lazy("processes", "Closed")
    CALLED_OFF = "anulados", pgettext_lazy("processes", "Called off")


STATES = {
    Standing.OPEN: ProcessState.OPEN,
    Standing.CLOSED: ProcessState.CLOSED,
    Standing.CALLED_OFF: ProcessState.CALLED_OFF,
}


class ProcessFilter(ListFilter):
    """The filters citizens see."""

    SHOWN = ("q", "estado", "tema", "tipo")
    NARROWS = frozenset(["estado", "tema", "tipo"])

    estado = filters.ChoiceFilter(
        label=_("State"),
        choices=Standing.choices,
        method="standing",
        empty_label=pgettext_lazy("states", "All"),
    )
    tema = filters.ChoiceFilter(
        label=_("Topic"), field_name="category", empty_label=pgettext_lazy("topics", "All")
    )
    tipo = filters.ChoiceFilter(
        label=_("Kind"),
        field_name="kind",
        choices=ProcessKind.choices,
        empty_label=pgettext_lazy("kinds", "All"),
    )

    class Meta:
        model = Process
        fields: list[str] = []

    def __init__(self, *args, categories: list[Category], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tema"].extra["choices"] = [(str(c.pk), str(c)) for c in categories]

    def standing(self, queryset, name, value):
        return queryset.filter(state=STATES[Standing(value)])

    def ordered(self, processes: QuerySet[Process]) -> QuerySet[Process]:
        """By how well they fit the words, or the newest first."""
        if self.words:
            return processes.by_relevance(self.words)
        return processes.order_by("-opened_at", "-pk")
