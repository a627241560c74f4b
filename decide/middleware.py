from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers

from decide.admin_site import admin_scope


class CompressionMiddleware(GZipMiddleware):
    """Gzip, but for pages whose length would tell what is in them (`no-transform`)."""

    def process_response(self, request, response):
        if "no-transform" in response.headers.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)


class PrivatePagesMiddleware:
    """Keep what a signed-in person sees out of proxies, service workers and shared phones."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class MaintenanceMiddleware:
    """While MAINTENANCE is set nobody gets in, and everybody is told that nothing is lost."""

    def __init__(self, get_response):
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/salud/":
            return self.get_response(request)
        # Without the request: nothing that needs a session or the database is to be asked.
        page = get_template("maintenance.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": "300"})


class NotAllowedMiddleware:
    """An address that only takes what a button sends: whoever opens it by hand finds a way on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            response.content = get_template("405.html").render({}, request)
        return response


class AdminMiddleware:
    """The admin's pages see the municipalities of the person's roles, until they are rendered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        if "\x00" in unquote(request.get_full_path()):  # no filter or key holds it, nor may a query
            raise Http404
        if request.user.is_authenticated and request.user.is_staff:
            with admin_scope(request.user):
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        response.headers["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response
