"""What is observed, and what its author answers; what an author appeals with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.actions.mending import MENDABLE
from budgets.forms.evaluations import PublicField
from budgets.forms.fields import SolesField
from budgets.models import Work
from participation.forms.fields import PointForm, VisibleField
from participation.forms.personal_data import PersonalDataGuard


class ObserveForm(forms.Form):
    use_required_attribute = False
    text = VisibleField(
        label=_("What is to be mended"),
        max_length=3_000,
        min_length=10,
        help_text=_(
            "Say what is missing and what would be enough. The author reads it and answers once."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MendForm(PointForm, PersonalDataGuard):
    """The one answer, and the work's own words as they stand, to be mended with it."""

    use_required_attribute = False
    guarded = ("summary", "place_name", "body")
    answer = VisibleField(
        label=_("Your answer"),
        max_length=5_000,
        help_text=_(
            "What you have mended or why it is right as it is. The technical team reads it."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )
    summary = VisibleField(
        label=_("What is to be done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    place_name = VisibleField(label=_("Where?"), max_length=120)
    estimate = SolesField(
        label=_("What you think it costs"),
        required=False,
        min_value=1,
        help_text=_("In soles, if you know."),
    )
    body = VisibleField(
        label=_("More detail"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    field_order = ("answer", "summary", "place_name", "estimate", "body")

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        kept = {name: getattr(work, name) for name in MENDABLE}
        super().__init__(*args, initial=kept, **kwargs)

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in MENDABLE}


class AppealForm(forms.Form):
    """Why a work should be looked at again. Everybody reads it."""

    use_required_attribute = False
    text = PublicField(
        label=_("Why it should be looked at again"),
        max_length=3_000,
        min_length=20,
        help_text=_("What was overlooked, or what is different. Everybody reads it."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Write why: somebody else looks at it with this before them.")
        },
    )


class DeskAppealForm(AppealForm):
    """As an officer types what somebody brought to a desk."""

    received = PublicField(
        label=_("How it came in"),
        max_length=160,
        help_text=_("The number it was registered with, the day, and who brought it in."),
        error_messages={"required": _("Write how it came in.")},
    )
