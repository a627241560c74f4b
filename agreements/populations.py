"""How many people live where, by which count: every rate says of which, and two are never mixed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from municipalities.enums import PopulationSource
from municipalities.models import Place, Population


# What the commitment itself states (census of 2017); its table by district was not published.
GIVEN = {"13": 1_778_080, "1301": 970_016}


@dataclass(frozen=True)
class Vintage:
    year: int
    source: str

    @property
    def code(self) -> str:
        """As it stands in an address: 2025-censo."""
        return f"{self.year}-{self.source.split()[-1].lower()}"

    def __str__(self) -> str:
        labels = dict(PopulationSource.choices)
        return _("%(source)s, %(year)s") % {
            "source": labels.get(self.source, self.source),
            "year": self.year,
        }


@dataclass
class People:
    """The figures of one vintage, by place; what it does not know is missing, never guessed."""

    vintage: Vintage
    figures: dict[str, Population] = field(default_factory=dict)

    def total(self, place: str) -> int | None:
        found = self.figures.get(place)
        return found.total if found else None

    def women(self, place: str) -> int | None:
        found = self.figures.get(place)
        return found.women if found else None

    def rural(self, place: str) -> int | None:
        found = self.figures.get(place)
        return found.rural if found else None


def vintages() -> list[Vintage]:
    """Those that know the whole region, newest first; of one year the census first."""
    found = Population.objects.filter(place_id="13").values_list("year", "source").distinct()
    each = (Vintage(year, source) for year, source in found)
    return sorted(each, key=lambda v: (v.year, v.source == PopulationSource.CENSUS), reverse=True)


def chosen(code: str, known: list[Vintage]) -> Vintage | None:
    """The one of the address; else the newest census, else the newest of all."""
    if named := next((v for v in known if v.code == code), None):
        return named
    census = (v for v in known if v.source == PopulationSource.CENSUS)
    return next(census, known[0] if known else None)


def people_of(vintage: Vintage | None) -> People | None:
    if vintage is None:
        return None
    rows = Population.objects.filter(year=vintage.year, source=vintage.source)
    return People(vintage, {row.place_id: row for row in rows})


def store_given() -> int:
    """The two figures of the commitment, marked as its own; how many were new."""
    made = 0
    there = Place.objects.filter(pk__in=GIVEN).values_list("pk", flat=True)
    for place, total in ((place, GIVEN[place]) for place in there):
        _row, is_new = Population.objects.get_or_create(
            place_id=place, year=2017, source=PopulationSource.CENSUS, defaults={"total": total}
        )
        made += is_new
    return made
