"""The commitment LAL0009 as it is known, with three assessments side by side; later plans like it."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from agreements import facts
from agreements.enums import (
    Assessor,
    Gate,
)
from agreements.models import (
    AgreementTemplate,
    Assessment,
    Commitment,
    Milestone,
    Organization,
    SourceDocument,
)
from municipalities import gazetteer
from municipalities.models import Municipality
from tests.agreements.factories import (
    ActionPlanFactory,
    AssessmentFactory,
    CommitmentFactory,
    MilestoneFactory,
    in_the_region,
    the_region,
)


def of_the_region():
    gazetteer.load_la_libertad()
    return {m.slug: m for m in Municipality.objects.all()}


@pytest.fixture
def places():
    return of_the_region()


def open_page(client, name, *args, **query):
    return client.get(reverse(f"agreements:{name}", args=args), query)


# --- Facts


def test_the_facts_of_the_commitment_are_loaded_once_however_often(places):
    facts.load_facts()
    again = facts.load_facts()

    with in_the_region():
        commitment = Commitment.objects.get(code="LAL0009")
        assert (again.organizations, again.templates) == (0, 0)
        assert (commitment.starts_on, commitment.ends_on) == (date(2019, 6, 1), date(2020, 12, 31))
        assert [m.gate for m in commitment.milestones.all()] == list(Gate)
        assert all(m.responsible.count() == 1 for m in commitment.milestones.all())
        assert Organization.objects.exclude(town=None).count() == len(places) == 85
        assert {t.kind for t in AgreementTemplate.objects.all()} == {"marco", "especifico", "acta"}


def test_no_milestone_of_lal0009_has_a_date_of_its_own(places):
    facts.load_facts()

    assert set(Milestone.objects.values_list("starts_on", "ends_on")) == {(None, None)}


def test_what_the_irm_left_empty_stays_empty(places):
    facts.load_facts()

    card = Assessment.objects.get(assessor=Assessor.IRM)
    assert (card.verifiable, card.relevant, card.ambition) == (True, True, "low")
    assert (card.completion, card.early_results) == ("", "")


def test_an_office_that_planners_wrote_anew_survives_the_facts(places):
    facts.load_facts()
    with in_the_region():
        office = Commitment.objects.get().milestones.first().responsible.get().office
        office.email = "planeamiento@regionlalibertad.example.org"
        office.save()
    facts.load_facts()

    office.refresh_from_db()
    assert office.email == "planeamiento@regionlalibertad.example.org"


def test_facts_need_a_region():
    with pytest.raises(facts.NoRegion):
        facts.load_facts()


# --- The commitment


def test_the_commitment_s_milestones_say_that_the_plan_gives_them_no_date(client, places):
    facts.load_facts()

    page = open_page(client, "commitment", "LAL0009")

    assert [bar["name"] for bar in page.context["bars"]["bars"]] == ["LAL0009"]
    assert len(page.context["milestones"]) == 5
    assert all(len(row["assessments"]) == 3 for row in page.context["milestones"])
    # Each says which value of open government it serves (R49).
    assert all(row["values"] for row in page.context["milestones"])


def test_three_assessments_stand_side_by_side_and_none_replaces_another(client, places):
    facts.load_facts()
    region = the_region()
    with in_the_region():
        commitment = Commitment.objects.get(code="LAL0009")
        AssessmentFactory(
            municipality=region,
            commitment=commitment,
            assessor=Assessor.SELF,
            completion="complete",
            published_at=timezone.now(),
        )
        AssessmentFactory(
            municipality=region,
            commitment=commitment,
            assessor=Assessor.COUNTERPART,
            completion="limited",
        )

    cards = open_page(client, "commitment", "LAL0009").context["whole"]

    own, counterpart, irm = cards
    assert own["assessment"].completion == "complete"
    assert counterpart["assessment"] is None  # not published yet
    assert irm["assessment"].ambition == "low"
    assert irm["completion"]["label"] == irm["nothing"]


def test_a_later_plan_is_shown_the_same_way_and_changes_nothing_of_the_first(client, places):
    facts.load_facts()
    before = open_page(client, "commitment", "LAL0009").context["bars"]
    later = CommitmentFactory(
        plan=ActionPlanFactory(starts_on=date(2027, 1, 1), ends_on=date(2030, 12, 31)),
        starts_on=date(2027, 1, 1),
        ends_on=date(2030, 12, 31),
    )
    MilestoneFactory(
        commitment=later, starts_on=date(2027, 3, 1), ends_on=date(2028, 3, 1), text="Firmar"
    )

    page = open_page(client, "commitment", later.code)

    assert len(page.context["bars"]["bars"]) == 2
    assert open_page(client, "commitment", "LAL0009").context["bars"] == before
    assert later.code in open_page(client, "commitments").content.decode()


def test_the_copy_of_an_official_document_serves_though_its_address_is_gone(client, places):
    facts.load_facts()
    with in_the_region():
        document = SourceDocument.objects.first()
        assert open_page(client, "document", document.pk).status_code == 404
        document.sha256 = "a" * 64
        document.file.save("copia.pdf", ContentFile(b"%PDF copia"))

    taken = open_page(client, "document", document.pk)
    assert b"".join(taken.streaming_content) == b"%PDF copia"
    page = open_page(client, "commitment", "LAL0009").content.decode()
    assert document.url in page
    assert document.sha256 in page
