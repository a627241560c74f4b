from django.conf import settings


def site(request):
    """What every page may show of the site itself, also one that refuses before it knows who asks."""
    user = getattr(request, "user", None)
    return {
        "site": {
            "name": "Decide La Libertad",
            "url": settings.SITE_URL,
            "source_url": settings.SOURCE_URL,
            "tiles_url": settings.TILES_URL,
            "demo": settings.DEMO,
            "notice_count": user.unread_notices if user and user.is_authenticated else 0,
        }
    }
