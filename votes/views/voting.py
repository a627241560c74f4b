"""Choose, review, cast: three pages and no script. What is chosen is kept nowhere in between."""

from allauth.core import ratelimit
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import assistance
from decide.common.permissions import Reason
from decide.common.refusals import sign_in
from votes import ballots, clock
from votes.actions import voting
from votes.actions.urn import WHY, CannotCast
from votes.enums import CastChannel
from votes.rules import why_not_now, why_not_vote
from votes.views.ballot import (
    CARRIED,
    address_of,
    assisted_until,
    audit_page,
    form_of,
    form_page,
    receipt_address,
    review_page,
    signed_number,
    vote_address,
)
from votes.views.polls import poll_or_404
from votes.who import channel_of, pretender_of, voter_of


COUNT = "calcular"  # only to see what the marked works cost


def private(view):
    """Nothing of these pages is kept by proxies and phones, nor written into error reports."""
    return never_cache(sensitive_post_parameters()(sensitive_variables()(view)))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request, municipality_slug, pk):
    """The ballot: empty, filled in again, or what was chosen to be looked at before it is cast."""
    poll = poll_or_404(request, pk)
    by = who(request, poll)
    if answer := stopped(request, poll, by):
        return answer
    if request.method != "POST":
        return form_page(request, poll, by, form_of(poll, by))
    if CARRIED in request.POST:
        return change(request, poll, by)
    form = form_of(poll, by, request.POST)
    if COUNT in request.POST:
        form.full_clean()
        form._errors = {}
        return form_page(request, poll, by, form)
    if not form.is_valid():
        return form_page(request, poll, by, form, status=422)
    return review_page(request, poll, by, ballots.new(form.choices))


@private
@require_POST
def cast(request, municipality_slug, pk):
    """The ballot goes into the urn, if the urn takes it; whoever sends it twice gets one receipt."""
    poll = poll_or_404(request, pk)
    by = who(request, poll)
    if answer := unknown(request, poll, by) or over(request, poll):
        return answer
    try:
        receipt = voting.cast(poll, by=by, token=request.POST.get(CARRIED, ""))
    except ballots.BadToken as error:
        return once_more(request, poll, by, error)
    except voting.CannotVote as error:
        return blocked(request, poll, by, error.reason)
    except CannotCast as error:
        return not_taken(request, poll, by, error)
    return redirect(receipt_address(request, poll, receipt.attempt))


@private
@require_POST
def audit(request, municipality_slug, pk):
    """The ballot is opened for its voter instead, and casts no more."""
    poll = poll_or_404(request, pk)
    by = who(request, poll)
    if answer := unknown(request, poll, by) or over(request, poll):
        return answer
    if not ratelimit.consume(request, action="audit"):
        text = _("You have opened many ballots within an hour. Cast one, or come back later.")
        return blocked(request, poll, by, Reason(text), status=429)
    try:
        opened = voting.audit(poll, by=by, token=request.POST.get(CARRIED, ""))
    except ballots.BadToken as error:
        return once_more(request, poll, by, error)
    except voting.CannotVote as error:
        return blocked(request, poll, by, error.reason)
    except CannotCast as error:
        return not_taken(request, poll, by, error)
    return audit_page(request, poll, by, opened)


# --- Going back


@sensitive_variables()
def change(request, poll, by):
    """The form as it was filled in; not of a ballot that was cast, or it would show how."""
    try:
        choices = choices_in(request, poll, by)
    except ballots.BadToken as error:
        return form_page(request, poll, by, form_of(poll, by), status=422, problem=str(error))
    return form_page(request, poll, by, form_of(poll, by, choices=choices))


@sensitive_variables()
def once_more(request, poll, by, error):
    """Nothing was cast; what was chosen stands in the form again, if it can still be read."""
    if answer := stopped(request, poll, by):
        return answer
    choices = None
    if isinstance(error, ballots.Expired):
        choices = choices_in(request, poll, by)
    form = form_of(poll, by, choices=choices)
    return form_page(request, poll, by, form, status=422, problem=str(error))


@sensitive_variables()
def choices_in(request, poll, by):
    voter = voter_of(poll, by)
    try:
        ballot = ballots.unseal(poll.urn, voter.key, request.POST[CARRIED])
    except ballots.Expired as late:
        ballot = late.ballot
    if voting.was_cast(poll, voter, ballot.attempt):
        raise ballots.BadToken
    return ballot.choices


# --- Who votes, and what stops them


def who(request, poll):
    """The person of the request, or whom the signed number of a test's link stands for."""
    return pretender_of(poll, signed_number(request, poll)) or request.user


def stopped(request, poll, by):
    """The answer for whoever may not vote here and now, or None. By the clock of the database."""
    if answer := unknown(request, poll, by):
        return answer
    now = clock.now()
    reason = why_not_vote(by, poll, now) if by is request.user else why_not_now(poll, now)
    if not reason and channel_of(poll, voter_of(poll, by)) == CastChannel.PAPER:
        reason = Reason(WHY["paper"])
    return blocked(request, poll, by, reason) if reason else over(request, poll)


def unknown(request, poll, by):
    if by is not request.user:
        return None
    if not request.user.has_perm("votes.view_poll", poll):
        raise Http404
    return None if request.user.is_authenticated else redirect(sign_in(request.path))


def over(request, poll):
    """An officer helps five minutes with one vote; then what they may do for the person ends."""
    if not request.assistance:
        return None
    if assisted_until(request, poll) > timezone.now():
        return None
    assistance.end(request.session)
    request.user, request.assistance = request.assistance.officer, None
    return render(request, "votes/assistance_over.html", {"poll": poll}, status=403)


def blocked(request, poll, by, reason, status=403):
    context = {
        "poll": poll,
        "reason": reason,
        "voted": channel_of(poll, voter_of(poll, by)),
        "address": address_of(request, poll),
    }
    return render(request, "votes/blocked.html", context, status=status)


def not_taken(request, poll, by, error):
    """What the urn said. An audited ballot is chosen afresh."""
    reason = Reason(str(error))
    if error.outcome == "spoiled":
        reason = Reason(str(error), vote_address(request, poll), _("Choose once more"))
    return blocked(request, poll, by, reason, status=409)
