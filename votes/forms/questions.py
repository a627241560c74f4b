"""Questions with their options, and trustees: forms of as many rows as are needed.

Without JavaScript one more row is a button of the form, which keeps what was typed.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.forms.fields import VisibleField
from votes.enums import Custody, QuestionKind
from votes.models import Poll, Question
from votes.preparation import MOST_OPTIONS, MOST_TRUSTEES, why_not_trustees


MORE_ROWS = 3
NUMBERS = {
    QuestionKind.MULTIPLE: ["most"],
    QuestionKind.RANKED: ["most"],
    QuestionKind.SCORE: ["lowest", "highest"],
    QuestionKind.POINTS: ["points"],
    QuestionKind.OPEN: ["length"],
}
WITHOUT_OPTIONS = (QuestionKind.YES_NO, QuestionKind.OPEN)
# An instant runoff looks for one winner, and yes or no has its majority.
WITH_SEATS = (
    *(QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.APPROVAL),
    *(QuestionKind.SCORE, QuestionKind.POINTS),
)
EXPLAINED = {
    QuestionKind.YES_NO: _("One question that is answered with «yes» or «no»."),
    QuestionKind.SINGLE: _("Several options, and each person chooses one."),
    QuestionKind.MULTIPLE: _("Several options, and each person chooses some, up to a number."),
    QuestionKind.APPROVAL: _("Each person marks all the options they agree with."),
    QuestionKind.RANKED: _(
        "Each person puts the options in order. If none has more than half of the first places,"
        " the last one goes and its votes move to the next choice."
    ),
    QuestionKind.SCORE: _("Each person gives every option a mark."),
    QuestionKind.POINTS: _("Each person shares out a number of points among the options."),
    QuestionKind.OPEN: _("People write. Nothing is counted: it fits a consultation only."),
}
SHARES = {
    "1/10": _("a tenth"),
    "1/5": _("a fifth"),
    "1/4": _("a quarter"),
    "1/3": _("a third"),
    "1/2": _("half"),
}
MAJORITIES = {
    "1/2": _("more than half"),
    "3/5": _("more than three fifths (60 %)"),
    "2/3": _("more than two thirds"),
    "3/4": _("more than three quarters (75 %)"),
}


class RowsForm(forms.Form):
    """Some fields, and rows of two fields: a name that counts and a text beside it."""

    use_required_attribute = False
    row_labels: tuple[Any, Any]
    row_lengths: tuple[int, int]
    row_widgets: tuple[Any, Any] = (forms.TextInput, forms.TextInput)
    # So many rows are there at least, at most, and have to be filled in.
    fewest, most_rows, needed_rows = 3, 26, 1
    without_name: Any = ""

    def add_rows(self, rows: list[tuple[str, str]], *, more: bool) -> None:
        """As many as were sent or are given, and some more if that was asked for."""
        sent = [name for name in self.data if name.startswith("row_") and name.endswith("_name")]
        number = len(sent) if self.is_bound else max(self.fewest, len(rows))
        number = min(number + (MORE_ROWS if more else 0), self.most_rows)
        for at in range(number):
            for part, label, length, widget in zip(
                ("name", "text"), self.row_labels, self.row_lengths, self.row_widgets, strict=True
            ):
                self.fields[f"row_{at}_{part}"] = VisibleField(
                    label=f"{label} {at + 1}",
                    max_length=length,
                    required=part == "name" and at < self.needed_rows,
                    widget=widget(),
                    error_messages={"required": self.without_name},
                )
            if at < len(rows):
                self.initial[f"row_{at}_name"], self.initial[f"row_{at}_text"] = rows[at]
        self.row_count = number

    @property
    def rows(self) -> list[tuple]:
        return [(self[f"row_{at}_name"], self[f"row_{at}_text"]) for at in range(self.row_count)]

    @property
    def plain_fields(self) -> list:
        return [field for field in self if not field.name.startswith("row_")]

    @property
    def can_have_more(self) -> bool:
        return 0 < self.row_count < self.most_rows

    @property
    def filled(self) -> list[tuple[str, str]]:
        values = [
            (
                self.cleaned_data.get(f"row_{at}_name", ""),
                self.cleaned_data.get(f"row_{at}_text", ""),
            )
            for at in range(self.row_count)
        ]
        return [row for row in values if row[0]]

    def check_rows(self, nameless: Any, twice: Any) -> None:
        seen: set[str] = set()
        for at in range(self.row_count):
            name = self.cleaned_data.get(f"row_{at}_name", "")
            if not name and self.cleaned_data.get(f"row_{at}_text"):
                self.add_error(f"row_{at}_name", nameless)
            if name and name.casefold() in seen:
                self.add_error(f"row_{at}_name", twice)
            seen.add(name.casefold())


class QuestionForm(RowsForm):
    """One question of one kind, with what that kind needs and nothing else."""

    row_labels = (_("Option"), _("What it means"))
    row_lengths = (120, 1_000)
    most_rows, needed_rows = MOST_OPTIONS, 2
    without_name = _("Write at least two options.")

    title = VisibleField(
        label=_("Question"),
        max_length=200,
        help_text=_("One thing in one sentence, without pushing towards an answer."),
        error_messages={"required": _("Write the question.")},
    )
    help = forms.CharField(
        label=_("Explanation"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    keeps_order = forms.BooleanField(
        label=_("Always show the options in this order"),
        required=False,
        help_text=_("Otherwise each person sees them in an order of their own, which is fairer."),
    )
    most = forms.IntegerField(label=_("How many may be chosen, at most"), min_value=1, max_value=26)
    lowest = forms.IntegerField(label=_("Lowest mark"), min_value=-20, max_value=20, initial=0)
    highest = forms.IntegerField(label=_("Highest mark"), min_value=-20, max_value=20, initial=5)
    points = forms.IntegerField(
        label=_("Points that each person shares out"), min_value=2, max_value=100, initial=10
    )
    length = forms.IntegerField(
        label=_("Letters of an answer, at most"), min_value=20, max_value=2_000, initial=300
    )
    seats = forms.IntegerField(
        label=_("How many options win"), min_value=1, max_value=25, initial=1
    )
    quorum = forms.ChoiceField(
        label=_("Quorum"),
        required=False,
        help_text=_("How many of those who may vote have to take part for the result to be valid."),
    )
    majority = forms.ChoiceField(label=_("«Yes» wins with"), required=False)
    base = forms.ChoiceField(
        label=_("Counted on"),
        choices=[
            ("valid", _("the valid votes")),
            ("cast", _("all votes, blank and void ones too")),
        ],
        required=False,
        help_text=_(
            "A vote is blank if nothing is marked, and void if it cannot be told what it wants."
        ),
    )

    def __init__(
        self, *args: Any, kind: str, question: Question | None = None, more: bool = False, **kwargs
    ) -> None:
        self.kind, self.question = kind, question
        kwargs["initial"] = _initial_of(question) if question else {}
        super().__init__(*args, **kwargs)
        self._leave_out()
        self._offer_shares()
        rows = list(question.options.values_list("title", "text")) if question else []
        if kind in WITHOUT_OPTIONS:
            self.row_count = 0
        else:
            self.add_rows(rows, more=more)
        if kind == QuestionKind.RANKED:
            self.fields["most"].required = False
            self.fields["most"].help_text = _("Leave it empty: as many as there are.")

    def _leave_out(self) -> None:
        """The fields that say nothing about this kind of question."""
        wanted = {"title", "help", *NUMBERS.get(QuestionKind(self.kind), [])}
        if self.kind != QuestionKind.OPEN:
            wanted |= {"keeps_order", "quorum"}
        if self.kind in WITH_SEATS:
            wanted.add("seats")
        if self.kind == QuestionKind.YES_NO:
            wanted |= {"majority", "base"}
        for name in set(self.fields) - wanted:
            del self.fields[name]

    def _offer_shares(self) -> None:
        """The usual ones, and the one it has if a norm asked for another."""
        quorums = {"": _("none")} | {
            share: _("%(share)s of those who may vote") % {"share": words}
            for share, words in SHARES.items()
        }
        for name, usual in (("quorum", quorums), ("majority", MAJORITIES)):
            if name in self.fields:
                kept = self.initial.get(name, "")
                self.fields[name].choices = ({kept: kept} | usual).items()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "highest" in cleaned and "lowest" in cleaned and cleaned["highest"] <= cleaned["lowest"]:
            self.add_error("highest", _("It has to be higher than the lowest mark."))
        if self.kind not in WITHOUT_OPTIONS:
            self.check_rows(
                _("Name the option that this explains."), _("This option is there already.")
            )
            self._check_numbers(cleaned, len(self.filled))
        return cleaned

    def _check_numbers(self, cleaned: dict[str, Any], options: int) -> None:
        if options < 2:
            return  # said at the rows
        if (cleaned.get("most") or 1) > options:
            self.add_error("most", _("There are %(count)d options.") % {"count": options})
        if (cleaned.get("seats") or 1) >= options:
            self.add_error("seats", _("Fewer options may win than there are."))

    @property
    def words(self) -> dict[str, Any]:
        """For the action: what this kind has, and nothing of what it has not."""
        cleaned = self.cleaned_data
        fields = {"kind": self.kind, "title": cleaned["title"], "help": cleaned["help"]}
        for name in ("keeps_order", "most", "lowest", "highest", "points", "length", "seats"):
            if cleaned.get(name) is not None:
                fields[name] = cleaned[name]
        fields.setdefault("most", None)
        fields["quorum_of"], fields["quorum_in"] = _parts(cleaned.get("quorum")) or (None, None)
        fields["majority_of"], fields["majority_in"] = _parts(cleaned.get("majority")) or (1, 2)
        fields["base"] = cleaned.get("base") or "valid"
        return fields

    @property
    def rule_fields(self) -> list:
        """What decides, after the words and the options."""
        return [field for field in self.plain_fields if field.name not in ("title", "help")]

    @property
    def options(self) -> list[tuple[str, str]]:
        return self.filled if self.row_count else []


def _initial_of(question: Question) -> dict[str, Any]:
    names = ("title", "help", "keeps_order", "most", "lowest", "highest", "points", "length")
    initial = {name: getattr(question, name) for name in (*names, "seats", "base")}
    if question.quorum_of:
        initial["quorum"] = f"{question.quorum_of}/{question.quorum_in}"
    return initial | {"majority": f"{question.majority_of}/{question.majority_in}"}


def _parts(share: str | None) -> list[int] | None:
    return [int(part) for part in share.split("/")] if share else None


class TrusteesForm(RowsForm):
    """Who keeps the key of the urn."""

    row_labels = (_("Name of trustee"), _("Office or organisation of trustee"))
    row_lengths = (120, 120)
    most_rows = MOST_TRUSTEES
    without_name = _("Write the name.")

    custody = forms.ChoiceField(
        label=_("Who keeps the key?"),
        choices=Custody,
        widget=forms.RadioSelect,
        help_text=_(
            "The key opens the ballots. With several trustees nobody can open them alone; with the"
            " secretary alone, the page of the vote says so."
        ),
    )
    keys_needed = forms.IntegerField(
        label=_("How many of them are needed to open"),
        min_value=1,
        max_value=MOST_TRUSTEES,
        help_text=_(
            "Fewer than there are, so that the urn still opens if somebody falls ill or loses"
            " their sheet. Usual: 2 of 3, or 3 of 5."
        ),
    )

    def __init__(self, *args: Any, poll: Poll, more: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"custody": poll.custody, "keys_needed": poll.keys_needed}
        super().__init__(*args, **kwargs)
        self.add_rows(list(poll.trustees.values_list("name", "office")), more=more)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_rows(_("Write the name."), _("This person is there already."))
        if "custody" in cleaned and "keys_needed" in cleaned:
            is_secretary = cleaned["custody"] == Custody.SECRETARY
            needed = 1 if is_secretary else cleaned["keys_needed"]
            if reason := why_not_trustees(cleaned["custody"], needed, len(self.filled)):
                self.add_error("row_0_name" if is_secretary else "keys_needed", reason)
        return cleaned
