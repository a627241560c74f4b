from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.enums import Module, MunicipalityKind, MunicipalityState, PlaceLevel


RESERVED_SLUGS = frozenset(
    [
        "admin",
        "acerca",
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
        "pendiente",
        "salud",
        "static",
        "sitemap",
        "robots",
        "favicon",
    ]
)


class Place(models.Model):
    """A region, province or district of Peru, known by its INEI ubigeo, never by its name.

    The code says what lies in what: 130601 (a district) lies in 1306 (a province),
    and that in 13 (a region).
    """

    code = models.CharField(_("INEI ubigeo"), max_length=6, primary_key=True)
    reniec_code = models.CharField(_("RENIEC ubigeo"), max_length=6, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=PlaceLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    name = models.CharField(_("name"), max_length=100)
    capital = models.CharField(_("capital"), max_length=100, blank=True)
    altitude = models.FloatField(_("altitude of the capital in metres"), null=True, blank=True)
    latitude = models.FloatField(_("latitude of the capital"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the capital"), null=True, blank=True)
    area_km2 = models.FloatField(_("area in km²"), null=True, blank=True)
    outline = models.JSONField(_("outline as GeoJSON geometry"), null=True, blank=True)
    created_by_law = models.CharField(_("created by law"), max_length=60, blank=True)
    valid_from = models.DateField(_("exists since"), null=True, blank=True)

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

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="interests")
    email = models.EmailField(_("e-mail"))
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)

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
