from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from decide.common.constraints import one_of
from decide.common.documents import latest_key
from municipalities.models import Municipality
from participation.enums import AgeBand
from votes.enums import CastChannel, UrnState


class Urn(models.Model):
    """What takes sealed ballots, whatever is voted on.

    Once frozen, its definition is settled and its digest public; a trigger refuses any
    other change, and any way between states but the legal one (votes/0002). It takes
    ballots while its keys are proven and the database's clock is between its two instants.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="urns")
    label = models.CharField(_("name"), max_length=160)
    state = models.CharField(_("state"), max_length=9, choices=UrnState, default=UrnState.PREPARED)
    definition = models.TextField(_("definition"), help_text=_("Canonical JSON."))
    digest = models.BinaryField(_("fingerprint"), max_length=32, null=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    sealed_length = models.PositiveIntegerField(
        help_text=_("Bytes of every sealed ballot, whatever was chosen.")
    )
    key_version = models.PositiveSmallIntegerField(default=latest_key, editable=False)
    seal_key = models.BinaryField(max_length=32, null=True, help_text=_("X25519, public."))
    sign_key = models.BinaryField(max_length=32, null=True, help_text=_("Ed25519, public."))
    is_test = models.BooleanField(
        _("a test"), default=False, help_text=_("Only pretend voters, who vote nowhere else.")
    )
    objections_until = models.DateTimeField(
        _("objections until"),
        null=True,
        blank=True,
        help_text=_("After that the sealed ballots are destroyed."),
    )

    class Meta:
        verbose_name = _("urn")
        verbose_name_plural = _("urns")
        constraints = [
            one_of("state", UrnState),
            models.CheckConstraint(
                name="votes_urn_closes_after_opening", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(
                name="votes_urn_frozen_has_its_digest",
                condition=Q(state__in=[UrnState.PREPARED, UrnState.CANCELLED], digest=None)
                | (~Q(state=UrnState.PREPARED) & Q(digest__isnull=False)),
            ),
            models.CheckConstraint(
                name="votes_urn_ready_has_its_keys",
                condition=Q(state__in=[UrnState.PREPARED, UrnState.FROZEN, UrnState.CANCELLED])
                | Q(seal_key__isnull=False, sign_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        """Whether it takes ballots, as far as this machine's clock knows; the database decides."""
        return self.state == UrnState.READY and self.opens_at <= timezone.now() < self.closes_at


class Mark(models.Model):
    """That one person has voted, and by what way. One row of the roll.

    `person_key` is a keyed hash made for this urn alone, so that nobody without the key can
    follow a person from one urn to another. Only the functions of votes/0002 write here.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="marks")
    person_key = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=CastChannel)
    place = models.CharField(
        max_length=6, blank=True, help_text=_("Ubigeo of the district where they live.")
    )

    class Meta:
        verbose_name = _("mark on the roll")
        verbose_name_plural = _("marks on the roll")
        constraints = [
            one_of("channel", CastChannel),
            models.UniqueConstraint(fields=["urn", "person_key"], name="votes_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}: {self.channel}"


class Envelope(models.Model):
    """A sealed ballot in its outer envelope, which says who; only ever added.

    The last one of a person counts, unless they voted on paper. `attempt` names the form it
    came from, so that the same form sent again finds the same receipt.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="envelopes")
    person_key = models.BinaryField(max_length=32)
    attempt = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    day = models.DateField()

    class Meta:
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        constraints = [
            models.UniqueConstraint(
                fields=["urn", "person_key", "attempt"], name="votes_envelope_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["urn", "commitment"], name="votes_envelope_commitment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}: {self.pk}"


class Spoiled(models.Model):
    """A ballot that was audited instead of cast: its attempt casts nothing any more. Only added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="spoiled")
    attempt = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)
    day = models.DateField()

    class Meta:
        verbose_name = _("audited ballot")
        verbose_name_plural = _("audited ballots")
        constraints = [
            models.UniqueConstraint(fields=["urn", "attempt"], name="votes_spoiled_once")
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}: {self.pk}"


class Turnout(models.Model):
    """One person of the turnout, as they chose to describe themselves; nothing leads to whom.

    Written with a person's first mark on a real urn's roll. Only ever added.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="turnout")
    gender = models.CharField(max_length=12, choices=Gender, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand, blank=True)
    area = models.CharField(max_length=6, choices=Area, blank=True)

    class Meta:
        verbose_name = _("person of the turnout")
        verbose_name_plural = _("people of the turnout")
        constraints = [
            models.CheckConstraint(
                name="votes_turnout_people_are_known",
                condition=Q(gender__in=["", *Gender.values])
                & Q(age_band__in=["", *AgeBand.values])
                & Q(area__in=["", *Area.values]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}"


class Checkpoint(models.Model):
    """A signed head of an urn's log, chained to the one before; only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="checkpoints")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("Commitments in the log so far."))
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed head of the log")
        verbose_name_plural = _("signed heads of the log")
        ordering = ["urn", "number"]
        constraints = [
            models.UniqueConstraint(fields=["urn", "number"], name="votes_checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}: {self.size}"


class Leaf(models.Model):
    """A commitment at its place in the public log; only ever added.

    Places are given by batches, within each in the order of the values, so that the log
    does not tell in which order people voted.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="leaves")
    place = models.PositiveIntegerField()
    commitment = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("commitment in the log")
        verbose_name_plural = _("commitments in the log")
        ordering = ["urn", "place"]
        constraints = [
            models.UniqueConstraint(fields=["urn", "place"], name="votes_leaf_place_once"),
            models.UniqueConstraint(fields=["urn", "commitment"], name="votes_leaf_once"),
        ]

    def __str__(self) -> str:
        return f"{self.urn_id}: {self.place}"


class Written(Func):
    """The hash of a text: an index holds that, for no text of an index may be long (votes/0006)."""

    function = "votes_written"
    output_field = models.BinaryField()


class OpenedAnswer(models.Model):
    """How many ballots of a cell gave one answer to one question; only ever added.

    Each question is counted apart and no ballot is kept whole, so that an unusual answer to
    one question does not show what the same person answered to the next.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.ForeignKey(Urn, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=20)
    cell = models.CharField(max_length=100, blank=True, help_text=_("Place and channel."))
    answer = models.TextField(help_text=_("Canonical JSON."))
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("answer of opened ballots")
        verbose_name_plural = _("answers of opened ballots")
        ordering = ["urn", "question", "cell", "answer"]
        constraints = [
            models.UniqueConstraint(
                "urn", "question", "cell", Written("answer"), name="votes_openedanswer_once"
            ),
            models.CheckConstraint(
                name="votes_openedanswer_of_somebody", condition=Q(number__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urn_id} {self.question}: {self.number}"


class Outcome(models.Model):
    """What came out of an urn, in canonical JSON, signed; only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    urn = models.OneToOneField(Urn, models.PROTECT, related_name="outcome")
    statement = models.TextField(help_text=_("Canonical JSON."))
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("outcome of an urn")
        verbose_name_plural = _("outcomes of urns")

    def __str__(self) -> str:
        return f"{self.urn_id}"
