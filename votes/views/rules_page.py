"""The frozen rules of a poll: for people to read, and byte by byte as they were hashed."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_safe

from votes import definition
from votes.enums import Custody, Effect
from votes.views.page import listed_of, places_of, questions_of, sum_of_roll
from votes.views.polls import seen_or_404, settled_or_404


@require_safe
def rules(request, municipality_slug, pk):
    poll = seen_or_404(request, pk)
    told = definition.shown(poll)
    context = {
        "poll": poll,
        "rules": told,
        "questions": questions_of(told),
        "places": places_of(told),
        "listed_of": listed_of(told),
        "opens_at": parse_datetime(told["opens_at"]),
        "closes_at": parse_datetime(told["closes_at"]),
        "answer_due_on": parse_date(told["answer_due_on"]),
        "by_trustees": told["custody"] == Custody.TRUSTEES,
        "age": settings.RESIDENCE_MIN_AGE,
        "is_binding": told["effect"] == Effect.BINDING,
        "may_vote": sum_of_roll(told),
        "roll_digest": told.get("roll", {}).get("digest", ""),
        "digest": bytes(poll.urn.digest).hex() if poll.urn.digest else "",
    }
    return render(request, "votes/rules.html", context)


@require_safe
def rules_json(request, municipality_slug, pk):
    """Exactly the bytes whose SHA-256 is the fingerprint."""
    poll = settled_or_404(request, pk)
    response = HttpResponse(poll.urn.definition, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="reglas-{poll.pk}.json"'
    return response
