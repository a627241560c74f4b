"""Which rule to count by: every parameter that there is but the smallest step, which follows from the money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets import counting


MOST_VOTES = 1_000_000


class RuleForm(forms.Form):
    """Plain radio buttons: what belongs to the other method is not read."""

    use_required_attribute = False

    method = forms.ChoiceField(
        label=_("How works are chosen"),
        choices=[("greedy", _("By votes")), ("mes", _("Equal shares"))],
        widget=forms.RadioSelect,
    )
    variant = forms.ChoiceField(
        label=_("By votes: a work that does not fit"),
        choices=[("skip", _("is skipped")), ("no_skip", _("ends the count"))],
        widget=forms.RadioSelect,
    )
    utility = forms.ChoiceField(
        label=_("Equal shares: what counts for voters"),
        choices=[
            ("cost", _("the cost of the works they get")),
            ("cardinality", _("the number of works they get")),
        ],
        widget=forms.RadioSelect,
    )
    completion = forms.ChoiceField(
        label=_("Equal shares: the money left over"),
        choices=[
            ("add1u", _("raises the shares, and then goes by votes")),
            ("add1", _("raises the shares")),
            ("utilitarian", _("goes by votes")),
        ],
        widget=forms.RadioSelect,
    )
    exhaustive_stop = forms.TypedChoiceField(
        label=_("Equal shares: raising ends"),
        choices=[("1", _("when nothing more fits")), ("0", _("when the money is exceeded"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    first = forms.ChoiceField(
        label=_("Equal shares: the first share of each"),
        choices=[("exact", _("exact")), ("floored", _("rounded down"))],
        widget=forms.RadioSelect,
    )
    threshold = forms.IntegerField(
        label=_("Votes a work needs at least"),
        min_value=0,
        max_value=MOST_VOTES,
        help_text=_("Leave it at 0 if one vote is enough."),
    )

    def __init__(self, *args: Any, money: int, ballots: int, **kwargs: Any) -> None:
        kwargs["initial"] = self._begun(kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.increment = counting.usual_increment(money, ballots)

    @staticmethod
    def _begun(rule: dict[str, Any]) -> dict[str, Any]:
        """Each part on its first choice, but for what the rule to begin with says."""
        begun = {
            "method": "greedy",
            "variant": "skip",
            "utility": "cost",
            "completion": "add1u",
            "exhaustive_stop": True,
            "first": "exact",
            "threshold": 0,
        } | rule
        return begun | {"exhaustive_stop": "1" if begun["exhaustive_stop"] else "0"}

    @property
    def rule(self) -> dict[str, Any]:
        """What was asked for, whole."""
        asked = self.cleaned_data
        if asked["method"] == "greedy":
            parts = ("method", "variant", "threshold")
        else:
            parts = ("method", "utility", "completion", "exhaustive_stop", "first", "threshold")
        rule = {part: asked[part] for part in parts}
        if asked["method"] == "mes":
            rule["increment"] = self.increment
        return counting.complete(rule)
