"""A draft norm from its Word document to its result: with JavaScript, and without.

Forty articles are brought in; three people mark words and propose others; the office answers two
of them at once; the second version keeps what survives and says what does not; the matrix is read.
"""

import io
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from norms.enums import AnchorState, NormResult, PartKind, Phase, Stance, Verdict
from norms.models import Annotation, Cause, Norm, OfficeAnswer, Wording
from participation.models import Notice
from proposals.enums import ProposalState
from tests.factories import ProposalFactory, ResidentFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in
from tests.journeys.test_whole_vote import fill, press
from tests.norms.factories import InitiativeFactory


ARTICLES = 40
CHAPTERS = {1: "DISPOSICIONES GENERALES", 11: "LA CIRCULACIÓN", 21: "LAS OBRAS", 31: "LAS FALTAS"}
ROOM = "una distancia de un metro"
MORE_ROOM, MOST_ROOM = "un espacio de metro y medio", "una distancia de dos metros"
NEAR, WATCHED = "a menos de cincuenta metros", "a la vista del guardián"
TEXTS = {
    7: f"Quien conduce un vehículo motorizado deja {ROOM} al adelantar a una bicicleta.",
    12: f"Los mercados tienen estacionamientos de bicicletas {NEAR} de su entrada.",
}
NEW = "La municipalidad cuenta las bicicletas dos veces al año y publica lo que contó."
WHY, WHY_NOT = (
    "Sube a metro y medio, como recomiendan los estudios.",
    "No todo mercado tiene guardián.",
)


# --- The Word documents


def text_of(number):
    return TEXTS.get(
        number, f"La municipalidad cuida el tramo {number} de la ciclovía y lo señala."
    )


def first_text():
    return [(f"Regla {number}", text_of(number)) for number in range(1, ARTICLES + 1)]


def second_text():
    """A new article comes in, so that those behind it move, and the room for bicycles changes."""
    articles = first_text()
    heading, text = articles[6]
    articles[6] = (heading, text.replace(ROOM, MORE_ROOM))
    return [*articles[:4], ("Conteo", NEW), *articles[4:]]


def word_document(articles):
    """As an office writes it: chapters in the middle, «Artículo 1.- Heading», a paragraph each."""
    document = Document()
    document.add_heading("ORDENANZA QUE PROMUEVE EL USO DE LA BICICLETA", level=0)
    roman = iter(["I", "II", "III", "IV"])
    for number, (heading, text) in enumerate(articles, start=1):
        if number in CHAPTERS:
            document.add_paragraph(f"CAPÍTULO {next(roman)}")
            document.add_paragraph(CHAPTERS[number])
        document.add_paragraph(f"Artículo {number}.- {heading}")
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": "ordenanza.docx", "mimeType": kind, "buffer": file.getvalue()}


# --- The people


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state = MunicipalityState.OPEN
    town.modules = [Module.NORMS]
    town.contact_office = "Gerencia de Transportes"
    town.save()
    return town


@pytest.fixture
def people(otuzco):
    home = Place.objects.get(code="130601")
    found = {
        name: ResidentFactory(user=UserFactory(display_name=name), district=home).user
        for name in ("Elsa", "Tomás", "Nelly")
    }
    found["Rosa"] = UserFactory(display_name="Rosa")
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=found["Rosa"], municipality=otuzco, role=Role.ADMINISTRATOR)
    return found


def at_desk(norm, *parts):
    return "/".join(["/otuzco/normas/gestion", str(norm.pk), *parts, ""])


def at_norm(norm, *parts):
    return "/".join(["/otuzco/normas", str(norm.pk), *parts, ""])


# --- The journey


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_norm_lives_its_whole_life(visit, live_server, at, otuzco, people, js):
    @contextmanager
    def on_a_phone(who=None):
        with visit(js=js, size=PHONE) as page:
            if who:
                sign_in(page, live_server, people[who])
            yield page

    def look(page, name):
        """Nothing is wider than the phone; axe is a script itself."""
        shot(page, f"whole-norm-{name}-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js:
            assert violations(page) == []

    with on_a_phone("Rosa") as page:
        norm = she_prepares_it(page, otuzco, look)
        she_brings_the_text_in(page, norm, first_text(), look)
        she_publishes_it(page, norm, look)

    at(timezone.now() + timedelta(days=2))
    with on_a_phone("Elsa") as page:
        way = by_mouse if js else by_form
        somebody_marks(page, norm, 7, ROOM, MORE_ROOM, way, look)
    with on_a_phone("Tomás") as page:
        way = by_keyboard if js else by_form
        somebody_marks(page, norm, 7, ROOM, MOST_ROOM, way, look)
        somebody_takes_a_stance(page, otuzco, MORE_ROOM, Stance.SHOULD, look)
    with on_a_phone("Nelly") as page:
        somebody_marks(page, norm, 12, NEAR, WATCHED, by_form, look)
        somebody_takes_a_stance(page, otuzco, MORE_ROOM, Stance.MUST, look)
    they_share_one_annotation(otuzco)

    at(timezone.now() + timedelta(days=20))
    with on_a_phone("Nelly") as page:
        nobody_comments_any_more(page, norm)
    with on_a_phone("Rosa") as page:
        she_answers_several_at_once(page, norm, look)
        she_brings_the_text_in(page, norm, second_text(), look)
        she_says_what_caused_the_change(page, norm, otuzco, look)
        she_makes_it_final(page, norm, look)
    assert_told(otuzco, people["Elsa"])

    with on_a_phone("Elsa") as page:
        she_sees_what_became_of_the_words(page, norm, look)
        she_reads_what_changed(page, norm, look)
        she_reads_the_matrix(page, norm, look)

    with on_a_phone("Rosa") as page:
        she_publishes_the_result(page, norm, look)
    with on_a_phone() as page:
        page.goto(at_norm(norm))
        expect(page.locator("main")).to_contain_text("Ordenanza 021-2027")
        look(page, "result")
        page.goto(at_norm(norm, "historial"))
        look(page, "history")
    with scoped_transaction(otuzco):
        assert Norm.objects.get().phase == Phase.RESULT


# --- What staff do before


def she_prepares_it(page, otuzco, look):
    page.goto("/otuzco/normas/gestion/")
    page.locator("main a[href$='/gestion/nueva/']").first.click()
    look(page, "write")
    fill(
        page,
        {
            "title": "Ordenanza de la bicicleta",
            "summary": "Ordena las ciclovías y los estacionamientos.",
            "explanation": "Cada mañana pasan más de mil bicicletas.",
        }
        | days(),
    )
    press(page)
    page.wait_for_url(re.compile(r"/gestion/\d+/$"))
    look(page, "manage")
    with scoped_transaction(otuzco):
        return Norm.objects.select_related("municipality").get()


def days():
    """Explained since this morning; comments from tomorrow on, for some weeks."""
    today = timezone.localtime().replace(hour=8, minute=0)
    after = {"explained_at": 0, "opens_at": 1, "closes_at": 21, "answers_at": 40, "final_at": 50}
    return {
        name: (today + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M")
        for name, number in after.items()
    }


def she_brings_the_text_in(page, norm, articles, look):
    name = f"{len(articles)}-articles"
    page.goto(at_desk(norm, "texto"))
    page.locator("[name=upload]").set_input_files(word_document(articles))
    look(page, f"{name}-import")
    page.locator("main form[enctype] button[type=submit]").click()
    page.wait_for_url(f"**{at_desk(norm, 'estructura')}")
    look(page, f"{name}-structure")
    for number in (1, 7, ARTICLES):
        expect(page.locator("main")).to_contain_text(f"Artículo {number}")
    with scoped_transaction(norm.municipality):
        found = Norm.objects.get(pk=norm.pk).draft.parts
        assert found.filter(kind=PartKind.ARTICLE).count() == len(articles)
        assert found.filter(kind=PartKind.CHAPTER).count() == len(CHAPTERS)
    page.goto(at_desk(norm, "version"))
    look(page, f"{name}-settle")
    fill(page, {"what_changed": "Lo que la gente pidió."})
    press(page)
    page.wait_for_url(f"**{at_desk(norm)}")


def she_publishes_it(page, norm, look):
    page.goto(at_desk(norm, "publicar"))
    look(page, "publish")
    press(page)
    page.wait_for_url(f"**{at_desk(norm)}")


# --- What three people say


def somebody_marks(page, norm, number, words, other, way, look):
    """Find the article from the public page, mark the words, say why, and propose other words."""
    page.goto(at_norm(norm))
    page.locator(f"main a[href$='/articulo/articulo-{number}/']").first.click()
    page.wait_for_url(f"**/articulo/articulo-{number}/")
    look(page, f"article-{number}-{way.__name__}")
    way(page, words)
    page.wait_for_url("**/comentar/**")
    if not page.locator("#wording").evaluate("fold => fold.open"):
        page.locator("#wording > summary").click()
    page.locator("[name=words]").fill(words)
    fill(page, {"text": f"Mejor: {other}.", "new_text": other})
    look(page, f"comment-{number}-{way.__name__}")
    press(page)
    page.wait_for_url("**/marcas/**")
    expect(page.locator("main h1")).to_contain_text(words)
    look(page, f"marked-{number}-{way.__name__}")


def by_form(page, words):
    paragraph = page.locator(".paragraph", has_text=words)
    paragraph.locator("a[href*='/comentar/']:not(.marked)").last.click()


def by_mouse(page, words):
    """Press at the first letter, drag to the last, let go."""
    page.locator(".paragraph", has_text=words).scroll_into_view_if_needed()
    start, stop = page.evaluate(PLACES_OF_WORDS, words)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*stop, steps=8)
    page.mouse.up()
    page.locator("[data-mark-go]").click()


PLACES_OF_WORDS = """(words) => {
  for (const paragraph of document.querySelectorAll("[data-start]")) {
    const at = paragraph.textContent.indexOf(words);
    if (at < 0) continue;
    const point = (units) => {
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      let node = walker.nextNode();
      while (units > node.length) { units -= node.length; node = walker.nextNode(); }
      const range = document.createRange();
      range.setStart(node, Math.max(units - 1, 0));
      range.setEnd(node, units || 1);
      const box = range.getBoundingClientRect();
      return [units ? box.right - 1 : box.left, box.top + box.height / 2];
    };
    return [point(at), point(at + words.length)];
  }
}"""


def by_keyboard(page, words):
    """The button of the paragraph; right to where it begins, down for each word more; Enter."""
    paragraph = page.locator(".paragraph", has_text=words)
    before, _sign, _after = paragraph.locator("[data-start]").inner_text().partition(words)
    paragraph.locator("[data-mark]").focus()
    page.keyboard.press("Enter")
    for _word in re.findall(r"\w+", before):
        page.keyboard.press("ArrowRight")
    for _word in re.findall(r"\w+", words)[1:]:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def somebody_takes_a_stance(page, otuzco, words, stance, look):
    with scoped_transaction(otuzco):
        wording = Wording.objects.select_related("norm").get(new_text=words)
    page.goto(at_norm(wording.norm, "redacciones"))
    look(page, f"wordings-{stance}")
    button = f"#redaccion-{wording.pk} [name=stance][value={stance}]"
    page.locator(button).click()
    expect(page.locator(button)).to_have_attribute("aria-pressed", "true")


def they_share_one_annotation(otuzco):
    with scoped_transaction(otuzco):
        assert Annotation.objects.count() == 2
        assert Wording.objects.filter(annotation__quote=ROOM).count() == 2
        more = Wording.objects.get(new_text=MORE_ROOM)
        assert (more.musts, more.shoulds) == (1, 1)


def nobody_comments_any_more(page, norm):
    page.goto(at_norm(norm, "articulo", "articulo-12"))
    assert page.locator("main a[href*='/comentar/']").count() == 0


# --- What the office does with it


def she_answers_several_at_once(page, norm, look):
    page.goto(at_norm(norm, "aportes"))
    look(page, "answer-desk")
    for other in (MORE_ROOM, MOST_ROOM):
        row = page.locator("main form ol > li", has_text=f"Mejor: {other}.")
        row.locator("[name=aporte]").check()
    page.locator("main form[action$='/responder/'] button[type=submit]").click()
    she_writes_an_answer(page, Verdict.TAKEN, WHY, look)
    page.goto(at_norm(norm, "aportes"))
    row = page.locator("main form ol > li", has_text=f"Mejor: {WATCHED}.")
    row.locator("[name=aporte]").check()
    page.locator("main form[action$='/responder/'] button[type=submit]").click()
    she_writes_an_answer(page, Verdict.NO, WHY_NOT, look)
    page.goto(at_norm(norm, "respuestas"))
    look(page, "written-answers")
    page.locator("main form[action$='/respuestas/publicar/'] button[type=submit]").click()
    page.wait_for_load_state()
    with scoped_transaction(norm.municipality):
        assert OfficeAnswer.objects.published().count() == 2
        assert OfficeAnswer.objects.get(verdict=Verdict.TAKEN).answered.count() == 2


def she_writes_an_answer(page, verdict, why, look):
    page.wait_for_url("**/responder/**")
    look(page, f"answer-{verdict}")
    page.locator(f"[name=verdict][value={verdict}]").check()
    fill(page, {"text": why})
    page.locator("main [name=do][value=keep]").click()
    page.wait_for_url(lambda url: "/responder/" not in url)


def she_says_what_caused_the_change(page, norm, otuzco, look):
    page.goto(at_norm(norm, "cambios", "2", "causas"))
    look(page, "causes")
    for box in page.locator("main .panel", has_text=f"Mejor: {MORE_ROOM}.").all():
        box.locator("[type=checkbox]").check()
    press(page)
    page.wait_for_load_state()
    with scoped_transaction(otuzco):
        assert Cause.objects.get().article.slug == "articulo-7"


def she_makes_it_final(page, norm, look):
    page.goto(at_desk(norm, "texto"))
    page.locator("main form[action$='/copiar/'] button[type=submit]").click()
    page.wait_for_url(f"**{at_desk(norm, 'estructura')}")
    page.goto(at_desk(norm, "version"))
    page.locator("[name=is_final]").check()
    look(page, "settle-final")
    press(page)
    page.wait_for_url(f"**{at_desk(norm)}")


def she_publishes_the_result(page, norm, look):
    page.goto(at_desk(norm, "resultado"))
    look(page, "result-form")
    page.locator(f"[name=result][value={NormResult.PASSED}]").check()
    fill(page, {"result_text": "El concejo la aprobó por mayoría.", "number": "Ordenanza 021-2027"})
    press(page)
    page.wait_for_url(f"**{at_desk(norm)}")


# --- What people read afterwards


def assert_told(otuzco, person):
    with scoped_transaction(otuzco):
        verbs = Notice.objects.filter(user=person).values_list("event__verb", flat=True)
        assert "norm_contribution_answered" in set(verbs)


def she_sees_what_became_of_the_words(page, norm, look):
    """Those of one article are there under its new number; those of the other are not, and it says so."""
    with scoped_transaction(norm.municipality):
        states = {
            quote: set(
                Annotation.objects.get(quote=quote)
                .anchors.filter(version__number__gt=1)
                .values_list("state", flat=True)
            )
            for quote in (ROOM, NEAR)
        }
    assert states[ROOM] == {AnchorState.LOST}
    assert AnchorState.LOST not in states[NEAR]
    page.goto(at_norm(norm, "articulo", "articulo-12"))
    expect(page.locator("main h1")).to_contain_text("Artículo 13")
    expect(page.locator("#marcadas")).to_contain_text(NEAR)
    look(page, "kept")
    page.goto(at_norm(norm, "articulo", "articulo-7"))
    expect(page.locator("#perdidas")).to_contain_text(ROOM)
    look(page, "lost")
    page.locator("#perdidas a").first.click()
    page.wait_for_url("**/marcas/**")
    look(page, "lost-words")


def she_reads_what_changed(page, norm, look):
    page.goto(at_norm(norm, "cambios"))
    main = page.locator("main")
    expect(main).to_contain_text("Artículo 8")
    expect(main).to_contain_text(f"Mejor: {MORE_ROOM}.")
    expect(main).to_contain_text(NEW)
    look(page, "changes")


def she_reads_the_matrix(page, norm, look):
    page.goto(at_norm(norm, "matriz"))
    look(page, "matrix")
    pdf = PdfReader(io.BytesIO(downloaded(page, "pdf")))
    document = Document(io.BytesIO(downloaded(page, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    texts = {
        "pdf": " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split()),
        "docx": " ".join(" ".join([*paragraphs, *cells]).split()),
    }
    for told in (MORE_ROOM, MOST_ROOM, WATCHED, WHY, WHY_NOT, "Elsa", "Tomás", "Nelly"):
        assert {kind: told in text for kind, text in texts.items()} == {"pdf": True, "docx": True}


def downloaded(page, kind):
    with page.expect_download() as got:
        page.locator(f"main a[href*='matriz.{kind}']").click()
    return got.value.path().read_bytes()


# --- Initiatives


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_initiative_is_followed_on_its_way(visit, live_server, otuzco, people, js):
    def look(page, name):
        shot(page, f"initiative-{name}-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js:
            assert violations(page) == []

    with visit(js=js, size=PHONE) as page:
        sign_in(page, live_server, people["Rosa"])
        page.goto("/otuzco/normas/iniciativas/")
        page.locator("main a[href$='/iniciativas/nueva/']").click()
        look(page, "write")
        fill(
            page,
            {
                "title": "Manantiales limpios",
                "text": "Que nadie bote basura en la cabecera.",
                "promoter": "Juntas del agua",
                "electors": "19840",
                "electors_source": "Padrón de octubre",
                "collected": "151",
            },
        )
        press(page)
        page.locator("main [name=publish]").click()
        expect(page.locator("[data-needed='199']").first).to_be_visible()
        page.locator("main a[href$='/paso/presentada/']").click()
        look(page, "step")
        fill(page, {"presented_on": timezone.localdate().isoformat(), "collected": "240"})
        press(page)
        page.wait_for_url(re.compile(r"/iniciativas/\d+/$"))
        page.locator("main a[href$='/paso/verificada/']").click()
        until = timezone.localdate() + timedelta(days=30)
        today = timezone.localdate().isoformat()
        fill(page, {"verified_on": today, "valid": "205", "decide_by": until.isoformat()})
        press(page)
        expect(page.locator("[data-days='30']")).to_be_visible()
        look(page, "verified")

    with scoped_transaction(otuzco):
        InitiativeFactory(municipality=otuzco)
    with visit(js=js, size=PHONE) as page:
        page.goto(reverse("norms:initiatives", args=["otuzco"]))
        look(page, "list")
        page.locator("[name=electores]").fill("50000")
        page.locator("#cuantas-firmas button").click()
        expect(page.locator("[data-needed='501']")).to_be_visible()


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_proposal_with_its_supports_becomes_a_draft_norm(visit, live_server, otuzco, people, js):
    otuzco.modules = [Module.PROPOSALS, Module.NORMS]
    otuzco.save()
    with scoped_transaction(otuzco):
        reached = {"state": ProposalState.THRESHOLD, "reached_at": timezone.now()}
        proposal = ProposalFactory(
            municipality=otuzco,
            published=True,
            author=people["Elsa"],
            title="Ciclovía para todos",
            thread__title="Ciclovía para todos",
            thread__is_public=True,
            **reached,
        )
        address = proposal.get_absolute_url()
        proposal.thread.path = address
        proposal.thread.save()

    with visit(js=js, size=PHONE) as page:
        sign_in(page, live_server, people["Rosa"])
        page.goto(address)
        page.locator("main a[href*='/desde-propuesta/']").click()
        shot(page, f"from-proposal-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js:
            assert violations(page) == []
        page.locator("main [name=begin]").click()
        page.wait_for_url(re.compile(r"/normas/gestion/\d+/$"))
        expect(page.locator("main h1")).to_contain_text("Ciclovía para todos")
