"""The pages of desks and tables, as officers meet them in a browser without scripts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.enums import Role
from municipalities.rls import municipality_scope
from tests.factories import (
    DeskFactory,
    PollFactory,
    QuestionFactory,
    ShiftFactory,
    TableFactory,
    UserFactory,
    cast_into,
    is_over,
    recounted,
    sign,
)
from tests.votes.at_a_desk import (
    NOBODY,
    ROSA,
    channel,
    officer_of,
    resident,
    table_of,
    town_of_votes,
)
from tests.votes.test_paper_recount import photo
from votes import keys, papers
from votes.actions import paper_recount
from votes.enums import CastChannel, PaperAct, QuestionKind, TableStep
from votes.models import Desk, Mark, PaperEntry, PaperEvent, Shift, Table


@pytest.fixture
def town():
    municipality = town_of_votes(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def table(town):
    return table_of(town)


@pytest.fixture
def officer(town, table):
    return officer_of(town, table)


def at(name, *args):
    return reverse(f"votes:{name}", args=["otuzco", *args])


def hidden(response):
    """What a form carries without showing it."""
    html = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def look_up(client, table, number=ROSA, **facts):
    facts = {"kind": "dni", "number": number, "seen_in_person": "on"} | facts
    return client.post(at("hand_out", table.pk), facts)


def confirm(client, table, shown, *tables, again=ROSA):
    ticked = [one.pk for one in tables or (table,)]
    facts = hidden(shown) | {"tables": ticked, "again": again}
    return client.post(at("hand_out", table.pk), facts, follow=True)


# --- Handing out


def test_a_resident_gets_a_paper_in_two_pages(client, town, table, officer):
    rosa = resident(town)
    client.force_login(officer)

    shown = look_up(client, table)
    assertContains(shown, "Residencia comprobada")
    told = confirm(client, table, shown)

    assertContains(told, "Marcado. Entrega la cédula")
    assert channel(table.poll, rosa) == CastChannel.PAPER


def test_no_page_keeps_or_repeats_the_document(client, town, table, officer, caplog):
    resident(town)
    client.force_login(officer)

    shown = look_up(client, table)
    told = confirm(client, table, shown)

    for answer in (shown, told):
        assertNotContains(answer, ROSA)
        assert "no-store" in answer.headers["Cache-Control"]
    assert ROSA not in str(dict(client.session))
    assert ROSA not in caplog.text


def test_another_number_than_the_first_marks_nobody(client, town, table, officer):
    resident(town)
    resident(town, number=NOBODY)
    client.force_login(officer)

    answer = confirm(client, table, look_up(client, table), again=NOBODY)

    assert answer.status_code == 422
    assertContains(answer, "No es el número que escribiste primero", status_code=422)
    assert not Mark.objects.exists()


def test_a_page_of_one_officer_is_of_no_use_to_another(client, town, table, officer):
    resident(town)
    client.force_login(officer)
    shown = look_up(client, table)
    client.force_login(officer_of(town, table))

    assert confirm(client, table, shown).status_code == 422
    assert not Mark.objects.exists()


def test_before_marking_nobody_learns_whether_somebody_voted_on_the_web(
    client, town, table, officer
):
    rosa = resident(town)
    resident(town, number=NOBODY)
    urn = table.poll.urn
    cast_into(urn, person=keys.person_key(urn, rosa), choices={"q1": ["a"]})
    client.force_login(officer)

    pages = [look_up(client, table, number=number) for number in (ROSA, NOBODY)]

    one, other = (re.sub(r'value="[^"]*"|nonce-\S+', "", page.content.decode()) for page in pages)
    assert one == other
    assertContains(confirm(client, table, pages[0]), "Ya había votado por la web")


def test_whose_web_vote_was_replaced_reads_so_on_the_web(client, town, table, officer):
    rosa = resident(town)
    urn = table.poll.urn
    cast_into(urn, person=keys.person_key(urn, rosa), choices={"q1": ["a"]})
    client.force_login(officer)
    confirm(client, table, look_up(client, table))

    client.force_login(rosa.user)

    assertContains(client.get(table.poll.get_absolute_url()), "papel")


def test_pressing_twice_hands_out_one_paper_and_says_so(client, town, table, officer):
    resident(town)
    client.force_login(officer)
    shown = look_up(client, table)

    confirm(client, table, shown)
    again = confirm(client, table, shown)

    assertContains(again, "Una cédula, no más")
    assert PaperEvent.objects.count() == 1


def test_who_has_a_paper_already_is_refused_a_second(client, town, table, officer):
    resident(town)
    client.force_login(officer)
    confirm(client, table, look_up(client, table))

    again = confirm(client, table, look_up(client, table))

    assertContains(again, "Ya recibió una cédula")


def test_of_who_is_on_no_list_the_page_asks_more_and_keeps_what_was_typed(
    client, town, table, officer
):
    client.force_login(officer)

    asked = look_up(client, table, number=NOBODY)
    assertContains(asked, "Distrito donde vive la persona", status_code=422)
    assertContains(asked, NOBODY, status_code=422)

    facts = {"district": town.place.pk, "seen": "DNI y recibo", "consent": "on"}
    shown = look_up(client, table, number=NOBODY, **facts)
    assertContains(shown, "Verificado por ti")
    confirm(client, table, shown, again=NOBODY)

    assert PaperEvent.objects.get().seen == "DNI y recibo"


def test_a_document_that_was_not_seen_gets_no_paper(client, town, table, officer):
    resident(town)
    client.force_login(officer)

    answer = client.post(at("hand_out", table.pk), {"kind": "dni", "number": ROSA})

    assertContains(answer, "sin él nadie recibe", status_code=422)


def test_one_screen_offers_all_polls_of_the_desk(client, town, table, officer):
    other, elsewhere = table_of(town), table_of(town, desk="Mercado")
    rosa = resident(town)
    client.force_login(officer)

    shown = look_up(client, table)
    assertContains(shown, table.poll.title)
    assertContains(shown, other.poll.title)
    assertNotContains(shown, elsewhere.poll.title)
    confirm(client, table, shown, table, other)

    assert channel(table.poll, rosa) == channel(other.poll, rosa) == CastChannel.PAPER


def test_off_shift_the_page_says_who_can_change_that(client, town, table):
    client.force_login(officer_of(town))

    answer = client.get(at("hand_out", table.pk), follow=True)

    assertContains(answer, "Ahora no tienes turno")


def test_a_spoiled_paper_and_papers_brought_are_written_down(client, town, table, officer):
    resident(town)
    client.force_login(officer)
    confirm(client, table, look_up(client, table))

    page = client.get(at("spoiled_paper", table.pk))
    client.post(at("spoiled_paper", table.pk), hidden(page))
    page = client.get(at("supply_papers", table.pk))
    client.post(at("supply_papers", table.pk), hidden(page) | {"number": 25})

    acts = set(PaperEvent.objects.values_list("act", flat=True))
    assert acts == {PaperAct.HANDED, PaperAct.SPOILED, PaperAct.SUPPLIED}
    assert Table.objects.get().supplied == 75


def test_in_a_test_pretend_voters_come_to_the_desk(client, town):
    table = table_of(town, is_test=True)
    client.force_login(officer_of(town, table))

    page = client.get(at("hand_out", table.pk))
    told = client.post(at("hand_out", table.pk), hidden(page) | {"pretender": 3}, follow=True)

    assertContains(told, "Marcado")


# --- The recount


@pytest.fixture
def over(town):
    """Its poll of two questions has closed, with two papers handed out."""
    poll = PollFactory(municipality=town)
    QuestionFactory(
        municipality=town,
        poll=poll,
        position=2,
        kind=QuestionKind.RANKED,
        title="¿Qué va primero?",
        options=("Agua", "Luz"),
    )
    table = TableFactory(municipality=town, poll=poll)
    is_over(poll)
    return table


@pytest.fixture
def typist(town):
    return officer_of(town, role=Role.EVALUATOR)


ACTA = {"signatures": 0, "spoiled": 0, "left_over": 50, "papers": 0, "blank": 0, "void": 0}


def test_the_acta_says_what_does_not_add_up_and_keeps_what_was_typed(client, over, typist):
    client.force_login(typist)
    client.post(at("empty_box", over.pk))

    wrong = client.post(at("acta_of_table", over.pk), ACTA | {"left_over": 48, "photo": photo()})

    assertContains(wrong, "suman 48", status_code=422)
    assertContains(wrong, 'value="48"', status_code=422)
    right = client.post(at("acta_of_table", over.pk), ACTA | {"photo": photo()}, follow=True)
    assertContains(right, "Mesa cuadrada")


def test_the_sums_are_said_while_one_types(client, over, typist):
    client.force_login(typist)

    assertContains(client.get(at("sums_of_table", over.pk), ACTA), "Todo cuadra")
    assertContains(client.get(at("sums_of_table", over.pk), ACTA | {"left_over": 49}), "suman 49")
    assertContains(client.get(at("sums_of_table", over.pk), {"papers": "x"}), "sobrantes")


def test_a_paper_on_each_screen(client, over, typist):
    sign(over)
    client.force_login(typist)
    client.post(at("enter", over.pk))

    page = client.get(at("enter", over.pk))
    assertContains(page, "Cédula 1")
    save = {"do": "save", "number": 1, "q1": "a", "q2-a": "2", "q2-b": "1"}
    told = client.post(at("enter", over.pk), save, follow=True)

    assertContains(told, "Cédula 1: Sí · Luz, Agua")
    assertContains(told, "Cédula 2")
    assert PaperEntry.objects.get().answers == {"q1": ["a"], "q2": ["b", "a"]}


def test_a_screen_left_empty_is_no_blank_paper(client, over, typist):
    sign(over)
    client.force_login(typist)
    client.post(at("enter", over.pk))

    empty = client.post(at("enter", over.pk), {"do": "save", "number": 1})
    assertContains(empty, "en blanco y nulo también cuentan", status_code=422)

    said = {"do": "save", "number": 1, "q1": "-void", "q2-state": "-blank"}
    client.post(at("enter", over.pk), said)
    assert PaperEntry.objects.get().answers == {"q1": None, "q2": []}


def test_the_list_takes_lines_of_codes_and_names_what_is_wrong(client, over, typist):
    sign(over)
    client.force_login(typist)
    client.post(at("enter", over.pk))

    wrong = client.post(at("enter_list", over.pk), {"p1-q1": "1", "p1-q2": "7"})
    assertContains(wrong, "«7» no es una opción", status_code=422)
    assert not PaperEntry.objects.exists()

    lines = {"p1-q1": "1", "p1-q2": "21", "p2-q1": "*", "p2-q2": "0"}
    client.post(at("enter_list", over.pk), lines)
    assert list(PaperEntry.objects.order_by("number").values_list("answers", flat=True)) == [
        {"q1": ["a"], "q2": ["b", "a"]},
        {"q1": None, "q2": []},
    ]


def test_neither_sees_what_the_other_enters(client, over, typist):
    sign(over)
    client.force_login(typist)
    client.post(at("enter", over.pk))
    rosa = UserFactory(display_name="Rosa")
    part = paper_recount.take_part(over, by=rosa)

    before = seen_while_entering(client, over)
    paper_recount.enter(part, read={1: {"q1": ["b"], "q2": []}}, by=rosa)

    assert seen_while_entering(client, over) == before
    assertContains(client.get(at("table", over.pk)), "Rosa, 1 cédulas")


def seen_while_entering(client, table):
    pages = [client.get(at(name, table.pk)) for name in ("enter", "enter_list")]
    return [re.sub(r'value="[^"]*"|nonce-\S+', "", page.content.decode()) for page in pages]


def test_a_third_who_reads_like_neither_looks_twice(client, over, typist):
    sign(over)
    for second in (["a"], []):
        part = paper_recount.take_part(over, by=UserFactory())
        paper_recount.enter(
            part,
            read={1: {"q1": ["a"], "q2": []}, 2: {"q1": second, "q2": []}},
            by=part.by,
        )
    client.force_login(typist)
    client.post(at("enter", over.pk))
    mine = {"do": "save", "number": 2, "q1": "b", "q2-state": "-blank"}

    assertContains(client.post(at("enter", over.pk), mine), "Mírala otra vez", status_code=422)
    client.post(at("enter", over.pk), mine | {"sure": "1"})

    assert papers.step_of(Table.objects.get(pk=over.pk)) == TableStep.SETTLED
    assert papers.of_urn(over.poll.urn)[0].answers[1] == {"q1": ["b"], "q2": []}


def test_nobody_takes_a_part_by_looking(client, over, typist):
    sign(over)
    client.force_login(typist)

    client.get(at("enter", over.pk))

    assert not over.parts.exists()


# --- Desks


def test_staff_open_a_desk_and_set_a_shift(client, town):
    staff, officer = officer_of(town, role=Role.ADMINISTRATOR), officer_of(town)
    client.force_login(staff)
    client.post(at("new_desk"), {"name": "Mercado", "address": "Jr. Lima 1", "is_active": "on"})
    desk = Desk.objects.get()
    hours = {"officer": officer.pk, "starts_at": "2030-01-05T08:00", "ends_at": "2030-01-05T16:00"}

    client.post(at("desk_of_papers", desk.pk), hours | {"do": "shift"})
    again = client.post(at("desk_of_papers", desk.pk), hours | {"do": "shift"})

    assertContains(again, "ya atiende una mesa", status_code=422)
    shift = Shift.objects.get()
    client.post(at("end_shift", shift.pk))
    assert not Shift.objects.exists()


def test_staff_say_which_desks_work_for_a_poll(client, town):
    poll = PollFactory(municipality=town)
    desk = DeskFactory(municipality=town)
    client.force_login(officer_of(town, role=Role.EVALUATOR))

    client.post(at("poll_desks", poll.pk), {f"works-{desk.pk}": "on", f"papers-{desk.pk}": "80"})

    assert list(poll.tables.values_list("desk", "supplied")) == [(desk.pk, 80)]
    assertContains(client.get(at("poll_desks", poll.pk)), 'value="80"')


def test_desk_officers_do_not_set_desks(client, town, officer):
    client.force_login(officer)

    assert client.get(at("desks")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_same_queries_for_one_or_many(
    client, town, count, django_assert_max_num_queries
):
    names = ["a", "b", "c"][:count]
    for name in names:
        poll = PollFactory(municipality=town, desks=[name])
        is_over(poll)
        for table in poll.tables.all():
            sign(table)
            ShiftFactory(
                municipality=town,
                desk=table.desk,
                officer=officer_of(town),
                starts_at=timezone.now() + timedelta(days=1),
                ends_at=timezone.now() + timedelta(days=2),
            )
    client.force_login(officer_of(town, role=Role.ADMINISTRATOR))

    for page in ("tables", "desks"):
        with django_assert_max_num_queries(16):
            assert client.get(at(page)).status_code == 200


@pytest.mark.parametrize("settled", [True, False])
def test_everything_at_a_table_can_be_printed(client, town, typist, settled):
    table = TableFactory(municipality=town)
    if settled:
        recounted(table, [{"q1": ["a"]}])
    client.force_login(typist)

    for page in (
        at("paper_ballot", table.poll_id),
        at("signatures_sheet", table.pk),
        at("acta_sheet", table.pk),
    ):
        answer = client.get(page)
        assert answer.content.startswith(b"%PDF")
    assert client.get(at("table", table.pk)).status_code == 200
