"""The ballot as a form: made of the frozen definition, its choices as votes/counting reads them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from decide.common.typed import says_something, visible
from participation import personal_data
from votes import counting
from votes.enums import QuestionKind
from votes.words import how_to_answer


ONE = (QuestionKind.YES_NO, QuestionKind.SINGLE)
SETS = (QuestionKind.MULTIPLE, QuestionKind.APPROVAL)
BLANK = "-"  # as long as the name of an option
MOST_IN_A_LIST = 20  # more marks or points than this are typed


@dataclass
class Group:
    """A question with its fields, as a page shows them together."""

    question: dict[str, Any]
    title: str
    how: str
    fields: list[forms.BoundField]
    blank: forms.BoundField | None = None

    @property
    def errors(self) -> list[tuple[forms.BoundField, str]]:
        """What is wrong, each with its field."""
        fields = [*self.fields, self.blank] if self.blank else self.fields
        return [(field, error) for field in fields for error in field.errors]

    @property
    def is_list(self) -> bool:
        return self.question["kind"] in (*ONE, *SETS)

    @property
    def is_text(self) -> bool:
        return self.question["kind"] == QuestionKind.OPEN


class BallotForm(forms.Form):
    """All questions of a poll. `order` puts the options of each in the voter's own order."""

    def __init__(self, *args, definition, order=None, choices=None, **kwargs):
        initial = initial_of(definition, choices) if choices else None
        super().__init__(*args, initial=initial, label_suffix="", **kwargs)
        self.questions = definition["questions"]
        self.order = order or {}
        for question in self.questions:
            self.fields.update(self.fields_of(question))

    def fields_of(self, question) -> dict[str, forms.Field]:
        name, kind = question["id"], question["kind"]
        options = self.order.get(name, question.get("options", []))
        if kind in ONE:
            return {name: one_of(question, options)}
        blank = {blank_name(question): blank_field()}
        if kind in SETS:
            return {name: some_of(question, options)} | blank
        if kind == QuestionKind.OPEN:
            return {name: text_of(question)} | blank
        made = {
            QuestionKind.RANKED: place_field,
            QuestionKind.SCORE: mark_field,
            QuestionKind.POINTS: points_field,
        }[QuestionKind(kind)]
        return {f"{name}-{one}": made(question, one) for one in options} | blank

    @property
    def groups(self) -> list[Group]:
        return [self.group_of(question) for question in self.questions]

    def group_of(self, question) -> Group:
        name = question["id"]
        names = [field for field in self.fields if field == name or field.startswith(f"{name}-")]
        blank = blank_name(question)
        return Group(
            question,
            question["title"],
            how_to_answer(question),
            [self[field] for field in names if field != blank],
            self[blank] if blank in names else None,
        )

    def clean(self):
        cleaned = super().clean()
        self.choices: dict[str, Any] = {}
        for question in self.questions:
            try:
                answer = self.answer_of(question, cleaned)
            except Refused as error:
                self.add_error(error.field, error.text)
                continue
            if answer is not None:
                counting.check(question, answer)
                self.choices[question["id"]] = answer
        return cleaned

    def answer_of(self, question, cleaned) -> Any:
        """The answer in its one form, or None if a field has been refused already."""
        name, kind = question["id"], question["kind"]
        if kind in ONE:
            chosen = cleaned.get(name)
            return None if chosen is None else [one for one in [chosen] if one != BLANK]
        wanted = [field for field in self.fields if field == name or field.startswith(f"{name}-")]
        if any(field in self.errors for field in wanted):
            return None
        given = self.given(question, cleaned)
        blank = blank_name(question)
        if given and cleaned.get(blank):
            raise Refused(
                blank, _("You have answered and also marked that you leave it blank. Leave one.")
            )
        if not given and not cleaned.get(blank):
            raise Refused(blank, _("Answer this question, or mark here that you leave it blank."))
        return given

    def given(self, question, cleaned) -> Any:
        name, kind = question["id"], question["kind"]
        if kind == QuestionKind.OPEN:
            return cleaned.get(name, "")
        if kind in SETS:
            chosen = set(cleaned.get(name, []))
            return [one for one in question["options"] if one in chosen]
        numbers = {
            one: cleaned[f"{name}-{one}"]
            for one in question["options"]
            if cleaned.get(f"{name}-{one}") is not None
        }
        if kind == QuestionKind.RANKED:
            return self.ranked(question, numbers)
        if kind == QuestionKind.POINTS:
            return self.points(question, numbers)
        return numbers

    def ranked(self, question, places: dict[str, int]) -> list[str]:
        taken: dict[int, str] = {}
        for one, place in places.items():
            if place in taken:
                first, other = (question["titles"][o] for o in (taken[place], one))
                raise Refused(
                    f"{question['id']}-{one}",
                    _("«%(one)s» and «%(other)s» have the same place. Give each its own.")
                    % {"one": first, "other": other},
                )
            taken[place] = one
        return [taken[place] for place in sorted(taken)]

    def points(self, question, numbers: dict[str, int]) -> dict[str, int]:
        given = {one: value for one, value in numbers.items() if value}
        over = sum(given.values()) - question["points"]
        if over > 0:
            text = ngettext(
                "You have shared out %(n)d point more than there are: there are %(all)d.",
                "You have shared out %(n)d points more than there are: there are %(all)d.",
                over,
            )
            last = f"{question['id']}-{list(given)[-1]}"
            raise Refused(last, text % {"n": over, "all": question["points"]})
        return given


class Refused(Exception):
    """An answer that the question does not allow: at which field, and why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


# --- Fields


def label_of(question, one) -> SafeString | str:
    text = question.get("texts", {}).get(one)
    title = question["titles"][one]
    if not text:
        return format_html("<span>{}</span>", title)
    return format_html('<span>{}<span class="choice-text">{}</span></span>', title, text)


def one_of(question, options) -> forms.Field:
    choices = [(one, label_of(question, one)) for one in options]
    choices.append((BLANK, format_html("<span>{}</span>", _("I leave it blank"))))
    return forms.ChoiceField(
        label=question["title"],
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer, or that you leave it blank."),
            "invalid_choice": _("Choose one of these answers."),
        },
    )


def some_of(question, options) -> forms.Field:
    return SetField(
        label=question["title"],
        choices=[(one, label_of(question, one)) for one in options],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        most=question.get("most") or len(options),
        error_messages={"invalid_choice": _("Mark only options of this question.")},
    )


class SetField(forms.MultipleChoiceField):
    """Up to so many options."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, value):
        chosen = super().clean(value)
        if len(set(chosen)) > self.most:
            text = ngettext(
                "You have marked %(n)d options and may mark %(most)d. Take some away.",
                "You have marked %(n)d options and may mark up to %(most)d. Take some away.",
                self.most,
            )
            raise ValidationError(text % {"n": len(set(chosen)), "most": self.most})
        return chosen


def place_field(question, one) -> forms.Field:
    most = question.get("most") or len(question["options"])
    return choice_of_number(question, one, range(1, most + 1), gettext_lazy("No place"))


def mark_field(question, one) -> forms.Field:
    low, high = question["scale"]
    if high - low > MOST_IN_A_LIST:
        return typed_number(question, one, low, high)
    return choice_of_number(question, one, range(low, high + 1), gettext_lazy("No mark"))


def points_field(question, one) -> forms.Field:
    if question["points"] > MOST_IN_A_LIST:
        return typed_number(question, one, 0, question["points"])
    return choice_of_number(question, one, range(question["points"] + 1), gettext_lazy("None"))


def choice_of_number(question, one, numbers, nothing) -> forms.Field:
    return forms.TypedChoiceField(
        label=question["titles"][one],
        help_text=question.get("texts", {}).get(one, ""),
        choices=[("", nothing), *((number, number) for number in numbers)],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these numbers.")},
    )


def typed_number(question, one, low, high) -> forms.Field:
    return forms.IntegerField(
        label=question["titles"][one],
        help_text=question.get("texts", {}).get(one, ""),
        min_value=low,
        max_value=high,
        required=False,
    )


def text_of(question) -> forms.Field:
    return TextField(
        label=question["title"],
        max_length=question["length"],
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )


class TextField(forms.CharField):
    """A text in its one form: what is not seen is left out, lines end alike.

    Nobody can moderate it: it is sealed, and then published word for word. So what shows
    somebody's data is refused here, where its writer alone reads it.
    """

    def to_python(self, value):
        text = super().to_python(value)
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = visible(text).strip()
        return text if says_something(text) else ""

    def validate(self, value):
        super().validate(value)
        if shown := personal_data.kinds(value):
            text = _(
                "This shows somebody's data (%(what)s), and is published as it is. Take it out."
            )
            raise ValidationError(text % {"what": ", ".join(str(kind.label) for kind in shown)})


def blank_name(question) -> str:
    return f"{question['id']}-blanco"


def blank_field() -> forms.Field:
    return forms.BooleanField(label=gettext_lazy("I leave this question blank"), required=False)


# --- Going back


def initial_of(definition, choices) -> dict[str, Any]:
    """The fields as they were filled in."""
    found: dict[str, Any] = {}
    for question in definition["questions"]:
        name, answer = question["id"], choices.get(question["id"])
        if question["kind"] in ONE:
            found[name] = answer[0] if answer else BLANK
            continue
        found[blank_name(question)] = counting.is_blank(answer)
        if question["kind"] == QuestionKind.RANKED:
            found |= {f"{name}-{one}": place for place, one in enumerate(answer or [], start=1)}
        elif question["kind"] in (QuestionKind.SCORE, QuestionKind.POINTS):
            found |= {f"{name}-{one}": value for one, value in (answer or {}).items()}
        else:
            found[name] = answer
    return found
