import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from municipalities.rls import municipality_scope
from participation.enums import InterventionKind
from participation.models import Intervention
from proposals.enums import IntakeClass, ProposalState
from proposals.intake import intake_counts
from proposals.models import Proposal, Support
from tests.factories import (
    ImageFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    SupportFactory,
    UserFactory,
)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def resident(otuzco):
    return ResidentFactory(district=otuzco.place)


def address(name, municipality, *args):
    return reverse(f"proposals:{name}", args=[municipality.slug, *args])


@pytest.mark.parametrize(
    "page", ["index", "new", "work", "complaint", "job", "similar", "points", "feed"]
)
def test_every_page_of_an_empty_space_answers(client, otuzco, page):
    assert client.get(address(page, otuzco)).status_code == 200


@pytest.mark.parametrize("page", ["write", "mine"])
def test_visitors_are_taken_to_sign_in_and_come_back(client, otuzco, page):
    here = address(page, otuzco)

    response = client.get(here)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={here.replace('/', '%2F')}"


def test_a_page_of_detail_answers_visitors_and_residents(client, otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True)

    assert client.get(proposal.get_absolute_url()).status_code == 200
    client.force_login(resident.user)
    assert client.get(proposal.get_absolute_url()).status_code == 200


def test_a_wrong_title_in_the_address_leads_to_the_right_one(client, otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True)

    response = client.get(address("detail", otuzco, proposal.pk, "otra-cosa"))

    assert (response.status_code, response.url) == (301, proposal.get_absolute_url())


def test_a_joined_proposal_leads_to_the_other_with_a_note(client, otuzco):
    target = ProposalFactory(municipality=otuzco, published=True)
    joined = ProposalFactory(
        municipality=otuzco, published=True, state=ProposalState.MERGED, merged_into=target
    )

    response = client.get(joined.get_absolute_url(), follow=True)

    assert response.redirect_chain == [(target.get_absolute_url(), 302)]
    assert [joined.title in str(m) for m in response.context["messages"]] == [True]


def test_a_support_by_form_and_by_htmx_is_the_same(client, otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    client.force_login(resident.user)

    fragment = client.post(address("support", otuzco, proposal.pk), headers=HTMX)
    plain = client.post(address("support", otuzco, proposal.pk))

    assert (fragment.status_code, plain.status_code) == (200, 302)
    assert fragment.context["is_supported"] is True
    assert "announce" in fragment["HX-Trigger"]
    assert plain.url == proposal.get_absolute_url()
    assert Support.objects.count() == 1


def queries_of(act):
    """What the database is asked, without opening and closing transactions and scopes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return len([q for q in captured.captured_queries if not q["sql"].startswith(frame)])


def test_a_support_costs_few_queries(client, otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    client.force_login(resident.user)
    give = address("support", otuzco, proposal.pk)

    assert queries_of(lambda: client.post(give, headers=HTMX)) <= 11
    assert Support.objects.count() == 1


def test_who_cannot_support_reads_why_and_changes_nothing(client, otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    give = address("support", otuzco, proposal.pk)

    assert client.post(give).url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    refusal = client.post(give, headers=HTMX)

    assert refusal.status_code == 422
    assert refusal.context["refusal"].url == reverse("accounts:residence")
    assert Support.objects.count() == 0


def test_a_support_is_taken_back_on_the_page(client, otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    SupportFactory(proposal=proposal, resident=resident)
    client.force_login(resident.user)

    response = client.post(address("withdraw_support", otuzco, proposal.pk), headers=HTMX)

    assert response.context["is_supported"] is False
    assert Support.objects.count() == 0


def test_who_never_supported_is_not_told_so_when_taking_back_is_refused(client, otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True, state="threshold")
    client.force_login(resident.user)

    refusal = client.post(address("withdraw_support", otuzco, proposal.pk), headers=HTMX)

    assert refusal.status_code == 422
    assert refusal.context["is_supported"] is False


def test_the_sorting_question_counts_once_a_day_and_leads_on(client, otuzco):
    for _again in range(3):
        response = client.post(address("new", otuzco), {"intake": "complaint"})

    assert response.url == address("complaint", otuzco)
    counted = Intervention.objects.filter(kind=InterventionKind.INTAKE_COMPLAINT)
    assert counted.count() == 1
    assert client.post(address("new", otuzco), {"intake": "bribe"}).status_code == 422


def test_nobody_drives_the_public_counts_up_by_leaving_cookies_behind(otuzco, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"intake": "2/h/ip"}

    for _time in range(4):
        sent = Client().post(address("new", otuzco), {"intake": "complaint"})
        assert sent.url == address("complaint", otuzco)

    assert intake_counts(otuzco)[IntakeClass.COMPLAINT] == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_or_many(client, otuzco, resident, count):
    ProposalFactory.create_batch(count, municipality=otuzco, published=True)
    client.force_login(resident.user)

    assert queries_of(lambda: client.get(address("index", otuzco))) == 8


@pytest.mark.parametrize("count", [1, 3])
def test_a_detail_asks_the_same_for_one_or_many(client, otuzco, resident, count):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    SupportFactory.create_batch(count, proposal=proposal)
    for index in range(count):
        ImageFactory(thread=proposal.thread, municipality=otuzco, position=index)
    client.force_login(resident.user)

    assert queries_of(lambda: client.get(proposal.get_absolute_url())) == 11


def test_the_fragment_is_a_part_of_the_page(client, otuzco):
    ProposalFactory.create_batch(3, municipality=otuzco, published=True)

    page = client.get(address("index", otuzco)).content.decode()
    fragment = client.get(address("index", otuzco), headers=HTMX).content.decode()

    assert "".join(fragment.split()) in "".join(page.split())


def test_hidden_by_moderation_is_gone_for_all_but_its_author(client, otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    Proposal.objects.filter(pk=proposal.pk).update(
        hidden_at=proposal.published_at,
        hidden_by=UserFactory(),
        hidden_reason="Insulta a una vecina.",
    )

    stranger = client.get(proposal.get_absolute_url())
    client.force_login(proposal.author)
    author = client.get(proposal.get_absolute_url())

    assert (stranger.status_code, author.status_code) == (410, 200)
    assert "Insulta a una vecina." not in stranger.content.decode()
    assert "Insulta a una vecina." in author.content.decode()


@pytest.mark.parametrize(
    ("state", "must_answer"),
    [
        (ProposalState.THRESHOLD, True),
        (ProposalState.EVALUATION, True),
        (ProposalState.ANSWERED, False),
        (ProposalState.IN_PROGRESS, False),
        (ProposalState.DONE, False),
    ],
)
def test_the_municipality_has_to_answer_only_until_it_does(client, otuzco, state, must_answer):
    proposal = ProposalFactory(
        municipality=otuzco, published=True, state=state, reached_at=timezone.now()
    )

    for page in (proposal.get_absolute_url(), address("index", otuzco), f"/{otuzco.slug}/"):
        shown = client.get(page).content.decode()
        assert "Alcanzó su meta" in shown
        assert ("Alcanzó su meta: la municipalidad tiene que responder." in shown) is must_answer


def test_what_ended_short_of_its_threshold_asks_for_no_more_supports(client, otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True, state=ProposalState.ARCHIVED)

    for page in (proposal.get_absolute_url(), f"/{otuzco.slug}/"):
        assert "más, la municipalidad tiene que responder" not in client.get(page).content.decode()
