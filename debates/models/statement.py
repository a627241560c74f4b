from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from debates.enums import StatementChoice
from debates.models.debate import Debate
from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.models import Thread


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

STATEMENT_LENGTH = 140


class StatementQuerySet(models.QuerySet["Statement"]):
    def public(self) -> Self:
        return self.filter(thread__is_public=True)

    def of(self, user: User) -> Self:
        """Those that somebody added; what they wrote to open the debate is not counted."""
        return self.filter(author=user, is_seed=False)

    def with_choice_of(self, user: User | AnonymousUser) -> Self:
        """`choice`: what this person has said of it, if anything."""
        if not user.is_authenticated:
            return self.annotate(choice=Value(None, output_field=models.CharField()))
        given = StatementVote.objects.filter(statement=OuterRef("pk"), user=user)
        return self.annotate(choice=Subquery(given.values("choice")[:1]))


class Statement(models.Model):
    """One short sentence of a debate that people agree with, disagree with, or pass.

    It owns a thread, so that moderation treats it as anything else that people write.
    The counts are kept by a trigger.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    debate = models.ForeignKey(Debate, models.PROTECT, related_name="statements")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="statement")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="statements"
    )
    is_seed = models.BooleanField(_("written by who opened the debate"), default=False)
    text = models.CharField(_("statement"), max_length=STATEMENT_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    agrees = models.PositiveIntegerField(default=0, editable=False)
    disagrees = models.PositiveIntegerField(default=0, editable=False)
    passes = models.PositiveIntegerField(default=0, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="debates_statement_says_something", condition=~models.Q(text="")
            ),
            models.UniqueConstraint(fields=["debate", "text"], name="debates_statement_once"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        slug = self.municipality.slug
        return f"{reverse('debates:statements', args=[slug, self.debate_id])}#frase-{self.pk}"

    @property
    def is_hidden(self) -> bool:
        return not self.thread.is_public

    @property
    def votes(self) -> int:
        return self.agrees + self.disagrees + self.passes


class StatementVote(models.Model):
    """What one person says of one statement; changeable while the debate is open."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="given")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="statement_votes"
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="statement_votes"
    )
    choice = models.CharField(max_length=8, choices=StatementChoice)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vote on a statement")
        verbose_name_plural = _("votes on statements")
        constraints = [
            one_of("choice", StatementChoice),
            models.UniqueConstraint(
                fields=["statement", "user"], name="debates_statementvote_once"
            ),
            models.UniqueConstraint(
                fields=["statement", "resident"], name="debates_statementvote_once_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.choice}"


class OpinionAnalysis(models.Model):
    """What the votes on a debate's statements say, as last computed; the latest of each debate."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    debate = models.OneToOneField(Debate, models.CASCADE, related_name="analysis")
    computed_at = models.DateTimeField(default=timezone.now)
    votes = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("analysis of opinion")
        verbose_name_plural = _("analyses of opinion")

    def __str__(self) -> str:
        return f"{self.debate_id}: {self.votes}"
