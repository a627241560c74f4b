"""What a municipality enters for a period: typed here, or in a workbook that goes and comes back."""

from functools import wraps

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import entering, workbook as books
from agreements.actions import indicators as actions
from agreements.forms.indicators import CellsForm, GridForm, UploadForm
from agreements.models import Entry, Indicator, Period
from agreements.rules.indicators import may_enter
from decide.common.permissions import Refusal
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from proposals.resources import XLSX


A_PAGE = 20


def for_staff(view):
    """For those who speak for the municipality; nothing of it stays on a shared machine."""

    @never_cache
    @wraps(view)
    def inside(request, municipality_slug, **kwargs):
        municipality = municipality_or_404(request)
        if not request.user.is_authenticated:
            return redirect(sign_in(request.get_full_path()))
        if not may_enter(request.user, municipality):
            raise PermissionDenied
        if label := kwargs.pop("period", None):
            kwargs["period"] = get_object_or_404(Period, label=label)
        return view(request, municipality, **kwargs)

    return inside


def to_grid(municipality, period):
    return redirect("agreed:indicator_grid", municipality.slug, period.label)


def entered_or_404(code):
    return get_object_or_404(Indicator, code=code, is_active=True, computed="")


@require_safe
@for_staff
def periods(request, municipality):
    """Which periods there are, and how far each is."""
    page = Paginator(Period.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": entering.progress(municipality, list(page.object_list))}
    return render(request, "agreements/indicators/desk/periods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def grid(request, municipality, period):
    """Every indicator that people enter, on one page; saving writes what has changed."""
    indicators, entries = books.entered_indicators(), books.entries_of(municipality, period)
    form = GridForm(request.POST or None, indicators=indicators, entries=entries)
    if request.method == "POST" and form.is_valid():
        saved, refused = entering.save_grid(form, municipality, period, by=request.user)
        for one, why in refused:
            messages.error(request, f"{one.code}: {why}")
        messages.success(
            request,
            ngettext("%(n)d value was saved.", "%(n)d values were saved.", saved) % {"n": saved},
        )
        return to_grid(municipality, period)
    context = {
        "period": period,
        "form": form,
        "lines": entering.with_the_past(form, municipality, period),
        "upload": UploadForm(),
        "can_send": any(e.state in ("draft", "returned") for e in entries.values()),
    }
    return render(request, "agreements/indicators/desk/grid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def cells(request, municipality, period, code):
    """The parts of one value by gender, area and age."""
    one = entered_or_404(code)
    if not one.counts_people:
        raise Http404
    entry = Entry.objects.filter(municipality=municipality, period=period, indicator=one).first()
    form = CellsForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        try:
            saved = entering.save_cells(form, municipality, period, one, entry, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            if saved.entry.is_complete:
                messages.success(request, _("Saved: the parts add up."))
            else:
                messages.warning(request, _("Saved, but the parts do not add up to the whole."))
        return to_grid(municipality, period)
    context = {"period": period, "indicator": one, "entry": entry, "form": form}
    return render(request, "agreements/indicators/desk/cells.html", context)


@require_POST
@for_staff
def send(request, municipality, period):
    try:
        sent = actions.send(municipality=municipality, period=period, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            ngettext("%(n)d value was sent.", "%(n)d values were sent.", sent) % {"n": sent},
        )
    return to_grid(municipality, period)


@require_POST
@for_staff
def no_progress(request, municipality, period, code):
    one = entered_or_404(code)
    try:
        actions.no_progress(
            municipality=municipality, indicator=one, period=period, by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to_grid(municipality, period)


@require_safe
@for_staff
def workbook(request, municipality, period):
    response = HttpResponse(books.make(municipality, period), content_type=XLSX)
    name = f"indicadores-{municipality.slug}-{period.label}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@for_staff
def upload(request, municipality, period):
    """First what the file would change; with the yes on that page, the change."""
    if sealed := request.POST.get("confirmed"):
        return confirm(request, municipality, period, sealed)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the workbook that you filled in."))
        return to_grid(municipality, period)
    try:
        reading = books.read(form.cleaned_data["file"], municipality, period)
    except books.Unreadable as error:
        messages.error(request, str(error))
        return to_grid(municipality, period)
    context = {
        "period": period,
        "reading": reading,
        "sealed": entering.sealed(reading, municipality, period) if reading.changes else "",
    }
    return render(request, "agreements/indicators/desk/upload.html", context)


def confirm(request, municipality, period, sealed):
    try:
        changed = entering.confirm(sealed, municipality, period, by=request.user)
    except signing.BadSignature:
        messages.error(request, _("That took too long or was altered: bring the workbook again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            ngettext("%(n)d value was saved.", "%(n)d values were saved.", changed)
            % {"n": changed},
        )
    return to_grid(municipality, period)
