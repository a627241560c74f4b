"""How the admin shows the region's work: planners change it, observers read it, nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from decide.common.admin import (
    PLANNER,
    REGIONAL_ADMINISTRATOR,
    ScopedAdmin,
    ScopedTabularInline,
    is_regional,
)


class Regional:
    """Municipal staff have pages of their own below /<municipality>/convenios/."""

    readers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    regional_editors = (PLANNER, REGIONAL_ADMINISTRATOR)
    can_add = True

    def municipality_of(self, obj: Any) -> int | None:
        return None


class RegionalAdmin(Regional, ScopedAdmin):
    def within(
        self, request: Any, queryset: QuerySet, municipal: tuple, regional: tuple
    ) -> QuerySet:
        """Everything for the region's people, nothing for others: most of it is no municipality's."""
        if is_regional(request.user, *regional):
            return queryset
        return queryset.none()


class RegionalInline(Regional, ScopedTabularInline):
    tab = True
