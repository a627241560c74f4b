"""Points of the matrix, and the moment at which decisions are published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.enums import Verdict
from budgets.models import Criterion, Heading
from participation.forms.fields import VisibleField
from votes.forms.polls import MomentField


class PointsForm(forms.Form):
    """A whole number for each criterion, in the order of the matrix."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, criteria: list[Criterion], typed: dict[int, int], **kwargs: Any
    ) -> None:
        initial = {f"points_{pk}": number for pk, number in typed.items()}
        super().__init__(*args, initial=initial, **kwargs)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"points_{one.pk}"] = forms.IntegerField(
                label=one.name,
                min_value=0,
                max_value=one.highest,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "required": _("Write the points; 0 if there are none."),
                    "invalid": _("Write a whole number."),
                },
            )

    @property
    def rows(self) -> list[tuple[Criterion, forms.BoundField]]:
        return [(one, self[f"points_{one.pk}"]) for one in self.criteria]

    @property
    def points(self) -> dict[int, int]:
        return {one.pk: self.cleaned_data[f"points_{one.pk}"] for one in self.criteria}


class WhenForm(forms.Form):
    """The moment at which all decisions come out."""

    use_required_attribute = False
    at = MomentField(
        label=_("Decisions are published on"),
        help_text=_("Day and hour in Lima. Everybody reads it beforehand."),
    )
    why = VisibleField(
        label=_("Why it changes"),
        required=False,
        max_length=500,
        help_text=_("If another moment was said before. Everybody reads it."),
    )


class DecisionsForm(forms.Form):
    """Which decisions somebody wants to see."""

    rubro = forms.ModelChoiceField(
        Heading.objects.none(), label=_("Heading"), required=False, empty_label=_("All headings")
    )
    resultado = forms.ChoiceField(
        label=_("Decision"), required=False, choices=[("", _("All decisions")), *Verdict.choices]
    )

    def __init__(self, *args: Any, budget: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubro"].queryset = Heading.objects.filter(group__budget=budget)

    def narrow(self, works):
        """The works asked for; a filter that makes no sense is as none."""
        self.full_clean()
        asked = self.cleaned_data if self.is_bound else {}
        if heading := asked.get("rubro"):
            works = works.filter(heading=heading)
        if verdict := asked.get("resultado"):
            unfeasible = works.found_unfeasible()
            works = (
                unfeasible
                if verdict == Verdict.UNFEASIBLE
                else works.exclude(pk__in=unfeasible.values("pk"))
            )
        return works
