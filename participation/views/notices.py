from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from participation import emails
from participation.actions.notices import mark_read, mark_thing_read, stop_email, where_told
from participation.enums import Frequency, NoticeKind
from participation.forms.notices import InboxForm
from participation.inbox import groups_of, threads_told
from participation.models import Notice


THINGS_A_PAGE = 15


@require_safe
@login_required
def notices(request):
    form = InboxForm(request.GET)
    with where_told(request.user):
        mine = form.narrow(Notice.objects.filter(user=request.user))
        page = Paginator(threads_told(mine), THINGS_A_PAGE).get_page(request.GET.get("page"))
        context = {"form": form, "page": page, "groups": groups_of(mine, page.object_list)}
        return render(request, "participation/notices.html", context)


@require_POST
@login_required
def read(request, pk):
    mark_read(request.user, get_object_or_404(Notice, pk=pk, user=request.user))
    return redirect("participation:notices")


@require_POST
@login_required
def read_thing(request, pk):
    with where_told(request.user):
        mine = Notice.objects.filter(user=request.user).select_related("event")
        notice = get_object_or_404(mine, pk=pk)
    mark_thing_read(request.user, notice)
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
        user_id, what = emails.who_unsubscribes(token)
        person = User.objects.filter(pk=user_id).first()
    except signing.BadSignature:
        person, what = None, ""
    everything = "todo" in request.POST
    if request.method == "POST" and person:
        stop_email(person, "" if everything else what)
    labels = dict(NoticeKind.choices) | {
        Frequency.DAILY: _("Daily digest"),
        Frequency.WEEKLY: _("Weekly digest"),
    }
    context = {
        "person": person,
        "what": "" if everything else labels.get(what, ""),
        "done": request.method == "POST" and person is not None,
    }
    return render(request, "participation/unsubscribe.html", context, status=200 if person else 404)
