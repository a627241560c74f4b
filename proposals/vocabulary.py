"""The words a municipality's proposals use (participation/vocabulary.py)."""

from __future__ import annotations

from datetime import datetime

from municipalities.models import Municipality
from participation.vocabulary import Vocabulary
from proposals.models import Proposal


TEXTS = """
SELECT to_tsvector('simple', unaccent(title || ' ' || place_name)) FROM proposals_proposal
WHERE municipality_id = %s AND state NOT IN ('draft', 'merged') AND hidden_at IS NULL
"""


def newest(municipality: Municipality) -> tuple[int, datetime] | None:
    public = Proposal.objects.for_municipality(municipality).public()
    return public.order_by("-published_at", "-pk").values_list("pk", "published_at").first()


meant = Vocabulary("proposals", TEXTS, newest).meant
