"""What staff type of what happened in a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField


if TYPE_CHECKING:
    from processes.models import AgendaItem, Meeting, Minutes

PARTS = ("women", "rural", "first_time")
WORDS = ("text", "attended", *PARTS, "signatures", "is_restricted")


def people(label: Any, *, required: bool = False, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=100_000, required=required, help_text=help_text
    )


class MinutesForm(forms.Form):
    """Who came, what was said, what was decided on each point, and who signed."""

    use_required_attribute = False

    attended = people(_("People who came"), required=True, help_text=_("From the sheet on paper."))
    women = people(_("Of them, women"), help_text=_("Leave it empty if nobody asked."))
    rural = people(_("Of them, from the countryside"))
    first_time = people(_("Of them, for the first time"))
    text = VisibleField(
        label=_("What was said"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    signatures = VisibleField(
        label=_("Who signed"),
        help_text=_("One person in each line: «Rosa Quispe, Junta Vecinal»."),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_restricted = forms.BooleanField(
        label=_("For staff alone"),
        required=False,
        help_text=_("Everybody sees that there is an acta, and nobody else what it says."),
    )
    documents = DocumentsField(
        required=False,
        label=_("The signed paper, the list of who came"),
        help_text=_("PDFs without numbers of DNI: everybody can read them."),
    )

    def __init__(self, *args, meeting: Meeting, minutes: Minutes | None, **kwargs) -> None:
        initial = {name: getattr(minutes, name) for name in WORDS} if minutes else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.items: list[AgendaItem] = list(meeting.items.all())
        for item in self.items:
            self.fields[f"decided_{item.pk}"] = VisibleField(
                label=_("%(number)d. %(point)s") % {"number": item.position, "point": item.title},
                help_text=_("What was decided. Empty, if nothing was."),
                max_length=4_000,
                required=False,
                initial=item.decided,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if meeting.is_closed:  # then it is for staff alone whatever one chooses
            del self.fields["is_restricted"], self.fields["documents"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        attended = cleaned.get("attended")
        for name in PARTS:
            part = cleaned.get(name)
            if attended is not None and part is not None and part > attended:
                self.add_error(name, _("There are no more of them than people who came."))
        if cleaned.get("is_restricted") and cleaned.get("documents"):
            self.add_error(
                "documents",
                _("Everybody can read them: leave them out of an acta for staff alone."),
            )
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}

    @property
    def decided(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data[f"decided_{item.pk}"] for item in self.items}

    @property
    def decided_fields(self) -> list[Any]:
        return [self[f"decided_{item.pk}"] for item in self.items]


class AgreementForm(forms.Form):
    """Something agreed in the meeting: who does what by when."""

    owner = VisibleField(
        label=_("Who does it"), max_length=160, help_text=_("An office, an organisation, a person.")
    )
    text = VisibleField(
        label=_("What was agreed"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = forms.DateField(
        label=_("Due on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=("%Y-%m-%d", "%d/%m/%Y"),
    )
