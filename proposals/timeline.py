"""The public story of a proposal: what happened, in words, and the milestones still to come.

Actions record verbs; here each verb becomes a sentence, once for all pages. What only the
desk may read has its sentence too, and is left out unless it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from decide.common import words
from participation import levels
from participation.enums import ModerationRule
from proposals.enums import MilestoneState, Verdict, VoteVerdict
from proposals.models import Proposal


if TYPE_CHECKING:
    from participation.models import Event
    from proposals.models import Milestone


@dataclass(frozen=True)
class Say:
    """How a verb is told."""

    sentence: Any
    icon: str = "circle"
    tone: str = "quiet"


@dataclass
class Entry:
    """One line of the story. `quote` is a text as it was before; `link` leads elsewhere."""

    title: str
    when: datetime | date
    icon: str
    tone: str
    who: str = ""
    text: str = ""
    facts: list[str] = field(default_factory=list)
    quote: str = ""
    link: tuple[str, str] | None = None
    picture: dict[str, Any] | None = None
    is_planned: bool = False
    is_private: bool = False


SAYS = {
    "published": Say(gettext_lazy("Published"), "megaphone", "open"),
    "imported": Say(gettext_lazy("It came from another portal"), "download"),
    "edited": Say(gettext_lazy("Its author changed the text"), "edit"),
    "threshold_reached": Say(
        gettext_lazy("It reached its threshold: the municipality has to answer"), "people", "good"
    ),
    "retired": Say(gettext_lazy("Its author withdrew it"), "undo"),
    "archived": Say(
        gettext_lazy("Archived: its term ended without enough supports"), "clock", "quiet"
    ),
    "evaluation_started": Say(gettext_lazy("The municipality is evaluating it"), "search", "wait"),
    "sheet_saved": Say(gettext_lazy("The technical sheet was filled in"), "document"),
    "answer_saved": Say(gettext_lazy("A draft of the answer was saved"), "save"),
    "answered": Say(gettext_lazy("The municipality answered"), "megaphone", "good"),
    "answer_corrected": Say(gettext_lazy("The answer was corrected"), "edit", "wait"),
    "work_started": Say(gettext_lazy("The work began"), "hammer", "open"),
    "milestone_added": Say(gettext_lazy("Milestone promised: %(title)s"), "calendar"),
    "milestone_changed": Say(gettext_lazy("Milestone changed: %(title)s"), "calendar", "wait"),
    "milestone_done": Say(gettext_lazy("Milestone reached: %(title)s"), "check", "good"),
    "milestone_removed": Say(gettext_lazy("Milestone taken back: %(title)s"), "minus", "bad"),
    "finished": Say(gettext_lazy("It was carried out"), "check", "good"),
    "vote_requested": Say(gettext_lazy("Its author asked for a vote on it"), "hand", "open"),
    "vote_request_answered": Say(
        gettext_lazy("The municipality answered whether it puts it to the vote"), "megaphone"
    ),
    "led_to_work": Say(
        gettext_lazy("It was brought into a participatory budget, as a work"), "coins", "accent"
    ),
    "led_to_norm": Say(gettext_lazy("A draft norm came out of it"), "document", "accent"),
    "led_to_vote": Say(gettext_lazy("The vote on it was announced"), "ballot", "accent"),
    "vote_called_off": Say(gettext_lazy("The vote on it was called off"), "cross", "bad"),
    "reopened": Say(gettext_lazy("The work was taken up again"), "hammer", "wait"),
    "hidden": Say(gettext_lazy("Hidden by moderation"), "eye-off", "bad"),
    "hidden_why": Say(gettext_lazy("Why it was hidden (only for its author)"), "eye-off", "bad"),
    "suspended_why": Say(
        gettext_lazy("Hidden, and its author suspended; why (only for its author)"), "lock", "bad"
    ),
    "warned_why": Say(gettext_lazy("Its author was warned (only for its author)"), "alert"),
    "held_why": Say(gettext_lazy("Out of sight until a moderator looks at it"), "eye-off", "wait"),
    "restored": Say(gettext_lazy("Shown again by moderation"), "eye"),
    "restored_why": Say(gettext_lazy("Why it is shown again (only for its author)"), "eye"),
    "merged_into": Say(gettext_lazy("Joined to another proposal"), "merge", "wait"),
    "merged_from": Say(gettext_lazy("Another proposal was joined to this one"), "merge"),
    "merge_undone": Say(gettext_lazy("Parted again from the other proposal"), "undo"),
    "merge_undone_here": Say(gettext_lazy("The joined proposal was parted again"), "undo"),
}

SAYS |= {verb: Say(*said) for verb, said in levels.SAYS.items()}


def story_of(proposal: Proposal, *, private: bool = False) -> list[Entry]:
    """From the first event to the last, then the milestones to come.

    Two queries, and one more where proposals were joined.
    """
    events = proposal.thread.events.select_related("by")
    milestones = {m.pk: m for m in proposal.milestones.select_related("photo__municipality")}
    told = [event for event in (events if private else events.public()) if event.verb in SAYS]
    unseen = set() if private else _hidden_among(told)
    entries = [entry_of(event, proposal, milestones, unseen) for event in told]
    coming = [m for m in milestones.values() if m.state == MilestoneState.PLANNED]
    return entries + [_to_come(milestone) for milestone in coming]


def _hidden_among(events: list[Event]) -> set[int]:
    """Which of the proposals joined to this one moderation has hidden since: their titles too."""
    others = {event.data["proposal"] for event in events if "path" in event.data}
    if not others:
        return others
    hidden = Proposal.objects.filter(pk__in=others, hidden_at__isnull=False)
    return set(hidden.values_list("pk", flat=True))


def entry_of(
    event: Event, proposal: Proposal, milestones: dict[int, Milestone], unseen: set[int]
) -> Entry:
    says = SAYS[event.verb]
    data = event.data
    entry = Entry(
        title=str(says.sentence) % data if "%(" in str(says.sentence) else str(says.sentence),
        when=event.at,
        icon=says.icon,
        tone=says.tone,
        who=event.as_office or _person(event, proposal),
        text=event.text,
        is_private=not event.is_public,
    )
    entry.facts = list(_facts(event.verb, data))
    if before := data.get("before"):
        entry.quote = before.get("text", "")
    if (path := data.get("path")) and data["proposal"] not in unseen:
        # What was joined to this one leads back here, unless one asks for its own page.
        alone = "?sola=1" if event.verb == "merged_from" else ""
        entry.link = (path + alone, data["title"])
    entry.link = levels.link_of(event) or entry.link
    if "vote_path" in data:
        entry.link = (data["vote_path"], data["vote"])
    milestone = milestones.get(data.get("milestone"))
    if event.verb == "milestone_done" and milestone and milestone.photo:
        entry.picture = milestone.photo.picture
    return entry


def _person(event: Event, proposal: Proposal) -> str:
    """The author under the name they proposed with; anybody else under their own."""
    if event.by is None:
        return ""
    if event.by_id == proposal.author_id:
        return proposal.shown_author
    return event.by.public_name


def _facts(verb: str, data: dict[str, Any]):
    """What the numbers and dates of an event say."""
    if verb == "hidden" and data.get("rule"):
        yield _("Rule: %(rule)s") % {"rule": ModerationRule(data["rule"]).label}
    if verb in ("threshold_reached", "vote_requested") and data.get("answer_due_on"):
        yield _("Answer due by %(day)s") % {"day": _day(data["answer_due_on"])}
    if verb == "answered":
        yield str(Verdict(data["verdict"]).label)
        yield _("Signed by %(name)s") % {"name": data["signed_by"]}
    if verb == "vote_request_answered":
        yield str(VoteVerdict(data["answer"]).label)
    if verb == "answer_corrected" and data.get("before", {}).get("verdict"):
        yield _("Before, the decision was: %(verdict)s") % {
            "verdict": Verdict(data["before"]["verdict"]).label
        }
    if verb in ("milestone_added", "milestone_changed"):
        yield _("Planned for %(day)s") % {"day": _day(data["day"])}
    if verb == "milestone_changed" and data.get("before"):
        before = data["before"]
        yield _("Before: %(title)s, for %(day)s") % {
            "title": before["title"],
            "day": _day(before["due_on"]),
        }
    if verb == "milestone_done":
        yield _("Done on %(day)s") % {"day": _day(data["day"])}
    if verb == "merged_from":
        yield _("Supports that came with it, each person once: %(count)s") % {
            "count": words.number(data.get("united", 0))
        }
        if data.get("imported"):
            yield _(
                "It also had %(count)s supports counted by another portal. They are numbers "
                "without people, so they are not added here."
            ) % {"count": words.number(data["imported"])}


def _to_come(milestone: Milestone) -> Entry:
    late = milestone.due_on < timezone.localdate()
    title = _("Late: %(title)s") if late else _("To come: %(title)s")
    return Entry(
        title=title % {"title": milestone.title},
        when=milestone.due_on,
        icon="alert" if late else "calendar",
        tone="bad" if late else "quiet",
        text=milestone.text,
        is_planned=True,
    )


def _day(value: str) -> str:
    return words.day(date.fromisoformat(value))
