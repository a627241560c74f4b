"""The acta of a table, and what is read on its papers: one at a time, or a list of codes."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from participation import images
from votes import papers, readings
from votes.counting.answers import SETS
from votes.models import Table


BLANK, VOID, ABSENT = "-blank", "-void", "-absent"
NUMBER_PAD = {"inputmode": "numeric", "autocomplete": "off"}
NOTE = {
    "max_length": 2_000,
    "widget": forms.Textarea(attrs={"rows": 3}),
}


class Figure(forms.IntegerField):
    def __init__(self, label, help_text=""):
        super().__init__(
            label=label,
            help_text=help_text,
            min_value=0,
            max_value=1_000_000,
            widget=forms.TextInput(attrs=NUMBER_PAD | {"size": 8}),
            error_messages={
                "required": _("Write a number; 0 if there is none."),
                "invalid": _("Write a number; 0 if there is none."),
            },
        )


class Written(forms.IntegerField):
    """A number on a paper. It may be missing; of the whole question blank or void is said beside."""

    def validate(self, value):
        pass


class IfNothing(forms.ChoiceField):
    """Whether there is nothing to count, and why; left alone where there is something."""

    def validate(self, value):
        if value:
            super().validate(value)


class ActaForm(forms.Form):
    """The figures of the signed sheet. What does not add up asks for a note."""

    signatures = Figure(_("Signatures"), _("One for each paper handed out."))
    spoiled = Figure(_("Spoiled papers"), _("Taken back, in their own envelope."))
    left_over = Figure(_("Papers left over"))
    papers = Figure(_("Papers in the box"))
    blank = Figure(_("Blank papers"), _("Of those in the box, with no mark in any question."))
    void = Figure(_("Void papers"), _("Of those in the box, void in every question."))
    note = forms.CharField(
        label=_("What does not add up, and why"),
        help_text=_("Only if the figures do not add up. It is published as you write it."),
        required=False,
        **NOTE,
    )
    photo = forms.ImageField(
        label=_("Photo of the signed acta"),
        help_text=_("All of the sheet, sharp, with the signatures. At most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages={
            "required": _("Add a photo of the signed acta."),
            "invalid_image": _("This file is not a picture we can read, or it is damaged."),
        },
    )

    def __init__(self, *args, table: Table, **kwargs):
        super().__init__(*args, **kwargs)
        if table.signed_at:
            self.fields["photo"].required = False
            self.fields["note"].required = True
            self.fields["note"].label = _("Why the acta is corrected")
            self.fields["note"].help_text = _("It is published, with what the acta said before.")

    def clean_photo(self):
        photo = self.cleaned_data["photo"]
        if photo:
            try:
                images.check(photo)
            except images.InvalidImage as problem:
                raise ValidationError(str(problem)) from problem
        return photo

    @property
    def figures(self):
        return {name: self.cleaned_data[name] for name in papers.FIGURES}


class NoteForm(forms.Form):
    """A note that settles something, and is published."""

    note = forms.CharField(
        label=_("Why"),
        help_text=_("It is published as you write it."),
        error_messages={"required": _("Write why: it is published.")},
        **NOTE,
    )


class PaperForm(forms.Form):
    """One paper as it lies before somebody: a field for each question, blank and void beside."""

    use_required_attribute = False
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields |= fields_of(question)

    @property
    def groups(self):
        """For the page: each question with its fields."""
        return [
            (question, [self[name] for name in fields_of(question)]) for question in self.questions
        ]

    def clean(self):
        cleaned = super().clean()
        self.answers, self.notes = {}, {}
        for question in self.questions:
            name = question["id"]
            if question["kind"] in SETS:
                read = self._marks(question, cleaned.get(name) or [])
            else:
                read = self._written(question, cleaned)
            if read is not readings.ABSENT:
                self.answers[name] = read
        return cleaned

    def _marks(self, question, marked):
        marked = [marked] if isinstance(marked, str) else marked
        if len(marked) > 1 and {BLANK, VOID, ABSENT} & set(marked):
            self.add_error(question["id"], _("Blank and void stand alone."))
        if ABSENT in marked:
            return readings.ABSENT
        if not marked or VOID in marked:
            return readings.VOID  # nothing at all is an error of the field already
        if why := readings.why_void(question, marked):
            self.notes[question["id"]] = why
        return readings.of_marks(question, [] if BLANK in marked else marked)

    def _written(self, question, cleaned):
        """Numbers or a text, or else which of blank and void."""
        name, said = question["id"], cleaned.get(f"{question['id']}-state")
        if question["kind"] == "open":
            written = (cleaned.get(name) or "").strip()
            read = readings.allowed(question, written)
        else:
            fields = {option: cleaned.get(f"{name}-{option}") for option in question["options"]}
            written = {option: value for option, value in fields.items() if value is not None}
            read = readings.of_numbers(question, written)
        if written and said:
            self.add_error(f"{name}-state", _("Either what is written, or blank or void."))
        if not written and not said:
            self.add_error(f"{name}-state", _("Say if it is blank or void."))
        return {VOID: readings.VOID, ABSENT: readings.ABSENT}.get(said, read)


def fields_of(question):
    name, kind = question["id"], question["kind"]
    states = [
        (BLANK, pgettext_lazy("what is on a paper", "Blank")),
        (VOID, pgettext_lazy("what is on a paper", "Void")),
    ]
    if question.get("group"):
        states.append((ABSENT, _("Nothing is marked under this heading")))
    if kind in SETS:
        numbered = enumerate(question["options"], start=1)
        choices = [(code, f"{n}. {question['titles'][code]}") for n, code in numbered]
        one = kind in ("single", "yes_no")
        return {
            name: (forms.ChoiceField if one else forms.MultipleChoiceField)(
                label=question["title"],
                choices=[*choices, *states],
                widget=forms.RadioSelect if one else forms.CheckboxSelectMultiple,
                error_messages={
                    "required": _("Say what is on the paper; blank and void count too.")
                },
            )
        }
    state = {
        f"{name}-state": IfNothing(
            label=_("If nothing can be counted"),
            choices=[("", _("It can")), *states],
            widget=forms.RadioSelect,
        )
    }
    if kind == "open":
        area = forms.Textarea(attrs={"rows": 3})
        text = forms.CharField(
            label=question["title"], required=False, max_length=question["length"], widget=area
        )
        return {name: text} | state
    return {
        f"{name}-{option}": Written(
            label=question["titles"][option],
            widget=forms.TextInput(attrs=NUMBER_PAD | {"size": 4}),
        )
        for option in question["options"]
    } | state


class ListForm(forms.Form):
    """Several papers, each a line of codes that are quick to type (votes/readings.py)."""

    def __init__(self, *args, questions, numbers, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions, self.numbers = questions, numbers
        for number in numbers:
            for place, question in enumerate(questions, start=1):
                self.fields[f"p{number}-{question['id']}"] = code_of(number, place, question)

    @property
    def lines(self):
        return [
            (number, [self[f"p{number}-{question['id']}"] for question in self.questions])
            for number in self.numbers
        ]

    def clean(self):
        """Lines from the first on; one that is empty, and what follows it, waits for later."""
        cleaned = super().clean()
        self.read = {}
        typed = [number for number in self.numbers if self._is_typed(number, cleaned)]
        if not typed:
            raise ValidationError(_("Write at least the first line."))
        for number in self.numbers[: self.numbers.index(typed[-1]) + 1]:
            answers = {}
            for question in self.questions:
                name = f"p{number}-{question['id']}"
                try:
                    read = readings.of_code(question, cleaned.get(name, ""))
                except readings.BadCode as problem:
                    self.add_error(name, str(problem))
                    continue
                if read is not readings.ABSENT:
                    answers[question["id"]] = read
            self.read[number] = answers
        return cleaned

    def _is_typed(self, number, cleaned):
        return any(cleaned.get(f"p{number}-{question['id']}") for question in self.questions)


def code_of(number, place, question):
    label = _("Paper %(number)d, question %(question)d") % {"number": number, "question": place}
    look = {
        "class": "input",
        "size": 6,
        "inputmode": "tel",
        "autocomplete": "off",
        "aria-label": label,
    }
    return forms.CharField(
        label=label,
        max_length=2_000 if question["kind"] == "open" else 60,
        required=False,
        widget=forms.TextInput(attrs=look),
    )
