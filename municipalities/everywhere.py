"""For what the clock starts: the same in every municipality, each row by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction


logger = logging.getLogger(__name__)


def for_each(rows: QuerySet, act: Callable[[Any], Any], *, reason: str) -> list[Any]:
    """Do it to these rows of every municipality, each in a transaction and scope of its own.

    Trouble with one is logged and does not keep the others from their turn.
    """
    with transaction.atomic(), region_scope(reason):
        found = list(rows.order_by("pk").values_list("municipality_id", "pk"))
    places = Municipality.objects.in_bulk({place for place, _pk in found})
    done = []
    for place, pk in found:
        try:
            with scoped_transaction(places[place]):
                if row := rows.filter(pk=pk).first():
                    done.append(act(row))
        except Exception:
            logger.exception("%s of %s %s", act.__name__, rows.model.__name__, pk)
    return done
