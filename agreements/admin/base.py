"""How the admin shows the region's work: planners change it, observers read it, nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, URLField

from decide.common.admin import (
    PLANNER,
    REGIONAL_ADMINISTRATOR,
    ScopedAdmin,
    ScopedTabularInline,
    holds,
)


class Regional:
    """Municipal staff have pages of their own below /<municipality>/convenios/."""

    readers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    regional_editors = (PLANNER, REGIONAL_ADMINISTRATOR)
    can_add = True

    def municipality_of(self, obj: Any) -> int | None:
        return None

    def within(
        self, request: Any, queryset: QuerySet, municipal: tuple, regional: tuple
    ) -> QuerySet:
        """All of it for the region's people, and nothing for anybody else."""
        if request.user.is_superuser or holds(request.user, regional):
            return queryset
        return queryset.none()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """An address without its beginning is a safe one."""
        if isinstance(db_field, URLField):
            kwargs.setdefault("assume_scheme", "https")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class RegionalAdmin(Regional, ScopedAdmin):
    pass


class RegionalInline(Regional, ScopedTabularInline):
    tab = True
