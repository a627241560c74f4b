"""What people look for among convenios, and what a party reports of one."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import AgreementKind, OrganizationKind, PolicyArea, Standing
from agreements.models import Agreement, Organization, Party, Practice, Undertaking
from municipalities.enums import PlaceLevel
from municipalities.mechanisms import MECHANISMS
from municipalities.models import Place


ANY = [("", _("Any"))]


class ConvenioFilter(forms.Form):
    """Narrows the list by its address; values that make no sense are left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    municipalidad = forms.ModelChoiceField(
        label=_("Municipality"),
        required=False,
        empty_label=_("Any"),
        queryset=Organization.objects.filter(
            kind__in=[OrganizationKind.PROVINCIAL, OrganizationKind.DISTRICT], town__isnull=False
        ).order_by("name"),
    )
    situacion = forms.ChoiceField(
        label=_("Today"), required=False, choices=[*ANY, *Standing.choices]
    )
    tipo = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[*ANY, *AgreementKind.choices]
    )
    mecanismo = forms.ChoiceField(
        label=_("Mechanism"),
        required=False,
        choices=[*ANY, *((one.code, one.name) for one in MECHANISMS)],
    )
    area = forms.ChoiceField(
        label=_("Policy area"), required=False, choices=[*ANY, *PolicyArea.choices]
    )

    provincia = forms.ModelChoiceField(
        label=_("Province"),
        required=False,
        empty_label=_("Any"),
        queryset=Place.objects.filter(level=PlaceLevel.PROVINCE).only("code", "name"),
    )
    practica = forms.ModelChoiceField(
        label=_("Practice"),
        required=False,
        empty_label=_("Any"),
        queryset=Practice.objects.published().only("code", "title"),
        to_field_name="code",
    )
    anio = forms.IntegerField(
        label=_("Signed in the year"), required=False, min_value=2000, max_value=2100
    )

    SHOWN = ("q", "municipalidad", "situacion")
    FOLDED = ("tipo", "mecanismo", "area", "provincia", "practica", "anio")

    @property
    def shows_more(self) -> bool:
        return any(self.asked.get(name) for name in self.FOLDED)

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and understood."""
        self.is_valid()
        return self.cleaned_data if self.is_bound else {}

    def narrow(self, agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
        asked = self.asked
        if words := asked.get("q"):
            agreements = agreements.filter(
                Q(title__unaccent__icontains=words)
                | Q(code__icontains=words)
                | Exists(
                    Party.objects.filter(agreement=OuterRef("pk"), own_number__icontains=words)
                )
            )
        if town := asked.get("municipalidad"):
            agreements = agreements.filter(
                Exists(Party.objects.filter(agreement=OuterRef("pk"), organization=town))
            )
        if kind := asked.get("tipo"):
            agreements = agreements.filter(kind=kind)
        if area := asked.get("area"):
            agreements = agreements.filter(policy_areas__contains=[area])
        if mechanism := asked.get("mecanismo"):
            agreements = agreements.filter(
                Exists(Undertaking.objects.filter(agreement=OuterRef("pk"), mechanism=mechanism))
            )
        if province := asked.get("provincia"):
            parties = Party.objects.filter(
                agreement=OuterRef("pk"), organization__town__place__code__startswith=province.pk
            )
            agreements = agreements.filter(Exists(parties))
        if practice := asked.get("practica"):
            agreements = agreements.filter(
                Exists(Undertaking.objects.filter(agreement=OuterRef("pk"), practice=practice))
            )
        if year := asked.get("anio"):
            agreements = agreements.filter(signed_on__year=year)
        return self._standing(agreements, asked.get("situacion"))

    def _standing(self, agreements: QuerySet[Agreement], standing: str | None):
        if standing == Standing.IN_FORCE:
            return agreements.in_force()
        if standing == Standing.EXPIRED:
            return agreements.expired()
        return agreements.not_yet() if standing == Standing.NOT_YET else agreements


class CompareForm(forms.Form):
    """Which two; both have to be open to whoever asks."""

    uno = forms.ModelChoiceField(
        label=_("The first convenio"), queryset=Agreement.objects.none(), to_field_name="code"
    )
    otro = forms.ModelChoiceField(
        label=_("The second convenio"), queryset=Agreement.objects.none(), to_field_name="code"
    )

    def __init__(self, *args, agreements: QuerySet[Agreement], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = agreements

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("uno") and cleaned.get("uno") == cleaned.get("otro"):
            raise forms.ValidationError(_("Choose two different ones."))
        return cleaned


class ReportForm(forms.Form):
    """What a party did in a period. That nothing was done is an answer too."""

    text = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What, where, with how many people, and what came of it."),
    )
    no_progress = forms.BooleanField(label=_("Nothing was done in this period"), required=False)
    file = forms.FileField(label=_("A document, if there is one"), required=False)

    LARGEST = 20 * 1024 * 1024

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > self.LARGEST:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("text") or "").strip() and not cleaned.get("no_progress"):
            self.add_error("text", _("Say what was done, or that nothing was."))
        return cleaned
