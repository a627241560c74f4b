from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import set_together
from municipalities.models import Municipality
from votes.models.poll import Poll


class Trustee(models.Model):
    """Somebody who keeps a part of the key of a poll; named in its rules."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="trustees")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    office = models.CharField(_("office or organisation"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("trustee")
        verbose_name_plural = _("trustees")
        ordering = ["poll", "position"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="votes_trustee_once")
        ]

    def __str__(self) -> str:
        return self.name


class KeyCeremony(models.Model):
    """One making of the key of a poll. If it went wrong another is begun, and this one is void.

    `trial` is a ballot sealed to the key, which as many trustees as are needed open together to
    prove that their words are right. The private key itself is nowhere: its parts are in
    `KeyShare`, sealed to the links that the trustees get, and gone once each has shown that they
    have it on paper. It is proven when all have, and the trial ballot has been opened.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="ceremonies")
    number = models.PositiveSmallIntegerField()
    public_key = models.BinaryField(max_length=32)
    trial = models.BinaryField()
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tried_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("key ceremony")
        verbose_name_plural = _("key ceremonies")
        ordering = ["poll", "number"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="votes_keyceremony_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.number}"


class KeyShare(models.Model):
    """One trustee's part in one ceremony: the hash that recognises it, never the part itself.

    `sealed` is the part under a secret that is in the trustee's link alone, until they prove that
    they have their words. `handed` is the part that they have typed, for the trial or the opening,
    under a secret that this database does not hold (votes/handed.py); it is emptied once enough
    trustees have come. `used_at` says when their words opened the urn.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    ceremony = models.ForeignKey(KeyCeremony, models.CASCADE, related_name="shares")
    trustee = models.ForeignKey(Trustee, models.PROTECT, related_name="shares")
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField(null=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    handed = models.BinaryField(null=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("part of a key")
        verbose_name_plural = _("parts of keys")
        ordering = ["ceremony", "trustee__position"]
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "trustee"], name="votes_keyshare_once"),
            models.CheckConstraint(
                name="votes_keyshare_proven_is_gone",
                condition=Q(proven_at=None) | Q(sealed=None),
            ),
            set_together("handed", "handed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.ceremony_id}: {self.trustee_id}"
