"""What an officer decides about a registration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budgets.enums import AgentKind, Ground
from budgets.models import Agent
from participation import personal_data
from participation.personal_data import Datum


class AcceptForm(forms.Form):
    has_vote = forms.TypedChoiceField(
        label=_("It takes part with"),
        choices=[("1", _("Voice and vote")), ("0", _("Voice, without a vote"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        help_text=_("As the ordinance says."),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, initial={"has_vote": "1" if agent.has_vote else "0"}, **kwargs)
        if agent.kind == AgentKind.TECHNICAL:
            self.fields["has_vote"].choices = self.fields["has_vote"].choices[1:]
            self.fields["has_vote"].initial = "0"


class RefuseForm(forms.Form):
    """Why it is observed, or not accepted."""

    grounds = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=Ground.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one: they are counted in public, without names.")
        },
    )
    reason = forms.CharField(
        label=_("What you tell its people"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("They read it as you write it. Say what is missing and how to mend it."),
        error_messages={"required": _("Give the reasons: people read them.")},
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if Datum.DNI in personal_data.kinds(reason):
            raise ValidationError(_("Write no document numbers here."))
        return reason
