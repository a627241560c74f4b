"""The words a municipality's debates use (participation/vocabulary.py)."""

from __future__ import annotations

from datetime import datetime

from debates.models import Debate
from municipalities.models import Municipality
from participation.vocabulary import Vocabulary


TEXTS = """
SELECT to_tsvector('simple', unaccent(d.title || ' ' || d.place_name))
FROM debates_debate d JOIN participation_thread t ON t.id = d.thread_id
WHERE d.municipality_id = %s AND t.is_public
"""


def newest(municipality: Municipality) -> tuple[int, datetime] | None:
    public = Debate.objects.for_municipality(municipality).public()
    return public.order_by("-published_at", "-pk").values_list("pk", "published_at").first()


meant = Vocabulary("debates", TEXTS, newest).meant
