"""What an acta tells, part by part: its page and its PDF are made of the same words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import get_text_list
from django.utils.translation import gettext as _, ngettext, pgettext

from budgets.enums import Mode, Purpose
from decide.common.money import soles
from decide.common.words import number
from votes.enums import Effect
from votes.shares import Share


@dataclass(frozen=True)
class Part:
    """A heading, facts in pairs, paragraphs, a table that begins with words, and what is below."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    fingerprints: list[tuple[str, str]] = field(default_factory=list)


def parts_of(content: dict[str, Any]) -> list[Part]:
    """In the order in which it is read aloud; who signs stands apart."""
    return [
        _frame(content),
        _taking_part(content),
        _chosen(content),
        *[_heading(heading, content) for heading in content["headings"]],
        Part(_("Agreements and commitments"), content["text"].splitlines()),
    ]


def _frame(content: dict[str, Any]) -> Part:
    budget = content["budget"]
    announced = soles(budget["announced"])
    if budget["percent"]:
        announced = _("%(money)s, %(percent)s %% of the municipality's budget") % {
            "money": announced,
            "percent": budget["percent"].replace(".", ","),
        }
    effect = Effect(budget["effect"]).label
    pairs = [
        (_("Municipality"), content["municipality"]),
        (_("Participatory budget"), named(budget)),
        (_("Ordinance"), budget["norm"] or "–"),
        (_("Held"), f"{long_day(parse_date(content['held_on']))}. {content['place']}"),
        (_("Money announced"), announced),
        (_("Who decides"), str(Mode(budget["mode"]).label)),
        (_("Effect"), str(effect)),
        (_("How votes are counted"), rule_said(budget["rule"])),
    ]
    prints = [(_("Fingerprint of the rules"), budget["digest"])] if budget["digest"] else []
    return Part(_("What was held"), pairs=pairs, fingerprints=prints)


def _taking_part(content: dict[str, Any]) -> Part:
    agents = content["agents"]
    said = [
        ngettext(
            "%(number)s participating agent was accepted.",
            "%(number)s participating agents were accepted.",
            agents["accepted"],
        )
        % {"number": number(agents["accepted"])}
    ]
    if agents["women"]:
        said.append(
            _("Delegates: %(number)s. Say that they are women: %(women)s.")
            % {"number": number(agents["delegates"]), "women": number(agents["women"])}
        )
    prints = [(_("List of agents"), agents["list"])] if agents["list"] else []
    for vote in content["votes"]:
        said.append(_vote_said(vote))
        prints.append((_("Rules of vote %(number)d") % vote, vote["rules"]))
        if vote["log"]:
            prints.append((_("Head of the log of vote %(number)d") % vote, vote["log"]))
    return Part(_("Who took part"), said, fingerprints=prints)


def _vote_said(vote: dict[str, Any]) -> str:
    values = {
        "purpose": Purpose(vote["purpose"]).label,
        "number": vote["number"],
        "from": long_moment(parse_datetime(vote["opens_at"])),
        "until": long_moment(parse_datetime(vote["closes_at"])),
    }
    said = _("%(purpose)s (vote %(number)d), from %(from)s until %(until)s.") % values
    if vote["voters"] is None:
        return said
    turnout = ngettext(
        "%(voters)s of the %(eligible)s person who could vote did (%(share)s).",
        "%(voters)s of the %(eligible)s people who could vote did (%(share)s).",
        vote["eligible"],
    ) % {
        "voters": number(vote["voters"]),
        "eligible": number(vote["eligible"]),
        "share": Share(vote["voters"], vote["eligible"]).text,
    }
    return f"{said} {turnout}"


def _chosen(content: dict[str, Any]) -> Part:
    totals = content["totals"]
    said = ngettext(
        "One work is chosen, for %(cost)s of the %(money)s there were; %(left)s are left.",
        "%(works)d works are chosen, for %(cost)s of the %(money)s there were; %(left)s are left.",
        totals["works"],
    ) % {
        "works": totals["works"],
        "cost": soles(totals["cost"]),
        "money": soles(totals["money"]),
        "left": soles(totals["left"]),
    }
    return Part(_("Works chosen"), [said])


def _heading(heading: dict[str, Any], content: dict[str, Any]) -> Part:
    title = f"{heading['group']}: {heading['name']}"
    said = [
        _("Money: %(money)s. Chosen: %(cost)s. Left: %(left)s.")
        % {name: soles(heading[name]) for name in ("money", "cost", "left")}
    ]
    votes = _("Points") if content["budget"]["ballot"] == "points" else _("Votes it got")
    rows = [
        [
            f"{work['title']}\n{work['code']} · {work['place']}",
            soles(work["cost"]),
            "–" if work["votes"] is None else number(work["votes"]),
        ]
        for work in heading["works"]
    ]
    notes = [_tie_said(tie) for tie in heading["ties"]]
    if heading["not_chosen"]:
        notes.append(
            ngettext(
                "One work of this heading was not chosen.",
                "%(number)d works of this heading were not chosen.",
                heading["not_chosen"],
            )
            % {"number": heading["not_chosen"]}
        )
    prints = [(_("Ballots counted"), heading["count"])] if heading["count"] else []
    if not rows:
        said.append(_("No work was chosen here."))
    head = [_("Work"), _("Cost"), votes] if rows else []
    return Part(title, said, head, rows, notes=notes, fingerprints=prints)


def _tie_said(tie: dict[str, Any]) -> str:
    titles = tie["titles"]
    reasons = {
        "cost": _("by its cost"),
        "votes": _("by its votes"),
        "lot": _("by the lot drawn in public before the vote"),
    }
    return _("Tie between %(tied)s: «%(won)s» went first, %(by)s.") % {
        "tied": get_text_list([f"«{titles.get(code, code)}»" for code in tie["tied"]], _("and")),
        "won": titles.get(tie["won"], tie["won"]),
        "by": reasons.get(tie["by"], tie["by"]),
    }


def rule_said(rule: dict[str, Any]) -> str:
    if rule.get("method") == "mes":
        return _("Method of Equal Shares")
    if rule.get("variant") == "no_skip":
        return _("From the most voted down, until one does not fit in the money")
    if rule.get("method") == "greedy":
        return _("From the most voted down; what does not fit in the money left is skipped")
    return "–"


def named(budget: dict[str, Any]) -> str:
    """Its title, with the year unless that stands in it."""
    title, year = budget["title"], f"{budget['year']}"
    return title if year in title else f"{title} ({year})"


def long_day(value: date | None) -> str:
    """Always with the year: an acta is read years later."""
    return formats.date_format(value, pgettext("date format", "j F Y")) if value else ""


def long_moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    return _("%(day)s, at %(time)s") % {"day": long_day(local), "time": local.strftime("%H:%M")}
