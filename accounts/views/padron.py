from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import periodic
from accounts.forms.padron import PadronForm, UploadForm
from decide.common.permissions import require
from municipalities import padron as actions, padron_store
from municipalities.enums import ImportState
from municipalities.middleware import municipality_or_404
from municipalities.models import Padron, PadronImport
from municipalities.padron_files import Problem
from municipalities.padron_rows import Column, Fault


ERRORS_SHOWN = 100


@login_required
@require_GET
def index(request, municipality_slug):
    _municipality(request)
    return render(request, "accounts/padrones.html", {"padrones": Padron.objects.all()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, municipality_slug):
    municipality = _municipality(request)
    form = PadronForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        padron = actions.begin(municipality, by=request.user, **form.cleaned_data)
        return redirect("desk:padron", municipality.slug, padron.pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/padron_begin.html", {"form": form}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request, municipality_slug, pk):
    """A padrón, its files so far, and the way to bring another one."""
    municipality = _municipality(request)
    padron = get_object_or_404(Padron, pk=pk)
    is_post = request.method == "POST"
    form = UploadForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        municipality=municipality,
    )
    if is_post and form.is_valid():
        try:
            source = actions.upload(
                padron,
                form.cleaned_data["file"],
                by=request.user,
                default_district=form.cleaned_data["district"],
            )
        except actions.CannotImport as error:
            form.add_error(None, str(error))
        else:
            return redirect("desk:import", municipality.slug, source.pk)
    imports = padron.imports.select_related("uploaded_by")[:20]
    context = {"padron": padron, "form": form, "imports": imports}
    status = 422 if form.errors else 200
    return render(request, "accounts/padron.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def empty(request, municipality_slug, pk):
    """Ask, then delete everybody in it."""
    municipality = _municipality(request)
    padron = get_object_or_404(Padron, pk=pk)
    if request.method == "POST":
        count = actions.empty(padron, by=request.user)
        text = ngettext("%(count)d person deleted.", "%(count)d people deleted.", count)
        messages.success(request, text % {"count": count})
        return redirect("desk:padrones", municipality.slug)
    return render(request, "accounts/padron_empty.html", {"padron": padron})


@login_required
@never_cache
@require_GET
def source(request, municipality_slug, pk):
    """How far a file is, what it would do, or what it did. Asks again by itself while it moves."""
    _municipality(request)
    source = get_object_or_404(PadronImport.objects.select_related("padron"), pk=pk)
    return render(request, _template(request), _context(source))


@login_required
@require_POST
def confirm(request, municipality_slug, pk):
    municipality = _municipality(request)
    source = get_object_or_404(PadronImport, pk=pk)
    try:
        actions.confirm(
            source,
            by=request.user,
            skip_bad_rows=bool(request.POST.get("skip")),
            then=periodic.settle_waiting.si(municipality.pk),
        )
    except actions.CannotImport as error:
        messages.error(request, str(error))
    return redirect("desk:import", municipality.slug, pk)


@login_required
@require_POST
def cancel(request, municipality_slug, pk):
    municipality = _municipality(request)
    source = get_object_or_404(PadronImport, pk=pk)
    try:
        actions.cancel(source)
    except actions.CannotImport as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file is forgotten; nothing was stored."))
    return redirect("desk:padron", municipality.slug, source.padron_id)


def _municipality(request):
    municipality = municipality_or_404(request)
    require(request.user, "municipalities.manage_padron", municipality)
    return municipality


def _template(request):
    return "accounts/padron_import.html#status" if request.htmx else "accounts/padron_import.html"


def _context(source):
    errors = [
        {
            "row": error["row"],
            "column": Column(error["column"]).label,
            "reason": Fault(error["fault"]).label,
            "hint": error["hint"],
        }
        for error in source.errors[:ERRORS_SHOWN]
    ]
    sample = [
        dict(zip(("row", "document", "district", "sector"), row, strict=True))
        for row in source.sample
    ]
    progress = padron_store.progress(source) if source.is_moving else None
    is_read = bool(progress and progress["rows"] and source.state == ImportState.WAITING)
    return {
        "source": source,
        "heading": _("Being read") if is_read else source.get_state_display(),
        "padron": source.padron,
        "progress": progress,
        "is_ready": source.state == ImportState.READY,
        "is_done": source.state == ImportState.DONE,
        "problem": Problem(source.problem).label if source.problem else "",
        "errors": errors,
        "more_errors": max(source.rejected - len(errors), 0),
        "sample": sample,
        "can_confirm": source.state == ImportState.READY and source.rows > source.rejected,
    }
