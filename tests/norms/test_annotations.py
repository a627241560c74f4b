"""Marking words of a draft norm: once for all who mark the same, in its time, by one form."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from norms import anchoring
from norms.actions.annotations import CannotAnnotate, IsOutdated, annotate
from norms.enums import AnchorState, NormState
from norms.models import Anchor, Annotation, Wording
from participation.models import Comment, Intervention
from tests.factories import MunicipalityFactory, SuspensionFactory, UserFactory
from tests.norms.factories import AnchorFactory
from tests.norms.texts import mark, next_version, written


BICYCLE = "La bicicleta circula por la ciclovía.\nLa municipalidad la mantiene."
TAX = "La tasa es de 5 soles al año.\n\tLos niños no pagan."


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def parts(otuzco):
    return written(otuzco, BICYCLE, TAX)


# --- What happens


def test_marked_words_get_a_conversation_of_their_own(parts):
    person = UserFactory()

    said = mark(parts[0], "circula por la ciclovía", by=person, text="¿Y de noche?")

    annotation = Annotation.objects.get()
    assert (annotation.quote, annotation.author) == ("circula por la ciclovía", person)
    assert (annotation.article, annotation.version) == (parts[0].article, parts[0].version)
    assert said.thread == annotation.thread
    assert annotation.thread.path == annotation.get_absolute_url()
    assert annotation.thread.closes_at == annotation.norm.closes_at
    anchor = annotation.anchors.get()
    assert (anchor.part, anchor.state) == (parts[0], AnchorState.KEPT)
    assert parts[0].text[anchor.start : anchor.stop] == annotation.quote


def test_two_who_mark_the_same_words_share_one_annotation(parts):
    mark(parts[0], "la ciclovía")
    mark(parts[0], "la ciclovía")

    assert Annotation.objects.get().thread.comments.count() == 2


def test_a_careless_selection_means_the_same_words(parts):
    mark(parts[0], "la ciclovía")
    start = BICYCLE.index("la ciclovía")

    annotate(
        parts[0],
        start=start - 1,  # the space before
        stop=start + 6,  # within the word
        by=UserFactory(),
        form_key=uuid.uuid4(),
        text="Yo también.",
    )

    assert Annotation.objects.get().thread.comments.count() == 2


@pytest.mark.parametrize(("start", "stop"), [(36, 38), (2, 3), (5, 5), (900, 950)])
def test_a_selection_without_a_word_is_refused(parts, start, stop):
    with pytest.raises(CannotAnnotate):
        annotate(
            parts[0], start=start, stop=stop, by=UserFactory(), form_key=uuid.uuid4(), text="?"
        )

    assert not Annotation.objects.exists()


def test_the_same_form_sent_twice_says_it_once(parts):
    person, key = UserFactory(), uuid.uuid4()
    sent = {"start": 0, "stop": 12, "by": person, "form_key": key, "text": "Sí.", "new_text": "X"}

    assert annotate(parts[0], **sent) == annotate(parts[0], **sent)

    assert Comment.objects.count() == Wording.objects.count() == 1
    assert Intervention.objects.filter(kind="wording").count() == 1


def test_a_wording_goes_with_its_comment_and_counts_in_the_ledger(parts):
    said = mark(parts[0], "la ciclovía", new_text=" la ciclovía o la calzada ")

    wording = Wording.objects.get()
    assert (wording.comment, wording.new_text) == (said, "la ciclovía o la calzada")
    assert wording.annotation == said.thread.annotation
    assert sorted(Intervention.objects.values_list("kind", flat=True)) == ["comment", "wording"]


def test_an_empty_wording_takes_the_words_out_and_the_same_words_are_none(parts):
    mark(parts[0], "la ciclovía", new_text="")
    with pytest.raises(CannotAnnotate):
        mark(parts[0], "la ciclovía", new_text="la ciclovía")

    assert Wording.objects.get().new_text == ""


def test_the_database_refuses_an_anchor_on_other_words(parts):
    mark(parts[0], "la ciclovía")
    annotation = Annotation.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        annotation.anchors.update(start=0, stop=11)


# --- In its time, by whom


def test_words_are_marked_from_the_instant_it_opens_until_the_instant_it_closes(parts):
    norm = parts[0].version.norm
    second = timedelta(seconds=1)
    with time_machine.travel(norm.opens_at - second, tick=False), pytest.raises(CannotAnnotate):
        mark(parts[0], "bicicleta")
    with time_machine.travel(norm.opens_at, tick=False):
        mark(parts[0], "bicicleta")
    with time_machine.travel(norm.closes_at - second, tick=False):
        mark(parts[0], "bicicleta")
    with time_machine.travel(norm.closes_at, tick=False), pytest.raises(CannotAnnotate):
        mark(parts[0], "bicicleta")

    assert Comment.objects.count() == 2


def test_nobody_marks_words_of_what_was_withdrawn_or_is_not_published(otuzco):
    withdrawn = written(otuzco, BICYCLE, state=NormState.WITHDRAWN, withdrawn_why="Otra ley.")
    draft = written(otuzco, BICYCLE, draft=True)

    for part in (*withdrawn, *draft):
        with pytest.raises(CannotAnnotate):
            mark(part, "bicicleta")


def test_nobody_marks_words_where_the_municipality_has_closed_that_room(otuzco, parts):
    otuzco.modules = []
    otuzco.save(update_fields=["modules"])

    with pytest.raises(CannotAnnotate):
        mark(parts[0], "bicicleta")


def test_whoever_is_suspended_marks_nothing(otuzco, parts):
    suspended = SuspensionFactory(municipality=otuzco).user

    with pytest.raises(CannotAnnotate):
        mark(parts[0], "bicicleta", by=suspended)


def test_words_of_an_old_version_are_not_marked_any_more(parts):
    first, second = parts
    next_version(first.version.norm, {first.article: BICYCLE, second.article: TAX})

    with pytest.raises(IsOutdated):
        mark(first, "bicicleta")


# --- The next version


def test_a_new_version_keeps_what_survives_and_says_what_is_lost_or_elsewhere(parts):
    first, second = parts
    kept = mark(first, "La municipalidad la mantiene").thread.annotation
    moved = mark(second, "Los niños no pagan").thread.annotation
    lost = mark(second, "5 soles").thread.annotation

    new, other = next_version(
        first.version.norm,
        {
            first.article: "Los niños no pagan nunca.\nLa municipalidad la mantiene siempre.",
            second.article: "La tasa es de 7 soles al año.",
        },
    )

    found = {a.annotation: a for a in Anchor.objects.filter(version=new.version)}
    assert {a: found[a].state for a in found} == {
        kept: AnchorState.KEPT,
        moved: AnchorState.MOVED,
        lost: AnchorState.LOST,
    }
    assert found[kept].part == found[moved].part == new
    assert found[lost].part is None
    assert other.anchors.count() == 0


def test_words_that_were_lost_come_back_with_their_conversation(parts):
    first, second = parts
    norm = first.version.norm
    annotation = mark(second, "5 soles").thread.annotation
    next_version(norm, {first.article: BICYCLE, second.article: "Es gratis."})

    _first, third = next_version(norm, {first.article: BICYCLE, second.article: "Son 5 soles."})

    states = annotation.anchors.order_by("version").values_list("state", flat=True)
    assert list(states) == ["kept", "lost", "kept"]
    assert annotation.anchors.last().part == third


def test_words_survive_a_paragraph_that_is_set_in_deeper(parts):
    first, second = parts
    annotation = mark(second, "al año.\n\tLos niños").thread.annotation

    next_version(
        first.version.norm,
        {first.article: BICYCLE, second.article: TAX.replace("\n\t", "\n\t\t")},
    )

    anchor = annotation.anchors.last()
    assert anchor.state == AnchorState.KEPT
    assert anchor.part.text[anchor.start : anchor.stop] == "al año.\n\t\tLos niños"


def test_a_provision_that_is_gone_takes_its_marks_along(parts):
    first, second = parts
    annotation = mark(second, "5 soles").thread.annotation

    next_version(first.version.norm, {first.article: BICYCLE})

    assert annotation.anchors.last().state == AnchorState.LOST


def test_carrying_twice_changes_nothing(parts):
    mark(parts[0], "bicicleta")
    [new] = next_version(parts[0].version.norm, {parts[0].article: BICYCLE})
    before = list(Anchor.objects.values())

    anchoring.carry(new.version)

    assert list(Anchor.objects.values()) == before


@pytest.mark.parametrize("count", [1, 6])
def test_carrying_asks_the_same_queries_for_one_or_many(
    parts, count, django_assert_max_num_queries
):
    words = ["bicicleta", "circula", "ciclovía", "municipalidad", "mantiene", "por"]
    for word in words[:count]:
        mark(parts[0], word)

    with django_assert_max_num_queries(15):
        next_version(parts[0].version.norm, {parts[0].article: BICYCLE})

    assert Anchor.objects.count() == 2 * count


def test_an_annotation_that_stood_nowhere_is_found_by_its_words(parts):
    annotation = AnchorFactory(municipality=parts[0].municipality).annotation
    Annotation.objects.filter(pk=annotation.pk).update(norm=parts[0].version.norm)
    annotation.anchors.all().delete()

    [new] = next_version(parts[0].version.norm, {parts[0].article: BICYCLE})

    assert annotation.anchors.get().part == new


# --- The form


def form_of(part, **asked):
    address = reverse(
        "norms:annotate", args=[part.municipality.slug, part.version.norm_id, part.article.slug]
    )
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{address}?{query}"


def sent(part, quote, **more):
    start = part.text.index(quote)
    return {
        "version": part.version.number,
        "start": start,
        "stop": start + len(quote),
        "offered": quote,
        "words": quote,
        "new_text": quote,
        "text": "Me parece bien.",
        "form_key": uuid.uuid4(),
    } | more


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_the_form_offers_the_words_that_were_marked(client, person, parts):
    response = client.get(form_of(parts[0], v=1, desde=1, hasta=8, cita="a bicic"))

    assert response.context["form"]["words"].value() == "La bicicleta"


def test_without_javascript_the_form_offers_the_whole_paragraph(client, person, parts):
    response = client.get(form_of(parts[1], v=1, parrafo=2))

    assert response.context["form"]["words"].value() == "Los niños no pagan."


def test_words_typed_for_a_paragraph_are_found_in_it(client, person, parts):
    data = sent(parts[1], "Los niños no pagan.", words="LOS NIÑOS")

    response = client.post(form_of(parts[1]), data)

    annotation = Annotation.objects.get()
    assert annotation.quote == "Los niños"
    assert response.url.startswith(annotation.get_absolute_url())
    assert not Wording.objects.exists()


@pytest.mark.parametrize("words", ["No existe", " . ", "", "la"])
def test_words_that_are_not_there_or_are_there_twice_are_asked_for_again(
    client, person, parts, words
):
    data = sent(parts[0], BICYCLE, words=words, text="Mi idea")

    response = client.post(form_of(parts[0]), data)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"words"}
    assert response.context["form"]["text"].value() == "Mi idea"
    assert not Annotation.objects.exists()


def test_other_words_are_a_wording_and_a_tick_takes_the_words_out(client, person, parts):
    client.post(form_of(parts[0]), sent(parts[0], "bicicleta", new_text="bicicleta o triciclo"))
    client.post(form_of(parts[0]), sent(parts[0], "bicicleta", take_out="on"))
    client.post(form_of(parts[0]), sent(parts[0], "bicicleta"))

    assert sorted(Wording.objects.values_list("new_text", flat=True)) == [
        "",
        "bicicleta o triciclo",
    ]
    assert Annotation.objects.get().thread.comments.count() == 3


@pytest.mark.parametrize("wrong", [{"new_text": ""}, {"new_text": "otra", "take_out": "on"}])
def test_an_empty_wording_without_the_tick_is_asked_about(client, person, parts, wrong):
    response = client.post(form_of(parts[0]), sent(parts[0], "bicicleta", **wrong))

    assert response.status_code == 422
    assert not Annotation.objects.exists()


def test_a_visitor_signs_in_and_finds_the_words_and_what_they_typed(client, parts):
    response = client.post(form_of(parts[0]), sent(parts[0], "bicicleta", text="Mi idea"))
    assert "cuenta/entrar" in response.url

    client.force_login(UserFactory())
    form = client.get(form_of(parts[0], v=1, desde=3, hasta=12)).context["form"]

    assert (form["text"].value(), form["words"].value()) == ("Mi idea", "bicicleta")


def test_a_newer_version_carries_the_words_over_and_keeps_what_was_typed(client, person, parts):
    first, second = parts
    data = sent(first, "la ciclovía", text="Mi idea", new_text="la pista")
    next_version(first.version.norm, {first.article: f"Novedad.\n{BICYCLE}", second.article: TAX})

    response = client.post(form_of(first), data)

    form = response.context["form"]
    assert response.status_code == 422
    assert not Annotation.objects.exists()
    assert (form["words"].value(), form["version"].value()) == ("la ciclovía", 2)
    assert (form["text"].value(), form["new_text"].value()) == ("Mi idea", "la pista")
    again = {name: form[name].value() for name in data}
    client.post(form_of(first), again)
    assert Annotation.objects.get().anchors.get().version.number == 2
    assert Wording.objects.get().new_text == "la pista"


def test_words_that_a_newer_version_has_no_more_are_chosen_anew(client, person, parts):
    first, second = parts
    data = sent(second, "5 soles", text="Mi idea")
    next_version(first.version.norm, {first.article: BICYCLE, second.article: "Es gratis."})

    response = client.post(form_of(second), data)

    form = response.context["form"]
    assert (form["words"].value(), form["text"].value()) == ("", "Mi idea")
    again = {name: form[name].value() for name in data} | {"words": "gratis"}
    assert client.post(form_of(second), again).status_code == 302
    assert Annotation.objects.get().quote == "gratis"


def test_a_provision_that_is_gone_leaves_what_was_typed_on_the_page(client, person, parts):
    first, second = parts
    data = sent(second, "5 soles", text="Mi idea")
    next_version(first.version.norm, {first.article: BICYCLE})

    response = client.post(form_of(second), data)

    assert response.status_code == 422
    assert response.context["kept"] == "Mi idea"
    assert "Mi idea" in response.text


def test_words_that_went_to_another_provision_are_commented_there(client, person, parts):
    first, second = parts
    next_version(
        first.version.norm,
        {first.article: f"{BICYCLE}\nLos niños no pagan.", second.article: "La tasa es poca."},
    )

    response = client.get(form_of(second, v=1, desde=31, hasta=49))

    assert response.context["article"] == first.article
    assert response.context["target"].words == "Los niños no pagan"


def test_when_it_has_closed_the_form_says_until_when_and_shows_what_was_typed(
    client, person, parts
):
    norm = parts[0].version.norm
    data = sent(parts[0], "bicicleta", text="Mi idea")

    with time_machine.travel(norm.closes_at, tick=False):
        response = client.post(form_of(parts[0]), data)
        asked = client.get(form_of(parts[0], v=1, parrafo=1))

    assert response.status_code == 403
    assert "Mi idea" in response.text
    assert asked.url == parts[0].article.get_absolute_url()


@pytest.mark.parametrize(
    "asked",
    [
        {"v": "x", "desde": "-1", "hasta": "9" * 30},
        {"v": 1, "desde": 3, "hasta": 12, "cita": "otra cosa"},
        {"v": 99, "desde": 3, "hasta": 12},
        {"v": 1, "parrafo": 77},
        {},
    ],
)
def test_an_address_that_means_no_words_lets_choose_them(client, person, parts, asked):
    response = client.get(form_of(parts[0], **asked))

    assert response.status_code == 200
    assert response.context["form"]["words"].value() == ""


def test_emoji_before_the_words_do_not_shift_them(client, person, otuzco):
    [part] = written(otuzco, "😀😀 La bicicleta es de todos 𝒩.")

    response = client.get(form_of(part, v=1, desde=6, hasta=15, cita="bicicleta"))

    assert response.context["form"]["words"].value() == "bicicleta"


# --- Many at once


def test_twenty_who_mark_the_same_words_at_once_share_one_annotation(transactional_db):
    town = MunicipalityFactory(modules=[Module.NORMS])
    people = UserFactory.create_batch(20)
    with scoped_transaction(town):
        [part] = written(town, BICYCLE)

    def one(person):
        try:
            with scoped_transaction(town):
                return mark(part, "la ciclovía", by=person).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(one, people))

    assert len(set(said)) == 20
    with scoped_transaction(town):
        annotation = Annotation.objects.get()
        assert annotation.thread.comments.count() == annotation.thread.comment_count == 20
        assert Anchor.objects.count() == 1
