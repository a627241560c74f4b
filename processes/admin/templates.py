"""Planners write a template with its steps, and offer it to every municipality."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.admin.steps import Asks, with_nothing
from processes.actions import templates as actions
from processes.models import ProcessTemplate, TemplateStep


class TemplateStepInline(RegionalInline):
    model = TemplateStep
    fields = ["position", "kind", "title", "text", "first_day", "days"]
    can_delete_rows = True


@admin.register(ProcessTemplate)
class ProcessTemplateAdmin(Asks, RegionalAdmin):
    """A change shows at once to whoever reads it; processes that began from it keep theirs."""

    list_display = ["title", "code", "kind", "offered", "used"]
    list_filter = ["kind"]
    search_fields = ["title", "code", "summary"]
    prepopulated_fields = {"code": ["title"]}
    fields = [
        ("title", "code"),
        ("kind", "practice"),
        "summary",
        "text",
        "rules",
        "advice",
        ("published_at", "used", "on_the_site"),
    ]
    readonly_fields = ["published_at", "used", "on_the_site"]
    inlines = [TemplateStepInline]
    actions_detail = ["publish", "take_back"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_uses()

    @display(description=_("offered"), boolean=True, ordering="published_at")
    def offered(self, template):
        return template.published_at is not None

    @display(description=_("municipalities that opened one"))
    def used(self, template):
        return getattr(template, "used", 0)

    @display(description=_("on the site"))
    def on_the_site(self, template):
        if not template.published_at:
            return "–"
        return format_html('<a href="{}">{}</a>', template.get_absolute_url(), template)

    def useful(self, template):
        return {"take_back"} if template.published_at else {"publish"}

    @action(description=_("Offer it to municipalities"), url_path="publicar", icon="publish")
    def publish(self, request, object_id):
        return self.ask(
            request,
            object_id,
            with_nothing,
            _("Offer it to municipalities"),
            lambda row: actions.publish(row, by=request.user),
            lead=_("Everybody reads it, and every municipality can begin from it."),
        )

    @action(description=_("Offer it no more"), url_path="retirar", icon="block")
    def take_back(self, request, object_id):
        return self.ask(
            request,
            object_id,
            with_nothing,
            _("Offer it no more"),
            lambda row: actions.take_back(row, by=request.user),
            lead=_("Processes that began from it stay as they are."),
        )
