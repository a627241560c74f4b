"""Where staff begin a process from a template, and prepare what happens in its steps."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participation.screening import WAITS
from processes.actions import clones, processes
from processes.days import LEFT_OUT
from processes.forms.templates import CloneForm, StepDebateForm
from processes.models import ProcessTemplate
from processes.parts import parts_of
from processes.rules.processes import why_closed
from processes.rules.templates import NEEDS, why_not_open_debate, why_off
from processes.views.processes import process_or_404, staff_of_processes


PER_PAGE = 12
UNTIL_IT_BEGINS = timedelta(days=14)  # as the form proposes it


@require_safe
@staff_of_processes
def choose_template(request, municipality):
    """The templates with what each takes."""
    templates = ProcessTemplate.objects.published().order_by("title", "pk")
    templates = templates.prefetch_related("steps")
    page = Paginator(templates, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "processes/templates/choose.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_processes
def clone(request, municipality, code):
    """A title and a first day; with `do=days` the days are only shown."""
    template = get_object_or_404(
        ProcessTemplate.objects.published().prefetch_related("steps"), code=code
    )
    if request.method != "POST":
        return show_form(request, template, CloneForm(template=template, initial=begun(template)))
    form = CloneForm(request.POST, template=template)
    if not form.is_valid():
        return show_form(request, template, form, status=422)
    if request.POST.get("do") == "days":
        return show_form(request, template, form)
    values = form.cleaned_data
    values |= {name: values.get(name, True) for name in LEFT_OUT}
    try:
        process = clones.clone(template, municipality, by=request.user, **values)
    except (clones.CannotClone, processes.CannotProcess) as reason:
        form.add_error(None, str(reason))
        return show_form(request, template, form, status=422)
    messages.success(request, _("The process is prepared. Nobody but staff sees it yet."))
    return redirect("processes:parts", municipality.slug, process.pk)


def begun(template):
    """What the form proposes: the name with its year, and a day in two weeks."""
    day = timezone.localdate() + UNTIL_IT_BEGINS
    title = f"{template.title} {day.year}"
    return {"form_key": uuid.uuid4(), "title": title[:160], "first_day": day}


def show_form(request, template, form, status=200):
    here = request.municipality
    kinds = {step.kind for step in template.steps.all() if step.kind in NEEDS}
    context = {
        "form": form,
        "template": template,
        "steps": form.steps,
        "off": [(kind, reason) for kind in sorted(kinds) if (reason := why_off(here, kind))],
        "closed": why_closed(here),
    }
    return render(request, "processes/templates/clone.html", context, status=status)


@require_safe
@staff_of_processes
def parts(request, municipality, pk):
    """What happens in each step, what is prepared and what is still to be done."""
    process = process_or_404(request, pk)
    return render(
        request, "processes/templates/parts.html", {"process": process, "parts": parts_of(process)}
    )


@require_POST
@staff_of_processes
def prepare(request, municipality, pk, step_pk):
    step = step_or_404(request, pk, step_pk)
    try:
        clones.prepare(step, by=request.user)
        messages.success(request, _("It is prepared. Nobody but staff sees it yet."))
    except (clones.CannotPrepare, processes.CannotProcess) as reason:
        messages.error(request, str(reason))
    return redirect("processes:parts", municipality.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_processes
def open_debate(request, municipality, pk, step_pk):
    """The question and its text as the step has them; from here on everybody answers."""
    step = step_or_404(request, pk, step_pk)
    if request.method == "POST" and step.thread_id:
        return redirect(step.thread.path)  # sent twice
    if reason := why_not_open_debate(step):
        messages.error(request, str(reason))
        return redirect("processes:parts", municipality.slug, pk)
    key = {"form_key": uuid.uuid4()}
    form = StepDebateForm(request.POST or None, step=step, initial=key)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("form_key", "title", "text")}
        try:
            debate = clones.open_debate(step, by=request.user, **values)
        except (clones.CannotPrepare, processes.CannotProcess) as error:
            form.add_error(None, str(error))
        else:
            said = _("The debate is open, and its step leads to it.")
            messages.success(request, WAITS if debate.is_hidden else said)
            return redirect(debate)
    context = {"form": form, "step": step, "process": step.process}
    status = 422 if form.is_bound else 200
    return render(request, "processes/templates/open_debate.html", context, status=status)


def step_or_404(request, pk, step_pk):
    process = process_or_404(request, pk)
    for step in process.steps.all():
        if step.pk == step_pk:
            step.process = process
            return step
    raise Http404
