"""The public log of an urn: a commitment of each ballot, and the signed heads that hold them fast."""

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from decide.common.typed import number
from votes.commitments import short_code
from votes.models import Leaf
from votes.views.polls import settled_or_404


HEADS_A_PAGE = 20
LEAVES_AT_ONCE = 10_000
SHOWN = 20  # of the last commitments, so that one sees what they look like


@require_safe
def log(request, municipality_slug, pk):
    poll = settled_or_404(request, pk)
    heads = poll.urn.checkpoints.order_by("-number")
    page = Paginator(heads, HEADS_A_PAGE).get_page(request.GET.get("page"))
    latest = Leaf.objects.filter(urn=poll.urn).order_by("-place")[:SHOWN]
    context = {
        "poll": poll,
        "page": page,
        "heads": [told(head) for head in page.object_list],
        "latest": [(leaf.place + 1, short_code(bytes(leaf.commitment))) for leaf in latest],
        "sign_key": bytes(poll.urn.sign_key).hex(),
    }
    return render(request, "votes/log.html", context)


def told(head):
    return {
        "number": head.number,
        "size": head.size,
        "root": bytes(head.root).hex(),
        "previous": bytes(head.previous).hex(),
        "at": head.at.isoformat(timespec="microseconds"),
        "signature": bytes(head.signature).hex(),
        "when": head.at,
    }


@require_safe
def log_json(request, municipality_slug, pk):
    """All heads, and so many commitments from a place on; `next` leads to those after them."""
    poll = settled_or_404(request, pk)
    urn = poll.urn
    first = number(request.GET.get("desde")) or 0
    leaves = Leaf.objects.filter(urn=urn, place__gte=first).order_by("place")
    part = list(leaves.values_list("commitment", flat=True)[:LEAVES_AT_ONCE])
    here = reverse("votes:log_json", args=[poll.municipality.slug, poll.pk])
    after = first + len(part)
    answer = {
        "digest": bytes(urn.digest).hex(),
        "sign_key": bytes(urn.sign_key).hex(),
        "heads": [
            {name: value for name, value in told(head).items() if name != "when"}
            for head in urn.checkpoints.order_by("number")
        ],
        "from": first,
        "leaves": [bytes(leaf).hex() for leaf in part],
        "next": f"{here}?desde={after}" if len(part) == LEAVES_AT_ONCE else None,
    }
    return JsonResponse(answer, json_dumps_params={"indent": 1})
