"""What a phone shows when it has lost its signal: one page, and the script that keeps it."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import get_template
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


WORKER = Path(settings.BASE_DIR, "static/dist/sw.js")


@require_safe
@cache_control(no_cache=True)
def worker(request):
    """The service worker. It stands at the root, because it looks only below its own address."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript")


@require_safe
@cache_control(public=True, max_age=3600)
def page(request):
    return HttpResponse(get_template("offline.html").render())
