"""Saying something about a thing: who may, what is kept, what is shown."""

import uuid
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.actions import own_data
from accounts.enums import Role
from decide.common import markdown
from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope
from participation import people
from participation.actions import comments, reactions
from participation.enums import InterventionKind, ModerationRule, Side, ThreadKind
from participation.models import Comment, CommentVersion, Event, Intervention, Thread
from participation.rules.comments import why_not_comment
from tests.factories import (
    CommentFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    SuspensionFactory,
    ThreadFactory,
    UserFactory,
)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def thread(otuzco):
    return ThreadFactory(
        municipality=otuzco,
        kind=ThreadKind.DEBATE,
        is_public=True,
        title="Should the market open on Sundays?",
        path="/otuzco/debates/1-mercado/",
    )


@pytest.fixture
def rosa():
    return UserFactory(display_name="Rosa Quispe", handle="rosa-quispe")


def say(thread, by, text="The bridge is narrow.", **more):
    return comments.comment(thread, by=by, text=text, form_key=uuid.uuid4(), **more)


def address(name, thing):
    return reverse(f"participation:{name}", args=["otuzco", thing.pk])


def at_once(act):
    """The keys of a row are looked at now, not when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    act()


def written():
    rows = Intervention.objects.filter(kind=InterventionKind.COMMENT)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def test_a_comment_is_counted_once_and_its_author_is_no_resident_without_proof(thread, rosa):
    said = say(thread, rosa)

    thread.refresh_from_db()
    assert (thread.comment_count, written(), said.by_resident) == (1, 1, False)


def test_residents_are_marked(otuzco, thread):
    resident = ResidentFactory(district=otuzco.place)

    assert say(thread, resident.user).by_resident


def test_the_same_form_sent_twice_is_one_comment(thread, rosa):
    key = uuid.uuid4()
    first = comments.comment(thread, by=rosa, text="Once", form_key=key)

    assert comments.comment(thread, by=rosa, text="Once", form_key=key) == first
    assert (Comment.objects.count(), written()) == (1, 1)


def test_sides_are_of_comments_in_debates_alone(otuzco, thread, rosa):
    proposal = ThreadFactory(municipality=otuzco, is_public=True)
    argument = say(thread, rosa, side=Side.FOR)

    assert argument.side == Side.FOR
    assert say(thread, rosa, side=Side.FOR, parent=argument).side == Side.NEUTRAL
    assert say(proposal, rosa, side=Side.FOR).side == Side.NEUTRAL


def test_only_staff_of_the_place_answer_for_an_office(otuzco, thread, rosa):
    officer = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user

    assert say(thread, officer, as_office="Gerencia de Obras").as_office == "Gerencia de Obras"
    assert say(thread, rosa, as_office="Gerencia de Obras").as_office == ""


# --- Where it takes none


def refusals(otuzco, thread, rosa):
    yield "not signed in", None
    thread.is_public = False
    yield "not public", rosa
    thread.is_public = True
    thread.closes_at = timezone.now() - timedelta(minutes=1)
    yield "closed", rosa
    thread.closes_at = None
    otuzco.state = MunicipalityState.PAUSED
    yield "paused", rosa
    otuzco.state = MunicipalityState.OPEN
    SuspensionFactory(municipality=otuzco, user=rosa, reason="Three insults.")
    yield "suspended", rosa


def test_each_refusal_says_why(otuzco, thread, rosa, django_user_model):
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415

    thread.municipality = otuzco
    said = {}
    for case, person in refusals(otuzco, thread, rosa):
        fresh = django_user_model.objects.get(pk=rosa.pk) if person else AnonymousUser()
        said[case] = str(why_not_comment(fresh, thread))
        if person:
            with pytest.raises(comments.CannotComment):
                say(thread, fresh)

    assert "None" not in said.values()
    assert len(set(said.values())) == len(said)
    assert "Three insults." in said["suspended"]
    assert Comment.objects.count() == 0


def test_nobody_replies_to_what_is_not_there_any_more(thread, rosa):
    gone = say(thread, rosa)
    comments.take_back(gone, by=rosa)

    with pytest.raises(comments.CannotComment):
        say(thread, UserFactory(), parent=gone)


# --- Forged parents


def test_a_parent_of_another_thread_is_refused_by_the_database(otuzco, thread, rosa):
    elsewhere = CommentFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic():
        at_once(lambda: say(thread, rosa, parent=elsewhere))


def test_a_thread_or_parent_of_another_town_is_refused_by_the_database(otuzco, thread, rosa):
    town = MunicipalityFactory()
    with municipality_scope(town):
        theirs = CommentFactory(municipality=town)
    forged = [
        {"thread_id": theirs.thread_id},
        {"thread_id": thread.pk, "parent_id": theirs.pk},
    ]

    for keys in forged:
        with pytest.raises(IntegrityError), transaction.atomic():
            at_once(partial(Comment.objects.create, municipality=otuzco, text="x", **keys))


@pytest.mark.parametrize("page", ["reply", "edit_comment", "take_back_comment", "react_to_comment"])
def test_a_comment_of_another_town_is_not_found(client, thread, rosa, page):
    town = MunicipalityFactory()
    with municipality_scope(town):
        theirs = CommentFactory(municipality=town, author=rosa)
    client.force_login(rosa)

    answer = client.post(address(page, theirs), {"text": "x", "opinion": "si"})

    assert answer.status_code == 404


# --- Changing and taking back


def test_within_a_quarter_of_an_hour_the_words_change_and_what_they_were_is_kept(thread, rosa):
    said = say(thread, rosa, "Before")

    comments.edit(said, by=rosa, text="After")

    said.refresh_from_db()
    assert (said.text, said.edited_at is not None) == ("After", True)
    assert [version.text for version in said.versions.all()] == ["Before"]


def test_after_a_quarter_of_an_hour_nothing_changes_it(client, thread, rosa):
    with time_machine.travel(timezone.now() - timedelta(minutes=16), tick=False):
        said = say(thread, rosa, "Before")
    client.force_login(rosa)

    with pytest.raises(comments.CannotComment):
        comments.edit(said, by=rosa, text="After")
    answer = client.post(address("edit_comment", said), {"text": "After"})

    said.refresh_from_db()
    assert answer.status_code == 302
    assert (said.text, CommentVersion.objects.count()) == ("Before", 0)


def test_nobody_else_changes_it_or_takes_it_back(thread, rosa):
    said = say(thread, rosa)

    for act in (
        lambda by: comments.edit(said, by=by, text="x"),
        lambda by: comments.take_back(said, by=by),
    ):
        with pytest.raises(comments.CannotComment):
            act(UserFactory())


def test_what_is_taken_back_leaves_its_place_and_no_words(client, thread, rosa):
    said = say(thread, rosa, "Words to forget")
    reply = say(thread, UserFactory(), "And yet it stays", parent=said)
    comments.edit(said, by=rosa, text="Other words to forget")

    comments.take_back(said, by=rosa)

    said.refresh_from_db()
    thread.refresh_from_db()
    page = client.get(address("comment", said)).content.decode()
    assert (said.text, said.versions.count(), said.mentions) == ("", 0, [])
    assert (thread.comment_count, written()) == (1, 1)
    assert "to forget" not in page
    assert reply.text in page


def test_the_history_of_a_comment_shows_what_went_and_came(client, thread, rosa):
    said = say(thread, rosa, "The bridge is narrow.")
    comments.edit(said, by=rosa, text="The bridge is wide.")

    page = client.get(address("comment_history", said)).content.decode()

    assert "<del>" in page
    assert "narrow." in page


# --- Names


def test_whom_a_comment_names_is_told_and_becomes_a_link(client, thread, rosa):
    said = say(thread, UserFactory(), "Ask @rosa-quispe, not @nobody-here nor a@rosa-quispe")

    page = client.get(address("comment", said)).content.decode()

    assert said.mentions == ["rosa-quispe"]
    assert [e.data["people"] for e in Event.objects.filter(verb="mentioned")] == [[rosa.pk]]
    assert page.count('href="/otuzco/personas/rosa-quispe/"') == 1
    assert "personas/nobody-here" not in page


def test_a_comment_that_names_a_hundred_people_tells_five(thread):
    people = [UserFactory(handle=f"vecina-{number}") for number in range(8)]
    said = say(thread, UserFactory(), " ".join(f"@{person.handle}" for person in people) * 3)

    told = Event.objects.get(verb="mentioned").data["people"]

    assert said.mentions == [f"vecina-{number}" for number in range(5)]
    assert len(told) == 5


def test_changing_a_comment_again_and_again_tells_no_more_than_five(thread, rosa):
    for number in range(8):
        UserFactory(handle=f"vecina-{number}")
    said = say(thread, rosa, "@vecina-0 @vecina-1 @vecina-2")
    for start in (3, 5, 7):
        comments.edit(said, by=rosa, text=f"@vecina-{start} @vecina-{start - 1}")

    told = [pk for e in Event.objects.filter(verb="mentioned") for pk in e.data["people"]]

    assert len(told) <= 5


def test_who_is_answered_is_told_once_though_they_are_named_too(thread, rosa):
    first = say(thread, rosa)

    say(thread, UserFactory(), "@rosa-quispe I do not think so", parent=first)

    told = [pk for e in Event.objects.all() for pk in e.data.get("people", [])]
    assert told == [rosa.pk]


# --- Harmless


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    '[click](https://example.org "onmouseover=alert(1)")',
    "![x](https://example.org/x.png)",
    "<style>body{display:none}</style>",
    '@rosa-quispe"><script>alert(1)</script>',
    "`@rosa-quispe` <@rosa-quispe>",
    "[@rosa-quispe](javascript:alert(1))",
    "</textarea></li></ol><h1>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202egnp.exe \u0000",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_words_harm_the_page(client, thread, rosa, text):
    hostile = UserFactory(display_name="<script>alert(2)</script>")
    client.force_login(hostile)

    client.post(address("write_comment", thread), {"text": text, "form_key": uuid.uuid4()})
    said = Comment.objects.last()
    if said is None:  # a zero is refused
        return
    page = client.get(address("comment", said)).content.decode()

    prose = Tags()
    prose.feed(page.split('<div class="prose">')[1].split("</div>")[0])
    assert {tag for tag, _values in prose.found} <= markdown.TAGS
    for _tag, values in prose.found:
        assert set(values) <= {"href", "title", "rel"}
        assert values.get("href", "https://").startswith(("https://", "/otuzco/personas/"))
    assert "\u202e" not in page
    assert "<script>alert" not in page


class Tags(HTMLParser):
    """What a browser would take for a tag."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


# --- On the page


def test_without_javascript_one_comes_back_to_the_comment(client, thread, rosa):
    client.force_login(rosa)
    form = {"text": "I agree", "form_key": uuid.uuid4(), "back": f"{thread.path}?orden=nuevos"}

    answer = client.post(address("write_comment", thread), form)

    said = Comment.objects.get()
    assert answer.url == f"{thread.path}?orden=nuevos&nuevo={said.pk}#comentario-{said.pk}"


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org/", "/cuenta/", "", "x" * 600]
)
def test_one_is_never_sent_elsewhere(client, thread, rosa, back):
    client.force_login(rosa)

    answer = client.post(address("write_comment", thread), {"text": "I agree", "back": back[:500]})

    assert answer.url.startswith(thread.path)


@pytest.mark.parametrize("came", ["http://[", "https://example.org/x", "\\\\", "x" * 5000])
def test_no_address_one_comes_from_breaks_the_page(client, thread, rosa, came):
    said = say(thread, UserFactory())
    client.force_login(rosa)

    answer = client.post(
        address("react_to_comment", said), {"opinion": "si"}, headers={"referer": came}
    )
    form = client.get(address("reply", said), headers={"referer": came})
    took = client.post(address("reply", said), {"text": "I agree", "back": came[:500]})

    assert answer.url.startswith(thread.path)
    assert form.status_code == 200
    assert took.url.startswith(thread.path)


def test_statements_take_no_comments(client, otuzco, rosa):
    statement = ThreadFactory(municipality=otuzco, kind=ThreadKind.STATEMENT, is_public=True)
    client.force_login(rosa)

    client.post(address("write_comment", statement), {"text": "I agree"})

    assert Comment.objects.count() == 0


def test_by_htmx_a_reply_takes_the_place_of_its_form(client, thread, rosa):
    first = say(thread, UserFactory())
    client.force_login(rosa)

    form = client.get(address("reply", first), headers=HTMX).content.decode()
    answer = client.post(address("reply", first), {"text": "Why?"}, headers=HTMX)

    assert "<html" not in form
    assert f'hx-swap-oob="beforeend:#replies-{first.pk}"' in answer.content.decode()
    assert "announce" in answer["HX-Trigger"]
    assert first.replies.get().text == "Why?"


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("text", ["", "   ", "!!!", "x" * 3001, "a\x00b"])
def test_what_cannot_be_published_comes_back_with_its_words(client, thread, rosa, text, headers):
    client.force_login(rosa)

    answer = client.post(address("write_comment", thread), {"text": text}, headers=headers)

    assert answer.status_code == 422
    assert Comment.objects.count() == 0
    if text.strip() and "\x00" not in text:
        assert text in answer.content.decode()


def test_who_is_not_signed_in_finds_the_text_again(client, thread, rosa):
    here = address("write_comment", thread)

    answer = client.post(here, {"text": "What I think"})
    client.force_login(rosa)

    assert answer.url.startswith(reverse("account_login"))
    assert "What I think" in client.get(here).content.decode()


def test_hidden_its_author_reads_it_with_the_rule_and_others_the_rule(client, thread, rosa):
    said = say(thread, rosa, "Terrible words")
    Comment.objects.update(hidden_at=timezone.now(), hidden_rule=ModerationRule.INSULT)

    others = client.get(address("comment", said)).content.decode()
    client.force_login(rosa)
    own = client.get(address("comment", said)).content.decode()

    assert "Terrible words" not in others
    assert "Terrible words" in own
    for page in (others, own):
        assert str(ModerationRule.INSULT.label) in page


def test_what_is_not_public_shows_no_comment(client, otuzco, rosa):
    thread = ThreadFactory(municipality=otuzco, is_public=False)
    said = CommentFactory(municipality=otuzco, thread=thread)

    for person in (None, rosa):
        if person:
            client.force_login(person)
        assert client.get(address("comment", said)).status_code == 404
        assert client.post(address("reply", said), {"text": "x"}).status_code == 404


def test_a_thread_never_moves_to_another_town(otuzco, thread):
    town = MunicipalityFactory()
    say(thread, UserFactory())

    with pytest.raises(Exception), transaction.atomic():  # noqa: B017, PT011  wall or key
        at_once(lambda: Thread.objects.filter(pk=thread.pk).update(municipality=town))


# --- Leaving


def test_who_leaves_takes_their_name_and_leaves_their_words(client, thread, rosa):
    said = say(thread, rosa, "What I thought")
    other = say(thread, UserFactory(), "As @rosa-quispe says")

    own_data.delete_account(rosa)

    page = client.get(address("comment", said)).content.decode()
    others = client.get(address("comment", other)).content.decode()
    assert "What I thought" in page
    assert "Rosa" not in page
    assert "personas/rosa-quispe" not in page + others
    thread.refresh_from_db()
    assert thread.comment_count == 2


def test_one_s_own_copy_has_what_one_said(thread, rosa):
    said = say(thread, rosa, "Before")
    comments.edit(said, by=rosa, text="After")
    other = say(thread, UserFactory())
    reactions.react(thread, other, by=rosa, agrees=False)

    copy = people.export(rosa)["conversations"]

    assert [(c["text"], c["before"]) for c in copy["comments"]] == [("After", ["Before"])]
    assert [(r["comment"], r["agrees"]) for r in copy["reactions"]] == [(other.pk, False)]


# --- Organisations


def test_somebody_speaks_for_an_organisation_and_agrees_for_themselves(thread, rosa):
    said = say(thread, rosa, organisation="Comité de regantes de Pachín")
    reactions.react(thread, said, by=UserFactory(organisation="Comité"), agrees=True)

    said.refresh_from_db()
    assert (said.organisation, said.author, said.agrees) == (
        "Comité de regantes de Pachín",
        rosa,
        1,
    )


def test_the_page_names_the_organisation_and_who_speaks_for_it(client, thread, rosa):
    client.force_login(rosa)
    sent = {"text": "We need the channel.", "organisation": "<b>Comité</b>"}

    client.post(address("write_comment", thread), sent)

    page = client.get(address("comment", Comment.objects.get())).content.decode()
    assert "Rosa Quispe" in page
    assert "&lt;b&gt;Comité&lt;/b&gt;" in page


def test_who_answers_for_an_office_does_not_speak_for_an_organisation_too(otuzco, thread):
    officer = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user

    said = say(thread, officer, as_office="Obras", organisation="Comité")

    assert (said.as_office, said.organisation) == ("Obras", "")
