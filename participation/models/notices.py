from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import Delivery, Frequency, NoticeKind
from participation.models.comments import Comment
from participation.models.thread import Event, Thread
from participation.verbs import COMMENTED, NEWS, OF_COMMENTS, REPLIED, SOMETHING


if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class Follow(models.Model):
    """Somebody wants to hear of a thing, a person, a tag, or all that is new in a municipality."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="follows")
    thread = models.ForeignKey(
        Thread, models.CASCADE, null=True, blank=True, related_name="follows"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="followed_by",
    )
    tag = models.CharField(max_length=30, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            # One of each, and one of the municipality itself, which has nothing else filled.
            models.UniqueConstraint(
                fields=["municipality", "user", "thread", "person", "tag"],
                name="participation_follow_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="participation_follow_one_thing",
                condition=Q(person=None, tag="")
                | Q(thread=None, tag="")
                | Q(thread=None, person=None),
            ),
            models.CheckConstraint(
                name="participation_follow_somebody_else",
                condition=Q(person=None) | ~Q(person=models.F("user")),
            ),
        ]
        indexes = [
            models.Index(fields=["thread"], name="participation_follow_thread"),
            models.Index(fields=["municipality", "tag"], name="participation_follow_tag"),
            models.Index(fields=["user", "-created_at"], name="participation_follow_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.thread_id or self.person_id or self.tag or 'all'}"


class NoticePreference(models.Model):
    """How somebody wants to hear of one kind; without a row, as participation.deliveries says."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences"
    )
    kind = models.CharField(max_length=12, choices=NoticeKind)
    delivery = models.CharField(max_length=8, choices=Delivery)

    class Meta:
        verbose_name = _("preference for notices")
        verbose_name_plural = _("preferences for notices")
        constraints = [
            one_of("kind", NoticeKind),
            one_of("delivery", Delivery),
            models.UniqueConstraint(
                fields=["user", "kind"], name="participation_noticepreference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} – {self.delivery}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime) -> Self:
        """Waiting, and not put off until later because the line was down."""
        return self.waiting().filter(Q(next_try_at=None) | Q(next_try_at__lte=now))


class Digest(models.Model):
    """What one person is told in one mail for one day or week, over all municipalities.

    There is one row for each person and period, so that nobody gets two; whoever sends it
    holds its lock while the mail server takes it (docs/decisions/0070).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    frequency = models.CharField(max_length=6, choices=Frequency)
    period = models.DateField(_("day it goes out"))
    notice_count = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            one_of("frequency", Frequency),
            models.UniqueConstraint(
                fields=["user", "frequency", "period"], name="participation_digest_once"
            ),
            models.CheckConstraint(
                name="participation_digest_one_end", condition=Q(sent_at=None) | Q(given_up_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="participation_digest_waiting",
                condition=Q(sent_at=None, given_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.frequency} {self.period}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread_by(self, user: User) -> Self:
        return self.filter(user=user, read_at=None)

    def to_send(self) -> Self:
        """To go out one by one and not yet gone, to people who can still be reached that way."""
        return self.filter(sent_at=None, user__is_active=True).filter(
            Q(
                delivery=Delivery.EMAIL,
                user__wants_email=True,
                user__email__isnull=False,
                user__email_bounced_at=None,
            )
            | Q(
                delivery__in=[Delivery.SMS, Delivery.WHATSAPP],
                user__phone__isnull=False,
                user__phone_verified=True,
            )
        )


class Notice(models.Model):
    """One event told to one person, once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind, default=NoticeKind.OWN)
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.EMAIL)
    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, blank=True, related_name="notices"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of("kind", NoticeKind),
            one_of("delivery", Delivery),
            models.UniqueConstraint(fields=["event", "user"], name="participation_notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="participation_notice_user"),
            models.Index(
                fields=["delivery", "created_at"],
                name="participation_notice_to_digest",
                condition=Q(digest=None, delivery__in=["daily", "weekly"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event_id}"

    @cached_property
    def comment(self) -> Comment | None:
        """The comment it speaks of; of many at once, participation.inbox reads them together."""
        pk = self.event.data.get("comment")
        return Comment.objects.filter(pk=pk, thread=self.event.thread_id).first() if pk else None

    @property
    def is_personal(self) -> bool:
        """Whether what was written with it was written to its person."""
        return not self.event.is_public and self.event.verb not in OF_COMMENTS

    @property
    def is_open(self) -> bool:
        """Whether the person may see the thing it speaks of: it is public, or their own."""
        return self.event.thread.is_public or self.event.thread.author_id == self.user_id

    @property
    def comment_is_gone(self) -> bool:
        """Whether it speaks of a comment that the person cannot read, or not any more."""
        if "comment" not in self.event.data:
            return False
        comment = self.comment
        return comment is None or not (comment.is_shown or comment.author_id == self.user_id)

    @property
    def title(self) -> str:
        if not self.is_open:
            return str(_("Something you follow that is not public now"))
        return self.event.thread.title

    @property
    def path(self) -> str:
        """Where to read on; the notices themselves if there is nothing to be seen any more."""
        thread = self.event.thread
        if self.is_personal and (decision := self.event.data.get("decision")):
            return reverse("participation:decision", args=[self.municipality.slug, decision])
        if self.is_personal and (page := self.event.data.get("page")):
            return page  # where its person does what is asked of them
        if not self.is_open or not thread.path:
            return reverse("participation:notices")
        if self.comment and not self.comment_is_gone:
            return self.comment.get_absolute_url()
        return thread.path

    @property
    def sentence(self) -> str:
        if self.event.verb == COMMENTED and self.kind == NoticeKind.REPLIES:
            return str(REPLIED)
        return str(NEWS.get(self.event.verb, SOMETHING))

    @property
    def words(self) -> str:
        """The reason or text that came with it."""
        if self.is_personal:
            return self.event.text
        if not self.is_open or self.comment_is_gone:
            return ""
        return self.comment.text if self.comment else self.event.text
