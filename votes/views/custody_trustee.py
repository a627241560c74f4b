"""What a trustee sees on their own phone. They have no account: their words prove them."""

from django.http import Http404


def trustee(request, municipality_slug, pk, token):
    raise Http404
