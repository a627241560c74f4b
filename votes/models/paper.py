from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.models import Image
from votes.enums import EntryRole, PaperAct
from votes.models.poll import Poll


class Desk(models.Model):
    """A place where people vote on paper or with help, for one poll or several."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("where it is"), max_length=160, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("voting desk")
        verbose_name_plural = _("voting desks")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="votes_desk_once"),
            models.UniqueConstraint(fields=["id", "municipality"], name="votes_desk_place"),
        ]

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(models.QuerySet["Shift"]):
    def current(self) -> Self:
        now = timezone.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now)


class Hours(Func):
    """From a moment until another, as PostgreSQL compares spans of time."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Shift(models.Model):
    """That an officer attends a desk from a moment until a moment; nobody is at two at once."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    desk = models.ForeignKey(
        Desk, models.PROTECT, related_name="shifts", verbose_name=_("voting desk")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="votes_shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            ExclusionConstraint(
                name="votes_shift_one_desk_at_a_time",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("officer", RangeOperators.EQUAL),
                    (Hours("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.officer_id}"


class Table(models.Model):
    """A desk's box of one poll, and the acta of its recount.

    The papers of the box get their numbers only once it has been emptied and mixed. What does
    not add up needs a note, which is published. `round` grows when the entries of a table differ
    too much and it is entered afresh; entries of earlier rounds stay. A trigger (votes/0003)
    keeps the order of all this: no desk more once the rules are frozen, no box emptied while
    people vote, no figure of a signed acta changed without a note and a new round.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="tables")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="tables")
    supplied = models.PositiveIntegerField(_("papers supplied"), default=0)
    round = models.PositiveSmallIntegerField(default=1)
    emptied_at = models.DateTimeField(_("box emptied and mixed"), null=True, blank=True)
    signatures = models.PositiveIntegerField(_("signatures"), null=True, blank=True)
    spoiled = models.PositiveIntegerField(_("spoiled papers"), null=True, blank=True)
    left_over = models.PositiveIntegerField(_("papers left over"), null=True, blank=True)
    papers = models.PositiveIntegerField(_("papers in the box"), null=True, blank=True)
    blank = models.PositiveIntegerField(_("blank papers"), null=True, blank=True)
    void = models.PositiveIntegerField(_("void papers"), null=True, blank=True)
    note = models.TextField(_("what does not add up, and why"), max_length=2_000, blank=True)
    photo = models.ForeignKey(Image, models.PROTECT, null=True, blank=True, related_name="+")
    photo_sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(_("acta signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entries_note = models.TextField(
        _("how the entries differ from the acta, and why"), max_length=2_000, blank=True
    )
    settled_at = models.DateTimeField(_("entries settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("table of a vote")
        verbose_name_plural = _("tables of votes")
        ordering = ["poll", "desk__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "desk"], name="votes_table_once"),
            models.UniqueConstraint(fields=["id", "municipality"], name="votes_table_place"),
            set_together("signed_at", "signed_by"),
            models.CheckConstraint(
                name="votes_table_signed_has_its_figures",
                condition=Q(signed_at=None)
                | Q(
                    emptied_at__isnull=False,
                    signatures__isnull=False,
                    spoiled__isnull=False,
                    left_over__isnull=False,
                    papers__isnull=False,
                    blank__isnull=False,
                    void__isnull=False,
                    photo__isnull=False,
                )
                & ~Q(photo_sha256=""),
            ),
            models.CheckConstraint(
                name="votes_table_adds_up_or_says_why",
                condition=Q(signed_at=None)
                | ~Q(note="")
                | Q(
                    supplied=F("signatures") + F("left_over"),
                    signatures=F("papers") + F("spoiled"),
                    papers__gte=F("blank") + F("void"),
                ),
            ),
            models.CheckConstraint(
                name="votes_table_settled_after_signing",
                condition=Q(settled_at=None) | Q(signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.desk_id}"


class PaperEvent(models.Model):
    """Papers brought, handed out or taken back spoiled: where, by whom, when; never to whom.

    `attempt` names the form it came from, so that a second press of the same button hands out
    nothing more. `seen` says by what somebody was verified who was on no list.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    table = models.ForeignKey(Table, models.PROTECT, related_name="events")
    act = models.CharField(max_length=8, choices=PaperAct)
    number = models.PositiveIntegerField(_("papers"), default=1)
    attempt = models.UUIDField(null=True, blank=True)
    seen = models.CharField(_("what was seen"), max_length=120, blank=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("act at a table")
        verbose_name_plural = _("acts at tables")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("act", PaperAct),
            models.UniqueConstraint(
                fields=["table", "act", "attempt"], name="votes_paperevent_form_once"
            ),
            models.CheckConstraint(
                name="votes_paperevent_of_papers",
                condition=Q(act=PaperAct.SUPPLIED, number__gt=0) | Q(number=1),
            ),
        ]
        indexes = [models.Index(fields=["officer", "at"], name="votes_paperevent_officer")]

    def __str__(self) -> str:
        return f"{self.table_id}: {self.act}"


class EntryPart(models.Model):
    """Who types in a table's papers in which role, in one round. Nobody has two."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    table = models.ForeignKey(Table, models.PROTECT, related_name="parts")
    round = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=6, choices=EntryRole)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("role in entering papers")
        verbose_name_plural = _("roles in entering papers")
        constraints = [
            one_of("role", EntryRole),
            models.UniqueConstraint(
                fields=["table", "round", "role"], name="votes_entrypart_one_each"
            ),
            models.UniqueConstraint(
                fields=["table", "round", "by"], name="votes_entrypart_nobody_twice"
            ),
            models.UniqueConstraint(fields=["id", "municipality"], name="votes_entrypart_place"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id}: {self.role}"


class PaperEntry(models.Model):
    """What one person read on one numbered paper; only ever added. A null answer is void."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    part = models.ForeignKey(EntryPart, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    answers = models.JSONField(help_text=_("By question, as the urn's definition names them."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("entry of a paper")
        verbose_name_plural = _("entries of papers")
        ordering = ["part", "number"]
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="votes_paperentry_once"),
            models.CheckConstraint(name="votes_paperentry_has_a_number", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.number}"
