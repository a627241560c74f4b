"""Three people mark words of a draft norm, each in their way; then a second version comes out."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from norms.models import Anchor, Annotation, Wording
from tests.factories import UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.norms.texts import mark, next_version, written


TEXT = (
    "😀 La bicicleta circula por la ciclovía y, donde no la hay, por la calzada.\n"
    "La municipalidad mantiene la ciclovía limpia e iluminada.\n"
    "\tLos domingos se cierra al tránsito de vehículos motorizados."
)
QUOTE = "donde no la hay"


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.modules = [Module.NORMS]
    municipality.save()
    return municipality


@pytest.fixture
def part(otuzco):
    with scoped_transaction(otuzco):
        first, _second = written(
            otuzco,
            TEXT,
            "La tasa es de 5 soles al año.",
            title="Ordenanza de la bicicleta",
        )
        return first


def sign_in(page, user, site):
    """As somebody whose session is open already."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])


def drag_over(page, words):
    """Select these words with the mouse, as a hand does: from their first letter to their last."""
    start, end = page.evaluate(
        """words => {
            for (const p of document.querySelectorAll("[data-start]")) {
                const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const at = node.data.indexOf(words);
                    if (at < 0) continue;
                    p.scrollIntoView({ block: "center" });
                    const box = (from, to) => {
                        const range = document.createRange();
                        range.setStart(node, from);
                        range.setEnd(node, to);
                        return range.getBoundingClientRect();
                    };
                    const first = box(at, at + 1), last = box(at + words.length - 1, at + words.length);
                    return [
                        [first.left + 1, first.top + first.height / 2],
                        [last.right - 1, last.top + last.height / 2],
                    ];
                }
            }
        }""",
        words,
    )
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def annotations_of(town):
    with scoped_transaction(town):
        return [(a.quote, a.thread.comment_count) for a in Annotation.objects.all()]


def test_three_people_mark_words_and_a_second_version_keeps_what_survives(
    visit, live_server, otuzco, part
):
    address = part.article.get_absolute_url()
    rosa, luis, ana = (UserFactory() for _ in range(3))

    with visit(size=DESK) as page:  # with the mouse
        sign_in(page, rosa, live_server.url)
        page.goto(address)
        assert page.locator("[data-mark-bar]").is_hidden()
        drag_over(page, QUOTE)
        page.locator("[data-mark-go]").wait_for()
        shot(page, "norm-marked-by-mouse")
        page.locator("[data-mark-go]").click()
        expect(page.locator("[name=words]")).to_have_value(QUOTE)
        page.locator("[name=text]").fill("¿Y quién decide dónde?")
        page.locator("#wording > summary").click()
        page.locator("[name=new_text]").fill("donde la municipalidad lo señale")
        page.locator("[name=take_out]").wait_for()
        shot(page, "norm-annotate-desk")
        assert violations(page) == []
        page.locator("form:has([name=words]) button[type=submit]").click()
        page.locator(".comment").wait_for()
        shot(page, "norm-annotation-desk")
        assert violations(page) == []
    assert annotations_of(otuzco) == [(QUOTE, 1)]

    with visit(size=DESK) as page:  # with the keyboard alone
        sign_in(page, luis, live_server.url)
        page.goto(address)
        page.locator("[data-mark]").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-mark-bar]")).to_be_focused()
        chosen = "document.getSelection().toString()"
        assert page.evaluate(chosen) == "La"
        for _ in range(7):
            page.keyboard.press("ArrowRight")
        for _ in range(2):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.evaluate(chosen) == QUOTE
        expect(page.locator("#announcements")).to_contain_text(QUOTE)
        assert violations(page) == []
        shot(page, "norm-marked-by-keyboard")
        page.keyboard.press("Enter")
        expect(page.locator("[name=words]")).to_have_value(QUOTE)
        page.locator("[name=text]").fill("Está bien así.")
        page.locator("form:has([name=words]) button[type=submit]").press("Enter")
        page.locator(".comment").first.wait_for()
    assert annotations_of(otuzco) == [(QUOTE, 2)]

    with visit(js=False) as page:  # without JavaScript, on a phone
        sign_in(page, ana, live_server.url)
        page.goto(address)
        assert page.locator("[data-mark]").first.is_hidden()
        shot(page, "norm-article-phone-nojs")
        page.locator("#parrafo-2 .paragraph-do a").click()
        page.locator("[name=words]").fill("limpia e iluminada")
        page.locator("[name=text]").fill("También señalizada.")
        page.locator("form:has([name=words]) button[type=submit]").click()
        page.locator(".comment").wait_for()
        page.goto(address)
        counts = page.locator(".marked[data-count]")
        assert [one.get_attribute("data-count") for one in counts.all()] == ["2", "1"]
    assert annotations_of(otuzco) == [(QUOTE, 2), ("limpia e iluminada", 1)]

    with scoped_transaction(otuzco):
        assert Wording.objects.get().new_text == "donde la municipalidad lo señale"
        articles = list(part.version.norm.articles.order_by("pk"))
        texts = {
            articles[0]: f"Esta ordenanza es de todos.\n{TEXT}".replace(
                "limpia e iluminada", "limpia"
            ),
            articles[1]: "La tasa es de 7 soles al año.",
        }
        next_version(part.version.norm, texts)
        states = {a.annotation.quote: a.state for a in Anchor.objects.filter(version__number=2)}
        addresses = {a.quote: a.get_absolute_url() for a in Annotation.objects.all()}
    assert states == {QUOTE: "kept", "limpia e iluminada": "lost"}

    with visit(size=PHONE) as page:
        page.goto(address)
        assert "".join(page.locator(".marked").all_inner_texts()) == QUOTE
        assert page.locator("#perdidas li").count() == 1
        for quote, state in states.items():
            page.goto(addresses[quote])
            page.locator(f"[data-state={state}]").wait_for()
            assert page.locator(".comment").count() >= 1
            shot(page, f"norm-annotation-{state}-phone")
            assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_a_norm_is_accessible_and_fits(
    visit, live_server, otuzco, part, scheme, size
):
    with scoped_transaction(otuzco):
        marked = mark(part, "La municipalidad mantiene la ciclovía")
        mark(part, "mantiene la ciclovía limpia", text="Ojalá.")
        norm = part.version.norm
        pages = {
            "index": "/otuzco/normas/",
            "detail": norm.get_absolute_url(),
            "version": f"/otuzco/normas/{norm.pk}/version/1/",
            "article": part.article.get_absolute_url(),
            "annotation": marked.thread.path,
            "annotate": f"{part.article.get_absolute_url()}comentar/?v=1&parrafo=2",
        }
        person = UserFactory()
    with visit(size=size, scheme=scheme) as page:
        sign_in(page, person, live_server.url)
        for name, path in pages.items():
            page.goto(path)
            shot(page, f"norm-{name}-{scheme}-{size['width']}")
            assert violations(page) == [], path
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), path


def test_leaving_the_keyboard_marks_nothing_and_gives_the_focus_back(
    visit, live_server, otuzco, part
):
    with visit() as page:
        sign_in(page, UserFactory(), live_server.url)
        page.goto(part.article.get_absolute_url())
        button = page.locator("[data-mark]").nth(1)
        button.focus()
        page.keyboard.press("Space")
        expect(page.locator("[data-mark-bar]")).to_be_focused()
        page.keyboard.press("End")
        assert page.evaluate("document.getSelection().toString()") == "iluminada"
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        assert page.locator("[data-mark-bar]").is_hidden()


def test_words_chosen_with_a_finger_over_a_mark_go_to_the_form(visit, live_server, otuzco, part):
    with scoped_transaction(otuzco):
        mark(part, "mantiene la ciclovía")
        person = UserFactory()
    with visit(has_touch=True, is_mobile=True) as page:
        sign_in(page, person, live_server.url)
        page.goto(part.article.get_absolute_url())
        page.evaluate(
            """() => {
                const p = document.querySelectorAll("[data-start]")[1];
                const mark = p.querySelector(".marked").firstChild;
                const before = p.firstChild;
                document.getSelection().setBaseAndExtent(before, 3, mark, 11);
            }"""
        )
        page.locator("[data-mark-go]").tap()
        expect(page.locator("[name=words]")).to_have_value("municipalidad mantiene la")


def test_a_page_with_marks_is_light(visit, otuzco, part):
    with scoped_transaction(otuzco):
        mark(part, "La municipalidad")
    sizes = {}
    with visit() as page:
        page.on("response", lambda answer: sizes.update({answer.url: answer}))
        page.goto(part.article.get_absolute_url(), wait_until="networkidle")
        [script] = [a for url, a in sizes.items() if "norms" in url and url.endswith(".js")]
        assert len(script.body()) < 4 * 1024
        document = sizes[page.url]
        assert document.request.sizes()["responseBodySize"] <= 12 * 1024
        assert len(sizes) <= 8
