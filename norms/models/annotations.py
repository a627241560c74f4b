from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from norms.enums import AnchorState, Stance
from norms.models.norm import Article, Norm, Part, Version
from participation.models import Comment, Thread


class Annotation(models.Model):
    """Words of a provision that people talk about; whoever marks the same words joins it.

    Where the words are in each version say its anchors. Comments on them, and the wordings
    they propose, are comments of its thread.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    norm = models.ForeignKey(
        Norm, models.PROTECT, related_name="annotations", verbose_name=_("draft norm")
    )
    article = models.ForeignKey(
        Article, models.PROTECT, related_name="annotations", verbose_name=_("provision")
    )
    thread = models.OneToOneField(
        Thread, models.PROTECT, related_name="annotation", verbose_name=_("conversation")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="+", verbose_name=_("version it was made in")
    )
    quote = models.TextField(_("words marked"), max_length=100_000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first marked by"),
    )
    created_at = models.DateTimeField(_("marked"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")
        ordering = ["norm", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_annotation_place"),
            models.CheckConstraint(name="norms_annotation_marks_words", condition=~Q(quote="")),
        ]

    def __str__(self) -> str:
        return self.quote[:80]

    def get_absolute_url(self) -> str:
        return reverse("norms:annotation", args=[self.municipality.slug, self.pk])


class AnchorQuerySet(models.QuerySet["Anchor"]):
    def standing(self) -> Self:
        """Those whose words are in the text."""
        return self.exclude(state=AnchorState.LOST)


class Anchor(models.Model):
    """Where the words of an annotation are in one version, or that they are there no more.

    `start` and `stop` count the characters of the part's text; the database refuses an anchor
    whose words are not those of the annotation (norms/0002).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    annotation = models.ForeignKey(
        Annotation, models.CASCADE, related_name="anchors", verbose_name=_("annotation")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="anchors", verbose_name=_("version")
    )
    part = models.ForeignKey(
        Part,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="anchors",
        verbose_name=_("part"),
    )
    start = models.PositiveIntegerField(_("first character"), null=True, blank=True)
    stop = models.PositiveIntegerField(_("character after the last"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=5, choices=AnchorState, default=AnchorState.KEPT
    )

    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of an annotation")
        verbose_name_plural = _("places of annotations")
        ordering = ["version", "part", "start"]
        constraints = [
            one_of("state", AnchorState),
            set_together("part", "start", "stop"),
            models.UniqueConstraint(fields=["annotation", "version"], name="norms_anchor_once"),
            # Two clicks on the same words are one annotation.
            models.UniqueConstraint(fields=["part", "start", "stop"], name="norms_anchor_shared"),
            models.CheckConstraint(
                name="norms_anchor_lost_is_nowhere",
                condition=Q(state="lost", part=None) | (~Q(state="lost") & Q(part__isnull=False)),
            ),
            models.CheckConstraint(
                name="norms_anchor_holds_words", condition=Q(part=None) | Q(start__lt=F("stop"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.state}"


class WordingQuerySet(models.QuerySet["Wording"]):
    def shown(self) -> Self:
        """Those whose comment everybody may read."""
        return self.filter(comment__deleted_at=None, comment__hidden_at=None)


class Wording(models.Model):
    """Other words that a comment proposes for those that were marked; none, to take them out.

    The four counts are kept by triggers (norms/0002).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    norm = models.ForeignKey(
        Norm, models.PROTECT, related_name="wordings", verbose_name=_("draft norm")
    )
    annotation = models.ForeignKey(
        Annotation, models.PROTECT, related_name="wordings", verbose_name=_("annotation")
    )
    comment = models.OneToOneField(
        Comment, models.PROTECT, related_name="wording", verbose_name=_("comment")
    )
    new_text = models.TextField(
        _("wording proposed"),
        max_length=10_000,
        blank=True,
        help_text=_("Leave it empty to take the words out."),
    )
    musts = models.PositiveIntegerField(_("must be"), default=0, editable=False)
    shoulds = models.PositiveIntegerField(_("should be"), default=0, editable=False)
    should_nots = models.PositiveIntegerField(_("should not be"), default=0, editable=False)
    must_nots = models.PositiveIntegerField(_("must not be"), default=0, editable=False)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed wording")
        verbose_name_plural = _("proposed wordings")
        ordering = ["norm", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_wording_place"),
        ]

    def __str__(self) -> str:
        return self.new_text[:80]


class WordingStance(models.Model):
    """What one resident says of a wording; they may change it while comments are taken."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    wording = models.ForeignKey(
        Wording, models.CASCADE, related_name="stances", verbose_name=_("wording")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="+", verbose_name=_("resident")
    )
    stance = models.CharField(_("stance"), max_length=10, choices=Stance)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("stance on a wording")
        verbose_name_plural = _("stances on wordings")
        ordering = ["pk"]
        constraints = [
            one_of("stance", Stance),
            models.UniqueConstraint(
                fields=["wording", "resident"], name="norms_wordingstance_once_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording_id}: {self.stance}"
