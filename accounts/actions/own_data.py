"""A person's right to a copy of everything, and to go (Ley 29733)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import hooks, tasks
from accounts.models import AssistedAccount, ResidenceRequest, ResidenceTries, RoleGrant, User
from municipalities.models import Interest
from municipalities.rls import region_scope


# Rows of a person that serve nothing without their account.
KEPT_FOR_THE_ACCOUNT = (
    EmailAddress,
    Authenticator,
    SocialAccount,
    ResidenceRequest,
    ResidenceTries,
    AssistedAccount,
)


class HasARole(Exception):
    """Whoever answers for something cannot vanish before their role ends."""


@transaction.atomic
def export(user: User) -> bytes:
    """Everything of the person, from all municipalities, as a zip with one JSON file."""
    with region_scope("own data downloaded", by=user):
        data = _of_the_account(user)
        for exporter in hooks.EXPORTERS:
            data |= exporter(user)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        file.writestr("decide-la-libertad.json", text)
        file.writestr(
            _("READ-ME.txt"),
            _(
                "This is all that Decide La Libertad knows of you.\n"
                "Your identity document is not in it, for the site does not keep it.\n"
            ),
        )
    return archive.getvalue()


def _of_the_account(user: User) -> dict[str, Any]:
    proof = getattr(user, "resident", None)  # also one that was withdrawn
    return {
        "account": {
            "e-mail": user.email,
            "phone": user.phone,
            "name others see": user.display_name,
            "name for mentions": user.handle,
            "about": user.about,
            "public page shows": user.shows,
            "gender": user.gender,
            "year of birth": user.birth_year,
            "area": user.area,
            "language": user.language,
            "organisation": user.organisation,
            "notices by e-mail": user.wants_email,
            "joined": user.date_joined,
            "last signed in": user.last_login,
        },
        "residence": {
            "district": str(proof.district),
            "ubigeo": proof.district_id,
            "document": proof.get_document_kind_display(),
            "how proven": proof.get_method_display(),
            "proven on": proof.verified_at,
            "withdrawn on": proof.withdrawn_at,
            "why it was withdrawn": proof.withdrawn_why,
        }
        if proof
        else None,
        "changes of district": list(
            proof.moves.values("from_district__name", "to_district__name", "method", "at")
        )
        if proof
        else [],
        "proof of residence that waits": ResidenceRequest.objects.filter(user=user)
        .values("document_kind", "district__name", "state", "created_at")
        .first(),
        "addresses left to be told of an opening": list(
            Interest.objects.filter(email__iexact=user.email).values(
                "municipality__name", "created_at", "told_at"
            )
        )
        if user.email
        else [],
        "consents": list(
            user.consents.values("purpose", "text_version", "channel", "given_at", "withdrawn_at")
        ),
        "roles": list(
            user.grants.values("municipality__name", "role", "starts_on", "ends_on", "revoked_at")
        ),
        "ways of signing in": list(user.authenticator_set.values("type", "created_at")),
        "other identity services": list(user.socialaccount_set.values("provider", "date_joined")),
        "open sessions": list(
            user.usersession_set.values("ip", "user_agent", "created_at", "last_seen_at")
        ),
        "helped at a desk": list(
            user.helped_at_desks.values(
                "municipality__name", "officer__display_name", "act", "reason", "seen", "at"
            )
        ),
        "when staff looked at your data": list(user.accesses.values("at", "where", "why")),
    }


def standing_role(user: User) -> RoleGrant | None:
    """The role that keeps the account from being deleted, if there is one."""
    return user.grants.current().select_related("municipality").first()


@transaction.atomic
def delete_account(user: User) -> None:
    """Empty the account for good; what the person contributed stays under «deleted account».

    The proof of residence loses its account and stays as a bare hash, so that whoever
    verifies again finds their supports and cannot give them twice.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_superuser or standing_role(user):
        raise HasARole

    email = user.email
    with region_scope("account deleted", by=user):
        for eraser in hooks.ERASERS:
            eraser(user)
        if email:
            Interest.objects.filter(email__iexact=email).delete()
        grants = list(RoleGrant.objects.filter(user=user).values_list("pk", flat=True))
    if proof := getattr(user, "resident", None):
        proof.user = None
        proof.save(update_fields=["user"])
    user.consents.standing().update(withdrawn_at=timezone.now())
    for model in KEPT_FOR_THE_ACCOUNT:
        model.objects.filter(user_id=user.pk).delete()
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()
    _forget_in_the_log(User, [user.pk])
    _forget_in_the_log(RoleGrant, grants)
    _empty(user)
    if email:
        transaction.on_commit(lambda: tasks.send_mail.delay(*_farewell(), email))


def _forget_in_the_log(model: type[Model], ids: list[int]) -> None:
    """The admin's log names what was touched, and these rows by the person's name."""
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=map(str, ids)
    ).update(object_repr="", change_message="")


def _empty(user: User) -> None:
    for name in ("email", "phone", "handle", "birth_year", "last_login", "email_bounced_at"):
        setattr(user, name, None)
    for name in ("display_name", "about", "gender", "area", "language", "organisation"):
        setattr(user, name, "")
    user.shows = []
    user.phone_verified = user.wants_email = user.is_active = False
    user.unread_notices = 0
    user.deleted_at = timezone.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _farewell() -> tuple[str, str]:
    return (
        _("Your account is deleted"),
        _(
            "We have deleted your account on Decide La Libertad, as you asked.\n\n"
            "What you proposed and commented stays, without your name. You are welcome to"
            " join again whenever you like.\n"
        ),
    )
