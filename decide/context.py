from django.conf import settings


def site(request):
    """What every page may show of the site itself."""
    return {
        "site": {
            "name": "Decide La Libertad",
            "url": settings.SITE_URL,
            "source_url": settings.SOURCE_URL,
            "tiles_url": settings.TILES_URL,
            "demo": settings.DEMO,
            "notice_count": request.user.unread_notices if request.user.is_authenticated else 0,
        }
    }
