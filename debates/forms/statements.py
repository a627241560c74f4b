"""A short statement as people add it, and what they say of one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from debates.enums import StatementChoice
from debates.models.statement import STATEMENT_LENGTH
from decide.common.typed import says_something
from participation.forms.fields import VisibleField
from participation.forms.personal_data import PersonalDataGuard


class StatementForm(PersonalDataGuard):
    """One's own statement. Its words are guarded before everybody reads them."""

    use_required_attribute = False

    text = VisibleField(
        label=_("Your statement"),
        max_length=STATEMENT_LENGTH,
        help_text=_(
            "One idea in one sentence, so that others can agree or not. For example: «The market"
            " should open earlier.»"
        ),
        widget=forms.Textarea(attrs={"rows": 2, "data-counter": "statement-left"}),
        error_messages={
            "required": _("Write your statement first."),
            "max_length": _("It is %(show_value)d characters long, and 140 fit. Make it shorter."),
        },
    )

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not says_something(text):
            raise forms.ValidationError(_("Write your statement first."))
        return text


class ChoiceForm(forms.Form):
    choice = forms.ChoiceField(
        choices=StatementChoice,
        error_messages={
            "required": _("Choose one of the three buttons."),
            "invalid_choice": _("Choose one of the three buttons."),
        },
    )
