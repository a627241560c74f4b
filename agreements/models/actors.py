from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import OrganizationKind
from decide.common.constraints import one_of
from municipalities.models import Municipality


class Organization(models.Model):
    """An institution or organisation that takes part: a party, a facilitator, a reviewer.

    Those that are municipalities of this site name theirs; a party need not be one.
    """

    kind = models.CharField(_("kind"), max_length=14, choices=OrganizationKind)
    name = models.CharField(_("name"), max_length=160, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    ruc = models.CharField(_("RUC"), max_length=11, blank=True)
    # Not municipality: the organisation is no row of a tenant, everybody reads it.
    town = models.OneToOneField(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organization",
        verbose_name=_("municipality of this site"),
    )
    website = models.URLField(_("website"), blank=True)
    invented = models.BooleanField(_("invented for the demo"), default=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            one_of("kind", OrganizationKind),
            models.CheckConstraint(
                name="agreements_organization_ruc_is_written_whole",
                condition=Q(ruc="") | Q(ruc__regex=r"^\d{11}$"),
                violation_error_message=_("A RUC has 11 digits."),
            ),
            models.UniqueConstraint(
                fields=["ruc"], condition=~Q(ruc=""), name="agreements_organization_ruc_once"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> Self:
        today = timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)


class Member(models.Model):
    """An account that speaks for an organisation, from a day until a day."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name=_("organisation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="organizations",
        verbose_name=_("account"),
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of an organisation")
        verbose_name_plural = _("members of organisations")
        ordering = ["organization", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="agreements_member_once"),
            models.CheckConstraint(
                name="agreements_member_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organization}"


class Office(models.Model):
    """An office that answers, with its mailbox; its person only second, and until a day.

    No personal mobile numbers: what is here is public.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="offices", verbose_name=_("organisation")
    )
    name = models.CharField(_("office"), max_length=160)
    email = models.EmailField(_("e-mail of the office"), blank=True)
    phone = models.CharField(_("telephone of the office"), max_length=30, blank=True)
    holder = models.CharField(_("who holds it"), max_length=120, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("directory of offices")
        ordering = ["organization", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="agreements_office_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organization})"

    @property
    def is_current(self) -> bool:
        """Whether it can be relied on; one past its day says that it is to be brought up to date."""
        return self.valid_until is None or self.valid_until >= timezone.localdate()
