from django.http import Http404


def by_number(request, municipality_slug, **kwargs):
    raise Http404


def detail(request, municipality_slug, **kwargs):
    raise Http404


def version(request, municipality_slug, **kwargs):
    raise Http404
