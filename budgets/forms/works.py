"""What people type when they put forward a work. A draft takes what there is; publishing asks for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import SolesField
from budgets.models import Agent, Heading
from decide.common.money import soles
from participation.forms.fields import VisibleField
from participation.forms.personal_data import PersonalDataGuard
from participation.forms.writing import ESSENTIAL, EssentialField, WrittenForm


if TYPE_CHECKING:
    from accounts.models import User
    from budgets.models import Budget, Work

PLAIN = (*ESSENTIAL, "body", "beneficiaries", "who_benefits", "estimate")


class HeadingField(forms.ModelChoiceField):
    """The headings of one budget, each with its money."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Heading"))
        kwargs.setdefault("queryset", Heading.objects.none())
        super().__init__(**kwargs)

    def label_from_instance(self, heading: Heading) -> str:
        return f"{heading.name} ({soles(heading.money)})"


def headings_of(budget: Budget):
    found = Heading.objects.filter(group__budget=budget).select_related("group")
    return found.order_by("group__position", "group", "position", "pk")


class NumbersForm(forms.Form):
    """How many gain by a work, who they are, and what its author thinks it costs."""

    beneficiaries = forms.IntegerField(
        label=_("How many people would benefit?"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=_("More or less: the technical team looks at it again."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    who_benefits = VisibleField(
        label=_("Who are they?"),
        max_length=200,
        required=False,
        help_text=_("For example: the 120 families of Chanchacap, and the children of its school."),
    )
    estimate = SolesField(
        label=_("How much do you think it costs, in soles?"),
        required=False,
        min_value=1,
        help_text=_("If you do not know, leave it empty: the technical team works it out."),
    )


class WorkForm(NumbersForm, WrittenForm):
    """A work as its author writes it: its heading, three fields, and the rest if they wish."""

    guarded = (*WrittenForm.guarded, "who_benefits")
    field_order = ("heading", "title", "summary", "body", "category", "place_name")

    heading = HeadingField(
        empty_label=None, help_text=_("The money that the work would be done with.")
    )
    title = EssentialField(
        label=_("Title"),
        max_length=120,
        help_text=_("In one line: what should be built, repaired or bought?"),
        widget=forms.TextInput(attrs={"data-counter": "title-left", "autocomplete": "off"}),
    )
    summary = EssentialField(
        label=_("What is to be done?"),
        max_length=300,
        help_text=_("In two or three sentences, as you would tell a neighbour."),
        widget=forms.Textarea(attrs={"rows": 4, "data-counter": "summary-left"}),
    )
    body = forms.CharField(
        label=_("Which problem does it solve?"),
        max_length=20_000,
        required=False,
        help_text=_("Tell it at length. **Two asterisks** make bold; a dash begins a list."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    agent = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Myself"),
        help_text=_("Its name is shown in place of yours."),
    )

    def __init__(
        self,
        *args,
        budget: Budget,
        user: User,
        work: Work | None = None,
        publishing: bool = False,
        **kwargs,
    ) -> None:
        initial = initial_of(work) | (kwargs.pop("initial", None) or {})
        thread = work.thread if work else None
        super().__init__(*args, initial=initial, thread=thread, publishing=publishing, **kwargs)
        self.fields["heading"].queryset = headings_of(budget)
        agents = Agent.objects.filter(budget=budget).accepted().spoken_for_by(user)
        if agents.exists():
            self.fields["agent"].queryset = agents
        else:
            del self.fields["agent"]
        if work and work.support_count:
            self.fields["heading"].disabled = True
            self.fields["heading"].help_text = _("People support it here: it stays.")

    @property
    def words(self) -> dict[str, Any]:
        """What could be understood, also when something else was wrong."""
        return self.understood(*PLAIN, "category", "heading", "agent")

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that should be seen."""
        return self.holds("category", "images", "documents", "agent")


class BringForm(NumbersForm, PersonalDataGuard):
    """What a budget asks of a proposal besides what it says already."""

    use_required_attribute = False
    guarded = ("who_benefits",)
    field_order = ("heading",)

    heading = HeadingField(
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_("The money that it would be done with."),
        error_messages={"required": _("Choose the heading whose money it asks for.")},
    )

    def __init__(self, *args, budget: Budget, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heading"].queryset = headings_of(budget)

    @property
    def cleaned_words(self) -> dict[str, Any]:
        names = ("heading", "beneficiaries", "who_benefits", "estimate")
        return {name: self.cleaned_data[name] for name in names}


class HintForm(forms.Form):
    """What is asked while somebody writes: whether the heading's money is enough."""

    heading = HeadingField()
    estimate = SolesField(min_value=1)

    def __init__(self, *args, budget: Budget, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heading"].queryset = headings_of(budget)


class ReasonForm(forms.Form):
    """Why a work is taken back, or taken off the vote, for all who read it."""

    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        max_length=1000,
        help_text=_("Those who supported it will read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why: people who supported it want to know.")},
    )

    def __init__(self, *args, by_staff: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if by_staff:
            self.fields["reason"].label = _("Why is it no longer put to the vote?")
            self.fields["reason"].help_text = _(
                "Its author, whoever voted and everybody read this."
            )


def initial_of(work: Work | None) -> dict[str, Any]:
    if work is None:
        return {}
    values = {name: getattr(work, name) for name in (*PLAIN, "latitude", "longitude", "form_key")}
    return values | {
        "heading": work.heading_id,
        "category": work.category_id,
        "agent": work.agent_id,
    }
