"""The works being carried out, as everybody sees them."""

from datetime import date
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from budgets.accounts import Accounts
from budgets.execution import (
    badge_of,
    bars_of,
    last_reason,
    late_first,
    late_said,
    warnings_of,
)
from budgets.models import Delay, Project, ProjectMilestone
from budgets.views.budgets import seen_or_404
from budgets.work_timeline import entry_of
from municipalities.middleware import municipality_or_404


PER_PAGE = 24
CHANGES = ("project_made", "project_changed", "project_moved", "project_paused")
CHANGES += ("project_cancelled", "project_done")


@require_safe
def projects(request, municipality_slug, pk):
    """What is late first with its reasons, then all others; the money of all as bars."""
    budget = seen_or_404(request, pk)
    accounts = Accounts(budget)
    page = Paginator(late_first(accounts.projects), PER_PAGE).get_page(request.GET.get("page"))
    is_map = request.GET.get("ver") == "mapa"
    context = {
        "budget": budget,
        "accounts": accounts,
        "page": page,
        "rows": [row_of(project, budget.municipality) for project in page.object_list],
        "is_map": is_map,
    }
    return render(request, "budgets/after/projects.html", context)


def row_of(project, municipality):
    project.municipality = municipality
    return {
        "project": project,
        "badge": badge_of(project),
        "late": late_said(project),
        "reason": last_reason(project) if project.days_late or project.why else "",
        "bars": [bar for bar in bars_of(project) if bar.code in ("accrued", "paid")],
    }


@require_safe
def projects_map(request, municipality_slug, pk):
    """The points as GeoJSON; the list itself says the same in words."""
    budget = seen_or_404(request, pk)
    found = Project.objects.of(budget).with_work().filter(work__latitude__isnull=False)
    features = []
    for project in found:
        project.municipality = budget.municipality
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [project.work.longitude, project.work.latitude],
                },
                "properties": {
                    "title": f"{project.title} ({project.get_state_display()})",
                    "url": project.get_absolute_url(),
                },
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


def project_or_404(municipality, pk):
    """With its work and budget, all of this place."""
    found = Project.objects.filter(municipality=municipality).with_spending().with_work()
    project = get_object_or_404(found.select_related("work__budget"), pk=pk)
    work = project.work
    project.municipality = work.municipality = work.budget.municipality = municipality
    return project


@require_safe
def project(request, municipality_slug, pk):
    """One work: how far it is, its photos, its money line by line, and what the committee says."""
    municipality = municipality_or_404(request)
    found = project_or_404(municipality, pk)
    seen_or_404(request, found.work.budget_id)
    context = told_of(found) | {
        "may_report": request.user.has_perm("budgets.work_on_budgets", municipality),
        "is_member": request.user.is_authenticated
        and request.user.has_perm("budgets.watch_budget", found.work.budget),
    }
    return render(request, "budgets/after/project.html", context)


def told_of(found):
    """All that is known of a project; what staff see too."""
    milestones = list(found.milestones.select_related("photo__municipality"))
    spending = list(found.spending.select_related("document__municipality"))
    reports = list(
        found.committee_reports.select_related("by", "document__municipality").order_by(
            "-published_at", "-pk"
        )
    )
    for report in reports:
        report.municipality = found.municipality
    shown = {milestone.photo_id for milestone in milestones}
    others = found.work.thread.images.of_office().exclude(pk__in=[pk for pk in shown if pk])
    return {
        "project": found,
        "work": found.work,
        "budget": found.work.budget,
        "badge": badge_of(found),
        "late": late_said(found),
        "bars": bars_of(found),
        "warnings": warnings_of(found),
        "course": course_of(milestones, found.delays.all()),
        "spending": spending,
        "reports": reports,
        "photos": [image.picture | {"caption": image.description} for image in others],
        "changes": [entry_of(event, found.work) for event in changes_of(found.work)],
        "figures_of": max((line.day for line in spending), default=None),
    }


class Entry(NamedTuple):
    """A milestone or a delay, on its day."""

    day: date
    milestone: ProjectMilestone | None = None
    delay: Delay | None = None


def course_of(milestones, delays):
    """All that was done, promised and put off, by its day."""
    steps = [Entry(one.done_on or one.due_on, milestone=one) for one in milestones]
    steps += [Entry(localdate(one.at), delay=one) for one in delays]
    return sorted(steps, key=lambda entry: entry.day)


def changes_of(work):
    """How it came to stand as it does, and what was changed of its money and its days."""
    events = work.thread.events.public().filter(verb__in=CHANGES)
    return events.select_related("by").order_by("at", "pk")
