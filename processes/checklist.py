"""The parts of a process as staff see them: what is set, what is missing, and the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _, ngettext, pgettext

from processes.enums import ProcessState


if TYPE_CHECKING:
    from collections.abc import Iterable

    from processes.models import Process
    from processes.preparation import Gap


class Part(NamedTuple):
    label: str
    said: str
    url: str
    gaps: list[Gap]


def parts(process: Process, gaps: Iterable[Gap] = ()) -> list[Part]:
    """Words and rules, steps, team, documents; each with what it lacks before it can open."""
    steps, team = list(process.steps.all()), list(process.team.all())
    documents = process.thread.documents.count()
    rows = [
        ("edit", _("Words and rules"), process.summary),
        (
            "steps",
            _("Steps"),
            ngettext("One step", "%(count)d steps", len(steps)) % {"count": len(steps)},
        ),
        ("team", _("Team"), ", ".join(member.name for member in team)),
        (
            "documents",
            _("Documents"),
            ngettext("One document", "%(count)d documents", documents) % {"count": documents},
        ),
    ]
    if process.is_dialogue:
        names = ", ".join(party.name for party in process.parties.all())
        rows.append(("parties", _("Parties of the dialogue"), names))
    return [
        Part(label, said, at(name, process), [gap for gap in gaps if gap.part == name])
        for name, label, said in rows
    ]


def pages(process: Process) -> list[tuple[str, str, str]]:
    """The other pages of staff about it, each with its icon; those that are not there are left out."""
    found: list[tuple[Any, str, str]] = []
    if process.is_open:
        found.append((_("Close it"), at("close", process), "lock"))
    if process.state in (ProcessState.OPEN, ProcessState.CLOSED):
        if hasattr(process, "outcome"):
            if process.outcome.review_on:
                found.append((_("Tell what became of it"), at("review_outcome", process), "eye"))
        else:
            found.append((_("Publish what was decided"), at("outcome", process), "megaphone"))
    found.append((_("What happens in each step"), at("parts", process), "list"))
    if process.is_dialogue:
        found.append((_("The table of the dialogue"), at("table", process), "people"))
    found.append((_("What was agreed"), at("undertakings", process), "check"))
    found.append((_("Meetings"), at_agenda("desk", process), "calendar"))
    if process.is_public:
        found.append((_("Poster to print"), at("poster", process), "print"))
    if process.is_open:
        found.append((pgettext("process", "Call it off"), at("call_off", process), "cross"))
    return [row for row in found if row[1]]


def at(name: str, process: Process) -> str:
    """The address of one of its pages; empty if there is none of that name."""
    try:
        return reverse(f"processes:{name}", args=[process.municipality.slug, process.pk])
    except NoReverseMatch:
        return ""


def at_agenda(name: str, process: Process) -> str:
    try:
        return reverse(f"agenda:{name}", args=[process.municipality.slug])
    except NoReverseMatch:
        return ""
