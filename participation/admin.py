"""Topics and rules a municipality sets; the ledger and decisions, which nobody changes."""

from django.contrib import admin

from decide.common.admin import ADMINISTRATOR, MODERATOR, OBSERVER, PLANNER, ScopedAdmin
from participation.models import Category, ConversationSettings, Decision, Intervention


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    """A municipality's own topics; the shared ones belong to everybody and are not here."""

    list_display = ["name_es", "name_en", "municipality", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name_es", "name_en"]
    fields = ["municipality", "name_es", "name_en", "code", "is_active"]
    prepopulated_fields = {"code": ["name_es"]}
    list_select_related = ["municipality"]
    can_add = True


@admin.register(Intervention)
class InterventionAdmin(ScopedAdmin):
    """Acts of taking part, as they are counted. Only added by what people do."""

    list_display = ["kind", "day", "gender", "age_band", "area", "channel", "amount"]
    list_filter = ["kind", "channel", "municipality"]
    date_hierarchy = "day"
    list_display_links = None
    readers = (ADMINISTRATOR,)
    editors = ()
    regional_readers = (PLANNER, OBSERVER)

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        several = len({pk for _role, pk in request.user.roles}) > 1
        return filters if several or request.user.is_superuser else filters[:-1]


@admin.register(ConversationSettings)
class ConversationSettingsAdmin(ScopedAdmin):
    """How a municipality runs its conversations; without a row the defaults hold."""

    editors = (ADMINISTRATOR,)
    can_add = True
    list_display = ["municipality", "flags_to_hide", "new_account_days", "counts_unverified"]
    list_select_related = ["municipality"]
    fields = [
        "municipality",
        "flags_to_hide",
        "new_account_days",
        "holds_links_of_new",
        "counts_unverified",
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["municipality"] if obj else []


@admin.register(Decision)
class DecisionAdmin(ScopedAdmin):
    """What moderators decided, whom it concerned and why. Only added, at the desk of moderation."""

    readers = (ADMINISTRATOR, MODERATOR)
    editors = ()
    regional_readers = ()
    list_display = ["at", "kind", "rule", "author", "by", "municipality"]
    list_filter = ["kind", "rule"]
    list_select_related = ["author", "by", "municipality"]
    date_hierarchy = "at"
    fields = ["municipality", "at", "kind", "rule", "reason", "days", "author", "by", "undoes"]
