from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Suspension
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.enums import (
    CaseSource,
    DecisionKind,
    ModerationRule,
    SharedPlace,
    TracedAct,
    WatchedKind,
)
from participation.models.comments import Comment
from participation.models.thread import Thread


PERSON = settings.AUTH_USER_MODEL


class ConversationSettings(models.Model):
    """How a municipality runs its conversations; without a row the defaults hold."""

    municipality = models.OneToOneField(
        Municipality,
        models.CASCADE,
        related_name="conversation_settings",
        verbose_name=_("municipality"),
    )
    counts_unverified = models.BooleanField(
        _("accounts without proven residence count too"),
        default=True,
        help_text=_("Both figures are always shown; this says which one orders the page."),
    )
    flags_to_hide = models.PositiveSmallIntegerField(
        _("flags that hide until reviewed"),
        default=3,
        validators=[MinValueValidator(2), MaxValueValidator(50)],
        help_text=_("Only those of accounts older than a week count."),
    )
    new_account_days = models.PositiveSmallIntegerField(
        _("days an account is new"), default=7, validators=[MaxValueValidator(90)]
    )
    holds_links_of_new = models.BooleanField(_("review links of new accounts first"), default=True)

    class Meta:
        verbose_name = _("rules for conversation")
        verbose_name_plural = _("rules for conversation")

    def __str__(self) -> str:
        return str(self.municipality)


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("opened_at", "pk")


class Case(models.Model):
    """Something that moderation has to look at: a thing, or one comment on it.

    `holds` says that it is out of sight until somebody has decided.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="cases")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="cases")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    source = models.CharField(_("how it came"), max_length=12, choices=CaseSource)
    found = models.CharField(
        _("what was found"), max_length=200, blank=True, help_text=_("Words, links, or numbers.")
    )
    holds = models.BooleanField(_("out of sight until reviewed"), default=False)
    flag_count = models.PositiveIntegerField(_("flags"), default=0)
    opened_at = models.DateTimeField(_("waiting since"), default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case of moderation")
        verbose_name_plural = _("cases of moderation")
        constraints = [
            one_of("source", CaseSource),
            models.UniqueConstraint(
                fields=["thread", "comment"],
                condition=Q(closed_at=None),
                name="participation_case_open_once",
                nulls_distinct=False,
            ),
            # For the foreign keys of flags and decisions, which name these too.
            models.UniqueConstraint(fields=["id", "thread"], name="participation_case_thread"),
            models.UniqueConstraint(fields=["id", "municipality"], name="participation_case_place"),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "opened_at"],
                condition=Q(closed_at=None),
                name="participation_case_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.comment_id or self.thread_id}"


class Flag(models.Model):
    """That somebody says a thing or a comment breaks a rule; each person once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="flags")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="flags"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="flags")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="flags")
    rule = models.CharField(_("which rule it breaks"), max_length=12, choices=ModerationRule)
    text = models.CharField(_("more, if you like"), max_length=300, blank=True)
    counts = models.BooleanField(
        _("counts towards hiding"), help_text=_("The account was older than a week.")
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            one_of("rule", ModerationRule),
            models.UniqueConstraint(
                fields=["thread", "comment", "user"],
                name="participation_flag_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.rule}"


class Decision(models.Model):
    """What a moderator decided about a case, by which rule and why. Only ever added.

    Undoing one, or showing again what it hid, is another decision that names it. The database
    refuses a decision about one's own content, and two that undo the same.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="decisions", verbose_name=_("municipality")
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=8, choices=DecisionKind)
    rule = models.CharField(_("rule"), max_length=12, choices=ModerationRule, blank=True)
    reason = models.TextField(_("reason, for the author"), max_length=1000, blank=True)
    days = models.PositiveSmallIntegerField(_("days of suspension"), null=True, blank=True)
    author = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("whose content")
    )
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="decisions", verbose_name=_("by"))
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("takes back"),
    )
    suspension = models.OneToOneField(
        Suspension,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decision",
        verbose_name=_("suspension"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("decision of moderation")
        verbose_name_plural = _("decisions of moderation")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("kind", DecisionKind),
            models.CheckConstraint(
                name="participation_decision_rule_is_known",
                condition=Q(rule__in=["", *ModerationRule.values]),
            ),
            models.CheckConstraint(
                name="participation_decision_not_on_own",
                condition=Q(author=None) | ~Q(author=F("by")),
                violation_error_message=_("Nobody decides about their own content."),
            ),
            models.CheckConstraint(
                name="participation_decision_against_says_why",
                condition=~Q(kind__in=[DecisionKind.HIDE, DecisionKind.WARN, DecisionKind.SUSPEND])
                | (~Q(rule="") & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="participation_decision_suspends_for_days",
                condition=Q(kind=DecisionKind.SUSPEND, days__gt=0, days__lte=365)
                | (~Q(kind=DecisionKind.SUSPEND) & Q(days=None)),
            ),
            models.CheckConstraint(
                name="participation_decision_suspends_somebody",
                condition=Q(kind=DecisionKind.SUSPEND, suspension__isnull=False)
                | (~Q(kind=DecisionKind.SUSPEND) & Q(suspension=None)),
            ),
            models.CheckConstraint(
                name="participation_decision_undoes_another",
                condition=Q(kind=DecisionKind.UNDO, undoes__isnull=False)
                | Q(kind=DecisionKind.RESTORE)
                | (~Q(kind__in=[DecisionKind.UNDO, DecisionKind.RESTORE]) & Q(undoes=None)),
            ),
            models.UniqueConstraint(fields=["id", "by"], name="participation_decision_whose"),
            models.UniqueConstraint(
                fields=["id", "municipality"], name="participation_decision_place"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-at"], name="participation_decision_log"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @property
    def what_was_done(self) -> str:
        return DecisionKind(self.kind).done


class Appeal(models.Model):
    """An author asks another moderator to look again at a decision; once for each.

    `against` is who decided, so that the database can refuse that they decide again.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="appeals")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    against = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="appeals")
    text = models.TextField(_("why it should be looked at again"), max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)
    upheld = models.BooleanField(_("the author was right"), null=True, blank=True)
    answer = models.TextField(_("answer to the author"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["created_at", "pk"]
        constraints = [
            set_together("upheld", "decided_by", "decided_at"),
            models.CheckConstraint(
                name="participation_appeal_by_another",
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("against")) & ~Q(decided_by=F("user"))),
                violation_error_message=_("Somebody else has to decide about an appeal."),
            ),
            models.CheckConstraint(
                name="participation_appeal_answered",
                condition=Q(decided_at=None) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.upheld}"


class WatchedWord(models.Model):
    """A word or a link that sends what contains it to review first; it refuses nothing."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="watched_words")
    kind = models.CharField(_("kind"), max_length=4, choices=WatchedKind, default=WatchedKind.WORD)
    text = models.CharField(_("word, phrase or address"), max_length=80)
    added_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        ordering = ["kind", "text"]
        constraints = [
            one_of("kind", WatchedKind),
            models.UniqueConstraint(
                fields=["municipality", "kind", "text"], name="participation_watchedword_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DeclaredPlace(models.Model):
    """A kiosk, a school or an assembly where many people share one address, with its own limit."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="declared_places")
    kind = models.CharField(_("kind"), max_length=8, choices=SharedPlace)
    name = models.CharField(_("name"), max_length=120)
    network = models.CharField(
        _("address or network"), max_length=50, help_text=_("For example 181.65.10.0/24.")
    )
    acts_per_hour = models.PositiveSmallIntegerField(_("acts in an hour"), default=300)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    declared_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("declared place")
        verbose_name_plural = _("declared places")
        ordering = ["-starts_at"]
        constraints = [
            one_of("kind", SharedPlace),
            models.CheckConstraint(
                name="participation_declaredplace_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Trace(models.Model):
    """From which address, as a keyed hash, an account acted. A signal for review, kept 30 days."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")
    act = models.CharField(max_length=8, choices=TracedAct)
    address_hash = models.BinaryField(max_length=16)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("trace of an act")
        verbose_name_plural = _("traces of acts")
        constraints = [one_of("act", TracedAct)]
        indexes = [models.Index(fields=["municipality", "at"], name="participation_trace_at")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.act}"
