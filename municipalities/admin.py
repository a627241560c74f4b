"""The municipality's own page in the admin, and the places it stands on."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from decide.common import colour
from decide.common.admin import (
    ADMINISTRATOR,
    MUNICIPAL,
    OBSERVER,
    PLANNER,
    REGIONAL_ADMINISTRATOR,
    ScopedAdmin,
    is_regional,
)
from decide.common.words import number
from municipalities import actions
from municipalities.forms import SettingsForm
from municipalities.models import Interest, Municipality, MunicipalityEvent, Place


class ReasonForm(forms.Form):
    """Why the state changes; the history keeps it."""

    reason = forms.CharField(
        label=_("Why? (people may read it)"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class SlugForm(forms.Form):
    slug = forms.CharField(
        label=_("New address"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Small letters, digits and hyphens. Links to the former one keep working."),
    )


class MunicipalityForm(SettingsForm):
    """The settings as the admin dresses them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "modules" in self.fields:
            modules = self.fields["modules"]
            modules.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=modules.choices)


@admin.register(Municipality)
class MunicipalityAdmin(ScopedAdmin):
    form = MunicipalityForm
    municipality_path = ""
    regional_editors = (PLANNER, REGIONAL_ADMINISTRATOR)
    list_display = ["short_name", "kind", "state_shown", "contact_name", "ubigeo"]
    list_filter = ["state", "kind"]
    search_fields = ["name", "short_name", "slug", "place__code"]
    ordering = ["place_id"]
    readonly_fields = ["slug", "state", "kind", "place", "accent_preview"]
    actions_detail = ["open_space", "prepare_space", "pause_space", "move_space"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", ("state", "slug"), ("kind", "place")]}),
        (_("What people read"), {"fields": ["welcome", "planned"]}),
        (
            _("Who answers"),
            {
                "fields": [
                    ("contact_name", "contact_office"),
                    ("contact_email", "contact_phone"),
                    ("data_officer", "data_officer_email"),
                ]
            },
        ),
        (_("How it looks"), {"fields": ["accent", "accent_preview", "coat_of_arms"]}),
        (_("Ways of taking part"), {"fields": ["modules"]}),
    ]

    @display(
        description=_("state"),
        ordering="state",
        label={"open": "success", "preparing": "info", "paused": "warning", "invited": None},
    )
    def state_shown(self, municipality):
        return municipality.state, municipality.get_state_display()

    @display(description=_("INEI ubigeo"), ordering="place_id")
    def ubigeo(self, municipality):
        return municipality.place_id

    @display(description=_("how it is shown"))
    def accent_preview(self, municipality):
        if not municipality.accent:
            return _("Without a colour of its own the space wears the region's.")
        samples = []
        for scheme, word in (("light", _("by day")), ("dark", _("by night"))):
            shown = colour.accent(municipality.accent, scheme)
            ground = colour.GROUNDS[scheme][0]
            ratio = f"{colour.contrast(shown.plain, ground):.1f}"
            style = (
                f"background:{ground};color:{shown.plain};padding:.5rem 1rem;border-radius:.5rem;"
                "display:inline-block;font-weight:600;margin-right:.5rem"
            )
            samples.append((style, municipality.short_name, word, shown.plain, ratio))
        return format_html_join("", '<span style="{}">{} · {} · {} · {}:1</span>', samples)

    def save_model(self, request, obj, form, change):
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        values = {name: form.cleaned_data[name] for name in actions.SETTINGS if name in form.fields}
        try:
            actions.set_modules(obj, form.cleaned_data["modules"], by=request.user)
            actions.change_settings(obj, by=request.user, **values)
        except actions.CannotChange as error:
            messages.error(request, str(error))
            return
        if (accent := values.get("accent")) and (shown := corrected(accent)):
            messages.info(
                request,
                _("%(accent)s would be hard to read: people see %(shown)s by day and night.")
                % {"accent": accent, "shown": shown},
            )

    @action(description=_("Open the space"), url_path="abrir", icon="door_open")
    def open_space(self, request, object_id):
        return self.change_state(request, object_id, actions.open_space, _("Open the space"))

    @action(description=_("Prepare"), url_path="preparar", icon="construction")
    def prepare_space(self, request, object_id):
        return self.change_state(request, object_id, actions.prepare, _("Prepare"))

    @action(description=_("Pause"), url_path="pausar", icon="pause")
    def pause_space(self, request, object_id):
        return self.change_state(request, object_id, actions.pause, _("Pause the space"))

    @action(description=_("Change the address"), url_path="mudar", icon="link")
    def move_space(self, request, object_id):
        return self.ask(
            request,
            object_id,
            SlugForm,
            _("Change the address"),
            lambda municipality, slug: actions.move(municipality, slug, by=request.user),
        )

    def change_state(self, request, object_id, change, title):
        return self.ask(
            request,
            object_id,
            ReasonForm,
            title,
            lambda municipality, reason: change(municipality, by=request.user, reason=reason),
        )

    def ask(self, request, object_id, form_class, title, act):
        """One question on a page of its own, then the action; nothing changes on GET."""
        municipality = self.get_object(request, object_id)
        if municipality is None or not self.has_change_permission(request, municipality):
            raise PermissionDenied
        form = form_class(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                act(municipality, **form.cleaned_data)
            except actions.CannotChange as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(
                    reverse("admin:municipalities_municipality_change", args=[municipality.pk])
                )
        return TemplateResponse(
            request,
            "admin/municipalities/ask.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "form": form,
                "original": municipality,
                "opts": self.opts,
            },
        )

    def get_actions_detail(self, request, object_id):
        municipality = self.get_object(request, object_id)
        if municipality is None or not self.has_change_permission(request, municipality):
            return []
        return super().get_actions_detail(request, object_id)


def corrected(accent):
    """The shades people see instead of a colour that could not be read; empty if it can."""
    shown = [colour.accent(accent, scheme).plain for scheme in ("light", "dark")]
    return "" if set(shown) == {accent.upper()} else " / ".join(shown)


@admin.register(MunicipalityEvent)
class MunicipalityEventAdmin(ScopedAdmin):
    editors = ()
    readers = (ADMINISTRATOR,)
    list_display = ["at", "municipality", "verb", "by", "reason", "changes_shown"]
    list_filter = ["verb"]
    list_select_related = ["municipality", "by"]
    date_hierarchy = "at"
    fields = ["municipality", "verb", "by", "at", "reason", "changes_shown"]
    readonly_fields = fields

    @display(description=_("before and after"))
    def changes_shown(self, event):
        lines = format_html_join(
            "",
            "<div>{}: {} → {}</div>",
            (
                (said(name), said(name, before), said(name, after))
                for name, (before, after) in event.changes.items()
            ),
        )
        return format_html("<div>{}</div>", lines)  # on a phone the cell is a row of its parts


def said(name, *value):
    """A field of a municipality, or a value that it had, in words."""
    field = Municipality._meta.get_field(name)
    if not value:
        return field.verbose_name
    choices = dict(getattr(field, "base_field", field).choices or ())
    values = value[0] if isinstance(value[0], list) else value
    return ", ".join(str(choices.get(one, one) or "–") for one in values) or "–"


@admin.register(Interest)
class InterestAdmin(ScopedAdmin):
    """How many people wait; their addresses are only for the mail that was promised."""

    editors = ()
    readers = (ADMINISTRATOR,)
    list_display = ["municipality", "created_at", "told_at"]
    list_display_links = None
    list_filter = [("told_at", admin.EmptyFieldListFilter)]
    list_select_related = ["municipality"]
    fields = ["municipality", "created_at", "told_at"]
    readonly_fields = fields


@admin.register(Place)
class PlaceAdmin(ScopedAdmin):
    """Facts of the state: everybody on the staff reads those of their own places."""

    editors = ()
    readers = MUNICIPAL
    regional_readers = (PLANNER, REGIONAL_ADMINISTRATOR, OBSERVER)
    list_display = ["code", "name", "level", "reniec_code", "capital", "people"]
    list_filter = ["level"]
    search_fields = ["code", "name", "reniec_code"]
    fields = [
        "code",
        "reniec_code",
        "level",
        "name",
        "parent",
        "capital",
        "altitude",
        "area_km2",
        "created_by_law",
        "valid_from",
        "people",
    ]
    readonly_fields = fields

    @display(description=_("people"))
    def people(self, place):
        figure = place.population
        return figure and format_html(
            "{} ({}, {})", number(figure.total), figure.source, figure.year
        )

    def may(self, request, obj, municipal, regional):
        if obj is None or is_regional(request.user):
            return super().may(request, None, municipal, regional)
        return any(obj.code.startswith(code) for code in self.own_codes(request.user))

    def within(self, request, queryset, municipal, regional):
        """The places of the person's municipalities and what lies in them."""
        if is_regional(request.user):
            return queryset
        inside = Q(pk=None)
        for code in self.own_codes(request.user):
            inside |= Q(code__startswith=code)
        return queryset.filter(inside)

    def own_codes(self, user):
        own = Municipality.objects.filter(pk__in={pk for _role, pk in user.roles})
        return list(own.values_list("place_id", flat=True))

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("populations").defer("outline")
