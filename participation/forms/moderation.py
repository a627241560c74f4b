"""What people fill in to report something, and moderators to decide about it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.enums import DecisionKind, ModerationRule
from participation.models import ConversationSettings
from participation.rules.moderation import AGAINST_AUTHOR, RULES


# What an author reads if the moderator adds nothing of their own.
STANDARD_REASONS = {
    ModerationRule.INSULT: _("It insults somebody. You can say the same with respect."),
    ModerationRule.HATE: _("It despises people for what they are. Here everybody has a place."),
    ModerationRule.THREAT: _("It threatens somebody or calls for violence."),
    ModerationRule.PERSONAL: _("It shows personal data, which may do harm to somebody."),
    ModerationRule.FALSE: _("It passes itself off as somebody else."),
    ModerationRule.PARTISAN: _(
        "It campaigns for a party or a candidate. This space is not for it."
    ),
    ModerationRule.ADVERTISING: _("It advertises something, or repeats what has been said."),
    ModerationRule.OFF_TOPIC: _("It has nothing to do with what is talked about here."),
    ModerationRule.ILLEGAL: _("It breaks the law."),
}
DEFAULT_DAYS = 7


class FlagForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=RULES, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("More, if you like"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only moderators read it. The author does not learn who you are."),
    )


class DecisionForm(forms.Form):
    """One decision. Without a reason of one's own, the rule's standard sentence is sent."""

    DECISIONS = [
        (kind.value, kind.label)
        for kind in (DecisionKind.KEEP, DecisionKind.HIDE, DecisionKind.WARN, DecisionKind.SUSPEND)
    ]
    kind = forms.ChoiceField(choices=DECISIONS, widget=forms.HiddenInput)
    rule = forms.ChoiceField(
        label=_("Which rule it breaks"), choices=[("", _("Choose one")), *RULES], required=False
    )
    reason = forms.CharField(
        label=_("Reason, for the author"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("If you leave it empty, the author reads the rule in one sentence."),
    )
    days = forms.IntegerField(
        label=_("Days, to suspend"),
        required=False,
        min_value=1,
        max_value=365,
        initial=DEFAULT_DAYS,
    )

    def clean(self):
        """What goes against somebody names its rule and says why; what does not, nothing."""
        found = super().clean()
        kind, rule = found.get("kind"), found.get("rule")
        if kind in AGAINST_AUTHOR and "rule" not in self.errors:
            if not rule:
                self.add_error("rule", _("Say which rule it breaks."))
            elif not found.get("reason"):
                found["reason"] = str(STANDARD_REASONS[ModerationRule(rule)])
        if kind == DecisionKind.SUSPEND and "days" not in self.errors:
            found["days"] = found.get("days") or DEFAULT_DAYS
        return found


class ModerateForm(DecisionForm):
    """The same on a page of its own, where the decision is chosen too."""

    DECISIONS = DecisionForm.DECISIONS[1:]
    kind = forms.ChoiceField(
        label=_("What you decide"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        initial=DecisionKind.HIDE,
    )


class BulkForm(DecisionForm):
    kind = forms.ChoiceField(label=_("What you decide"), choices=DecisionForm.DECISIONS)
    days = None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is shown again"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its author will read this."),
    )


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why it should be looked at again"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Another moderator reads it. You can appeal once."),
    )


class AnswerAppealForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("What you decide"),
        choices=[
            ("si", _("The author is right: take the decision back")),
            ("no", _("Let the decision stand")),
        ],
        coerce=lambda value: value == "si",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the author"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say why, in plain words."),
    )


class ConversationSettingsForm(forms.ModelForm):
    class Meta:
        model = ConversationSettings
        fields = ("flags_to_hide", "new_account_days", "holds_links_of_new", "counts_unverified")
