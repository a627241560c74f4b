"""What a budget is about, how much there is, who decides and how it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets import preparation
from budgets.forms.fields import SolesField
from budgets.models import Budget
from decide.common.typed import says_something
from participation.forms.fields import VisibleField
from votes.forms.polls import MomentField


if TYPE_CHECKING:
    from municipalities.models import Municipality


class Counting(TextChoices):
    """How votes are counted, as one chooses it; budgets/counting has all its parts."""

    SKIP = "skip", _("The most voted first; what does not fit is passed over")
    NO_SKIP = "no_skip", _("The most voted first; it stops at the first that does not fit")
    SHARES = "shares", _("Equal shares: each voter's part of the money counts the same")


class BudgetForm(forms.ModelForm):
    """All of it but the headings, the matrix and the steps, which have pages of their own."""

    use_required_attribute = False

    announced = SolesField(
        label=_("Money announced"),
        min_value=1,
        help_text=_(
            "What the head of the municipality has published for the process, in soles. The"
            " headings never have more."
        ),
    )
    decisions_at = MomentField(
        label=_("When all decisions of the evaluation are published"),
        required=False,
        help_text=_("Together, at this moment, so that nobody hears before the others."),
    )
    counting = forms.ChoiceField(
        label=_("How votes are counted"),
        choices=Counting,
        widget=forms.RadioSelect,
        initial=Counting.SKIP,
        help_text=_(
            "With the first two, the works of the larger group win everywhere. With equal shares"
            " smaller groups get works too, for each voter has the same part of the money."
        ),
    )
    threshold = forms.IntegerField(
        label=_("Votes a work needs at least"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("0: no least number. A work without any vote is never done."),
    )
    completion = forms.ChoiceField(
        label=_("What is done with the money that is left"),
        choices=[
            ("add1u", _("Raise each voter's part little by little; then the most voted that fit")),
            ("utilitarian", _("The most voted works that fit")),
            ("add1", _("Raise each voter's part little by little, and nothing else")),
        ],
        widget=forms.RadioSelect,
        initial="add1u",
        help_text=_(
            "Equal shares alone leave half of the money or more unspent, so something has to be"
            " done with the rest."
        ),
    )
    utility = forms.ChoiceField(
        label=_("What a chosen work is worth to whoever chose it"),
        choices=[
            ("cost", _("What it costs: dear works are worth more")),
            ("cardinality", _("The same as any other: more and smaller works")),
        ],
        widget=forms.RadioSelect,
        initial="cost",
    )
    exhaustive_stop = forms.BooleanField(
        label=_("Stop raising as soon as no further work fits"), required=False, initial=True
    )
    first = forms.ChoiceField(
        label=_("Each voter's part at first"),
        choices=[
            ("exact", _("Exact, with fractions of céntimos")),
            ("floored", _("Rounded down to whole céntimos")),
        ],
        widget=forms.RadioSelect,
        initial="exact",
    )
    increment = SolesField(
        label=_("By how much each part is raised each time"),
        min_value=1,
        initial=1_00,
        help_text=_(
            "One sol suits most. If each voter's part is more than S/ 1 000, choose S/ 10 or more:"
            " smaller steps only take longer."
        ),
    )

    class Meta:
        model = Budget
        fields = [
            *("year", "title", "text", "norm", "announced", "percent", "mode", "effect"),
            *("ballot", "most", "points", "supports_needed", "mending_days", "appeal_days"),
            "decisions_at",
        ]
        field_classes = {"title": VisibleField, "norm": VisibleField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8}),
            "mode": forms.RadioSelect,
            "effect": forms.RadioSelect,
            "ballot": forms.RadioSelect,
        }
        labels = {
            "most": _("How many works each may choose"),
            "points": _("How many points each shares out"),
        }
        help_texts = {
            "title": _("As people would say it: «Participatory budget 2028»."),
            "text": _(
                "In plain words: what it is for, who takes part and where one asks."
                " **Two asterisks** make bold."
            ),
            "norm": _(
                "The one that rules the process: its number, and the article that says who decides."
            ),
            "percent": _("Ley 28056, article 7, has it published together with the amount."),
            "mode": _("As the ordinance says."),
            "effect": _(
                "«Consultative»: the municipality listens and says what it does. «Binding»: it is"
                " obliged, because a norm says so."
            ),
            "most": _("Counts for «Choose up to so many works»."),
            "points": _("Counts for «Share out points among works»."),
            "supports_needed": _("0: every work is evaluated."),
        }
        error_messages = {
            "title": {"required": _("Write a title.")},
            "text": {"required": _("Tell in a few lines what it is about.")},
            "year": {"required": _("Write the fiscal year.")},
        }

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        budget = kwargs.get("instance")
        begun = rule_fields(budget.rule) if budget else {"year": timezone.localdate().year + 1}
        kwargs["initial"] = begun | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.municipality = municipality

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "text"):
            if name in cleaned and not says_something(cleaned[name]):
                self.add_error(name, self.fields[name].error_messages["required"])
        if "effect" in cleaned and "norm" in cleaned:
            self._refuse("norm", preparation.why_not_binding(cleaned["effect"], cleaned["norm"]))
        if not self.errors:
            self._refuse("counting", preparation.why_not_rule(self.rule, cleaned["mode"]))
        return cleaned

    def _refuse(self, name: str, reason: str) -> None:
        if reason:
            self.add_error(name, reason)

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint on binding results says the same as clean(), once more and at no field.
        return super()._get_validation_exclusions() | {"effect"}

    @property
    def rule(self) -> dict[str, Any]:
        """The rule with the parts that its method has, and no other."""
        cleaned = self.cleaned_data
        if cleaned["counting"] != Counting.SHARES:
            named = ("threshold",)
            rule = {"method": "greedy", "variant": cleaned["counting"]}
        else:
            named = ("threshold", "completion", "utility", "exhaustive_stop", "first", "increment")
            rule = {"method": "mes"}
        return rule | {name: cleaned[name] for name in named}

    @property
    def words(self) -> dict[str, Any]:
        """For the action."""
        return {name: self.cleaned_data[name] for name in self._meta.fields} | {"rule": self.rule}

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """Its fields in the order in which one thinks of them, each group under a heading."""
        groups = [
            (_("1. What it is about"), ["year", "title", "text"]),
            (_("2. The money"), ["announced", "percent", "norm"]),
            (_("3. Who decides"), ["mode", "effect"]),
            (_("4. Works and their evaluation"), ["supports_needed", "mending_days"]),
            ("", ["appeal_days", "decisions_at"]),
            (_("5. How residents vote"), ["ballot", "most", "points"]),
            (_("6. How it is counted"), ["counting", "threshold"]),
        ]
        found: list[tuple[Any, list[Any]]] = []
        for head, names in groups:
            fields = [self[name] for name in names]
            if head:
                found.append((head, fields))
            else:
                found[-1][1].extend(fields)
        return found

    @property
    def finer(self) -> list[Any]:
        """What only equal shares need; their usual values do for almost everybody."""
        return [
            self[name]
            for name in ("completion", "utility", "exhaustive_stop", "first", "increment")
        ]

    @property
    def shows_finer(self) -> bool:
        return self["counting"].value() == Counting.SHARES


def rule_fields(rule: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a kept rule."""
    if rule.get("method") == "mes":
        return {"counting": Counting.SHARES} | {
            name: value for name, value in rule.items() if name != "method"
        }
    return {"counting": rule.get("variant", Counting.SKIP), "threshold": rule.get("threshold", 0)}


class RewordForm(forms.ModelForm):
    """What an open budget says, put right with a reason; its rules stay."""

    use_required_attribute = False

    why = VisibleField(
        label=_("Why it is changed"),
        max_length=1_000,
        help_text=_("Everybody reads it, and what it said before."),
        error_messages={"required": _("Say why it is changed: everybody reads it.")},
    )

    class Meta:
        model = Budget
        fields = ["title", "text"]
        field_classes = {"title": VisibleField}
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}


class CloneForm(forms.Form):
    """The year and the title of a budget that begins from another."""

    use_required_attribute = False

    year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    title = VisibleField(
        label=_("Title"), max_length=120, error_messages={"required": _("Write a title.")}
    )


class WhyForm(forms.Form):
    """Why a budget is called off."""

    use_required_attribute = False

    why = VisibleField(
        label=_("Why it is called off"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stays on the page of the budget, for whoever can see it."),
        error_messages={"required": _("Say why: whoever can see the budget will read it.")},
    )
