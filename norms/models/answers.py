from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.models import Municipality
from norms.enums import InitiativeState, Verdict
from norms.models.norm import Article, Norm, Version
from participation.models import Comment, Thread


class OfficeAnswerQuerySet(models.QuerySet["OfficeAnswer"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)


class OfficeAnswer(models.Model):
    """What the office does with one contribution or with several that are alike, and why."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    norm = models.ForeignKey(
        Norm, models.PROTECT, related_name="answers", verbose_name=_("draft norm")
    )
    verdict = models.CharField(_("what is done with it"), max_length=6, choices=Verdict)
    text = models.TextField(_("reasons"), max_length=4_000)
    office = models.CharField(_("office"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True, editable=False)

    objects = OfficeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to contributions")
        verbose_name_plural = _("answers to contributions")
        ordering = ["norm", "pk"]
        constraints = [
            one_of("verdict", Verdict),
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_officeanswer_place"),
            models.CheckConstraint(name="norms_officeanswer_says_why", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.text[:60]}"


class Answered(models.Model):
    """That a contribution is answered, once."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    answer = models.ForeignKey(
        OfficeAnswer, models.CASCADE, related_name="answered", verbose_name=_("answer")
    )
    comment = models.OneToOneField(
        Comment, models.PROTECT, related_name="answered", verbose_name=_("contribution")
    )

    class Meta:
        verbose_name = _("answered contribution")
        verbose_name_plural = _("answered contributions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.comment_id}"


class Cause(models.Model):
    """That a contribution caused a change of a provision in a version."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    version = models.ForeignKey(
        Version, models.CASCADE, related_name="causes", verbose_name=_("version")
    )
    article = models.ForeignKey(
        Article, models.PROTECT, related_name="causes", verbose_name=_("provision")
    )
    comment = models.ForeignKey(
        Comment, models.PROTECT, related_name="norm_causes", verbose_name=_("contribution")
    )

    class Meta:
        verbose_name = _("cause of a change")
        verbose_name_plural = _("causes of changes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "article", "comment"], name="norms_cause_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.article_id} ← {self.comment_id}"


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find."""
        return self.exclude(published_at=None)


class Initiative(models.Model):
    """A citizens' initiative on its legal way, on paper: the portal follows it, it signs nothing.

    `needed` is the number of signatures that `share` percent of the electors make, rounded up to
    more than that share where the law says «more than» (LOM 114; docs/sources.md).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="initiatives", verbose_name=_("municipality")
    )
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what it asks for"), max_length=10_000)
    promoter = models.CharField(_("who promotes it"), max_length=160)
    contact = models.CharField(_("how to reach them"), max_length=200, blank=True)
    proposal = models.ForeignKey(
        Thread,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("proposal it came from"),
    )
    norm = models.ForeignKey(
        Norm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("draft norm it became"),
    )
    state = models.CharField(
        _("state"), max_length=9, choices=InitiativeState, default=InitiativeState.GATHERING
    )
    electors = models.PositiveIntegerField(_("electors"))
    electors_source = models.CharField(_("roll they were counted on"), max_length=160)
    share = models.DecimalField(
        _("share the law asks for, in percent"), max_digits=5, decimal_places=2, default=1
    )
    needed = models.PositiveIntegerField(_("signatures needed"))
    collected = models.PositiveIntegerField(
        _("signatures the promoters say they have"), null=True, blank=True
    )
    valid = models.PositiveIntegerField(_("signatures found valid"), null=True, blank=True)
    began_on = models.DateField(_("begun on"), default=timezone.localdate)
    presented_on = models.DateField(_("presented on"), null=True, blank=True)
    complete_by = models.DateField(_("to be completed by"), null=True, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    decide_by = models.DateField(_("the council decides by"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision = models.TextField(_("what was decided"), max_length=4_000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("citizens' initiative")
        verbose_name_plural = _("citizens' initiatives")
        ordering = ["-pk"]
        constraints = [
            one_of("state", InitiativeState),
            models.CheckConstraint(
                name="norms_initiative_needs_somebody",
                condition=Q(electors__gt=0, needed__gt=0, share__gt=0, share__lte=100),
            ),
            models.CheckConstraint(
                name="norms_initiative_decided_says_what",
                condition=~Q(state="decided") | (~Q(decision="") & Q(decided_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("norms:initiative", args=[self.municipality.slug, self.pk])

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def has_ended(self) -> bool:
        return self.state in (InitiativeState.DECIDED, InitiativeState.LAPSED)
