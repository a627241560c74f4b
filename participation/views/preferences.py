from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from participation import emails
from participation.actions.notices import email_works as remember_that_it_works, prefer
from participation.forms.notices import PreferencesForm
from participation.tasks.notices import send_confirmation


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request):
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        prefer(request.user, form.cleaned_data)
        messages.success(request, _("Saved. From now on you hear of things in this way."))
        return redirect("participation:preferences")
    status = 422 if form.errors else 200
    return render(request, "participation/preferences.html", {"form": form}, status=status)


@require_POST
@login_required
def try_email(request):
    """Ask the address itself whether it works again."""
    if request.user.email and request.user.email_bounced_at:
        send_confirmation.delay(request.user.pk)
        messages.success(
            request,
            _("We have sent a mail to %(email)s. Open its link.") % {"email": request.user.email},
        )
    return redirect("accounts:profile")


@require_http_methods(["GET", "HEAD", "POST"])
def email_works(request, token):
    try:
        user_id, email = emails.whose_email_works(token)
    except signing.BadSignature:
        return render(request, "participation/email_works.html", status=404)
    done = request.method == "POST" and remember_that_it_works(user_id, email)
    return render(request, "participation/email_works.html", {"email": email, "done": done})
