"""What staff report of the works being carried out."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from budgets.actions import projects as actions
from budgets.execution import badge_of, late_first, late_said
from budgets.forms.projects import (
    CompletedForm,
    DelayForm,
    MakeForm,
    MoveForm,
    ProjectForm,
    ProjectMilestoneForm,
    SpendingForm,
    TakeBackForm,
)
from budgets.models import Project, Work
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.projects import project_or_404, told_of
from budgets.views.staff_forms import attempt, form_page
from participation.images import InvalidImage


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def projects_desk(request, municipality, pk):
    """All projects of a budget, and one press to make those that are missing."""
    budget = budget_or_404(request, pk)
    may_make = request.user.has_perm("budgets.run_budget", municipality)
    form = MakeForm(request.POST or None, initial={"office": municipality.contact_office})
    status = 200
    if request.method == "POST":
        if not may_make:
            raise Http404
        if form.is_valid():
            return _make(request, budget, form.cleaned_data["office"])
        status = 422
    found = late_first(Project.objects.of(budget).with_spending().with_work())
    for project in found:
        project.municipality = municipality
    context = {
        "budget": budget,
        "rows": [(project, badge_of(project), late_said(project)) for project in found],
        "missing": Work.objects.chosen().filter(budget=budget, project=None).count(),
        "problem": actions.why_not_make(budget),
        "may_make": may_make,
        "form": form,
    }
    return render(request, "budgets/after/projects_desk.html", context, status=status)


def _make(request, budget, office):
    made = attempt(
        request, "", actions.CannotCarryOut, actions.make, budget, by=request.user, office=office
    )
    if made:
        said = ngettext("One project is made.", "%(number)d projects are made.", len(made)) % {
            "number": len(made)
        }
        messages.success(request, said)
    elif made == []:
        messages.info(request, _("Every chosen work is a project already."))
    return redirect("budgets:projects_desk", budget.municipality.slug, budget.pk)


@require_safe
@staff_of_budgets()
def project_case(request, municipality, pk):
    found = project_or_404(municipality, pk)
    return render(request, "budgets/after/project_case.html", told_of(found))


def case_of(project):
    return reverse("budgets:project_case", args=[project.municipality.slug, project.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def edit_project(request, municipality, pk):
    project = project_or_404(municipality, pk)
    form = ProjectForm(request.POST or None, instance=project)
    title, button = _("Who carries it out, its money and its days"), _("Save")
    said = _("It is kept, and the history says what it was.")
    return reported(request, project, form, actions.change, title, button, said)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def move_project(request, municipality, pk):
    project = project_or_404(municipality, pk)
    now = {name: getattr(project, name) for name in ("state", "percent", "why", "finished_on")}
    form = MoveForm(request.POST or None, initial=now)
    title, button = _("How it stands"), _("Publish how it stands")
    said = _("It is public, and whom it concerns is told.")
    return reported(request, project, form, actions.move, title, button, said)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def delay_project(request, municipality, pk):
    project = project_or_404(municipality, pk)
    title, button = _("It takes longer"), _("Publish the delay")
    said = _("The delay is public with its reason, and people are told.")
    form = DelayForm(request.POST or None)
    return reported(request, project, form, actions.delay, title, button, said)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def spend(request, municipality, pk):
    project = project_or_404(municipality, pk)
    form = SpendingForm(request.POST or None, request.FILES or None, project=project)
    title, button, said = _("Money of the project"), _("Write it down"), _("It is public.")
    return reported(request, project, form, actions.spend, title, button, said)


# --- Milestones


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def add_milestone(request, municipality, pk):
    project = project_or_404(municipality, pk)
    title, button, said = _("New milestone"), _("Add the step"), _("The milestone is public.")
    form = ProjectMilestoneForm(request.POST or None)
    return reported(request, project, form, actions.add_milestone, title, button, said)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def complete_milestone(request, municipality, pk, milestone):
    project = project_or_404(municipality, pk)
    found = get_object_or_404(project.milestones, pk=milestone)
    title = _("«%(title)s» is done") % {"title": found.title}
    button, said = _("Publish that it is done"), _("It is public, and people are told.")
    form = CompletedForm(request.POST or None, request.FILES or None)
    return reported(request, project, form, actions.complete, title, button, said, of=found)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def remove_milestone(request, municipality, pk, milestone):
    project = project_or_404(municipality, pk)
    found = get_object_or_404(project.milestones, pk=milestone)
    title = _("Take «%(title)s» back") % {"title": found.title}
    button, said = _("Take the step back"), _("It is taken back, and the history says why.")
    form = TakeBackForm(request.POST or None)
    return reported(request, project, form, actions.remove_milestone, title, button, said, of=found)


def reported(request, project, form, act, title, button, said, *, of=None):
    """Ask for it, or report it and go back to the project; what is refused is asked again."""
    if form.is_valid() and _did(request, act, said, of or project, form.cleaned_data):
        return redirect(case_of(project))
    back = (case_of(project), project.title)
    return form_page(request, form, title=title, button=button, back=back)


def _did(request, act, said, thing, values):
    try:
        act(thing, by=request.user, **values)
    except (actions.CannotCarryOut, InvalidImage) as reason:
        messages.error(request, str(reason))
        return False
    messages.success(request, said)
    return True
