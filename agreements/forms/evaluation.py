"""What people fill in to mark, answer, observe, check and tell what they learnt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import CitizenReply, Evaluator, LearningKind, Moment, SelfReply
from agreements.models import Learning
from agreements.rubric import RUBRIC
from municipalities.models import Municipality
from participation import personal_data
from participation.forms.fields import TagsField, VisibleField
from proposals.forms.staff import DayField


MOST_BYTES = 10 * 1024 * 1024
# What a file begins with, whatever its name says.
KINDS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n": "PNG"}


class EvidenceFileField(forms.FileField):
    """A PDF or a picture of at most 10 MB."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload:
            return upload
        if upload.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 10 MB."))
        head = upload.read(8)
        upload.seek(0)
        if not any(head.startswith(sign) for sign in KINDS):
            raise ValidationError(_("Choose a PDF, or a JPEG or PNG picture."))
        return upload


def words(label: Any, rows: int = 4, most: int = 2_000, **kwargs: Any) -> VisibleField:
    return VisibleField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class MarksForm(forms.Form):
    """The eight criteria, each with what its marks mean; what one cannot tell stays empty."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in RUBRIC:
            self.fields[criterion.field] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.asks,
                choices=[
                    *((mark, f"{mark} – {told}") for mark, told in criterion.choices),
                    ("", _("I cannot tell")),
                ],
                widget=forms.RadioSelect,
                required=False,
                coerce=int,
                empty_value=None,
            )
        self.fields["notes"] = words(_("Notes"), required=False)

    @property
    def marks(self) -> dict[str, int | None]:
        return {one.field: self.cleaned_data[one.field] for one in RUBRIC}


class SelfAnswerForm(forms.Form):
    use_required_attribute = False
    reply = forms.ChoiceField(
        label=_("Answer"), choices=SelfReply.choices, widget=forms.RadioSelect
    )
    text = words(_("How one can see it"), required=False)
    title = VisibleField(label=_("Title of the evidence"), max_length=200, required=False)
    file = EvidenceFileField(
        label=_("File"), required=False, help_text=_("PDF, JPEG or PNG of at most 10 MB.")
    )
    url = forms.URLField(
        label=_("Or an address"), required=False, max_length=500, assume_scheme="https"
    )


class CounterAnswerForm(forms.Form):
    use_required_attribute = False
    reply = forms.ChoiceField(
        label=_("Answer of your organisation"), choices=SelfReply.choices, widget=forms.RadioSelect
    )
    text = words(_("Why"))


class ObservationForm(forms.Form):
    use_required_attribute = False
    text = words(
        _("Text"),
        rows=6,
        most=4_000,
        help_text=_("It is public at once, and nobody can change it or take it away."),
    )


class ReportForm(forms.Form):
    """An organisation's own report: a file or an address."""

    use_required_attribute = False
    title = VisibleField(label=_("Title"), max_length=200)
    summary = words(_("Summary"), rows=6, most=4_000)
    file = EvidenceFileField(label=_("File (PDF)"), required=False, help_text=_("At most 10 MB."))
    url = forms.URLField(
        label=_("Or an address"), required=False, max_length=500, assume_scheme="https"
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload:
            head = upload.read(5)
            upload.seek(0)
            if head != b"%PDF-":
                raise ValidationError(_("Choose a PDF."))
        return upload

    def clean(self):
        values = super().clean()
        if not self.errors and not (values.get("file") or values.get("url")):
            raise ValidationError(_("Add a file or an address."))
        return values


class CheckForm(forms.Form):
    """«Is this true in your place?»"""

    use_required_attribute = False
    reply = forms.ChoiceField(
        label=_("Is this true in your place?"),
        choices=CitizenReply.choices,
        widget=forms.RadioSelect,
    )
    comment = words(
        _("What you saw"),
        rows=3,
        most=600,
        required=False,
        help_text=_("Everybody reads it, without your name. Do not name other people."),
    )

    def clean_comment(self):
        comment = self.cleaned_data["comment"]
        if any(personal_data.find(comment)):
            raise ValidationError(
                _("There is personal data in it: a document, a telephone, an address. Take it out.")
            )
        return comment


class WhyForm(forms.Form):
    use_required_attribute = False
    why = VisibleField(label=_("Why? (people may read it)"), max_length=300)


class EvaluationForm(forms.Form):
    """What a transfer is worth; its core components and its people are counted by themselves."""

    use_required_attribute = False
    moment = forms.ChoiceField(label=_("When"), choices=Moment.choices)
    effect = words(_("Effect against the baseline"))
    women = forms.IntegerField(label=_("Women reached"), required=False, min_value=0)
    men = forms.IntegerField(label=_("Men reached"), required=False, min_value=0)
    rural = forms.IntegerField(label=_("Rural people reached"), required=False, min_value=0)
    cost = forms.DecimalField(
        label=_("What it cost, in soles"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        localize=True,
    )
    staff = VisibleField(label=_("Who keeps it going"), max_length=300, required=False)
    maintenance = words(_("How it is kept going"), rows=3, most=1_000, required=False)
    citizens = forms.TypedChoiceField(
        label=_("What citizens say"),
        required=False,
        choices=[
            ("", _("I cannot tell")),
            (0, _("0 – they do not know it")),
            (1, _("1 – it is of no use to them")),
            (2, _("2 – it is of some use to them")),
            (3, _("3 – they use it and defend it")),
        ],
        coerce=int,
        empty_value=None,
    )
    method = words(
        _("Method"), rows=3, most=1_000, help_text=_("How it was looked at, with whom and when.")
    )
    recommendations = words(
        _("Recommendations"),
        required=False,
        most=4_000,
        help_text=_("One on each line; each becomes a task with its day."),
    )
    due_on = DayField(label=_("To be followed by"), required=False)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("That day is over: choose one that is still to come."))
        return day


class RegionalEvaluationForm(EvaluationForm):
    """As planners enter it: by who gave the practice, or by an independent third party."""

    evaluator = forms.ChoiceField(
        label=_("By whom"),
        choices=[(one.value, one.label) for one in Evaluator if one != Evaluator.ADOPTER],
    )


class FollowUpForm(forms.Form):
    use_required_attribute = False
    answer = words(_("What was done"))


class LearningForm(forms.Form):
    """A lesson, an experiment or a challenge; of the first two all of it is asked for."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("What it is"), choices=LearningKind.choices)
    title = VisibleField(label=_("Title"), max_length=200)
    context = words(_("Situation, or hypothesis"))
    tried = words(_("What was tried, and how it was measured"), required=False)
    result = words(_("What came of it"), required=False)
    worked = forms.NullBooleanField(
        label=_("Did it work?"),
        required=False,
        widget=forms.Select(
            choices=[("", _("It cannot be told yet")), ("true", _("Yes")), ("false", _("No"))]
        ),
        help_text=_("What failed is worth as much: others need not try it again."),
    )
    decision = words(_("What is done from now on"), required=False)
    source = VisibleField(
        label=_("On what it rests"),
        max_length=300,
        required=False,
        help_text=_("An acta, a report, figures: where one can look."),
    )
    tags = TagsField(label=_("Words to find it"), required=False, max_length=300)
    for_students = forms.BooleanField(label=_("Open to students"), required=False)

    def clean(self):
        values = super().clean()
        if not self.errors and values["kind"] != LearningKind.CHALLENGE:
            for name in ("tried", "result", "source"):
                if not values[name]:
                    self.add_error(name, _("This is missing."))
        return values


class PublicLearningForm(LearningForm):
    """By an organisation or a student: of which place, and perhaps which challenge it answers."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Of which place"), empty_label=_("Choose a place")
    )
    answers_to = forms.ModelChoiceField(
        Learning.objects.none(),
        label=_("Challenge that it answers"),
        required=False,
        empty_label=_("None"),
    )
    field_order = ("kind", "municipality", "answers_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answers_to"].queryset = Learning.objects.published().filter(
            kind=LearningKind.CHALLENGE
        )


class LearningSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    tipo = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("Everything")), *LearningKind.choices],
    )
    resultado = forms.ChoiceField(
        label=_("Did it work?"),
        required=False,
        choices=[("", _("Either way")), ("si", _("It worked")), ("no", _("It did not work"))],
    )
    estudiantes = forms.BooleanField(label=_("Open to students"), required=False)
