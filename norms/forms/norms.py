"""What a draft norm is about and when; more time, its withdrawal, its result."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from norms.actions.norms import DATES
from norms.models import Norm
from norms.rules.norms import comment_days
from participation.forms.fields import VisibleField
from participation.models import Category
from votes.forms.polls import DayField, MomentField


# What is proposed for a new one: days from today for each phase, at the hour it usually begins.
USUAL = {
    "explained_at": (1, time(8)),
    "opens_at": (8, time(8)),
    "closes_at": (8, time(23, 59)),  # and the days for comments
    "answers_at": (23, time(23, 59)),
    "final_at": (38, time(23, 59)),
}


class NormForm(forms.ModelForm):
    """Its words and, until everybody can read it, its dates."""

    use_required_attribute = False

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    explained_at = MomentField(
        label=_("Explained from"),
        required=False,
        help_text=_("From then on everybody reads what it is for. Day and hour in Lima."),
    )
    opens_at = MomentField(label=_("Takes comments from"), required=False)
    closes_at = MomentField(
        label=_("Takes comments until"),
        required=False,
        help_text=_("What arrives at that moment or later is not taken."),
    )
    answers_at = MomentField(
        label=_("Answered until"),
        required=False,
        help_text=_("Until then the office says what it does with each contribution."),
    )
    final_at = MomentField(label=_("Final text by"), required=False)

    class Meta:
        model = Norm
        fields = ["kind", "title", "summary", "explanation", "office", "category", *DATES]
        field_classes = {"title": VisibleField, "summary": VisibleField, "office": VisibleField}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "explanation": forms.Textarea(attrs={"rows": 10}),
        }
        help_texts = {
            "title": _("As people would say it: «Ordinance on bicycles and cycle paths»."),
            "explanation": _(
                "What happens today, what would change, for whom, and what it costs."
                " **Two asterisks** make bold."
            ),
            "office": _("It signs the answers. Without one, the office that answers here."),
        }
        error_messages = {
            "title": {"required": _("Write a title.")},
            "summary": {"required": _("Say in two sentences what it changes.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        norm = kwargs.get("instance")
        if norm is None:
            kwargs["initial"] = usual_days() | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        self.fields["category"].empty_label = _("None")
        if norm and norm.is_public:
            for name in ("kind", *DATES):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "summary"):
            if name in cleaned and not says_something(cleaned[name]):
                self.add_error(name, self.fields[name].error_messages["required"])
        before = None
        for name in DATES:
            day = cleaned.get(name)
            is_too_soon = name == "closes_at" and day == before
            if day and before and (day < before or is_too_soon):
                self.add_error(name, _("This phase ends before it begins. Choose a later day."))
            before = day or before
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint on phases says the same as clean(), once more and at no field.
        return super()._get_validation_exclusions() | set(DATES)

    @property
    def words(self) -> dict[str, Any]:
        """For the action."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields}

    @property
    def about(self) -> list[Any]:
        names = ("kind", "title", "summary", "explanation", "office", "category")
        return [self[name] for name in names if name in self.fields]

    @property
    def days(self) -> list[Any]:
        return [self[name] for name in DATES if name in self.fields]


class ExtendForm(forms.Form):
    """Later days, and why."""

    use_required_attribute = False

    closes_at = MomentField(label=_("Takes comments until"))
    answers_at = MomentField(label=_("Answered until"))
    final_at = MomentField(label=_("Final text by"))
    reason = VisibleField(
        label=_("Why there is more time"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it, and who follows the draft norm is told."),
        error_messages={"required": _("Say why there is more time: everybody reads it.")},
    )

    def __init__(self, *args: Any, norm: Norm, **kwargs: Any) -> None:
        names = ("closes_at", "answers_at", "final_at")
        kwargs["initial"] = {name: getattr(norm, name) for name in names}
        super().__init__(*args, **kwargs)
        self.norm = norm

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, kept in self.initial.items():
            day = cleaned.get(name)
            if day and day < kept.replace(second=0, microsecond=0):
                self.add_error(name, _("It was promised until later: days are only put off."))
            elif day and day < kept:  # the page shows no seconds
                cleaned[name] = kept
        before = None
        for name in self.initial:
            if (day := cleaned.get(name)) and before and day < before:
                self.add_error(name, _("This phase ends before it begins. Choose a later day."))
            before = cleaned.get(name) or before
        return cleaned


class WithdrawForm(forms.Form):
    """Why a draft norm is taken off the table."""

    use_required_attribute = False

    reason = VisibleField(
        label=_("Why it is withdrawn"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stays on its page, for everybody."),
        error_messages={"required": _("Say why it is withdrawn: everybody reads it.")},
    )


class ResultForm(forms.ModelForm):
    """What the council made of it, and where it was published."""

    use_required_attribute = False

    passed_on = DayField(label=_("Decided on"), required=False)
    url = forms.URLField(
        label=_("Address of the published norm"), required=False, assume_scheme="https"
    )

    class Meta:
        model = Norm
        fields = ["result", "result_text", "number", "passed_on", "publicity", "url"]
        field_classes = {
            "result_text": VisibleField,
            "number": VisibleField,
            "publicity": VisibleField,
        }
        widgets = {"result": forms.RadioSelect, "result_text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"result_text": _("In plain words: what was decided, and why.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in self.fields["result"].choices if choice[0]]
        self.fields["result"].choices = choices
        self.fields["result"].required = True
        self.fields["result"].error_messages["required"] = _("Choose what became of it.")
        self.fields["result_text"].required = True
        self.fields["result_text"].error_messages["required"] = _(
            "Say what was decided and why: everybody reads it."
        )

    def clean_passed_on(self):
        day = self.cleaned_data["passed_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("That day is still to come."))
        return day


def usual_days() -> dict[str, datetime]:
    """A whole course from tomorrow, with the days for comments that are asked for."""
    today = timezone.localdate()
    later = {"closes_at", "answers_at", "final_at"}
    return {
        name: timezone.make_aware(
            datetime.combine(
                today + timedelta(days=days + (comment_days() if name in later else 0)), hour
            )
        )
        for name, (days, hour) in USUAL.items()
    }
