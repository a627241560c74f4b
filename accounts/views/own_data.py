from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import own_data as actions
from accounts.forms.profile import DeleteForm


@login_required
@reauthentication_required
@require_GET
def download(request):
    response = HttpResponse(actions.export(request.user), content_type="application/zip")
    name = f"decide-la-libertad-{timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request):
    """Say what goes and what stays; then, once more asked, let the person go."""
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.delete_account(request.user)
        except actions.HasARole:
            return redirect("accounts:delete")
        logout(request)
        messages.success(request, _("Your account is deleted. Thank you for having taken part."))
        return redirect("home")
    role = actions.standing_role(request.user)
    return render(
        request,
        "accounts/delete.html",
        {"form": form, "role": role, "kept": role or request.user.is_superuser},
        status=422 if form.errors else 200,
    )
