"""«Is this true in your place?»: residents answer beside the official state, never in it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.actions import citizen_checks as actions
from agreements.citizen_checks import is_doubted, said_by
from agreements.enums import CitizenReply, TaskKind
from agreements.models import CitizenCheck, Task, Transfer
from decide.common.permissions import Refusal
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, published_transfer, resident_of
from tests.agreements.factories import AgreementFactory, CitizenCheckFactory, WorkItemFactory
from tests.factories import MunicipalityFactory, UserFactory


MONDAY = date(2026, 3, 2)
YES, NO, PARTLY = CitizenReply.YES, CitizenReply.NO, CitizenReply.PARTLY


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def say(transfer, by, reply=YES, comment=""):
    with municipality_scope(transfer.municipality):
        return actions.say(
            municipality=transfer.municipality,
            transfer=transfer,
            reply=reply,
            comment=comment,
            by=by,
        )


def page_of(transfer):
    return reverse("agreed:check_transfer", args=[transfer.municipality.slug, transfer.pk])


def doubts(*answers):
    return [(who, reply, MONDAY + timedelta(days=day)) for who, reply, day in answers]


@pytest.mark.parametrize(
    ("answers", "doubted"),
    [
        ([(n, NO, n) for n in range(5)], False),  # five people, one week
        ([(n, NO, n * 2) for n in range(5)], True),  # two weeks
        ([(n, PARTLY, n * 2) for n in range(5)], True),
        ([(n, NO, n * 2) for n in range(4)], False),  # four people
        ([(1, NO, n * 2) for n in range(5)], False),  # one person, often
        ([(n, NO if n else YES, n * 2) for n in range(5)], False),
    ],
)
def test_five_people_in_two_weeks_make_a_doubt(answers, doubted):
    assert is_doubted(doubts(*answers)) == doubted


def test_fewer_than_five_answers_are_only_counted():
    assert (said_by([YES] * 4).total, said_by([YES] * 4).by_reply) == (4, [])
    assert dict(said_by([YES] * 4 + [NO]).by_reply) == {YES: 4, NO: 1, PARTLY: 0, "unknown": 0}


def test_a_resident_answers_once_and_may_change_it(town):
    transfer, rosa = published_transfer(town), resident_of(town)
    say(transfer, rosa, NO)
    say(transfer, rosa, YES)
    with municipality_scope(town):
        assert CitizenCheck.objects.get().reply == YES


def test_who_lives_elsewhere_does_not_answer(town):
    transfer = published_transfer(town)
    for person in (UserFactory(), resident_of(MunicipalityFactory())):
        with pytest.raises(Refusal):
            say(transfer, person)


def test_it_changes_nothing_of_the_official_state(town):
    transfer = published_transfer(town)
    for _n in range(5):
        say(transfer, resident_of(town), NO)
    with municipality_scope(town):
        assert Transfer.objects.get().state == transfer.state


def test_many_doubts_open_one_task(town, time_machine):
    transfer = published_transfer(town)
    for n in range(7):
        time_machine.move_to(timezone.now() + timedelta(days=2))
        say(transfer, resident_of(town), NO)
        with municipality_scope(town):
            assert Task.objects.filter(kind=TaskKind.CITIZENS).count() == (n >= 4)


def test_without_javascript_a_resident_answers_on_a_page(client, town):
    transfer, rosa = published_transfer(town), resident_of(town)
    client.force_login(rosa)

    before = client.get(page_of(transfer))
    client.post(page_of(transfer), {"reply": "no", "comment": "El quiosco está cerrado."})
    after = client.get(page_of(transfer))

    assert before.context["reason"] is None
    assert (after.context["said"].total, after.context["said"].by_reply) == (1, [])
    assert [one.comment for one in after.context["page"]] == ["El quiosco está cerrado."]


def test_personal_data_is_not_published(client, town):
    transfer = published_transfer(town)
    client.force_login(resident_of(town))
    answer = client.post(page_of(transfer), {"reply": "no", "comment": "Llamen al 987654321."})
    assert answer.status_code == 422


def test_a_visitor_reads_and_is_led_to_sign_in(client, town):
    transfer = published_transfer(town)
    assert client.get(page_of(transfer)).status_code == 200
    assert client.post(page_of(transfer), {"reply": "no"}).url.startswith(reverse("account_login"))


def test_a_step_is_asked_only_in_the_places_of_its_published_convenio(client, town):
    other = MunicipalityFactory()
    shown = WorkItemFactory(agreement=AgreementFactory(towns=[town], published=True))
    draft = WorkItemFactory(agreement=AgreementFactory(towns=[town]))

    def status(place, item):
        return client.get(reverse("agreed:check_item", args=[place.slug, item.pk])).status_code

    assert (status(town, shown), status(other, shown), status(town, draft)) == (200, 404, 404)


def test_what_moderation_hides_goes_on_counting(client, town):
    transfer = published_transfer(town)
    check = say(transfer, resident_of(town), NO, "Palabras feas.")
    client.force_login(administrator_of(town))
    address = reverse("agreed:hide_check", args=[town.slug, check.pk])

    without_reason = client.post(address, {"why": ""})
    client.post(address, {"why": "Insulta a una persona."})
    client.logout()
    page = client.get(page_of(transfer))

    assert without_reason.status_code == 422
    assert (page.context["said"].total, list(page.context["page"])) == (1, [])


def test_a_stranger_hides_nothing(client, town):
    transfer = published_transfer(town)
    check = say(transfer, resident_of(town), NO, "Así es.")
    client.force_login(UserFactory())
    address = reverse("agreed:hide_check", args=[town.slug, check.pk])
    assert client.post(address, {"why": "Porque sí."}).status_code == 403


def test_the_page_asks_the_same_for_one_or_many(client, town, django_assert_max_num_queries):
    transfer = published_transfer(town)
    with municipality_scope(town):
        CitizenCheckFactory.create_batch(
            6, municipality=town, transfer=transfer, comment="Así es.", published_at=timezone.now()
        )
    with django_assert_max_num_queries(16):
        page = client.get(page_of(transfer))
    assert len(page.context["page"]) == 6
