from django.contrib import admin
from django.contrib.admin import sites
from unfold.apps import BasicAppConfig


class AdminConfig(BasicAppConfig):
    """Unfold with our own site in place of Django's, before any room registers its pages."""

    def ready(self):
        from decide.admin_site import DecideAdminSite  # noqa: PLC0415  models are ready only now

        admin.site = sites.site = DecideAdminSite()
