from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import desk_codes, slowing
from accounts.actions import residence as actions
from accounts.enums import CheckResult, RequestState
from accounts.forms.residence import ResidenceForm
from accounts.models import ResidenceRequest, ResidenceTries
from accounts.rules import why_withdrawn
from decide.common.words import moment
from municipalities.models import Municipality


@login_required
@never_cache
@sensitive_post_parameters("number", "digit", "birth_date")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def residence(request):
    """Prove where one lives; says how it stands."""
    form = ResidenceForm(request.POST or None, initial=_initial(request))
    status = 200
    if request.method == "POST":
        status = 422
        address = get_adapter().get_client_ip(request)
        if wait := slowing.seconds_to_wait(address):
            form.full_clean()
            form.add_error(None, _slowly(wait))
            status = 429
        elif form.is_valid() and _try(request, form, address):
            return redirect("accounts:residence")
    return render(
        request, "accounts/residence.html", _state(request) | {"form": form}, status=status
    )


@login_required
@require_POST
def desk_code(request):
    """Give the person a code that an officer needs to find their account."""
    desk_codes.give(request.user)
    return redirect("accounts:residence")


@sensitive_variables()
def _try(request, form, address):
    """Whether there is something new to show; else the form says what is wrong."""
    data = form.cleaned_data
    try:
        outcome = actions.prove(
            request.user,
            kind=data["kind"],
            number=data["number"],
            birth_date=data["birth_date"],
            district=data["district"],
        )
    except actions.Locked:
        return True
    except actions.CannotProve as error:
        form.add_error(None, str(error))
        return False
    if outcome.result == CheckResult.MATCHED:
        messages.success(request, _("Your residence is proven: you can take part now."))
        return True
    if outcome.result == CheckResult.UNAVAILABLE:
        return True
    if outcome.result == CheckResult.NOT_ALLOWED:
        text = _("Taking part as a resident begins at %(age)d years of age.")
        form.add_error(None, text % {"age": settings.RESIDENCE_MIN_AGE})
        return False
    slowing.note_wrong(address)
    if outcome.tries_left:
        form.add_error(None, _not_matched(outcome.tries_left))
        return False
    return True


def _not_matched(left):
    """The same for a wrong document and for one that verifies somebody else already."""
    text = _(
        "We could not prove your residence with these data. Check the number, the date and the"
        " district. If all are right, go to the desk of your municipality with your document."
    )
    tries = ngettext("You have %(left)d try left.", "You have %(left)d tries left.", left)
    return f"{text} {tries % {'left': left}}"


def _slowly(wait):
    text = ngettext(
        "There were many tries from your connection. Wait %(wait)d second and send it again.",
        "There were many tries from your connection. Wait %(wait)d seconds and send it again.",
        wait,
    )
    return text % {"wait": wait}


def _initial(request):
    """The district, when somebody comes from a municipality that has only one."""
    slug = request.GET.get("m", "").replace("\0", "")[:60]
    municipality = Municipality.objects.filter(slug=slug).first() if slug else None
    code = municipality.place_id if municipality else ""
    return {"district": code if len(code) == 6 else "", "kind": "dni"}


def _state(request):
    user = request.user
    tries = ResidenceTries.objects.filter(user=user).first()
    waiting = ResidenceRequest.objects.select_related("district").filter(user=user).first()
    proof = user.proof
    return {
        "proof": proof,
        "places": Municipality.objects.where_takes_part(proof.district_id) if proof else None,
        "locked_until": moment(tries.locked_until) if tries and tries.is_locked else None,
        "waiting": waiting if waiting and waiting.state == RequestState.WAITING else None,
        "closed": waiting if waiting and waiting.state != RequestState.WAITING else None,
        "withdrawn": why_withdrawn(user),
        "code": desk_codes.shown(user),
        "code_minutes": desk_codes.MINUTES,
    }
