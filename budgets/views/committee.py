"""The vigilance committee: who is in it, what it finds, what is answered; and its members' own page."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import vigilance
from budgets.actions import committee as actions
from budgets.execution import badge_of, bars_of, late_first, late_said, warnings_of
from budgets.forms.committee import (
    CommitteeForm,
    EndForm,
    InviteForm,
    MemberForm,
    ReportAnswerForm,
    ReportForm,
)
from budgets.models import Committee, CommitteeMember, CommitteeReport, Project, Spending
from budgets.views.budgets import budget_or_404, seen_or_404, staff_of_budgets
from budgets.views.staff_forms import attempt, form_page
from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404


REPORTS_A_PAGE = 10
SHOWN_FIRST = ["accrued", "paid", "certified", "committed"]


def told_of(budget):
    """The committee, its members now and before, and what is checked of it; three queries."""
    committee = Committee.objects.filter(budget=budget).first()
    members = list(budget.committee.all())
    current = [member for member in members if member.is_current]
    return {
        "budget": budget,
        "committee": committee,
        "current": current,
        "former": [member for member in members if not member.is_current],
        "checks": vigilance.checks(budget, committee, current) if committee else [],
    }


def reports_of(budget):
    found = budget.committee_reports.select_related("by", "document__municipality", "project__work")
    return found.order_by("-published_at", "-pk")


# --- For everybody


@require_safe
def committee(request, municipality_slug, pk):
    budget = seen_or_404(request, pk)
    page = Paginator(reports_of(budget), REPORTS_A_PAGE).get_page(request.GET.get("page"))
    for report in page.object_list:
        report.municipality = budget.municipality
    context = told_of(budget) | {"page": page, "is_member": _is_member(request, budget)}
    return render(request, "budgets/after/committee.html", context)


def _is_member(request, budget):
    return request.user.is_authenticated and request.user.has_perm("budgets.watch_budget", budget)


@require_safe
def report(request, municipality_slug, pk):
    """One report with its answer."""
    municipality = municipality_or_404(request)
    found = report_or_404(municipality, pk)
    seen_or_404(request, found.budget_id)
    can_answer = request.user.has_perm("budgets.run_budget", municipality)
    context = {"report": found, "budget": found.budget, "can_answer": can_answer}
    return render(request, "budgets/after/report.html", context)


def report_or_404(municipality, pk):
    found = CommitteeReport.objects.filter(municipality=municipality).select_related(
        "budget", "by", "document__municipality", "project__work"
    )
    found = get_object_or_404(found, pk=pk)
    found.municipality = found.budget.municipality = municipality
    if found.project:
        found.project.municipality = municipality
    return found


# --- The committee's own


@never_cache
@require_safe
def committee_room(request, municipality_slug, pk):
    """All works with their money, delays and papers, what is late first, and the reports."""
    budget, refusal = watched_or_refused(request, pk)
    if refusal:
        return refusal
    projects = list(Project.objects.of(budget).with_spending().with_work())
    for project in projects:
        project.municipality = budget.municipality
    reports = list(reports_of(budget))
    for found in reports:
        found.municipality = budget.municipality
    context = {
        "budget": budget,
        "member": budget.committee.current().filter(account=request.user).first(),
        "rows": [
            {
                "project": project,
                "badge": badge_of(project),
                "late": late_said(project),
                "bars": sorted(bars_of(project), key=lambda bar: SHOWN_FIRST.index(bar.code)),
                "warnings": warnings_of(project),
            }
            for project in late_first(projects)
        ],
        "papers": Spending.objects.filter(project__work__budget=budget, document__isnull=False)
        .select_related("document__municipality", "project__work")
        .order_by("-day", "-pk"),
        "reports": reports,
    }
    return render(request, "budgets/after/room.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request, municipality_slug, pk):
    budget, refusal = watched_or_refused(request, pk)
    if refusal:
        return refusal
    initial = {"project": request.GET.get("obra")}
    form = ReportForm(request.POST or None, request.FILES or None, budget=budget, initial=initial)
    if form.is_valid():
        said = _("The report is public. The municipality has to answer it.")
        made = attempt(
            request,
            said,
            actions.CannotReport,
            actions.report,
            budget,
            by=request.user,
            **form.cleaned_data,
        )
        if made:
            made.municipality = budget.municipality
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("Publish a report"),
        button=_("Publish the report"),
        back=(room_of(budget), _("Vigilance committee")),
        lead=_("Everybody can read it at once, with your name as a member of the committee."),
    )


@never_cache
@require_POST
def leave_committee(request, municipality_slug, pk):
    """The person takes their account out; their name stays in the record."""
    budget, refusal = watched_or_refused(request, pk)
    if refusal:
        return refusal
    member = budget.committee.current().filter(account=request.user).first()
    said = _("Your account is no longer linked to the committee.")
    attempt(request, said, actions.CannotJoin, actions.unlink, member, by=request.user)
    return redirect("budgets:committee", municipality_slug, pk)


def watched_or_refused(request, pk):
    """The budget for who watches over it, or where others are sent."""
    budget = seen_or_404(request, pk)
    if not request.user.is_authenticated:
        return budget, redirect(sign_in(request.get_full_path()))
    require(request.user, "budgets.watch_budget", budget)
    return budget, None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_committee(request, municipality_slug, token):
    """Where the link leads that a member was sent: it says what for, and takes them in."""
    municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.get_full_path()))
    member = actions.invited(token)
    if request.method == "POST":
        said = _("You have the committee's own pages now.")
        joined = attempt(request, said, actions.CannotJoin, actions.join, token, by=request.user)
        if joined:
            return redirect("budgets:committee_room", municipality_slug, joined.budget_id)
        return redirect(request.path)
    status = 200 if member else 404
    return render(request, "budgets/after/join.html", {"member": member}, status=status)


def room_of(budget):
    return reverse("budgets:committee_room", args=[budget.municipality.slug, budget.pk])


# --- Staff


@require_safe
@staff_of_budgets("budgets.run_budget")
def committee_desk(request, municipality, pk):
    budget = budget_or_404(request, pk)
    reports = list(reports_of(budget).waiting())
    for found in reports:
        found.municipality = municipality
    context = told_of(budget) | {"reports": reports}
    return render(request, "budgets/after/committee_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def form_committee(request, municipality, pk):
    budget = budget_or_404(request, pk)
    instance = Committee.objects.filter(budget=budget).first() or Committee(
        municipality=municipality, budget=budget
    )
    form = CommitteeForm(request.POST or None, instance=instance)
    if form.is_valid():
        said = _("It is kept.")
        if attempt(
            request,
            said,
            actions.CannotForm,
            actions.form,
            budget,
            by=request.user,
            **form.cleaned_data,
        ):
            return redirect(desk_of(budget))
    return form_page(
        request,
        form,
        title=_("Election of the committee"),
        button=_("Save"),
        back=(desk_of(budget), _("Vigilance committee")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def add_member(request, municipality, pk):
    budget = budget_or_404(request, pk)
    form = MemberForm(request.POST or None)
    if form.is_valid():
        said = _("%(name)s is in the committee.") % {"name": form.cleaned_data["name"]}
        if attempt(
            request,
            said,
            actions.CannotForm,
            actions.add_member,
            budget,
            by=request.user,
            **form.cleaned_data,
        ):
            return redirect(desk_of(budget))
    return form_page(
        request,
        form,
        title=_("Write down a member"),
        button=_("Add"),
        back=(desk_of(budget), _("Vigilance committee")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def end_member(request, municipality, pk):
    member = member_or_404(request, municipality, pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        said = _("Their term has ended.")
        if attempt(
            request,
            said,
            actions.CannotForm,
            actions.end_term,
            member,
            by=request.user,
            **form.cleaned_data,
        ):
            return redirect(desk_of(member.budget))
    return form_page(
        request,
        form,
        title=_("%(name)s leaves the committee") % {"name": member.name},
        button=_("End their term"),
        back=(desk_of(member.budget), _("Vigilance committee")),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def invite_member(request, municipality, pk):
    member = member_or_404(request, municipality, pk)
    if member.account_id:
        messages.info(request, _("They have their access already."))
        return redirect(desk_of(member.budget))
    form = InviteForm(request.POST or None)
    if form.is_valid():
        email, phone = form.cleaned_data["contact"]
        said = _("The link is on its way. It works once, for 14 days.")
        attempt(
            request,
            said,
            actions.CannotForm,
            actions.invite,
            member,
            by=request.user,
            email=email,
            phone=phone,
        )
        return redirect(desk_of(member.budget))
    return form_page(
        request,
        form,
        title=_("Send %(name)s their access") % {"name": member.name},
        button=_("Send the link"),
        back=(desk_of(member.budget), _("Vigilance committee")),
        lead=_(
            "They enter with an account of their own, which you do not get to know. A link sent"
            " before stops working."
        ),
    )


def member_or_404(request, municipality, pk):
    found = CommitteeMember.objects.filter(municipality=municipality)
    member = get_object_or_404(found.select_related("budget"), pk=pk)
    member.budget.municipality = municipality
    return member


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def answer_report(request, municipality, pk):
    found = report_or_404(municipality, pk)
    form = ReportAnswerForm(
        request.POST or None,
        instance=found,
        initial={"answer_office": found.answer_office or municipality.contact_office},
    )
    if form.is_valid():
        said = _("The answer is public, below the report.")
        values = {"text": form.cleaned_data["answer"], "office": form.cleaned_data["answer_office"]}
        if attempt(
            request, said, actions.CannotReport, actions.answer, found, by=request.user, **values
        ):
            return redirect(found)
    return form_page(
        request,
        form,
        title=_("Correct the answer") if found.answered_at else _("Answer the report"),
        button=_("Publish the answer"),
        back=(found.get_absolute_url(), found.title),
    )


def desk_of(budget):
    return reverse("budgets:committee_desk", args=[budget.municipality.slug, budget.pk])
