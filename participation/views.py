import csv
import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from municipalities.middleware import municipality_or_404
from participation import actions, emails, statistics
from participation.models import Document, Image, Notice, Thread, storage_path


# In the reader's own browser only: what moderation hides must not live on in a shared cache.
PUBLIC_FILE = "private, max-age=604800, immutable"
PRIVATE_FILE = "private, no-store"
NOTICES_A_PAGE = 20


# --- Files


@require_safe
def image(request, municipality_slug, uuid, width, encoding):
    municipality_or_404(request)
    found = get_object_or_404(Image.objects.select_related("thread"), uuid=uuid)
    name = f"{width}.{encoding}"
    if name not in found.names:
        raise Http404
    return attachment(request, found, name, content_type=f"image/{encoding}")


@require_safe
def document(request, municipality_slug, uuid):
    municipality_or_404(request)
    found = get_object_or_404(Document.objects.select_related("thread"), uuid=uuid)
    name = found.file.name.rpartition("/")[2]
    return attachment(
        request,
        found,
        name,
        content_type="application/pdf",
        as_attachment=True,
        filename=f"{slugify(found.title)[:80] or 'documento'}.pdf",
    )


def attachment(request, found, name, **headers):
    """The file, for whoever may see it now; to others it does not exist."""
    if not request.user.has_perm("participation.view_files", found.thread):
        raise Http404
    try:
        file = default_storage.open(storage_path(found, name))
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, **headers)
    response["Cache-Control"] = PUBLIC_FILE if found.thread.is_public else PRIVATE_FILE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- Following


@require_POST
def follow(request, municipality_slug, pk):
    thread = visible_thread(request, pk)
    try:
        actions.follow(thread, by=request.user)
    except actions.CannotFollow as refusal:
        messages.error(request, str(refusal))
        if not request.user.is_authenticated:
            return redirect(f"{refusal.reason.url}?next={thread.path}")
    else:
        tell(request, _("You follow this now. You hear of each step in your notices."))
    return followed(request, thread)


@require_POST
def unfollow(request, municipality_slug, pk):
    thread = visible_thread(request, pk)
    if request.user.is_authenticated:
        actions.unfollow(thread, by=request.user)
        tell(request, _("You no longer follow this."))
    return followed(request, thread)


def visible_thread(request, pk):
    municipality_or_404(request)
    thread = get_object_or_404(Thread, pk=pk)
    if not request.user.has_perm("participation.view_files", thread):
        raise Http404
    return thread


def tell(request, text):
    if not request.htmx:  # the fragment says it itself
        messages.success(request, text)


def followed(request, thread):
    if request.htmx:
        return render(request, "participation/follow_fragment.html", {"thread": thread})
    return redirect(thread.path or request.municipality)


# --- Notices


@require_safe
@login_required
def notices(request):
    with actions.where_told(request.user):
        mine = Notice.objects.filter(user=request.user)
        mine = mine.select_related("event__thread", "municipality", "user")
        page = Paginator(mine, NOTICES_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "participation/notices.html", {"page": page})


@require_POST
@login_required
def read(request, pk):
    actions.mark_read(request.user, get_object_or_404(Notice, pk=pk, user=request.user))
    return redirect("participation:notices")


@require_POST
@login_required
def read_all(request):
    actions.mark_read(request.user)
    return redirect("participation:notices")


@csrf_exempt  # mail programs post it by themselves (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    try:
        person = User.objects.filter(pk=emails.who_unsubscribes(token)).first()
    except signing.BadSignature:
        person = None
    if request.method == "POST" and person:
        actions.stop_email(person)
    context = {"person": person, "done": request.method == "POST" and person is not None}
    return render(request, "participation/unsubscribe.html", context, status=200 if person else 404)


# --- Open data


@require_safe
def data(request, municipality_slug):
    """The public statistics of a space, with what each figure means."""
    municipality = municipality_or_404(request)
    with statistics.reading(municipality):
        found = statistics.Statistics(municipality)
        context = {
            "municipality": municipality,
            "acts": found.table(statistics.ACTS),
            "intake": found.table(statistics.INTAKE),
            "crossed": [
                (label, found.crossed(dimension))
                for dimension, label in statistics.DIMENSION_LABELS.items()
            ],
            "rural_ratio": found.rural_ratio,
            "rural_share": municipality.place.rural_share,
            "people": found.people,
            "smallest": statistics.SMALLEST,
            "places": found.places() if municipality.is_region else [],
            "raw": request.GET.get("por") == "total",
        }
    return render(request, "participation/data.html", context)


@require_safe
def data_csv(request, municipality_slug):
    municipality = municipality_or_404(request)
    out = io.StringIO()
    writer = csv.writer(out)
    with override("es"), statistics.reading(municipality):
        writer.writerow(statistics.COLUMNS)
        for line in statistics.Statistics(municipality).lines():
            writer.writerow(statistics.as_cells(municipality, line))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="participacion-{municipality.slug}.csv"'
    )
    return response
