"""Two views without a site around them: one writes what a cast writes, one casts."""

import os
from functools import cache

from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.casting import LENGTH, ROWS
from decide.urls import urlpatterns as of_the_site
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from votes.actions import urn as urns
from votes.models import Urn


@csrf_exempt
def bare(request):
    """In the transaction of the request, as all views."""
    values = {
        "person": os.urandom(32),
        "attempt": os.urandom(16),
        "promise": os.urandom(32),
        "sealed": os.urandom(LENGTH),
        "signature": os.urandom(64),
    }
    with connection.cursor() as cursor:
        for row in ROWS:
            cursor.execute(row, values)
    return HttpResponse("")


@csrf_exempt
def cast(request):
    """The urn's own cast of somebody new, and nothing else: the urn itself is at hand."""
    with municipality_scope(Municipality(pk=int(request.GET["town"]))):
        urns.cast(
            urn_of(int(request.GET["urn"])),
            person=os.urandom(32),
            attempt=os.urandom(16),
            nonce=os.urandom(16),
            choices={"q1": ["a"]},
            place="130101",
        )
    return HttpResponse("")


@cache
def urn_of(pk):
    return Urn.objects.get(pk=pk)


# Below /salud/ no municipality is looked for, and no session.
urlpatterns = [path("salud/bare/", bare), path("salud/cast/", cast), *of_the_site]
