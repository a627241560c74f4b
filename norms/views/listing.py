from django.http import Http404


def index(request, municipality_slug, **kwargs):
    raise Http404
