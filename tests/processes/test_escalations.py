"""A matter goes from the district to the province to the region, with its code, and comes back answered."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import MunicipalityKind, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.models import Event, Notice, Thread
from processes import raised
from processes.actions import escalations as actions
from processes.enums import EscalationState
from processes.models import Escalation, EscalationEvent
from processes.rules.escalations import levels_above, why_not_escalate
from tests.factories import (
    DebateFactory,
    DistrictFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    ProvinceFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    StatementFactory,
    ThreadFactory,
    UserFactory,
)


@pytest.fixture
def region():
    return MunicipalityFactory(
        kind=MunicipalityKind.REGION,
        place=RegionPlaceFactory(),
        slug="la-libertad",
        contact_email="mesa@region.gob.pe",
    )


@pytest.fixture
def province(region):
    return MunicipalityFactory(
        kind=MunicipalityKind.PROVINCIAL,
        place=ProvinceFactory(code="1306"),
        slug="otuzco",
        contact_email="mesa@otuzco.gob.pe",
    )


@pytest.fixture
def district(province):
    return MunicipalityFactory(
        place=DistrictFactory(code="130602", parent=province.place), slug="agallpampa"
    )


def officer_of(town):
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user


@pytest.fixture
def of_district(district):
    return officer_of(district)


@pytest.fixture
def of_province(province):
    return officer_of(province)


@pytest.fixture
def of_region(region):
    return officer_of(region)


@pytest.fixture
def proposal(district):
    with municipality_scope(district):
        return ProposalFactory(municipality=district, published=True)


@pytest.fixture
def sent(district, province, of_district, proposal):
    with municipality_scope(district):
        return actions.escalate(
            proposal.thread, by=of_district, to=province, reason="El camino es de la provincia."
        )


@pytest.fixture
def passed(province, of_province, sent):
    with municipality_scope(province):
        return actions.pass_on(sent, by=of_province, text="La carretera es regional.")


def at(town, name, *args):
    return reverse(f"processes:{name}", args=[town.slug, *args])


def told(district, verb):
    with municipality_scope(district):
        events = Event.objects.filter(verb=verb)
        return set(Notice.objects.filter(event__in=events).values_list("user", flat=True))


# --- Which levels


def test_a_district_lies_in_its_province_and_that_in_the_region(region, province, district):
    MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL, place=ProvinceFactory(code="1305"))

    assert levels_above(district) == [province, region]
    assert levels_above(province) == [region]
    assert levels_above(region) == []


def test_a_level_without_an_open_space_is_left_out(region, province, district):
    Municipality.objects.filter(pk=province.pk).update(state=MunicipalityState.INVITED)

    assert levels_above(district) == [region]


# --- Raising


def test_a_proposal_keeps_its_code_and_author_followers_and_the_level_are_told(
    district, province, of_district, proposal, django_capture_on_commit_callbacks
):
    with municipality_scope(district):
        follower = FollowFactory(municipality=district, thread=proposal.thread).user
    with django_capture_on_commit_callbacks(execute=True), municipality_scope(district):
        sent = actions.escalate(proposal.thread, by=of_district, to=province, reason="Es suyo.")

    assert (sent.code, sent.title, sent.path) == (
        proposal.code,
        proposal.title,
        proposal.thread.path,
    )
    assert (sent.origin, sent.state) == (district, EscalationState.SENT)
    assert sent.answer_by == raised.due_from(timezone.localdate())
    assert told(district, "escalated") == {follower.pk, proposal.author_id}
    (letter,) = [m for m in mail.outbox if m.to == ["mesa@otuzco.gob.pe"]]
    assert proposal.code in letter.subject
    assert f"/otuzco/procesos/elevados/{sent.pk}/" in letter.body


def test_a_debate_gets_a_code_of_its_place(district, province, of_district):
    with municipality_scope(district):
        debate = DebateFactory(municipality=district)
        sent = actions.escalate(debate.thread, by=of_district, to=province, reason="Es suyo.")

    assert sent.code == f"130602-DEBATE-{debate.thread_id}"


def test_what_waits_above_is_not_raised_again_until_it_is_answered(
    district, province, region, of_district, of_region, proposal, passed
):
    with municipality_scope(district):
        assert why_not_escalate(of_district, proposal.thread)
        with pytest.raises(actions.CannotEscalate):
            actions.escalate(proposal.thread, by=of_district, to=province, reason="Otra vez.")
    with municipality_scope(region):
        actions.answer(passed, by=of_region, text="Se hará en marzo.")
    with municipality_scope(district):
        assert why_not_escalate(of_district, proposal.thread) is None


def test_it_is_raised_upwards_with_a_reason_and_by_staff(district, province, of_district, proposal):
    elsewhere = MunicipalityFactory()
    with municipality_scope(district):
        for by, to, reason in (
            (of_district, elsewhere, "X"),
            (of_district, district, "X"),
            (of_district, province, " . "),
            (UserFactory(), province, "X"),
        ):
            with pytest.raises(actions.CannotEscalate):
                actions.escalate(proposal.thread, by=by, to=to, reason=reason)


def test_what_nobody_can_read_and_parts_of_things_are_not_raised(district, province, of_district):
    with municipality_scope(district):
        hidden = ThreadFactory(municipality=district, is_public=False)
        part = StatementFactory(municipality=district).thread

        assert why_not_escalate(of_district, hidden)
        assert why_not_escalate(of_district, part)


# --- Answering


def test_the_receiver_takes_it_in_and_answers_and_the_origin_hears_of_both(
    district, province, of_province, proposal, sent, django_capture_on_commit_callbacks
):
    day = timezone.localdate() + timedelta(days=5)
    with django_capture_on_commit_callbacks(execute=True), municipality_scope(province):
        actions.take_in(sent, by=of_province, answer_by=day)
        actions.answer(sent, by=of_province, text="Lo arreglamos en mayo.")

    with municipality_scope(province):
        sent.refresh_from_db()
        events = [e.state for e in EscalationEvent.objects.filter(escalation=sent)]
    assert (sent.state, sent.answer, sent.answer_by) == ("answered", "Lo arreglamos en mayo.", day)
    assert events == ["sent", "received", "answered"]
    with municipality_scope(district):
        event = proposal.thread.events.get(verb="escalation_answered")
    assert (event.text, event.is_public) == ("Lo arreglamos en mayo.", True)
    assert event.as_office == province.name
    assert told(district, "escalation_answered") == {proposal.author_id}


def test_the_proposal_s_own_page_tells_the_answer(
    client, district, province, of_province, sent, proposal
):
    with municipality_scope(province):
        actions.answer(sent, by=of_province, text="Lo arreglamos en mayo.")
    with municipality_scope(district):
        address = proposal.get_absolute_url()

    page = client.get(address).content.decode()

    assert "Lo arreglamos en mayo." in page
    assert f"/agallpampa/procesos/elevados/{sent.pk}/" in page


def test_it_is_answered_once_by_the_receiver_s_staff_with_words(
    district, province, of_district, of_province, sent
):
    with municipality_scope(province):
        with pytest.raises(actions.CannotReply):
            actions.answer(sent, by=of_district, text="Nos respondemos.")
        with pytest.raises(actions.CannotReply):
            actions.send_back(sent, by=of_province, text="  ")
        with pytest.raises(actions.CannotReply):
            actions.take_in(
                sent, by=of_province, answer_by=timezone.localdate() - timedelta(days=1)
            )
        actions.send_back(sent, by=of_province, text="Falta el expediente.")
        with pytest.raises(actions.CannotReply):
            actions.answer(sent, by=of_province, text="Ahora sí.")


def test_what_is_passed_on_keeps_code_and_origin(district, province, region, sent, passed):
    with municipality_scope(region):
        passed.refresh_from_db()
        before = Escalation.objects.get(pk=sent.pk)

    assert (passed.code, passed.title, passed.path) == (sent.code, sent.title, sent.path)
    assert (passed.municipality, passed.to_municipality) == (province, region)
    assert (passed.origin, passed.before_id, passed.thread) == (district, before.pk, None)
    assert before.state == EscalationState.PASSED_ON


def test_the_region_passes_nothing_on(region, of_region, passed):
    with municipality_scope(region), pytest.raises(actions.CannotReply):
        actions.pass_on(passed, by=of_region, text="¿A quién?")


@pytest.mark.parametrize("where", ["district", "province", "region"])
def test_each_level_reads_the_whole_chain_with_its_days(
    client, request, where, of_region, region, district, proposal, sent, passed
):
    with municipality_scope(region):
        actions.answer(passed, by=of_region, text="La región la asfalta.")
    town = request.getfixturevalue(where)
    seen = sent if where != "region" else passed

    page = client.get(at(town, "escalation", seen.pk))

    assert [link.row.pk for link in page.context["chain"]] == [sent.pk, passed.pk]
    assert [link.days for link in page.context["chain"]] == [0, 0]
    text = page.content.decode()
    for words in (proposal.code, "El camino es de la provincia.", "La región la asfalta."):
        assert words in text
    assert proposal.thread.path in text


def test_days_and_lateness_are_counted_from_the_sending(province, sent):
    today = timezone.localdate()
    sent.sent_at = timezone.now() - timedelta(days=40)
    sent.answer_by = today - timedelta(days=10)

    waiting = raised.Link(sent, [])
    assert (waiting.days, waiting.days_late, waiting.is_waiting) == (40, 10, True)

    sent.state, sent.answered_at = EscalationState.ANSWERED, timezone.now() - timedelta(days=5)
    late = raised.Link(sent, [])
    assert (late.days, late.days_late, late.is_waiting) == (35, 5, False)


def test_a_third_town_finds_nothing_of_it(client, sent):
    third = MunicipalityFactory()

    assert client.get(at(third, "escalation", sent.pk)).status_code == 404
    assert client.get(at(third, "escalations")).context["rows"] == []


def test_the_title_of_what_moderation_hides_is_read_at_no_level(
    client, district, province, region, proposal, sent, passed
):
    with municipality_scope(district):
        Thread.objects.filter(pk=proposal.thread_id).update(is_public=False)

    for town, seen in ((district, sent), (province, sent), (region, passed)):
        for address in (at(town, "escalation", seen.pk), at(town, "escalations")):
            page = client.get(address).content.decode()
            assert proposal.code in page
            assert proposal.title not in page


@pytest.mark.parametrize("count", [1, 6])
def test_lists_ask_the_same_queries_for_one_or_many(
    client, district, province, of_district, of_province, count, django_assert_max_num_queries
):
    with municipality_scope(district):
        for _ in range(count):
            thread = ThreadFactory(municipality=district, is_public=True, kind="debate")
            actions.escalate(thread, by=of_district, to=province, reason="Es suyo.")
    client.force_login(of_province)

    for name in ("escalations", "escalation_desk"):
        with django_assert_max_num_queries(20):
            page = client.get(at(province, name))
        assert len(page.context["rows" if name == "escalations" else "waiting"]) == count


# --- In the pages


def test_it_is_raised_and_passed_on_and_answered_in_pages(
    client, district, province, region, of_district, of_province, of_region, proposal
):
    client.force_login(of_district)
    raising = at(district, "escalate", proposal.thread_id)
    assert client.post(raising, {"to": province.pk, "reason": ""}).status_code == 422
    assert client.post(raising, {"to": 999, "reason": "X"}).status_code == 422
    client.post(raising, {"to": province.pk, "reason": "Es de la provincia."})

    client.force_login(of_province)
    with municipality_scope(province):
        first = Escalation.objects.get()
    client.post(at(province, "take_in_escalation", first.pk), {"answer_by": ""})
    client.post(
        at(province, "answer_escalation", first.pk), {"do": "pass_on", "text": "Es regional."}
    )
    with municipality_scope(region):
        second = Escalation.objects.get(before=first.pk)

    client.force_login(of_region)
    page = client.get(at(region, "answer_escalation", second.pk))
    assert "pass_on" not in dict(page.context["form"].fields["do"].choices)
    client.post(at(region, "answer_escalation", second.pk), {"do": "answer", "text": "Se hará."})

    with municipality_scope(district):
        verbs = [e.verb for e in proposal.thread.events.order_by("at", "pk")]
    assert verbs[-4:] == [
        "escalated",
        "escalation_received",
        "escalation_passed_on",
        "escalation_answered",
    ]


def test_who_raised_it_does_not_answer_it(client, district, of_district, sent):
    client.force_login(of_district)

    for name in ("answer_escalation", "take_in_escalation"):
        assert client.get(at(district, name, sent.pk)).status_code == 404


def test_staff_find_the_way_on_the_page_of_a_proposal_and_citizens_do_not(
    client, district, of_district, proposal
):
    with municipality_scope(district):
        address = proposal.get_absolute_url()
    way = at(district, "escalate", proposal.thread_id)

    assert way not in client.get(address).content.decode()
    client.force_login(of_district)
    assert way in client.get(address).content.decode()


# --- The walls


def run(sql, params=()):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def refused(sql, params=()):
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)):
        run(sql, params)


def test_raw_sql_of_a_third_town_sees_and_changes_nothing(sent):
    third = MunicipalityFactory()

    with municipality_scope(third):
        assert run("SELECT FROM processes_escalation") == 0
        assert run("SELECT FROM processes_escalationevent") == 0
        assert run("UPDATE processes_escalation SET answer = 'x', state = 'answered'") == 0
        assert run("DELETE FROM processes_escalation") == 0
        refused(
            "INSERT INTO processes_escalationevent (escalation_id, state, text, by_id, at)"
            " VALUES (%s, 'answered', 'x', %s, now())",
            [sent.pk, sent.by_id],
        )


@pytest.mark.parametrize(
    "change",
    ["reason = 'x'", "title = 'x'", "code = 'x'", "path = '/x'", "origin_id = to_municipality_id"]
    + ["sent_at = now() - interval '1 year'", "thread_id = NULL", "before_id = id"],
)
def test_raw_sql_of_the_receiver_changes_nothing_but_the_answer(province, sent, change):
    with municipality_scope(province):
        refused(f"UPDATE processes_escalation SET {change} WHERE id = %s", [sent.pk])
        assert (
            run(
                "UPDATE processes_escalation SET state = 'answered', answer = 'x',"
                " answered_at = now() WHERE id = %s",
                [sent.pk],
            )
            == 1
        )


def test_raw_sql_of_the_sender_answers_nothing_and_takes_nothing_back(district, sent):
    with municipality_scope(district):
        refused("UPDATE processes_escalation SET state = 'answered', answer = 'x'")
        refused("UPDATE processes_escalation SET reason = 'x'")
        refused("DELETE FROM processes_escalation")
        refused("UPDATE processes_escalationevent SET text = 'x'")


def test_raw_sql_answers_once(province, sent):
    answered = "UPDATE processes_escalation SET state = 'answered', answer = %s"
    with municipality_scope(province):
        run(answered, ["x"])
        refused(answered, ["y"])
        refused("UPDATE processes_escalation SET state = 'received'")


COPY = """
INSERT INTO processes_escalation (municipality_id, to_municipality_id, origin_id, before_id, code,
    title, path, reason, state, answer, by_id, sent_at)
SELECT %s, %s, %s, NULL, code, title, path, reason, %s, %s, by_id, now()
FROM processes_escalation LIMIT 1
"""


def test_raw_sql_sends_nothing_answered_and_nothing_in_the_name_of_another(
    district, province, region, sent
):
    with municipality_scope(district):
        refused(COPY, [district.pk, province.pk, district.pk, "answered", "x"])
        refused(COPY, [district.pk, province.pk, region.pk, "sent", ""])
        refused(COPY, [province.pk, region.pk, district.pk, "sent", ""])
        assert run(COPY, [district.pk, province.pk, district.pk, "sent", ""]) == 1


def test_the_region_sees_of_others_only_what_reached_it(region, province, sent, of_province):
    with municipality_scope(region):
        assert not Escalation.objects.exists()
    with municipality_scope(province):
        actions.pass_on(sent, by=of_province, text="Es regional.")
    with municipality_scope(region):
        assert Escalation.objects.count() == 2
