from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    REGIONAL_ROLES,
    Area,
    DeskActKind,
    DeskReason,
    DocumentKind,
    Gender,
    ProofMethod,
    Purpose,
    RequestState,
    Role,
    Shown,
)
from accounts.handles import SHAPE
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality, Place


WHY = 300  # letters for the reason of an act at a desk


class UserManager(BaseUserManager["User"]):
    def create_user(self, email=None, password=None, **fields):
        user = self.model(email=self.normalize_email(email) or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account: one for all municipalities, by e-mail or by mobile phone.

    What they may do for a municipality is written in RoleGrant, where they live in
    Resident. Deleting the account empties this row and keeps it, so that what the
    person contributed stays under «deleted account».
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(_("phone confirmed"), default=False)
    display_name = models.CharField(
        _("name others see"), max_length=60, help_text=_("Your own name or another you choose.")
    )
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    area = models.CharField(_("where you live"), max_length=6, choices=Area, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    handle = models.SlugField(
        _("name for mentions"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Others name you with it: @rosa-quispe. It is also the address of your page."),
    )
    about = models.CharField(_("about you"), max_length=300, blank=True)
    shows = ArrayField(
        models.CharField(max_length=10, choices=Shown),
        verbose_name=_("what your public page shows"),
        default=list,
        blank=True,
    )
    email_bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    wants_email = models.BooleanField(_("send me notices by e-mail"), default=True)
    unread_notices = models.PositiveIntegerField(default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                name="accounts_user_gender_is_known",
                condition=Q(gender__in=["", *Gender.values]),
            ),
            models.CheckConstraint(
                name="accounts_user_area_is_known",
                condition=Q(area__in=["", *Area.values]),
            ),
            models.CheckConstraint(
                name="accounts_user_deleted_is_empty",
                condition=Q(deleted_at=None)
                | Q(
                    email=None,
                    phone=None,
                    display_name="",
                    handle=None,
                    about="",
                    birth_year=None,
                    is_active=False,
                ),
            ),
            models.CheckConstraint(
                name="accounts_user_shows_what_is_known",
                condition=Q(shows__contained_by=Shown.values),
            ),
            models.CheckConstraint(
                name="accounts_user_handle_is_plain",
                condition=Q(handle=None) | Q(handle__regex=SHAPE),
            ),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        return str(_("deleted account")) if self.deleted_at else self.display_name

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens; what it shows then depends on the roles."""
        return self.is_active and (self.is_superuser or bool(self.roles))

    @cached_property
    def roles(self) -> frozenset[tuple[str, int]]:
        """Today's roles as pairs of role and municipality id, read once per request."""
        return frozenset(self.grants.current().values_list("role", "municipality_id"))

    def has_role(self, role: str, municipality: Municipality | int) -> bool:
        pk = municipality if isinstance(municipality, int) else municipality.pk
        return (role, pk) in self.roles

    def has_regional_role(self, *roles: str) -> bool:
        wanted = roles or REGIONAL_ROLES
        return any(role in wanted for role, _pk in self.roles)

    @cached_property
    def proof(self) -> Resident | None:
        """The proven person behind the account, if residence has been proven and still is.

        Costs no query for the person of a request (accounts.backends).
        """
        resident = getattr(self, "resident", None)
        return resident if resident and resident.withdrawn_at is None else None

    @property
    def withdrawn_proof(self) -> Resident | None:
        """The person whose proof of residence an administrator took back."""
        resident = getattr(self, "resident", None)
        return resident if resident and resident.withdrawn_at else None

    @cached_property
    def suspensions(self) -> dict[int, Suspension]:
        """Those that hold now, by municipality id; read once per request.

        For the person of a request the query is spared if there is none (accounts.backends).
        """
        if not getattr(self, "has_suspensions", True):
            return {}
        return {
            one.municipality_id: one
            for one in self.suspended.current().select_related("by", "municipality")
        }

    def lives_in(self, municipality: Municipality) -> bool:
        """Verified residents take part in their district's, province's and region's space."""
        return self.proof is not None and self.proof.district_id.startswith(municipality.place_id)


class FormerHandle(models.Model):
    """A short name somebody gave up or left behind: older texts may name them by it.

    Nobody gets it again, so that no mention ever leads to another person. Only its hash is
    kept, without whose it was; the database writes and asks it (migration 0010).
    """

    digest = models.BinaryField(max_length=32, unique=True, editable=False)

    class Meta:
        verbose_name = _("former name for mentions")
        verbose_name_plural = _("former names for mentions")

    def __str__(self) -> str:
        return f"{self.pk}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self) -> Self:
        today = timezone.localdate()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, revoked_at=None
        )


class RoleGrant(models.Model):
    """A role given to somebody in one municipality, from a day until a day, by somebody.

    Regional roles point to the regional government's own row.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("account"))
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="grants", verbose_name=_("municipality")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, related_name="grants_given", null=True, editable=False
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, related_name="grants_revoked", null=True, blank=True, editable=False
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role given")
        verbose_name_plural = _("roles given")
        ordering = ["municipality", "role", "-starts_on"]
        constraints = [
            one_of("role", Role),
            set_together("revoked_at", "revoked_by"),
            models.CheckConstraint(
                name="accounts_rolegrant_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The role ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["user", "municipality", "role"],
                condition=Q(revoked_at=None),
                name="accounts_rolegrant_once",
                violation_error_message=_("This person already has this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.municipality}"


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def current(self) -> Self:
        now = timezone.now()
        return self.filter(lifted_at=None, starts_at__lte=now, ends_at__gt=now)


class Suspension(models.Model):
    """That somebody may not take part in one municipality for some days: by whom, why, until when.

    What they did before stays. It ends by the clock, or when it is lifted.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="suspensions")
    user = models.ForeignKey(User, models.PROTECT, related_name="suspended")
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-starts_at"]
        constraints = [
            set_together("lifted_at", "lifted_by"),
            models.CheckConstraint(
                name="accounts_suspension_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="accounts_suspension_of_another", condition=~Q(user=F("by"))
            ),
        ]
        indexes = [models.Index(fields=["user", "-ends_at"], name="accounts_suspension_user")]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.municipality_id} – {self.ends_at:%Y-%m-%d}"


class ResidentQuerySet(models.QuerySet["Resident"]):
    def standing(self) -> Self:
        """Those whose proof nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class Resident(models.Model):
    """A proven person and the district they live in; the document itself is never kept.

    It outlives its account: whoever deletes theirs and proves the same document again
    finds their supports where they were, and cannot give them twice. An administrator
    may withdraw the proof, with a reason; a desk that sees the person again lifts that.
    """

    document_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    key_version = models.PositiveSmallIntegerField(default=1, editable=False)
    document_kind = models.CharField(_("document"), max_length=3, choices=DocumentKind)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="resident", editable=False
    )
    district = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("district")
    )
    method = models.CharField(_("how proven"), max_length=6, choices=ProofMethod)
    verified_at = models.DateTimeField(_("proven on"), default=timezone.now)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="residents_verified"
    )
    withdrawn_at = models.DateTimeField(_("proof withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=WHY, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="residents_withdrawn"
    )
    withdrawn_in = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("verified resident")
        verbose_name_plural = _("verified residents")
        constraints = [
            set_together("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                name="accounts_resident_withdrawn_says_why",
                condition=Q(withdrawn_at=None, withdrawn_why="", withdrawn_in=None)
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_in__isnull=False) & ~Q(withdrawn_why="")
                ),
            ),
            one_of("document_kind", DocumentKind),
            one_of("method", ProofMethod),
            models.CheckConstraint(
                name="accounts_resident_desk_has_officer",
                condition=~Q(method=ProofMethod.DESK) | Q(verified_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} – {self.district_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """That somebody agreed to one purpose, in which words and when; or took it back."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    text_version = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, default="web")
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [one_of("purpose", Purpose)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.purpose} {self.text_version}"


class AccessLog(models.Model):
    """That somebody of the staff saw a person's data: who, whose, when, where and why.

    Only ever added; kept at least two years (DS 016-2024-JUS, art. 46). It belongs to no
    municipality, for the person it is about is everywhere the same.
    """

    viewer = models.ForeignKey(
        User, models.PROTECT, related_name="accesses_made", verbose_name=_("who looked")
    )
    person = models.ForeignKey(
        User, models.PROTECT, related_name="accesses", verbose_name=_("whose data")
    )
    where = models.CharField(_("page"), max_length=200)
    why = models.CharField(_("why"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("access to personal data")
        verbose_name_plural = _("accesses to personal data")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "-at"], name="accounts_access_person")]

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.person_id} {self.at:%Y-%m-%d %H:%M}"


def age_band(birth_year: int | None, today: date) -> str:
    """The band the ledger keeps instead of an age: '18-29', '30-44', '45-59', '60+' or ''."""
    if birth_year is None:
        return ""
    age = today.year - birth_year
    if age < 18:
        return "-17"
    if age < 30:
        return "18-29"
    if age < 45:
        return "30-44"
    if age < 60:
        return "45-59"
    return "60+"


class ResidenceTries(models.Model):
    """How often an account has tried in vain to prove residence; its row is the lock of a try."""

    user = models.OneToOneField(User, models.CASCADE, related_name="residence_tries")
    wrong = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tries to prove residence")
        verbose_name_plural = _("tries to prove residence")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.wrong}"

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > timezone.now()


class ResidenceRequest(models.Model):
    """A proof that waits for a padrón, or for a desk: hashes only, the latest of each account."""

    user = models.OneToOneField(User, models.CASCADE, related_name="residence_request")
    document_kind = models.CharField(max_length=3, choices=DocumentKind)
    document_hash = models.BinaryField(max_length=32, editable=False)
    birth_hash = models.BinaryField(max_length=32, editable=False)
    key_version = models.PositiveSmallIntegerField(editable=False)
    district = models.ForeignKey(Place, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=RequestState, default=RequestState.WAITING
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("waiting proof of residence")
        verbose_name_plural = _("waiting proofs of residence")
        constraints = [one_of("document_kind", DocumentKind), one_of("state", RequestState)]
        indexes = [models.Index(fields=["state", "district"], name="accounts_request_waiting")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.district_id} {self.state}"


class ResidenceMove(models.Model):
    """That a proven person moved from one district to another, and who accepted it. Only added."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="moves")
    from_district = models.ForeignKey(Place, models.PROTECT, related_name="+")
    to_district = models.ForeignKey(Place, models.PROTECT, related_name="+")
    method = models.CharField(max_length=6, choices=ProofMethod)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of district")
        verbose_name_plural = _("changes of district")
        constraints = [one_of("method", ProofMethod)]

    def __str__(self) -> str:
        return f"{self.resident_id}: {self.from_district_id} → {self.to_district_id}"


class AssistedAccount(models.Model):
    """An account that a desk opened for somebody; the code on their receipt makes it their own."""

    user = models.OneToOneField(User, models.CASCADE, related_name="assisted")
    code_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    code_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    taken_over_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("assisted account")
        verbose_name_plural = _("assisted accounts")

    def __str__(self) -> str:
        return f"{self.user_id}"


class DeskAct(models.Model):
    """What a desk officer did for a person, why, and that the person agreed. Only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="desk_acts")
    officer = models.ForeignKey(User, models.PROTECT, related_name="desk_acts")
    person = models.ForeignKey(User, models.PROTECT, related_name="helped_at_desks")
    act = models.CharField(_("act"), max_length=12, choices=DeskActKind)
    reason = models.CharField(_("reason"), max_length=12, choices=DeskReason, blank=True)
    seen = models.CharField(_("what was seen"), max_length=WHY, blank=True)
    consent_version = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("act of a desk")
        verbose_name_plural = _("acts of desks")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("act", DeskActKind),
            models.CheckConstraint(
                name="accounts_deskact_reason_is_known",
                condition=Q(reason__in=["", *DeskReason.values]),
            ),
            models.CheckConstraint(
                name="accounts_deskact_nobody_helps_themselves",
                condition=~Q(officer=F("person")),
                violation_error_message=_("Nobody verifies their own residence at a desk."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-at"], name="accounts_deskact_latest"),
            models.Index(fields=["officer", "at"], name="accounts_deskact_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class DeskRelease(models.Model):
    """That an officer may help more people to vote on one day; by an administrator. Only added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField(default=timezone.localdate)
    more = models.PositiveSmallIntegerField(_("so many more"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("leave to help more people to vote")
        verbose_name_plural = _("leaves to help more people to vote")
        constraints = [
            models.CheckConstraint(
                name="accounts_deskrelease_by_another", condition=~Q(officer=F("by"))
            ),
            models.CheckConstraint(name="accounts_deskrelease_of_some", condition=Q(more__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.day}: {self.more}"
