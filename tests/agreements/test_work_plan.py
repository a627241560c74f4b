"""Work plans and evidence: dates that move with a reason, and nobody who verifies their own."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from PIL import Image

from accounts.enums import Role
from agreements.actions import evidence as evidences, work
from agreements.enums import (
    DelayReason,
    EvidenceKind,
    EvidenceState,
    Gate,
    ItemState,
    OrganizationKind,
    VerificationResult,
)
from agreements.models import AgreementEvent, Evidence, Trace, WorkItem
from municipalities.models import private_storage
from municipalities.rls import municipality_scope, region_scope
from tests.admin.test_scope import regional, staff
from tests.agreements.factories import (
    AgreementFactory,
    MemberFactory,
    OrganizationFactory,
    WorkItemFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory
from tests.participation.files import pdf, photo, photo_with_place


@pytest.fixture
def otuzco():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def rosa(otuzco):
    """Of the municipality."""
    return staff(otuzco)


@pytest.fixture
def planner():
    return regional(Role.PLANNER)


@pytest.fixture
def agreement(otuzco):
    return AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))


def party_of(agreement, town):
    with in_the_region():
        return agreement.parties.select_related("organization").get(organization__town=town)


@pytest.fixture
def step(agreement, otuzco):
    """A step of the municipality, with an approved date."""
    return WorkItemFactory(
        agreement=agreement,
        party=party_of(agreement, otuzco),
        gate=Gate.TRANSFER,
        starts_on=date(2026, 2, 1),
        due_on=date(2026, 6, 1),
        first_due_on=date(2026, 6, 1),
    )


@pytest.fixture
def scope(otuzco, planner, rosa, agreement):
    """As in the admin: everything of the region."""
    with in_the_region(), region_scope("tests"):
        yield


def show(step, otuzco, by, content=None, **more):
    upload = SimpleUploadedFile("acta.pdf", content or pdf().read())
    given = {"kind": EvidenceKind.MINUTES, "title": "Acta", "upload": upload, "item": step}
    return evidences.add(otuzco, by=by, **given | more)


STEPS = {
    "start": lambda item, person: work.start(item, by=person),
    "submit": lambda item, person: work.submit(item, by=person),
    "give back": lambda item, person: work.give_back(item, by=person, reason="Falta la lista."),
    "verify": lambda item, person: work.verify(item, by=person),
}
MOVES = {
    # from                  start   submit  give back verify
    ItemState.PENDING:     (True,   False,  False,    False),
    ItemState.UNDERWAY:    (False,  True,   False,    False),
    ItemState.SUBMITTED:   (False,  False,  True,     True),
    ItemState.RETURNED:    (True,   True,   False,    False),
    ItemState.VERIFIED:    (False,  False,  False,    False),
    ItemState.CANCELLED:   (False,  False,  False,    False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "move", "allowed"),
    [
        (state, name, allowed)
        for state, row in MOVES.items()
        for name, allowed in zip(STEPS, row, strict=True)
    ],
)
def test_each_state_allows_its_moves_and_no_other(
    scope, step, otuzco, rosa, planner, state, move, allowed
):
    shown = show(step, otuzco, rosa)
    evidences.look_at(shown, by=planner, result=VerificationResult.OK)
    over = {"done_on": date(2026, 3, 1), "submitted_by": rosa, "verified_by": planner}
    passed = (ItemState.SUBMITTED, ItemState.VERIFIED)
    if state in passed:
        WorkItem.objects.filter(pk=step.pk).update(
            state=ItemState.SUBMITTED, submitted_by=rosa, done_on=date(2026, 3, 1)
        )
    WorkItem.objects.filter(pk=step.pk).update(
        state=state, **(over if state == ItemState.VERIFIED else {})
    )
    person = planner if move in ("give back", "verify") else rosa

    if allowed:
        STEPS[move](step, person)
    else:
        with pytest.raises(work.CannotMove):
            STEPS[move](step, person)


def test_a_step_with_two_pieces_of_evidence_asked_and_one_photo_is_not_submitted(
    scope, step, otuzco, rosa
):
    WorkItem.objects.filter(pk=step.pk).update(min_evidence=2, state=ItemState.UNDERWAY)
    show(step, otuzco, rosa, upload=photo(), kind=EvidenceKind.PHOTO)

    with pytest.raises(work.CannotMove):
        work.submit(step, by=rosa)

    show(step, otuzco, rosa)
    assert work.submit(step, by=rosa).state == ItemState.SUBMITTED


def submitted(step, otuzco, rosa, planner):
    shown = show(step, otuzco, rosa)
    evidences.look_at(shown, by=planner, result=VerificationResult.OK)
    work.start(step, by=rosa)
    return work.submit(step, by=rosa)


def test_whoever_submits_does_not_verify_nor_does_anybody_of_the_same_institution(
    scope, step, otuzco, rosa, planner
):
    julio = staff(otuzco, Role.MODERATOR)
    item = submitted(step, otuzco, rosa, planner)

    for person in (rosa, julio):
        with pytest.raises(work.CannotMove):
            work.verify(item, by=person)
    assert work.verify(item, by=planner).verified_by == planner


def test_what_the_region_does_itself_is_verified_by_a_reviewer(scope, agreement, planner):
    with in_the_region():
        ours = agreement.parties.get(organization__kind=OrganizationKind.REGIONAL_GOVERNMENT)
    step = WorkItemFactory(agreement=agreement, party=ours, first_due_on=date(2026, 12, 31))
    other = regional(Role.PLANNER)
    university = OrganizationFactory(kind=OrganizationKind.UNIVERSITY)
    reviewer = regional(Role.OBSERVER)
    MemberFactory(organization=university, user=reviewer)
    shown = show(step, ours.organization.town, planner)

    with pytest.raises(evidences.CannotVerify):
        evidences.look_at(shown, by=other, result=VerificationResult.OK)
    found = evidences.look_at(shown, by=reviewer, result=VerificationResult.OK)
    assert found.organization == university
    work.start(step, by=planner)
    work.submit(step, by=planner)
    with pytest.raises(work.CannotMove):
        work.verify(step, by=other)
    assert work.verify(step, by=reviewer).state == ItemState.VERIFIED


def test_an_observer_who_speaks_for_nobody_verifies_nothing(scope, step, otuzco, rosa):
    shown = show(step, otuzco, rosa)

    with pytest.raises(evidences.CannotVerify):
        evidences.look_at(shown, by=regional(Role.OBSERVER), result=VerificationResult.OK)


def test_rescheduling_twice_keeps_the_first_date_and_shows_the_total_slippage(scope, step, planner):
    for days in (30, 75):
        work.reschedule(
            step,
            by=planner,
            to=date(2026, 6, 1) + timedelta(days=days),
            code=DelayReason.WEATHER,
            reason="Las lluvias cortaron la carretera.",
        )

    step.refresh_from_db()
    assert (step.first_due_on, step.slipped) == (date(2026, 6, 1), 75)
    assert step.reschedules.count() == 2
    assert Trace.objects.filter(
        table="agreements_workitem", row=step.pk, reason="Las lluvias cortaron la carretera."
    ).exists()


def test_a_date_moves_with_a_reason_or_not_at_all(scope, step, planner):
    with pytest.raises(work.CannotPlan):
        work.reschedule(step, by=planner, to=date(2026, 7, 1), code=DelayReason.OTHER, reason=" … ")
    with pytest.raises(work.CannotPlan):
        work.change_step(step, by=planner, due_on=date(2026, 7, 1))


def test_the_database_too_keeps_the_first_approved_date(scope, step):
    with pytest.raises(DatabaseError, match="first approved date"), transaction.atomic():
        WorkItem.objects.filter(pk=step.pk).update(first_due_on=date(2026, 7, 1))


def test_nothing_jumps_from_pending_to_verified(scope, step, rosa, planner):
    with pytest.raises(DatabaseError, match="only what was submitted"), transaction.atomic():
        WorkItem.objects.filter(pk=step.pk).update(
            state=ItemState.VERIFIED,
            submitted_by=rosa,
            verified_by=planner,
            done_on=date(2026, 3, 1),
        )


def test_a_step_without_an_approved_date_does_not_begin(scope, agreement, otuzco, rosa, planner):
    step = work.add_step(
        agreement,
        by=planner,
        party=party_of(agreement, otuzco),
        gate=Gate.TRANSFER,
        name="Taller",
        starts_on=date(2026, 2, 1),
        due_on=date(2026, 6, 1),
    )
    with pytest.raises(work.CannotMove):
        work.start(step, by=rosa)

    work.approve_plan(agreement, by=planner)

    assert work.start(step, by=rosa).first_due_on == date(2026, 6, 1)
    assert AgreementEvent.objects.filter(agreement=agreement, verb="plan_approved").exists()


def test_a_municipality_does_not_write_the_plan(scope, agreement, otuzco, rosa):
    with pytest.raises(work.CannotPlan):
        work.approve_plan(agreement, by=rosa)


def test_milestones_are_cumulative_first_the_convenio_is_signed(otuzco, planner):
    draft = AgreementFactory(towns=[otuzco])
    step = WorkItemFactory(
        agreement=draft,
        party=party_of(draft, otuzco),
        gate=Gate.OPERATION,
        first_due_on=date(2026, 12, 31),
    )
    with in_the_region():
        with pytest.raises(work.CannotMove):
            work.start(step, by=planner)
        work.start(step, by=planner, exception="El concejo lo aprobó y firma el lunes.")
        event = draft.events.get(verb="step_underway")
    assert "El concejo lo aprobó" in event.reason


def test_steps_do_not_wait_for_each_other_in_a_circle(scope, agreement, otuzco, planner):
    mine = {"agreement": agreement, "party": party_of(agreement, otuzco)}
    first, second, third = WorkItemFactory.create_batch(3, **mine)
    work.wait_for(second, first, by=planner)
    work.wait_for(third, second, by=planner)

    with pytest.raises(work.CannotPlan):
        work.wait_for(first, third, by=planner)
    assert not first.depends_on.exists()


def test_a_step_waits_for_the_one_it_depends_on(scope, agreement, otuzco, rosa, planner):
    mine = {"agreement": agreement, "party": party_of(agreement, otuzco)}
    first, second = WorkItemFactory.create_batch(2, first_due_on=date(2026, 12, 31), **mine)
    work.wait_for(second, first, by=planner)

    with pytest.raises(work.CannotMove):
        work.start(second, by=rosa)


# --- Evidence


def test_a_photo_used_twice_warns_with_the_other_use_and_is_taken(scope, step, otuzco, rosa):
    content = photo().read()
    show(step, otuzco, rosa, content, title="Taller de marzo", kind=EvidenceKind.PHOTO)
    again = show(step, otuzco, rosa, content, title="Taller de abril", kind=EvidenceKind.PHOTO)

    (use,) = evidences.other_uses(again, by=rosa)

    assert (use.title, use.where) == ("Taller de marzo", "Otuzco")


def test_the_warning_comes_from_other_municipalities_too(otuzco, rosa, agreement, step):
    viru = MunicipalityFactory(short_name="Virú")
    julio = staff(viru)
    theirs = AgreementFactory(towns=[viru], signed=date(2026, 1, 1))
    other = WorkItemFactory(agreement=theirs, party=party_of(theirs, viru))
    content = pdf().read()
    with municipality_scope(viru):
        show(other, viru, julio, content)
    with municipality_scope(otuzco):
        mine = show(step, otuzco, rosa, content)
        (use,) = evidences.other_uses(mine, by=rosa)
        assert use.where == "Virú"
        assert Evidence.objects.count() == 1


def test_the_public_copy_of_a_photo_says_nothing_of_camera_or_place(scope, step, otuzco, rosa):
    shown = show(step, otuzco, rosa, photo_with_place().read(), kind=EvidenceKind.PHOTO)

    original = Image.open(private_storage().open(shown.file.name))
    public = Image.open(private_storage().open(shown.public_file.name))

    assert len(original.getexif()) > 0
    assert len(public.getexif()) == 0


def test_a_pdf_has_no_public_copy_unless_one_is_given(scope, step, otuzco, rosa):
    assert not show(step, otuzco, rosa).public_file
    assert show(step, otuzco, rosa, public_upload=pdf()).public_file


def test_what_is_no_document_is_not_taken(scope, step, otuzco, rosa):
    with pytest.raises(evidences.CannotShow):
        show(step, otuzco, rosa, b"MZ nothing we take")


def test_evidence_taken_away_brings_the_step_back(scope, step, otuzco, rosa, planner):
    item = submitted(step, otuzco, rosa, planner)
    work.verify(item, by=planner)

    evidences.remove(item.evidence.get(), by=planner, reason="Es de otro distrito.")

    item.refresh_from_db()
    shown = item.evidence.get()
    assert (item.state, item.verified_by) == (ItemState.RETURNED, None)
    assert (shown.state, shown.state_reason) == (EvidenceState.REMOVED, "Es de otro distrito.")


def test_evidence_is_removed_by_who_added_it_or_a_planner_and_with_a_reason(
    scope, step, otuzco, rosa, planner
):
    shown = show(step, otuzco, rosa)
    for person, reason in ((staff(otuzco), "Está repetida."), (planner, " ")):
        with pytest.raises(evidences.CannotShow):
            evidences.remove(shown, by=person, reason=reason)


def test_evidence_that_is_replaced_stays_to_be_read(scope, step, otuzco, rosa):
    old = show(step, otuzco, rosa)
    new = show(step, otuzco, rosa, supersedes=old)

    old.refresh_from_db()
    assert (old.state, new.supersedes) == (EvidenceState.REMOVED, old)


def test_a_no_turns_down_what_was_accepted_and_says_what_is_missing(
    scope, step, otuzco, rosa, planner
):
    shown = show(step, otuzco, rosa)
    evidences.look_at(shown, by=planner, result=VerificationResult.OK)
    neighbours = MemberFactory(user=regional(Role.OBSERVER))

    with pytest.raises(evidences.CannotVerify):
        evidences.look_at(shown, by=neighbours.user, result=VerificationResult.NO)
    evidences.look_at(
        shown, by=neighbours.user, result=VerificationResult.NO, notes="La foto es de 2019."
    )

    shown.refresh_from_db()
    assert (shown.state, shown.state_reason) == (EvidenceState.REJECTED, "La foto es de 2019.")


def test_nobody_adds_evidence_of_another_municipality(scope, step, otuzco):
    with pytest.raises(evidences.CannotShow):
        show(step, otuzco, staff(MunicipalityFactory()))


def test_nothing_is_done_in_the_future(scope, step, otuzco, rosa, planner):
    show(step, otuzco, rosa)
    work.start(step, by=rosa)

    with pytest.raises(work.CannotMove):
        work.submit(step, by=rosa, done_on=timezone.localdate() + timedelta(days=1))
