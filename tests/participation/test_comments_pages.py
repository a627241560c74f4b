"""What a page of comments shows and costs, be there three or twenty thousand."""

import os
import re
import uuid

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.rls import municipality_scope, scoped_transaction
from participation.actions import comments, reactions
from participation.conversation import PER_PAGE, REPLIES, strongest_arguments
from participation.enums import Side, ThreadKind
from participation.models import Comment
from tests.factories import (
    CommentFactory,
    ConversationSettingsFactory,
    MunicipalityFactory,
    ProposalFactory,
    ReactionFactory,
    ResidentFactory,
    ThreadFactory,
    UserFactory,
)


MANY = 20_000
FILL = """
INSERT INTO participation_comment
    (municipality_id, thread_id, parent_id, author_id, text, side, channel, created_at, by_resident,
     as_office, organisation, mentions, hidden_rule, reply_count, imported_code, imported_agrees,
     imported_disagrees, agrees, disagrees, resident_agrees, resident_disagrees)
SELECT %(town)s, %(thread)s, %(parent)s, %(author)s, 'Comment ' || n,
    CASE n %% 3 WHEN 0 THEN 'for' WHEN 1 THEN 'against' ELSE 'neutral' END, 'web',
    now() - n * interval '1 minute', false, '', '', '{}', '', 0, '', 0, 0,
    n %% 97, n %% 13, n %% 7, 0
FROM generate_series(1, %(number)s) n
"""


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def proposal(otuzco):
    return ProposalFactory(municipality=otuzco, published=True)


@pytest.fixture
def thread(proposal):
    thread = proposal.thread
    thread.is_public, thread.path = True, proposal.get_absolute_url()
    thread.save()
    return thread


def fill(thread, number, parent=None):
    values = {
        "town": thread.municipality_id,
        "thread": thread.pk,
        "parent": parent and parent.pk,
        "author": UserFactory().pk,
        "number": number,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)


def talk(thread, number):
    """So many comments, each with replies to any depth that is on screen."""
    for _each in range(number):
        above = None
        for _level in range(4):
            above = CommentFactory(
                municipality=thread.municipality, thread=thread, parent=above, by_resident=True
            )


def queries_of(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(frame)]


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_conversation_asks_the_same_for_one_or_many(client, thread, signed_in):
    if signed_in:
        client.force_login(ResidentFactory(district=thread.municipality.place).user)
    talk(thread, 1)
    one = queries_of(lambda: client.get(thread.path))
    talk(thread, 20)
    many = queries_of(lambda: client.get(f"{thread.path}?orden=nuevos"))

    assert len(one) == len(many)
    assert len([q for q in many if 'FROM "participation_comment"' in q]) == 4


@pytest.fixture
def busy(transactional_db):
    """A thread with very many comments, one with very many replies; the statistics know it."""
    otuzco = MunicipalityFactory(slug="otuzco")
    with scoped_transaction(otuzco):
        proposal = ProposalFactory(municipality=otuzco, published=True)
        thread = proposal.thread
        thread.is_public, thread.path = True, proposal.get_absolute_url()
        thread.save()
        fill(thread, MANY)
        fill(thread, MANY // 10, parent=Comment.objects.order_by("-score", "-pk").first())
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name, autocommit=True) as owner:
        owner.execute("ANALYZE participation_comment")
    return thread


def test_the_first_page_of_twenty_thousand_reads_only_what_it_shows(client, busy):
    for order in ("mejores", "nuevos", "hablados", "antiguos"):
        page = f"{busy.path}?orden={order}"
        asked = queries_of(lambda page=page: client.get(page))
        html = client.get(page).content.decode()
        assert 0 < html.count('<li class="comment"') <= PER_PAGE * 4
        with scoped_transaction(busy.municipality):
            for query in (q for q in asked if 'FROM "participation_comment"' in q):
                plan = explain(query)
                assert "Seq Scan on participation_comment" not in plan, (order, plan)
                assert rows_read(plan) <= 100, (order, plan)


def test_the_strongest_of_twenty_thousand_are_found_at_once(busy):
    with scoped_transaction(busy.municipality):
        asked = queries_of(lambda: strongest_arguments(busy))
        plans = [explain(query) for query in asked if 'FROM "participation_comment"' in query]

    assert [rows_read(plan) <= 10 for plan in plans] == [True, True]


def test_the_municipality_s_answer_is_on_the_page_however_many_answered_before(client, thread):
    first = CommentFactory(municipality=thread.municipality, thread=thread)
    many = {"municipality": thread.municipality, "thread": thread, "parent": first}
    CommentFactory.create_batch(5, **many)
    answer = CommentFactory(as_office="Gerencia de Obras", **many)

    page = client.get(thread.path).content.decode()

    assert answer.text in page
    assert "is-office" in page


def explain(query):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query}")
        return "\n".join(line for (line,) in cursor.fetchall())


def rows_read(plan):
    """The most rows that one step of the plan gives or throws away, over all its loops."""
    given = [
        float(rows) * int(loops) for rows, loops in re.findall(r"rows=([\d.]+) loops=(\d+)", plan)
    ]
    thrown = [int(rows) for rows in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
    return max([*given, *thrown])


def test_the_first_replies_are_shown_and_the_way_to_the_others(client, thread):
    first = CommentFactory(municipality=thread.municipality, thread=thread)
    replies = CommentFactory.create_batch(
        5, municipality=thread.municipality, thread=thread, parent=first
    )

    page = client.get(thread.path).content.decode()
    alone = client.get(address("comment", first)).content.decode()

    shown = REPLIES[0]
    assert [reply.text in page for reply in replies] == [True] * shown + [False] * (5 - shown)
    assert address("comment", first) in page
    assert all(reply.text in alone for reply in replies)


def address(name, thing):
    return reverse(f"participation:{name}", args=["otuzco", thing.pk])


def test_below_the_third_level_one_goes_on_at_the_address_of_a_comment(client, thread):
    chain, above = [], None
    for _level in range(7):
        above = CommentFactory(municipality=thread.municipality, thread=thread, parent=above)
        chain.append(above)

    page = client.get(thread.path).content.decode()
    third = client.get(address("comment", chain[2])).content.decode()

    assert [one.text in page for one in chain] == [True] * 3 + [False] * 4
    assert address("comment", chain[2]) in page
    assert [one.text in third for one in chain[2:]] == [True] * 3 + [False] * 2


def test_pages_follow_one_another_without_gaps(client, thread):
    CommentFactory.create_batch(45, municipality=thread.municipality, thread=thread)
    seen = []
    for number in range(1, 45 // PER_PAGE + 2):
        page = client.get(f"{thread.path}?orden=antiguos&page={number}").content.decode()
        seen += re.findall(r'id="comentario-(\d+)"', page)

    assert seen == [str(pk) for pk in Comment.objects.order_by("pk").values_list("pk", flat=True)]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "2", "²", "1001"])
@pytest.mark.parametrize("order", ["mejores", "", "x'; --", "\x00"])
def test_no_address_breaks_the_page(client, thread, page, order):
    talk(thread, 1)

    answer = client.get(thread.path, {"page": page, "orden": order, "nuevo": page})

    assert answer.status_code == 200


def test_visitors_get_the_page_and_the_order_they_ask_for(client, thread):
    """What is kept for visitors is kept for each page by itself."""
    CommentFactory.create_batch(PER_PAGE + 5, municipality=thread.municipality, thread=thread)
    first = client.get(thread.path).content.decode()
    second = client.get(f"{thread.path}?page=2").content.decode()

    shown = [set(re.findall(r'id="comentario-(\d+)"', page)) for page in (first, second)]
    assert [len(some) for some in shown] == [PER_PAGE, 5]
    assert shown[0].isdisjoint(shown[1])


def test_a_single_voice_does_not_beat_many(client, thread):
    """Wilson's lower bound: ten of eleven are better than one of one."""
    one, many = CommentFactory.create_batch(2, municipality=thread.municipality, thread=thread)
    ReactionFactory(municipality=thread.municipality, thread=thread, comment=one)
    for agrees in [True] * 10 + [False]:
        ReactionFactory(
            municipality=thread.municipality, thread=thread, comment=many, agrees=agrees
        )

    page = client.get(thread.path).content.decode()

    assert page.index(many.text) < page.index(one.text)


def test_the_municipality_says_whether_all_count_in_the_order(client, otuzco, thread):
    popular, local = CommentFactory.create_batch(2, municipality=otuzco, thread=thread)
    for _each in range(5):
        reactions.react(thread, popular, by=UserFactory(), agrees=True)
    for _each in range(3):
        neighbour = ResidentFactory(district=otuzco.place).user
        reactions.react(thread, local, by=neighbour, agrees=True)

    client.force_login(UserFactory())  # nothing is kept for who is signed in
    everybody = client.get(thread.path).content.decode()
    ConversationSettingsFactory(municipality=otuzco, counts_unverified=False)
    residents = client.get(thread.path).content.decode()

    assert everybody.index(popular.text) < everybody.index(local.text)
    assert residents.index(local.text) < residents.index(popular.text)


def test_what_one_has_just_said_is_on_the_page_wherever_its_place_is(client, thread):
    fill(thread, 60)
    rosa = UserFactory()
    said = comments.comment(thread, by=rosa, text="What I say", form_key=uuid.uuid4())
    client.force_login(rosa)

    page = client.get(f"{thread.path}?nuevo={said.pk}").content.decode()
    client.logout()
    others = client.get(f"{thread.path}?nuevo={said.pk}").content.decode()

    assert f'id="comentario-{said.pk}"' in page
    assert f'id="comentario-{said.pk}"' not in others


def test_the_strongest_arguments_of_both_sides(otuzco):
    thread = ThreadFactory(municipality=otuzco, kind=ThreadKind.DEBATE, is_public=True)
    for side in (Side.FOR, Side.AGAINST):
        for number in range(4):
            comment = CommentFactory(municipality=otuzco, thread=thread, side=side)
            for _each in range(number):
                ReactionFactory(municipality=otuzco, thread=thread, comment=comment)

    columns = [[c.agrees for c in found] for _label, found in strongest_arguments(thread)]

    assert columns == [[3, 2, 1], [3, 2, 1]]
