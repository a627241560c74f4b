"""What staff type of a citizens' initiative: what it asks for, and each step it takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from norms.enums import InitiativeState
from norms.models import Initiative, Norm
from participation.enums import ThreadKind
from participation.forms.fields import VisibleField
from participation.models import Thread


class DayField(forms.DateField):
    """A day, picked or written as people do here; none of the days noted here lies ahead."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")

    def __init__(self, *args, may_lie_ahead: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.may_lie_ahead = may_lie_ahead

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not self.may_lie_ahead and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class InitiativeForm(forms.ModelForm):
    """What it is and how many signatures it takes."""

    title = VisibleField(label=_("Title"), max_length=160)
    text = VisibleField(
        label=_("What it asks for"),
        max_length=10_000,
        help_text=_("In the promoters' words. Begin with what would change for people."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    promoter = VisibleField(label=_("Who promotes it"), max_length=160)
    contact = VisibleField(
        label=_("How to reach them"),
        max_length=200,
        required=False,
        help_text=_("Only what they want everybody to read."),
    )
    electors = forms.IntegerField(
        label=_("Electors of this place"), min_value=1, max_value=40_000_000
    )
    electors_source = VisibleField(
        label=_("Roll they were counted on"),
        max_length=160,
        help_text=_("Which roll, of what date, and where you read it."),
    )
    share = forms.DecimalField(
        label=_("More than what percentage of them has to sign"),
        min_value=0.01,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=1,
        help_text=_("1 in districts and provinces (LOM, art. 114)."),
    )
    began_on = DayField(label=_("Begun on"), initial=timezone.localdate)
    collected = forms.IntegerField(
        label=_("Signatures the promoters say they have"),
        min_value=0,
        max_value=40_000_000,
        required=False,
    )
    came_from = forms.CharField(
        label=_("Address of the proposal it came from"),
        required=False,
        max_length=400,
        help_text=_("As it stands in the browser. It has to be of this place, and public."),
    )
    norm = forms.ModelChoiceField(
        Norm.objects.none(),
        label=_("Draft norm it became"),
        required=False,
        empty_label=_("None yet"),
    )

    class Meta:
        model = Initiative
        fields = (
            "title",
            "text",
            "promoter",
            "contact",
            "electors",
            "electors_source",
            "share",
            "began_on",
            "collected",
            "norm",
        )

    def __init__(self, *args, municipality, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        here = Norm.objects.for_municipality(municipality).public().defer("search")
        self.fields["norm"].queryset = here
        if self.instance.proposal:
            self.initial.setdefault("came_from", self.instance.proposal.path)

    def clean_came_from(self) -> Thread | None:
        typed = self.cleaned_data["came_from"].strip()
        if not typed:
            return None
        try:
            path = unquote(urlsplit(typed).path)
        except ValueError:
            path = ""
        here = Thread.objects.filter(municipality=self.municipality, is_public=True)
        found = here.filter(kind=ThreadKind.PROPOSAL, path=path).first()
        if found is None:
            raise forms.ValidationError(_("No public proposal of this place has this address."))
        return found

    @property
    def fields_of_it(self) -> dict[str, Any]:
        """What the action takes."""
        cleaned = dict(self.cleaned_data)
        return cleaned | {"proposal": cleaned.pop("came_from", None)}


class MoveForm(forms.Form):
    """The day of a step and what its paper says; which, the state says that it leads to."""

    def __init__(self, *args, initiative: Initiative, state: InitiativeState, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initiative, self.state = initiative, state
        self.fields |= FIELDS[state](initiative)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("presented_on", "verified_on", "decided_on"):
            before = self._day_before(name)
            if cleaned.get(name) and before and cleaned[name] < before:
                self.add_error(name, _("The step before was on a later day."))
        for name, noted in (("decide_by", "verified_on"), ("complete_by", "presented_on")):
            since = cleaned.get(noted) or getattr(self.initiative, noted)
            if cleaned.get(name) and since and cleaned[name] < since:
                self.add_error(name, _("This day lies before what it is counted from."))
        if (valid := cleaned.get("valid")) is not None:
            is_enough = valid >= self.initiative.needed
            if self.state == InitiativeState.VERIFIED and not is_enough:
                self.add_error("valid", _("These are fewer than it needs: it is not verified."))
            if self.state == InitiativeState.GATHERING and is_enough:
                self.add_error("valid", _("These are enough: nothing is left to complete."))
        return cleaned

    def _day_before(self, name: str) -> Any:
        days = ["began_on", "presented_on", "verified_on", "decided_on"]
        told = [getattr(self.initiative, day) for day in days[: days.index(name)]]
        return max(filter(None, told), default=None)


def _number(label: Any, initial: int | None, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=40_000_000, initial=initial, required=required
    )


def _presented(initiative: Initiative) -> dict[str, forms.Field]:
    return {
        "presented_on": DayField(label=_("Presented on")),
        "collected": _number(_("Signatures handed in"), initiative.collected),
    }


def _completing(initiative: Initiative) -> dict[str, forms.Field]:
    return {
        "valid": _number(_("Signatures found valid so far"), initiative.valid),
        "complete_by": DayField(
            label=_("To be completed by"),
            may_lie_ahead=True,
            help_text=_("Up to thirty more days (Ley 26300, art. 10)."),
        ),
    }


def _verified(initiative: Initiative) -> dict[str, forms.Field]:
    return {
        "verified_on": DayField(label=_("Day of the resolution that admits it")),
        "valid": _number(_("Signatures found valid"), initiative.valid),
        "decide_by": DayField(
            label=_("The council decides by"),
            required=False,
            may_lie_ahead=True,
            help_text=_(
                "As the municipality's own rules for initiatives set it. The law sets no term:"
                " without such rules leave it empty."
            ),
        ),
    }


def _decided(initiative: Initiative) -> dict[str, forms.Field]:
    here = Norm.objects.for_municipality(initiative.municipality).public().defer("search")
    return {
        "decided_on": DayField(label=_("Decided on")),
        "decision": _text(_("What was decided, and why")),
        "norm": forms.ModelChoiceField(
            here,
            label=_("Draft norm it became"),
            required=False,
            initial=initiative.norm_id,
            empty_label=_("None yet"),
        ),
    }


def _lapsed(initiative: Initiative) -> dict[str, forms.Field]:
    return {"decided_on": DayField(label=_("Ended on")), "decision": _text(_("Why it ended"))}


def _text(label: Any) -> VisibleField:
    return VisibleField(label=label, max_length=4_000, widget=forms.Textarea(attrs={"rows": 6}))


FIELDS = {
    InitiativeState.PRESENTED: _presented,
    InitiativeState.GATHERING: _completing,
    InitiativeState.VERIFIED: _verified,
    InitiativeState.DECIDED: _decided,
    InitiativeState.LAPSED: _lapsed,
}
