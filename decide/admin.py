"""Only pages that know municipalities and roles stay in the admin; those of libraries leave it."""

from django.contrib import admin

from decide.common.admin import Scoped


for model, page in list(admin.site._registry.items()):
    if not isinstance(page, Scoped):
        admin.site.unregister(model)
