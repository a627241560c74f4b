"""Desks, shifts, and which desks work for a poll."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import RoleGrant, User
from votes.models import Desk, Shift


OFFICERS = (Role.ADMINISTRATOR, Role.DESK_OFFICER)
WHEN = {"type": "datetime-local"}


class DeskForm(forms.ModelForm):
    class Meta:
        model = Desk
        fields = ["name", "address", "is_active"]
        help_texts = {
            "name": _("As people know it, for example «Plaza de Armas»."),
            "is_active": _("Without this it is not offered for new votes."),
        }

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class ShiftForm(forms.ModelForm):
    class Meta:
        model = Shift
        fields = ["officer", "starts_at", "ends_at"]
        labels = {"officer": _("Officer")}
        widgets = {
            name: forms.DateTimeInput(WHEN, format="%Y-%m-%dT%H:%M")
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, *args, municipality, **kwargs):
        super().__init__(*args, **kwargs)
        grants = RoleGrant.objects.current().filter(municipality=municipality, role__in=OFFICERS)
        field = self.fields["officer"]
        field.queryset = User.objects.filter(pk__in=grants.values("user")).order_by("display_name")
        field.label_from_instance = lambda officer: officer.public_name
        field.empty_label = _("Choose")
        field.help_text = _("Whoever has the role of desk officer or administrator here.")

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("A shift ends after it begins."))
        return cleaned


class TablesForm(forms.Form):
    """Each desk in use: whether it works for the poll, and with how many papers."""

    def __init__(self, *args, desks, tables, **kwargs):
        super().__init__(*args, **kwargs)
        given = {table.desk_id: table.supplied for table in tables}
        self.desks = list(desks)
        for desk in self.desks:
            self.fields[f"works-{desk.pk}"] = forms.BooleanField(
                label=desk.name, required=False, initial=desk.pk in given
            )
            self.fields[f"papers-{desk.pk}"] = forms.IntegerField(
                label=_("Papers for %(desk)s") % {"desk": desk.name},
                min_value=0,
                max_value=1_000_000,
                required=False,
                initial=given.get(desk.pk, 0),
            )

    @property
    def rows(self):
        return [(desk, self[f"works-{desk.pk}"], self[f"papers-{desk.pk}"]) for desk in self.desks]

    @property
    def supplied(self):
        return {
            desk.pk: self.cleaned_data.get(f"papers-{desk.pk}") or 0
            for desk in self.desks
            if self.cleaned_data.get(f"works-{desk.pk}")
        }
