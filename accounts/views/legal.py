from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import legal
from municipalities.models import Municipality


@require_GET
def privacy(request):
    """What is done with personal data, and who answers for it: the region, or with ?m= a town."""
    slug = request.GET.get("m", "").replace("\x00", "")[:60]
    open_ones = Municipality.objects.open().order_by("short_name")
    place = Municipality.objects.filter(slug=slug).first() if slug else None
    region = Municipality.objects.filter(place_id=settings.REGION).first()
    return render(
        request,
        "accounts/privacy.html",
        {
            "place": place or region,
            "chosen": place,
            "municipalities": open_ones.only("slug", "short_name"),
            "version": legal.TERMS_VERSION,
        },
    )


@require_GET
def terms(request):
    return render(request, "accounts/terms.html", {"version": legal.TERMS_VERSION})
