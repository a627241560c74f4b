"""The people of the demo: staff and citizens who can sign in, neighbours who only support.

All of them are invented. Their documents begin with 99, which RENIEC does not give out.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count, cycle, islice
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import legal
from accounts.actions import consents, handles
from accounts.enums import Area, Gender, ProofMethod, Purpose, Role
from accounts.models import Resident, RoleGrant, User
from decide.common import documents
from municipalities.enums import PlaceLevel
from municipalities.models import Municipality, Padron, PadronEntry, Place


PASSWORD = "participa-la-libertad"  # noqa: S105  of people who do not exist
NOBODYS = "!"  # what no password hashes to
NEIGHBOURS = 90
# Before all that the demo tells of. Whoever is new goes slower, and what they report hides nothing yet.
JOINED = timedelta(days=400)
FREE_PEOPLE = 6
WITH_ACCOUNT = 2  # verified residents one can sign in as, in each municipality

GIVEN = (
    *("Rosa", "Julio", "Maribel", "Segundo", "Flor", "Wilmer", "Nelly", "Santos", "Yesenia"),
    *("Percy", "Doris", "Elmer", "Lidia", "Manuel", "Gladys", "Hernán", "Jesús", "Noemí"),
    *("Américo", "Bertha", "Óscar", "Marleny", "Víctor", "Zoila", "Edinson", "Pilar", "Teófilo"),
)
FAMILY = (
    *("Quispe", "Rebaza", "Ulloa", "Polo", "Avalos", "Chávez", "Gamboa", "Sánchez", "Luján"),
    *("Haro", "Campos", "Ruiz", "Valverde", "Contreras", "Bocanegra", "Acevedo", "Briceño"),
    *("Cruz", "Paredes", "Rojas", "Vásquez", "Zavaleta", "Moreno", "Ramos", "Esquivel"),
)
WOMEN = frozenset(
    [
        *("Rosa", "Maribel", "Flor", "Nelly", "Yesenia", "Doris", "Lidia", "Gladys", "Noemí"),
        *("Bertha", "Marleny", "Zoila", "Pilar"),
    ]
)
STAFF = (
    (Role.ADMINISTRATOR, "administra"),
    (Role.MODERATOR, "modera"),
    (Role.DESK_OFFICER, "ventanilla"),
    (Role.EVALUATOR, "evalua"),
)
REGIONAL = (
    (Role.REGIONAL_ADMINISTRATOR, "administra"),
    (Role.PLANNER, "planifica"),
    (Role.OBSERVER, "observa"),
    (Role.OBSERVER, "investiga"),
)


@dataclass
class Account:
    """One line of demo-accounts.json: somebody to sign in as, or somebody to verify as."""

    role: str
    municipality: str
    sign_in: str = ""
    password: str = ""
    totp_secret: str = ""
    document: str = ""
    birth_date: str = ""
    district: str = ""

    as_dict = asdict


@dataclass
class Cast:
    """Who plays in one municipality."""

    staff: dict[str, User] = field(default_factory=dict)
    citizens: list[User] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)

    def author(self, number: int) -> User:
        """The first two are the citizens one can sign in as; the others are neighbours."""
        return self.residents[number].user


def password() -> str:
    """Hashed once, for it is the same for all and hashing is slow on purpose."""
    return make_password(PASSWORD, salt="demo")


def secret_of(sign_in: str) -> str:
    return base64.b32encode(sha256(f"demo {sign_in}".encode()).digest()[:20]).decode()


def staff_account(
    municipality: Municipality, role: Role, word: str, encoded: str, number: int
) -> tuple[User, Account]:
    sign_in = f"{word}.{municipality.slug}@example.org"
    user = _user(sign_in, encoded, date_joined=long_ago(), display_name=name(number))
    RoleGrant.objects.create(user=user, municipality=municipality, role=role)
    secret = secret_of(sign_in)
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return user, Account(role, municipality.slug, sign_in, PASSWORD, secret)


def cast_of(municipality: Municipality, number: int, encoded: str) -> tuple[Cast, list[Account]]:
    """Staff and people of an open municipality; in its scope."""
    cast, accounts = Cast(), []
    for place, (role, word) in enumerate(STAFF):
        user, account = staff_account(municipality, role, word, encoded, number * 11 + place)
        cast.staff[role] = user
        accounts.append(account)
    districts = list(Place.objects.filter(code__startswith=municipality.place_id, level="district"))
    for place, word in enumerate(("vecina", "vecino", "visita")):
        sign_in = f"{word}.{municipality.slug}@example.org"
        district = districts[place % len(districts)]
        number_of = _named_as(number * 13 + place * 5, woman=word != "vecino")
        is_verified = word != "visita"
        joined = long_ago() if is_verified else timezone.now()
        user = _user(sign_in, encoded, date_joined=joined, **said(number_of, district))
        cast.citizens.append(user)
        if is_verified:
            dni = f"99{number}{place:05}"
            cast.residents.append(_resident(user, dni, district))
        role = "verified resident" if is_verified else "registered"
        accounts.append(Account(role, municipality.slug, sign_in, PASSWORD))
    cast.residents += neighbours(number, districts)
    return cast, accounts + free_people(municipality, number, districts)


def phone_account(municipality: Municipality, number: int, encoded: str) -> Account:
    """Somebody without e-mail, who signs in by mobile phone."""
    phone = "+51900000101"
    district = districts_of(municipality)[-1]
    user = User.objects.create(
        phone=phone,
        phone_verified=True,
        password=encoded,
        date_joined=long_ago(),
        **said(77, district),
    )
    handles.give(user)
    _agree(user)
    _resident(user, f"99{number}90001", district)
    return Account("verified resident", municipality.slug, phone, PASSWORD)


def districts_of(municipality: Municipality) -> list[Place]:
    found = Place.objects.filter(code__startswith=municipality.place_id, level=PlaceLevel.DISTRICT)
    return list(found.prefetch_related("populations"))


def neighbours(number: int, districts: list[Place]) -> list[Resident]:
    """Verified residents without a way to sign in: they only give their support.

    There are more of them where more people live.
    """
    people = [district.population.total if district.population else 0 for district in districts]
    homes = Random(number).choices(districts, weights=people, k=NEIGHBOURS)  # noqa: S311
    users = User.objects.bulk_create(
        User(password=NOBODYS, date_joined=long_ago(), **said(number * 37 + place, home))
        for place, home in enumerate(homes)
    )
    return Resident.objects.bulk_create(
        Resident(
            user=user,
            district=home,
            document_kind=documents.DNI,
            document_hash=documents.document_hash(
                documents.DNI, _neighbours_document(number, place)
            ),
            key_version=documents.latest_key(),
            method=ProofMethod.PADRON,
        )
        for place, (user, home) in enumerate(zip(users, homes, strict=True))
    )


def _neighbours_document(number: int, place: int) -> str:
    return f"99{number}1{place:04}"


def document_of(number: int, place: int) -> str:
    """Of a neighbour, by their place among the residents, of whom the first can sign in."""
    return _neighbours_document(number, place - WITH_ACCOUNT)


def free_people(municipality: Municipality, number: int, districts: list[Place]) -> list[Account]:
    """A padrón of invented people; some are nobody's account yet, to try the proof with."""
    today = timezone.localdate()
    version = documents.latest_key()
    padron = Padron.objects.create(
        municipality=municipality,
        name="Padrón de demostración",
        legal_basis="Datos inventados: no requieren base legal.",
        source="Inventado para la demostración",
        purpose="Probar la comprobación de residencia",
        cutoff_on=today,
        expires_on=today + timedelta(days=365),
        key_version=version,
    )
    people = []
    for place, district in enumerate(islice(cycle(districts), FREE_PEOPLE)):
        born = date(1955 + (place * 13 + number) % 50, place % 12 + 1, place * 7 % 28 + 1)
        people.append((f"99{number}8{place:04}", born, district))
    PadronEntry.objects.bulk_create(
        PadronEntry(
            municipality=municipality,
            padron=padron,
            document_hash=documents.document_hash(documents.DNI, dni, version),
            birth_hash=documents.birth_hash(documents.DNI, dni, born, version),
            district=district,
        )
        for dni, born, district in people
    )
    padron.entry_count = len(people)
    padron.districts = sorted({district.pk for _dni, _born, district in people})
    padron.save(update_fields=["entry_count", "districts"])
    return [
        Account(
            "in the padrón, without account",
            municipality.slug,
            document=f"{dni}-{documents.check_digit(dni)[0]}",
            birth_date=born.strftime("%d/%m/%Y"),
            district=district.name,
        )
        for dni, born, district in people
    ]


def long_ago() -> datetime:
    return timezone.now() - JOINED


def name(number: int) -> str:
    return f"{GIVEN[number % len(GIVEN)]} {FAMILY[(number * 5 + number // 7) % len(FAMILY)]}"


def said(number: int, district: Place | None = None) -> dict[str, Any]:
    """The name somebody goes by and what else they chose to say; every fourth says no more."""
    shown = {"display_name": name(number)}
    if number % 4 == 3:
        return shown
    is_rural = district and number * 37 % 100 < 80 * (district.rural_share or 0)
    return shown | {
        "gender": Gender.WOMAN if GIVEN[number % len(GIVEN)] in WOMEN else Gender.MAN,
        "birth_year": 1948 + number * 17 % 58,
        "area": Area.RURAL if is_rural else Area.URBAN,
    }


def _named_as(start: int, *, woman: bool) -> int:
    """The next number whose person is called as the address says, and says who they are."""
    fits = (n for n in count(start) if n % 4 != 3)
    return next(n for n in fits if (GIVEN[n % len(GIVEN)] in WOMEN) == woman)


def _user(sign_in: str, encoded: str, **fields: Any) -> User:
    user = User.objects.create(email=sign_in, password=encoded, **fields)
    EmailAddress.objects.create(user=user, email=sign_in, verified=True, primary=True)
    handles.give(user)
    _agree(user)
    return user


def _agree(user: User) -> None:
    consents.give(
        user,
        {Purpose.TERMS: legal.TERMS_VERSION, Purpose.STATISTICS: legal.STATISTICS_VERSION},
    )


def _resident(user: User, dni: str, district: Place) -> Resident:
    return Resident.objects.create(
        user=user,
        district=district,
        document_kind=documents.DNI,
        document_hash=documents.document_hash(documents.DNI, dni),
        key_version=documents.latest_key(),
        method=ProofMethod.PADRON,
    )
