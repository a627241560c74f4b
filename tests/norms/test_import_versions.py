"""A version is settled: each provision keeps its address, whatever its number becomes."""

import pytest
from django.db import IntegrityError, transaction

from norms import matching
from norms.actions import parts, versions
from norms.actions.norms import CannotNorm
from norms.enums import AnchorState, PartKind, SourceKind
from norms.models import Anchor, Article, Part
from participation.enums import ThreadKind
from participation.models import Event
from tests.norms import word_files as word
from tests.norms.factories import AnnotationFactory, NormFactory
from tests.norms.importing import (
    THREE,
    brought,
    drafted,
    fresh,
    published,
)


def slugs(version):
    return [part.article.slug for part in version.parts.provisions().select_related("article")]


def test_a_text_comes_in_as_the_draft_of_a_version(town, evaluator):
    norm = drafted(town, evaluator)

    kinds = [part.kind for part in norm.draft.parts.all()]

    assert kinds == ["preamble", "title", "article", "article", "article"]
    assert (norm.draft.number, norm.draft.source) == (1, SourceKind.PASTED)


def test_a_word_document_comes_in(town, evaluator):
    norm = drafted(town, evaluator)

    version = versions.import_text(
        norm, by=evaluator, source=SourceKind.DOCX, upload=word.ordinance(articles=40)
    )

    articles = version.parts.filter(kind=PartKind.ARTICLE)
    assert (version.pk, articles.count()) == (norm.draft.pk, 40)


@pytest.mark.parametrize("text", ["", " \n ", "***"])
def test_a_text_without_words_is_refused_and_what_was_there_stays(town, evaluator, text):
    norm = drafted(town, evaluator)

    with pytest.raises(versions.CannotImport) as reason:
        versions.import_text(norm, by=evaluator, source=SourceKind.MARKDOWN, text=text)

    assert reason.value.field == "text"
    assert norm.draft.parts.count() == 5


def test_a_hostile_document_is_refused_and_nothing_is_stored(town, evaluator):
    norm = drafted(town, evaluator)

    with pytest.raises(versions.CannotImport) as reason:
        versions.import_text(
            norm, by=evaluator, source=SourceKind.DOCX, upload=word.named(b"PK\x03\x04no")
        )

    assert reason.value.field == "upload"
    assert norm.draft.parts.count() == 5


def test_settling_a_version_gives_each_provision_an_address_and_a_conversation(town, evaluator):
    norm = drafted(town, evaluator)

    version = versions.publish_version(norm.draft, by=evaluator)

    assert slugs(version) == ["considerando", "articulo-1", "articulo-2", "articulo-3"]
    article = Article.objects.get(slug="articulo-2")
    assert article.thread.kind == ThreadKind.ARTICLE
    assert article.thread.title == "Artículo 2. Vías"
    assert article.thread.path == article.get_absolute_url()
    assert (article.thread.opens_at, article.thread.closes_at) == (norm.opens_at, norm.closes_at)
    assert not article.thread.is_public


def test_a_settled_version_does_not_change(town, evaluator):
    norm = drafted(town, evaluator)
    version = versions.publish_version(norm.draft, by=evaluator)
    part = version.parts.last()

    with pytest.raises(parts.CannotChange):
        parts.change(part, by=evaluator, kind="article", label="", heading="", text="Otro")
    with pytest.raises(versions.CannotPublishVersion):
        versions.publish_version(version, by=evaluator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Part.objects.filter(pk=part.pk).update(text="Otro")


def test_two_articles_that_change_places_keep_their_addresses(town, evaluator):
    norm = published(town, evaluator)
    swapped = (
        "Artículo 1.- Objeto\nLa presente norma regula el uso de la bicicleta en la ciudad.\n"
        "Artículo 2.- Casco\nQuien maneja una bicicleta usa casco y enciende sus luces de noche.\n"
        "Artículo 3.- Vías\nLa bicicleta circula por la ciclovía y por el lado derecho de la calzada."
    )

    version = versions.publish_version(brought(norm, evaluator, swapped), by=evaluator)

    assert slugs(version) == ["articulo-1", "articulo-3", "articulo-2"]
    assert Article.objects.get(slug="articulo-3").thread.title == "Artículo 2. Casco"


def test_an_article_that_is_put_in_between_is_new_and_the_others_stay(town, evaluator):
    norm = published(town, evaluator)
    longer = THREE.replace("Artículo 3.", "Artículo 4.").replace(
        "Artículo 2.- Vías",
        "Artículo 2.- Multas\nLa infracción se paga en la caja municipal.\nArtículo 3.- Vías",
    )

    version = versions.publish_version(brought(norm, evaluator, longer), by=evaluator)

    assert slugs(version) == [
        *("considerando", "articulo-1", "articulo-2-2", "articulo-2", "articulo-3")
    ]


def test_a_reworded_article_with_its_number_is_the_same(town, evaluator):
    norm = published(town, evaluator)
    reworded = THREE.replace("por el lado derecho de la calzada", "nunca por la vereda")

    version = versions.publish_version(brought(norm, evaluator, reworded), by=evaluator)

    assert slugs(version) == ["considerando", "articulo-1", "articulo-2", "articulo-3"]


def test_what_is_written_wholly_anew_is_another_article(town, evaluator):
    norm = published(town, evaluator)
    other = THREE.replace(
        "Vías\nLa bicicleta circula por la ciclovía y por el lado derecho de la calzada",
        "Tasas\nNadie paga tasa alguna hasta diciembre próximo",
    )

    version = versions.publish_version(brought(norm, evaluator, other), by=evaluator)

    assert slugs(version) == ["considerando", "articulo-1", "articulo-2-2", "articulo-3"]


def test_staff_say_which_provision_each_part_is(town, evaluator):
    norm = published(town, evaluator)
    version = brought(norm, evaluator, THREE)
    told = matching.propose(version)
    second = version.parts.get(label="Artículo 2")

    versions.publish_version(version, by=evaluator, matches=told | {second.pk: None})

    assert slugs(version)[2] == "articulo-2-2"


def test_one_provision_cannot_be_two_parts(town, evaluator):
    norm = published(town, evaluator)
    version = brought(norm, evaluator, THREE)
    one = Article.objects.get(slug="articulo-1").pk

    with pytest.raises(versions.CannotPublishVersion):
        versions.publish_version(
            version, by=evaluator, matches=dict.fromkeys(matching.propose(version), one)
        )

    assert fresh(norm).draft is not None


def test_marked_words_are_looked_for_in_the_new_version(town, evaluator):
    norm = published(town, evaluator)
    article = Article.objects.get(slug="articulo-2")
    part = article.parts.get()
    annotation = AnnotationFactory(
        municipality=town, norm=norm, article=article, version=norm.current, quote="ciclovía"
    )
    start = part.text.index("ciclovía")
    Anchor.objects.create(
        municipality=town,
        annotation=annotation,
        version=norm.current,
        part=part,
        start=start,
        stop=start + 8,
    )

    version = versions.publish_version(
        brought(norm, evaluator, THREE.replace("La bicicleta", "Toda bicicleta")), by=evaluator
    )

    anchor = annotation.anchors.get(version=version)
    assert anchor.state in (AnchorState.KEPT, AnchorState.MOVED)
    assert anchor.part.text[anchor.start : anchor.stop] == "ciclovía"


def test_a_copy_of_what_is_published_knows_its_provisions(town, evaluator):
    norm = published(town, evaluator)

    version = versions.copy_current(fresh(norm), by=evaluator)

    assert (version.number, version.source) == (2, SourceKind.COPIED)
    assert slugs(version) == ["considerando", "articulo-1", "articulo-2", "articulo-3"]


def test_the_final_text_comes_after_the_comments_and_nothing_after_it(town, evaluator):
    norm = published(town, evaluator)
    version = brought(norm, evaluator, THREE)
    with pytest.raises(versions.CannotPublishVersion):
        versions.publish_version(version, by=evaluator, is_final=True)
    later = NormFactory(municipality=town, closed=True)
    version = brought(later, evaluator, THREE)

    versions.publish_version(version, by=evaluator, is_final=True, what_changed="Nothing.")

    with pytest.raises(CannotNorm):
        versions.copy_current(fresh(later), by=evaluator)
    assert Event.objects.filter(thread=later.thread, verb="norm_final", is_public=True).exists()


def test_a_text_that_comes_in_again_takes_the_place_of_the_draft(town, evaluator):
    norm = drafted(town, evaluator)

    brought(norm, evaluator, "Artículo 1.- Único\nTodo.")

    assert [part.label for part in fresh(norm).draft.parts.all()] == ["Artículo 1"]


# --- What was found is put right


def labels(norm):
    return [part.label for part in fresh(norm).draft.parts.all()]


@pytest.fixture
def norm(town, evaluator):
    return drafted(
        town, evaluator, "Artículo 1.- A\nuno\ndos\ntres\nArtículo 2.- B\nx\nArtículo 3.- C\ny"
    )


def part(norm, number):
    return norm.draft.parts.get(label=f"Artículo {number}")


def test_a_part_is_moved(norm, evaluator):
    parts.move(part(norm, 3), by=evaluator, up=True)
    assert labels(norm) == ["Artículo 1", "Artículo 3", "Artículo 2"]

    parts.move(part(norm, 3), by=evaluator, up=False)
    assert labels(norm) == ["Artículo 1", "Artículo 2", "Artículo 3"]
    with pytest.raises(parts.CannotChange):
        parts.move(part(norm, 1), by=evaluator, up=True)


def test_a_part_is_joined_to_the_one_before_with_all_its_words(norm, evaluator):
    joined = parts.join(part(norm, 2), by=evaluator)

    assert joined.text == "uno\ndos\ntres\nArtículo 2. B\nx"
    assert labels(norm) == ["Artículo 1", "Artículo 3"]


def test_a_part_joined_to_a_heading_makes_it_longer(town, evaluator):
    norm = drafted(town, evaluator, "TÍTULO I\nDE LAS\nTÍTULO II\nMULTAS\nArtículo 1.- A\nx")
    second = norm.draft.parts.get(label="TÍTULO II")

    assert parts.join(second, by=evaluator).heading == "DE LAS TÍTULO II. MULTAS"


def test_a_part_is_cut_in_two_at_a_line(norm, evaluator):
    new = parts.cut(part(norm, 1), by=evaluator, line=1)

    assert (part(norm, 1).text, new.text) == ("uno", "dos\ntres")
    assert labels(norm) == ["Artículo 1", "", "Artículo 2", "Artículo 3"]
    with pytest.raises(parts.CannotChange):
        parts.cut(part(norm, 2), by=evaluator, line=1)


def test_a_part_is_added_and_taken_out(norm, evaluator):
    words = {"kind": "article", "label": "Artículo 1-A", "heading": "", "text": "z"}
    parts.add(norm.draft, by=evaluator, after=part(norm, 1).pk, **words)
    parts.add(norm.draft, by=evaluator, after=None, **words | {"label": "Artículo 0"})
    parts.take_out(part(norm, 2), by=evaluator)

    assert labels(norm) == ["Artículo 0", "Artículo 1", "Artículo 1-A", "Artículo 3"]


def test_a_heading_has_no_text(norm, evaluator):
    with pytest.raises(parts.CannotChange):
        parts.change(
            part(norm, 1), by=evaluator, kind="title", label="TÍTULO I", heading="", text="x"
        )
