"""What citizens type. A draft takes what there is; publishing asks for the three fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.forms.fields import PointForm, TagsField, VisibleField
from participation.forms.files import DocumentsField, FilesForm
from participation.forms.personal_data import PersonalDataGuard
from participation.models import Category
from proposals.enums import AuthorKind, IntakeClass
from proposals.models import Proposal


ESSENTIAL = ("title", "summary", "place_name")


class IntakeForm(forms.Form):
    """The sorting question."""

    intake = forms.ChoiceField(
        label=_("What brings you here?"),
        choices=IntakeClass.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the four, and we take you to the right place.")
        },
    )


class EssentialField(VisibleField):
    """Readers need it, a draft may still lack it: only publishing asks (see ProposalForm)."""

    def validate(self, value: str) -> None:
        return None


class ProposalForm(FilesForm, PointForm, PersonalDataGuard):
    """A proposal as its author writes it: three fields, and the rest if they wish."""

    use_required_attribute = False
    field_order = ("title", "summary", "place_name")
    guarded = ("title", "summary", "place_name", "body")

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    came_from = forms.CharField(widget=forms.HiddenInput, required=False)
    title = EssentialField(
        label=_("Title"),
        max_length=120,
        help_text=_("In one line: what do you propose?"),
        widget=forms.TextInput(attrs={"data-counter": "title-left", "autocomplete": "off"}),
    )
    summary = EssentialField(
        label=_("What for whom?"),
        max_length=300,
        help_text=_("What should be done, and who would be better off."),
        widget=forms.Textarea(attrs={"rows": 4, "data-counter": "summary-left"}),
    )
    place_name = EssentialField(
        label=_("Where?"),
        max_length=120,
        help_text=_("The village, sector, street or square. «The whole district» is fine too."),
    )
    body = forms.CharField(
        label=_("More detail"),
        max_length=20_000,
        required=False,
        help_text=_("Tell it at length. **Two asterisks** make bold; a dash begins a list."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    category = forms.ModelChoiceField(
        label=_("Topic"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    tags = TagsField(
        label=_("Words to find it by"),
        required=False,
        max_length=300,
        help_text=_("Up to 6, between commas: irrigation, youth, market."),
    )
    organisation = VisibleField(
        label=_("On behalf of an organisation"),
        max_length=120,
        required=False,
        help_text=_("Its name, if you write for one: it is shown in place of yours."),
    )
    documents = DocumentsField(required=False)

    def __init__(self, *args, proposal: Proposal | None = None, publishing=False, **kwargs) -> None:
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial=initial_of(proposal) | initial, **kwargs)
        self.publishing = self.is_guarding = publishing
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        if proposal:
            self.show_files(proposal.thread)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.publishing:
            for name in ESSENTIAL:
                if name not in self.errors and not says_something(cleaned.get(name) or ""):
                    self.add_error(name, _("Write this, so that your neighbours understand you."))
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        """What could be understood of the text, also when something else was wrong."""
        data = {
            name: self.cleaned_data[name]
            for name in ("title", "summary", "place_name", "body", "tags", "category")
            if name in self.cleaned_data
        }
        if {"latitude", "longitude"} <= set(self.cleaned_data) - set(self.errors):
            data |= {name: self.cleaned_data[name] for name in ("latitude", "longitude")}
        if "organisation" in self.cleaned_data:
            name = self.cleaned_data["organisation"]
            kind = AuthorKind.ORGANISATION if name else AuthorKind.PERSON
            data |= {"organisation": name, "author_kind": kind}
        return data

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that should be seen."""
        names = {"body", "category", "tags", "latitude", "longitude", "organisation"}
        names |= {"images", "documents"}
        return bool(names & set(self.errors)) or any(self[name].value() for name in names)


class RetireForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        max_length=1000,
        help_text=_("Those who supported it will read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why: people who supported it want to know.")},
    )


class VoteRequestForm(forms.Form):
    text = forms.CharField(
        label=_("Why should it be put to the vote?"),
        min_length=20,
        max_length=600,
        help_text=_("In one or two sentences. Everybody will read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say why: the municipality answers you, and your neighbours read it."),
        },
    )


def initial_of(proposal: Proposal | None) -> dict[str, Any]:
    if proposal is None:
        return {}
    names = ("title", "summary", "place_name", "body", "tags", "latitude", "longitude")
    values = {name: getattr(proposal, name) for name in names}
    return values | {
        "category": proposal.category_id,
        "organisation": proposal.organisation,
        "form_key": proposal.form_key,
    }
