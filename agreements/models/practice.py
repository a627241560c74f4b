from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    EvidenceLevel,
    KitKind,
    Maturity,
    PolicyArea,
    PracticeForm,
    PracticeState,
)
from agreements.models.actors import Organization
from decide.common.constraints import one_of
from municipalities.mechanisms import MECHANISMS
from municipalities.models import private_storage


class PracticeQuerySet(models.QuerySet["Practice"]):
    def published(self) -> Self:
        return self.filter(state=PracticeState.PUBLISHED)

    def under_review(self) -> Self:
        """Those that reviewers may look at; so is a published one with a version to come."""
        return self.filter(
            Q(state__in=[PracticeState.REVIEW, PracticeState.REVIEWED])
            | Q(state=PracticeState.PUBLISHED, versions__frozen_at=None)
        ).distinct()


class Practice(models.Model):
    """A good practice of participation that may be handed on; what it says is in its versions.

    The region's own go the same way as anybody's: nominated, reviewed, validated by at least one
    organisation of civil society and one university, none of them the proposer.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=200)
    form = models.CharField(_("form"), max_length=8, choices=PracticeForm)
    mechanism = models.CharField(_("mechanism"), max_length=20, blank=True)
    policy_areas = ArrayField(
        models.CharField(max_length=13, choices=PolicyArea),
        verbose_name=_("policy areas"),
        default=list,
    )
    origin = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="practices",
        verbose_name=_("whose practice it is"),
    )
    nominated_by = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="nominations",
        verbose_name=_("nominated by"),
    )
    started_on = models.DateField(_("in use since"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=PracticeState, default=PracticeState.NOMINATED
    )
    retired_why = models.CharField(_("why it was retired"), max_length=600, blank=True)
    invented = models.BooleanField(_("invented for the demo"), default=False)
    created_at = models.DateTimeField(_("nominated"), default=timezone.now)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("catalogue of good practices")
        ordering = ["code"]
        constraints = [
            one_of("form", PracticeForm),
            one_of("state", PracticeState),
            models.CheckConstraint(
                name="agreements_practice_policy_areas_are_known",
                condition=Q(policy_areas__contained_by=PolicyArea.values),
            ),
            models.CheckConstraint(
                name="agreements_practice_retired_says_why",
                condition=~Q(state="retired") | ~Q(retired_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreements:practice", args=[self.code])

    @property
    def mechanism_name(self) -> str:
        return next((str(one.name) for one in MECHANISMS if one.code == self.mechanism), "")

    @property
    def area_names(self) -> list[str]:
        return [str(PolicyArea(area).label) for area in self.policy_areas]

    @cached_property
    def latest(self) -> PracticeVersion:
        """The newest version, frozen or not."""
        return self.versions.order_by("-number").first()

    @cached_property
    def offered(self) -> PracticeVersion | None:
        """The newest version that may be handed on."""
        return self.versions.frozen().order_by("-number").first()


class PracticeVersionQuerySet(models.QuerySet["PracticeVersion"]):
    def frozen(self) -> Self:
        return self.exclude(frozen_at=None)

    def offered(self) -> Self:
        """The newest frozen version of each published practice."""
        newest = self.model.objects.frozen().filter(practice=OuterRef("practice"))
        return self.filter(
            practice__state=PracticeState.PUBLISHED,
            pk=Subquery(newest.order_by("-number").values("pk")[:1]),
        ).order_by("practice__code")


class PracticeVersion(models.Model):
    """What a practice is, as of a version: frozen once it is published (agreements/0004)."""

    practice = models.ForeignKey(
        Practice, models.PROTECT, related_name="versions", verbose_name=_("practice")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    problem = models.TextField(_("problem it solves"), max_length=2_000)
    solution = models.TextField(_("what is done"), max_length=4_000)
    results = models.TextField(_("results so far"), max_length=2_000, blank=True)
    limits = models.TextField(_("known limits"), max_length=2_000, blank=True)
    risks = models.TextField(_("risks"), max_length=2_000, blank=True)
    evidence_level = models.PositiveSmallIntegerField(
        _("level of evidence"), choices=EvidenceLevel, default=EvidenceLevel.TESTIMONY
    )
    maturity = models.CharField(
        _("maturity"), max_length=12, choices=Maturity, default=Maturity.PILOT
    )
    staff = models.CharField(_("staff it needs"), max_length=300, blank=True)
    setup_cost = models.DecimalField(
        _("cost to begin, in soles"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    yearly_cost = models.DecimalField(
        _("cost a year, in soles"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    connectivity = models.CharField(_("connectivity it needs"), max_length=300, blank=True)
    needs_internet = models.BooleanField(_("citizens need internet"), default=False)
    legal_basis = models.CharField(_("law it rests on"), max_length=300, blank=True)
    min_population = models.PositiveIntegerField(_("least population"), null=True, blank=True)
    modules = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("ways of taking part its preset switches on"),
        default=list,
        blank=True,
    )
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    what_changed = models.TextField(_("what changed"), max_length=1_000, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)

    objects = PracticeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a practice")
        verbose_name_plural = _("versions of practices")
        ordering = ["practice", "-number"]
        constraints = [
            one_of("evidence_level", EvidenceLevel),
            one_of("maturity", Maturity),
            models.UniqueConstraint(
                fields=["practice", "number"], name="agreements_practiceversion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice} v{self.number}"


class Component(models.Model):
    """A part of a practice: core, or one that a place may shape; and how it is verified."""

    version = models.ForeignKey(
        PracticeVersion, models.CASCADE, related_name="components", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it is"), max_length=2_000, blank=True)
    is_core = models.BooleanField(_("core"), default=True)
    verified_by = models.CharField(_("how it is verified"), max_length=300)

    class Meta:
        verbose_name = _("component of a practice")
        verbose_name_plural = _("components of practices")
        ordering = ["version", "position", "pk"]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """Something a municipality needs before it begins; asked one by one for readiness."""

    version = models.ForeignKey(
        PracticeVersion, models.CASCADE, related_name="requirements", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("what is needed"), max_length=300)
    is_essential = models.BooleanField(_("nothing begins without it"), default=True)

    class Meta:
        verbose_name = _("requirement of a practice")
        verbose_name_plural = _("requirements of practices")
        ordering = ["version", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class KitItem(models.Model):
    """A piece of the kit that comes with a version, to be taken along without internet."""

    version = models.ForeignKey(
        PracticeVersion, models.CASCADE, related_name="kit", verbose_name=_("version")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=KitKind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=40_000, blank=True)
    file = models.FileField(
        _("file"), upload_to="kits/", storage=private_storage, blank=True, max_length=200
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("piece of a kit")
        verbose_name_plural = _("kits")
        ordering = ["version", "kind", "pk"]
        constraints = [
            one_of("kind", KitKind),
            models.CheckConstraint(
                name="agreements_kititem_has_something",
                condition=~Q(text="") | ~Q(file=""),
                violation_error_message=_("Add a text or a file."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PracticeReview(models.Model):
    """What a reviewer found, for their organisation, by five marks from 0 to 3. Only ever added."""

    version = models.ForeignKey(
        PracticeVersion, models.PROTECT, related_name="reviews", verbose_name=_("version")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="reviews", verbose_name=_("organisation")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    effectiveness = models.PositiveSmallIntegerField(_("effectiveness"))
    replicability = models.PositiveSmallIntegerField(_("replicability"))
    sustainability = models.PositiveSmallIntegerField(_("sustainability"))
    inclusion = models.PositiveSmallIntegerField(_("inclusion"))
    cost = models.PositiveSmallIntegerField(_("cost"))
    recommends = models.BooleanField(_("recommends it"))
    has_conflict = models.BooleanField(_("conflict of interest"), default=False)
    notes = models.TextField(_("notes"), max_length=4_000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("review of a practice")
        verbose_name_plural = _("reviews of practices")
        ordering = ["version", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "by"], name="agreements_practicereview_once"
            ),
            models.CheckConstraint(
                name="agreements_practicereview_marks_are_0_to_3",
                condition=Q(effectiveness__lte=3)
                & Q(replicability__lte=3)
                & Q(sustainability__lte=3)
                & Q(inclusion__lte=3)
                & Q(cost__lte=3),
                violation_error_message=_("Marks go from 0 to 3."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.organization}"


class PracticeEvent(models.Model):
    """A change of state of a practice: who, when, why. Only ever added."""

    practice = models.ForeignKey(
        Practice, models.PROTECT, related_name="events", verbose_name=_("practice")
    )
    before = models.CharField(_("before"), max_length=9, choices=PracticeState, blank=True)
    after = models.CharField(_("after"), max_length=9, choices=PracticeState)
    reason = models.TextField(_("reason"), max_length=1_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a practice")
        verbose_name_plural = _("events of practices")
        ordering = ["practice", "pk"]
        constraints = [
            one_of("after", PracticeState),
            models.CheckConstraint(
                name="agreements_practiceevent_before_is_known",
                condition=Q(before__in=["", *PracticeState.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} → {self.after}"
