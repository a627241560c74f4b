"""What staff choose of whole lists of works, and what an evaluator writes of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from accounts.models import User
from budgets.enums import Stage, Verdict
from budgets.evaluating import QUESTIONS, evaluators_of
from budgets.forms.fields import SolesField
from budgets.models import Evaluation, Heading
from decide.common import workdays
from participation import personal_data
from participation.forms.fields import VisibleField
from proposals.forms.staff import DayField


if TYPE_CHECKING:
    from budgets.evaluating import Standing
    from budgets.models import Budget
    from municipalities.models import Municipality

USUAL_DAYS = 10
FEWEST_LINES, MORE_LINES, MOST_LINES = 4, 4, 40
# The unique code of investments has seven digits today, and those before it fewer.
INVIERTE = re.compile(r"\d{4,8}")


class EvaluatorField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), label=_("Who evaluates it"), **kwargs)

    def label_from_instance(self, user: User) -> str:
        return user.public_name


class GiveForm(forms.Form):
    """To whom a work is given, and until when."""

    use_required_attribute = False
    evaluator = EvaluatorField(empty_label=_("Choose a person"))
    due_on = DayField(label=_("Due on"), help_text=_("That day counts whole."))

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        usual = workdays.after(timezone.localdate(), USUAL_DAYS)
        kwargs["initial"] = {"due_on": usual} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["evaluator"].queryset = evaluators_of(municipality)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("That day is over: choose one that is still to come."))
        return day


class TakeUpForm(GiveForm):
    """Of several works taken up at once: perhaps with somebody to evaluate them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluator"].required = False
        self.fields["evaluator"].empty_label = _("Nobody yet")


class TableForm(forms.Form):
    """Which part of the table somebody looks at."""

    etapa = forms.ChoiceField(
        label=_("What to see"),
        required=False,
        choices=[("", pgettext_lazy("works", "All")), *Stage.choices],
    )
    rubro = forms.ModelChoiceField(
        Heading.objects.none(),
        label=_("Heading"),
        required=False,
        empty_label=pgettext_lazy("headings", "All"),
    )
    quien = EvaluatorField(required=False, empty_label=pgettext_lazy("people", "Everybody"))

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubro"].queryset = Heading.objects.filter(group__budget=budget)
        self.fields["quien"].queryset = evaluators_of(budget.municipality)

    def narrow(self, standings: list[Standing]) -> list[Standing]:
        """Those asked for; a filter that makes no sense is as none."""
        self.full_clean()
        asked = self.cleaned_data if self.is_bound else {}
        if stage := asked.get("etapa"):
            standings = [one for one in standings if one.stage == stage]
        if heading := asked.get("rubro"):
            standings = [one for one in standings if one.work.heading_id == heading.pk]
        if person := asked.get("quien"):
            standings = [one for one in standings if one.is_of(person)]
        return standings


class StepBackForm(forms.Form):
    use_required_attribute = False
    why = VisibleField(
        label=_("Which interest you have"),
        max_length=300,
        help_text=_(
            "For example: a relative put it forward, or your land is beside it. Only staff read it."
        ),
        error_messages={"required": _("Say which: somebody else is found then.")},
    )


class PublicField(VisibleField):
    """What everybody reads and nobody can moderate: personal data are refused where it is written."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if found := [one.text for one in personal_data.find(text)]:
            raise ValidationError(
                gettext("This would show %(data)s to everybody. Take it out.")
                % {"data": get_text_list([f"«{one}»" for one in found], gettext("and"))}
            )
        return text


class Later:
    """Needed to hand in and not to save: only handing in asks for it (budgets/evaluating.py)."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class LaterText(Later, VisibleField):
    pass


class LaterReport(Later, PublicField):
    pass


class LaterNumber(Later, forms.IntegerField):
    pass


class LaterSoles(Later, SolesField):
    pass


class LaterChoice(Later, forms.ChoiceField):
    pass


class YesNoField(Later, forms.TypedChoiceField):
    """Yes, no, or not answered yet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


class EvaluationForm(forms.Form):
    """What an evaluator finds. Saved as it goes; only handing in asks for all of it."""

    use_required_attribute = False

    running_cost = LaterSoles(
        label=_("Cost of running it, a year"),
        help_text=_("Staff, energy, upkeep. Write 0 if it costs nothing."),
    )
    months = LaterNumber(
        label=_("Months to do it"),
        min_value=1,
        max_value=240,
        help_text=_("From the day the money is there until it can be used."),
    )
    invierte_code = VisibleField(
        label=_("Invierte.pe code"),
        required=False,
        max_length=20,
        help_text=_("If it has one: the number alone."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    verdict = LaterChoice(
        label=_("Is it feasible?"),
        choices=[(Verdict.FEASIBLE, _("It is feasible")), (Verdict.UNFEASIBLE, _("It is not"))],
        widget=forms.RadioSelect,
    )
    report = LaterReport(
        label=_("Public report"),
        max_length=10_000,
        help_text=_(
            "What you found and why, in plain words. Everybody reads it once decisions are"
            " published; without your name."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    notes = forms.CharField(
        label=_("Internal notes"),
        required=False,
        max_length=10_000,
        help_text=_("Only staff who work on budgets here read them. They are never published."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, evaluation: Evaluation, lines: list[tuple[str, int]], more: bool = False
    ) -> None:
        kept = {name: getattr(evaluation, name) for name in self.base_fields}
        kept |= {name: getattr(evaluation, name) for name, _question, _help in QUESTIONS}
        for at, (text, amount) in enumerate(lines):
            kept[f"line_{at}_text"], kept[f"line_{at}_amount"] = text, amount
        super().__init__(*args, initial=kept)
        for name, question, help_text in QUESTIONS:
            self.fields[name] = YesNoField(label=question, help_text=help_text)
        self.line_count = self._how_many(len(lines), more)
        for at in range(self.line_count):
            self.fields[f"line_{at}_text"] = LaterText(
                label=_("What, line %(number)d") % {"number": at + 1}, max_length=160
            )
            self.fields[f"line_{at}_amount"] = LaterSoles(
                label=_("Soles, line %(number)d") % {"number": at + 1}, min_value=1
            )

    def _how_many(self, kept: int, more: bool) -> int:
        sent = [
            int(found[1])
            for name in self.data
            if (found := re.fullmatch(r"line_(\d{1,2})_text", name))
        ]
        number = max(sent) + 1 if sent else max(FEWEST_LINES, kept + 1)
        return min(number + (MORE_LINES if more else 0), MOST_LINES)

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name, _question, _help in QUESTIONS]

    @property
    def line_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"line_{at}_text"], self[f"line_{at}_amount"]) for at in self._lines]

    @property
    def can_have_more(self) -> bool:
        return self.line_count < MOST_LINES

    @property
    def _lines(self) -> range:
        return range(self.line_count)

    def clean_invierte_code(self) -> str:
        code = re.sub(r"[\s.-]|CUI|SNIP", "", self.cleaned_data["invierte_code"], flags=re.I)
        if code and not INVIERTE.fullmatch(code):
            raise ValidationError(
                _("An Invierte.pe code is a number such as 2426187. Leave it empty if it has none.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for at in self._lines:
            text, amount = f"line_{at}_text", f"line_{at}_amount"
            if {text, amount} & set(self.errors):
                continue
            if cleaned.get(text) and cleaned.get(amount) is None:
                self.add_error(amount, _("Write how much it costs."))
            if cleaned.get(amount) is not None and not cleaned.get(text):
                self.add_error(text, _("Write what it is for."))
        return cleaned

    @property
    def found(self) -> dict[str, Any]:
        """What was written and understood, also when something else was wrong."""
        names = [*self.base_fields, *(name for name, _question, _help in QUESTIONS)]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @property
    def lines(self) -> list[tuple[str, int]] | None:
        """The lines of the cost, or nothing if one of them is wrong."""
        if any(name.startswith("line_") for name in self.errors):
            return None
        pairs = [
            (self.cleaned_data.get(f"line_{at}_text"), self.cleaned_data.get(f"line_{at}_amount"))
            for at in self._lines
        ]
        return [(text, amount) for text, amount in pairs if text]


class NotesForm(forms.Form):
    notes = forms.CharField(
        label=_("Internal notes"),
        required=False,
        max_length=10_000,
        help_text=_("Only staff who work on budgets here read them. They are never published."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
