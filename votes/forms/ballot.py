"""The ballot as a form: made of the frozen definition, its choices as votes/counting reads them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from decide.common.money import soles
from decide.common.typed import says_something, visible
from participation import personal_data
from votes import counting
from votes.enums import QuestionKind
from votes.words import how_to_answer


ONE = (QuestionKind.YES_NO, QuestionKind.SINGLE)
SETS = (QuestionKind.MULTIPLE, QuestionKind.APPROVAL, QuestionKind.KNAPSACK)
MOST_IN_A_LIST = 20  # more marks or points than this are typed
MANY = 30  # beside so many options lists of numbers would be long
HEADING = "rubro"
NO_HEADING = "--"  # as long as the number of a heading
SUGGESTED = 3


class Pot(NamedTuple):
    """The money of a question, and what the marked options cost."""

    money: int
    spent: int

    @property
    def over(self) -> int:
        return max(self.spent - self.money, 0)

    @property
    def left(self) -> int:
        return max(self.money - self.spent, 0)

    @property
    def filled(self) -> int:
        return min(self.spent, self.money)

    def lacks(self, cost: int) -> int:
        """How much is missing for an option of this cost to fit too."""
        return max(self.spent + cost - self.money, 0)


class Work(NamedTuple):
    """An option with a cost, as a page offers it; marked, or with what is missing for it to fit."""

    code: str
    title: str
    text: str
    cost: int | None
    address: str
    is_marked: bool = False
    lacks: int = 0
    field: forms.BoundField | None = None


@dataclass
class Group:
    """A question with its fields, as a page shows them together."""

    question: dict[str, Any]
    title: str
    how: str
    fields: list[forms.BoundField]
    blank: forms.BoundField | None = None
    works: list[Work] = field(default_factory=list)
    pot: Pot | None = None

    @property
    def crowded_out(self) -> int:
        """How many options no longer fit."""
        return sum(work.lacks > 0 for work in self.works)

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


@dataclass
class Headings:
    """Questions of which the voter answers one: first they choose which, by `field`."""

    field: forms.BoundField
    groups: list[tuple[Any, Group]]  # with the radio button that chooses it
    nothing: Any

    @property
    def errors(self) -> list[tuple[forms.BoundField, str]]:
        return [(self.field, error) for error in self.field.errors]


class BallotForm(forms.Form):
    """The questions of a poll, or those of them that somebody is asked.

    `order` puts the options of each in the voter's own order. Of the questions of one group the
    one whose heading is chosen is answered; what was marked elsewhere is left aside.
    """

    def __init__(self, *args, definition, order=None, choices=None, **kwargs):
        self.questions = definition["questions"]
        self.headings = headings_of(self.questions)
        initial = None if choices is None else initial_of(self.questions, self.headings, choices)
        super().__init__(*args, initial=initial, label_suffix="", **kwargs)
        self.order = order or {}
        for name, questions in self.headings.items():
            self.fields[name] = heading_field(questions)
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
    def groups(self) -> list[Group | Headings]:
        """In the order of the questions; those of which one is chosen stand together."""
        of_headings = {
            question["id"]: name
            for name, questions in self.headings.items()
            for question in questions
        }
        found: list[Group | Headings] = []
        told = set()
        for question in self.questions:
            name = of_headings.get(question["id"])
            if name is None:
                found.append(self.group_of(question))
            elif name not in told:
                told.add(name)
                found.append(self.headings_under(name))
        return found

    def headings_under(self, name) -> Headings:
        *buttons, nothing = self[name]
        groups = [self.group_of(question) for question in self.headings[name]]
        return Headings(self[name], list(zip(buttons, groups, strict=True)), nothing)

    def group_of(self, question) -> Group:
        blank, names = blank_name(question), self.names_of(question)
        group = Group(
            question,
            question["title"],
            how_to_answer(question),
            [self[field] for field in names if field != blank],
            self[blank] if blank in names else None,
        )
        if question.get("costs"):
            self.add_works(group)
        return group

    def add_works(self, group) -> None:
        """Options with a cost are told each with its page; within money, also whether they fit."""
        question, kind = group.question, group.question["kind"]
        if kind in ONE:
            return
        [marks, *_rest] = group.fields
        marked = set(marks.value() or []) if kind in SETS else set()
        if kind == QuestionKind.KNAPSACK:
            spent = counting.cost(question, marked & set(question["options"]))
            group.pot = Pot(question["money"], spent)
        numbers = {} if kind in SETS else {field.name: field for field in group.fields}
        for one in self.order.get(question["id"], question["options"]):
            cost, address = question["costs"].get(one), question.get("addresses", {}).get(one, "")
            group.works.append(
                Work(
                    one,
                    question["titles"][one],
                    "" if address else question.get("texts", {}).get(one, ""),
                    cost,
                    address,
                    one in marked,
                    group.pot.lacks(cost) if group.pot and one not in marked else 0,
                    numbers.get(f"{question['id']}-{one}"),
                )
            )

    def names_of(self, question) -> list[str]:
        name = question["id"]
        return [field for field in self.fields if field == name or field.startswith(f"{name}-")]

    def not_chosen(self, cleaned) -> set[str]:
        """The questions under headings other than the one chosen: nothing of them counts.

        Who marked something under one heading alone has chosen that, button or not.
        """
        aside = set()
        for name, questions in self.headings.items():
            chosen = cleaned.get(name)
            if not chosen:
                marked = [at for at, one in enumerate(questions) if self.is_marked(one)]
                if len(marked) == 1:
                    chosen = numbered(marked[0])
                    self._errors.pop(name, None)
            aside |= {
                one["id"] for at, one in enumerate(questions) if chosen and numbered(at) != chosen
            }
            if not chosen:
                aside |= {one["id"] for one in questions}
        return aside

    def is_marked(self, question) -> bool:
        return any(self[name].data not in (None, "", [], False) for name in self.names_of(question))

    def clean(self):
        cleaned = super().clean()
        self.choices: dict[str, Any] = {}
        aside = self.not_chosen(cleaned)
        for question in self.questions:
            if question["id"] in aside:
                for name in self.names_of(question):
                    self._errors.pop(name, None)
                continue
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
            return (
                None if chosen is None else [one for one in [chosen] if one in question["options"]]
            )
        if any(field in self.errors for field in self.names_of(question)):
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


def headings_of(questions) -> dict[str, list[dict[str, Any]]]:
    """Questions of which one is answered, by the name of the field that says which."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for question in questions:
        if question.get("group"):
            groups.setdefault(question["group"], []).append(question)
    chosen_of = [asked for asked in groups.values() if len(asked) > 1]
    return {f"{HEADING}{at}": asked for at, asked in enumerate(chosen_of)}


def numbered(at: int) -> str:
    return f"{at + 1:02}"


def heading_field(questions) -> forms.Field:
    choices = [(numbered(at), one["title"]) for at, one in enumerate(questions)]
    return forms.ChoiceField(
        label=gettext_lazy("Choose one heading, and then its works"),
        choices=[*choices, (NO_HEADING, gettext_lazy("None: I leave this blank"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a heading, or that you leave this blank."),
            "invalid_choice": gettext_lazy("Choose one of these headings."),
        },
    )


def label_of(question, one) -> SafeString | str:
    text = question.get("texts", {}).get(one)
    title = question["titles"][one]
    cost = question.get("costs", {}).get(one)
    if cost is not None:
        text = " · ".join(filter(None, [soles(cost), text]))
    if not text:
        return format_html("<span>{}</span>", title)
    return format_html('<span>{}<span class="choice-text">{}</span></span>', title, text)


def one_of(question, options) -> forms.Field:
    choices = [(one, label_of(question, one)) for one in options]
    blank = format_html("<span>{}</span>", _("I leave it blank"))
    choices.append((blank_of(question), blank))
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
    made = PotField if question["kind"] == QuestionKind.KNAPSACK else SetField
    return made(
        question=question,
        label=question["title"],
        choices=[(one, label_of(question, one)) for one in options],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        most=question.get("most") or len(options),
        error_messages={"invalid_choice": _("Mark only options of this question.")},
    )


class SetField(forms.MultipleChoiceField):
    """Up to so many options."""

    def __init__(self, *, question: dict[str, Any], most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question, self.most = question, most

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


class PotField(SetField):
    """Options that together cost no more than there is."""

    def clean(self, value):
        chosen = super().clean(value)
        pot = Pot(self.question["money"], counting.cost(self.question, set(chosen)))
        if not pot.over:
            return chosen
        costs, titles = self.question["costs"], self.question["titles"]
        enough = sorted((costs[one], titles[one]) for one in set(chosen) if costs[one] >= pot.over)
        text = _(
            "What you marked costs %(spent)s and there are %(money)s: %(over)s too much. Take"
            " something away."
        ) % {"spent": soles(pot.spent), "money": soles(pot.money), "over": soles(pot.over)}
        hints = [
            _("Without «%(work)s» (%(cost)s) it fits.") % {"work": title, "cost": soles(cost)}
            for cost, title in enough[:SUGGESTED]
        ]
        raise ValidationError(" ".join([text, *hints]))


def place_field(question, one) -> forms.Field:
    most = question.get("most") or len(question["options"])
    return choice_of_number(question, one, range(1, most + 1), gettext_lazy("No place"))


def mark_field(question, one) -> forms.Field:
    low, high = question["scale"]
    if high - low > MOST_IN_A_LIST or len(question["options"]) > MANY:
        return typed_number(question, one, low, high)
    return choice_of_number(question, one, range(low, high + 1), gettext_lazy("No mark"))


def points_field(question, one) -> forms.Field:
    if question["points"] > MOST_IN_A_LIST or len(question["options"]) > MANY:
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


def blank_of(question) -> str:
    """What stands for no option, as long as the names of those there are."""
    return "-" * len(question["options"][0]) if question.get("options") else "-"


def blank_name(question) -> str:
    return f"{question['id']}-blanco"


def blank_field() -> forms.Field:
    return forms.BooleanField(label=gettext_lazy("I leave this question blank"), required=False)


# --- Going back


def initial_of(questions, headings, choices) -> dict[str, Any]:
    """The fields as they were filled in."""
    found: dict[str, Any] = {
        name: next(
            (numbered(at) for at, one in enumerate(asked) if one["id"] in choices), NO_HEADING
        )
        for name, asked in headings.items()
    }
    for question in questions:
        name, answer = question["id"], choices.get(question["id"])
        if answer is None:
            continue
        if question["kind"] in ONE:
            found[name] = answer[0] if answer else blank_of(question)
            continue
        found[blank_name(question)] = counting.is_blank(answer)
        if question["kind"] == QuestionKind.RANKED:
            found |= {f"{name}-{one}": place for place, one in enumerate(answer, start=1)}
        elif question["kind"] in (QuestionKind.SCORE, QuestionKind.POINTS):
            found |= {f"{name}-{one}": value for one, value in answer.items()}
        else:
            found[name] = answer
    return found
