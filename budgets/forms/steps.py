"""When the steps of a budget are held; and of one step its words, documents and other days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budgets.course import steps_of
from budgets.enums import PHASE_OF, LegalPhase, StepKind
from budgets.preparation import Days, why_not_in_order, why_not_left_out
from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField
from votes.forms.polls import MomentField


if TYPE_CHECKING:
    from budgets.models import Budget, Step

PARTS = ("from", "until", "out")


class StepsForm(forms.Form):
    """All steps of the law on one page: from, until, or why it is left out."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, budget: Budget) -> None:
        super().__init__(data)
        self.budget = budget
        kept = {step.kind: step for step in steps_of(budget)}
        for kind in StepKind:
            self.fields[f"{kind}_from"] = MomentField(label=_("From"), required=False)
            self.fields[f"{kind}_until"] = MomentField(label=_("Until"), required=False)
            self.fields[f"{kind}_out"] = VisibleField(
                label=_("Left out because"), max_length=300, required=False
            )
            if step := kept.get(kind):
                self.initial |= {
                    f"{kind}_from": step.starts_at,
                    f"{kind}_until": step.ends_at,
                    f"{kind}_out": step.left_out_why,
                }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for kind in StepKind:
            self._check(kind)
        if not self.errors and (reason := why_not_in_order(self.days)):
            raise ValidationError(reason)
        return cleaned

    def _check(self, kind: StepKind) -> None:
        start, end, why = (self.cleaned_data.get(f"{kind}_{part}") for part in PARTS)
        wrong = {f"{kind}_from", f"{kind}_until"} & set(self.errors)
        if start and not end and not wrong:
            self.add_error(f"{kind}_until", _("Choose until when."))
        if end and not start and not wrong:
            self.add_error(f"{kind}_from", _("Choose from when."))
        if start and end and end <= start:
            self.add_error(f"{kind}_until", _("A step ends after it starts."))
        if why and (start or end):
            self.add_error(f"{kind}_out", _("Either it has days or it is left out, not both."))
        elif reason := why_not_left_out(kind, why or "", self.budget):
            self.add_error(f"{kind}_out", reason)

    @property
    def days(self) -> dict[str, Days]:
        """For the action."""
        return {
            kind: Days(*(self.cleaned_data.get(f"{kind}_{part}") or empty for part, empty in EMPTY))
            for kind in StepKind
        }

    @property
    def phases(self) -> list[tuple[LegalPhase, list[tuple[StepKind, list[Any]]]]]:
        """The steps by the four phases of the law, each with its fields."""
        return [
            (
                phase,
                [
                    (kind, [self[f"{kind}_{part}"] for part in PARTS])
                    for kind in StepKind
                    if PHASE_OF[kind] == phase
                ],
            )
            for phase in LegalPhase
        ]


EMPTY = (("from", None), ("until", None), ("out", ""))


class StepForm(forms.Form):
    """What happens in one step, and the documents that lie beside it."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What happens"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Where, at what time, what to bring, and whom to ask."),
    )
    documents = DocumentsField(required=False)
    remove = forms.MultipleChoiceField(
        label=_("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        kwargs["initial"] = {"text": step.text}
        super().__init__(*args, **kwargs)
        kept = step.documents.select_related("document") if step.pk else []
        self.fields["remove"].choices = [(one.document_id, one.document.title) for one in kept]
        if not self.fields["remove"].choices:
            del self.fields["remove"]

    @property
    def removed(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data.get("remove", [])}


class MoveForm(forms.Form):
    """Other days of a step of an open budget, and why."""

    use_required_attribute = False

    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    why = VisibleField(
        label=_("Why the days change"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it, and who follows the budget is told."),
        error_messages={"required": _("Say why the days change: everybody reads it.")},
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_at": step.starts_at, "ends_at": step.ends_at}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("A step ends after it starts."))
        return cleaned
