"""Where else votes are told of: home pages, dates, the map of the site, desks, boards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module, MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.models import Event
from proposals.actions import vote_requests
from tests.factories import (
    ComplaintFactory,
    MunicipalityFactory,
    PollFactory,
    ProposalFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    ThreadLinkFactory,
    VoteRequestFactory,
)
from votes.actions import polls


@pytest.fixture
def otuzco():
    town = MunicipalityFactory(
        slug="otuzco", modules=[Module.PROPOSALS, Module.DEBATES, Module.VOTES]
    )
    with municipality_scope(town):
        yield town


def read(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def coming(town, **fields):
    now = timezone.now()
    return PollFactory(
        municipality=town,
        frozen=True,
        opens_at=now + timedelta(days=2),
        closes_at=now + timedelta(days=9),
        **fields,
    )


def staff_of(town, role=Role.ADMINISTRATOR):
    return RoleGrantFactory(municipality=town, role=role).user


def test_a_vote_that_is_open_stands_first_on_the_home_pages(client, otuzco):
    MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )
    poll = PollFactory(municipality=otuzco, title="¿Mercado los domingos?", ready=True)

    for page in (read(client, "municipalities:home", "otuzco"), read(client, "home")):
        assert poll.get_absolute_url() in page
        assert "Votar" in page


def test_the_home_page_shows_what_comes_and_what_came_out(client, otuzco):
    poll = coming(otuzco)

    page = read(client, "municipalities:home", "otuzco")

    assert poll.get_absolute_url() in page
    assert "Abre el" in page


def test_dates_and_the_map_of_the_site_tell_of_it(client, otuzco):
    poll = coming(otuzco)

    for name in ("municipalities:information", "municipalities:sitemap"):
        assert poll.get_absolute_url() in read(client, name, "otuzco")
    calendar = read(client, "municipalities:calendar", "otuzco").replace("\r\n ", "")
    for kind, moment in (("abre", poll.urn.opens_at), ("cierra", poll.urn.closes_at)):
        assert f"UID:{kind}-{poll.pk}@otuzco" in calendar
        assert f"DTSTART;VALUE=DATE:{timezone.localdate(moment):%Y%m%d}" in calendar


@pytest.mark.parametrize("kind", ["prepared", "test", "template", "hidden"])
def test_what_is_not_public_is_told_of_nowhere(client, otuzco, kind):
    fields = {
        "prepared": {},
        "test": {"is_test": True, "ready": True},
        "template": {"is_template": True},
        "hidden": {"ready": True},
    }[kind]
    poll = PollFactory(municipality=otuzco, title="Cuatro gatos", **fields)
    if kind == "hidden":
        poll.thread.is_public = False
        poll.thread.save()
    names = ("home", "information", "sitemap", "calendar")

    for page in [read(client, f"municipalities:{name}", "otuzco") for name in names]:
        assert poll.title not in page
        assert f"/votaciones/{poll.pk}-" not in page


def test_a_municipality_without_votes_does_not_speak_of_them(client, otuzco):
    assert "/otuzco/votaciones/" in read(client, "municipalities:home", "otuzco")
    otuzco.modules = [Module.PROPOSALS]
    otuzco.save()

    assert "/otuzco/votaciones/" not in read(client, "municipalities:home", "otuzco")


def test_every_municipality_explains_what_a_vote_here_is(client, otuzco):
    page = read(client, "municipalities:mechanisms", "otuzco")

    assert 'id="portal_votaciones"' in page


def over(town, **fields):
    """Its time is over, and nobody has opened it."""
    now = timezone.now()
    return PollFactory(
        municipality=town,
        ready=True,
        opens_at=now - timedelta(days=9),
        closes_at=now - timedelta(days=1),
        **fields,
    )


def test_staff_find_in_the_morning_what_votes_ask_of_them(client, otuzco):
    officer = staff_of(otuzco)
    without_key, to_open = coming(otuzco), over(otuzco)
    asked = VoteRequestFactory(municipality=otuzco)
    client.force_login(officer)

    page = read(client, "admin:index")

    for address in (
        reverse("votes:case", args=["otuzco", without_key.pk]),
        reverse("votes:case", args=["otuzco", to_open.pk]),
        reverse("proposals:answer_vote_request", args=["otuzco", asked.proposal_id]),
        reverse("votes:desk", args=["otuzco"]),
    ):
        assert address in page


def test_the_workload_counts_each_kind_of_work_about_votes(client, otuzco):
    coming(otuzco)
    poll = over(otuzco)
    VoteRequestFactory(municipality=otuzco)
    ComplaintFactory(municipality=otuzco, poll=poll)
    client.force_login(staff_of(otuzco))

    response = client.get(reverse("municipalities:workload", args=["otuzco"]))

    found = [(str(one.name), one.waiting) for one in response.context["work"]][6:]
    assert found == [
        ("Propuestas que piden una votación", 1),
        ("Votaciones cuya llave falta hacer", 1),
        ("Votaciones por abrir y contar", 1),
        ("Resultados que esperan respuesta", 0),
        ("Resultados por revisar", 0),
        ("Objeciones a resultados", 1),
    ]


def test_planners_see_how_many_votes_each_municipality_has_held(client, otuzco):
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    region = region or MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )
    with municipality_scope(region):
        planner = RoleGrantFactory(municipality=region, role=Role.PLANNER).user
    client.force_login(planner)

    board = client.get(reverse("admin:index"), {"tablero": "espacios"})
    assert "Votaciones realizadas" in board.text


def test_who_follows_a_proposal_hears_of_the_vote_that_came_out_of_it(otuzco):
    officers = [staff_of(otuzco), staff_of(otuzco, Role.EVALUATOR)]
    proposal = ProposalFactory(municipality=otuzco, published=True)
    soon = timezone.now() + timedelta(hours=1)
    poll = PollFactory(municipality=otuzco, opens_at=soon, questions__lots=["a", "b"])
    ThreadLinkFactory(municipality=otuzco, source=proposal.thread, result=poll.thread)
    for officer in officers:
        polls.approve(poll, by=officer, content=polls.definition.content_hash(poll))

    polls.freeze(poll, by=officers[0])

    [event] = Event.objects.filter(thread=proposal.thread)
    assert (event.verb, event.data["vote"]) == ("led_to_vote", poll.title)


def test_who_asked_for_a_vote_hears_why_its_draft_was_put_aside(client, otuzco):
    officer = staff_of(otuzco, Role.EVALUATOR)
    asked = VoteRequestFactory(municipality=otuzco, proposal__reached_at=timezone.now())
    poll = vote_requests.accept(asked, by=officer, answer="Yes: in March.")

    polls.call_off(poll, by=officer, why="The province has decided it meanwhile.")

    event = asked.proposal.thread.events.get(verb="vote_called_off")
    assert (event.is_public, "vote_path" in event.data) == (True, False)
    page = client.get(asked.proposal.get_absolute_url()).content.decode()
    assert page.count("The province has decided it meanwhile.") == 2
    assert poll.get_absolute_url() not in page
