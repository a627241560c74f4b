"""What a process decided, and later what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from processes.enums import ReviewState
from votes.forms.polls import DayField


class ComingDayField(DayField):
    """A day after today."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come on which it is looked at again."))
        return day


class SayingField(forms.CharField):
    """Lines that say something."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not says_something(text):
            raise forms.ValidationError(self.error_messages["required"])
        return text


class OutcomeForm(forms.Form):
    """For everybody, in plain words."""

    use_required_attribute = False

    decided = SayingField(
        label=_("What was decided"),
        max_length=4_000,
        help_text=_("In plain words, for everybody. What was not taken up, too, and why."),
        error_messages={"required": _("Write what was decided.")},
    )
    next_steps = SayingField(
        label=_("What happens now, and who does it"),
        max_length=4_000,
        error_messages={"required": _("Write what happens now, and who does it.")},
    )
    review_on = ComingDayField(
        label=_("To be looked at again on"),
        help_text=_("On this day you are reminded to tell what has become of it."),
        error_messages={"required": _("Choose the day.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"review_on": timezone.localdate() + timedelta(days=90)}
        super().__init__(*args, **kwargs)


class ReviewForm(forms.Form):
    """What somebody found when they looked at it again."""

    use_required_attribute = False

    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=ReviewState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it stands.")},
    )
    text = SayingField(
        label=_("What became of it"),
        max_length=4_000,
        error_messages={"required": _("Write what became of it.")},
    )
    next_review_on = ComingDayField(
        label=_("To be looked at again on"),
        required=False,
        help_text=_("Leave it empty only when it is done or given up."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        goes_on = cleaned.get("state") in (ReviewState.ON_COURSE, ReviewState.LATE)
        if goes_on and not cleaned.get("next_review_on") and "next_review_on" not in self.errors:
            self.add_error("next_review_on", _("Say when it is to be looked at again."))
        return cleaned
