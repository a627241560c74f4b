"""What a poll lacks before it can be approved, in words; asked by forms, pages and actions alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from votes.enums import Custody, Effect, QuestionKind, Voters


if TYPE_CHECKING:
    from datetime import date, datetime

    from votes.models import Poll, Question

LONGEST = timedelta(days=90)
LATEST_ANSWER = timedelta(days=366)
MOST_QUESTIONS, MOST_OPTIONS, MOST_TRUSTEES = 10, 26, 16
# Of what a room above asks: a heading of each district, and as many works as two letters name.
MOST_ASKED, MOST_WORKS = 40, 676
# Reasons for and against are of about the same length: neither side gets more room.
MAY_DIFFER, BY_LETTERS = 0.2, 40
COUNTED = [kind for kind in QuestionKind if kind != QuestionKind.OPEN]


class Gap(NamedTuple):
    """One thing that is missing, and the step of the preparation at which it is put right."""

    step: str
    text: str


def missing(poll: Poll) -> list[Gap]:
    """All that keeps a poll from being approved, in the order in which it is written."""
    urn = poll.urn
    found = [("text", why_not_words(poll.title, poll.text, poll.meaning))]
    found.append(("text", why_unequal(poll.in_favour, poll.against)))
    found.append(("text", why_not_binding(poll.effect, poll.norm)))
    found.append(("text", why_not_answered_by(urn.closes_at, poll.answer_due_on)))
    if not urn.is_test:
        found.append(("text", why_not_open_at(urn.opens_at)))
        found.append(("text", why_not_close_at(urn.opens_at, urn.closes_at)))
    questions = list(poll.questions.prefetch_related("options"))
    if not questions:
        found.append(("questions", _("Write at least one question.")))
    found += [("questions", why_not_question(question, poll.effect)) for question in questions]
    found.append(("questions", why_not_asked(poll, questions)))
    if poll.voters == Voters.LISTED and not urn.is_test and not poll.listed.exists():
        found.append(("questions", _("The list of those who vote is empty.")))
    trustees = poll.trustees.count()
    found.append(("trustees", why_not_trustees(poll.custody, poll.keys_needed, trustees)))
    if any(needs_lots(question) for question in questions):
        found.append(("lots", _("Draw the lots that decide ties, in public.")))
    return [Gap(step, text) for step, text in found if text]


def why_not_words(title: str, text: str, meaning: str) -> str:
    if all(says_something(one) for one in (title, text, meaning)):
        return ""
    return _("Write the title, what it is about and what the result will mean.")


def why_unequal(in_favour: str, against: str) -> str:
    """Both sides or none, and of about the same length; the answer says both lengths."""
    if bool(in_favour.strip()) != bool(against.strip()):
        return _("Write the reasons of both sides, or of none.")
    one, other = len(in_favour.strip()), len(against.strip())
    if abs(one - other) <= max(one, other) * MAY_DIFFER + BY_LETTERS:
        return ""
    return _(
        "The reasons for have %(for)d letters and those against %(against)d. Both sides need"
        " about the same room: shorten the longer or complete the shorter."
    ) % {"for": one, "against": other}


def why_not_binding(effect: str, norm: str) -> str:
    if effect != Effect.BINDING or says_something(norm):
        return ""
    return _("Only a norm makes a result binding. Name it, or choose «consultative».")


def why_not_open_at(opens_at: datetime) -> str:
    """For who sets it, and once more when the rules are frozen."""
    if opens_at > timezone.now():
        return ""
    return _("The moment at which it opens has passed. Choose a later one.")


def why_not_close_at(opens_at: datetime, closes_at: datetime) -> str:
    if closes_at <= opens_at:
        return _("It has to close after it opens.")
    if closes_at - opens_at > LONGEST:
        return _("It may be open for %(days)d days at most.") % {"days": LONGEST.days}
    return ""


def why_not_answered_by(closes_at: datetime, answer_due_on: date) -> str:
    closing = timezone.localdate(closes_at)
    if answer_due_on <= closing:
        return _("The municipality answers after the vote has closed: choose a later day.")
    if answer_due_on - closing > LATEST_ANSWER:
        return _("The municipality answers within a year of the closing: choose an earlier day.")
    return ""


def why_not_question(question: Question, effect: str) -> str:
    """What a question lacks besides its lots. Its options are fetched with it."""
    name = {"question": question.title}
    if question.kind == QuestionKind.OPEN:
        if effect == Effect.BINDING:
            return _("«%(question)s»: written answers fit a consultative vote only.") % name
        return ""
    options = len(question.options.all())
    if question.kind == QuestionKind.KNAPSACK:
        return _why_no_knapsack(question) % name
    if question.rule:
        return "" if options else _("«%(question)s» has nothing to choose from.") % name
    if options < 2:
        return _("«%(question)s» needs at least two options.") % name
    if question.seats >= options:
        return _("«%(question)s»: fewer options may win than there are.") % name
    if question.most and question.most > options:
        return _("«%(question)s»: one cannot choose more options than there are.") % name
    return ""


def _why_no_knapsack(question: Question) -> str:
    costs = [option.cost for option in question.options.all()]
    if not costs:
        return _("«%(question)s» has nothing to choose from.")
    if None in costs:
        return _("«%(question)s»: each option says what it costs.")
    if max(costs) > question.money:
        return _("«%(question)s»: an option costs more than all the money there is.")
    return ""


def why_not_asked(poll: Poll, questions: list[Question]) -> str:
    """Whether everybody who votes is asked something, and nobody else."""
    named = {code for question in questions for code in question.districts}
    strangers = named - set(poll.districts) if poll.districts else set()
    is_all = all(code.startswith(poll.municipality.place_id) for code in named)
    if strangers or not (is_all or poll.voters == Voters.LISTED):
        return _("A question is put to a district whose residents do not vote here.")
    asked_nothing = set(poll.districts) - named or not poll.districts
    if questions and asked_nothing and all(question.districts for question in questions):
        return _("Some of those who vote are asked nothing: say which districts vote.")
    return ""


def why_not_trustees(custody: str, keys_needed: int, trustees: int) -> str:
    if custody == Custody.SECRETARY:
        return "" if trustees == 1 else _("Name the secretary who keeps the key.")
    if not 2 <= keys_needed <= trustees <= MOST_TRUSTEES:
        return _(
            "Name between 2 and 16 trustees, and say how many of them are needed to open: at"
            " least 2, at most all."
        )
    return ""


def needs_lots(question: Question) -> bool:
    """Whether a tie can decide it and no lot of its present options has been drawn."""
    if question.kind == QuestionKind.OPEN:
        return False
    return sorted(question.lots) != sorted(option.code for option in question.options.all())
