"""From a report to a decision, an appeal and back, in a real browser: with and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.actions import appeals, moderation
from participation.enums import CaseSource, ModerationRule
from participation.models import Case, Comment, Decision
from tests.factories import (
    CaseFactory,
    CommentFactory,
    DebateFactory,
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
    StatementFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        modules=[Module.PROPOSALS, Module.DEBATES],
    )


@pytest.fixture
def moderators(otuzco):
    with scoped_transaction(otuzco):
        return [
            RoleGrantFactory(
                municipality=otuzco,
                role=Role.MODERATOR,
                user=UserFactory(display_name=name, second_step=True),
            ).user
            for name in ("Carmen Rojas", "Julio Paredes")
        ]


@pytest.fixture
def people():
    old = timezone.now() - timedelta(days=90)
    names = ("Rosa Quispe", "Elmer Huamán", "Nelly Ríos", "Wilder Cruz")
    return [UserFactory(display_name=name, date_joined=old) for name in names]


@pytest.fixture
def debate(otuzco):
    with scoped_transaction(otuzco):
        found = DebateFactory(
            municipality=otuzco, title="¿Dónde ponemos el mercado?", takes_statements=True
        )
        found.thread.path = found.get_absolute_url()
        found.thread.save()
        return found


@pytest.fixture
def comment(otuzco, debate, people):
    with scoped_transaction(otuzco):
        return CommentFactory(
            municipality=otuzco,
            thread=debate.thread,
            author=people[0],
            text="La señora Paula es una ladrona y así no se puede.",
        )


def is_shown(otuzco, comment):
    with scoped_transaction(otuzco):
        return Comment.objects.get(pk=comment.pk).is_shown


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_reported_hidden_appealed_and_shown_again(
    visit, live_server, otuzco, debate, comment, people, moderators, js
):
    rosa, elmer, *others = people
    carmen, julio = moderators

    # Elmer reports it on the page of the debate; two more do the same.
    with visit(js=js) as page:
        sign_in(page, live_server, elmer)
        page.goto(debate.get_absolute_url())
        spot = page.locator(f"#flag-c{comment.pk}")
        spot.get_by_role("link", name="Reportar").click()
        page.get_by_role("radio", name="Insulta a alguien").check()
        page.get_by_role("button", name="Enviar el reporte").click()
        expect(page.get_by_text("Gracias. Moderación lo revisará.")).to_be_visible()
        if js:
            assert page.url.endswith(debate.get_absolute_url())
        assert not js or violations(page) == []
    with scoped_transaction(otuzco):
        for person in others:
            moderation.flag(debate.thread, comment, by=person, rule=ModerationRule.INSULT)
    assert not is_shown(otuzco, comment)

    # The public reads in its place that it waits.
    with visit(js=js) as page:
        page.goto(debate.get_absolute_url())
        expect(page.get_by_text("ladrona")).to_have_count(0)

    # Carmen hides it: by keyboard alone, or by a button.
    with visit(js=js, size=DESK if js else PHONE) as page:
        sign_in(page, live_server, carmen)
        page.goto("/otuzco/moderacion/")
        expect(page.get_by_text("La señora Paula es una ladrona")).to_be_visible()
        shot(page, f"moderation-queue-{'js' if js else 'plain'}")
        if js:
            page.keyboard.press("j")
            expect(page.locator(".case").first).to_be_focused()
            page.keyboard.press("o")
        else:
            page.get_by_text("Ocultar, advertir o suspender").click()
            page.locator(".decide").get_by_role("button", name="Ocultar", exact=True).click()
        expect(page.get_by_text("Ya no se ve.")).to_be_visible()
    with scoped_transaction(otuzco):
        decision = Decision.objects.get()
        assert (decision.kind, decision.rule, decision.by) == ("hide", "insult", carmen)

    # Rosa reads why in her notices, and appeals.
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        page.goto("/cuenta/avisos/")
        expect(page.get_by_text("Moderación ocultó tu comentario").first).to_be_visible()
        page.get_by_role("link", name="¿Dónde ponemos el mercado?").first.click()
        expect(page.get_by_text("Insulta a alguien. Puedes decir lo mismo")).to_be_visible()
        page.get_by_label("Por qué hay que revisarlo de nuevo").fill("Repetí lo que dijo otro.")
        page.get_by_role("button", name="Apelar").click()
        expect(page.get_by_text("Otra persona de moderación lo revisará.")).to_be_visible()
        assert not js or violations(page) == []
        shot(page, f"moderation-appealed-{'js' if js else 'plain'}")

    # Carmen cannot decide about it; Julio can, and does.
    with visit(js=js) as page:
        sign_in(page, live_server, carmen)
        page.goto("/otuzco/moderacion/")
        expect(page.get_by_role("heading", name="Apelaciones")).to_have_count(0)
    with visit(js=js) as page:
        sign_in(page, live_server, julio)
        page.goto("/otuzco/moderacion/")
        page.get_by_role("link", name="La señora Paula es una ladrona").click()
        page.get_by_role("radio", name="Tiene razón quien lo escribió").check()
        page.get_by_label("Respuesta a quien lo escribió").fill("Citaba a otra persona.")
        page.get_by_role("button", name="Decidir la apelación").click()
        expect(page.get_by_text("Decidido. Ya avisamos a quien lo escribió.")).to_be_visible()
    assert is_shown(otuzco, comment)

    with visit(js=js) as page:
        page.goto("/otuzco/moderacion/registro/")
        expect(page.get_by_text("se dio la razón a quien lo escribió")).to_be_visible()
        expect(page.get_by_text("Rosa Quispe")).to_have_count(0)


def test_the_keys_of_the_queue(visit, live_server, otuzco, debate, moderators):
    with scoped_transaction(otuzco):
        for number in range(3):
            comment = CommentFactory(
                municipality=otuzco, thread=debate.thread, text=f"Comentario {number}"
            )
            CaseFactory(
                municipality=otuzco,
                thread=debate.thread,
                comment=comment,
                opened_at=timezone.now() - timedelta(hours=9 - number),
            )

    with visit(size=DESK) as page:
        sign_in(page, live_server, moderators[0])
        page.goto("/otuzco/moderacion/")
        cases = page.locator(".case")
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(cases.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(cases.nth(0)).to_be_focused()

        # Without a rule nothing is hidden: the form unfolds and waits for one.
        page.keyboard.press("o")
        expect(cases.nth(0).locator("select")).to_be_focused()
        page.keyboard.press("m")  # in a field it is a letter like any other
        expect(cases).to_have_count(3)

        page.goto("/otuzco/moderacion/")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(cases.nth(0).locator("[data-choose]")).to_be_checked()
        page.keyboard.press("m")
        expect(cases).to_have_count(2)
        expect(cases.nth(0)).to_be_focused()
        page.keyboard.press("z")
        expect(cases).to_have_count(3)

        # Who does not want the keys switches them off, and it stays so.
        page.get_by_text("Decidir con el teclado").click()
        page.get_by_label("Usar estas teclas en esta página").uncheck()
        page.reload()
        page.keyboard.press("j")
        expect(cases.nth(0)).not_to_be_focused()
    with scoped_transaction(otuzco):
        assert Case.objects.open().count() == 3


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_of_moderation_is_accessible_and_fits(
    visit, live_server, otuzco, debate, comment, people, moderators, scheme, size
):
    rosa, *others = people
    carmen, julio = moderators
    long_word = "x" * 200
    with scoped_transaction(otuzco):
        for person in others:
            moderation.flag(
                debate.thread, comment, by=person, rule=ModerationRule.INSULT, text=long_word
            )
        case = Case.objects.get()
        for thing in (
            ProposalFactory(municipality=otuzco, published=True, title="Un puente"),
            StatementFactory(municipality=otuzco, debate=debate, text="El mercado al centro."),
        ):
            moderation.open_case(
                thing.thread, source=CaseSource.WORDS, found="mercado, puente", holds=True
            )
        held = CommentFactory(
            municipality=otuzco, thread=debate.thread, author=rosa, text=f"987654321 {long_word}"
        )
        moderation.open_case(
            debate.thread, held, source=CaseSource.PERSONAL, found="Teléfono", holds=True
        )
        another = CommentFactory(municipality=otuzco, thread=debate.thread, author=rosa)
        decision = moderation.decide_at_once(
            debate.thread,
            another,
            kind="suspend",
            by=carmen,
            rule=ModerationRule.HATE,
            reason=f"Desprecia a la gente de la sierra. {long_word}",
            days=5,
        )
        appeal = appeals.appeal(decision, by=rosa, text="No era eso.")
        RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR, user=julio)
    desk = {
        "queue": "/otuzco/moderacion/",
        "case": f"/otuzco/moderacion/casos/{case.pk}/",
        "appeal": f"/otuzco/moderacion/apelaciones/{appeal.pk}/",
        "decision": f"/otuzco/moderacion/decisiones/{decision.pk}/",
        "moderate": f"/otuzco/conversaciones/{debate.thread_id}/moderar/",
        "suspensions": "/otuzco/moderacion/suspensiones/",
        "rules": "/otuzco/moderacion/ajustes/",
        "log": "/otuzco/moderacion/registro/",
        "debate": debate.get_absolute_url(),
    }
    own = {
        "account": "/cuenta/",
        "own": "/otuzco/moderacion/decisiones/",
        "own-decision": f"/otuzco/moderacion/decisiones/{decision.pk}/",
        "waits": f"/otuzco/comentarios/{held.pk}/por-que/",
    }
    public = {
        "flag": f"/otuzco/conversaciones/{debate.thread_id}/reportar/",
        "debate-public": debate.get_absolute_url(),
    }
    with visit(scheme=scheme, size=size) as page:
        for person, pages in ((julio, desk), (rosa, own), (others[0], public)):
            sign_in(page, live_server, person)
            for name, address in pages.items():
                assert page.goto(address).ok, name
                assert violations(page) == [], name
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], name
                shot(page, f"moderation-{name}-{scheme}")
