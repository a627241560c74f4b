"""A municipality's desk, milestones as everybody reads them, and the picture of a work plan."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements import gantt
from agreements.enums import Assessor, EvidenceState, Gate, ItemState, TaskKind, TaskState
from agreements.models import Evidence, Task
from municipalities.enums import MunicipalityKind
from municipalities.models import private_storage
from municipalities.rls import municipality_scope
from tests.admin.test_scope import regional, staff
from tests.agreements.factories import (
    AgreementFactory,
    AssessmentFactory,
    EvidenceFactory,
    RescheduleFactory,
    TaskFactory,
    VerificationFactory,
    WorkItemFactory,
    in_the_region,
    the_region,
)
from tests.factories import MunicipalityFactory
from tests.participation.files import pdf, photo


@pytest.fixture
def otuzco():
    return MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL, slug="otuzco")


@pytest.fixture
def rosa(otuzco):
    return staff(otuzco)


@pytest.fixture
def at_the_desk(client, rosa):
    client.force_login(rosa)
    return client


@pytest.fixture
def agreement(otuzco):
    return AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))


@pytest.fixture
def item(agreement, otuzco):
    with in_the_region():
        party = agreement.parties.get(organization__town=otuzco)
    return WorkItemFactory(
        agreement=agreement, party=party, name="Taller", first_due_on=date(2026, 12, 31)
    )


def at(name, *args):
    return reverse(f"agreed:{name}", args=["otuzco", *args])


def fresh(thing):
    with in_the_region():
        return type(thing).objects.get(pk=thing.pk)


def test_staff_begin_a_step_show_evidence_and_submit_it(at_the_desk, item):
    assert "Taller" in at_the_desk.get(at("desk")).content.decode()
    at_the_desk.post(at("start_step", item.pk))
    at_the_desk.post(
        at("step", item.pk),
        {"kind": "photo", "title": "La asamblea", "upload": photo(), "is_public": "on"},
    )
    at_the_desk.post(at("submit_step", item.pk), {"done_on": "2026-02-01"})

    with in_the_region():
        shown = Evidence.objects.get(item=item)
    assert (fresh(item).state, shown.state) == (ItemState.SUBMITTED, EvidenceState.UPLOADED)
    assert "La asamblea" in at_the_desk.get(at("step", item.pk)).content.decode()


def test_what_is_neither_file_nor_address_is_asked_for_again(at_the_desk, item):
    answer = at_the_desk.post(at("step", item.pk), {"kind": "photo", "title": "Nada"})

    assert answer.status_code == 422


def test_a_file_used_before_warns_and_is_taken(at_the_desk, item):
    content = pdf().read()
    for title in ("Acta", "Otra acta"):
        page = at_the_desk.post(
            at("step", item.pk),
            {"kind": "minutes", "title": title, "upload": ContentFile(content, "acta.pdf")},
            follow=True,
        )

    assert "«Acta»" in page.content.decode()
    with in_the_region():
        assert Evidence.objects.filter(item=item).count() == 2


def test_who_added_evidence_takes_it_back_with_a_reason(at_the_desk, item):
    at_the_desk.post(at("step", item.pk), {"kind": "minutes", "title": "Acta", "upload": pdf()})
    with in_the_region():
        shown = Evidence.objects.get(item=item)
    at_the_desk.post(at("remove_evidence", shown.pk), {"reason": "Era de otro taller."})

    assert fresh(shown).state == EvidenceState.REMOVED


def test_staff_ask_for_help_and_answer_what_they_are_asked(at_the_desk, otuzco):
    with municipality_scope(otuzco):
        task = TaskFactory(municipality=otuzco)
    at_the_desk.post(at("ask_for_help"), {"text": "¿Quién viene al taller?"})
    at_the_desk.post(at("answer_task", task.pk), {"text": "El acta está publicada."})

    with in_the_region():
        assert Task.objects.get(kind=TaskKind.HELP).text == "¿Quién viene al taller?"
    assert fresh(task).state == TaskState.DONE


def test_the_desk_of_another_municipality_does_not_open(client, otuzco, item):
    client.force_login(staff(MunicipalityFactory()))

    assert client.get(at("desk")).status_code == 403
    assert client.post(at("start_step", item.pk)).status_code == 403


def test_a_step_that_another_party_does_is_not_ours(at_the_desk, agreement, item):
    theirs = WorkItemFactory(agreement=agreement)

    assert at_the_desk.get(at("step", theirs.pk)).status_code == 404


def test_private_evidence_is_not_there_for_who_guesses_its_address(client, otuzco, rosa, item):
    with municipality_scope(otuzco):
        shown = EvidenceFactory(municipality=otuzco, activity=None, item=item, file="x/acta.pdf")
    private_storage().save("x/acta.pdf", ContentFile(b"%PDF-1.4"))
    inside = at("evidence_file", shown.pk)
    public = reverse("agreements:evidence", args=[shown.pk])

    assert [client.get(address).status_code for address in (inside, public)] == [404, 404]
    client.force_login(rosa)
    assert client.get(inside).status_code == 200


def test_the_public_copy_is_there_once_it_is_accepted(client, otuzco, item):
    with municipality_scope(otuzco):
        shown = EvidenceFactory(
            municipality=otuzco,
            activity=None,
            item=item,
            is_public=True,
            public_file="x/public.jpg",
        )
        private_storage().save("x/public.jpg", ContentFile(b"jpeg"))
        address = reverse("agreements:evidence", args=[shown.pk])
        before = client.get(address).status_code
        VerificationFactory(municipality=otuzco, evidence=shown)
        Evidence.objects.filter(pk=shown.pk).update(state=EvidenceState.ACCEPTED)

    assert (before, client.get(address).status_code) == (404, 200)


@pytest.mark.parametrize("many", [1, 3])
def test_the_desk_asks_the_same_queries_for_one_or_many(
    at_the_desk, agreement, item, many, django_assert_max_num_queries
):
    with in_the_region():
        party = item.party
    WorkItemFactory.create_batch(many, agreement=agreement, party=party)
    at_the_desk.get(at("desk"))

    with django_assert_max_num_queries(18):
        at_the_desk.get(at("desk"))


# --- Milestones


def test_everybody_reads_the_milestones_their_rule_and_what_each_assessor_holds(client, otuzco):
    region = the_region()
    with municipality_scope(region):
        AssessmentFactory(
            municipality=region,
            assessor=Assessor.IRM,
            ambition="low",
            published_at=timezone.now(),
        )
        AssessmentFactory(
            municipality=region, assessor=Assessor.SELF, completion="limited", published_at=None
        )
    page = client.get(reverse("agreements:milestones"))
    of_otuzco = client.get(reverse("agreements:milestones_of", args=["otuzco"]))

    by = dict(page.context["assessments"])
    assert [bool(one) for one in by.values()] == [False, False, True]
    assert by[Assessor.IRM.label].completion == ""
    assert [row.municipality for row in page.context["board"].rows] == [otuzco]
    assert [one.gate for one in of_otuzco.context["shown"][1]] == list(Gate)


def test_assessments_stand_side_by_side_and_the_newest_of_each_is_shown(client, otuzco):
    with municipality_scope(otuzco):
        for assessor, level in ((Assessor.SELF, "complete"), (Assessor.COUNTERPART, "limited")):
            for days, completion in ((10, "not_started"), (0, level)):
                AssessmentFactory(
                    municipality=otuzco,
                    assessor=assessor,
                    completion=completion,
                    day=timezone.localdate() - timedelta(days=days),
                    published_at=timezone.now(),
                )

    page = client.get(reverse("agreements:milestones_of", args=["otuzco"]))

    found = [one and one.completion for _label, one in page.context["assessments"]]
    assert found == ["complete", "limited", None]


# --- The picture of a plan


def test_the_picture_shows_planned_first_and_actual_dates_and_today(agreement, item):
    RescheduleFactory(agreement=agreement, item=item)
    done = WorkItemFactory(
        agreement=agreement,
        party=item.party,
        starts_on=date(2026, 1, 1),
        due_on=date(2026, 6, 1),
        first_due_on=date(2026, 3, 1),
        done_on=date(2026, 7, 1),
    )
    with in_the_region():
        done.depends_on.add(item)
        drawn = gantt.of(agreement, date(2026, 6, 15))

    bar = next(one for one in drawn.bars if one.item == done)
    assert bar.first_x < bar.x + bar.width < bar.done_x
    assert bar.x < drawn.today_x < bar.done_x
    assert (bar.days_late, bar.waits_for) == (30, ["Taller"])


def test_the_picture_has_a_table_that_says_the_same(client, otuzco, item):
    with in_the_region():
        type(item.agreement).objects.filter(pk=item.agreement_id).update(
            published_at=timezone.now()
        )

    for address in (
        at("timeline", item.agreement_id),
        reverse("agreements:timeline", args=[item.agreement.code]),
    ):
        page = client.get(address).content.decode()
        assert "<svg" in page
        assert '<th scope="row">Taller' in page
        assert "31-12-2026" in page


def test_the_plan_of_a_draft_is_not_there_for_everybody(client, item, rosa):
    assert client.get(at("timeline", item.agreement_id)).status_code == 404
    client.force_login(rosa)
    assert client.get(at("timeline", item.agreement_id)).status_code == 200


def test_planners_find_the_picture_in_the_admin(client, item):
    client.force_login(regional(Role.PLANNER))
    page = client.get(reverse("admin:agreements_agreement_timeline", args=[item.agreement_id]))

    assert "<svg" in page.content.decode()


def test_a_long_plan_has_few_marks_of_time(agreement, item):
    WorkItemFactory(agreement=agreement, party=item.party, due_on=date(2040, 1, 1))
    with in_the_region():
        assert len(gantt.of(agreement).ticks) <= 10
