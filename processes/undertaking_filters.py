"""What a list of what was agreed can be asked."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.filters import ListFilter
from processes.enums import Light, PartyKind
from processes.models import Undertaking
from processes.undertakings import shining


class UndertakingFilter(ListFilter):
    SHOWN = ("q", "luz", "parte")
    NARROWS = frozenset(["luz", "parte"])

    luz = filters.ChoiceFilter(
        label=pgettext_lazy("of something agreed", "How it stands"),
        choices=Light.choices,
        method="shines",
        empty_label=pgettext_lazy("states", "All"),
    )
    parte = filters.ChoiceFilter(
        label=_("Who promised it"),
        choices=PartyKind.choices,
        field_name="party__kind",
        empty_label=_("Anybody"),
    )

    class Meta:
        model = Undertaking
        fields: list[str] = []

    def shines(self, queryset, name, value):
        return queryset.filter(shining(value))

    def search(self, queryset, name, value):
        """The words in what was agreed or in who does it, whatever their accents."""
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(text__unaccent__icontains=words) | Q(owner__unaccent__icontains=words)
        )
