"""What was argued becomes something to support, and both tell of each other."""

import uuid

import pytest
from django.urls import reverse

from municipalities.rls import municipality_scope
from participation.models import Notice, ThreadLink
from proposals.actions import citizen
from proposals.models import Proposal
from tests.factories import (
    DebateFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
)


@pytest.fixture
def neighbour(otuzco):
    return ResidentFactory(district=otuzco.place).user


@pytest.fixture
def debate(otuzco):
    made = DebateFactory(
        municipality=otuzco, title="¿Domingos abiertos?", text="Ese día bajan todos."
    )
    made.thread.path = made.get_absolute_url()
    made.thread.save()
    return made


@pytest.fixture
def write():
    return reverse("proposals:write", args=["otuzco"])


def filled(debate, **changes):
    return {
        "form_key": str(uuid.uuid4()),
        "came_from": debate.thread_id,
        "title": "Domingos abiertos",
        "summary": "Para quienes bajan.",
        "place_name": "Mercado",
        "do": "preview",
    } | changes


def test_its_page_leads_to_the_form_filled_in(client, debate, neighbour, write):
    assert (
        f"{write}?desde={debate.thread_id}"
        in client.get(debate.get_absolute_url()).content.decode()
    )
    client.force_login(neighbour)

    page = client.get(f"{write}?desde={debate.thread_id}").content.decode()

    assert "¿Domingos abiertos?" in page
    assert "Ese día bajan todos." in page


def test_a_visitor_signs_in_and_finds_it_filled_in(client, debate, write):
    response = client.get(f"{write}?desde={debate.thread_id}")

    assert response.url.endswith(f"desde%3D{debate.thread_id}")


def test_once_published_both_pages_lead_to_each_other(
    client, otuzco, debate, neighbour, write, django_capture_on_commit_callbacks
):
    follower = FollowFactory(municipality=otuzco, thread=debate.thread).user
    client.force_login(neighbour)
    client.post(write, filled(debate))
    proposal = Proposal.objects.get()
    assert "Domingos abiertos" not in client.get(
        debate.get_absolute_url()
    ).content.decode().replace("¿Domingos abiertos?", "")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("proposals:publish", args=["otuzco", proposal.pk]))

    client.logout()
    proposal.refresh_from_db()
    assert proposal.get_absolute_url() in client.get(debate.get_absolute_url()).content.decode()
    assert debate.thread.path in client.get(proposal.get_absolute_url()).content.decode()
    assert Notice.objects.filter(user=follower, event__verb="led_to").count() == 1


def test_what_moderation_hid_is_linked_on_neither(client, otuzco, debate, neighbour):
    proposal = ProposalFactory(municipality=otuzco, published=True, author=neighbour)
    ThreadLink.objects.create(municipality=otuzco, source=debate.thread, result=proposal.thread)
    debate.thread.is_public = False
    debate.thread.save()

    assert debate.title not in client.get(proposal.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "%00", "１"])
def test_a_forged_number_fills_in_nothing(client, otuzco, debate, neighbour, write, number):
    client.force_login(neighbour)

    assert client.get(f"{write}?desde={number}").status_code == 200
    assert client.post(write, filled(debate, came_from=number)).status_code == 302
    assert not ThreadLink.objects.exists()


def test_nothing_of_another_town_or_out_of_sight_is_brought(client, otuzco, neighbour, write):
    hidden = DebateFactory(municipality=otuzco, thread__is_public=False, text="Secreto hidden")
    other = MunicipalityFactory()
    with municipality_scope(other):
        theirs = DebateFactory(municipality=other, text="Secreto ajeno")
    client.force_login(neighbour)

    for debate in (hidden, theirs):
        page = client.get(f"{write}?desde={debate.thread_id}").content.decode()
        assert "Secreto" not in page
        client.post(write, filled(debate))
    assert not ThreadLink.objects.exists()


def test_a_draft_that_is_deleted_leaves_no_link(otuzco, debate, neighbour):
    draft = citizen.begin(
        otuzco, by=neighbour, form_key=uuid.uuid4(), came_from=debate.thread, title="Una"
    )

    citizen.delete_draft(draft)

    assert not ThreadLink.objects.exists()
