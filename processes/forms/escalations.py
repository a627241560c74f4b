"""What is written when a matter is raised to another level, and what that level writes."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from budgets.forms.minutes import DayField
from municipalities.models import Municipality
from participation.forms.fields import VisibleField


class EscalateForm(forms.Form):
    use_required_attribute = False

    to = forms.ChoiceField(label=_("To which level"), widget=forms.RadioSelect)
    reason = VisibleField(
        label=_("Why this level cannot decide it"),
        help_text=_("Everybody reads it, here and there."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args, levels: Iterable[Municipality], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.levels = {str(level.pk): level for level in levels}
        self.fields["to"].choices = [(pk, level.name) for pk, level in self.levels.items()]
        self.fields["to"].initial = next(iter(self.levels), None)

    @property
    def level(self) -> Municipality:
        return self.levels[self.cleaned_data["to"]]


class Reply(models.TextChoices):
    """What the receiving level does with a matter."""

    ANSWER = "answer", _("Answer it")
    RETURN = "return", _("Return it")
    PASS_ON = "pass_on", _("Pass it on to the next level")


class ReplyForm(forms.Form):
    use_required_attribute = False

    do = forms.ChoiceField(
        label=_("What you do with it"), widget=forms.RadioSelect, initial=Reply.ANSWER
    )
    text = VisibleField(
        label=_("Answer, or the reason"),
        help_text=_("Everybody reads it; whoever asked for it is told."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args, can_pass_on: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["do"].choices = [
            choice for choice in Reply.choices if can_pass_on or choice[0] != Reply.PASS_ON
        ]


class TakeInForm(forms.Form):
    use_required_attribute = False

    answer_by = DayField(
        label=_("By when you answer"),
        help_text=_("Without a day of yours, the day of the law stays."),
        required=False,
    )
