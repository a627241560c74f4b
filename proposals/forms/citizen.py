"""What citizens type. A draft takes what there is; publishing asks for the three fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.forms.fields import TagsField, VisibleField
from participation.forms.writing import ESSENTIAL, EssentialField, WrittenForm
from proposals.enums import AuthorKind, IntakeClass
from proposals.models import Proposal


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


class ProposalForm(WrittenForm):
    """A proposal as its author writes it: three fields, and the rest if they wish."""

    field_order = ESSENTIAL

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
    body = forms.CharField(
        label=_("More detail"),
        max_length=20_000,
        required=False,
        help_text=_("Tell it at length. **Two asterisks** make bold; a dash begins a list."),
        widget=forms.Textarea(attrs={"rows": 10}),
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

    def __init__(self, *args, proposal: Proposal | None = None, publishing=False, **kwargs) -> None:
        initial = initial_of(proposal) | (kwargs.pop("initial", None) or {})
        thread = proposal.thread if proposal else None
        super().__init__(*args, initial=initial, thread=thread, publishing=publishing, **kwargs)

    @property
    def words(self) -> dict[str, Any]:
        """What could be understood of the text, also when something else was wrong."""
        data = self.understood(*ESSENTIAL, "body", "tags", "category")
        if "organisation" in self.cleaned_data:
            name = self.cleaned_data["organisation"]
            kind = AuthorKind.ORGANISATION if name else AuthorKind.PERSON
            data |= {"organisation": name, "author_kind": kind}
        return data

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that should be seen."""
        return self.holds("body", "category", "tags", "organisation", "images", "documents")


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
