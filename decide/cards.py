"""What the rooms hold, as the region's and the municipalities' home pages show it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _, ngettext, pgettext

from budgets import course
from budgets.models import Budget, Step
from budgets.progress import badge as budget_badge, verb_of
from debates.models import Debate
from debates.progress import badge as debate_badge
from decide.common import money, words
from norms.models import Norm
from norms.progress import badge as norm_badge
from processes.models import Meeting, Process
from processes.progress import badge as process_badge
from proposals.models import Answer, Proposal
from proposals.progress import badge
from votes.enums import Phase
from votes.models import Poll
from votes.progress import badge as poll_badge


def card(proposal: Proposal) -> dict[str, Any]:
    """A proposal among others: components/_card.html."""
    return {
        "title": proposal.title,
        "href": proposal.get_absolute_url(),
        "text": proposal.summary,
        "badge": badge(proposal),
        "support": {
            "count": proposal.support_count,
            "threshold": proposal.threshold,
            "missing": proposal.missing_supports if proposal.is_gathering else 0,
            "reached": proposal.reached_at is not None,
            "waiting": proposal.is_waiting,
        },
        "meta": [{"icon": "pin", "text": proposal.place_name}],
    }


def decision(proposal: Proposal, *, with_place: bool = False) -> dict[str, Any]:
    """Something that can be decided now, with the time left: components/_decision.html."""
    missing = proposal.missing_supports
    return {
        "title": proposal.title,
        "url": proposal.get_absolute_url(),
        "verb": _("Support"),
        "icon": "people",
        "place": proposal.municipality.short_name if with_place else "",
        "text": ngettext(
            "One support is missing for the municipality to have to answer.",
            "%(missing)d supports are missing for the municipality to have to answer.",
            missing,
        )
        % {"missing": missing},
        "closes": end_of(proposal.closes_on),
    }


def debate_card(debate: Debate) -> dict[str, Any]:
    """A debate among others: components/_card.html."""
    comments = debate.thread.comment_count
    return {
        "title": debate.title,
        "href": debate.get_absolute_url(),
        "text": debate.excerpt,
        "badge": debate_badge(debate),
        "meta": [{"icon": "comment", "text": comments_of(comments)}],
    }


def debate_decision(debate: Debate, *, with_place: bool = False) -> dict[str, Any]:
    """A debate that takes arguments now, with the time left: components/_decision.html."""
    return {
        "title": debate.title,
        "url": debate.get_absolute_url(),
        "verb": _("Argue"),
        "icon": "comment",
        "place": debate.municipality.short_name if with_place else "",
        "text": comments_of(debate.thread.comment_count),
        "closes": debate.thread.closes_at,
    }


def poll_card(poll: Poll) -> dict[str, Any]:
    """A vote among others: components/_card.html."""
    return {
        "title": poll.title,
        "href": poll.get_absolute_url(),
        "text": poll.meaning,
        "badge": poll_badge(poll),
        "meta": [
            {"icon": "calendar", "text": when(poll)},
            *([{"icon": "link", "text": poll.part_of}] if poll.part_of else []),
        ],
    }


def poll_decision(poll: Poll, *, with_place: bool = False) -> dict[str, Any]:
    """A vote that is open now, with the time left: components/_decision.html."""
    return {
        "title": poll.title,
        "url": poll.get_absolute_url(),
        "verb": pgettext("verb", "Vote"),
        "icon": "ballot",
        "place": poll.municipality.short_name if with_place else "",
        "text": poll.meaning,
        "closes": poll.urn.closes_at,
    }


def budget_card(budget: Budget) -> dict[str, Any]:
    """A budget among others, with its steps fetched: components/_card.html."""
    running = course.running(budget)
    meta = [{"icon": "coins", "text": money.soles(budget.announced)}]
    if running:
        meta.append({"icon": "calendar", "text": str(running[0])})
    return {
        "title": budget.title,
        "href": budget.get_absolute_url(),
        "text": "",
        "badge": budget_badge(budget),
        "meta": meta,
    }


def step_decision(step: Step, *, with_place: bool = False) -> dict[str, Any]:
    """What residents can do in a budget now, with the time left: components/_decision.html.

    A vote shows as the vote it is, not as a step.
    """
    verb = verb_of(step.budget, step)
    return {
        "title": step.budget.title,
        "url": verb.url,
        "verb": verb.label,
        "icon": verb.icon,
        "place": step.budget.municipality.short_name if with_place else "",
        "text": _("%(money)s to decide on") % {"money": money.soles(step.budget.announced)},
        "closes": step.ends_at,
    }


def norm_card(norm: Norm) -> dict[str, Any]:
    """A draft norm among others: components/_card.html."""
    return {
        "title": norm.title,
        "href": norm.get_absolute_url(),
        "text": norm.summary,
        "badge": norm_badge(norm),
        "meta": [{"icon": "document", "text": norm.get_kind_display()}],
    }


def norm_decision(norm: Norm, *, with_place: bool = False) -> dict[str, Any]:
    """A draft norm that takes comments now, with the time left: components/_decision.html."""
    return {
        "title": norm.title,
        "url": norm.get_absolute_url(),
        "verb": pgettext("verb", "Comment"),
        "icon": "comment",
        "place": norm.municipality.short_name if with_place else "",
        "text": norm.summary,
        "closes": norm.closes_at,
    }


def process_card(process: Process) -> dict[str, Any]:
    """A process among others: components/_card.html."""
    return {
        "title": process.title,
        "href": process.get_absolute_url(),
        "text": process.summary,
        "badge": process_badge(process),
        "meta": [{"icon": "people", "text": process.get_kind_display()}],
    }


def meeting_card(meeting: Meeting) -> dict[str, Any]:
    """A meeting that is coming, among others: components/_card.html."""
    meta = [{"icon": "calendar", "text": words.moment(meeting.starts_at)}]
    if meeting.place_name:
        meta.append({"icon": "pin", "text": meeting.place_name})
    return {
        "title": meeting.title,
        "href": meeting.get_absolute_url(),
        "text": "",
        "badge": None,
        "meta": meta,
    }


def when(poll: Poll) -> str:
    """The one day that matters of a vote now."""
    if poll.phase in (Phase.KEYS, Phase.SCHEDULED):
        return _("Opens on %(day)s") % {"day": words.day(poll.urn.opens_at)}
    if poll.phase == Phase.OPEN:
        return _("Closes on %(day)s") % {"day": words.day(poll.urn.closes_at)}
    return _("Closed on %(day)s") % {"day": words.day(poll.urn.closes_at)}


def comments_of(number: int) -> str:
    return ngettext("One comment", "%(number)s comments", number) % {"number": words.number(number)}


def ended(answer: Answer) -> dict[str, Any]:
    """How a proposal of the past ended: municipalities/_ended.html."""
    return {
        "title": answer.proposal.title,
        "url": answer.proposal.get_absolute_url(),
        "badge": badge(answer.proposal, verdict=answer.verdict),
        "when": answer.published_at,
    }


def end_of(day: Any) -> datetime | None:
    """The last minute of a day in Lima."""
    return day and timezone.make_aware(datetime.combine(day, time(23, 59)))
