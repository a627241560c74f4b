"""The observers' workspace: all of the record to read, and their own word beside it.

An observer reads all and changes nothing: what they write are rows of their own, which nobody
takes away, not even they.
"""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import oversight as actions
from agreements.citizen_checks import said_of
from agreements.enums import ActivityState
from agreements.forms.evaluation import ObservationForm, ReportForm
from agreements.models import (
    Activity,
    Agreement,
    Observation,
    Organization,
    OversightReport,
    Transfer,
    WorkItem,
)
from agreements.rules.evaluation import observing_for
from agreements.views.evaluation_page import (
    for_observers,
    for_organizations,
    form_page,
    of_the_town,
    page_of,
)
from decide.common.permissions import Refusal


# What is looked through, by its word in the address: name, rows, and where words are looked for.
LISTS = {
    "convenios": (
        gettext_lazy("Convenios"),
        Agreement.objects.all(),
        ("title", "code"),
    ),
    "transferencias": (
        gettext_lazy("Transfers"),
        Transfer.objects.select_related("municipality", "version__practice"),
        ("municipality__name", "local_name"),
    ),
    "pasos": (
        gettext_lazy("Steps of work plans"),
        WorkItem.objects.select_related("agreement", "party__organization"),
        ("name", "agreement__title"),
    ),
    "actividades": (
        gettext_lazy("Activities"),
        Activity.objects.filter(state=ActivityState.HELD).select_related("municipality"),
        ("title", "municipality__name"),
    ),
}
# The record that an observation stands beside, by its word in the address.
SUBJECTS = {
    "convenio": ("agreement", Agreement.objects.all()),
    "transferencia": (
        "transfer",
        Transfer.objects.select_related("municipality", "version__practice", "agreement"),
    ),
    "paso": ("item", WorkItem.objects.select_related("agreement", "party__organization")),
}


def with_replies(observations):
    """Observations with who wrote them and what was replied, in their order."""
    replies = Observation.objects.select_related("organization")
    return (
        observations.filter(replies_to=None)
        .select_related("organization", "municipality")
        .prefetch_related(Prefetch("replies", replies))
    )


@require_safe
@for_observers
def oversight(request):
    which = request.GET.get("que", "convenios")
    if which not in LISTS:
        raise Http404
    name, rows, searched = LISTS[which]
    rows = rows.all()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:120]
    if words:
        sought = Q()
        for field in searched:
            sought |= Q(**{f"{field}__icontains": words})
        rows = rows.filter(sought)
    context = {
        "which": which,
        "name": name,
        "lists": [(key, label) for key, (label, _rows, _fields) in LISTS.items()],
        "words": words,
        "page": page_of(request, rows),
        "organization": observing_for(request.user),
        "crumbs": [(_("Oversight"), None)],
    }
    return render(request, "agreements/evaluation/oversight.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_observers
def subject(request, kind, pk):
    """The official record, what citizens say, and observations with their replies beside it."""
    if kind not in SUBJECTS:
        raise Http404
    field, things = SUBJECTS[kind]
    thing = get_object_or_404(things.all(), pk=pk)
    form = ObservationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.observe(text=form.cleaned_data["text"], by=request.user, **{field: thing})
        except Refusal as refusal:
            messages.error(request, str(refusal.reason))
        else:
            messages.success(request, _("Your observation is public."))
        return redirect("agreements:oversight_subject", kind, pk)
    context = {
        "thing": thing,
        "kind": kind,
        "observations": with_replies(Observation.objects.filter(**{field: thing})),
        "said": said_of(**{field: thing}) if field != "agreement" else None,
        "form": form if observing_for(request.user) else None,
        "crumbs": [(_("Oversight"), reverse("agreements:oversight")), (str(thing), None)],
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/evaluation/subject.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organizations
def write_report(request, organization):
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        actions.publish_report(by=request.user, **form.cleaned_data)
        messages.success(request, _("The report is public."))
        return redirect("agreements:oversight_reports")
    return form_page(
        request,
        form,
        title=_("Publish a report of your organisation"),
        lead=organization.name,
        button=_("Publish it"),
        back=reverse("agreements:oversight"),
    )


@require_safe
def observations(request):
    """All that organisations observed and what was replied, for everybody."""
    found = with_replies(Observation.objects.exclude(published_at=None)).order_by("-at", "-pk")
    context = {
        "page": page_of(request, found),
        "crumbs": [(_("What organisations observe"), None)],
    }
    return render(request, "agreements/evaluation/observations.html", context)


@require_safe
def reports(request):
    found = OversightReport.objects.select_related("organization")
    context = {
        "page": page_of(request, found),
        "crumbs": [(_("Reports of organisations"), None)],
    }
    return render(request, "agreements/evaluation/reports.html", context)


@require_safe
def report_file(request, pk):
    report = get_object_or_404(OversightReport.objects.exclude(file=""), pk=pk)
    try:
        file = report.file.open()
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(
        file,
        as_attachment=True,
        content_type="application/pdf",
        filename=f"{slugify(report.title)[:80] or 'informe'}.pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@of_the_town
def own_observations(request, municipality):
    """What was observed of this municipality, to be replied to; nothing of it can be taken away."""
    found = with_replies(Observation.objects.filter(municipality=municipality))
    context = {"page": page_of(request, found.order_by("-at", "-pk"))}
    return render(request, "agreements/evaluation/own_observations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def reply(request, municipality, pk):
    observation = get_object_or_404(Observation, municipality=municipality, replies_to=None, pk=pk)
    back = reverse("agreed:own_observations", args=[municipality.slug])
    organization = Organization.objects.filter(town=municipality).first()
    form = ObservationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if organization is None:
            form.add_error(
                None, _("The region has not entered your municipality as an organisation yet.")
            )
        else:
            actions.reply(
                observation=observation,
                organization=organization,
                text=form.cleaned_data["text"],
                by=request.user,
            )
            messages.success(request, _("Your reply is public."))
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Reply to an observation"),
        lead=f"{observation.organization}: {observation.text}",
        button=_("Publish the reply"),
        back=back,
    )
