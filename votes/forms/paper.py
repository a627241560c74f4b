"""What is typed at a desk: who stands before the officer, and which papers they get."""

from uuid import uuid4

from django import forms
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.enums import DocumentKind
from accounts.forms.residence import DeskForm, DistrictField, DocumentForm


SIGNER = Signer(salt="votes.paper")
ON_NO_LIST = ("district", "seen", "consent")


def seal(officer, kind, number):
    """What lets a second page tell whether the same number is typed, and nobody read it there."""
    return SIGNER.signature(f"{officer.pk}:{kind}:{number}")


class PersonForm(DocumentForm):
    """The document of whoever stands before the officer; more only of those on no list."""

    seen_in_person = forms.BooleanField(
        error_messages={
            "required": _("Look at the document first: without it nobody gets a paper.")
        },
    )
    district = DistrictField(label=_("District the person lives in"), required=False)
    seen = forms.CharField(
        label=_("What you saw"),
        max_length=120,
        required=False,
        help_text=_("For example: original DNI and a water bill. Without numbers."),
    )
    consent = forms.BooleanField(
        label=_("The person has heard what their data are for, and agrees."), required=False
    )
    field_order = ["kind", "number", "seen_in_person", *ON_NO_LIST]
    clean_seen = DeskForm.clean_seen

    def __init__(self, *args, municipality, age, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("Document")
        self.fields["seen_in_person"].label = _(
            "I have the original before me: it is theirs, and says they are %(age)d or older."
        ) % {"age": age}
        self.fields["district"].offer([municipality])

    @property
    def asks_for_more(self):
        """Whether the page shows the fields for somebody on no list."""
        return any(self.data.get(name) for name in (*ON_NO_LIST, "more"))

    def needs_more(self):
        """The document is on no list: say so, and what is missing."""
        missing = {
            "district": _("Choose the district they live in."),
            "seen": _("Write what you saw."),
            "consent": _("Without their agreement this cannot be done."),
        }
        for name, text in missing.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, text)
        return bool(self.errors)


class ConfirmForm(forms.Form):
    """The number once more, so that a slip of the finger marks nobody else; and which papers."""

    kind = forms.ChoiceField(choices=DocumentKind.choices, widget=forms.HiddenInput)
    district = DistrictField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    seal = forms.CharField(widget=forms.HiddenInput)
    attempt = forms.UUIDField(widget=forms.HiddenInput)
    tables = forms.MultipleChoiceField(
        label=_("Papers to hand over"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one, or go back."),
            "invalid_choice": _("One of these votes is no longer open here. Begin again."),
        },
    )
    again = forms.CharField(
        label=_("Number of the document, once more"),
        max_length=30,
        help_text=_("Read it from the document again: a mark cannot be taken back."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number once more.")},
    )
    field_order = ["tables", "again"]

    def __init__(self, *args, officer, municipality, tables, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer = officer
        self.fields["district"].offer([municipality])
        self.fields["tables"].choices = [(str(one.pk), one.poll.title) for one in tables]

    @classmethod
    def after(cls, person, *, officer, **kwargs):
        """The empty form that follows a valid PersonForm."""
        facts = person.cleaned_data
        initial = {
            "kind": facts["kind"],
            "district": facts["district"].pk if facts["district"] else "",
            "seen": facts["seen"],
            "seal": seal(officer, facts["kind"], facts["number"]),
            "attempt": uuid4(),
            "tables": [str(one.pk) for one in kwargs["tables"]],
        }
        return cls(initial=initial, officer=officer, **kwargs)

    def clean(self):
        cleaned = super().clean()
        again = DocumentForm({"kind": cleaned.get("kind"), "number": cleaned.get("again")})
        if "again" in self.errors:
            return cleaned
        if not again.is_valid():
            self.add_error("again", again.errors.get("number") or again.errors["kind"])
        elif not constant_time_compare(
            cleaned.get("seal", ""),
            seal(self.officer, again.data["kind"], again.cleaned_data["number"]),
        ):
            self.add_error(
                "again",
                _("It is not the number you wrote first. Look at the document, or begin again."),
            )
        else:
            cleaned["number"] = again.cleaned_data["number"]
        return cleaned


class PretenderForm(forms.Form):
    """A pretend voter of a test stands before the officer."""

    pretender = forms.IntegerField(
        label=_("Number of the pretend voter"),
        min_value=1,
        max_value=9_999,
        help_text=_("This vote is a test: nobody shows a document."),
    )
    attempt = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class AttemptForm(forms.Form):
    """A button that shall not do the same thing twice."""

    attempt = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class SupplyForm(AttemptForm):
    number = forms.IntegerField(
        label=_("Papers brought"),
        min_value=1,
        max_value=100_000,
        help_text=_(
            "They are added to those that the table has. It is written down with your name."
        ),
    )
    field_order = ["number"]
