"""A conversation of 20,000 comments, and the busiest proposal of a real portal."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks.conversation import BUSIEST, SAY
from municipalities.rls import municipality_scope
from participation.conversation import PER_PAGE, Conversation
from proposals.models import Proposal
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    ThreadFactory,
    UserFactory,
)
from tests.test_import_consul import REAL
from tests.test_import_consul_comments import run


@pytest.fixture
def here():
    return MunicipalityFactory()


def crowd(here, thread, many, at_top):
    """So many comments on the thread, by a few people."""
    if not User.objects.filter(email="bench-0@example.org").exists():
        for n in range(5):
            UserFactory(email=f"bench-{n}@example.org")
    numbers = {"town": here.pk, "thread": thread.pk, "many": many, "at_top": at_top}
    with connection.cursor() as cursor:
        cursor.execute(SAY, numbers)


def page_of(here, thread, query):
    request = RequestFactory().get(f"/?{query}")
    request.user, request.municipality = AnonymousUser(), here
    return Conversation(request, thread)


@pytest.mark.parametrize("order", ["mejores", "nuevos", "hablados", "antiguos"])
def test_a_far_page_of_twenty_thousand_comments_reads_only_its_own_rows(here, order):
    with municipality_scope(here):
        thread = ThreadFactory(municipality=here, is_public=True)
        crowd(here, thread, 20_000, 12_000)
        page = page_of(here, thread, f"orden={order}&page=600")

        with CaptureQueriesContext(connection) as captured:
            found = list(page._between(600 * PER_PAGE, 601 * PER_PAGE + 1))
            plan = page._between(600 * PER_PAGE, 601 * PER_PAGE + 1).explain(analyze=True)

    assert len(found) == PER_PAGE + 1
    assert not [q for q in captured if "OFFSET" in q["sql"] and "accounts_user" in q["sql"]]
    # Authors and first replies are looked up for the rows of the page, not for those before it.
    assert max(int(loops) for loops in re.findall(r"loops=(\d+)", plan)) <= PER_PAGE + 1, plan


# --- The busiest proposal of a real portal


PAGE = 12 * 1024  # what a page after the first may weigh on its way
QUERIES = 16  # of a signed-in resident, without the transaction and its scope


@pytest.fixture
def read(client, empty_cache):
    """How many queries a page costs that nobody has asked for, and what it weighs as it travels."""

    def asked_and_weight(address):
        empty_cache()
        return measured(client, address)

    return asked_and_weight


def measured(client, address):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer["content-encoding"]) == (200, "gzip")
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    asked = [q for q in captured.captured_queries if not q["sql"].startswith(frame)]
    return len(asked), len(answer.content)


@pytest.mark.parametrize("signed_in", [False, True])
def test_592_comments_cost_as_many_queries_as_sixty(client, here, read, signed_in):
    with municipality_scope(here):
        few = ProposalFactory(municipality=here, published=True)
        many = ProposalFactory(municipality=here, published=True)
        crowd(here, few.thread, 60, 30)
        crowd(here, many.thread, BUSIEST, 300)
    if signed_in:
        client.force_login(ResidentFactory(district=here.place).user)

    asked, weight = read(many.get_absolute_url())

    assert asked == read(few.get_absolute_url())[0] <= QUERIES
    assert weight <= PAGE


def test_the_busiest_proposal_of_a_real_portal_keeps_to_its_budget(client, here, read):
    if not REAL.is_dir():
        pytest.skip(f"The real export is not beside the project: {REAL} is missing.")
    run(here, REAL / "proposals.csv", REAL / "comments.csv", zone="Europe/Madrid")
    with municipality_scope(here):
        busiest = Proposal.objects.order_by("-thread__comment_count").first()
        address = busiest.get_absolute_url()
        resident = ResidentFactory(district=here.place).user
    visitor = [read(address), read(f"{address}?orden=hablados")]
    client.force_login(resident)

    for asked, weight in (*visitor, read(address)):
        assert asked <= QUERIES
        assert weight <= PAGE
