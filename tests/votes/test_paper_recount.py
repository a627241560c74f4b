"""The recount of a table: box, acta, two who do not see each other, a third, and what is settled."""

import hashlib
import io
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from PIL import Image as Pillow

from municipalities.rls import municipality_scope
from tests.factories import (
    PaperEventFactory,
    PollFactory,
    TableFactory,
    UserFactory,
    is_over,
    recounted,
    sign,
)
from tests.votes.at_a_desk import officer_of, table_of, town_of_votes
from votes import counting, papers, readings
from votes.actions import paper, paper_recount as actions
from votes.enums import EntryRole, PaperAct, TableStep
from votes.models import EntryPart, PaperEntry, Table


YES, NO, BLANK, VOID = {"q1": ["a"]}, {"q1": ["b"]}, {"q1": []}, {"q1": None}


@pytest.fixture
def town():
    municipality = town_of_votes()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def table(town):
    """Its poll has closed, with three papers handed out, and nobody has touched the box."""
    table = TableFactory(municipality=town)
    PaperEventFactory.create_batch(3, municipality=town, table=table, act=PaperAct.HANDED)
    is_over(table.poll)
    return table


@pytest.fixture
def officer(town, table):
    return officer_of(town, table)


def photo():
    out = io.BytesIO()
    Pillow.new("RGB", (40, 30), "white").save(out, "JPEG")
    return ContentFile(out.getvalue(), "acta.jpg")


def figures(**others):
    return {
        "signatures": 3,
        "spoiled": 0,
        "left_over": 47,
        "papers": 3,
        "blank": 0,
        "void": 0,
    } | others


def signed(table, officer, *, note="", **others):
    actions.empty_box(table, by=officer)
    return actions.sign(table, figures=figures(**others), note=note, photo=photo(), by=officer)


def enters(table, *read, by=None):
    """Somebody takes the part that is free and enters what they read, paper by paper."""
    by = by or UserFactory()
    part = actions.take_part(table, by=by)
    for number, answers in zip(actions.left_to_enter(part), read, strict=True):
        part = actions.enter(part, read={number: answers}, by=by)
    return part


def now(table):
    return papers.step_of(Table.objects.get(pk=table.pk))


# --- The box and the acta


def test_a_box_stays_closed_while_people_vote(town):
    table = table_of(town)
    officer = officer_of(town, table)

    with pytest.raises(actions.CannotRecount, match="Todavía se vota"):
        actions.empty_box(table, by=officer)
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        Table.objects.update(emptied_at=timezone.now())


def test_once_the_box_is_emptied_no_paper_is_exchanged(table, officer):
    actions.empty_box(table, by=officer)

    with pytest.raises(paper.CannotHandOut):
        paper.replace_spoiled(table, attempt=uuid4(), by=officer)
    with pytest.raises(DatabaseError, match="empty"), transaction.atomic():
        PaperEventFactory(municipality=table.municipality, table=table)


def test_an_acta_that_adds_up_is_kept_with_its_photo(table, officer):
    actions.empty_box(table, by=officer)

    kept = actions.sign(table, figures=figures(), note="", photo=photo(), by=officer)

    assert papers.acta_of(kept) == figures() | {
        "supplied": 50,
        "note": "",
        "photo": hashlib.sha256(kept.photo.file.open("rb").read()).hexdigest(),
    }
    assert kept.photo.by_office
    assert now(table) == TableStep.ENTRIES


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"left_over": 46}, "suman 49"),
        ({"papers": 2}, "suman 2"),
        ({"blank": 2, "void": 2}, "más que las 3"),
        ({"signatures": 2, "left_over": 48, "papers": 2}, "3 cédulas entregadas"),
        ({"spoiled": 1, "papers": 2}, "malogradas"),
    ],
)
def test_figures_that_do_not_add_up_need_a_reason(table, officer, wrong, said):
    with pytest.raises(actions.SaysNoReason) as refusal:
        signed(table, officer, **wrong)
    assert any(said in one for one in refusal.value.sums)
    with pytest.raises(DatabaseError), transaction.atomic():
        sign_by_hand(table, **figures(**wrong))

    kept = signed(table, officer, note="Una vecina se llevó su cédula.", **wrong)

    assert papers.acta_of(kept)["note"] == "Una vecina se llevó su cédula."


def sign_by_hand(table, **facts):
    Table.objects.filter(pk=table.pk).update(
        **facts,
        emptied_at=timezone.now(),
        signed_at=timezone.now(),
        signed_by=UserFactory(),
        photo=TableFactory(municipality=table.municipality, signed=True).photo,
        photo_sha256="0" * 64,
    )


def test_no_acta_without_a_photo(table, officer):
    actions.empty_box(table, by=officer)

    with pytest.raises(actions.CannotRecount, match="foto"):
        actions.sign(table, figures=figures(), note="", photo=None, by=officer)


def test_an_acta_before_the_box_is_emptied_is_refused(table, officer):
    with pytest.raises(actions.CannotRecount):
        actions.sign(table, figures=figures(), note="", photo=photo(), by=officer)


def test_a_correction_keeps_what_the_acta_said_and_begins_afresh(table, officer):
    signed(table, officer)
    enters(table, YES, YES, NO)

    with pytest.raises(actions.CannotRecount):
        actions.sign(table, figures=figures(), note="", photo=None, by=officer)
    kept = actions.sign(
        table, figures=figures(void=1), note="Había una nula.", photo=None, by=officer
    )

    assert (kept.round, kept.void) == (2, 1)
    assert "0 nulas" in kept.note
    assert PaperEntry.objects.count() == 3


def test_the_database_changes_no_figure_of_a_signed_acta(table, officer):
    signed(table, officer)

    with pytest.raises(DatabaseError, match="afresh"), transaction.atomic():
        Table.objects.update(blank=1)
    with pytest.raises(DatabaseError, match="go back"), transaction.atomic():
        Table.objects.update(signed_at=None, signed_by=None)


def test_an_empty_box_needs_nobody_to_enter_anything(town):
    table = TableFactory(municipality=town)
    is_over(table.poll)
    none = figures(signatures=0, left_over=50, papers=0)

    actions.empty_box(table, by=UserFactory())
    actions.sign(table, figures=none, note="", photo=photo(), by=UserFactory())

    assert now(table) == TableStep.SETTLED
    assert papers.of_urn(table.poll.urn)[0].answers == []


# --- Entering


def test_two_who_read_the_same_settle_the_table(table, officer):
    signed(table, officer)

    enters(table, YES, NO, YES)
    assert now(table) == TableStep.ENTRIES
    enters(table, YES, NO, YES)

    assert now(table) == TableStep.SETTLED
    assert papers.of_urn(table.poll.urn)[0].answers == [YES, NO, YES]
    assert papers.why_not_ready(table.poll.urn) == ""


def test_nobody_has_two_parts(table, officer):
    signed(table, officer)
    rosa = UserFactory()
    first = enters(table, YES, NO, YES, by=rosa)

    assert actions.take_part(table, by=rosa) == first
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryPart.objects.create(
            municipality=table.municipality, table=table, round=1, role=EntryRole.SECOND, by=rosa
        )


def test_a_fourth_has_no_part(table, officer):
    signed(table, officer)
    actions.take_part(table, by=UserFactory())
    actions.take_part(table, by=UserFactory())

    with pytest.raises(actions.CannotRecount):
        actions.take_part(table, by=UserFactory())


def test_nobody_enters_for_another(table, officer):
    signed(table, officer)
    part = actions.take_part(table, by=UserFactory())

    with pytest.raises(actions.CannotRecount):
        actions.enter(part, read={1: YES}, by=UserFactory())


def test_what_is_entered_stays(table, officer):
    signed(table, officer)
    rosa = UserFactory()
    part = actions.take_part(table, by=rosa)
    actions.enter(part, read={1: YES}, by=rosa)

    actions.enter(part, read={1: YES}, by=rosa)  # pressed twice
    with pytest.raises(actions.CannotRecount, match="queda"):
        actions.enter(part, read={1: NO}, by=rosa)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        PaperEntry.objects.update(answers=NO)


def test_a_paper_that_there_is_not_is_refused(table, officer):
    signed(table, officer)
    rosa = UserFactory()
    part = actions.take_part(table, by=rosa)

    with pytest.raises(actions.CannotRecount):
        actions.enter(part, read={4: YES}, by=rosa)


def test_a_third_settles_the_one_paper_that_differs(table, officer):
    signed(table, officer)
    enters(table, YES, NO, YES)
    enters(table, YES, NO, NO)
    assert now(table) == TableStep.THIRD

    third = UserFactory()
    part = actions.take_part(table, by=third)
    assert (part.role, actions.left_to_enter(part)) == (EntryRole.THIRD, [3])
    actions.enter(part, read={3: NO}, by=third)

    assert now(table) == TableStep.SETTLED
    assert papers.of_urn(table.poll.urn)[0].answers == [YES, NO, NO]
    assert PaperEntry.objects.count() == 7


def test_with_too_many_differences_everything_is_entered_afresh(table, officer):
    signed(table, officer)
    enters(table, YES, NO, YES)
    enters(table, YES, YES, NO)

    table.refresh_from_db()
    assert (table.round, now(table)) == (2, TableStep.ENTRIES)
    assert "2 de 3" in table.entries_note

    enters(table, YES, YES, NO)
    enters(table, YES, YES, NO)
    assert papers.of_urn(table.poll.urn)[0].answers == [YES, YES, NO]
    assert PaperEntry.objects.count() == 12


@pytest.mark.parametrize(
    ("differing", "of", "too_many"),
    [(1, 12, False), (2, 12, True), (1, 100, False), (2, 101, False), (3, 200, True)],
)
def test_one_paper_in_each_begun_hundred_may_differ(differing, of, too_many):
    assert papers.are_too_many(differing, of) is too_many


def test_blank_papers_that_the_acta_does_not_know_are_settled_with_a_note(table, officer):
    signed(table, officer)
    enters(table, YES, BLANK, VOID)
    enters(table, YES, BLANK, VOID)
    assert now(table) == TableStep.TOTALS
    assert "en blanco o nulas" in papers.why_not_ready(table.poll.urn)

    with pytest.raises(actions.CannotRecount):
        actions.settle(table, note="", by=officer)
    actions.settle(table, note="El acta no las contó.", by=officer)

    assert now(table) == TableStep.SETTLED
    (told,) = papers.of_urn(table.poll.urn)
    assert told.acta["note"] == "El acta no las contó."
    assert told.answers == [YES, BLANK, VOID]


def test_staff_may_have_everything_entered_afresh_and_say_why(table, officer):
    signed(table, officer)
    enters(table, YES, BLANK, NO)
    enters(table, YES, BLANK, NO)

    actions.enter_afresh(table, why="La cédula 2 tiene una marca tenue.", by=officer)

    table.refresh_from_db()
    assert (table.round, now(table)) == (2, TableStep.ENTRIES)
    assert "marca tenue" in table.entries_note


def test_a_settled_table_does_not_change(town):
    table = recounted(TableFactory(municipality=town), [YES, NO])

    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        Table.objects.update(entries_note="x")
    with pytest.raises(actions.CannotRecount):
        actions.take_part(table, by=UserFactory())


def test_no_table_is_settled_before_two_have_entered_every_paper(town):
    TableFactory(municipality=town, signed=True)

    with pytest.raises(DatabaseError, match="two people"), transaction.atomic():
        Table.objects.update(settled_at=timezone.now())


def test_what_is_missing_is_said_of_each_table(town):
    poll = PollFactory(municipality=town, desks=["Mercado", "Plaza"])
    is_over(poll)
    market = poll.tables.get(desk__name="Mercado")
    sign(market)

    missing = papers.why_not_ready(poll.urn)

    assert "Mercado: Falta que dos personas ingresen las cédulas." in missing
    assert "Plaza: Falta vaciar el ánfora" in missing


@pytest.mark.parametrize("count", [1, 3])
def test_steps_of_many_tables_cost_as_many_queries_as_of_one(
    town, count, django_assert_num_queries
):
    poll = PollFactory(municipality=town, desks="abc"[:count])
    is_over(poll)
    for table in poll.tables.all():
        sign(table)
        enters(table, YES, NO)
        enters(table, YES, YES)
    rows = list(Table.objects.select_related("poll__urn"))

    with django_assert_num_queries(2):
        steps = papers.steps_of(rows)

    assert set(steps.values()) == {TableStep.THIRD}


# --- Reading a paper


def question(kind, **facts):
    return {"id": "q", "kind": kind, "options": ["a", "b", "c"]} | facts


@pytest.mark.parametrize(
    ("asked", "code", "answer"),
    [
        (question("single"), "2", ["b"]),
        (question("single"), "0", []),
        (question("single"), "*", None),
        (question("single"), "n", None),
        (question("single"), "12", None),
        (question("single"), "11", ["a"]),
        (question("multiple", most=2), "31", ["a", "c"]),
        (question("multiple", most=2), "1 2 3", None),
        (question("approval"), "3,1,2", ["a", "b", "c"]),
        (question("ranked"), "312", ["c", "a", "b"]),
        (question("score", scale=[0, 5]), "5 # 0", {"a": 5, "c": 0}),
        (question("score", scale=[0, 5]), "501", {"a": 5, "b": 0, "c": 1}),
        (question("score", scale=[0, 5], options=["a"]), "0", {"a": 0}),
        (question("points", points=10), "4 6 #", {"a": 4, "b": 6}),
        (question("open", length=80), "Más agua", "Más agua"),
        (question("open", length=80), "0", ""),
    ],
)
def test_what_a_code_says(asked, code, answer):
    assert readings.of_code(asked, code) == answer
    if answer is not None:
        counting.check(asked, answer)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (question("single"), ""),
        (question("single"), "4"),
        (question("single"), "½"),
        (question("ranked"), "11"),
        (question("score", scale=[0, 5]), "5 6 1"),
        (question("score", scale=[0, 5]), "5 1"),
        (question("points", points=10), "9 9 #"),
        (question("points", points=10), "a b c"),
    ],
)
def test_a_code_that_says_nothing_is_refused(asked, code):
    with pytest.raises(readings.BadCode):
        readings.of_code(asked, code)


def test_of_free_text_two_people_need_not_write_the_same_letters():
    asked = [question("open", length=80)]

    assert readings.same(asked, {"q": "Mas agua"}, {"q": "Más agua."})
    assert not readings.same(asked, {"q": "Más agua"}, {"q": ""})
    assert not readings.same(asked, {"q": "Más agua"}, {"q": None})


def test_a_whole_paper_is_blank_or_void_only_in_every_question():
    read = [
        {"q1": [], "q2": []},
        {"q1": [], "q2": ["a"]},
        {"q1": None, "q2": None},
        {"q1": None, "q2": []},
    ]

    assert papers.totals_of(read) == (1, 1)
