from django.http import Http404


def annotate(request, municipality_slug, **kwargs):
    raise Http404


def annotation(request, municipality_slug, **kwargs):
    raise Http404
