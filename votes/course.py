"""The course of a poll as staff see it: its steps, where it stands, and what has to be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from decide.common.words import day, moment
from votes import definition, papers
from votes.enums import Phase, UrnState
from votes.models.poll import APPROVALS_NEEDED
from votes.preparation import Gap, missing


if TYPE_CHECKING:
    from accounts.models import User
    from votes.models import Approval, Poll

# Where what is missing is put right, by the step that votes/preparation.py names.
PAGES = {
    "text": ("votes:edit", gettext_lazy("Change words and dates")),
    "questions": ("votes:new_question", gettext_lazy("Add a question")),
    "trustees": ("votes:trustees", gettext_lazy("Name who keeps the key")),
    "lots": ("votes:lots", gettext_lazy("Go to the draw")),
}
WRITTEN_ABOVE = ("text", "questions")  # of a poll that is part of something
HAS_KEYS = (UrnState.READY, UrnState.CLOSED, UrnState.OPENED)


class Next(NamedTuple):
    """What happens now, in a sentence; with a button if it is for whoever reads it to do."""

    text: str
    label: str = ""
    url: str = ""


class Course:
    """Everything that the page of one poll says about its way; a handful of queries."""

    def __init__(self, poll: Poll, reader: User) -> None:
        self.poll, self.reader = poll, reader
        self.gaps: list[Gap] = missing(poll) if poll.is_prepared else []
        self.content = definition.content_hash(poll) if poll.is_prepared else b""
        self.approvals: list[Approval] = (
            list(poll.approvals.filter(content=self.content).select_related("by"))
            if poll.is_prepared
            else []
        )
        # Tables whose papers are still to be recounted, by the names of their desks.
        self.waiting_tables = papers.why_not_ready(poll.urn) if poll.phase == Phase.COUNTING else ""

    @property
    def is_approved(self) -> bool:
        enough = len(self.approvals) >= APPROVALS_NEEDED
        return enough or self.poll.urn.is_test or not self.poll.is_prepared

    @property
    def has_approved(self) -> bool:
        return any(approval.by_id == self.reader.pk for approval in self.approvals)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """For components/_steps.html. A poll that was called off stops where it stood."""
        if self.poll.is_template:
            return []
        steps = [{"label": label, "state": "done"} for label, _is_done in self._stages()]
        undone = [at for at, (_label, is_done) in enumerate(self._stages()) if not is_done]
        for at in undone:
            steps[at]["state"] = "todo"
        if undone and self.poll.phase != Phase.CANCELLED:
            steps[undone[0]]["state"] = "current"
        return steps

    def _stages(self) -> list[tuple[str, bool]]:
        poll, urn, now = self.poll, self.poll.urn, timezone.now()
        words = not [gap for gap in self.gaps if gap.step != "lots"]
        lots = words and not self.gaps
        has_keys = urn.state in HAS_KEYS
        is_over = has_keys and now >= urn.closes_at
        is_counted = urn.state == UrnState.OPENED
        stages = [(_("Written"), words), (_("Lots drawn"), lots)]
        if not urn.is_test:
            stages.append((_("Approved by two"), lots and self.is_approved))
        stages += [
            (_("Rules frozen"), not poll.is_prepared),
            (_("Keys made"), has_keys),
            (_("Open"), is_over),
            (_("Closed"), urn.state in (UrnState.CLOSED, UrnState.OPENED)),
            (_("Paper entered"), is_over and not self.waiting_tables),
            (_("Opened and counted"), is_counted),
        ]
        if not urn.is_test:
            stages.append((_("Answered"), poll.answered_at is not None))
        return stages

    @property
    def next(self) -> Next:
        match self.poll.phase:
            case Phase.PREPARED:
                return self._next_of_draft()
            case Phase.KEYS:
                return Next(
                    _(
                        "The trustees meet and make the key. Until they have proven it, the vote"
                        " does not open. It should open on %(day)s."
                    )
                    % {"day": moment(self.poll.urn.opens_at)},
                    _("Make the keys"),
                    self._at("votes:keys"),
                )
            case Phase.SCHEDULED:
                return Next(
                    _("All is ready. It opens by itself on %(day)s.")
                    % {"day": moment(self.poll.urn.opens_at)}
                )
            case Phase.OPEN:
                return Next(
                    _("People vote. It closes by itself on %(day)s.")
                    % {"day": moment(self.poll.urn.closes_at)},
                    _("See how many have voted"),
                    self._at("votes:turnout"),
                )
            case Phase.COUNTING:
                return self._next_of_count()
            case Phase.RESULTS:
                return self._next_of_answer()
        return Next(_("It was called off. Its page says why."))

    def _next_of_draft(self) -> Next:
        if self.poll.is_template:
            return Next(
                _("A model is not voted on: votes begin from it."),
                _("Change its words"),
                self._at("votes:edit"),
            )
        if self.gaps:
            step, text = self.gaps[0]
            if self.poll.part_of and step in WRITTEN_ABOVE:
                label = _("Go to «%(part_of)s»") % {"part_of": self.poll.part_of}
                return Next(text, label, self.poll.part_of_address)
            page, label = PAGES[step]
            return Next(text, str(label), self._at(page))
        if self.is_approved:
            return Next(
                _("Two people have approved it. Once its rules are frozen nobody can change them."),
                _("Freeze the rules and announce it"),
                self._at("votes:freeze"),
            )
        if self.has_approved:
            return Next(
                _("You have approved it. Somebody else who works on votes has to approve it too.")
            )
        return Next(
            _("Everything is there. Two people read it once more and approve it exactly so."),
            _("Read and approve"),
            self._at("votes:approve"),
        )

    def _next_of_count(self) -> Next:
        if self.waiting_tables:
            return Next(
                _("Recount and enter the papers of these tables: %(tables)s.")
                % {"tables": self.waiting_tables},
                _("Go to the tables"),
                reverse("votes:tables", args=[self.poll.municipality.slug]),
            )
        return Next(
            _("The trustees meet, open the urn with their words, and it is counted."),
            _("Open the urn"),
            self._at("votes:opening"),
        )

    def _next_of_answer(self) -> Next:
        poll = self.poll
        if poll.urn.is_test:
            return Next(_("The test is counted. Nothing of it is public."))
        if poll.answered_at is None:
            said = (
                _(
                    "The answer of the municipality is late: it was due on %(day)s, as everybody sees."
                )
                if poll.is_answer_late
                else _("The municipality says until %(day)s what it does with the result.")
            )
            return Next(
                said % {"day": day(poll.answer_due_on)},
                _("Answer the result"),
                self._at("votes:answer"),
            )
        if poll.review_on:
            return Next(
                _("On %(day)s you say what has become of the result.")
                % {"day": day(poll.review_on)},
                _("Say what became of it"),
                self._at("votes:review"),
            )
        return Next(_("It is finished: counted and answered."))

    def _at(self, name: str) -> str:
        return reverse(name, args=[self.poll.municipality.slug, self.poll.pk])
