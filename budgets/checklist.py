"""What of a budget is set and what is missing, and where staff go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from budgets.preparation import Gap, missing
from budgets.progress import at
from decide.common.money import soles


if TYPE_CHECKING:
    from budgets.models import Budget

# The pages of staff about one budget, by name; those that are not there are left out.
PAGES = [
    ("agents_desk", gettext_lazy("Participating agents"), "people"),
    ("evaluations", gettext_lazy("Technical evaluation"), "search"),
    ("matrix", gettext_lazy("Points of the matrix"), "list"),
    ("decisions_desk", gettext_lazy("Publish the decisions"), "megaphone"),
    ("ballots", gettext_lazy("Votes and count"), "ballot"),
    ("minutes_desk", gettext_lazy("Acta of agreements"), "document"),
    ("committee_desk", gettext_lazy("Vigilance committee"), "eye"),
    ("projects_desk", gettext_lazy("How the works advance"), "hammer"),
]
WITH_ITS_PARTS = ("steps", "groups__headings", "criteria")


class Part(NamedTuple):
    """One part of the preparation: what it holds, what is missing, and where it is put right."""

    label: Any
    said: str
    gaps: list[Gap]
    url: str
    is_needed: bool = True


def parts(budget: Budget) -> list[Part]:
    """In the order in which a budget is written; no query if it came WITH_ITS_PARTS."""
    gaps: dict[str, list[Gap]] = {}
    for gap in missing(budget):
        gaps.setdefault(gap.part, []).append(gap)
    headings = [heading for group in budget.groups.all() for heading in group.headings.all()]
    criteria, steps = len(budget.criteria.all()), list(budget.steps.all())
    held = sum(1 for step in steps if step.starts_at)
    return [
        Part(
            _("Words, money and rules"),
            _("%(money)s announced for %(year)d.")
            % {"money": soles(budget.announced), "year": budget.year},
            gaps.get("text", []),
            at("edit", budget),
        ),
        Part(
            _("Headings and their money"),
            _("%(headings)s with %(money)s in all.")
            % {
                "headings": ngettext("One heading", "%(count)d headings", len(headings))
                % {"count": len(headings)},
                "money": soles(sum(heading.money for heading in headings)),
            },
            gaps.get("headings", []),
            at("headings", budget),
        ),
        Part(
            _("Prioritisation matrix"),
            ngettext("One criterion.", "%(count)d criteria.", criteria) % {"count": criteria}
            if criteria
            else _("None: works are not given points."),
            gaps.get("criteria", []),
            at("criteria", budget),
            is_needed=bool(criteria),
        ),
        Part(
            _("Steps and days"),
            _("%(held)d of %(all)d steps have their days, %(out)d are left out.")
            % {
                "held": held,
                "all": len(steps),
                "out": sum(1 for step in steps if step.is_left_out),
            },
            gaps.get("steps", []),
            at("steps", budget),
        ),
    ]


def pages(budget: Budget) -> list[tuple[Any, str, str]]:
    """Where the work of an open budget is done, as far as the pages are there."""
    found = [(label, at(name, budget), icon) for name, label, icon in PAGES]
    return [page for page in found if page[1]]
