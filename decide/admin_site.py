"""The admin: one for all, and each person sees of it what their roles give."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponseRedirect  # noqa: TID251  the site is a set of views
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from accounts.models import User
from decide import dashboard
from decide.common.admin import is_regional
from municipalities.models import Municipality
from municipalities.rls import municipality_scope, region_scope


LONGEST_PAGE = 6  # digits; beyond them PostgreSQL counts no rows


@contextmanager
def admin_scope(user: User) -> Iterator[None]:
    """The municipalities where the person has a role, or all of them with a regional one."""
    if is_regional(user):
        with region_scope("admin", by=user):
            yield
    else:
        own = Municipality.objects.filter(pk__in={pk for _role, pk in user.roles})
        with municipality_scope(*own):
            yield


class DecideAdminSite(UnfoldAdminSite):
    """Signing in and passwords are the site's own, so that its limits and second factor hold."""

    index_title = _("What waits for you")
    index_template = "admin/dashboard.html"

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def index(self, request, extra_context=None):
        return super().index(request, dashboard.context(request) | (extra_context or {}))

    def search(self, request, extra_context=None):
        page = request.GET.get("page", "1")
        if not page.isdecimal() or len(page) > LONGEST_PAGE:
            request.GET = request.GET.copy()
            request.GET["page"] = "1"
        return super().search(request, extra_context)
