from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality
from participation.models.thread import Event, Thread
from participation.verbs import NEWS, SOMETHING


if TYPE_CHECKING:
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
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.thread_id or self.person_id or self.tag or 'all'}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread_by(self, user: User) -> Self:
        return self.filter(user=user, read_at=None)

    def to_email(self) -> Self:
        """Not sent yet, to people who want them by e-mail and have an address."""
        return self.filter(
            emailed_at=None,
            user__wants_email=True,
            user__is_active=True,
            user__email__isnull=False,
        )


class Notice(models.Model):
    """One event told to one person, once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="participation_notice_once")
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="participation_notice_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event_id}"

    @property
    def is_open(self) -> bool:
        """Whether the person may see what it speaks of: it is public, or their own."""
        return self.event.thread.is_public or self.event.thread.author_id == self.user_id

    @property
    def title(self) -> str:
        if not self.is_open:
            return str(_("Something you follow that is not public now"))
        return self.event.thread.title

    @property
    def path(self) -> str:
        """Where to read on; the notices themselves if there is nothing to be seen any more."""
        thread = self.event.thread
        return thread.path if self.is_open and thread.path else reverse("participation:notices")

    @property
    def sentence(self) -> str:
        return str(NEWS.get(self.event.verb, SOMETHING))

    @property
    def words(self) -> str:
        """The reason or text that came with it."""
        return self.event.text if self.is_open else ""
