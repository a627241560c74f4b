"""What staff type of a vigilance committee, and what the committee and staff write to each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ContactField
from budgets.forms.minutes import DayField
from budgets.models import Budget, Committee, CommitteeMember, CommitteeReport, Project
from participation import personal_data
from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField


class CommitteeForm(forms.ModelForm):
    elected_on = DayField(label=_("Elected on"))
    recognised_on = DayField(label=_("Recognised on"), required=False)

    class Meta:
        model = Committee
        fields = ("elected_on", "how", "resolution", "recognised_on", "answer_days")


class MemberForm(forms.ModelForm):
    name = VisibleField(label=_("Full name"), max_length=160)
    since = DayField(label=_("From"), initial=timezone.localdate)
    declared = forms.BooleanField(
        label=_("The agents elected this person, who works for no public entity"),
        help_text=_("And knows that their name is public while the record of the budget lasts."),
        error_messages={"required": _("Only somebody elected who is no public servant enters.")},
    )

    class Meta:
        model = CommitteeMember
        fields = ("name", "organisation", "charge", "gender", "since")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.pop("declared", None)
        return cleaned


class EndForm(forms.Form):
    until = DayField(label=_("Until"), initial=timezone.localdate)
    why = VisibleField(
        label=_("Why they leave"),
        help_text=_("It is public: «resigned», «moved away», «replaced by the agents»."),
        max_length=300,
    )


class InviteForm(forms.Form):
    contact = ContactField(
        label=_("Their e-mail or their mobile number"),
        help_text=_("The link goes there, and the address is not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class ReportForm(forms.Form):
    """A report stays: who shows somebody's data in it is asked once more."""

    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Work it is about"),
        required=False,
        empty_label=_("The whole budget"),
    )
    title = VisibleField(label=_("Title"), max_length=120)
    text = VisibleField(
        label=_("What the committee found"),
        help_text=_("What you saw, where and when, and what you ask the municipality to do."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    document = DocumentsField(
        label=_("Document"), help_text=_("One PDF of at most 5 MB."), limit=1, required=False
    )
    knows = forms.BooleanField(
        label=_("I know that it is public, and that nobody can take it away, neither I"),
        error_messages={"required": _("Say that you know it: it cannot be undone.")},
    )
    sure = forms.BooleanField(
        label=_("I have read it again, and these data may be public"), required=False
    )

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = Project.objects.of(budget).select_related("work")
        self.fields["project"].queryset = projects.order_by("work__title", "pk")
        if not self.is_bound:
            self.fields.pop("sure")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        words = f"{cleaned.get('title', '')}\n{cleaned.get('text', '')}"
        found = personal_data.find(words)
        if not found:
            self.fields.pop("sure", None)
        elif not cleaned.get("sure"):
            shown = ", ".join(f"«{one.text}» ({one.kind.label})" for one in found)
            self.add_error(
                "sure", _("This seems to show personal data: %(found)s.") % {"found": shown}
            )
        cleaned["document"] = next(iter(cleaned.get("document") or []), None)
        for asked in ("knows", "sure"):
            cleaned.pop(asked, None)
        return cleaned


class ReportAnswerForm(forms.ModelForm):
    answer = VisibleField(
        label=_("Answer of the municipality"),
        help_text=_("What has been or will be done, or why not. It stands below the report."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    answer_office = VisibleField(label=_("Office"), max_length=120, required=False)

    class Meta:
        model = CommitteeReport
        fields = ("answer", "answer_office")
