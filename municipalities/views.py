from django.shortcuts import render
from django.views.decorators.http import require_GET

from municipalities.middleware import municipality_or_404


@require_GET
def home(request, municipality_slug):
    municipality = municipality_or_404(request)
    return render(request, "municipalities/home.html", {"municipality": municipality})
