"""The receipt of a ballot, for its voter; and what becomes of a code, for anybody who has one."""

from urllib.parse import urlencode

import segno
from allauth.core.internal import ratelimit  # the open one does not count what is only read
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from decide.common.refusals import sign_in
from votes.commitments import promises_with, short_code
from votes.models import Envelope, Leaf, Spoiled
from votes.views.ballot import address_of, signed_number, vote_address
from votes.views.polls import poll_or_404, settled_or_404
from votes.views.voting import who
from votes.who import PRETENDS, voter_of


LONGEST_CODE = 40


@never_cache
@require_safe
def receipt(request, municipality_slug, pk, attempt):
    """What a voter takes home: it proves that a ballot is in, and neither which nor if it is the last.

    Nothing here leads from one receipt of a person to another, so that whoever looks over their
    shoulder does not learn that they have voted again.
    """
    poll = poll_or_404(request, pk)
    by = who(request, poll)
    if by is request.user and not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    envelope = envelope_or_404(poll, by, attempt)
    if "archivo" in request.GET:
        return as_file(poll, envelope)
    code = short_code(bytes(envelope.commitment))
    look_up = look_up_address(poll)
    signed = signed_number(request, poll)
    query = {PRETENDS: signed} if signed else {}
    context = {
        "poll": poll,
        "envelope": envelope,
        "code": code,
        "commitment": bytes(envelope.commitment).hex(),
        "signature": bytes(envelope.signature).hex(),
        "digest": bytes(poll.urn.digest).hex(),
        "qr": qr_of(request.build_absolute_uri(f"{look_up}?codigo={code}")),
        "look_up": f"{look_up}?codigo={code}",
        "look_up_whole": request.build_absolute_uri(look_up),
        "as_file": f"?{urlencode({**query, 'archivo': 1})}",
        "address": address_of(request, poll),
        "vote_address": vote_address(request, poll),
    }
    return render(request, "votes/receipt.html", context)


def envelope_or_404(poll, by, attempt):
    voter = voter_of(poll, by)
    try:
        named = bytes.fromhex(attempt)
    except ValueError:
        raise Http404 from None
    own = Envelope.objects.filter(urn=poll.urn, person_key=voter.key) if voter else None
    found = own.filter(attempt=named).defer("sealed").first() if voter else None
    if found is None:
        raise Http404
    return found


def as_file(poll, envelope):
    """The receipt as a program reads it, to be kept until the log can be compared with it."""
    told = {
        "digest": bytes(poll.urn.digest).hex(),
        "commitment": bytes(envelope.commitment).hex(),
        "code": short_code(bytes(envelope.commitment)),
        "day": envelope.day.isoformat(),
        "signature": bytes(envelope.signature).hex(),
        "sign_key": bytes(poll.urn.sign_key).hex(),
    }
    response = JsonResponse(told, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="comprobante-{told["code"]}.json"'
    return response


def look_up_address(poll):
    return reverse("votes:check", args=[poll.municipality.slug, poll.pk])


def qr_of(text):
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(  # noqa: S308  drawn by segno of our own address
        drawn.svg_inline(border=2, omitsize=True, dark="#000", light="#fff")
    )


@never_cache
@require_safe
def check(request, municipality_slug, pk):
    """Whether a code is in the log, waits for it, or is not known; for anybody, without account."""
    poll = settled_or_404(request, pk)
    typed = request.GET.get("codigo", "")[:LONGEST_CODE].strip()
    context = {"poll": poll, "typed": typed.replace("\x00", "")}
    if not typed:
        return render(request, "votes/check.html", context)
    if not ratelimit.consume(request, app="allauth.account", action="receipt", limit_get=True):
        context["problem"] = _("Too many codes came from here in a short time. Wait a minute.")
        return render(request, "votes/check.html", context, status=429)
    between = promises_with(typed)
    if between is None:
        context["problem"] = _(
            "A code has ten letters and digits, for example 7KQ2F-M3D0A. Look at your receipt again."
        )
        return render(request, "votes/check.html", context, status=422)
    return render(request, "votes/check.html", context | {"found": found_of(poll.urn, between)})


def found_of(urn, between):
    """What the urn knows of a code: where it is, and since which head if it is in the log."""
    leaf = Leaf.objects.filter(urn=urn, commitment__range=between).first()
    if leaf:
        head = urn.checkpoints.filter(size__gt=leaf.place).order_by("number").first()
        return {"where": "log", "place": leaf.place + 1, "head": head}
    if Envelope.objects.filter(urn=urn, commitment__range=between).exists():
        return {"where": "waits"}
    if Spoiled.objects.filter(urn=urn, commitment__range=between).exists():
        return {"where": "audited"}
    return {"where": "nowhere"}
