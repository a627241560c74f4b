from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from participation.models import Document, Image, storage_path


# In the reader's own browser only: what moderation hides must not live on in a shared cache.
PUBLIC_FILE = "private, max-age=604800, immutable"
PRIVATE_FILE = "private, no-store"


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
