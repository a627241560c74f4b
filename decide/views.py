from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def health(request):
    """For load balancers: the process answers, whatever the database does."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request):
    return render(request, "decide/home.html")
