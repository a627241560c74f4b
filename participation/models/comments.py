from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import Channel, ModerationRule, Side
from participation.models.thread import Thread
from participation.reactions import ReactionCounts


if TYPE_CHECKING:
    from accounts.models import User

COMMENT_LENGTH = 3000
EDITABLE_FOR = timedelta(minutes=15)
# What everybody reads. The pages also keep the places of the others.
SHOWN = Q(deleted_at=None, hidden_at=None)


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown(self) -> Self:
        """What everybody may read: neither taken back by its author nor hidden by moderation."""
        return self.filter(SHOWN)

    def top(self) -> Self:
        return self.filter(parent=None)

    def of(self, user: User) -> Self:
        return self.filter(author=user)


class Comment(ReactionCounts):
    """What somebody says about a thing, or replies to another comment on it.

    It can be edited for a quarter of an hour. Taken back or hidden, its place stays, so
    that the replies keep their sense. `reply_count` and the reactions are kept by triggers.
    """

    # Indexes below begin with these three: more of them would only slow writing down.
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="comments", db_index=False
    )
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        db_index=False,
    )
    by_resident = models.BooleanField(_("by a verified resident"), default=False)
    as_office = models.CharField(_("office"), max_length=120, blank=True)
    organisation = models.CharField(
        _("organisation"),
        max_length=120,
        blank=True,
        help_text=_("On whose behalf the author speaks; agreeing is always a person's own."),
    )
    text = models.TextField(_("comment"), max_length=COMMENT_LENGTH)
    side = models.CharField(_("side"), max_length=7, choices=Side, default=Side.NEUTRAL)
    mentions = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Handles of the people it names with @, who have been told."),
    )
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    form_key = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    hidden_at = models.DateTimeField(_("hidden since"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_rule = models.CharField(max_length=12, choices=ModerationRule, blank=True)

    reply_count = models.PositiveIntegerField(default=0, editable=False)
    imported_code = models.CharField(max_length=30, blank=True, editable=False)
    imported_agrees = models.PositiveIntegerField(default=0, editable=False)
    imported_disagrees = models.PositiveIntegerField(default=0, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        constraints = [
            one_of("side", Side),
            one_of("channel", Channel),
            models.CheckConstraint(
                name="participation_comment_rule_is_known",
                condition=Q(hidden_rule__in=["", *ModerationRule.values]),
            ),
            models.CheckConstraint(
                name="participation_comment_hidden_by_a_rule",
                condition=Q(hidden_at=None, hidden_by=None, hidden_rule="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_rule="")),
            ),
            models.CheckConstraint(
                name="participation_comment_speaks_for_one",
                condition=Q(as_office="") | Q(organisation=""),
            ),
            models.CheckConstraint(
                name="participation_comment_says_something",
                condition=~Q(text="") | Q(deleted_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["author", "form_key"], name="participation_comment_form_once"
            ),
            models.UniqueConstraint(
                fields=["municipality", "imported_code"],
                condition=~Q(imported_code=""),
                name="participation_comment_imported_once",
            ),
            # For the foreign keys of replies and reactions, which name the thread too.
            models.UniqueConstraint(fields=["id", "thread"], name="participation_comment_place"),
        ]
        indexes = [
            models.Index(
                fields=["thread", "-score", "-id"],
                condition=Q(parent=None),
                name="participation_comment_best",
            ),
            models.Index(
                fields=["thread", "-resident_score", "-id"],
                condition=Q(parent=None),
                name="participation_comment_rbest",
            ),
            models.Index(
                fields=["thread", "-created_at", "-id"],
                condition=Q(parent=None),
                name="participation_comment_newest",
            ),
            models.Index(
                fields=["thread", "-reply_count", "-id"],
                condition=Q(parent=None),
                name="participation_comment_talked",
            ),
            models.Index(
                fields=["thread", "side", "-score", "-id"],
                condition=Q(parent=None) & ~Q(side=Side.NEUTRAL),
                name="participation_comment_sided",
            ),
            models.Index(
                fields=["thread", "side", "-resident_score", "-id"],
                condition=Q(parent=None) & ~Q(side=Side.NEUTRAL),
                name="participation_comment_rsided",
            ),
            models.Index(fields=["parent", "created_at"], name="participation_comment_replies"),
            models.Index(
                fields=["parent", "created_at"],
                condition=~Q(as_office=""),
                name="participation_comment_office",
            ),
            models.Index(fields=["author", "-created_at"], name="participation_comment_author"),
            models.Index(
                fields=["municipality", "-created_at"], name="participation_comment_latest"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("participation:comment", args=[self.municipality.slug, self.pk])

    @property
    def is_shown(self) -> bool:
        return self.deleted_at is None and self.hidden_at is None

    @property
    def is_editable(self) -> bool:
        """Whether its author may still change it, at this moment."""
        return self.is_shown and timezone.now() - self.created_at < EDITABLE_FOR


class CommentVersion(models.Model):
    """What a comment said before it was edited; anybody may compare."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions")
    text = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier text of a comment")
        verbose_name_plural = _("earlier texts of comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.text[:40]}"


class Reaction(models.Model):
    """That somebody agrees or disagrees with a thing or with one comment on it; changeable.

    `resident` is filled if residence was proven when it was given: so it counts among
    residents, and cannot be given again from another account of the same person.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="reactions")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="reactions"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reactions")
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="reactions"
    )
    agrees = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("agreement or disagreement")
        verbose_name_plural = _("agreements and disagreements")
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "comment", "user"],
                name="participation_reaction_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["thread", "comment", "resident"],
                condition=Q(resident__isnull=False),
                name="participation_reaction_once_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {'+' if self.agrees else '−'} {self.comment_id or self.thread_id}"
