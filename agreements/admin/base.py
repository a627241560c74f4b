"""How the admin shows the region's work: planners change it, observers read it, nobody else."""

from __future__ import annotations

from typing import Any

from decide.common.admin import (
    PLANNER,
    REGIONAL_ADMINISTRATOR,
    ScopedAdmin,
    ScopedTabularInline,
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
    pass


class RegionalInline(Regional, ScopedTabularInline):
    tab = True
