"""The admin as staff of one municipality see it: their rows, and only what their role allows.

The scope of the request (decide/admin_site.py) lets the database hide the rows of tenants.
This class adds what policies cannot know: which role reads, which one changes, and how the
rows of tables that everybody shares lead to a municipality.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from unfold.admin import ModelAdmin, TabularInline


# By their values, because nothing here may know the rooms above (accounts.enums.Role).
ADMINISTRATOR, MODERATOR = "administrator", "moderator"
DESK_OFFICER, EVALUATOR = "desk_officer", "evaluator"
PLANNER, REGIONAL_ADMINISTRATOR, OBSERVER = "planner", "regional_admin", "observer"
MUNICIPAL = (ADMINISTRATOR, MODERATOR, DESK_OFFICER, EVALUATOR)
REGIONAL = (PLANNER, REGIONAL_ADMINISTRATOR, OBSERVER)


def holds(user: Any, roles: tuple[str, ...], municipality: int | None = None) -> bool:
    """Whether the person has one of the roles: in that municipality, or anywhere if none is given."""
    return any(role in roles and municipality in (None, pk) for role, pk in user.roles)


def is_regional(user: Any, *roles: str) -> bool:
    return user.is_superuser or holds(user, roles or REGIONAL)


class Scoped:
    """Who reads and who changes, the same for a page of the admin and for a part of one."""

    # Municipal roles count in the municipality of the row; regional ones everywhere.
    readers: tuple[str, ...] = MUNICIPAL
    editors: tuple[str, ...] = (ADMINISTRATOR,)
    regional_readers: tuple[str, ...] = REGIONAL
    regional_editors: tuple[str, ...] = ()
    can_add = False
    can_delete_rows = False
    # How a row leads to its municipality: "municipality", "proposal__municipality", "" for itself.
    municipality_path = "municipality"

    def may(self, request: Any, obj: Any, municipal: tuple, regional: tuple) -> bool:
        user = request.user
        if not user.is_authenticated or not user.is_active:
            return False
        if user.is_superuser or holds(user, regional):
            return True
        if obj is None:
            return holds(user, municipal)
        municipality = self.municipality_of(obj)
        return municipality is not None and holds(user, municipal, municipality)

    def municipality_of(self, obj: Model) -> int | None:
        """The municipality's id; a model that reaches it another way says so here."""
        for step in filter(None, self.municipality_path.split("__")):
            if step == "municipality":
                return obj.municipality_id
            obj = getattr(obj, step)
        return obj.pk

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may(request, obj, self.readers, self.regional_readers)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may(request, obj, self.editors, self.regional_editors)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.can_add and self.has_change_permission(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.can_delete_rows and self.has_change_permission(request, obj)

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def within(
        self, request: Any, queryset: QuerySet, municipal: tuple, regional: tuple
    ) -> QuerySet:
        """The rows of the municipalities where the person has one of the roles."""
        if request.user.is_superuser or holds(request.user, regional):
            return queryset
        here = [pk for role, pk in request.user.roles if role in municipal]
        return queryset.filter(**{f"{self.municipality_path or 'pk'}__in": here})

    def get_queryset(self, request: Any) -> QuerySet:
        queryset = super().get_queryset(request)
        return self.within(request, queryset, self.readers, self.regional_readers)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A row can only be given to a municipality where the person may change it."""
        if db_field.name == "municipality" and "queryset" not in kwargs:
            kwargs["queryset"] = db_field.remote_field.model._default_manager.all()
            if not (request.user.is_superuser or holds(request.user, self.regional_editors)):
                here = [pk for role, pk in request.user.roles if role in self.editors]
                kwargs["queryset"] = kwargs["queryset"].filter(pk__in=here)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedAdmin(Scoped, ModelAdmin):
    """Base of every page of the admin; it reads the class attributes of Scoped."""

    warn_unsaved_form = True
    list_per_page = 50
    show_full_result_count = False
    # Names of actions that only read, such as an export: readers have them too.
    reading_actions: tuple[str, ...] = ()

    def get_actions(self, request: Any) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.has_change_permission(request):
            actions = {k: v for k, v in actions.items() if k in self.reading_actions}
        return actions

    def response_action(self, request: Any, queryset: QuerySet) -> Any:
        """An action touches what the person may change, whatever ids have been sent."""
        for sent in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(sent)
            except ValidationError:
                raise BadRequest from None
        if request.POST.get("action") not in self.reading_actions:
            queryset = self.within(request, queryset, self.editors, self.regional_editors)
        return super().response_action(request, queryset)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)


class ScopedTabularInline(Scoped, TabularInline):
    extra = 0

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.can_add and self.parent_may_change(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.parent_may_change(request, obj)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def parent_may_change(self, request: Any, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return parent.has_change_permission(request, obj)


class ReadOnly:
    """Before one of the two: nobody changes it here, whatever their role."""

    readers = (ADMINISTRATOR, EVALUATOR)
    editors: tuple[str, ...] = ()

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
