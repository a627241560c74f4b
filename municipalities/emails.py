from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from municipalities.models import Municipality


def space_opened(municipality: Municipality, email: str) -> None:
    """To somebody who left their address: the space they waited for is open."""
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            _("%(place)s is open: you can take part now") % {"place": municipality.short_name},
            render_to_string(
                "municipalities/emails/space_opened.txt",
                {
                    "municipality": municipality,
                    "url": settings.SITE_URL.rstrip("/") + municipality.get_absolute_url(),
                },
            ),
            None,
            [email],
        )
