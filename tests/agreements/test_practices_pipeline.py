"""A practice on its way: who may say yes to it, what its sheet says, what no longer changes."""

import io
import zipfile
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction

from agreements.actions import practices as actions
from agreements.enums import KitKind, OrganizationKind, PracticeState
from agreements.kits import kit_of
from agreements.models import (
    Component,
    KitItem,
    Practice,
    PracticeEvent,
    PracticeReview,
    PracticeVersion,
    Requirement,
    Trace,
)
from agreements.rules.practices import PIPELINE, why_not_move, why_not_offer, why_not_validate
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    OrganizationFactory,
    PracticeFactory,
    PracticeReviewFactory,
    PracticeVersionFactory,
)
from tests.agreements.practices import in_region, move, nominated, published, reviewed_by
from tests.factories import MunicipalityFactory, UserFactory


STATES = list(PracticeState)
CIVIL, UNIVERSITY = OrganizationKind.CIVIL_SOCIETY, OrganizationKind.UNIVERSITY
GOVERNMENTS = (
    OrganizationKind.REGIONAL_GOVERNMENT,
    OrganizationKind.PROVINCIAL,
    OrganizationKind.MINISTRY,
)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_practice_takes_no_step_that_is_not_in_the_table(before, after):
    practice = PracticeFactory(state=before, retired_why="Ya no se usa.")
    version = PracticeVersionFactory(practice=practice, setup_cost=0)

    with in_region():
        if after in PIPELINE[before]:
            return
        with pytest.raises(actions.CannotMovePractice):
            actions.move(practice, after, by=UserFactory(), reason="Porque sí.")
        assert version.practice.events.count() == 0


def test_from_nomination_to_publication_each_step_is_noted_with_who_and_why():
    practice = published()

    with in_region():
        states = list(practice.events.order_by("pk").values_list("before", "after"))
        assert practice.offered.frozen_at
    assert states == [
        ("nominated", "review"),
        ("review", "reviewed"),
        ("reviewed", "validated"),
        ("validated", "published"),
    ]


def test_nothing_is_reviewed_before_anybody_has():
    practice = move(nominated(), PracticeState.REVIEW)

    with in_region():
        assert why_not_move(practice, PracticeState.REVIEWED)


@pytest.mark.parametrize(
    ("kinds", "is_enough"),
    [
        (GOVERNMENTS, False),
        ((CIVIL,), False),
        ((UNIVERSITY,), False),
        ((CIVIL, CIVIL), False),
        ((*GOVERNMENTS, UNIVERSITY), False),
        ((CIVIL, UNIVERSITY), True),
        ((OrganizationKind.RONDA, UNIVERSITY), True),
    ],
)
def test_civil_society_and_a_university_validate_and_governments_alone_do_not(kinds, is_enough):
    practice = move(nominated(), PracticeState.REVIEW)
    reviewed_by(practice, *kinds)
    practice = move(practice, PracticeState.REVIEWED)

    with in_region():
        assert (why_not_validate(practice.latest) is None) == is_enough
        if not is_enough:
            with pytest.raises(actions.CannotMovePractice):
                actions.move(practice, PracticeState.VALIDATED, by=UserFactory())
            with pytest.raises(DatabaseError, match="civil society"), transaction.atomic():
                Practice.objects.filter(pk=practice.pk).update(state="validated")


@pytest.mark.parametrize("fields", [{"recommends": False}, {"has_conflict": True}])
def test_a_review_against_it_or_with_a_conflict_of_interest_carries_nothing(fields):
    practice = move(nominated(), PracticeState.REVIEW)
    reviewed_by(practice, CIVIL)
    reviewed_by(practice, UNIVERSITY, **fields)

    with in_region():
        assert why_not_validate(practice.latest)


@pytest.mark.parametrize("role", ["origin", "nominated_by"])
def test_whose_practice_it_is_and_who_nominated_it_do_not_review_it(role):
    practice = move(nominated(nominated_by=OrganizationFactory()), PracticeState.REVIEW)
    marks = dict.fromkeys(
        ("effectiveness", "replicability", "sustainability", "inclusion", "cost"), 3
    )
    with in_region():
        own = getattr(practice, role)
        with pytest.raises(actions.CannotReview):
            actions.review(
                practice.latest, by=UserFactory(), organization=own, recommends=True, **marks
            )
        with pytest.raises(DatabaseError, match="of their own"), transaction.atomic():
            PracticeReview.objects.create(
                version=practice.latest,
                by=UserFactory(),
                organization=own,
                recommends=True,
                **marks,
            )


def test_without_its_known_limits_a_practice_is_not_published():
    practice = move(nominated(sheet=False), PracticeState.REVIEW)
    reviewed_by(practice, CIVIL, UNIVERSITY)
    practice = move(practice, PracticeState.REVIEWED, PracticeState.VALIDATED)

    with in_region(), pytest.raises(actions.CannotMovePractice):
        actions.move(practice, PracticeState.PUBLISHED, by=UserFactory())


def test_only_what_is_published_is_offered():
    practice = nominated()
    with in_region():
        assert why_not_offer(practice.latest)
    offered = published()
    with in_region():
        assert why_not_offer(offered.offered) is None
    retired = move(offered, PracticeState.RETIRED)
    with in_region():
        assert why_not_offer(retired.offered)


@pytest.mark.parametrize("model", [Component, Requirement, KitItem])
def test_no_part_of_a_published_version_changes_whoever_writes(model):
    version_id = published().latest.pk

    with in_region():
        rows = model.objects.filter(version=version_id)
        for attempt in (
            lambda: rows.update(version=version_id),
            lambda: rows.delete(),
            lambda: _again(rows.first()),
        ):
            with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
                attempt()


def _again(row):
    row.pk, row._state.adding = None, True
    row.save()


def test_a_published_version_is_neither_changed_nor_thawed():
    version_id = published().latest.pk

    with in_region():
        for change in ({"limits": "Ninguno."}, {"frozen_at": None}):
            with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
                PracticeVersion.objects.filter(pk=version_id).update(**change)


def test_the_next_version_begins_as_a_copy_and_needs_its_own_reviews():
    practice = published()
    with in_region():
        first = practice.latest
        second = actions.new_version(practice, by=UserFactory(), what_changed="Plazo más corto.")
        assert (second.number, second.frozen_at) == (2, None)
        for name in ("components", "requirements", "kit"):
            copied, original = getattr(second, name), getattr(first, name)
            assert copied.count() == original.count() > 0
        with pytest.raises(actions.CannotMovePractice):
            actions.move(practice, PracticeState.PUBLISHED, by=UserFactory())
    reviewed_by(practice, CIVIL, UNIVERSITY)

    practice = move(practice, PracticeState.PUBLISHED)

    with in_region():
        assert Practice.objects.get(pk=practice.pk).offered == second


def test_one_version_at_a_time_is_written():
    practice = nominated()
    with in_region(), pytest.raises(actions.CannotChangeVersion):
        actions.new_version(practice, by=UserFactory(), what_changed="Otra.")


def test_retiring_says_why_and_leaves_a_trace():
    practice = published()
    with in_region():
        with pytest.raises(actions.CannotMovePractice):
            actions.move(practice, PracticeState.RETIRED, by=UserFactory(), reason=" ")
        actions.move(practice, PracticeState.RETIRED, by=UserFactory(), reason="Nadie la usa.")
        last = Trace.objects.filter(table="agreements_practice", row=practice.pk).latest("pk")
        assert last.reason == "Nadie la usa."
        assert PracticeEvent.objects.filter(practice=practice, after="retired").exists()


def test_an_organisation_nominates_and_its_practice_gets_the_next_code():
    organization = OrganizationFactory()
    with in_region():
        values = {
            "title": "Asamblea en el caserío",
            "form": "process",
            "policy_areas": ["participation"],
            "problem": "Lejos.",
            "solution": "Ir.",
        }
        first = actions.nominate(by=UserFactory(), organization=organization, **values)
        second = actions.nominate(by=UserFactory(), organization=organization, **values)
        assert first.state == PracticeState.NOMINATED
        assert int(second.code[3:]) == int(first.code[3:]) + 1
        assert first.latest.problem == "Lejos."


def test_what_is_only_nominated_is_read_by_the_municipality_that_did_and_by_nobody_else():
    practice = nominated()
    with municipality_scope(MunicipalityFactory()):
        assert not Practice.objects.filter(pk=practice.pk).exists()
        assert not PracticeVersion.objects.filter(practice=practice.pk).exists()


def test_the_kit_opens_without_internet_and_says_what_each_file_has_to_be():
    practice = nominated()
    with in_region():
        KitItem.objects.create(
            version=practice.latest, kind=KitKind.FORM, title="Ficha", text="Nombre: ____"
        )
        first, again = kit_of(practice.latest).read(), kit_of(practice.latest).read()
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as kit:
        sums = dict(
            reversed(line.split("  ")) for line in kit.read("SHA256SUMS.txt").decode().splitlines()
        )
        named = set(kit.namelist()) - {"SHA256SUMS.txt"}
        assert set(sums) == named
        assert len(named) == 3
        for name in named:
            assert sha256(kit.read(name)).hexdigest() == sums[name]


def test_who_has_reviewed_a_version_does_not_review_it_again():
    practice = move(nominated(), PracticeState.REVIEW)
    person = UserFactory()
    with in_region():
        version = practice.latest
    PracticeReviewFactory(version=version, by=person)
    with in_region(), pytest.raises(actions.CannotReview):
        actions.review(version, by=person, organization=OrganizationFactory(), recommends=True)
