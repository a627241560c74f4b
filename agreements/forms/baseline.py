"""What a municipality types for its baseline, a step at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.actions.baseline import CELL_FIELDS
from agreements.enums import EvidenceKind, MechanismState
from agreements.models import BaselineCell, BaselineSheet
from agreements.questionnaire import MOST, TEXT, WHOLE, Question, of_section
from budgets.forms.minutes import DayField
from municipalities.mechanisms import Mechanism
from participation.forms.fields import VisibleField


NUMBER_HELP = _("Leave it empty if you do not know: that is «no data», not zero.")


class BeginForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class CellForm(forms.ModelForm):
    """One mechanism of participation."""

    norm = VisibleField(
        label=_("Norm that created or regulates it"),
        help_text=_("For instance «Ordenanza N.° 012-2024-MPO»."),
        max_length=160,
        required=False,
    )
    last_act_on = DayField(
        label=_("Last act"),
        help_text=_("The day of its last session, election or hearing."),
        required=False,
    )
    mandate_ends_on = DayField(label=_("Mandate until"), required=False)
    note = VisibleField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = BaselineCell
        fields = CELL_FIELDS

    def __init__(self, *args: Any, mechanism: Mechanism, **kwargs: Any) -> None:
        super().__init__(*args, prefix=mechanism.code, **kwargs)
        self.mechanism = mechanism
        self.fields["state"].label = _("How it stands")

    def clean_last_act_on(self) -> Any:
        day = self.cleaned_data["last_act_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        said = [cleaned.get(name) for name in ("norm", "last_act_on", "mandate_ends_on")]
        if cleaned.get("state") in (MechanismState.UNKNOWN, MechanismState.NONE) and any(said):
            self.add_error("state", _("There is a norm or a day: say how the mechanism stands."))
        return cleaned


class SectionForm(forms.Form):
    """The questions of a section; a field for each."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = of_section(section)
        for question in self.questions:
            self.fields[question.code] = field_of(question)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for question in self.questions:
            part, whole = cleaned.get(question.code), cleaned.get(question.part_of)
            if part is not None and whole is not None and part > whole:
                self.add_error(question.code, _("That is more than the whole."))
        return cleaned


def field_of(question: Question) -> forms.Field:
    if question.kind == TEXT:
        return VisibleField(
            label=question.text, help_text=question.help, max_length=600, required=False
        )
    label = f"{question.text} ({question.unit})" if question.unit else question.text
    field = forms.DecimalField(
        label=label,
        help_text=question.help or NUMBER_HELP,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=0 if question.kind in WHOLE else 2,
        localize=True,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    if question.kind in MOST:
        field.validators.append(MaxValueValidator(MOST[question.kind]))
    return field


class LockForm(forms.ModelForm):
    answered_by = VisibleField(
        label=_("Who answers for it"),
        help_text=_("The office, not a person: «Subgerencia de Participación Vecinal»."),
        max_length=160,
    )
    sure = forms.BooleanField(
        label=_("I have read all of it. Once it is locked nobody changes it."),
        error_messages={"required": _("Tick the box to lock it.")},
    )

    class Meta:
        model = BaselineSheet
        fields = ("answered_by",)


class CorrectForm(forms.Form):
    reason = VisibleField(
        label=_("Why there is a new version"),
        help_text=_("It is public, and the version of before stays."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EvidenceForm(forms.Form):
    """What shows how a mechanism stands: a file, or where it is published."""

    kind = forms.ChoiceField(label=_("What it is"), choices=EvidenceKind.choices)
    title = VisibleField(
        label=_("Title"),
        help_text=_("For instance «Acta de la sesión del 4 de marzo»."),
        max_length=200,
    )
    upload = forms.FileField(
        label=_("File"), help_text=_("A PDF or a photo of at most 5 MB."), required=False
    )
    url = forms.URLField(
        label=_("Address where it is published"),
        max_length=500,
        assume_scheme="https",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("upload") and not cleaned.get("url"):
            self.add_error("upload", _("Add a file or an address."))
        return cleaned
