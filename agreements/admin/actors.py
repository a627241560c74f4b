"""The register of organisations, who speaks for them, and the directory of offices."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.models import Member, Office, Organization


class OfficeInline(RegionalInline):
    model = Office
    fields = ["name", "email", "phone", "holder", "valid_until"]


@admin.register(Organization)
class OrganizationAdmin(RegionalAdmin):
    """Who takes part: by kind, and the municipalities of this site among them."""

    list_display = ["name", "kind", "town", "ruc"]
    list_filter = ["kind"]
    list_select_related = ["town"]
    search_fields = ["name", "short_name", "ruc"]
    ordering = ["name"]
    fields = ["name", ("short_name", "kind"), ("ruc", "website"), "town", "invented"]
    inlines = [OfficeInline]


@admin.register(Office)
class OfficeAdmin(RegionalAdmin):
    """Mailboxes of offices, never somebody's own telephone: what is here is public."""

    list_display = ["name", "organization", "email", "valid_until", "current_shown"]
    list_filter = ["organization__kind"]
    list_select_related = ["organization"]
    search_fields = ["name", "email", "organization__name"]
    ordering = ["organization__name", "name"]
    autocomplete_fields = ["organization"]
    fields = ["organization", "name", ("email", "phone"), ("holder", "valid_until")]

    @display(description=_("can it be relied on?"), label={"current": "success", "past": "warning"})
    def current_shown(self, office):
        return (
            ("current", _("yes")) if office.is_current else ("past", _("to be brought up to date"))
        )


@admin.register(Member)
class MemberAdmin(RegionalAdmin):
    """Who reports, reviews and observes for an organisation, from a day until a day."""

    list_display = ["organization", "user", "starts_on", "ends_on"]
    list_select_related = ["organization", "user"]
    search_fields = ["organization__name"]
    ordering = ["organization__name", "pk"]
    autocomplete_fields = ["organization", "user"]
    fields = ["organization", "user", ("starts_on", "ends_on")]
