from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import slowing
from accounts.actions import desk as actions
from accounts.forms.residence import TakeOverForm


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request):
    """With the receipt of a desk, an account becomes one's own: an address, a code, and in."""
    if request.user.is_authenticated:
        return redirect("accounts:profile")
    form = TakeOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = get_adapter().get_client_ip(request)
        assisted = None
        if not slowing.seconds_to_wait(address):
            assisted = actions.holder(form.cleaned_data["code"])
        if assisted:
            contact = form.cleaned_data["contact"]
            try:
                user = actions.give_address(assisted, email=contact.email, phone=contact.phone)
            except actions.AddressTaken:
                form.add_error("contact", form.TAKEN)
            else:
                request.session[actions.RECEIPT] = user.pk
                return perform_login(request, user, email=contact.email)
        else:
            slowing.note_wrong(address)
            form.add_error(
                "code",
                _(
                    "This code does not work. Check it, wait a minute, or ask the desk for a new one."
                ),
            )
    status = 422 if form.errors else 200
    return render(request, "accounts/take_over.html", {"form": form}, status=status)
