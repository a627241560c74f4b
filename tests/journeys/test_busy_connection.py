"""A village over one connection: nobody is refused, with and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation import limits
from participation.models import Comment
from tests.factories import DebateFactory, MunicipalityFactory, UserFactory
from tests.journeys.conftest import answer_the_question, shot, violations
from tests.journeys.test_staff_desk import sign_in


@pytest.fixture
def debate(transactional_db):
    otuzco = MunicipalityFactory(slug="otuzco", modules=[Module.DEBATES])
    with scoped_transaction(otuzco):
        debate = DebateFactory(municipality=otuzco)
        debate.thread.path = debate.get_absolute_url()
        debate.thread.save()
    return debate


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_neighbour_who_comes_late_shows_that_they_are_a_person_and_is_heard(
    visit, live_server, debate, js, monkeypatch
):
    monkeypatch.setattr(limits, "ADDRESS", limits.Rate(1, 3600))
    rosa = UserFactory(date_joined=timezone.now() - timedelta(days=90))
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        for text, answer in (
            ("Buenas tardes, vecinos.", "Tu comentario está publicado."),
            ("El agua llega a las cinco.", "participa mucha gente desde esta conexión"),
        ):
            page.goto(debate.get_absolute_url())
            form = page.locator("form.comment-form").first
            form.locator("textarea").fill(text)
            form.get_by_role("button", name="Publicar").click()
            expect(page.get_by_text(answer).first).to_be_attached()
        form = page.locator("form.comment-form").first
        expect(form.locator("textarea")).to_have_value("El agua llega a las cinco.")
        answer_the_question(page)
        shot(page, f"busy-connection-{'js' if js else 'plain'}")
        if js:
            assert violations(page) == []
        form.get_by_role("button", name="Publicar").click()
        said = page.locator("article").filter(has_text="El agua llega a las cinco.")
        expect(said.first).to_be_visible()
    with scoped_transaction(debate.municipality):
        assert Comment.objects.count() == 2
