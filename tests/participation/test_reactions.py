"""Agreeing and disagreeing: once each, changeable, and counted as it is."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from municipalities.rls import municipality_scope, scoped_transaction
from participation.actions import comments, reactions
from participation.actions.visibility import hide_content, show_content
from participation.enums import InterventionKind, ThreadKind
from participation.models import Comment, Intervention, Reaction, Thread
from tests.factories import (
    CommentFactory,
    MunicipalityFactory,
    ResidentFactory,
    ThreadFactory,
    UserFactory,
)


HTMX = {"HX-Request": "true"}
FIGURES = ("agrees", "disagrees", "resident_agrees", "resident_disagrees")


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def thread(otuzco):
    return debate(otuzco)


def debate(town):
    path = "/otuzco/debates/1-mercado/"
    return ThreadFactory(municipality=town, kind=ThreadKind.DEBATE, is_public=True, path=path)


@pytest.fixture
def said(thread):
    return CommentFactory(municipality=thread.municipality, thread=thread)


def figures(thing):
    thing.refresh_from_db()
    return tuple(getattr(thing, name) for name in FIGURES)


def ledger_sum():
    rows = Intervention.objects.filter(kind=InterventionKind.REACTION)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def address(said):
    return reverse("participation:react_to_comment", args=["otuzco", said.pk])


@pytest.mark.parametrize("about", ["thread", "comment"])
def test_one_mind_each_that_may_change_and_be_taken_back(thread, said, about):
    comment = said if about == "comment" else None
    rosa = UserFactory()

    assert reactions.react(thread, comment, by=rosa, agrees=True) is True
    assert reactions.react(thread, comment, by=rosa, agrees=True) is False
    assert figures(comment or thread) == (1, 0, 0, 0)
    assert reactions.react(thread, comment, by=rosa, agrees=False) is False
    assert figures(comment or thread) == (0, 1, 0, 0)
    assert ledger_sum() == 1
    assert reactions.take_back(thread, comment, by=rosa) is True
    assert reactions.take_back(thread, comment, by=rosa) is False
    assert figures(comment or thread) == (0, 0, 0, 0)
    assert (Reaction.objects.count(), ledger_sum()) == (0, 0)


def test_residents_are_counted_besides(otuzco, thread, said):
    resident = ResidentFactory(district=otuzco.place)
    elsewhere = ResidentFactory()

    reactions.react(thread, said, by=resident.user, agrees=True)
    reactions.react(thread, said, by=elsewhere.user, agrees=False)

    assert figures(said) == (1, 1, 1, 0)


def test_who_proves_residence_later_counts_as_a_resident_when_they_say_it_again(otuzco, said):
    rosa = UserFactory()
    reactions.react(said.thread, said, by=rosa, agrees=True)
    ResidentFactory(district=otuzco.place, user=rosa)

    reactions.react(said.thread, said, by=User.objects.get(pk=rosa.pk), agrees=True)

    assert figures(said) == (1, 0, 1, 0)


def test_a_person_with_two_accounts_counts_once(otuzco, thread, said):
    resident = ResidentFactory(district=otuzco.place)
    reactions.react(thread, said, by=resident.user, agrees=True)
    other = UserFactory()
    resident.user = other
    resident.save()

    with pytest.raises(reactions.CannotReact):
        reactions.react(thread, said, by=User.objects.get(pk=other.pk), agrees=True)

    assert figures(said) == (1, 0, 1, 0)


def test_nobody_agrees_with_themselves_or_with_a_proposal_as_a_whole(otuzco, said):
    proposal = ThreadFactory(municipality=otuzco, is_public=True)

    with pytest.raises(reactions.CannotReact):
        reactions.react(said.thread, said, by=said.author, agrees=True)
    with pytest.raises(reactions.CannotReact):
        reactions.react(proposal, by=UserFactory(), agrees=True)


def test_by_form_and_by_htmx_is_the_same(client, thread, said):
    client.force_login(UserFactory())

    fragment = client.post(address(said), {"opinion": "si"}, headers=HTMX)
    plain = client.post(address(said), {"opinion": "si"})

    assert (fragment.status_code, plain.status_code) == (200, 302)
    assert "announce" in fragment["HX-Trigger"]
    assert plain.url == f"{thread.path}?nuevo={said.pk}#comentario-{said.pk}"
    assert figures(said) == (1, 0, 0, 0)


@pytest.mark.parametrize("opinion", ["", "quizas", "1", "\x00"])
def test_what_says_nothing_changes_nothing(client, said, opinion):
    client.force_login(UserFactory())

    assert client.post(address(said), {"opinion": opinion}).status_code == 302
    assert Reaction.objects.count() == 0


def test_visitors_are_taken_to_sign_in(client, said):
    answer = client.post(address(said), {"opinion": "si"})

    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("forged", ["comment of another thread", "thread of another town"])
def test_a_forged_reaction_is_refused_by_the_database(otuzco, thread, forged):
    town = MunicipalityFactory()
    with municipality_scope(town):
        theirs = ThreadFactory(municipality=town, is_public=True)
    keys = {"thread": thread, "comment": CommentFactory(municipality=otuzco)}
    if forged == "thread of another town":
        keys = {"thread_id": theirs.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(municipality=otuzco, user=UserFactory(), agrees=True, **keys)


# --- Races: real commits, real threads.


def in_threads(number, act):
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(act, range(number)))


@pytest.fixture
def committed(transactional_db):
    town = MunicipalityFactory(slug="otuzco")
    with scoped_transaction(town):
        thread = debate(town)
        said = CommentFactory.create_batch(3, municipality=town, thread=thread)
    return town, thread, said


def at_once(town, number, act):
    """Each on a connection of their own."""

    def alone(index):
        try:
            with scoped_transaction(town):
                return act(index)
        finally:
            connection.close()

    return in_threads(number, alone)


def rows(about):
    mine = Reaction.objects.filter(comment=about)
    residents = mine.filter(resident__isnull=False)
    return tuple(
        some.filter(agrees=agrees).count() for some in (mine, residents) for agrees in (True, False)
    )


def test_twenty_times_the_same_at_once_is_one(committed):
    town, thread, said = committed
    rosa = ResidentFactory(district=town.place).user

    new = at_once(
        town, 20, lambda _n: reactions.react(fresh(thread), fresh(said[0]), by=rosa, agrees=True)
    )

    assert sorted(new, reverse=True) == [True] + [False] * 19
    with scoped_transaction(town):
        assert figures(said[0]) == rows(said[0]) == (1, 0, 1, 0)
        assert ledger_sum() == 1


def test_after_many_minds_have_changed_at_once_the_figures_are_the_rows(committed):
    town, thread, said = committed
    people = [*ResidentFactory.create_batch(4, district=town.place)]
    people = [resident.user for resident in people] + UserFactory.create_batch(4)

    def act(index):
        by = User.objects.select_related("resident").get(pk=people[index % 8].pk)
        about = fresh(said[index % 3])
        if index % 5 == 0:
            return reactions.take_back(fresh(thread), about, by=by)
        return reactions.react(fresh(thread), about, by=by, agrees=bool(index % 2))

    at_once(town, 120, act)

    with scoped_transaction(town):
        for comment in said:
            assert figures(comment) == rows(comment)
        assert ledger_sum() == Reaction.objects.count()


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_comments_and_hiding_at_once_keep_the_counts(committed):

    town, thread, said = committed
    people = UserFactory.create_batch(6)

    def act(index):
        parent = Comment.objects.get(pk=said[index % 3].pk)
        by = User.objects.get(pk=people[index % 6].pk)
        if index % 4 == 0:
            hide_content(fresh(thread), parent, by=None, rule="pending")
        elif index % 4 == 1:
            show_content(fresh(thread), parent)
        else:
            try:
                comments.comment(
                    fresh(thread), by=by, text=f"Reply {index}", form_key=uuid4(), parent=parent
                )
            except comments.CannotComment:
                return False
        return True

    at_once(town, 60, act)

    with scoped_transaction(town):
        shown = Comment.objects.shown().filter(thread=thread).count()
        assert Thread.objects.get(pk=thread.pk).comment_count == shown
        for comment in Comment.objects.filter(parent=None):
            assert comment.reply_count == comment.replies.count()


def test_the_same_form_sent_twenty_times_at_once_is_one_comment(committed):
    town, thread, _said = committed
    rosa, key = UserFactory(), uuid4()

    def act(_index):
        by = User.objects.get(pk=rosa.pk)
        return comments.comment(fresh(thread), by=by, text="Once", form_key=key).pk

    assert len(set(at_once(town, 20, act))) == 1

    with scoped_transaction(town):
        assert Comment.objects.filter(author=rosa).count() == 1
        kept = Intervention.objects.filter(kind=InterventionKind.COMMENT)
        assert kept.aggregate(sum=Sum("amount"))["sum"] == 1
