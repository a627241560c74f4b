"""The observatory: what everybody reads of convenios, transfers and milestones, without an account."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request):
    return render(request, "agreements/observatory/home.html")
