"""The templates of processes for everybody: what they take, and who began from them."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from municipalities.rls import region_scope
from processes.enums import ProcessState
from processes.models import Process, ProcessTemplate


PER_PAGE = 12
USES = 30  # of one template, the newest


@require_safe
def index(request):
    with region_scope("templates: how many began from each", by=request.user):
        templates = ProcessTemplate.objects.published().with_uses().order_by("title", "pk")
        page = Paginator(templates.prefetch_related("steps"), PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = {"page": page, "crumbs": [(_("Templates of processes"), None)]}
        return render(request, "processes/templates/index.html", context)


@require_safe
def template(request, code):
    """Its steps, rules and advice, and the public processes that began from it."""
    found = get_object_or_404(
        ProcessTemplate.objects.published().select_related("practice").prefetch_related("steps"),
        code=code,
    )
    context = {
        "template": found,
        "steps": found.steps.all(),
        "uses": uses_of(found, request.user),
        "crumbs": [
            (_("Templates of processes"), reverse("process_templates:index")),
            (found.title, None),
        ],
    }
    return render(request, "processes/templates/template.html", context)


def uses_of(template, by):
    """Public processes of all municipalities that began from it, the newest first."""
    with region_scope("templates: who began from it", by=by):
        return list(
            Process.objects.filter(
                template=template, state__in=[ProcessState.OPEN, ProcessState.CLOSED]
            )
            .select_related("municipality")
            .defer("search", "text", "rules")
            .order_by("-opened_at", "-pk")[:USES]
        )
