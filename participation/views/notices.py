from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from participation import emails
from participation.actions.notices import mark_read, stop_email, where_told
from participation.models import Notice


NOTICES_A_PAGE = 20


@require_safe
@login_required
def notices(request):
    with where_told(request.user):
        mine = Notice.objects.filter(user=request.user)
        mine = mine.select_related("event__thread", "municipality", "user")
        page = Paginator(mine, NOTICES_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "participation/notices.html", {"page": page})


@require_POST
@login_required
def read(request, pk):
    mark_read(request.user, get_object_or_404(Notice, pk=pk, user=request.user))
    return redirect("participation:notices")


@require_POST
@login_required
def read_all(request):
    mark_read(request.user)
    return redirect("participation:notices")


@csrf_exempt  # mail programs post it by themselves (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    try:
        person = User.objects.filter(pk=emails.who_unsubscribes(token)).first()
    except signing.BadSignature:
        person = None
    if request.method == "POST" and person:
        stop_email(person)
    context = {"person": person, "done": request.method == "POST" and person is not None}
    return render(request, "participation/unsubscribe.html", context, status=200 if person else 404)
