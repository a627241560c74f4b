"""The agents of a budget as everybody sees them: how to take part, and the official list."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from budgets import agent_list, agent_sheets
from budgets.course import step_of
from budgets.enums import AgentKind, StepKind
from budgets.models import Agent, AgentList
from budgets.progress_agents import badge
from budgets.rules.agents import why_not_register
from budgets.views.budgets import seen_or_404


A_PAGE = 25


@require_safe
def agents(request, municipality_slug, pk):
    budget = seen_or_404(request, pk)
    kind = request.GET.get("tipo", "")
    listed = agent_list.on_it(budget)
    if kind in AgentKind.values:
        listed = listed.filter(kind=kind)
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    reason = why_not_register(request.user, budget)
    closed = AgentList.objects.filter(budget=budget).first()
    context = {
        "budget": budget,
        "call": step_of(budget, StepKind.CALL),
        "reason": reason,
        # Whoever is not signed in does so on the way.
        "can_register": reason is None or reason.url == reverse("account_login"),
        "mine": mine_of(request.user, budget),
        "page": page,
        "rows": [(agent, agent_list.delegate_of(agent)) for agent in page.object_list],
        "kind": kind,
        "kinds": agent_list.kinds(budget),
        "closed": closed,
        "digest": bytes(closed.digest).hex() if closed else "",
        "how_far": agent_list.how_far(budget),
        "refused_for": agent_list.refused_for(budget),
        "districts": agent_list.districts(budget),
        "described": agent_list.described(budget),
        "works_here": request.user.has_perm("budgets.register_agents", budget.municipality),
    }
    return render(request, "budgets/agents/index.html", context)


def mine_of(user, budget):
    """What this person registered here, drafts too, with how far it has come."""
    if not user.is_authenticated:
        return []
    own = Agent.objects.filter(budget=budget).of(user).order_by("-created_at")[:20]
    for agent in own:
        agent.municipality = budget.municipality
    return [(agent, badge(agent)) for agent in own]


# --- Files: in the language of the place, whoever asks for them


@require_safe
def list_pdf(request, municipality_slug, pk):
    return printed(agent_sheets.official, seen_or_404(request, pk), name="agentes")


@require_safe
def list_csv(request, municipality_slug, pk):
    """Once it is closed always the same bytes, whose hash was kept."""
    budget = seen_or_404(request, pk)
    name = "agentes" if AgentList.objects.filter(budget=budget).exists() else "agentes-provisional"
    response = HttpResponse(agent_list.as_csv(budget), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{budget.year}.csv"'
    return response


@require_safe
def blank_sheet(request, municipality_slug, pk):
    return printed(agent_sheets.sheet, seen_or_404(request, pk), name="ficha-de-inscripcion")


def printed(make, budget, *more, name):
    with override(settings.LANGUAGE_CODE):
        made = make(budget, *more)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-{budget.year}.pdf"'
    return response
