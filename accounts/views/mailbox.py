from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import mailbox as box


@never_cache
@require_GET
def mailbox(request):
    """What the demo would have sent; on a real site this page does not exist."""
    if not settings.DEMO:
        raise Http404
    to = request.GET.get("para", "")[:254]
    return render(request, "accounts/mailbox.html", {"letters": box.read(to), "to": to})
