"""Milestones and work plans as everybody reads them, public copies of evidence, and calendars."""

from django.conf import settings
from django.core import signing
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from agreements import completion, deadlines, gantt, milestones
from agreements.enums import EvidenceState
from agreements.models import Agreement, Evidence
from agreements.rules.people import is_observer, is_planner
from decide.calendar import Day, ics
from municipalities.models import Municipality, private_storage
from municipalities.rls import region_scope


CALENDAR = "agreements.calendar"


@require_safe
def index(request):
    """The rule, each milestone as a whole, and the provincial municipalities."""
    context = {
        "board": milestones.board(by=request.user),
        "rule": completion.RULE,
        "components": completion.COMPONENTS,
        "cumulative": completion.CUMULATIVE,
        "assessments": milestones.assessments(),
        "crumbs": [(_("The five milestones"), None)],
    }
    return render(request, "agreements/work/milestones.html", context)


@require_safe
def of_town(request, slug):
    """How far one municipality is, component by component, beside what others hold of it."""
    town = get_object_or_404(Municipality.objects.select_related("place"), slug=slug)
    context = {
        "town": town,
        "shown": milestones.of_town(town, by=request.user),
        "assessments": milestones.assessments(town),
        "crumbs": [
            (_("The five milestones"), reverse("agreements:milestones")),
            (town.short_name, None),
        ],
    }
    return render(request, "agreements/work/milestones_of.html", context)


@require_safe
def timeline(request, code):
    """The work plan of a published convenio, as a picture and as a table."""
    agreement = get_object_or_404(Agreement.objects.published(), code=code)
    context = {
        "agreement": agreement,
        "gantt": gantt.of(agreement),
        "crumbs": [
            (_("Convenios"), reverse("agreements:convenios")),
            (agreement.code, reverse("agreements:convenio", args=[agreement.code])),
            (_("Timeline"), None),
        ],
    }
    return render(request, "agreements/work/timeline.html", context)


@require_safe
def public_copy(request, pk):
    """What anybody may see of a piece of evidence: its public copy, once it is accepted."""
    found = get_object_or_404(Evidence, pk=pk, is_public=True, state=EvidenceState.ACCEPTED)
    if not found.public_file:
        raise Http404
    return as_file(found.public_file.name)


def as_file(path):
    """A kept file as an attachment: nothing that people brought runs here as a page."""
    try:
        file = private_storage().open(path)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, as_attachment=True, filename=path.rpartition("/")[2])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def calendar_token(user):
    """The address of somebody's own calendar, which a telephone opens without signing in."""
    return signing.dumps(user.pk, salt=CALENDAR)


@require_safe
def calendar(request, token):
    """All dates of the region, for a planner's or an observer's telephone."""
    try:
        user = User.objects.get(pk=signing.loads(token, salt=CALENDAR), is_active=True)
    except (signing.BadSignature, User.DoesNotExist) as wrong:
        raise Http404 from wrong
    with region_scope("agreements: a planner's calendar", by=user):
        if not (is_planner(user) or is_observer(user)):
            raise Http404
        due = deadlines.of_agreements(Agreement.objects.all())
    return as_calendar(_("Convenios of the region"), due, reverse("admin:index"))


def as_calendar(name, due, path):
    site = settings.SITE_URL.rstrip("/")
    days = [
        Day(f"{one.uid}@{site.rpartition('/')[2]}", one.on, one.title, site + path) for one in due
    ]
    content = ics(name, days, now=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="plazos.ics"'
    return response
