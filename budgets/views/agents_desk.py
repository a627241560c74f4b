"""The desk of agents: what waits, what looks odd, what is decided, and closing the list."""

from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from budgets import agent_alerts, agent_list
from budgets.actions import agents_desk as actions
from budgets.forms.agents_desk import AcceptForm, RefuseForm
from budgets.models import Agent, AgentList
from budgets.progress_agents import badge, story
from budgets.rules.agents import why_not_decide, why_not_withdraw
from budgets.views.agents_writing import note_access
from budgets.views.budgets import seen_or_404, staff_of_budgets
from decide.common.refusals import refused
from participation.models import Event


A_PAGE = 25
SHOWN = {
    "esperan": gettext_lazy("To be looked at"),
    "observadas": gettext_lazy("To be mended"),
    "aceptadas": pgettext_lazy("agents", "Accepted"),
    "todas": gettext_lazy("All of them"),
}


def for_who(permission):
    """For those who may do this here, with the budget of the address."""

    def decorate(view):
        @staff_of_budgets(permission)
        @wraps(view)
        def inside(request, municipality, pk, **kwargs):
            return view(request, seen_or_404(request, pk), **kwargs)

        return inside

    return decorate


REGISTERS = for_who("budgets.register_agents")


def case_or_404(budget, agent):
    found = Agent.objects.filter(budget=budget).sent()
    found = found.select_related("registered_by", "district", "decided_by")
    agent = get_object_or_404(found.prefetch_related("delegates", "files"), pk=agent)
    agent.municipality, agent.budget = budget.municipality, budget
    return agent


@require_safe
@REGISTERS
def desk(request, budget):
    here = Agent.objects.filter(budget=budget).select_related("district")
    lists = {
        "esperan": here.waiting().order_by("submitted_at"),
        "observadas": here.being_mended().order_by("mend_by"),
        "aceptadas": here.accepted().order_by("number"),
        "todas": here.sent().order_by("-submitted_at", "-pk"),
    }
    shown = request.GET.get("ver", "")
    shown = shown if shown in lists else "esperan"
    page = Paginator(lists[shown], A_PAGE).get_page(request.GET.get("page"))
    for agent in page.object_list:
        agent.municipality = budget.municipality
    context = {
        "budget": budget,
        "page": page,
        "rows": [(agent, badge(agent)) for agent in page.object_list],
        "tabs": [(code, label, code == shown) for code, label in SHOWN.items()],
        "shown": shown,
        "how_far": agent_list.how_far(budget),
        "alerts": agent_alerts.of(budget),
        "closed": AgentList.objects.filter(budget=budget).first(),
        "may_close": request.user.has_perm("budgets.run_budget", budget.municipality),
        "why_not_close": actions.why_not_close(budget),
    }
    return render(request, "budgets/agents/desk.html", context)


@require_safe
@REGISTERS
def case(request, budget, agent):
    agent = case_or_404(budget, agent)
    note_access(request, agent)
    events = Event.objects.filter(thread=budget.thread_id, data__agent=agent.pk)
    context = {
        "budget": budget,
        "agent": agent,
        "badge": badge(agent),
        "reason": why_not_decide(request.user, agent),
        "alerts": [one for one in agent_alerts.of(budget) if agent in one.agents],
        "story": story(agent, events.select_related("by").order_by("-at", "-pk")),
        "can_withdraw": why_not_withdraw(request.user, agent) is None,
        "form": AcceptForm(agent=agent),
    }
    return render(request, "budgets/agents/case.html", context)


@require_http_methods(["POST"])
@REGISTERS
def accept(request, budget, agent):
    agent = case_or_404(budget, agent)
    form = AcceptForm(request.POST, agent=agent)
    if not form.is_valid():
        messages.error(request, _("Say whether it has a vote."))
        return redirect(case_url(agent))
    try:
        agent = actions.accept(agent, by=request.user, has_vote=form.cleaned_data["has_vote"])
    except actions.CannotDecide as refusal:
        return refused(request, refusal.reason, case_url(agent))
    said = _("It is on the list with number %(number)d, and its people are told.")
    messages.success(request, said % {"number": agent.number})
    return redirect("budgets:agents_desk", budget.municipality.slug, budget.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@REGISTERS
def observe(request, budget, agent):
    return refuse(
        request,
        budget,
        agent,
        actions.observe,
        "budgets/agents/observe.html",
        _("It is observed, and its people are told until when they can mend it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@REGISTERS
def reject(request, budget, agent):
    return refuse(
        request,
        budget,
        agent,
        actions.reject,
        "budgets/agents/reject.html",
        _("It is not accepted, and its people are told why."),
    )


def refuse(request, budget, agent, act, template, said):
    """A page that asks for the reasons and then does it."""
    agent = case_or_404(budget, agent)
    if reason := why_not_decide(request.user, agent):
        return refused(request, reason, case_url(agent))
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(agent, by=request.user, **form.cleaned_data)
        except actions.CannotDecide as refusal:
            return refused(request, refusal.reason, case_url(agent))
        messages.success(request, said)
        return redirect("budgets:agents_desk", budget.municipality.slug, budget.pk)
    context = {"budget": budget, "agent": agent, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who("budgets.run_budget")
def close(request, budget):
    back = reverse("budgets:agents_desk", args=[budget.municipality.slug, budget.pk])
    if request.method == "POST":
        try:
            closed = actions.close_list(budget, by=request.user)
        except actions.CannotClose as problem:
            messages.error(request, str(problem))
        else:
            said = _("The list is closed with %(count)d agents.") % {"count": closed.agents}
            messages.success(request, said)
        return redirect(back)
    context = {
        "budget": budget,
        "why_not": actions.why_not_close(budget),
        "agents": agent_list.on_it(budget).count(),
        "voters": len(agent_list.voters_of(budget)),
    }
    return render(request, "budgets/agents/close.html", context)


def case_url(agent):
    slug = agent.municipality.slug
    return reverse("budgets:agent_case", args=[slug, agent.budget_id, agent.pk])
