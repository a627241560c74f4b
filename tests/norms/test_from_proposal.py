"""A proposal that has its supports becomes a draft norm, and both tell of each other."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import from_proposal
from norms.actions import norms, versions
from norms.enums import NormState, SourceKind
from norms.models import Norm
from participation.kinds import backing_of
from participation.links import links_of
from participation.models import Event, Notice
from proposals.enums import ProposalState
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
    ThreadFactory,
    UserFactory,
)


NAMES = ("explained_at", "opens_at", "closes_at", "answers_at", "final_at")
DAYS = {name: timezone.now() + timedelta(days=days) for days, name in enumerate(NAMES, start=1)}


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.PROPOSALS, Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def proposal_of(town, **more):
    made = ProposalFactory(
        municipality=town,
        published=True,
        summary="Para quienes van en bici.",
        body="Porque sí.",
        **more,
    )
    made.thread.path = made.get_absolute_url()
    made.thread.title, made.thread.is_public = made.title, True
    made.thread.save()
    return made


@pytest.fixture
def reached(otuzco):
    return proposal_of(otuzco, state=ProposalState.THRESHOLD, reached_at=timezone.now())


def page_of(proposal):
    return reverse("norms:from_proposal", args=["otuzco", proposal.thread_id])


def test_its_backing_is_what_it_froze_when_it_was_published(reached):
    found = backing_of(reached.thread)

    assert (found.needed, found.is_reached) == (reached.threshold, True)
    assert found.summary == "Para quienes van en bici."


def test_what_nobody_supports_has_no_backing(otuzco):
    assert backing_of(ThreadFactory(municipality=otuzco)) is None


@pytest.mark.parametrize("state", [ProposalState.RETIRED, ProposalState.MERGED])
def test_what_no_longer_stands_has_none_either(otuzco, state):
    more = {"merged_into": proposal_of(otuzco)} if state == ProposalState.MERGED else {}
    if state == ProposalState.RETIRED:
        more = {"close_reason": "x"}

    assert backing_of(proposal_of(otuzco, state=state, **more).thread) is None


def test_staff_find_the_way_on_the_proposal_and_others_do_not(client, reached, officer):
    assert page_of(reached) not in client.get(reached.get_absolute_url()).text

    client.force_login(officer)

    assert page_of(reached) in client.get(reached.get_absolute_url()).text


def test_what_still_gathers_supports_is_not_ripe(client, otuzco, officer):
    gathering = proposal_of(otuzco)
    client.force_login(officer)

    assert page_of(gathering) not in client.get(gathering.get_absolute_url()).text
    page = client.get(page_of(gathering))
    client.post(page_of(gathering), {"form_key": str(uuid.uuid4())})

    assert page.context["reason"]
    assert not Norm.objects.exists()


def test_a_municipality_without_the_room_begins_none(client, otuzco, officer, reached):
    otuzco.modules = [Module.PROPOSALS]
    otuzco.save()
    client.force_login(officer)

    client.post(page_of(reached), {"form_key": str(uuid.uuid4())})

    assert not Norm.objects.exists()


def test_it_begins_with_the_words_of_the_proposal_once(client, officer, reached):
    client.force_login(officer)
    form = {"form_key": str(uuid.uuid4())}

    first = client.post(page_of(reached), form)
    client.post(page_of(reached), {"form_key": str(uuid.uuid4())})

    norm = Norm.objects.get()
    assert first.url == reverse("norms:manage", args=["otuzco", norm.pk])
    assert (norm.title, norm.state) == (reached.title, NormState.DRAFT)
    assert norm.explanation == "Para quienes van en bici.\n\nPorque sí."
    assert client.get(page_of(reached)).context["made"] == norm


def test_nobody_hears_of_it_before_it_is_published(otuzco, officer, reached):
    from_proposal.draft(reached.thread, by=officer, form_key=uuid.uuid4())

    assert links_of(reached.thread).led_to == []
    assert not Event.objects.filter(thread=reached.thread, verb="led_to_norm").exists()


def test_a_citizen_begins_none(client, reached):
    client.force_login(UserFactory())

    assert client.post(page_of(reached)).status_code == 403
    assert not Norm.objects.exists()


def test_the_reason_why_not_is_raised(otuzco, officer):
    with pytest.raises(from_proposal.CannotDraft) as refused:
        from_proposal.draft(proposal_of(otuzco).thread, by=officer, form_key=uuid.uuid4())

    assert refused.value.reason


def test_once_it_is_published_its_author_hears_of_it_and_both_pages_tell(
    otuzco, officer, reached, django_capture_on_commit_callbacks
):
    norm = from_proposal.draft(reached.thread, by=officer, form_key=uuid.uuid4())
    norm = norms.revise(norm, by=officer, **DAYS)
    version = versions.import_text(
        norm, by=officer, source=SourceKind.PASTED, text="Artículo 1.- Objeto\nSe promueve."
    )
    versions.publish_version(version, by=officer)

    with django_capture_on_commit_callbacks(execute=True):
        norm = norms.publish(norm, by=officer)

    assert links_of(reached.thread).led_to == [norm.thread]
    assert links_of(norm.thread).came_from == [reached.thread]
    told = Notice.objects.filter(user=reached.author, event__verb="led_to_norm")
    assert told.count() == 1
