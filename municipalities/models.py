from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.enums import (
    ImportState,
    Module,
    MunicipalityKind,
    MunicipalityState,
    MunicipalityVerb,
    PlaceLevel,
    PopulationSource,
)


RESERVED_SLUGS = frozenset(
    [
        "admin",
        "acerca",
        "agenda",
        "api",
        "ayuda",
        "buscar",
        "componentes",
        "correo",
        "cuenta",
        "datos",
        "estado",
        "i18n",
        "idioma",
        "legal",
        "media",
        "mapa",
        "municipalidades",
        "observatorio",
        "pendiente",
        "plantillas",
        "salud",
        "static",
        "sitemap",
        "robots",
        "favicon",
    ]
)


class PlaceQuerySet(models.QuerySet["Place"]):
    def by_reniec(self, code: str) -> Place:
        """The place a DNI or a padrón of RENIEC names: its codes differ from INEI's."""
        return self.get(reniec_code=code)

    def existing_on(self, day: date) -> Self:
        """What existed on a day; only the districts born lately have a date."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day))

    def provinces(self) -> Self:
        return self.filter(level=PlaceLevel.PROVINCE)

    def districts(self) -> Self:
        return self.filter(level=PlaceLevel.DISTRICT)


class Place(models.Model):
    """A region, province or district of Peru, known by its INEI ubigeo, never by its name.

    The code says what lies in what: 130601 (a district) lies in 1306 (a province),
    and that in 13 (a region).
    """

    code = models.CharField(_("INEI ubigeo"), max_length=6, primary_key=True)
    reniec_code = models.CharField(_("RENIEC ubigeo"), max_length=6, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=PlaceLevel)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("lies in"),
    )
    name = models.CharField(_("name"), max_length=100)
    capital = models.CharField(_("capital"), max_length=100, blank=True)
    altitude = models.FloatField(_("altitude of the capital in metres"), null=True, blank=True)
    latitude = models.FloatField(_("latitude of the capital"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the capital"), null=True, blank=True)
    area_km2 = models.FloatField(_("area in km²"), null=True, blank=True)
    outline = models.JSONField(_("outline as GeoJSON geometry"), null=True, blank=True)
    created_by_law = models.CharField(_("created by law"), max_length=60, blank=True)
    valid_from = models.DateField(_("exists since"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]
        constraints = [
            one_of("level", PlaceLevel),
            models.CheckConstraint(
                name="municipalities_place_code_fits_level",
                condition=Q(level=PlaceLevel.REGION, code__regex=r"^\d{2}$", parent=None)
                | Q(level=PlaceLevel.PROVINCE, code__regex=r"^\d{4}$", parent__isnull=False)
                | Q(level=PlaceLevel.DISTRICT, code__regex=r"^\d{6}$", parent__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["reniec_code"], name="municipalities_place_reniec")]

    def __str__(self) -> str:
        return self.name

    def contains(self, code: str) -> bool:
        """Whether the place with this ubigeo is this one or lies in it."""
        return code.startswith(self.code)

    @cached_property
    def population(self) -> Population | None:
        """How many people live here: the census if there is one, else the newest figure."""
        known = sorted(
            self.populations.all(), key=lambda p: (p.source == PopulationSource.CENSUS, p.year)
        )
        return known[-1] if known else None

    @cached_property
    def rural_share(self) -> float | None:
        """The part of the people who live in the countryside, by the newest figure that tells."""
        known = [p for p in self.populations.all() if p.rural is not None and p.total]
        newest = max(known, key=lambda p: p.year, default=None)
        return newest and newest.rural / newest.total


class Population(models.Model):
    """How many people a place has, by one source for one year; figures of two sources never mix."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=40)
    total = models.PositiveIntegerField(_("people"))
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men"), null=True, blank=True)
    urban = models.PositiveIntegerField(_("urban"), null=True, blank=True)
    rural = models.PositiveIntegerField(_("rural"), null=True, blank=True)

    class Meta:
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "source"], name="municipalities_population_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year} {self.source}: {self.total}"


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def open(self) -> Self:
        return self.filter(state=MunicipalityState.OPEN)

    def of_region(self, code: str) -> Self:
        """The regional government and every municipality of its region."""
        return self.filter(place__code__startswith=code)

    def where_takes_part(self, district: str) -> Self:
        """The spaces of somebody who lives in a district: its own, its province's, its region's."""
        return self.alias(home=Value(district)).filter(home__startswith=F("place_id"))


class Municipality(models.Model):
    """A tenant: the space of one municipality, or of the regional government itself.

    Every tenanted row carries a foreign key to one of these. A provincial
    municipality governs its province and, within it, the capital district, which has
    no municipality of its own.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=MunicipalityKind)
    place = models.OneToOneField(Place, models.PROTECT, verbose_name=_("place"))
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("official name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=80)
    state = models.CharField(
        _("state"), max_length=10, choices=MunicipalityState, default=MunicipalityState.INVITED
    )
    modules = ArrayField(
        models.CharField(max_length=10, choices=Module),
        verbose_name=_("ways of taking part"),
        default=list,
        blank=True,
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as #0F5F5C."))],
    )
    coat_of_arms = models.ImageField(
        _("coat of arms"), upload_to="coats-of-arms/", blank=True, max_length=200
    )
    welcome = models.TextField(_("welcome text"), max_length=600, blank=True)
    planned = models.TextField(
        _("what is planned"),
        max_length=600,
        blank=True,
        help_text=_("Shown until the space opens."),
    )
    contact_name = models.CharField(_("who answers"), max_length=120, blank=True)
    contact_office = models.CharField(_("office"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of the office"), blank=True)
    contact_phone = models.CharField(_("telephone of the office"), max_length=30, blank=True)
    data_officer = models.CharField(_("personal data officer"), max_length=120, blank=True)
    data_officer_email = models.EmailField(_("e-mail of the data officer"), blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["place_id"]
        constraints = [
            one_of("kind", MunicipalityKind),
            one_of("state", MunicipalityState),
            models.CheckConstraint(
                name="municipalities_municipality_modules_are_known",
                condition=Q(modules__contained_by=Module.values),
            ),
            models.CheckConstraint(
                name="municipalities_municipality_slug_is_free",
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                violation_error_message=_("The site needs this address for itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("municipalities:home", args=[self.slug])

    @property
    def is_open(self) -> bool:
        return self.state == MunicipalityState.OPEN

    @property
    def is_region(self) -> bool:
        return self.kind == MunicipalityKind.REGION

    def has_module(self, module: str) -> bool:
        return module in self.modules

    @property
    def accent_version(self) -> str:
        """Changes with the accent, so that browsers may keep the sheet for good."""
        return self.accent.removeprefix("#").lower()

    @property
    def coat_of_arms_url(self) -> str:
        """Where the picture is served, whatever the files are kept in; empty without one."""
        if not self.coat_of_arms:
            return ""
        name = self.coat_of_arms.name.rpartition("/")[2]
        return reverse("municipalities:coat_of_arms", args=[self.slug, name])


class FormerSlug(models.Model):
    """An address a municipality once had; it leads to the present one."""

    slug = models.SlugField(max_length=60, unique=True)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug


class Interest(models.Model):
    """Somebody who wants to be told when a municipality's space opens."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="interests", verbose_name=_("municipality")
    )
    email = models.EmailField(_("e-mail"))
    created_at = models.DateTimeField(_("waiting since"), auto_now_add=True)
    told_at = models.DateTimeField(_("told on"), null=True, blank=True)

    class Meta:
        verbose_name = _("person to be told")
        verbose_name_plural = _("people to be told")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "email"], name="municipalities_interest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.pk}"


class MunicipalityEvent(models.Model):
    """Something staff changed about a municipality: who, when, what, why. Only ever added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="history", verbose_name=_("municipality")
    )
    verb = models.CharField(_("what happened"), max_length=12, choices=MunicipalityVerb)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    changes = models.JSONField(_("before and after"), default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("change to a municipality")
        verbose_name_plural = _("changes to municipalities")
        ordering = ["-at", "-pk"]
        constraints = [one_of("verb", MunicipalityVerb)]
        indexes = [models.Index(fields=["municipality", "-at"], name="municipalities_event_latest")]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.get_verb_display()}"


class PadronQuerySet(models.QuerySet["Padron"]):
    def valid(self) -> Self:
        """Those that may be consulted today: a padrón ends at its date, whether or not rows remain."""
        return self.filter(emptied_at=None, expires_on__gte=timezone.localdate())

    def expired(self) -> Self:
        return self.filter(emptied_at=None, expires_on__lt=timezone.localdate())

    def covering(self, district: str) -> Self:
        return self.filter(districts__contains=[district])


class Padron(models.Model):
    """A list of the people of a place, kept as hashes, for one purpose and until one date.

    The row stays when its people are deleted: it is the proof that they were.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="padrones", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=120)
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=300,
        help_text=_("The law, agreement or resolution that allows this list to be used."),
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Who gave the list."))
    purpose = models.CharField(_("purpose"), max_length=300)
    cutoff_on = models.DateField(_("as of"))
    expires_on = models.DateField(
        _("until"), help_text=_("From the next day on it is not consulted, and it is deleted.")
    )
    key_version = models.PositiveSmallIntegerField(editable=False)
    districts = ArrayField(
        models.CharField(max_length=6), verbose_name=_("districts"), default=list, editable=False
    )
    entry_count = models.PositiveIntegerField(_("people"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    emptied_at = models.DateTimeField(_("deleted on"), null=True, editable=False)
    emptied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = PadronQuerySet.as_manager()

    class Meta:
        verbose_name = _("padrón")
        verbose_name_plural = _("padrones")
        ordering = ["-cutoff_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="municipalities_padron_expires_after_cutoff",
                condition=Q(expires_on__gt=F("cutoff_on")),
                violation_error_message=_("A padrón ends after the day it was made."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_valid(self) -> bool:
        return self.emptied_at is None and self.expires_on >= timezone.localdate()


class PadronEntry(models.Model):
    """One person of a padrón: two keyed hashes and a district, nothing that can be read back."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    padron = models.ForeignKey(Padron, models.CASCADE, related_name="entries")
    document_hash = models.BinaryField(max_length=32, editable=False)
    birth_hash = models.BinaryField(max_length=32, editable=False)
    district = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    sector = models.CharField(_("sector"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("person of a padrón")
        verbose_name_plural = _("people of a padrón")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "padron", "document_hash"],
                name="municipalities_padronentry_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.padron_id}: {self.pk}"


def private_storage() -> Storage:
    """Where files lie that no address leads to."""
    return storages["private"]


class PadronImport(models.Model):
    """A file of people on its way into a padrón: read, shown, confirmed, stored at once.

    The file has documents in it and is deleted once it has been read. What was wrong in
    it is told by row, column and reason, never by what was written there.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    padron = models.ForeignKey(Padron, models.CASCADE, related_name="imports")
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.WAITING
    )
    file = models.CharField(max_length=100, blank=True, editable=False)
    default_district = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district of everybody in the file"),
    )
    skips_bad_rows = models.BooleanField(_("skip the rows that are wrong"), default=False)
    problem = models.CharField(max_length=20, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    errors = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of a padrón")
        verbose_name_plural = _("imports of padrones")
        ordering = ["-pk"]
        constraints = [one_of("state", ImportState)]

    def __str__(self) -> str:
        return f"{self.padron_id}: {self.pk} ({self.state})"

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it, so that the page asks again."""
        return self.state in (ImportState.WAITING, ImportState.STORING)


class PadronRow(models.Model):
    """A row that was read and not yet confirmed. Its table is unlogged: it may be lost, not wrong."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    source = models.ForeignKey(PadronImport, models.CASCADE, related_name="staged")
    document_hash = models.BinaryField(max_length=32)
    birth_hash = models.BinaryField(max_length=32)
    district = models.ForeignKey(
        Place, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    sector = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.pk}"
