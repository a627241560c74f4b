"""Which works are put to the vote, with what words and when; and who stands for the committee."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets import ballots
from budgets.enums import Mode, Purpose
from decide.common.money import soles
from decide.common.typed import says_something
from participation.forms.fields import VisibleField
from votes.forms.polls import MomentField


if TYPE_CHECKING:
    from budgets.models import Ballot, Budget, Heading, Work

LEAST_SEATS, MOST_SEATS = 1, 20
LONGEST_NAME = 120


class VoteForm(forms.Form):
    """The words and the hours of a vote, begun from the budget and its step."""

    use_required_attribute = False

    title = VisibleField(
        label=_("Title"),
        max_length=120,
        help_text=_("In one line, as people would say it."),
        error_messages={"required": _("Write a title.")},
    )
    text = forms.CharField(
        label=_("What it is about"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tell in a few lines what it is about.")},
    )
    meaning = VisibleField(
        label=_("What the result will mean"),
        max_length=300,
        help_text=_("In one sentence."),
        error_messages={"required": _("Write in one sentence what the result will mean.")},
    )
    opens_at = MomentField(
        label=_("Opens"),
        help_text=_("Day and hour in Lima. Leave some days for the approvals and the keys."),
    )
    closes_at = MomentField(
        label=_("Closes"), help_text=_("What arrives at that moment or later is not counted.")
    )

    def __init__(
        self, *args: Any, budget: Budget, purpose: Purpose, ballot: Ballot | None, **kwargs: Any
    ) -> None:
        self.budget, self.purpose, self.ballot = budget, purpose, ballot
        begun = self._written(ballot) if ballot else self._begun()
        kwargs["initial"] = begun | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def _written(self, ballot: Ballot) -> dict[str, Any]:
        poll = ballot.poll
        return {
            "title": poll.title,
            "text": poll.text,
            "meaning": poll.meaning,
            "opens_at": timezone.localtime(poll.urn.opens_at),
            "closes_at": timezone.localtime(poll.urn.closes_at),
        }

    def _begun(self) -> dict[str, Any]:
        step = ballots.step_for(self.budget, self.purpose)
        dates = {}
        if step:
            opens_at = max(step.starts_at, timezone.now() + timedelta(days=2))
            dates["opens_at"] = timezone.localtime(min(opens_at, step.ends_at))
            dates["closes_at"] = timezone.localtime(step.ends_at)
        return self.begun_words() | dates

    def begun_words(self) -> dict[str, str]:
        return {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "text", "meaning"):
            if name in cleaned and not says_something(cleaned[name]):
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class WorksForm(VoteForm):
    """With the works of each heading to choose from; at first all are chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = ballots.works_ready(self.budget)
        self.left_out: list[tuple[Work, str]] = []
        self.names: list[str] = []
        for heading in ballots.headings_of(self.budget):
            self._offer(heading, ready[heading.pk])

    def _offer(self, heading: Heading, works: list[Work]) -> None:
        fitting = []
        for work in works:
            if why := ballots.why_not_on(self.budget, heading, work):
                self.left_out.append((work, why))
            else:
                fitting.append(work)
        if not fitting:
            return
        total = soles(sum(work.cost for work in fitting))
        name = f"heading_{heading.pk}"
        self.fields[name] = forms.TypedMultipleChoiceField(
            label=heading.name,
            choices=[
                (work.pk, f"{work.title} ({work.code}): {soles(work.cost)}") for work in fitting
            ],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("%(money)s to spend; all of these cost %(total)s.")
            % {"money": soles(heading.money), "total": total},
        )
        self.initial[name] = [work.pk for work in fitting if work.option or not self.ballot]
        self.names.append(name)

    def begun_words(self) -> dict[str, str]:
        budget = self.budget
        who = (
            _("The agents choose which works are done with this money.")
            if budget.mode == Mode.AGENTS
            else _("The residents choose which works are done with this money.")
        )
        return {
            "title": _("%(budget)s: which works are done?") % {"budget": budget.title[:90]},
            "text": who,
            "meaning": _("The works that are chosen go into the municipality's budget of %(year)d.")
            % {"year": budget.year},
        }

    @property
    def works(self) -> list[int]:
        return [pk for name in self.names for pk in self.cleaned_data[name]]

    @property
    def of_the_vote(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "text", "meaning", "opens_at", "closes_at")]

    @property
    def of_works(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]


class CommitteeForm(VoteForm):
    """Who stands for the vigilance committee, and how many are elected."""

    question = VisibleField(label=_("Question"), max_length=200)
    candidates = forms.CharField(
        label=_("Candidates"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One in each line: full name and, after a comma, whom they are from. Nobody who works"
            " for the municipality can be one."
        ),
        error_messages={"required": _("Write who stands.")},
    )
    seats = forms.IntegerField(
        label=_("How many are elected"), min_value=LEAST_SEATS, max_value=MOST_SEATS
    )

    field_order = ("title", "question", "candidates", "seats", "text", "meaning")

    def _written(self, ballot: Ballot) -> dict[str, Any]:
        question = ballot.poll.questions.prefetch_related("options").first()
        lines = [
            f"{option.title}, {option.text}" if option.text else option.title
            for option in question.options.all()
        ]
        return super()._written(ballot) | {
            "question": question.title,
            "seats": question.seats,
            "candidates": "\n".join(lines),
        }

    def begun_words(self) -> dict[str, Any]:
        return {
            "title": _("Vigilance committee of %(budget)s") % {"budget": self.budget.title[:90]},
            "question": _("Who watches over what was agreed?"),
            "seats": 4,
            "text": _("The agents elect those who watch over the works being done."),
            "meaning": _("Those with most votes are the vigilance committee."),
        }

    def clean_candidates(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["candidates"].splitlines():
            name, _comma, whose = (part.strip() for part in line.partition(","))
            if not name:
                continue
            if len(name) > LONGEST_NAME:
                raise ValidationError(_("A name is too long: «%(name)s…»") % {"name": name[:40]})
            found.append((name, whose[:LONGEST_NAME]))
        return found
