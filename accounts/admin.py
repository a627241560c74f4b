"""People as far as staff have to know them: who holds which role, and who looked at whom."""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect  # noqa: TID251  admin pages are views
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import phones
from accounts.actions.access import log_access
from accounts.actions.roles import (
    CannotGrant,
    CannotRevoke,
    check_grant,
    grant_role,
    revoke_role,
)
from accounts.enums import MUNICIPAL_ROLES, REGIONAL_ROLES
from accounts.models import AccessLog, RoleGrant, User
from decide.common.admin import (
    ADMINISTRATOR,
    PLANNER,
    REGIONAL_ADMINISTRATOR,
    ScopedAdmin,
    is_regional,
)
from decide.common.typed import harmless


class GrantForm(forms.ModelForm):
    """Somebody is named by what they sign in with: nobody browses through all people."""

    by: User  # whoever fills the form; the page sets it

    contact = forms.CharField(
        label=_("E-mail or mobile of the person"),
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("They need an account first."),
    )

    class Meta:
        model = RoleGrant
        fields = ["municipality", "role", "starts_on", "ends_on"]

    def clean_contact(self):
        text = self.cleaned_data["contact"].strip()
        people = User.objects.filter(is_active=True)
        number = phones.normalise(text)
        if number:
            person = people.filter(phone=number, phone_verified=True).first()
        else:
            person = people.filter(email__iexact=text).first()
        if person is None:
            raise forms.ValidationError(
                _("Nobody has an account with this. Ask the person to sign up first.")
            )
        self.person = person
        return text

    def clean(self):
        values = super().clean()
        if not self.errors:
            try:
                check_grant(
                    self.person,
                    values["municipality"],
                    values["role"],
                    by=self.by,
                    starts_on=values["starts_on"],
                    ends_on=values["ends_on"],
                )
            except CannotGrant as error:
                raise forms.ValidationError(str(error)) from error
        return values


@admin.register(RoleGrant)
class RoleGrantAdmin(ScopedAdmin):
    """Roles are given and ended, never changed: each line says who did it and when."""

    form = GrantForm
    readers = (ADMINISTRATOR,)
    editors = (ADMINISTRATOR,)
    regional_readers = (PLANNER, REGIONAL_ADMINISTRATOR)
    regional_editors = (REGIONAL_ADMINISTRATOR,)
    can_add = True
    list_display = ["user", "municipality", "role", "starts_on", "ends_on", "standing"]
    list_filter = ["role"]
    list_select_related = ["user", "municipality"]
    search_fields = ["user__display_name", "municipality__short_name"]
    fields = ["contact", "municipality", "role", ("starts_on", "ends_on")]
    shown = [
        "user",
        "municipality",
        "role",
        "starts_on",
        "ends_on",
        "granted_by",
        "granted_at",
        "revoked_by",
        "revoked_at",
    ]
    actions_detail = ["end_now"]

    @display(description=_("state"), label={"current": "success", "later": "info", "ended": None})
    def standing(self, grant):
        today = timezone.localdate()
        if grant.revoked_at or (grant.ends_on and grant.ends_on < today):
            return "ended", _("ended")
        return ("later", _("later")) if grant.starts_on > today else ("current", _("current"))

    def get_fields(self, request, obj=None):
        return self.shown if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return self.shown if obj else []

    def has_change_permission(self, request, obj=None):
        """A grant is not edited; whoever may give roles ends it by the button."""
        return obj is None and super().has_change_permission(request)

    def has_add_permission(self, request):
        return self.may(request, None, self.editors, self.regional_editors)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        if "role" in form.base_fields and not request.user.is_superuser:
            offered = [*MUNICIPAL_ROLES]
            if is_regional(request.user, REGIONAL_ADMINISTRATOR):
                offered += REGIONAL_ROLES
            form.base_fields["role"].choices = [
                (role, label)
                for role, label in RoleGrant._meta.get_field("role").choices
                if role in offered
            ]
        return form

    def save_model(self, request, obj, form, change):
        if change:
            raise PermissionDenied
        values = form.cleaned_data
        grant = grant_role(
            form.person,
            values["municipality"],
            values["role"],
            by=request.user,
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
        )
        obj.pk, obj.user = grant.pk, grant.user

    @action(description=_("End this role now"), url_path="terminar", icon="person_off")
    def end_now(self, request, object_id):
        grant = self.get_object(request, object_id)
        if grant is None or not self.may(request, grant, self.editors, self.regional_editors):
            raise PermissionDenied
        if request.method == "POST":
            try:
                revoke_role(grant, by=request.user)
                messages.success(request, _("The role has ended."))
            except CannotRevoke as error:
                messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:accounts_rolegrant_changelist"))
        return TemplateResponse(
            request,
            "admin/accounts/end_role.html",
            {
                **self.admin_site.each_context(request),
                "title": _("End this role now"),
                "grant": grant,
                "opts": self.opts,
            },
        )

    def get_actions_detail(self, request, object_id):
        grant = self.get_object(request, object_id)
        if (
            grant is None
            or grant.revoked_at
            or not self.may(request, grant, self.editors, self.regional_editors)
        ):
            return []
        return super().get_actions_detail(request, object_id)


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """Municipal administrators see their own staff; only the region's sees everybody.

    Opening somebody's page is written down. Nothing is changed here: people look after
    their accounts themselves.
    """

    readers = (ADMINISTRATOR,)
    editors = ()
    regional_readers = (REGIONAL_ADMINISTRATOR,)
    list_display = ["display_name", "is_active", "date_joined"]
    list_filter = ["is_active"]
    search_fields = ["display_name", "email", "phone"]
    ordering = ["display_name", "pk"]
    fields = [
        "display_name",
        "email",
        "phone",
        "organisation",
        "is_active",
        "date_joined",
        "deleted_at",
    ]
    readonly_fields = fields

    def may(self, request, obj, municipal, regional):
        if (
            obj is None
            or request.user.is_superuser
            or is_regional(request.user, *self.regional_readers)
        ):
            return super().may(request, None, municipal, regional)
        own = [pk for role, pk in request.user.roles if role in municipal]
        return obj.grants.filter(municipality__in=own).exists()

    def within(self, request, queryset, municipal, regional):
        if request.user.is_superuser or is_regional(request.user, *self.regional_readers):
            return queryset
        own = [pk for role, pk in request.user.roles if role in municipal]
        staff = RoleGrant.objects.filter(municipality__in=own).values("user")
        return queryset.filter(pk__in=staff)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id and (person := self.get_object(request, object_id)):
            log_access(person, by=request.user, where=request.path)
        return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(AccessLog)
class AccessLogAdmin(ScopedAdmin):
    """Kept at least two years; a person who asks gets the lines about them."""

    readers = ()
    editors = ()
    regional_readers = (REGIONAL_ADMINISTRATOR,)
    reading_actions = ("export",)
    actions = ["export"]
    list_display = ["at", "viewer", "person", "where", "why"]
    list_select_related = ["viewer", "person"]
    search_fields = ["person__email", "person__display_name", "viewer__display_name"]
    date_hierarchy = "at"
    fields = ["at", "viewer", "person", "where", "why"]
    readonly_fields = fields

    def municipality_of(self, obj):
        return None

    def within(self, request, queryset, municipal, regional):
        return queryset if self.may(request, None, municipal, regional) else queryset.none()

    @admin.action(description=_("Download the chosen lines (CSV)"))
    def export(self, request, queryset):
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="accesos.csv"'
        response.write("\ufeff")
        lines = csv.writer(response)
        lines.writerow(["fecha", "quien", "de_quien", "pagina", "motivo"])
        for line in queryset.select_related("viewer", "person").order_by("at"):
            row = [line.at.isoformat(), str(line.viewer), str(line.person), line.where, line.why]
            lines.writerow([harmless(cell) for cell in row])
        return response
