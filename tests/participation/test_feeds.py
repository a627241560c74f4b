"""Each feed read as a strict reader reads it: the elements that RFC 4287 asks for, and no more."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from municipalities.rls import municipality_scope
from participation import history
from participation.models import Comment
from tests.factories import (
    CommentFactory,
    DebateFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)


ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'Luz <script>alert(1)</script> & "paz" \x0b ]]>'


@pytest.fixture
def here():
    return MunicipalityFactory(modules=["proposals", "debates"])


@pytest.fixture
def proposal(here):
    with municipality_scope(here):
        proposal = ProposalFactory(
            municipality=here,
            published=True,
            title=HOSTILE,
            summary=HOSTILE,
            thread__path=f"/{here.slug}/propuestas/1/luz/",
            author=UserFactory(display_name="Rosa <b>Q.</b>"),
        )
        history.record("published", proposal.thread, by=proposal.author)
        return proposal


@pytest.fixture
def debate(here):
    with municipality_scope(here):
        return DebateFactory(municipality=here, title=HOSTILE, text=HOSTILE)


@pytest.fixture
def comment(here, proposal):
    with municipality_scope(here):
        return CommentFactory(
            municipality=here,
            thread=proposal.thread,
            text=f"**Sí** {HOSTILE} [ven](javascript:alert(1))",
            author=UserFactory(display_name="Juan & <i>hijos</i>"),
        )


def address(name, here, thread):
    if name == "comments":
        return reverse("participation:thread_feed", args=[here.slug, thread.pk])
    names = {"activity": "participation:activity_feed"}
    return reverse(names.get(name, f"{name}:feed"), args=[here.slug])


def read(response):
    """The feed, if it has all that RFC 4287 asks for; else this fails."""
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  our own
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, (element.tag, name)
        assert urlsplit(element.findtext(f"{ATOM}id")).scheme
        assert element.findtext(f"{ATOM}title").strip()
        moment = datetime.fromisoformat(element.findtext(f"{ATOM}updated"))
        assert moment.tzinfo is not None
        for link in element.findall(f"{ATOM}link"):
            assert link.get("href").startswith("http://testserver/")
        assert element.find(f"{ATOM}link") is not None
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


FEEDS = ["activity", "proposals", "comments", "debates"]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_has_what_readers_need(client, here, proposal, comment, debate, name):
    feed = read(client.get(address(name, here, proposal.thread)))

    assert len(feed.findall(f"{ATOM}entry")) == 1


@pytest.mark.parametrize("name", FEEDS)
def test_an_empty_feed_is_valid_and_does_not_change(client, here, name):
    with municipality_scope(here):
        thread = ProposalFactory(municipality=here, published=True).thread
    url = address(name, here, thread)
    if name == "proposals":
        url += "?q=nadaenabsoluto"

    first, second = client.get(url), client.get(url)

    assert read(first).findall(f"{ATOM}entry") == []
    assert first.content == second.content


@pytest.mark.parametrize("name", FEEDS)
def test_what_people_type_is_no_html_in_a_reader(client, here, proposal, comment, debate, name):
    feed = read(client.get(address(name, here, proposal.thread)))

    for entry in feed.findall(f"{ATOM}entry"):
        summary = entry.find(f"{ATOM}summary")
        assert summary.get("type") == "html"
        assert "<script" not in summary.text
        assert "javascript:alert" not in "".join(
            part.partition(">")[0] for part in summary.text.split("<a ")[1:]
        )


@pytest.mark.parametrize("name", FEEDS)
def test_a_reader_that_knows_it_all_is_told_so(client, here, proposal, comment, debate, name):
    url = address(name, here, proposal.thread)
    first = client.get(url)

    again = client.get(url, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert first["Last-Modified"]


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_are_only_read(client, here, proposal, debate, name):
    assert client.post(address(name, here, proposal.thread)).status_code == 405


def test_a_hidden_proposal_is_in_no_feed(client, here, proposal, comment):
    with municipality_scope(here):
        proposal.hidden_at, proposal.hidden_reason = proposal.published_at, "x"
        proposal.save()
        proposal.thread.is_public = False
        proposal.thread.save()

    for name in ("activity", "proposals"):
        feed = read(client.get(address(name, here, proposal.thread)))
        assert feed.findall(f"{ATOM}entry") == []
    assert client.get(address("comments", here, proposal.thread)).status_code == 404


def test_a_hidden_debate_is_in_no_feed(client, here, debate):
    with municipality_scope(here):
        debate.thread.is_public = False
        debate.thread.save()

    feed = read(client.get(address("debates", here, debate.thread)))

    assert feed.findall(f"{ATOM}entry") == []


@pytest.mark.parametrize(
    "fields", [{"hidden_rule": "insult"}, {"deleted": True}], ids=["hidden", "taken back"]
)
def test_what_a_comment_said_is_gone_with_it(client, here, proposal, comment, fields):
    with municipality_scope(here):
        if fields.get("deleted"):
            Comment.objects.filter(pk=comment.pk).update(deleted_at=comment.created_at)
        else:
            Comment.objects.filter(pk=comment.pk).update(hidden_at=comment.created_at, **fields)

    feed = read(client.get(address("comments", here, proposal.thread)))

    assert feed.findall(f"{ATOM}entry") == []


def test_the_thread_of_another_town_has_no_feed_here(client, here, proposal):
    there = MunicipalityFactory()

    url = address("comments", there, proposal.thread)

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["activity", "proposals", "comments"])
def test_feeds_ask_the_same_queries_for_one_or_many(
    client, here, proposal, comment, name, count, django_assert_max_num_queries
):
    with municipality_scope(here):
        for _ in range(count - 1):
            more = ProposalFactory(municipality=here, published=True)
            history.record("published", more.thread, by=more.author)
            CommentFactory(municipality=here, thread=proposal.thread)
    url = address(name, here, proposal.thread)

    with django_assert_max_num_queries(9):
        client.get(url)


def test_the_page_says_where_its_feed_is(client, here):
    page = client.get(reverse("participation:activity", args=[here.slug])).content.decode()

    assert 'type="application/atom+xml"' in page
    assert reverse("participation:activity_feed", args=[here.slug]) in page


def test_a_debate_says_where_the_feed_of_its_comments_is(client, here, debate):
    feed = address("comments", here, debate.thread)

    page = client.get(debate.get_absolute_url()).content.decode()
    head = page.partition("</head>")[0]

    assert 'rel="alternate" type="application/atom+xml"' in head
    assert f'href="{feed}"' in head


def test_a_filtered_feed_names_itself_with_its_filter(client, here, proposal):
    feed = read(client.get(address("activity", here, proposal.thread) + "?tipo=propuestas"))

    own = feed.find(f"{ATOM}link[@rel='self']").get("href")
    assert own.endswith("/actividad/atom.xml?tipo=propuestas")
