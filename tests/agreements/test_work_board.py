"""The planners' board and inbox: what is late comes first, and what waits is accepted or returned."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements.actions import assigned
from agreements.enums import EvidenceState, ItemState, Light, Stage, TaskKind, TaskState
from agreements.models import Evidence, Task, WorkItem
from municipalities.enums import MunicipalityKind
from municipalities.rls import municipality_scope
from tests.admin.test_scope import regional, staff
from tests.agreements.factories import (
    AgreementFactory,
    CommitmentFactory,
    EvidenceFactory,
    OverrideFactory,
    WorkItemFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory, ProvinceFactory, UserFactory


BOARD, INBOX = "/admin/", "/admin/agreements/workitem/bandeja/"


@pytest.fixture
def planner():
    return regional(Role.PLANNER)


@pytest.fixture
def at_work(client, planner):
    client.force_login(planner)
    return client


@pytest.fixture
def otuzco():
    place = ProvinceFactory(name="Otuzco")
    return MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL, place=place, short_name="Otuzco")


def set_light(agreement, light):
    OverrideFactory(agreement=agreement, light=light)


def shown(client, **asked):
    return client.get(BOARD, asked).context["agreements"]


def test_a_planner_opens_on_the_municipalities_with_the_worst_first(at_work, otuzco):
    viru = MunicipalityFactory(short_name="Virú")
    quiet = MunicipalityFactory(short_name="Ascope")
    for town, light in ((otuzco, Light.AMBER), (otuzco, Light.GREEN), (viru, Light.RED)):
        set_light(AgreementFactory(towns=[town], signed=date(2026, 1, 1)), light)

    board = shown(at_work)

    assert [(t.name, t.worst and t.worst.light, t.convenios) for t in board.page] == [
        (viru.short_name, Light.RED, 1),
        (otuzco.short_name, Light.AMBER, 2),
        (quiet.short_name, None, 0),
    ]
    assert [one.light for one in board.worst] == [Light.RED, Light.AMBER]


def test_the_board_is_filtered_by_province_light_and_state(at_work, otuzco):
    viru = MunicipalityFactory()
    set_light(AgreementFactory(towns=[viru], signed=date(2026, 1, 1)), Light.RED)

    by = {
        "province": shown(at_work, provincia="Otuzco"),
        "light": shown(at_work, luz=Light.RED),
        "state": shown(at_work, estado=Stage.IN_FORCE),
        "nonsense": shown(at_work, luz="violet", page="9999999"),
    }

    assert {name: [t.pk for t in board.page] for name, board in by.items()} == {
        "province": [otuzco.pk],
        "light": [viru.pk],
        "state": [viru.pk],
        "nonsense": [viru.pk, otuzco.pk],
    }


def test_each_of_six_numbers_leads_to_the_list_behind_it(at_work, otuzco):
    agreement = AgreementFactory(
        towns=[otuzco],
        signed=date(2026, 1, 1),
        ends_on=timezone.localdate() + timedelta(days=90),
    )
    WorkItemFactory(agreement=agreement, due_on=date(2026, 1, 2), first_due_on=date(2026, 1, 2))
    with municipality_scope(otuzco):
        EvidenceFactory(municipality=otuzco)

    page = at_work.get(BOARD)

    assert [one.value for one in page.context["agreements"].numbers] == [1, 1, 0, 1, 1, 1]
    for where in (
        "/admin/agreements/workitem/?late=yes",
        "/admin/agreements/agreement/?state__exact=signed",
        INBOX,
    ):
        assert where in page.content.decode()
        assert at_work.get(where).status_code == 200


def test_a_commitment_that_ends_says_how_many_days_are_left(at_work):
    CommitmentFactory(code="LAL0009", ends_on=timezone.localdate() + timedelta(days=90))

    assert [one.days for one in shown(at_work).endings] == [90]


@pytest.mark.parametrize("many", [1, 3])
def test_the_board_opens_in_at_most_15_queries_however_much_there_is(at_work, many):
    for town in MunicipalityFactory.create_batch(many):
        for _ in range(many):
            made = AgreementFactory(towns=[town], signed=date(2026, 1, 1))
            WorkItemFactory.create_batch(many, agreement=made)
    at_work.get(BOARD)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        at_work.get(BOARD)

    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 15, "\n\n".join(one[:200] for one in asked)


def test_how_the_open_spaces_do_is_one_click_away(at_work, otuzco):
    assert "board" in at_work.get(BOARD, {"tablero": "espacios"}).context


# --- The inbox


@pytest.fixture
def item(otuzco):
    agreement = AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))
    with in_the_region():
        party = agreement.parties.get(organization__town=otuzco)
    return WorkItemFactory(
        agreement=agreement,
        party=party,
        first_due_on=date(2026, 12, 31),
        state=ItemState.SUBMITTED,
        submitted_by=UserFactory(),
        done_on=date(2026, 2, 1),
    )


@pytest.fixture
def evidence(otuzco, item):
    with municipality_scope(otuzco):
        return EvidenceFactory(municipality=otuzco, activity=None, item=item)


def judge(kind, thing):
    return reverse("admin:agreements_judge", args=[kind, thing.pk])


def fresh(thing):
    with in_the_region():
        return type(thing).objects.get(pk=thing.pk)


def test_evidence_is_accepted_then_its_step_and_the_next_comes_by_itself(at_work, item, evidence):
    first = at_work.post(judge("evidence", evidence), {"accept": "1", "method": "desk"})
    assert (first.status_code, first.url) == (302, judge("step", item))
    last = at_work.post(first.url, {"accept": "1"})

    assert last.url == INBOX
    assert (fresh(evidence).state, fresh(item).state) == (
        EvidenceState.ACCEPTED,
        ItemState.VERIFIED,
    )


def test_a_step_is_not_verified_before_its_evidence(at_work, item, evidence):
    answer = at_work.post(judge("step", item), {"accept": "1"})

    assert (answer.status_code, fresh(item).state) == (200, ItemState.SUBMITTED)


def test_what_is_returned_says_why_or_is_not_returned(at_work, item, evidence):
    without = at_work.post(judge("evidence", evidence), {"return": "1", "method": "desk"})
    at_work.post(
        judge("evidence", evidence),
        {"return": "1", "method": "desk", "notes": "La lista no tiene firmas."},
    )

    assert without.status_code == 200
    assert (fresh(evidence).state, fresh(evidence).state_reason) == (
        EvidenceState.REJECTED,
        "La lista no tiene firmas.",
    )
    assert fresh(item).state == ItemState.RETURNED


def test_help_that_a_municipality_asks_for_is_answered_in_the_inbox(at_work, otuzco):
    with municipality_scope(otuzco):
        task = assigned.ask_for_help(otuzco, by=staff(otuzco), text="¿Cómo se cierra un debate?")

    assert "¿Cómo se cierra un debate?" in at_work.get(INBOX).content.decode()
    at_work.post(judge("task", task), {"accept": "1", "notes": "Te llamamos hoy."})
    assert (fresh(task).state, fresh(task).answer) == (TaskState.DONE, "Te llamamos hoy.")


def test_whoever_did_a_task_does_not_say_that_it_is_enough(at_work, otuzco, planner):
    with municipality_scope(otuzco):
        task = assigned.open_task(otuzco, kind=TaskKind.FOLLOW_UP, text="Publicar el acta.")
        rosa = staff(otuzco)
        assigned.answer(task, by=rosa, text="Está publicada.")
        with pytest.raises(assigned.CannotAnswer):
            assigned.judge(task, by=rosa, is_adequate=True)
    at_work.post(judge("task", task), {"return": "1", "notes": "Falta la segunda página."})
    assert fresh(task).state == TaskState.OPEN


def test_the_same_rule_opens_the_same_task_once(otuzco):
    with municipality_scope(otuzco):
        for _ in range(2):
            assigned.open_task(otuzco, kind=TaskKind.INACTIVE, text="…", key="inactive:1")
        assert Task.objects.count() == 1


def test_an_observer_reads_the_inbox_and_decides_nothing(client, item, evidence):
    client.force_login(regional(Role.OBSERVER))

    assert client.get(judge("evidence", evidence)).status_code == 200
    client.post(judge("evidence", evidence), {"accept": "1", "method": "desk"})
    assert fresh(evidence).state == EvidenceState.UPLOADED


def test_municipal_staff_have_no_inbox_of_the_region(client, otuzco, evidence):
    client.force_login(staff(otuzco))

    for page in (INBOX, judge("evidence", evidence)):
        assert client.get(page).status_code in (302, 403, 404)


def test_a_planner_reschedules_with_a_reason_and_sets_a_light(at_work, item):
    with in_the_region():
        WorkItem.objects.filter(pk=item.pk).update(state=ItemState.UNDERWAY)
    page = f"/admin/agreements/workitem/{item.pk}/reprogramar/"
    answer = at_work.post(page, {"to": "2027-01-31", "code": "weather", "reason": "Las lluvias."})
    assert answer.status_code == 302, answer.context["form"].errors
    until = timezone.localdate() + timedelta(days=20)
    at_work.post(
        reverse("admin:agreements_agreement_light", args=[item.agreement_id]),
        {"light": "amber", "expires_on": until.isoformat(), "reason": "El informe viene."},
    )

    with in_the_region():
        assert fresh(item).due_on == date(2027, 1, 31)
        assert item.agreement.overrides.get().expires_on == until


def test_the_inbox_asks_the_same_queries_for_one_or_many(at_work, otuzco):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            at_work.get(INBOX)
        return len(queries)

    with municipality_scope(otuzco):
        EvidenceFactory(municipality=otuzco)
    at_work.get(INBOX)
    one = asked()
    with municipality_scope(otuzco):
        EvidenceFactory.create_batch(3, municipality=otuzco)
    assert asked() == one
    with in_the_region():
        assert Evidence.objects.count() == 4
