"""What citizens see of draft norms: the list, the norm, its versions, a provision, marked words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import reading
from norms.enums import NormResult, NormState, PartKind
from norms.models import Norm
from norms.reading import Mark, paragraphs
from tests.factories import (
    CategoryFactory,
    CommentFactory,
    DocumentFactory,
    MunicipalityFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.norms.factories import AnnotationFactory, NormFactory, PartFactory, VersionFactory
from tests.norms.texts import mark, next_version, written


TEXT = "La bicicleta circula por la ciclovía.\n\tSalvo de noche."


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def staff(otuzco, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


def shown(client, **asked):
    return client.get(reverse("norms:index", args=["otuzco"]), asked).context["cards"]


def titles(cards):
    return [card["norm"].title for card in cards]


def at(name, norm, *more):
    return reverse(f"norms:{name}", args=["otuzco", norm.pk, *more])


# --- The list


def test_the_list_has_what_is_public_the_newest_first(client, otuzco):
    older = NormFactory(municipality=otuzco)
    newer = NormFactory(municipality=otuzco, published_at=timezone.now())
    NormFactory(municipality=otuzco, draft=True)

    assert [card["norm"] for card in shown(client)] == [newer, older]


def test_the_list_is_narrowed_by_phase_topic_and_words(client, otuzco):
    bikes = CategoryFactory(municipality=otuzco)
    NormFactory(municipality=otuzco, title="Ciclovías", category=bikes)
    NormFactory(municipality=otuzco, title="Mercados", closed=True)
    withdrawn = {"state": NormState.WITHDRAWN, "withdrawn_why": "Otra ley."}
    NormFactory(municipality=otuzco, title="Perros", **withdrawn)

    assert titles(shown(client, fase="comments")) == ["Ciclovías"]
    assert titles(shown(client, fase="answers")) == ["Mercados"]
    assert titles(shown(client, fase="withdrawn")) == ["Perros"]
    assert titles(shown(client, tema=bikes.pk)) == ["Ciclovías"]
    assert titles(shown(client, q="mercado")) == ["Mercados"]
    assert titles(shown(client, q="nada", fase="comments")) == []


@pytest.mark.parametrize("asked", [{"fase": "draft"}, {"tema": "x"}, {"page": "x"}])
def test_a_filter_that_makes_no_sense_shows_everything(client, otuzco, asked):
    NormFactory(municipality=otuzco)
    NormFactory(municipality=otuzco, draft=True)

    assert len(shown(client, **asked)) == 1


def test_long_lists_have_pages(client, otuzco):
    NormFactory.create_batch(13, municipality=otuzco)

    assert len(shown(client)) == 12
    assert len(shown(client, page=2)) == 1


def test_the_fragment_is_a_part_of_the_page(client, otuzco):
    NormFactory(municipality=otuzco)
    url = reverse("norms:index", args=["otuzco"])

    fragment = client.get(url, headers={"HX-Request": "true"}).text

    assert fragment.strip() in client.get(url).text


def test_lists_and_pages_ask_the_same_queries_for_one_or_many(client, otuzco):
    [part] = written(otuzco, TEXT)
    norm = part.version.norm
    addresses = [
        reverse("norms:index", args=["otuzco"]),
        norm.get_absolute_url(),
        at("version", norm, 1),
        part.article.get_absolute_url(),
        mark(part, "bicicleta").thread.path,
    ]
    CommentFactory(municipality=otuzco, thread=norm.thread)
    CommentFactory(municipality=otuzco, thread=part.article.thread)
    before = [asked(client, address) for address in addresses]

    NormFactory.create_batch(3, municipality=otuzco)
    for word in ("bicicleta", "circula", "por", "ciclovía", "Salvo", "noche"):
        mark(part, word)
    CommentFactory.create_batch(3, municipality=otuzco, thread=norm.thread)
    CommentFactory.create_batch(3, municipality=otuzco, thread=part.article.thread)

    assert [asked(client, address) for address in addresses] == before


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- A norm


def test_a_norm_shows_its_text_its_phases_and_its_documents(client, otuzco):
    [part] = written(otuzco, TEXT)
    norm = part.version.norm
    document = DocumentFactory(municipality=otuzco, thread=norm.thread)

    response = client.get(norm.get_absolute_url())

    assert response.context["parts"] == [part]
    assert [step["state"] for step in response.context["steps"]] == [
        "done",
        "current",
        *["todo"] * 3,
    ]
    assert response.context["documents"] == [document]
    assert part.article.get_absolute_url() in response.text
    assert "La bicicleta circula" in response.text


def test_a_draft_is_for_staff_alone(client, otuzco, staff):
    [part] = written(otuzco, TEXT, draft=True)
    norm = part.version.norm
    pages = [
        norm.get_absolute_url(),
        at("by_number", norm),
        at("version", norm, 1),
        part.article.get_absolute_url(),
    ]
    seen = {"visitor": [client.get(page, follow=True).status_code for page in pages]}
    client.force_login(UserFactory())
    seen["registered"] = [client.get(page, follow=True).status_code for page in pages]
    client.force_login(staff)
    seen["staff"] = [client.get(page, follow=True).status_code for page in pages]

    assert seen == {"visitor": [404] * 4, "registered": [404] * 4, "staff": [200] * 4}


def test_a_norm_has_one_address(client, otuzco):
    norm = NormFactory(municipality=otuzco, title="Ciclovías de Otuzco")

    assert client.get(at("by_number", norm)).url == norm.get_absolute_url()
    assert client.get(at("detail", norm, "otro")).url == norm.get_absolute_url()


def test_what_was_withdrawn_says_why_and_takes_nothing_new(client, otuzco):
    withdrawn = {"state": NormState.WITHDRAWN, "withdrawn_why": "Salió otra ley."}
    norm = NormFactory(municipality=otuzco, **withdrawn)

    response = client.get(norm.get_absolute_url())

    assert "Salió otra ley." in response.text
    assert response.context["steps"] == []


def test_a_result_is_shown_with_where_it_was_published(client, otuzco):
    result = {
        "result": NormResult.PASSED,
        "result_text": "Se aprobó por mayoría.",
        "number": "Ordenanza 12-2026",
        "publicity": "Cartel en la plaza",
        "resulted_at": timezone.now(),
        "resulted_by": UserFactory(),
    }
    norm = NormFactory(municipality=otuzco, answered=True, **result)

    text = client.get(norm.get_absolute_url()).text

    for said in ("Se aprobó por mayoría.", "Ordenanza 12-2026", "Cartel en la plaza"):
        assert said in text


def test_the_list_and_the_norm_agree_on_its_phase(otuzco):
    for fields in ({}, {"closed": True}, {"answered": True}, {"draft": True}):
        NormFactory(municipality=otuzco, **fields)

    for norm in Norm.objects.all():
        assert norm in Norm.objects.in_phase(norm.phase)


# --- Its versions


def test_every_published_version_can_be_read_and_no_other(client, otuzco):
    [part] = written(otuzco, TEXT)
    norm = part.version.norm
    next_version(norm, {part.article: "Otra cosa."})
    VersionFactory(municipality=otuzco, norm=norm, number=3)

    old, new = (client.get(at("version", norm, number)) for number in (1, 2))

    assert "La bicicleta circula" in old.text
    assert (old.context["is_current"], new.context["is_current"]) == (False, True)
    assert client.get(at("version", norm, 3)).status_code == 404
    assert client.get(at("version", norm, 4)).status_code == 404


def test_a_long_text_has_pages_and_its_table_of_contents_has_all(client, otuzco):
    parts = written(otuzco, *(["Palabra tras palabra. " * 400] * 4))
    norm = parts[0].version.norm

    first = client.get(at("version", norm, 1))
    second = client.get(at("version", norm, 1), {"page": 2})

    assert first.context["page"].paginator.num_pages > 1
    assert first.context["contents"] == parts
    assert first.context["parts"][0] == parts[0]
    assert second.context["parts"][0] not in first.context["parts"]


# --- A provision


def test_a_provision_shows_its_numbered_paragraphs_and_what_is_marked(client, otuzco):
    [part] = written(otuzco, TEXT)
    annotation = mark(part, "circula por").thread.annotation
    mark(part, "circula por")

    response = client.get(part.article.get_absolute_url())

    first, second = response.context["paragraphs"]
    assert (first.number, second.number, second.level) == (1, 2, 1)
    assert (second.start, second.text) == (TEXT.index("Salvo"), "Salvo de noche.")
    [marked] = [stretch for stretch in first.stretches if stretch.mark]
    assert (marked.text, marked.mark.comments) == ("circula por", 2)
    assert f'href="{annotation.get_absolute_url()}"' in response.text


def test_marks_that_lie_over_each_other_are_cut_where_they_begin_and_end():
    marks = [Mark(1, 3, 20, 0, "/1/"), Mark(2, 13, 28, 0, "/2/")]

    [one] = paragraphs("La bicicleta circula por la ciclovía.", marks)

    assert [(s.text, s.mark and s.mark.annotation, s.is_end) for s in one.stretches] == [
        ("La ", None, False),
        ("bicicleta ", 1, False),
        ("circula", 2, False),
        (" por la ", 2, True),
        ("ciclovía.", None, False),
    ]
    assert "".join(stretch.text for stretch in one.stretches) == one.text


def test_a_mark_over_two_paragraphs_has_its_count_once():
    text = "uno dos\n\ntres cuatro"

    found = paragraphs(text, [Mark(1, 4, 13, 7, "/1/")])

    ends = [stretch.is_end for one in found for stretch in one.stretches if stretch.mark]
    assert ends == [False, True]
    assert [one.number for one in found] == [1, 2]


def test_a_provision_leads_to_its_neighbours(client, otuzco):
    first, second, third = written(otuzco, TEXT, "Dos.", "Tres.")

    shown = client.get(second.article.get_absolute_url()).context

    assert (shown["previous"], shown["next"]) == (first, third)
    ends = client.get(third.article.get_absolute_url()).context
    assert (ends["previous"], ends["next"]) == (second, None)


def test_a_provision_shows_how_it_read_before(client, otuzco):
    [part] = written(otuzco, TEXT)
    next_version(part.version.norm, {part.article: "La bicicleta circula de día."})

    [before] = client.get(part.article.get_absolute_url()).context["earlier"]

    assert before["version"].number == 1
    assert "removed" in {piece.kind for piece in before["pieces"]}


def test_a_provision_that_is_gone_says_so_and_can_be_read(client, otuzco):
    first, second = written(otuzco, TEXT, "Dos.")
    mark(second, "Dos")
    next_version(first.version.norm, {first.article: TEXT})
    client.force_login(UserFactory())

    response = client.get(second.article.get_absolute_url())

    assert not response.context["is_current"]
    assert not response.context["may_mark"]
    assert [one.text for one in response.context["paragraphs"]] == ["Dos."]
    assert response.context["gone"].paginator.count == 1


def test_headings_are_no_provisions_and_stand_in_the_text(client, otuzco):
    norm = NormFactory(municipality=otuzco)
    version = VersionFactory(municipality=otuzco, norm=norm)
    heading = PartFactory(
        municipality=otuzco,
        version=version,
        kind=PartKind.TITLE,
        article=None,
        text="",
        label="Título I",
        heading="De todos",
    )
    type(version).objects.filter(pk=version.pk).update(published_at=timezone.now())

    response = client.get(at("version", norm, 1))

    assert response.context["parts"] == [heading]
    assert heading.name in response.text


def test_before_it_opens_the_page_says_from_when(client, otuzco):
    [part] = written(otuzco, TEXT, closed=True)

    response = client.get(part.article.get_absolute_url())

    assert not response.context["may_mark"]
    assert response.context["reason"]
    assert "data-marking" not in response.text


# --- Marked words


def test_marked_words_are_shown_in_their_paragraph_with_what_was_said(client, otuzco):
    [part] = written(otuzco, TEXT)
    said = mark(part, "de noche", text="¿Y con luces?")

    response = client.get(said.thread.path)

    [passage] = response.context["passage"]
    assert [s.text for s in passage.stretches if s.mark] == ["de noche"]
    assert "¿Y con luces?" in response.text
    assert response.context["now"].state == "kept"


def test_marked_words_say_in_which_version_they_went(client, otuzco):
    [part] = written(otuzco, TEXT)
    said = mark(part, "de noche")
    next_version(part.version.norm, {part.article: "La bicicleta circula."})

    response = client.get(said.thread.path)

    assert response.context["now"].state == "lost"
    assert response.context["seen"].version.number == 1
    assert [one.state for one in response.context["anchors"]] == ["lost", "kept"]
    assert not response.context["may_mark"]


def test_marked_words_of_a_draft_are_for_nobody(client, otuzco):
    [part] = written(otuzco, TEXT, draft=True)
    about = {"article": part.article, "version": part.version, "quote": "de noche"}
    annotation = AnnotationFactory(municipality=otuzco, **about)

    assert client.get(annotation.get_absolute_url()).status_code == 404


def test_what_is_marked_is_counted_for_each_provision(otuzco):
    first, second = written(otuzco, TEXT, "Dos.")
    mark(first, "bicicleta")
    mark(first, "bicicleta")
    mark(first, "noche")

    assert reading.said_of(first.version) == {first.pk: (2, 3)}
