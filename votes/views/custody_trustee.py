"""What a trustee sees on their own phone. They have no account: their words prove them."""

import redis
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from participation import limits
from votes import ceremonies, links, sheets
from votes.actions import custody as actions
from votes.forms.custody import CodeForm, WordsForm
from votes.views.custody import pdf, poll_or_404, shown


# Nobody guesses twenty words; this keeps a busy finger from keeping the server busy.
TRIES = (limits.Rate(20, 10 * limits.MINUTE),)
PROVES = ("words", "again")
FINDS = (*PROVES, "open")


def seat_or_404(request, pk, token):
    """The table of the poll and whose place this address is; nobody's is not found."""
    poll = poll_or_404(request, pk)
    trustee = links.trustee_of(poll, token)
    if trustee is None:
        raise Http404
    standing = ceremonies.of(poll)
    return standing, standing.of(trustee)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def trustee(request, municipality_slug, pk, token):
    """Where this trustee stands and what comes next; with the code of the link, their words."""
    standing, seat = seat_or_404(request, pk, token)
    form = CodeForm()
    if request.method == "POST":
        form = CodeForm(request.POST)
        if seat.share and form.is_valid() and not too_fast(seat, form):
            try:
                words = actions.show_words(seat.share, form.cleaned_data["code"])
            except actions.CannotShow as error:
                form.add_error("code", str(error))
            else:
                seat.share.refresh_from_db(fields=["seen_at"])
                return render(
                    request,
                    "votes/custody/words.html",
                    context_of(standing, seat)
                    | {"words": words, "code": form.cleaned_data["code"]},
                )
    context = context_of(standing, seat) | {"form": form}
    return shown(request, "votes/custody/trustee.html", context, 422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def type_words(request, municipality_slug, pk, token):
    """A trustee types their words: to prove that they have them, or to open the urn."""
    standing, seat = seat_or_404(request, pk, token)
    stage = standing.stage_of(seat)
    if stage not in FINDS:
        return redirect(seat.path)
    form, status = WordsForm(), 200
    if request.method == "POST":
        form = WordsForm(request.POST)
        if not too_fast(seat, form) and form.is_valid() and accepted(form, seat, stage):
            messages.success(request, SAID[stage == "open"]())
            return redirect(seat.path)
        status = 422
    context = context_of(standing, seat) | {"form": form, "stage": stage}
    return render(request, "votes/custody/type.html", context, status=status)


SAID = {
    False: lambda: _("Your words are right. They were erased here: now only you have them."),
    True: lambda: _("Your words are right."),
}


def accepted(form, seat, stage):
    """Whether the words were what is asked for; if not the form says why."""
    try:
        if stage in PROVES:
            actions.prove(seat.share, form.words)
        else:
            actions.hand_in(seat.trustee, form.words)
    except (actions.WrongWords, actions.CannotOpen) as error:
        form.add_error(None, str(error))
        return False
    return True


@never_cache
@sensitive_post_parameters()
@require_POST
def trustee_sheet(request, municipality_slug, pk, token):
    """The trustee's own sheet with their words, to print; the code of the link opens it."""
    standing, seat = seat_or_404(request, pk, token)
    form = CodeForm(request.POST)
    if not seat.share or not form.is_valid() or too_fast(seat, form):
        return redirect(seat.path)
    try:
        words = actions.show_words(seat.share, form.cleaned_data["code"])
    except actions.CannotShow as error:
        messages.error(request, str(error))
        return redirect(seat.path)
    return pdf(sheets.of_trustee(standing, seat, words), "custodia")


def too_fast(seat, form):
    """Count this try; whether the trustee has to wait before the next, which the form then says."""
    try:
        full, left = limits.take([(f"custody:{seat.trustee.pk}", TRIES)])
    except redis.RedisError:
        return False
    if full:
        wait = limits.in_words(left / 1000)
        text = _("You have tried many times. You can go on in %(wait)s.") % {"wait": wait}
        form.full_clean()
        form.add_error(None, text)
    return bool(full)


def context_of(standing, seat):
    return {
        "standing": standing,
        "poll": standing.poll,
        "seat": seat,
        "trustee": seat.trustee,
        "share": seat.share,
        "ceremony": standing.ceremony,
        "stage": standing.stage_of(seat),
    }
