"""What staff report of a chosen work that is being carried out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.enums import ProjectState, SpendingStage
from budgets.execution import STAGES, exceeds
from budgets.forms.fields import SolesField
from budgets.forms.minutes import DayField
from budgets.models import Project, ProjectMilestone
from decide.common.money import soles
from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField, ImagesField


class MakeForm(forms.Form):
    office = VisibleField(
        label=_("Office in charge"),
        help_text=_("For all of them; it can be changed for each afterwards."),
        max_length=120,
    )


class ProjectForm(forms.ModelForm):
    money = SolesField(
        label=_("Money in the municipality's budget"),
        help_text=_("The amount it has there now, as in the official figures."),
    )
    cofinanced = SolesField(
        label=_("Brought by others"),
        help_text=_("Money, materials or labour of the population or of other entities, in soles."),
        required=False,
    )
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(
        label=_("To be finished on"),
        help_text=_("Once written it stays, so that everybody sees what was promised."),
        required=False,
    )

    class Meta:
        model = Project
        fields = (
            "office",
            "contractor",
            "invierte_code",
            "money",
            "cofinanced",
            "starts_on",
            "ends_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.ends_on:
            del self.fields["ends_on"]

    def clean_cofinanced(self) -> int:
        return self.cleaned_data["cofinanced"] or 0


class MoveForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How it stands"), choices=ProjectState.choices, widget=forms.RadioSelect
    )
    percent = forms.IntegerField(
        label=_("Progress on site, in %"), min_value=0, max_value=100, initial=0
    )
    finished_on = DayField(label=_("Day on which it was finished, if it is"), required=False)
    why = VisibleField(
        label=_("Why it stands so"),
        help_text=_("Needed if it has stopped, will not be done or goes back. It is public."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DelayForm(forms.Form):
    new_day = DayField(label=_("It will be finished on"))
    reason = VisibleField(
        label=_("Why it takes longer"),
        help_text=_("Everybody reads it, and whoever follows the work is told."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ProjectMilestoneForm(forms.ModelForm):
    title = VisibleField(label=_("Step"), max_length=120)
    due_on = DayField(label=_("Planned for"))
    text = VisibleField(
        label=_("Details"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = ProjectMilestone
        fields = ("title", "due_on", "text")


class CompletedForm(forms.Form):
    done_on = DayField(label=_("Done on"), initial=timezone.localdate)
    photo = ImagesField(
        label=_("Photo"), help_text=_("One of at most 5 MB."), limit=1, required=False
    )
    photo_description = VisibleField(
        label=_("What the photo shows"),
        help_text=_("For those who cannot see it."),
        max_length=200,
        required=False,
    )

    def clean_photo(self):
        return next(iter(self.cleaned_data["photo"]), None)


class TakeBackForm(forms.Form):
    reason = VisibleField(
        label=_("Why it is taken back"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SpendingForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Stage of the money"),
        choices=[(stage, f"{stage.label}: {text}") for stage, text in STAGES.items()],
        widget=forms.RadioSelect,
    )
    amount = SolesField(
        label=_("Amount"),
        help_text=_("To correct an earlier one, write it with a minus before it."),
        min_value=None,
    )
    day = DayField(label=_("Day"), initial=timezone.localdate)
    text = VisibleField(
        label=_("For what"), help_text=_("With the number of the document."), max_length=200
    )
    document = DocumentsField(
        label=_("Document"), help_text=_("One PDF of at most 5 MB."), limit=1, required=False
    )
    knows = forms.BooleanField(
        label=_("I know that it is more than there is for this project"), required=False
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        if not self.is_bound:  # asked once there is a reason to
            del self.fields["knows"]

    def clean_amount(self) -> int:
        if self.cleaned_data["amount"] == 0:
            raise forms.ValidationError(_("Write an amount."))
        return self.cleaned_data["amount"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["document"] = next(iter(cleaned.get("document") or []), None)
        certified = self.project.certified + (cleaned.get("amount") or 0)
        if cleaned.get("stage") != SpendingStage.CERTIFIED or not exceeds(self.project, certified):
            del self.fields["knows"]
        elif not cleaned.get("knows"):
            there = soles(self.project.money + self.project.cofinanced)
            self.add_error(
                "knows",
                _("With this %(certified)s are certified, and there are %(money)s.")
                % {"certified": soles(certified), "money": there},
            )
        return cleaned
