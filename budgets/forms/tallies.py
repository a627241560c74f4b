"""What somebody types from the acta of a workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.money import soles
from votes.forms.polls import DayField


if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgets.models import TallySheet, Work

MOST = 100_000


class SheetForm(forms.Form):
    """How many were present, and the votes of each work."""

    use_required_attribute = False

    present = forms.IntegerField(
        label=_("Agents with a vote who were present"),
        min_value=1,
        max_value=MOST,
        error_messages={"required": _("Type how many were present.")},
    )

    def __init__(
        self, *args: Any, works: Iterable[Work], sheet: TallySheet | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        typed = {line.work_id: line.votes for line in sheet.lines.all()} if sheet else {}
        if sheet:
            self.initial |= {"present": sheet.present, "note": sheet.note}
        self.names = {}
        for work in works:
            name = f"work_{work.pk}"
            self.names[name] = work.pk
            self.fields[name] = forms.IntegerField(
                label=work.title,
                help_text=f"{work.code} · {soles(work.cost)}",
                min_value=0,
                max_value=MOST,
                initial=typed.get(work.pk),
                error_messages={"required": _("Type its votes: 0 if it got none.")},
            )
        self.fields["note"] = forms.CharField(
            label=_("Notes"), required=False, max_length=1_000, widget=forms.Textarea({"rows": 3})
        )

    @property
    def votes(self) -> dict[int, int]:
        return {pk: self.cleaned_data[name] for name, pk in self.names.items()}


class LotsForm(forms.Form):
    use_required_attribute = False

    where = forms.CharField(
        label=_("Where, when and before whom they are drawn"),
        max_length=300,
        help_text=_("Everybody reads it."),
        error_messages={"required": _("Write where and before whom.")},
    )


class ConfirmForm(forms.Form):
    """That the agents have confirmed the order of the matrix."""

    use_required_attribute = False

    on = DayField(
        label=_("Day on which they confirmed it"),
        error_messages={"required": _("Choose the day.")},
    )
    acta = forms.CharField(
        label=_("What the acta says of it"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How many were present and how they confirmed it. Everybody reads it."),
        error_messages={"required": _("Write what the acta says.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
