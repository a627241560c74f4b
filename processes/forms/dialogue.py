"""What staff write of a table: its parties, what is agreed at it and what became of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budgets.forms.minutes import DayField
from decide.common.typed import number, says_something
from participation.forms.fields import VisibleField
from processes.enums import PartyKind, UndertakingState
from processes.models import Meeting, Party, Process


FEWEST, MORE, MOST = 3, 2, 30


class PartiesForm(forms.Form):
    """Party p0 has the fields p0_pk, p0_kind, p0_name, p0_speaker and p0_contact.

    A row without a name is left out. `do` is "more" if the button for more rows was pressed.
    """

    use_required_attribute = False

    def __init__(self, data: Any = None, *, process: Process, do: str = "") -> None:
        super().__init__(data)
        self.kept = list(process.parties.all())
        wanted = self._sent() if self.is_bound else max(len(self.kept), FEWEST)
        self.count = min(wanted + (MORE if do == "more" else 0), MOST)
        for at in range(self.count):
            self._add(at, self.kept[at] if not self.is_bound and at < len(self.kept) else None)

    def _sent(self) -> int:
        found = [int(m[1]) for name in self.data if (m := re.fullmatch(r"p(\d{1,2})_name", name))]
        return min(max(found, default=-1) + 1, MOST)

    def _add(self, at: int, party: Party | None) -> None:
        said = {"number": at + 1}
        self.fields |= {
            f"p{at}_pk": forms.CharField(required=False, widget=forms.HiddenInput),
            f"p{at}_name": VisibleField(
                label=_("Party %(number)d") % said, max_length=160, required=False
            ),
            f"p{at}_kind": forms.ChoiceField(
                label=_("What party %(number)d is") % said,
                choices=[("", "—"), *PartyKind.choices],
                required=False,
            ),
            f"p{at}_speaker": VisibleField(
                label=_("Who speaks for party %(number)d") % said, max_length=160, required=False
            ),
            f"p{at}_contact": VisibleField(
                label=_("How to reach party %(number)d") % said,
                help_text=_("Only staff read this."),
                max_length=200,
                required=False,
            ),
        }
        if party:
            words = ("pk", "kind", "name", "speaker", "contact")
            self.initial |= {f"p{at}_{word}": getattr(party, word) for word in words}

    @property
    def rows(self) -> list[dict[str, Any]]:
        words = ("pk", "name", "kind", "speaker", "contact")
        return [{word: self[f"p{at}_{word}"] for word in words} for at in range(self.count)]

    @property
    def has_more(self) -> bool:
        return self.count < MOST

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for at in range(self.count):
            is_named = says_something(cleaned.get(f"p{at}_name") or "")
            if is_named and cleaned.get(f"p{at}_kind") == "":
                self.add_error(f"p{at}_kind", _("Say what it is."))
        return cleaned

    @property
    def parties(self) -> list[dict[str, Any]]:
        rows = [
            {
                word: self.cleaned_data[f"p{at}_{word}"]
                for word in ("kind", "name", "speaker", "contact")
            }
            | {"pk": number(self.cleaned_data[f"p{at}_pk"])}
            for at in range(self.count)
        ]
        return [row for row in rows if says_something(row["name"])]


class AgreeForm(forms.Form):
    """Who does what by when; the party is one of the table, and the meeting one of the process."""

    use_required_attribute = False

    party = forms.ModelChoiceField(
        Party.objects.none(),
        label=_("Party that promises it"),
        required=False,
        empty_label=_("None of the table"),
    )
    owner = VisibleField(
        label=_("Who does it"),
        help_text=_("An office or a person; without it, the party."),
        max_length=160,
        required=False,
    )
    text = VisibleField(
        label=_("What was agreed"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = DayField(label=_("Due on"))
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Meeting where it was agreed"),
        required=False,
        empty_label=_("None"),
    )
    is_public = forms.BooleanField(label=_("Everybody reads it"), required=False, initial=True)

    def __init__(self, *args, process: Process, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = process.parties.all()
        self.fields["meeting"].queryset = process.meetings.public()
        if not self.fields["party"].queryset.exists():
            del self.fields["party"]
        if not self.fields["meeting"].queryset.exists():
            del self.fields["meeting"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("owner") and not cleaned.get("party") and "owner" not in self.errors:
            self.add_error("owner", _("Say who does it."))
        return cleaned


class TellForm(forms.Form):
    """What became of it, and what shows it."""

    use_required_attribute = False

    state = forms.ChoiceField(
        label=_("How it stands now"), choices=UndertakingState, widget=forms.RadioSelect
    )
    text = VisibleField(
        label=_("What came of it"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    url = forms.URLField(
        label=_("Address of what shows it"),
        help_text=_("Photographs, a document, a news report."),
        required=False,
        assume_scheme="https",
    )
    due_on = DayField(
        label=_("New day"), help_text=_("Only if it takes longer: say why above."), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("due_on") and cleaned.get("state") not in (None, UndertakingState.OPEN):
            raise ValidationError(_("Only what is still to be done has a new day."))
        return cleaned


class EvidenceForm(forms.Form):
    """Words to go with the question, if there are any."""

    use_required_attribute = False

    text = VisibleField(
        label=_("What evidence you ask for"),
        help_text=_("Everybody reads it, with today's date. You may leave it empty."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
