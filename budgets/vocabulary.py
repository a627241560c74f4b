"""The words a municipality's works use (participation/vocabulary.py)."""

from __future__ import annotations

from datetime import datetime

from budgets.models import Work
from municipalities.models import Municipality
from participation.vocabulary import Vocabulary


TEXTS = """
SELECT to_tsvector('simple', unaccent(title || ' ' || place_name)) FROM budgets_work
WHERE municipality_id = %s AND state <> 'draft' AND hidden_at IS NULL
"""


def newest(municipality: Municipality) -> tuple[int, datetime] | None:
    public = Work.objects.for_municipality(municipality).public()
    return public.order_by("-published_at", "-pk").values_list("pk", "published_at").first()


meant = Vocabulary("works", TEXTS, newest).meant
