"""What people type about practices and their transfer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import AdaptationChoice, Maturity, PieceKind, PolicyArea, PracticeForm
from agreements.models import Organization, PracticeVersion
from budgets.forms.minutes import DayField
from municipalities.mechanisms import MECHANISMS, mechanisms_of
from participation.forms.fields import VisibleField


ANY = [("", _("Any"))]
MARKS = [(0, _("0: no")), (1, _("1: hardly")), (2, _("2: mostly")), (3, _("3: fully"))]


def mechanism_choices() -> list[tuple[str, Any]]:
    return [(one.code, one.name) for one in MECHANISMS]


class CatalogueForm(forms.Form):
    """Narrows the catalogue by its address."""

    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    forma = forms.ChoiceField(
        label=_("Form"), choices=[*ANY, *PracticeForm.choices], required=False
    )
    mecanismo = forms.ChoiceField(label=_("Mechanism"), required=False)
    area = forms.ChoiceField(
        label=_("Policy area"), choices=[*ANY, *PolicyArea.choices], required=False
    )
    madurez = forms.ChoiceField(
        label=_("Maturity"), choices=[*ANY, *Maturity.choices], required=False
    )
    sin_internet = forms.BooleanField(label=_("Needs no internet"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mecanismo"].choices = [*ANY, *mechanism_choices()]

    @property
    def is_narrowed(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, versions: QuerySet[PracticeVersion]) -> QuerySet[PracticeVersion]:
        """What makes no sense is left out, and its field says so."""
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q"):
            versions = versions.filter(
                Q(practice__title__unaccent__icontains=words)
                | Q(problem__unaccent__icontains=words)
                | Q(solution__unaccent__icontains=words)
            )
        lookups = {
            "forma": "practice__form",
            "mecanismo": "practice__mechanism",
            "madurez": "maturity",
        }
        for name, lookup in lookups.items():
            if value := asked.get(name):
                versions = versions.filter(**{lookup: value})
        if area := asked.get("area"):
            versions = versions.filter(practice__policy_areas__contains=[area])
        return versions.filter(needs_internet=False) if asked.get("sin_internet") else versions


class OfOrganizationForm(forms.Form):
    """For which organisation the person speaks."""

    organization = forms.ModelChoiceField(
        label=_("For the organisation"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [one.pk for one in organizations]
        self.fields["organization"].queryset = Organization.objects.filter(pk__in=ids)
        self.fields["organization"].initial = ids[0] if ids else None


class NominationForm(OfOrganizationForm):
    title = VisibleField(label=_("What it is called"), max_length=200)
    form = forms.ChoiceField(label=_("What kind of thing it is"), choices=PracticeForm.choices)
    mechanism = forms.ChoiceField(
        label=_("Mechanism of participation that it serves"), required=False
    )
    policy_areas = forms.MultipleChoiceField(
        label=_("Policy areas"), choices=PolicyArea.choices, widget=forms.CheckboxSelectMultiple
    )
    problem = VisibleField(
        label=_("What problem does it solve?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    solution = VisibleField(
        label=_("What is done?"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    limits = VisibleField(
        label=_("Where does it fail?"),
        help_text=_("Every practice has limits; without them it is never published."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mechanism"].choices = [("", _("None of these")), *mechanism_choices()]


def mark_field(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, help_text=help_text, choices=MARKS, coerce=int, widget=forms.RadioSelect
    )


class ReviewForm(OfOrganizationForm):
    effectiveness = mark_field(_("Effectiveness"), _("Is there evidence that it works?"))
    replicability = mark_field(_("Replicability"), _("Could another municipality do it?"))
    sustainability = mark_field(_("Sustainability"), _("Does it last when authorities change?"))
    inclusion = mark_field(_("Inclusion"), _("Does it reach women, rural people and others?"))
    cost = mark_field(_("Cost"), _("Is it worth what it costs?"))
    recommends = forms.TypedChoiceField(
        label=_("Do you recommend it for transfer?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    has_conflict = forms.BooleanField(
        label=_("My organisation or I have an interest in it"),
        help_text=_("Then your review is read, and does not count for validating it."),
        required=False,
    )
    notes = VisibleField(
        label=_("What did you find?"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class BeginForm(forms.Form):
    """Which published practice a municipality wants."""

    version = forms.ModelChoiceField(
        label=_("Practice"), queryset=PracticeVersion.objects.none(), empty_label=None
    )
    local_name = VisibleField(label=_("Name it has here"), max_length=200, required=False)

    def __init__(self, *args: Any, versions: QuerySet[PracticeVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions


class ReadinessForm(forms.Form):
    """Each requirement: whether it is there, and what is done about it if not."""

    def __init__(self, *args: Any, transfer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = {one.requirement_id: one for one in transfer.readiness.all()}
        self.requirements = list(transfer.version.requirements.all())
        for one in self.requirements:
            answer = answers.get(one.pk)
            self.fields[f"met_{one.pk}"] = forms.ChoiceField(
                label=one.text,
                help_text=_("Nothing begins without it.") if one.is_essential else "",
                choices=[("yes", _("It is there")), ("no", _("It is missing"))],
                widget=forms.RadioSelect,
                initial=answer and ("yes" if answer.is_met else "no"),
            )
            self.fields[f"note_{one.pk}"] = VisibleField(
                label=_("What is done about it, if it is missing"),
                max_length=600,
                required=False,
                initial=answer.note if answer else "",
            )

    @property
    def answers(self) -> dict[int, tuple[bool, str]]:
        values = self.cleaned_data
        return {
            one.pk: (values[f"met_{one.pk}"] == "yes", values[f"note_{one.pk}"])
            for one in self.requirements
        }


class AdaptationForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("What is done with it"), choices=AdaptationChoice.choices, widget=forms.RadioSelect
    )
    what = VisibleField(
        label=_("How it is here"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    why = VisibleField(
        label=_("Why"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    norm = VisibleField(label=_("Local norm that adopts it"), max_length=160, required=False)
    verified_on = DayField(label=_("Seen working on"), required=False)


class PresetForm(forms.Form):
    contact_email = forms.EmailField(label=_("E-mail of the office that answers"))
    contact_office = VisibleField(label=_("Office"), max_length=120, required=False)
    welcome = VisibleField(
        label=_("Welcome text"),
        max_length=600,
        required=False,
        help_text=_("Left empty, that of the kit is used."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AcceptForm(forms.Form):
    day = DayField(label=_("Day of the act of acceptance"))


class PlanForm(forms.Form):
    """The plan of a transfer: under which convenio, for what, until when, and the six pieces."""

    agreement = forms.ModelChoiceField(label=_("Convenio"), queryset=None)
    mechanism = forms.ChoiceField(label=_("Mechanism"))
    target = forms.CharField(label=_("What is to be reached"), max_length=300)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("To be done by"))

    def __init__(self, *args: Any, transfer: Any, agreements: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = agreements
        self.fields["agreement"].initial = transfer.agreement_id
        self.fields["mechanism"].choices = [
            (one.code, one.name) for one in mechanisms_of(transfer.municipality)
        ]
        self.fields["mechanism"].initial = transfer.mechanism or transfer.version.practice.mechanism
        for name in ("target", "starts_on", "ends_on"):
            self.fields[name].initial = getattr(transfer, name)
        rows = {one.kind: one for one in transfer.pieces.all()}
        for kind in PieceKind:
            row = rows.get(kind)
            self.fields[f"due_{kind}"] = DayField(
                label=_("%(piece)s: until") % {"piece": kind.label},
                help_text=_("Left empty, it is left out, and you say why."),
                required=False,
                initial=row and row.due_on,
            )
            self.fields[f"detail_{kind}"] = forms.CharField(
                label=_("%(piece)s: what exactly, or why it is left out") % {"piece": kind.label},
                max_length=300,
                required=False,
                initial=row and (row.detail or row.why_not),
            )
