"""The pages of staff: the desk, the steps until it is published, and the structure of a text."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from norms.actions import norms
from norms.enums import NormState, PartKind
from norms.models import Article, Norm, Part
from tests.factories import UserFactory
from tests.norms import word_files as word
from tests.norms.factories import NormFactory, PartFactory, VersionFactory
from tests.norms.importing import (
    THREE,
    brought,
    drafted,
    fresh,
    published,
)


@pytest.fixture
def at_desk(client, evaluator):
    client.force_login(evaluator)
    return client


def to(name, norm, *more):
    return reverse(f"norms:{name}", args=[norm.municipality.slug, norm.pk, *more])


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def typed(**changed):
    now = timezone.now()
    offsets = (1, 2, 40, 50, 60)
    days = {
        name: local(now + timedelta(days=day))
        for name, day in zip(norms.DATES, offsets, strict=True)
    }
    words = {"kind": "ordinance", "title": "Ordenanza de bicicletas", "summary": "Más ciclovías."}
    return words | days | {"form_key": "0f4ae7b9-8d0e-4cde-9a8b-1ac23a9a6c11"} | changed


# --- The desk


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_for_one_or_many(
    at_desk, town, count, django_assert_max_num_queries
):
    for _each in range(count):
        NormFactory(municipality=town)
    at_desk.get(reverse("norms:desk", args=[town.slug]))

    with django_assert_max_num_queries(14):
        page = at_desk.get(reverse("norms:desk", args=[town.slug]))

    assert len(page.context["rows"]) == count


def test_the_desk_is_narrowed_to_a_phase(at_desk, town):
    NormFactory(municipality=town)
    NormFactory(municipality=town, draft=True)

    page = at_desk.get(reverse("norms:desk", args=[town.slug]), {"fase": "draft"})
    other = at_desk.get(reverse("norms:desk", args=[town.slug]), {"fase": "nada"})

    assert [norm.state for norm, _badge, _next in page.context["rows"]] == [NormState.DRAFT]
    assert len(other.context["rows"]) == 2


# --- Words and days


def test_a_draft_norm_is_written_and_sent_twice_is_one(at_desk, town):
    url = reverse("norms:write", args=[town.slug])
    assert at_desk.get(url).context["form"]["opens_at"].value()

    for _time in range(2):
        answer = at_desk.post(url, typed())

    norm = Norm.objects.get()
    assert answer.url == to("manage", norm)


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(at_desk, town):
    now = timezone.now()
    wrong = typed(title="", answers_at=local(now), summary="Se queda.")

    page = at_desk.post(reverse("norms:write", args=[town.slug]), wrong)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"title", "answers_at"}
    assert page.context["form"]["summary"].value() == "Se queda."
    assert not Norm.objects.exists()


def test_staff_are_warned_of_few_days_and_it_is_kept(at_desk, town):
    now = timezone.now()
    few = typed(closes_at=local(now + timedelta(days=5)))

    page = at_desk.post(reverse("norms:write", args=[town.slug]), few, follow=True)

    assert page.context["warning"]
    assert Norm.objects.exists()


def test_days_of_what_is_public_are_only_put_off(at_desk, town, evaluator):
    norm = published(town, evaluator)
    assert "closes_at" not in at_desk.get(to("edit", norm)).context["form"].fields
    days = {
        name: local(getattr(norm, name) + timedelta(days=3))
        for name in ("closes_at", "answers_at", "final_at")
    }
    early = days | {"closes_at": local(norm.closes_at - timedelta(days=1))}

    refused = at_desk.post(to("extend", norm), early | {"reason": "Así."})
    done = at_desk.post(to("extend", norm), days | {"reason": "Llovió."})

    assert "closes_at" in refused.context["form"].errors
    assert done.url == to("manage", norm)
    assert fresh(norm).closes_at > norm.closes_at


def test_the_same_minute_is_no_shorter_time(at_desk, town, evaluator):
    """The page shows no seconds."""
    norm = published(town, evaluator)
    days = {name: local(getattr(norm, name)) for name in ("closes_at", "answers_at")}
    later = {"final_at": local(norm.final_at + timedelta(days=2)), "reason": "Falta poco."}

    at_desk.post(to("extend", norm), days | later)

    assert fresh(norm).closes_at == norm.closes_at
    assert fresh(norm).final_at > norm.final_at


def test_it_is_published_withdrawn_and_decided_from_its_pages(at_desk, town, evaluator):
    norm = drafted(town, evaluator)
    assert at_desk.get(to("publish", norm)).url == to("manage", norm)  # its text is not settled
    at_desk.post(to("publish_version", norm), {"what_changed": ""})
    assert at_desk.get(to("publish", norm)).status_code == 200
    at_desk.post(to("publish", norm))
    assert fresh(norm).state == NormState.PUBLISHED
    assert at_desk.post(to("withdraw", norm), {"reason": ""}).status_code == 422
    at_desk.post(to("withdraw", norm), {"reason": "La ley cambió."})
    assert fresh(norm).state == NormState.WITHDRAWN
    decided = NormFactory(municipality=town, answered=True)
    assert at_desk.post(to("result", decided), {"result": "rejected"}).status_code == 422
    at_desk.post(to("result", decided), {"result": "rejected", "result_text": "No pasó."})
    assert fresh(decided).result == "rejected"


def test_its_page_leads_through_the_steps(at_desk, town, evaluator):
    norm = NormFactory(municipality=town, draft=True)

    def current():
        todo = at_desk.get(to("manage", norm)).context["todo"]
        return [step.code for step in todo if step.state == "current"]

    assert current() == ["import_text"]
    brought(norm, evaluator, THREE)
    assert current() == ["structure"]
    at_desk.post(to("publish_version", norm), {"what_changed": ""})
    assert current() == ["publish"]


# --- The text comes in


def test_a_norm_of_forty_articles_comes_in_from_word(at_desk, town):
    norm = NormFactory(municipality=town, draft=True)

    answer = at_desk.post(
        to("import_text", norm), {"source": "docx", "upload": word.ordinance(articles=40)}
    )

    assert answer.url == to("structure", norm)
    assert fresh(norm).draft.parts.filter(kind=PartKind.ARTICLE).count() == 40


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (word.named(b"Hola"), "norma.docx"),
        (word.zipped(word.parts(body="")), "norma.docx"),
        (word.zipped(word.parts(files={"word/vbaProject.bin": b"x"})), "norma.docx"),
        (word.zipped(word.parts()), "norma.docm"),
        (word.named(b""), "norma.docx"),
    ],
)
def test_a_hostile_document_is_refused_at_its_field_and_nothing_is_stored(
    at_desk, town, file, name
):
    norm = NormFactory(municipality=town, draft=True)
    file.seek(0)
    file.name = name

    page = at_desk.post(to("import_text", norm), {"source": "docx", "upload": file, "text": "Mío"})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["upload"]
    assert page.context["form"]["text"].value() == "Mío"
    assert not Part.objects.exists()
    assert fresh(norm).draft is None


@pytest.mark.parametrize("source", ["pasted", "markdown"])
def test_text_is_pasted_with_whatever_is_hidden_in_it(at_desk, town, source):
    norm = NormFactory(municipality=town, draft=True)

    at_desk.post(
        to("import_text", norm),
        {"source": source, "text": "Ar\u00adtículo 1.-\u00a0Uno\r\n\r\nTex\x00to.\u200b"},
    )

    part = fresh(norm).draft.parts.get()
    assert (part.label, part.heading, part.text) == ("Artículo 1", "Uno", "Texto.")


def test_an_empty_paste_says_so_at_the_text(at_desk, town):
    norm = NormFactory(municipality=town, draft=True)

    page = at_desk.post(to("import_text", norm), {"source": "pasted", "text": " \n"})

    assert list(page.context["form"].errors) == ["text"]


# --- Its structure


@pytest.mark.parametrize("count", [2, 60])
def test_the_structure_asks_the_same_for_few_or_many(
    at_desk, town, count, django_assert_max_num_queries
):
    norm = NormFactory(municipality=town, draft=True)
    version = VersionFactory(municipality=town, norm=norm)
    for at in range(count):
        PartFactory(municipality=town, version=version, article=None, position=at)
    at_desk.get(to("structure", norm))

    with django_assert_max_num_queries(14):
        page = at_desk.get(to("structure", norm))

    assert len(page.context["rows"]) == min(count, 50)


def test_parts_are_moved_and_joined_by_buttons(at_desk, town, evaluator):
    norm = drafted(town, evaluator, "Artículo 1.- A\nx\nArtículo 3.- C\ny\nArtículo 2.- B\nz")
    second = norm.draft.parts.get(label="Artículo 2")
    assert [one.code for one, _page in at_desk.get(to("structure", norm)).context["warned"]]

    answer = at_desk.post(to("structure", norm), {"do": f"up:{second.pk}"})

    assert answer.url.endswith(f"?page=1#parte-{second.pk}")
    assert not at_desk.get(to("structure", norm)).context["warned"]
    at_desk.post(to("structure", norm), {"do": f"join:{second.pk}"})
    assert norm.draft.parts.count() == 2
    at_desk.post(to("structure", norm), {"do": f"down:{second.pk}"})  # it is there no more
    assert at_desk.post(to("structure", norm), {"do": "x:y"}).status_code == 302


def test_a_part_is_changed_and_its_levels_are_spaces_in_the_form(at_desk, town, evaluator):
    norm = drafted(town, evaluator, "Artículo 1.- A\na) uno\ni) dos")
    part = norm.draft.parts.get()
    url = to("edit_part", norm, part.pk)
    form = at_desk.get(url).context["form"]
    assert form["text"].value() == "    a) uno\n        i) dos"
    words = {"kind": "disposition", "label": "ÚNICA", "heading": "", "text": "Uno\n\n    a) dos"}

    at_desk.post(url, words)

    part.refresh_from_db()
    assert (part.kind, part.label, part.text) == ("disposition", "ÚNICA", "Uno\n\ta) dos")
    wrong = at_desk.post(url, words | {"kind": "title"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["text"])
    assert "a) dos" in wrong.context["form"]["text"].value()


def test_a_part_is_cut_added_and_taken_out(at_desk, town, evaluator):
    norm = drafted(town, evaluator, "Artículo 1.- A\nuno\ndos")
    part = norm.draft.parts.get()

    assert at_desk.post(to("cut_part", norm, part.pk), {"line": ""}).status_code == 422
    answer = at_desk.post(to("cut_part", norm, part.pk), {"line": 1})
    new = norm.draft.parts.last()
    assert (answer.url, new.text) == (to("edit_part", norm, new.pk), "dos")
    at_desk.post(f"{to('add_part', norm)}?despues={part.pk}", {"kind": "article", "text": "entre"})
    assert [one.text for one in norm.draft.parts.all()] == ["uno", "entre", "dos"]
    at_desk.post(to("edit_part", norm, new.pk), {"do": "remove"})
    assert [one.text for one in norm.draft.parts.all()] == ["uno", "entre"]


def test_parts_of_what_is_settled_or_of_another_norm_are_not_changed(at_desk, town, evaluator):
    norm, other = drafted(town, evaluator), drafted(town, evaluator)
    part = other.draft.parts.last()

    assert at_desk.get(to("edit_part", norm, part.pk)).status_code == 404
    at_desk.post(to("publish_version", other), {"what_changed": ""})
    assert at_desk.post(to("edit_part", other, part.pk), {"do": "remove"}).status_code == 302
    assert Part.objects.filter(pk=part.pk).exists()


# --- A version is settled


def test_staff_say_which_provision_each_part_is(at_desk, town, evaluator):
    norm = published(town, evaluator)
    version = brought(norm, evaluator, THREE)
    page = at_desk.get(to("publish_version", norm))
    rows = page.context["form"].rows
    chosen = {field.html_name: field.value() for _part, field in rows}
    assert len(rows) == 4
    assert all(chosen.values())
    first, second = list(chosen)[:2]

    twice = at_desk.post(to("publish_version", norm), chosen | {second: chosen[first]})
    assert second in twice.context["form"].errors
    at_desk.post(to("publish_version", norm), chosen | {second: ""})

    version.refresh_from_db()
    assert version.published_at
    assert Article.objects.filter(norm=norm).count() == 5


@pytest.mark.parametrize("count", [2, 30])
def test_settling_asks_the_same_for_few_or_many(
    at_desk, town, evaluator, count, django_assert_max_num_queries
):
    text = "\n".join(f"Artículo {at}.- Tema {at}\nTexto del {at}." for at in range(1, count + 1))
    norm = published(town, evaluator, text)
    brought(norm, evaluator, text)
    at_desk.get(to("publish_version", norm))

    with django_assert_max_num_queries(20):
        page = at_desk.get(to("publish_version", norm))
    chosen = {field.html_name: field.value() for _part, field in page.context["form"].rows}
    with django_assert_max_num_queries(45):
        at_desk.post(to("publish_version", norm), chosen)

    assert fresh(norm).current.number == 2


def test_the_next_version_begins_as_a_copy(at_desk, town, evaluator):
    norm = published(town, evaluator)

    at_desk.post(to("copy_version", norm))

    assert fresh(norm).draft.parts.count() == 5


# --- How hard it is to read


def test_the_hardest_sentences_are_listed_by_article(at_desk, town, evaluator):
    hard = "Las multas que fueron impuestas serán cobradas cuando " + "palabra " * 45
    norm = drafted(town, evaluator, f"Artículo 1.- A\nEs corto.\nArtículo 2.- B\n{hard}.")

    page = at_desk.get(to("plain", norm))

    assert [part.label for part, _sentence in page.context["hardest"]] == ["Artículo 2"]
    assert page.context["whole"].score is not None
    assert at_desk.get(to("plain", NormFactory(municipality=town))).status_code == 200


# --- Who may


def test_whoever_does_not_work_here_is_refused(client, town, evaluator):
    norm = drafted(town, evaluator)
    client.force_login(UserFactory())

    for name in ("manage", "edit", "import_text", "structure", "publish_version", "plain"):
        assert client.get(to(name, norm)).status_code == 403
