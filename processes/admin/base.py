"""What the pages of this room have in common."""

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from decide.common.admin import ReadOnly, ScopedAdmin, ScopedTabularInline


class Watched(ReadOnly, ScopedAdmin):
    """Read by those who work on it and by the region; with the way to its page."""

    @display(description=_("on the site"))
    def on_the_site(self, thing):
        return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing)


class WatchedInline(ReadOnly, ScopedTabularInline):
    tab = True
