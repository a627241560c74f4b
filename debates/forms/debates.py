"""A question as people put it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from debates.models import Debate
from decide.common.typed import says_something
from participation.forms.fields import PointForm, TagsField, VisibleField
from participation.forms.files import FilesForm
from participation.forms.personal_data import PersonalDataGuard
from participation.models import Category


LONGEST = timedelta(days=366)
SEEDS, SEED_LENGTH = 10, 140


class DayField(forms.DateField):
    """A day as its calendar gives it, in Lima."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeedsField(VisibleField):
    """One short statement in each line; cleans to a list without repetitions."""

    widget = forms.Textarea(attrs={"rows": 5})

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        seeds = list(dict.fromkeys(line for line in lines if line))
        if len(seeds) > SEEDS:
            raise forms.ValidationError(
                _("At most %(count)d statements. Leave the clearest.") % {"count": SEEDS}
            )
        for seed in seeds:
            if len(seed) > SEED_LENGTH or not says_something(seed):
                raise forms.ValidationError(
                    _(
                        "«%(text)s…» does not fit: each line says one thing in at most %(count)d letters."
                    )
                    % {"text": seed[:30], "count": SEED_LENGTH}
                )
        return seeds


class DebateForm(FilesForm, PointForm, PersonalDataGuard):
    """A question, what it is about, and the rest if they wish."""

    use_required_attribute = False
    field_order = ("asked_by", "office", "title", "text", "closes_on", "place_name")
    guarded = ("title", "text", "place_name")

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    asked_by = forms.ChoiceField(
        label=_("Who asks?"),
        choices=[("me", _("I, as a resident")), ("municipality", _("The municipality"))],
        widget=forms.RadioSelect,
        initial="me",
        help_text=_("What the municipality asks ends with a conclusion that it has to publish."),
    )
    office = VisibleField(
        label=_("Office that asks"),
        max_length=120,
        required=False,
        help_text=_("It signs the question and its conclusion."),
    )
    title = VisibleField(
        label=_("Question"),
        max_length=120,
        help_text=_("In one line, so that people can be for or against, or say it depends."),
        widget=forms.TextInput(attrs={"data-counter": "title-left", "autocomplete": "off"}),
        error_messages={"required": _("Write the question that you put to your neighbours.")},
    )
    text = forms.CharField(
        label=_("What it is about"),
        max_length=10_000,
        help_text=_(
            "What has happened, what is at stake, what you want to hear. **Two asterisks** make bold."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Tell in a few lines what it is about.")},
    )
    closes_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("It takes arguments until 23:59 of that day. Without one, it stays open."),
    )
    place_name = VisibleField(
        label=_("Where?"),
        max_length=120,
        required=False,
        help_text=_("The village, sector, street or square, if it is about one."),
    )
    category = forms.ModelChoiceField(
        label=_("Topic"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    tags = TagsField(
        label=pgettext_lazy("debate", "Words to find it by"),
        required=False,
        max_length=300,
        help_text=_("Up to 6, between commas: irrigation, youth, market."),
    )
    takes_statements = forms.BooleanField(
        label=_("Also look for what people agree on"),
        required=False,
        help_text=_("Short statements that everybody votes on, beside the comments."),
    )
    seeds = SeedsField(
        label=_("Statements to begin with"),
        required=False,
        max_length=4000,
        help_text=_(
            "One in each line, of both sides. For example: «The market should open earlier.»"
        ),
    )

    def __init__(
        self,
        *args,
        debate: Debate | None = None,
        as_resident: bool = True,
        as_office: str | None = None,
        **kwargs,
    ) -> None:
        """`as_office` is the office's name for who may ask in the municipality's name."""
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial=initial_of(debate) | initial, **kwargs)
        self.debate = debate
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        self.official_only = as_office is not None and not as_resident
        if debate or as_office is None or self.official_only:
            del self.fields["asked_by"]
        if debate or as_office is None:
            del self.fields["office"]
        else:
            self.fields["office"].initial = as_office
        if debate:
            del self.fields["takes_statements"], self.fields["seeds"]
            self.show_files(debate.thread)

    def clean_title(self) -> str:
        return self._saying("title")

    def clean_text(self) -> str:
        return self._saying("text")

    def _saying(self, name: str) -> str:
        if not says_something(self.cleaned_data[name]):
            raise forms.ValidationError(self.fields[name].error_messages["required"])
        return self.cleaned_data[name]

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day is None:
            return None
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("That day has passed already. Choose a later one."))
        if day > today + LONGEST:
            raise forms.ValidationError(_("Choose a day within a year."))
        return day

    @property
    def is_official(self) -> bool:
        return self.official_only or self.cleaned_data.get("asked_by") == "municipality"

    @property
    def closes_at(self) -> datetime | None:
        day = self.cleaned_data.get("closes_on")
        return day and timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    @property
    def words(self) -> dict[str, Any]:
        names = ("title", "text", "place_name", "category", "tags", "latitude", "longitude")
        data = {name: self.cleaned_data[name] for name in names}
        if "takes_statements" in self.fields:
            data["takes_statements"] = bool(
                self.cleaned_data["takes_statements"] or self.cleaned_data["seeds"]
            )
        return data

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that should be seen."""
        names = {"category", "tags", "images", "takes_statements", "seeds"} & set(self.fields)
        return bool(names & set(self.errors)) or any(self[name].value() for name in names)


def initial_of(debate: Debate | None) -> dict[str, Any]:
    if debate is None:
        return {}
    names = ("title", "text", "place_name", "tags", "latitude", "longitude")
    closes = debate.thread.closes_at
    return {name: getattr(debate, name) for name in names} | {
        "category": debate.category_id,
        "closes_on": closes and timezone.localtime(closes).date(),
    }
