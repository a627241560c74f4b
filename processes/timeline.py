"""The public story of a process: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from decide.common.words import day, moment
from participation import levels
from processes.enums import ReviewState
from votes.timeline import Entry


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Event
    from processes.models import Process

SAYS = {
    "process_opened": (gettext_lazy("It opened, and its rules change no more"), "list", "open"),
    "process_steps": (gettext_lazy("Its steps changed"), "calendar", "wait"),
    "process_step_linked": (gettext_lazy("A step got its place"), "link", "quiet"),
    "process_reworded": (gettext_lazy("What it says was put right"), "edit", "quiet"),
    "process_team": (gettext_lazy("The team changed"), "people", "quiet"),
    "process_documents": (
        gettext_lazy("Documents were added or taken out"),
        "document",
        "quiet",
    ),
    "process_closed": (gettext_lazy("It closed"), "lock", "wait"),
    "process_called_off": (gettext_lazy("It was called off"), "cross", "bad"),
    "process_outcome": (
        gettext_lazy("The municipality published what was decided"),
        "megaphone",
        "good",
    ),
    "process_reviewed": (
        gettext_lazy("The municipality said what became of it"),
        "eye",
        "good",
    ),
}

# What parties agreed, and what was raised to another level.
SAYS |= {
    "parties_changed": (gettext_lazy("Other parties sit at the table"), "people", "quiet"),
    "undertaking_agreed": (gettext_lazy("Something was agreed"), "check", "open"),
    "undertaking_told": (gettext_lazy("It was told how something agreed stands"), "edit", "open"),
    "undertaking_done": (gettext_lazy("Something agreed is done"), "check", "good"),
    "undertaking_dropped": (gettext_lazy("Something agreed was given up"), "minus", "quiet"),
    "undertaking_evidence": (gettext_lazy("Evidence was asked for"), "question", "wait"),
    "undertaking_soon": (gettext_lazy("Something agreed is due soon"), "clock", "wait"),
    "undertaking_overdue": (gettext_lazy("Something agreed is overdue"), "alert", "bad"),
} | levels.SAYS


def events_of(process: Process) -> QuerySet[Event]:
    """Its public events that are told, the newest first.

    An outcome names everyone who is told of it: `told` is what the events say without them.
    """
    told = Func(
        F("data"),
        Cast(Value("people"), TextField()),
        arg_joiner=" - ",
        template="(%(expressions)s)",
        output_field=JSONField(),
    )
    events = process.thread.events.public().filter(verb__in=SAYS).select_related("by")
    return events.defer("data").annotate(told=told).order_by("-at", "-pk")


def entry_of(event: Event) -> Entry:
    sentence, icon, tone = SAYS[event.verb]
    who = event.as_office or (event.by.public_name if event.by else "")
    if event.verb in levels.SAYS:
        sentence = levels.sentence_of(event)
    more = MORE.get(event.verb)
    data = event.told if hasattr(event, "told") else event.data
    said = [event.text, more(data) if more else ""]
    return Entry(sentence, event.at, icon, tone, who, "\n\n".join(filter(None, said)))


def _opened(data: dict[str, Any]) -> str:
    return _("Fingerprint of the rules: %(digest)s") % {"digest": data.get("digest", "")}


def _steps(data: dict[str, Any]) -> str:
    """What was added, taken out or given other days; and the days as they were before."""
    lines = [_("Added: %(title)s") % {"title": title} for title in data.get("added", [])]
    lines += [_("Taken out: %(title)s") % {"title": title} for title in data.get("removed", [])]
    for moved in data.get("moved", []):
        lines.append(
            _("«%(step)s»: %(now)s. Before: %(was)s.")
            % {"step": moved["step"], "now": _days(moved["now"]), "was": _days(moved["was"])}
        )
    lines += [_("Said anew: %(title)s") % {"title": title} for title in data.get("reworded", [])]
    if data.get("reordered"):
        lines.append(_("Their order changed."))
    return "\n".join(lines)


def _days(days: list[str]) -> str:
    """From when until when, as it was kept."""
    start, end = (moment(parse_datetime(one)) if one else "" for one in days)
    if not start:
        return _("without days")
    if not end:
        return _("from %(from)s on") % {"from": start}
    return _("from %(from)s until %(until)s") % {"from": start, "until": end}


def _linked(data: dict[str, Any]) -> str:
    if data.get("title"):
        return _("«%(step)s» happens in «%(title)s».") % data
    return _("«%(step)s»") % {"step": data.get("step", "")}


def _reworded(data: dict[str, Any]) -> str:
    return _("Before it said: %(text)s") % {"text": data["before"]} if data.get("before") else ""


def _team(data: dict[str, Any]) -> str:
    return "\n".join(data.get("names", []))


def _documents(data: dict[str, Any]) -> str:
    return _steps({name: data.get(name, []) for name in ("added", "removed")})


def _outcome(data: dict[str, Any]) -> str:
    on = parse_date(data.get("review_on", ""))
    return _("It is looked at again on %(day)s.") % {"day": day(on)} if on else ""


def _reviewed(data: dict[str, Any]) -> str:
    return str(ReviewState(data["state"]).label)


def _agreed(data: dict[str, Any]) -> str:
    """What it was: its words are those of the undertaking."""
    return data.get("title", "")


def _parties(data: dict[str, Any]) -> str:
    lines = [_("Came to the table: %(name)s") % {"name": name} for name in data.get("came", [])]
    lines += [_("Left the table: %(name)s") % {"name": name} for name in data.get("gone", [])]
    return "\n".join(lines)


MORE = {
    "parties_changed": _parties,
    **dict.fromkeys([verb for verb in SAYS if verb.startswith("undertaking_")], _agreed),
    "process_opened": _opened,
    "process_steps": _steps,
    "process_step_linked": _linked,
    "process_reworded": _reworded,
    "process_team": _team,
    "process_documents": _documents,
    "process_outcome": _outcome,
    "process_reviewed": _reviewed,
}
