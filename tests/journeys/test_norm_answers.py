"""Wordings, answers and the matrix in a real browser: what residents say, what the office does with it."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from norms.enums import Stance
from norms.models import Cause, Norm, OfficeAnswer, Wording
from participation.models import Notice
from tests.factories import MunicipalityFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_places import sign_in
from tests.norms.answering import comment, neighbour, propose, put_forward, rewrite, staff
from tests.norms.factories import WordingStanceFactory


REASONS = "Se acoge: el artículo 2 dice ahora que la cuota es mensual."
ALIKE = (
    "Los triciclos no deberían pagar una tasa anual tan alta",
    "Que los triciclos no paguen una tasa anual tan alta",
    "Los triciclos no deben pagar una tasa anual alta",
)
BOTH = pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])


@pytest.fixture
def ana(otuzco):
    with scoped_transaction(otuzco):
        return staff(otuzco)


def looking(page, js, name):
    """Keep what it looks like, and find nothing that axe would, nor anything beside the screen."""
    shot(page, f"norm-answers-{name}-{'js' if js else 'plain'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if js:
        assert violations(page) == []


def at(name, *args):
    return reverse(f"norms:{name}", args=["otuzco", *args])


@BOTH
def test_two_residents_say_what_they_think_of_a_wording(visit, live_server, otuzco, ana, js):
    with scoped_transaction(otuzco):
        norm, parts = put_forward(otuzco, title="Ordenanza de ciclovías y triciclos de Otuzco")
        wording = propose(
            norm, parts[1], "tasa anual", "cuota mensual", comment__text="Así se paga mejor."
        )
        propose(norm, parts[0], "La municipalidad la mantiene.", "")
        people = [neighbour(otuzco), neighbour(otuzco)]
    card = f"#redaccion-{wording.pk}"

    for person, stance in zip(people, ("must", "must_not"), strict=True):
        with visit(js=js, size=PHONE) as page:
            sign_in(page, live_server, person.user)
            page.goto(at("wordings", norm.pk))
            page.locator(f"{card} button[value=should]").click()
            expect(page.locator(f"{card} [aria-pressed=true]")).to_have_attribute("value", "should")
            page.locator(f"{card} button[value={stance}]").click()
            expect(page.locator(f"{card} [aria-pressed=true]")).to_have_attribute("value", stance)
            page.wait_for_load_state()
            looking(page, js, f"wordings-{stance}")

    with scoped_transaction(otuzco):
        now = Wording.objects.get(pk=wording.pk)
        assert (now.musts, now.shoulds, now.should_nots, now.must_nots) == (1, 0, 0, 1)

    with visit(js=js, size=PHONE) as page:
        sign_in(page, live_server, people[0].user)
        page.goto(at("wordings", norm.pk))
        page.locator(f"{card} button[value=none]").click()
        expect(page.locator(f"{card} [aria-pressed=true]")).to_have_count(0)

    with visit(js=js, size=DESK) as page:
        sign_in(page, live_server, ana)
        page.goto(at("obstacles", norm.pk))
        expect(page.locator("main article")).to_have_count(0)  # nobody insists on what is not there
        page.goto(at("obstacles", norm.pk) + "?ver=todo")
        expect(page.locator(f"#obstaculo-{wording.pk}")).to_be_visible()
        looking(page, js, "obstacles")


def contributed(town):
    """A norm whose time for comments is over, with three that say nearly the same and one more."""
    norm, parts = put_forward(
        town, closed=True, title="Ordenanza de ciclovías y triciclos de Otuzco"
    )
    alike = [
        comment(norm, parts[1], text=text, author=UserFactory(display_name=f"Vecina {number}"))
        for number, text in enumerate(ALIKE, 1)
    ]
    wording = propose(
        norm, parts[1], "tasa anual", "cuota mensual", comment__text="Más fácil de pagar."
    )
    WordingStanceFactory.create_batch(2, municipality=town, wording=wording, stance=Stance.MUST)
    comment(norm, text="¿Y los peatones de la plaza?")
    return norm, parts, alike, wording


@BOTH
def test_three_alike_are_answered_at_once_and_the_matrix_says_so(
    visit, live_server, otuzco, ana, js
):
    with scoped_transaction(otuzco):
        norm, parts, alike, wording = contributed(otuzco)
        texts = [(part.article, part.text) for part in parts]
        texts[1] = (parts[1].article, "Los triciclos pagan una cuota mensual.")
        rewrite(norm, [*texts[:2], (None, "Los peatones pasan primero.")], is_final=True)

    with visit(js=js, size=DESK) as page:
        sign_in(page, live_server, ana)
        the_office_answers(page, norm, alike, wording, js)
        the_office_says_what_it_caused(page, norm, parts[1], alike[0], js)

    with scoped_transaction(otuzco):
        made = OfficeAnswer.objects.published().order_by("pk")
        assert [answer.answered.count() for answer in made] == [3, 1]
        told = Notice.objects.filter(event__verb="norm_contribution_answered")
        people = {one.author_id for one in alike} | {wording.comment.author_id}
        assert sorted(told.values_list("user", flat=True)) == sorted(people)
        assert Cause.objects.get().comment == alike[0]

    with visit(js=js, size=PHONE) as page:
        sign_in(page, live_server, alike[0].author)
        everybody_reads_it(page, norm, alike, js)


def the_office_answers(page, norm, alike, wording, js):
    page.goto(at("answer_desk", norm.pk))
    looking(page, js, "desk")
    page.locator(f"#aporte-{alike[0].pk}").check()
    page.locator("main form[action$='/responder/'] button[type=submit]").click()
    page.locator("#parecidos summary").click()
    for one in alike[1:]:
        page.locator(f"#aporte-{one.pk}").check()
    looking(page, js, "answer")
    page.locator("button[value=keep]").click()  # without reasons it is not kept
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=verdict][value=taken]").check()
    page.locator("[name=text]").fill(REASONS)
    page.locator("button[value=keep]").click()
    page.wait_for_url("**/aportes/")

    page.locator(f"#aporte-{wording.comment_id}").check()
    page.locator("main form[action$='/responder/'] button[type=submit]").click()
    page.locator("[name=verdict][value=partly]").check()
    page.locator("[name=text]").fill("La cuota se paga por mes, sin recargo.")
    page.locator("button[value=keep]").click()
    page.wait_for_url("**/aportes/")

    page.goto(at("written_answers", norm.pk))
    looking(page, js, "written")
    page.locator("form[action$='/respuestas/publicar/'] button").click()
    expect(page.locator("form[action$='/publicar/']")).to_have_count(0)


def the_office_says_what_it_caused(page, norm, part, said, js):
    page.goto(at("changes", norm.pk))
    page.locator("main a[href$='/causas/']").click()
    page.locator(f"#causa-{part.article_id}-{said.pk}").check()
    looking(page, js, "causes")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(f"#causa-{part.article_id}-{said.pk}")).to_be_checked()


def everybody_reads_it(page, norm, alike, js):
    page.goto("/cuenta/avisos/")
    page.goto(at("changes", norm.pk))
    expect(page.locator("main")).to_contain_text(ALIKE[0])
    looking(page, js, "changes")
    page.goto(at("compare", norm.pk, 1, 2))
    looking(page, js, "compare")
    page.goto(alike[1].get_absolute_url())
    expect(page.locator("#comentarios")).to_contain_text(REASONS)
    looking(page, js, "comment")
    page.goto(at("answers", norm.pk))
    looking(page, js, "matrix")
    page.locator("main a[href='?mios=si']").click()
    expect(page.locator("main article")).to_have_count(1)
    page.goto(at("answers", norm.pk))

    pdf = PdfReader(io.BytesIO(downloaded(page, "pdf")))
    document = Document(io.BytesIO(downloaded(page, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = (
        " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split()),
        " ".join(" ".join(cells).split()),
    )
    for told in (*ALIKE, REASONS, "Vecina 2", "cuota mensual", "¿Y los peatones de la plaza?"):
        assert [told in text for text in texts] == [True, True], told
    assert texts[1].count(REASONS) == 3


def downloaded(page, kind):
    with page.expect_download() as got:
        page.locator(f"main a[href*='matriz.{kind}']").click()
    return got.value.path().read_bytes()


def test_a_late_answer_and_what_waits_are_said_to_everybody(visit, otuzco, ana):
    with scoped_transaction(otuzco):
        norm, _parts = put_forward(otuzco, answered=True)
        comment(norm, text="Sin respuesta todavía")

    with visit(size=PHONE) as page:
        page.goto(at("answers", norm.pk))
        expect(page.locator("main .alert")).to_be_visible()
        assert violations(page) == []

    with scoped_transaction(otuzco):
        assert Norm.objects.get(pk=norm.pk).answers_at < timezone.now()
