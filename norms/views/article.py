from django.http import Http404


def article(request, municipality_slug, **kwargs):
    raise Http404
