"""What staff say when they begin from a template, and when they open the debate of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.forms.fields import VisibleField
from participation.forms.personal_data import PersonalDataGuard
from processes.days import LEFT_OUT, dated


if TYPE_CHECKING:
    from processes.models import ProcessTemplate, Step

LONGEST_WAIT = 366  # days until it begins


class CloneForm(forms.Form):
    """A title and a first day; the template says all the rest."""

    use_required_attribute = False

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    title = VisibleField(
        label=_("Title"),
        max_length=160,
        help_text=_("As people would say it, with the year."),
        error_messages={"required": _("Write a title.")},
    )
    first_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "The days of all steps are counted from it: days of the calendar, with Sundays and"
            " holidays. You can change each one afterwards."
        ),
        error_messages={"required": _("Choose the day on which it begins.")},
    )
    with_debate = forms.BooleanField(
        label=_("With its debate"),
        required=False,
        initial=True,
        help_text=_("Its question is prepared; you open it once the process is open."),
    )
    with_budget = forms.BooleanField(
        label=_("With its participatory budget"),
        required=False,
        initial=True,
        help_text=_("It is prepared too, unseen by people, for you to complete."),
    )

    def __init__(self, *args: Any, template: ProcessTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        kinds = {step.kind for step in template.steps.all()}
        for name, kind in LEFT_OUT.items():
            if kind not in kinds:
                del self.fields[name]

    def clean_title(self) -> str:
        if not says_something(self.cleaned_data["title"]):
            raise forms.ValidationError(self.fields["title"].error_messages["required"])
        return self.cleaned_data["title"]

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        ahead = (day - timezone.localdate()).days
        if ahead < 0:
            raise forms.ValidationError(_("That day has passed already. Choose a later one."))
        if ahead > LONGEST_WAIT:
            raise forms.ValidationError(_("Choose a day within a year."))
        return day

    @property
    def steps(self) -> list:
        """The steps with their days, as far as the first day is known."""
        day = self.cleaned_data.get("first_day") if self.is_bound else self.initial["first_day"]
        if day is None:
            return []
        left_out = {
            kind
            for name, kind in LEFT_OUT.items()
            if self.is_bound and name in self.fields and not self.cleaned_data.get(name)
        }
        return dated(self.template, day, without=left_out)


class StepDebateForm(PersonalDataGuard):
    """The question of a step and what it is about, as the template had them."""

    use_required_attribute = False
    guarded = ("title", "text")

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    title = VisibleField(
        label=_("Question"),
        max_length=120,
        help_text=_("In one line, so that people can be for or against, or say it depends."),
        error_messages={"required": _("Write the question that you put to your neighbours.")},
    )
    text = forms.CharField(
        label=_("What it is about"),
        max_length=10_000,
        help_text=_("What has happened, what is at stake, what you want to hear."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Tell in a few lines what it is about.")},
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        words = {"title": step.title, "text": step.text or step.process.summary}
        super().__init__(*args, initial=words | kwargs.pop("initial", {}), **kwargs)
