"""The public story of a budget: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from budgets.enums import StepKind
from decide.common.words import moment
from votes.timeline import Entry


if TYPE_CHECKING:
    from budgets.models import Budget
    from participation.models import Event

SAYS = {
    "budget_opened": (gettext_lazy("It opened, and its rules change no more"), "coins", "open"),
    "budget_step_moved": (gettext_lazy("A step has other days"), "calendar", "wait"),
    "budget_reworded": (gettext_lazy("What it says was put right"), "edit", "quiet"),
    "budget_documents": (gettext_lazy("Documents were added or taken out"), "document", "quiet"),
    "agent_list_closed": (
        gettext_lazy("The official list of participating agents was closed"),
        "people",
        "good",
    ),
    "budget_decisions_announced": (
        gettext_lazy("When decisions on works are published"),
        "calendar",
        "quiet",
    ),
    "budget_decisions": (
        gettext_lazy("The decisions of the technical evaluation were published"),
        "scales",
        "good",
    ),
    "budget_work_left": (gettext_lazy("A work is no longer put to the vote"), "undo", "bad"),
    "budget_minutes": (gettext_lazy("The acta of agreements is issued"), "document", "good"),
    "budget_minutes_signed": (gettext_lazy("The signed acta can be read"), "document", "quiet"),
    "budget_minutes_addendum": (gettext_lazy("The acta was corrected"), "edit", "wait"),
    "committee_formed": (gettext_lazy("The vigilance committee was elected"), "people", "good"),
    "committee_member_in": (gettext_lazy("Entered the vigilance committee"), "user", "quiet"),
    "committee_member_out": (gettext_lazy("Left the vigilance committee"), "log-out", "quiet"),
    "committee_report": (
        gettext_lazy("The vigilance committee published a report"),
        "eye",
        "wait",
    ),
    "committee_answered": (
        gettext_lazy("The municipality answered the vigilance committee"),
        "megaphone",
        "quiet",
    ),
    "budget_cancelled": (gettext_lazy("It was called off"), "cross", "bad"),
}


def story_of(budget: Budget) -> list[Entry]:
    """From the first public event to the last; one query."""
    events = budget.thread.events.public().filter(verb__in=SAYS).select_related("by")
    return [entry_of(event) for event in events.order_by("at", "pk")]


def entry_of(event: Event) -> Entry:
    sentence, icon, tone = SAYS[event.verb]
    who = event.as_office or (event.by.public_name if event.by else "")
    more = MORE.get(event.verb)
    said = [more(event.data) if more else "", event.text]
    return Entry(sentence, event.at, icon, tone, who, "\n\n".join(filter(None, said)))


def _opened(data: dict[str, Any]) -> str:
    return _("Fingerprint of the rules: %(digest)s") % {"digest": data.get("digest", "")}


def _moved(data: dict[str, Any]) -> str:
    """Which step, when it is held now, and when it would have been."""
    was, now = ([moment(parse_datetime(at)) for at in data[name]] for name in ("was", "now"))
    lines = [
        _("%(step)s: from %(from)s until %(until)s.")
        % {"step": StepKind(data["step"]).label, "from": now[0], "until": now[1]}
    ]
    if was:
        lines.append(_("It was from %(from)s until %(until)s.") % {"from": was[0], "until": was[1]})
    return "\n".join(lines)


def _reworded(data: dict[str, Any]) -> str:
    return _("Before it said: %(text)s") % {"text": data["before"]}


def _documents(data: dict[str, Any]) -> str:
    lines = [_("Added: %(title)s") % {"title": title} for title in data.get("added", [])]
    lines += [_("Taken out: %(title)s") % {"title": title} for title in data.get("removed", [])]
    return "\n".join(lines)


def _work_left(data: dict[str, Any]) -> str:
    said = _("«%(title)s» leaves every ballot. Whoever has voted may vote anew until the close.")
    return said % {"title": data["title"]}


def _list_closed(data: dict[str, Any]) -> str:
    said = _("Agents on it: %(count)d. Fingerprint of the list: %(digest)s")
    return said % {"count": data["agents"], "digest": data["digest"]}


def _named(data: dict[str, Any]) -> str:
    """Whom or what it is about."""
    return data.get("name") or data.get("title", "")


MORE = {
    "agent_list_closed": _list_closed,
    "budget_work_left": _work_left,
    "budget_opened": _opened,
    "budget_step_moved": _moved,
    "budget_reworded": _reworded,
    "budget_documents": _documents,
    **dict.fromkeys(("committee_member_in", "committee_member_out"), _named),
    **dict.fromkeys(("committee_report", "committee_answered"), _named),
}
