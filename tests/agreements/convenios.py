"""People and whole convenios, as the tests of convenios need them."""

from datetime import date

from accounts.enums import Role
from agreements import clauses
from agreements.enums import ActKind, AgreementKind, FileKind, OrganizationKind
from tests.agreements.factories import (
    ActFactory,
    AgreementFactory,
    AgreementFileFactory,
    AgreementTemplateFactory,
    ClauseFactory,
    IndicatorFactory,
    UndertakingFactory,
    in_the_region,
    the_region,
)
from tests.factories import RoleGrantFactory, UserFactory


def regional(role=Role.PLANNER):
    """Somebody with a role in the region."""
    with in_the_region():
        return RoleGrantFactory(municipality=the_region(), role=role).user


def staff_of(municipality, role=Role.ADMINISTRATOR):
    with in_the_region():
        return RoleGrantFactory(municipality=municipality, role=role, user=UserFactory()).user


def with_clauses(agreement):
    for position, one in enumerate(clauses.standard(), start=1):
        ClauseFactory(
            agreement=agreement,
            key=one["key"],
            title=one["title"],
            text=one["text"],
            position=position,
        )
    return agreement


def municipal_party(agreement):
    with in_the_region():
        return agreement.parties.exclude(
            organization__kind=OrganizationKind.REGIONAL_GOVERNMENT
        ).first()


def whole(*towns, signed=False, weights=(60, 40), **values):
    """A convenio that lacks nothing: to be signed, or signed; to be published."""
    agreement = with_clauses(AgreementFactory(towns=towns, **values))
    party = municipal_party(agreement)
    for weight in weights:
        UndertakingFactory(
            agreement=agreement,
            party=party,
            mechanism="pp",
            indicator=IndicatorFactory(),
            baseline=2,
            baseline_on=date(2025, 12, 31),
            target=5,
            weight=weight,
        )
    with in_the_region():
        agreement.state = "to_sign"
        agreement.save()
    if signed:
        with_signatures(agreement)
        with in_the_region():
            agreement.signed_on = date(2026, 1, 1)
            agreement.state = "signed"
            agreement.save()
    return agreement


def with_signatures(agreement, on=date(2026, 1, 1)):
    """Everything that signing needs, but the state."""
    AgreementFileFactory(agreement=agreement, kind=FileKind.SIGNED, title="Convenio firmado")
    with in_the_region():
        for party in agreement.parties.select_related("organization"):
            party.signed_on = on
            party.save()
            if party.organization.kind in (OrganizationKind.PROVINCIAL, OrganizationKind.DISTRICT):
                ActFactory(agreement=agreement, party=party, kind=ActKind.COUNCIL, day=on)
    return agreement


def standard_template(**values):
    return AgreementTemplateFactory(
        kind=AgreementKind.SPECIFIC, clauses=clauses.standard(), **values
    )
