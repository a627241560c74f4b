"""A registration as its own people see it: written, saved as they go, sent, mended, withdrawn."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.access import log_access
from budgets import agent_sheets
from budgets.actions import agents as actions
from budgets.enums import AgentState
from budgets.forms.agents import AgentForm, WithdrawForm
from budgets.models import Agent
from budgets.models.agents import agent_file_path
from budgets.progress_agents import badge
from budgets.rules.agents import why_not_register, why_not_withdraw, why_not_write
from budgets.views.agents import printed
from budgets.views.budgets import seen_or_404
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from municipalities.models import private_storage


KEPT = "agent_text"
# All that is typed but the numbers of documents, which are kept nowhere.
TYPED = tuple(
    name
    for name in AgentForm.base_fields
    if not name.endswith("_number") and name not in ("papers", "declares")
)
AS_CITIZEN = "ciudadano"
NUMBERS = ("delegate_number", "alternate_number")


def agent_or_404(request, pk, agent, permission="budgets.view_agent"):
    """Whoever may see it; of others' registrations nothing is told, not even that they are."""
    budget = seen_or_404(request, pk)
    found = Agent.objects.filter(budget=budget).select_related("registered_by", "district")
    agent = get_object_or_404(found.prefetch_related("delegates", "files"), pk=agent)
    agent.municipality, agent.budget = budget.municipality, budget
    if not request.user.has_perm(permission, agent):
        raise Http404
    return agent


# --- Writing


@never_cache
@sensitive_post_parameters(*NUMBERS)
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, municipality_slug, pk):
    """A registration not saved yet. The first save makes the draft, and its page goes on."""
    budget = seen_or_404(request, pk)
    if not request.user.is_authenticated:
        return keep_typed(request, budget)
    known = own_by_key(request, budget)
    if known and not (known.is_draft or known.is_being_mended):
        return redirect(known)  # the same form, sent once more
    if (
        reason := why_not_write(request.user, known)
        if known
        else why_not_register(request.user, budget)
    ):
        return blocked(request, budget, reason)
    as_citizen = known.is_citizen if known else wants_to_speak_for_themselves(request)
    if request.method == "POST":
        return save(request, budget, known, as_citizen=as_citizen)
    initial = {"form_key": uuid.uuid4()} | request.session.pop(KEPT, {})
    form = form_of(request, budget, as_citizen=as_citizen, initial=initial)
    return show_form(request, budget, form)


@never_cache
@sensitive_post_parameters(*NUMBERS)
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk, agent):
    if not request.user.is_authenticated:
        return keep_typed(request, seen_or_404(request, pk))
    agent = agent_or_404(request, pk, agent, "budgets.change_agent")
    if reason := why_not_write(request.user, agent):
        return refused(request, reason, agent.get_absolute_url())
    if request.method == "POST":
        return save(request, agent.budget, agent, as_citizen=agent.is_citizen)
    form = form_of(request, agent.budget, agent, as_citizen=agent.is_citizen)
    return show_form(request, agent.budget, form, agent)


@sensitive_variables("form")
def save(request, budget, agent, *, as_citizen):
    """Keep what can be understood, whatever else is wrong, and go where the button said."""
    is_draft = agent is None or agent.is_draft
    sending = request.POST.get("do") == "send" or not is_draft
    form = form_of(
        request, budget, agent, request.POST, request.FILES, as_citizen=as_citizen, sending=sending
    )
    is_valid = form.is_valid()
    try:
        if is_valid or is_draft:
            agent = keep_words(request, budget, form, agent)
        papers = {"add": form.cleaned_data.get("papers") or [], "remove": form.removed}
        if papers["add"] or papers["remove"]:
            for problem in actions.change_files(agent, by=request.user, **papers):
                form.add_error("papers", problem)
        if sending and not form.errors:
            agent = actions.submit(agent, by=request.user, at_desk=works_here(request, budget))
    except actions.CannotRegister as problem:
        form.add_error(None, str(problem))
    agent = fresh(agent)
    if sending and agent and agent.state == AgentState.SUBMITTED and form.errors:
        return redirect(agent)  # the other of two that came at once has sent it
    if form.errors:
        return show_form(request, budget, form, agent, status=422)
    if sending:
        said = _("Your registration has been sent. You will hear what is decided, with reasons.")
        messages.success(request, said)
        return redirect(agent)
    messages.success(request, _("Saved. Nobody else sees it until you send it."))
    return redirect("budgets:edit_agent", request.municipality.slug, budget.pk, agent.pk)


@sensitive_variables("form")
def keep_words(request, budget, form, agent):
    if agent is None:
        key = form.cleaned_data.get("form_key") or uuid.uuid4()
        agent = actions.begin(budget, by=request.user, form_key=key, **form.facts)
        if not agent.is_draft:
            return agent
    else:
        agent = actions.revise(agent, by=request.user, **form.facts)
    actions.name_delegates(agent, by=request.user, people=form.people)
    return agent


def fresh(agent):
    """As it is kept now, with what the form has just added."""
    if agent is None or agent.pk is None:
        return None
    found = Agent.objects.select_related("municipality", "budget")
    return found.prefetch_related("delegates", "files").get(pk=agent.pk)


def form_of(request, budget, agent=None, *data, **more):
    return AgentForm(
        *data,
        municipality=budget.municipality,
        agent=agent,
        at_desk=works_here(request, budget),
        **more,
    )


def show_form(request, budget, form, agent=None, status=200):
    slug = request.municipality.slug
    is_draft = agent is None or agent.is_draft
    if agent:
        form.show_kept(agent)
        action = reverse("budgets:edit_agent", args=[slug, budget.pk, agent.pk])
    else:
        action = reverse("budgets:register_agent", args=[slug, budget.pk])
    context = {
        "budget": budget,
        "form": form,
        "agent": agent,
        "is_draft": is_draft,
        "action": action,
        "as_citizen": AS_CITIZEN if form.as_citizen else "",
        "autosave_url": reverse("budgets:autosave_agent", args=[slug, budget.pk])
        if is_draft
        else "",
        "works_here": works_here(request, budget),
    }
    return render(request, "budgets/agents/write.html", context, status=status)


@never_cache
@sensitive_post_parameters(*NUMBERS)
@sensitive_variables("form")
@require_POST
def autosave(request, municipality_slug, pk):
    """What the page sends while somebody types. Answers when it was kept, in a few words."""
    budget = seen_or_404(request, pk)
    agent = own_by_key(request, budget) if request.user.is_authenticated else None
    if agent and not agent.is_draft:
        return HttpResponse(_("This has been sent already."), status=409)
    if reason := why_not_register(request.user, budget):
        return HttpResponse(str(reason), status=403)
    as_citizen = agent.is_citizen if agent else wants_to_speak_for_themselves(request)
    form = form_of(request, budget, agent, request.POST, as_citizen=as_citizen)
    form.is_valid()
    if agent is None and not (form.facts.get("name") or form.people):
        return HttpResponse("")
    try:
        keep_words(request, budget, form, agent)
    except actions.CannotRegister as problem:
        return HttpResponse(str(problem), status=409)
    now = timezone.localtime().strftime("%H:%M")
    said = (
        _("Saved at %(time)s") if form.is_valid() else _("Saved at %(time)s, but look at the marks")
    )
    return HttpResponse(said % {"time": now})


def own_by_key(request, budget):
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    own = Agent.objects.filter(budget=budget, form_key=key).of(request.user)
    agent = own.prefetch_related("delegates", "files").first()
    if agent:
        agent.municipality, agent.budget = budget.municipality, budget
    return agent


def keep_typed(request, budget):
    """Who writes before signing in finds the text again afterwards; no number of a document is kept."""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:200] for name in TYPED}
        request.session[KEPT] = {name: value for name, value in typed.items() if value}
        messages.info(request, _("Your text is kept. Sign in to go on with it."))
    then = reverse("budgets:register_agent", args=[request.municipality.slug, budget.pk])
    return redirect(
        sign_in(f"{then}?como={AS_CITIZEN}" if wants_to_speak_for_themselves(request) else then)
    )


def wants_to_speak_for_themselves(request):
    return request.GET.get("como") == AS_CITIZEN or request.POST.get("como") == AS_CITIZEN


def works_here(request, budget):
    """Somebody of the municipality writes it down for others."""
    return request.user.has_perm("budgets.register_agents", budget.municipality)


def blocked(request, budget, reason):
    """Registering is not possible now: why, and the way on."""
    context = {"budget": budget, "reason": reason}
    return render(request, "budgets/agents/blocked.html", context, status=403)


# --- What becomes of it


@never_cache
@require_safe
def page(request, municipality_slug, pk, agent):
    agent = agent_or_404(request, pk, agent)
    note_access(request, agent)
    is_own = agent.registered_by_id == request.user.pk
    context = {
        "budget": agent.budget,
        "agent": agent,
        "badge": badge(agent),
        "is_own": is_own,
        "can_write": is_own and why_not_write(request.user, agent) is None,
        "can_withdraw": (is_own or works_here(request, agent.budget))
        and why_not_withdraw(request.user, agent) is None,
        "works_here": works_here(request, agent.budget),
    }
    return render(request, "budgets/agents/page.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, municipality_slug, pk, agent):
    agent = agent_or_404(request, pk, agent, "budgets.change_agent")
    if not agent.is_draft:
        reason = Reason(_("Only what has not been sent can be deleted."))
        return refused(request, reason, agent.get_absolute_url())
    if request.method == "POST":
        actions.delete_draft(agent)
        messages.success(request, _("It is deleted."))
        return redirect("budgets:agents", municipality_slug, pk)
    context = {"budget": agent.budget, "agent": agent}
    return render(request, "budgets/agents/delete.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, municipality_slug, pk, agent):
    agent = agent_or_404(request, pk, agent)
    is_own = agent.registered_by_id == request.user.pk
    if not is_own and not works_here(request, agent.budget):
        raise Http404
    if reason := why_not_withdraw(request.user, agent):
        return refused(request, reason, agent.get_absolute_url())
    form = WithdrawForm(request.POST or None, is_own=is_own)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(agent, by=request.user, reason=form.cleaned_data["reason"])
        except actions.CannotRegister as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("It is withdrawn."))
        return redirect(agent)
    context = {"budget": agent.budget, "agent": agent, "form": form, "is_own": is_own}
    status = 422 if form.errors else 200
    return render(request, "budgets/agents/withdraw.html", context, status=status)


@never_cache
@require_safe
def sheet(request, municipality_slug, pk, agent):
    """To be signed, with what was typed already."""
    agent = agent_or_404(request, pk, agent)
    note_access(request, agent)
    return printed(agent_sheets.sheet, agent.budget, agent, name="ficha-de-inscripcion")


@never_cache
@require_safe
def paper(request, municipality_slug, pk, agent, uuid):
    """A document, for its own people and staff; who of the staff opened it is written down."""
    agent = agent_or_404(request, pk, agent)
    found = get_object_or_404(agent.files, uuid=uuid)
    note_access(request, agent)
    name = found.file.name.rpartition("/")[2]
    try:
        file = private_storage().open(agent_file_path(found, name))
    except FileNotFoundError as missing:
        raise Http404 from missing
    ending = name.rpartition(".")[2]
    response = FileResponse(
        file,
        content_type=found.content_type,
        filename=f"{slugify(found.title)[:80] or 'documento'}.{ending}",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def note_access(request, agent):
    """Staff see the data of people: of whom, when and where stays known."""
    if agent.registered_by and works_here(request, agent.budget):
        log_access(
            agent.registered_by,
            by=request.user,
            where=request.path,
            why=_("Registration of a participating agent"),
        )
