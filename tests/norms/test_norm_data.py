"""What machines and people take away of draft norms: the feed, open data, one's own copy, the story."""

import csv
from datetime import timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.hooks import ERASERS, EXPORTERS
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import people, progress, timeline
from norms.enums import NormResult, NormState, Phase, Stance
from norms.models import Wording, WordingStance
from participation import history
from tests.factories import MunicipalityFactory, UserFactory
from tests.norms.factories import (
    AnnotationFactory,
    AnsweredFactory,
    NormFactory,
    OfficeAnswerFactory,
    PartFactory,
    VersionFactory,
    WordingFactory,
    WordingStanceFactory,
)


ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def norm(otuzco):
    return NormFactory(municipality=otuzco, title="=Bicicletas")


def published(norm, *texts):
    here = {"municipality": norm.municipality}
    version = VersionFactory(norm=norm, **here)
    for position, text in enumerate(texts):
        PartFactory(version=version, position=position, text=text, **here)
    version.published_at = timezone.now()
    version.save()
    return version


# --- For machines


def test_the_feed_tells_what_is_public(client, otuzco, norm):
    NormFactory(municipality=otuzco, draft=True, title="Still secret")

    answer = client.get(reverse("norms:feed", args=["otuzco"]))

    feed = ElementTree.fromstring(answer.content)  # noqa: S314  our own
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["=Bicicletas"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_is_open_data_in_one_query_more(client, otuzco, count, django_assert_num_queries):
    NormFactory.create_batch(count, municipality=otuzco)
    address = reverse("norms:norms_data", args=["otuzco", "json"])
    client.get(address)

    with django_assert_num_queries(8):
        rows = client.get(address).json()["normas"]

    assert len(rows) == count
    assert {row["fase"] for row in rows} == {"comments"}


def test_the_sheet_runs_no_formula_and_holds_no_draft(client, otuzco, norm):
    NormFactory(municipality=otuzco, draft=True)

    sent = client.get(reverse("norms:norms_data", args=["otuzco", "csv"])).content.decode()

    (row,) = csv.DictReader(StringIO(sent.removeprefix("\ufeff")))
    assert row["titulo"] == "'=Bicicletas"
    assert row["direccion_web"] == norm.get_absolute_url()


def test_another_kind_of_file_is_not_there(client, otuzco):
    assert client.get(reverse("norms:norms_data", args=["otuzco", "exe"])).status_code == 404


def test_the_text_of_a_norm_is_data_with_its_published_answers(client, otuzco, norm):
    published(norm, "La bicicleta circula.")
    draft = OfficeAnswerFactory(municipality=otuzco, norm=norm, text="Not yet")
    told = OfficeAnswerFactory(
        municipality=otuzco, norm=norm, text="Yes", published_at=timezone.now()
    )
    AnsweredFactory(municipality=otuzco, answer=told)
    AnsweredFactory(municipality=otuzco, answer=draft)

    sent = client.get(reverse("norms:text_json", args=["otuzco", norm.pk])).json()

    assert [part["texto"] for part in sent["versiones"][0]["partes"]] == ["La bicicleta circula."]
    assert [(one["motivo"], one["aportes"]) for one in sent["respuestas"]] == [("Yes", 1)]


def test_a_version_that_is_prepared_is_no_data(client, otuzco, norm):
    PartFactory(municipality=otuzco, version=VersionFactory(municipality=otuzco, norm=norm))

    sent = client.get(reverse("norms:text_json", args=["otuzco", norm.pk])).json()

    assert sent["versiones"] == []


# --- For people


def test_somebody_s_copy_has_what_they_said(otuzco, norm):
    person = UserFactory()
    marked = AnnotationFactory(municipality=otuzco, article__norm=norm, author=person)
    wording = WordingFactory(municipality=otuzco, annotation=marked, comment__author=person)
    stance = WordingStanceFactory(municipality=otuzco, wording=wording, user=person)
    WordingStanceFactory(municipality=otuzco, wording=wording)

    copy = people.export(person)

    assert [row["quote"] for row in copy["words marked in draft norms"]] == [marked.quote]
    assert len(copy["wordings proposed for draft norms"]) == 1
    assert [row["stance"] for row in copy["stances on wordings"]] == [stance.stance]


def test_an_erased_account_leaves_what_was_said_counting(otuzco, norm):
    marked = AnnotationFactory(municipality=otuzco, article__norm=norm)
    stance = WordingStanceFactory(
        municipality=otuzco,
        wording=WordingFactory(municipality=otuzco, annotation=marked),
        stance=Stance.MUST,
    )

    people.erase(stance.user)

    stance.refresh_from_db()
    assert (stance.user, stance.stance) == (None, Stance.MUST)
    assert Wording.objects.get().musts == WordingStance.objects.count() == 1


def test_both_are_asked_when_an_account_is_exported_or_erased():
    assert people.erase in ERASERS
    assert people.export in EXPORTERS


# --- How it is told


def days(number):
    return timezone.now() + timedelta(days=number)


SITUATIONS = [
    ({"draft": True}, Phase.DRAFT),
    ({"explained_at": days(1), "opens_at": days(2)}, Phase.SOON),
    ({"opens_at": days(2)}, Phase.EXPLANATION),
    ({}, Phase.COMMENTS),
    ({"closed": True}, Phase.ANSWERS),
    ({"answered": True}, Phase.FINAL),
    ({"state": NormState.WITHDRAWN, "withdrawn_why": "x"}, Phase.WITHDRAWN),
]


@pytest.mark.parametrize(("situation", "phase"), SITUATIONS)
def test_each_phase_has_its_word(otuzco, situation, phase):
    norm = NormFactory(municipality=otuzco, **situation)

    assert norm.phase == phase
    assert progress.badge(norm).label == str(phase.label)


def test_a_norm_with_a_result_wears_it(otuzco):
    norm = NormFactory(
        municipality=otuzco,
        answered=True,
        result=NormResult.CHANGED,
        result_text="x",
        resulted_at=timezone.now(),
        resulted_by=UserFactory(),
    )

    assert progress.badge(norm).label == str(NormResult.CHANGED.label)


def test_its_story_has_its_events_and_what_the_clock_did(otuzco):
    norm = NormFactory(municipality=otuzco, closed=True)
    history.record("norm_published", norm.thread, by=None, at=days(-61))
    history.record("norm_version", norm.thread, by=None, data={"version": 2}, text="Less")
    history.record("norm_edited", norm.thread, by=None, is_public=False)

    story = timeline.story_of(norm)

    assert [entry.icon for entry in story] == ["megaphone", "comment", "lock", "document"]
    assert story[-1].link == reverse("norms:version", args=["otuzco", norm.pk, 2])
    assert story[-1].text == "Less"
