"""Polls that a new one may begin from: a municipality's own models, and the region's for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from municipalities.enums import MunicipalityKind
from municipalities.rls import region_scope
from votes.models import Poll


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

MOST = 30


def samples_for(municipality: Municipality, *, by: User) -> list[Poll]:
    """The region's first, which are offered as good practice; each with `is_regional`."""
    with region_scope("votes: models of votes that every municipality may begin from", by=by):
        found = list(_kept(municipality)[:MOST])
    for sample in found:
        sample.is_regional = sample.municipality_id != municipality.pk
    return sorted(found, key=lambda sample: (not sample.is_regional, sample.title))


def sample_of(municipality: Municipality, pk: int, *, by: User) -> Poll | None:
    with region_scope("votes: one model of a vote to begin from", by=by):
        return _kept(municipality).filter(pk=pk).first()


def _kept(municipality: Municipality):
    own = Poll.objects.filter(is_template=True, municipality=municipality)
    regional = Poll.objects.filter(
        is_template=True,
        municipality__kind=MunicipalityKind.REGION,
        municipality__place=municipality.place_id[:2],
    )
    return (own | regional).select_related("municipality").order_by("title", "pk")
