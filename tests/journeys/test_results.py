"""The pages of a result, on a phone and on a desk, by day and by night, in a real browser."""

import brotli
import pytest
from django.urls import reverse

from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.factories import ComplaintFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import FIRST_VISIT, NEXT_PAGE, is_no_wider_than_the_screen
from tests.votes import conftest
from tests.votes.opened import cast, closed, opened, paper, ready_poll, vote
from votes.enums import CastChannel


clock = conftest.clock
PAGES = ("results", "verify", "integrity")


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state, municipality.modules = MunicipalityState.OPEN, [Module.VOTES]
    municipality.save()
    return municipality


@pytest.fixture
def poll(otuzco, clock):
    """Counted: 130 people by the web, 30 with help and 30 on paper, and one who objects."""
    with scoped_transaction(otuzco):
        poll, key = ready_poll(
            otuzco, desks=["Mercado"], title="El mercado, las obras y el parque de Otuzco"
        )
        vote(poll, people=130, places=("130601", "130602", "130605"))
        for number in range(200, 230):
            cast(poll, number, channel=CastChannel.ASSISTED)
        paper(poll, "Mercado", 30)
        closed(poll, clock)
        poll = opened(poll, key, clock)
        ComplaintFactory(
            municipality=otuzco,
            poll=poll,
            text="La mesa del mercado cerró a las tres y quedaron personas en la cola.",
        )
    return poll


def address(poll, name):
    return reverse(f"votes:{name}", args=["otuzco", poll.pk])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_a_result_are_accessible_and_fit(visit, poll, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for name in PAGES:
            page.goto(address(poll, name))
            for folded in page.locator("main details").all():
                folded.locator("summary").click()
            shot(page, f"votes-{name}-{scheme}-{size['width']}")
            assert violations(page) == [], name
            assert is_no_wider_than_the_screen(page), name


def test_they_are_light_and_read_without_a_script(visit, poll, client):
    with visit(js=False) as page:
        page.goto(address(poll, "results"))
        page.get_by_role("link", name="cinco pasos").click()
        page.get_by_role("heading", level=1).wait_for()
    for name in PAGES:
        weight = len(brotli.compress(client.get(address(poll, name)).content, quality=5))
        assert weight < NEXT_PAGE < FIRST_VISIT
