"""Completion of the five milestones: the table of levels, and what municipalities have to show."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements import completion
from agreements.completion import Count, level, levels, spacing
from agreements.enums import (
    ActivityState,
    Adoption,
    Completion,
    EvidenceState,
    Gate,
    OrganizationKind,
    Outreach,
    PieceKind,
    Stage,
    TransferState,
)
from agreements.models import Evidence
from municipalities.enums import MunicipalityKind
from municipalities.rls import region_scope
from tests.agreements.factories import (
    ActivityFactory,
    AdoptionStepFactory,
    AdviceFactory,
    AgreementFactory,
    BaselineSheetFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    OrganizationFactory,
    OutreachActFactory,
    PieceFactory,
    SelfAnswerFactory,
    TransferFactory,
    VerificationFactory,
    in_the_region,
)
from tests.factories import InterventionFactory, MunicipalityFactory, UserFactory


C = Completion
LEVELS = [
    # planned verified claimed attached civil  needs   level
    (4,       0,       False,  False,   False, False,  C.NOT_STARTED),
    (4,       0,       True,   False,   False, False,  C.NO_EVIDENCE),
    (4,       0,       True,   True,    False, False,  C.NOT_STARTED),
    (4,       1,       True,   True,    False, False,  C.LIMITED),
    (4,       2,       True,   True,    False, False,  C.SUBSTANTIAL),
    (3,       1,       True,   True,    False, False,  C.LIMITED),
    (4,       3,       True,   True,    True,  True,   C.SUBSTANTIAL),
    (4,       4,       True,   True,    False, False,  C.COMPLETE),
    (4,       4,       True,   True,    False, True,   C.SUBSTANTIAL),
    (4,       4,       True,   True,    True,  True,   C.COMPLETE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "verified", "claimed", "attached", "civil", "needs", "found"), LEVELS
)
def test_the_table_of_levels(planned, verified, claimed, attached, civil, needs, found):
    count = Count(planned, verified, claimed, attached, civil)

    assert level(count, needs_civil=needs) == found


def counts(*shares):
    return {
        gate: Count(4, share, claimed=True, attached=True, civil=True)
        for gate, share in zip(Gate, shares, strict=True)
    }


CUMULATIVE = [
    ((4, 0, 0, 0, 0), (C.COMPLETE, C.NOT_STARTED, C.NOT_STARTED, C.NOT_STARTED, C.NOT_STARTED)),
    ((0, 4, 0, 0, 0), (C.NOT_STARTED, C.LIMITED, C.NOT_STARTED, C.NOT_STARTED, C.NOT_STARTED)),
    ((3, 4, 0, 0, 0), (C.SUBSTANTIAL, C.SUBSTANTIAL, C.NOT_STARTED, C.NOT_STARTED, C.NOT_STARTED)),
    ((4, 4, 1, 4, 0), (C.COMPLETE, C.COMPLETE, C.LIMITED, C.SUBSTANTIAL, C.NOT_STARTED)),
    ((4, 4, 4, 4, 4), (C.COMPLETE,) * 5),
]


@pytest.mark.parametrize(("shares", "found"), CUMULATIVE)
def test_milestones_are_cumulative(shares, found):
    assert tuple(levels(counts(*shares)).values()) == found


DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("held", "is_met"),
    [
        ([(0, 4, "taller"), (30, 4, "taller"), (60, 4, "visit")], True),
        ([(0, 4, "taller"), (0, 4, "taller"), (60, 4, "visit")], False),  # on two days only
        ([(0, 4, "taller"), (30, 4, "taller"), (59, 4, "visit")], False),  # too close
        ([(0, 4, "taller"), (30, 4, "taller"), (60, 3, "visit")], False),  # too short
        ([(0, 4, "taller"), (29, 4, "visit"), (60, 4, "taller")], False),  # without follow-up
        ([], False),
    ],
)
def test_meetings_here_and_there_are_no_transfer(held, is_met):
    held = [(DAY + timedelta(days=after), hours, kind) for after, hours, kind in held]

    found = spacing(held)

    assert (found.is_met, bool(found.missing)) == (is_met, not is_met)


# --- With rows


@pytest.fixture
def otuzco():
    return MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL)


@pytest.fixture(autouse=True)
def region():
    with in_the_region(), region_scope("tests"):
        yield


def scoped():
    """A scope that holds towns made since."""
    return region_scope("tests")


def accepted(town, by=None, **of):
    """Evidence that somebody else found right."""
    evidence = EvidenceFactory(municipality=town, **{"activity": None} | of)
    VerificationFactory(municipality=town, evidence=evidence, organization=by)
    Evidence.objects.filter(pk=evidence.pk).update(state=EvidenceState.ACCEPTED)
    return evidence


def signed(town):
    with scoped():
        return AgreementFactory(towns=[town], signed=date(2026, 1, 1))


def meeting(town, **more):
    day = timezone.localdate()
    held = ActivityFactory(municipality=town, state=ActivityState.HELD, hours=2, day=day, **more)
    accepted(town, activity=held)
    return held


def transferred(town, agreement):
    """With its act of acceptance verified, and another piece."""
    transfer = TransferFactory(municipality=town, agreement=agreement, state=TransferState.ACCEPTED)
    for kind in (PieceKind.DOCUMENTS, PieceKind.ACCEPTANCE):
        accepted(town, piece=PieceFactory(municipality=town, transfer=transfer, kind=kind))
    return transfer


def implemented(town, transfer, *, days_ago=10):
    step = AdoptionStepFactory(municipality=town, transfer=transfer, level=Adoption.IMPLEMENTED)
    accepted(town, adoption=step)
    InterventionFactory(municipality=town, day=timezone.localdate() - timedelta(days=days_ago))


def progress(town, day=None):
    return completion.of([town.pk], day)[town.pk]


def test_a_convenio_and_one_meeting_of_two_hours_are_a_limited_transfer(otuzco):
    with scoped():
        signed(otuzco)
        meeting(otuzco)

        found = progress(otuzco)

    assert found.levels[Gate.TRANSFER] == Completion.LIMITED
    assert not found.spacing.is_met


def test_a_meeting_without_anything_to_show_is_claimed_only(otuzco):
    with scoped():
        signed(otuzco)
        ActivityFactory(municipality=otuzco, state=ActivityState.HELD)

        assert progress(otuzco).levels[Gate.TRANSFER] == Completion.NO_EVIDENCE


def test_evidence_that_nobody_verified_does_not_count(otuzco):
    with scoped():
        signed(otuzco)
        held = ActivityFactory(municipality=otuzco, state=ActivityState.HELD)
        EvidenceFactory(municipality=otuzco, activity=held)

        assert progress(otuzco).levels[Gate.TRANSFER] == Completion.NOT_STARTED


def test_signing_and_all_that_belongs_to_it_closes_the_first_milestone_and_moves_no_other(otuzco):
    with scoped():
        before = progress(otuzco).levels
        agreement = AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1), published=True)
        for party in agreement.parties.all():
            CoordinatorFactory(agreement=agreement, party=party)
        AdviceFactory(municipality=otuzco)

        after = progress(otuzco).levels

    assert after[Gate.AGREEMENT] == Completion.COMPLETE
    assert {g: v for g, v in after.items() if g != Gate.AGREEMENT} == {
        g: v for g, v in before.items() if g != Gate.AGREEMENT
    }


def test_five_convenios_three_transfers_and_two_in_operation_are_2_of_12():
    towns = MunicipalityFactory.create_batch(12, kind=MunicipalityKind.PROVINCIAL)
    with scoped():
        agreements = [signed(town) for town in towns[:5]]
        transfers = [
            transferred(town, agreement)
            for town, agreement in zip(towns[:3], agreements[:3], strict=True)
        ]
        for town, transfer in zip(towns[:2], transfers[:2], strict=True):
            implemented(town, transfer)

        found = completion.operating()

    assert (found.number, found.of) == (2, 12)


def test_90_days_without_anybody_taking_part_and_it_is_not_in_operation(otuzco):
    with scoped():
        implemented(otuzco, transferred(otuzco, signed(otuzco)), days_ago=90)

        found = progress(otuzco)

    assert (found.stage, found.is_operating) == (Stage.DORMANT, False)


def test_in_operation_without_a_convenio_is_refused_with_the_reason(otuzco):
    with scoped():
        found = progress(otuzco)
        assert completion.why_not_yet(Gate.OPERATION, found)
        assert completion.why_not_yet(Gate.AGREEMENT, found) is None


def test_dissemination_needs_acts_of_different_channels_and_one_that_is_not_on_the_web(otuzco):
    with scoped():
        signed(otuzco)
        for channel in (Outreach.WEB, Outreach.NETWORKS, Outreach.WEB):
            act = OutreachActFactory(municipality=otuzco, channel=channel)
            accepted(otuzco, outreach=act)
        only_web = progress(otuzco).counts[Gate.DISSEMINATION]
        act = OutreachActFactory(municipality=otuzco, channel=Outreach.RADIO)
        accepted(otuzco, outreach=act)
        with_radio = progress(otuzco).counts[Gate.DISSEMINATION]

    assert (only_web.verified, with_radio.verified, with_radio.planned) == (4, 5, 5)


def test_complete_needs_a_verification_by_civil_society_or_a_university(otuzco):
    university = OrganizationFactory(kind=OrganizationKind.UNIVERSITY)
    region = OrganizationFactory(kind=OrganizationKind.MINISTRY)
    with scoped():
        transfer = TransferFactory(municipality=otuzco)
        for kind in PieceKind:
            piece = PieceFactory(municipality=otuzco, transfer=transfer, kind=kind)
            accepted(otuzco, region, piece=piece)
        assert not progress(otuzco).counts[Gate.TRANSFER].civil
        VerificationFactory(
            municipality=otuzco, evidence=piece.evidence.get(), organization=university
        )
        assert progress(otuzco).counts[Gate.TRANSFER].civil


STAGES = [
    Stage.NO_CONTACT,
    Stage.IN_FORCE,
    Stage.TRANSFERRED,
    Stage.OPERATING,
    Stage.EVALUATED,
]


def test_the_stage_of_a_municipality_follows_from_what_it_has(otuzco):
    seen = []
    with scoped():
        seen.append(progress(otuzco).stage)
        agreement = signed(otuzco)
        seen.append(progress(otuzco).stage)
        transfer = transferred(otuzco, agreement)
        seen.append(progress(otuzco).stage)
        implemented(otuzco, transfer)
        seen.append(progress(otuzco).stage)
        BaselineSheetFactory(municipality=otuzco, locked_at=timezone.now(), locked_by=UserFactory())
        EvaluationFactory(municipality=otuzco, transfer=transfer, evaluator="third")
        seen.append(progress(otuzco).stage)

    assert seen == STAGES


def test_how_it_stood_on_a_day_in_the_past(otuzco):
    with scoped():
        signed(otuzco)

        assert progress(otuzco, date(2025, 12, 31)).stage == Stage.NO_CONTACT


def test_what_a_municipality_says_of_itself_counts_once_it_is_verified(otuzco):
    with scoped():
        answer = SelfAnswerFactory(municipality=otuzco)
        assert progress(otuzco).levels[Gate.EVALUATION] == Completion.NO_EVIDENCE
        accepted(otuzco, answer=answer)
        assert progress(otuzco).counts[Gate.EVALUATION].parts["self"] == (True, 1)


@pytest.mark.parametrize("many", [1, 3])
def test_however_many_municipalities_it_takes_one_query(many, django_assert_num_queries):
    towns = MunicipalityFactory.create_batch(many)
    with scoped():
        for town in towns:
            meeting(town)
        with django_assert_num_queries(1):
            completion.of([town.pk for town in towns])


def test_the_whole_is_complete_only_if_every_municipality_is(otuzco):
    julcan = MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL)
    with scoped():
        signed(otuzco)
        found = completion.overall(completion.of([otuzco.pk, julcan.pk]).values())

    assert found[Gate.AGREEMENT] == Completion.LIMITED
    assert found[Gate.OPERATION] == Completion.NOT_STARTED


def test_every_component_of_the_rule_is_computed(otuzco):
    with scoped():
        found = progress(otuzco)

    assert {(c.gate, c.key) for c in completion.COMPONENTS} == {
        (gate, key) for gate, count in found.counts.items() for key in count.parts
    }
