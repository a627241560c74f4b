"""What staff fill in at the desk. Forms turn text into values; actions decide."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from participation.forms.files import ImagesField
from participation.models import Category
from participation.rules.moderation import RULES
from proposals.enums import ProposalState, Verdict, VoteVerdict
from proposals.models import Answer, AnswerTemplate, Milestone, Proposal, TechnicalSheet


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day, by the picker of the phone or written as people do here."""

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")


NO_AT_LEAST = 60


class QueueForm(forms.Form):
    """Which part of the desk somebody looks at."""

    QUEUES = (
        ("", _("All that waits for us")),
        ("umbral", _("Reached their threshold")),
        ("evaluacion", _("Under evaluation")),
        ("vencidas", _("Overdue")),
        ("piden-votacion", _("A vote is asked for")),
        ("sin-hitos", _("Accepted, without milestones yet")),
        ("en-marcha", _("In progress")),
        ("juntan-apoyos", _("Gathering supports")),
        ("ocultas", _("Hidden by moderation")),
        ("todas", _("Everything")),
    )
    q = forms.CharField(
        label=_("Title or code"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    cola = forms.ChoiceField(label=_("What to see"), required=False, choices=QUEUES)
    tema = forms.ModelChoiceField(
        Category.objects.all(),
        label=_("Topic"),
        required=False,
        empty_label=pgettext_lazy("topics", "All"),
    )

    def narrow(self, proposals):
        """The proposals asked for; a filter that makes no sense is as none."""
        self.full_clean()
        asked = self.cleaned_data if self.is_bound else {}
        queue = asked.get("cola") or ""
        if queue not in WITH_HIDDEN:
            proposals = proposals.filter(hidden_at=None)
        proposals = QUEUE_FILTERS[queue](proposals)
        if topic := asked.get("tema"):
            proposals = proposals.filter(category=topic)
        if words := asked.get("q"):
            proposals = proposals.filter(Q(title__icontains=words) | Q(code__iexact=words))
        return proposals


QUEUE_FILTERS = {
    "": lambda p: p.awaiting_staff(),
    "umbral": lambda p: p.filter(state=ProposalState.THRESHOLD),
    "evaluacion": lambda p: p.filter(state=ProposalState.EVALUATION),
    "vencidas": lambda p: p.overdue(),
    "piden-votacion": lambda p: p.asking_for_vote(),
    "sin-hitos": lambda p: p.awaiting_milestones(),
    "en-marcha": lambda p: p.filter(state=ProposalState.IN_PROGRESS),
    "juntan-apoyos": lambda p: p.gathering(),
    "ocultas": lambda p: p.filter(hidden_at__isnull=False),
    "todas": lambda p: p,
}
WITH_HIDDEN = ("ocultas", "todas")


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Answer
        fields = ("verdict", "text", "signed_by", "office")
        widgets = {"verdict": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "text": _("In plain words, to the person who proposed it. Everybody will read it."),
            "signed_by": _("Name and position, as people will see it."),
            "office": _("Which office stands behind the answer."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = Verdict.choices


class DraftForm(AnswerForm):
    """With the moment of the draft that it began from."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.saved_at.isoformat()

    def clean_seen(self):
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def overwrite(self, draft: Answer, warning: str) -> None:
        """Say that a colleague was here; what was typed stays, and saving again replaces theirs."""
        self.add_error(None, warning)
        self.data = self.data.copy()
        self.data["seen"] = draft.saved_at.isoformat()


class CorrectionForm(AnswerForm):
    reason = forms.CharField(
        label=_("Why it is corrected"),
        help_text=_("Everybody will see this reason and what the answer said before."),
        max_length=1000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SheetForm(forms.ModelForm):
    class Meta:
        model = TechnicalSheet
        fields = (
            "office",
            "is_competence",
            "estimated_cost",
            "beneficiaries",
            "invierte_code",
            "notes",
        )
        widgets = {
            "is_competence": forms.NullBooleanSelect,
            "notes": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "office": _("Who has to answer. Shown to everybody."),
            "is_competence": _("What the Organic Law of Municipalities lets you do."),
            "invierte_code": _("If it is already an investment project."),
            "notes": _("Only for the desk: they are never shown, exported or sent."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_competence"].widget.choices = [
            ("unknown", _("Not known yet")),
            ("true", _("Yes")),
            ("false", _("No, it is another institution's")),
        ]


class MilestoneForm(forms.ModelForm):
    due_on = DayField(label=_("Planned for"))

    class Meta:
        model = Milestone
        fields = ("title", "due_on", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"title": _("What will be there to see, in a few words.")}


class CompleteForm(forms.Form):
    """A step that is done, perhaps with a photo of it."""

    done_on = DayField(label=_("Done on"))
    photo = ImagesField(
        limit=1,
        required=False,
        label=_("Photo"),
        help_text=_("A JPEG, PNG or WebP of at most 5 MB."),
    )
    photo_description = forms.CharField(
        label=_("What the photo shows"),
        required=False,
        max_length=200,
        help_text=_("For people who cannot see it."),
    )

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("photo") and not cleaned.get("photo_description"):
            self.add_error("photo_description", _("Say in a few words what the photo shows."))
        return cleaned


class ReasonForm(forms.Form):
    """Why: staff never act on somebody's proposal without saying it."""

    reason = forms.CharField(
        label=_("Reason"), min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, label=None, help_text="", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].help_text = help_text


class HideForm(ReasonForm):
    """By which rule a proposal is hidden, which everybody reads, and why, for its author."""

    rule = forms.ChoiceField(
        label=_("Which rule it breaks"), choices=RULES, widget=forms.RadioSelect
    )
    field_order = ("rule", "reason")


class MergeForm(ReasonForm):
    """Which proposal this one is joined to: one of the similar ones, or another by its code."""

    similar = forms.ModelChoiceField(
        Proposal.objects.none(),
        label=_("Similar proposals"),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=_("Or another, by its code"),
        required=False,
        max_length=30,
        help_text=_("It stands on the proposal's page."),
    )
    field_order = ("similar", "code", "reason")

    def __init__(self, *args, candidates, similar=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        field = self.fields["similar"]
        field.queryset = candidates.filter(pk__in=[p.pk for p in similar])
        field.label_from_instance = lambda p: f"{p.title} ({p.code})"
        if not similar:
            del self.fields["similar"]

    def clean(self):
        cleaned = super().clean()
        code = (cleaned.get("code") or "").strip()
        chosen = cleaned.get("similar")
        if code:
            chosen = self.candidates.filter(code__iexact=code).first()
            if chosen is None:
                self.add_error("code", _("There is no proposal with this code here."))
        elif chosen is None and not self.errors:
            self.add_error("code", _("Choose a proposal or write the code of one."))
        cleaned["target"] = chosen
        return cleaned


class JoinManyForm(ReasonForm):
    """Of several chosen at the desk, the one that stays."""

    target = forms.ModelChoiceField(
        Proposal.objects.none(),
        label=_("The one that stays"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    field_order = ("target", "reason")

    def __init__(self, *args, chosen, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        field.queryset = chosen
        field.label_from_instance = lambda p: f"{p.title} ({p.code})"


class TemplateForm(forms.ModelForm):
    class Meta:
        model = AnswerTemplate
        fields = ("title", "verdict", "text")
        widgets = {"verdict": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "title": _("How you will find it; citizens do not see it."),
            "text": _(
                "[title], [code] and [place] are replaced by those of the proposal. "
                "Leave gaps for the reasons: no two answers are the same."
            ),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = Verdict.choices


class VoteAnswerForm(forms.Form):
    """Whether there will be a vote, and why."""

    verdict = forms.ChoiceField(
        label=_("What you decide"),
        choices=[
            (VoteVerdict.ACCEPTED, VoteVerdict.ACCEPTED.label),
            (VoteVerdict.DECLINED, VoteVerdict.DECLINED.label),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Why"),
        max_length=5_000,
        help_text=_("In plain words, to the person who asked. Everybody will read it."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Give the reasons: people read them.")},
    )
    office = forms.CharField(
        label=_("Office"),
        max_length=120,
        help_text=_("Which office stands behind the answer."),
    )

    def clean(self):
        said = super().clean()
        if (
            said.get("verdict") == VoteVerdict.DECLINED
            and 0 < len(said.get("answer", "")) < NO_AT_LEAST
        ):
            self.add_error(
                "answer",
                _("Who hears «no» is owed more than a sentence: write at least %(least)d letters.")
                % {"least": NO_AT_LEAST},
            )
        return said
