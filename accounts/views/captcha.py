from allauth.account.adapter import get_adapter
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import captcha
from accounts.forms.captcha import Captcha


@never_cache
def check(request):
    """Show once that there is a person, and go back."""
    back = request.POST.get("next", request.GET.get("next", ""))
    # Without a slash before it, it would be taken for the name of one of our pages.
    if not back.startswith("/") or not get_adapter(request).is_safe_url(back):
        back = "/"
    form = Captcha(request.POST or None)
    if request.method == "POST" and form.is_valid():
        captcha.remember(request)
        return redirect(back)
    context = {"form": form, "back": back}
    return render(request, "accounts/check.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def challenge(request):
    return JsonResponse(captcha.challenge())
