"""The yearly self-evaluation: evidence or unsupported, whole or not published, answered back."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from agreements.actions import selfevaluation as actions
from agreements.enums import SelfReply
from agreements.models import CounterAnswer, Evidence, SelfAnswer
from agreements.selfevaluation import QUESTIONS, evaluation_of
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, observer_of, university
from tests.agreements.factories import in_the_region, organization_of
from tests.factories import MunicipalityFactory, UserFactory
from tests.participation.files import pdf


YEAR = 2025


@pytest.fixture
def town():
    """One that the region has entered as an organisation, so that its staff adds evidence."""
    town = MunicipalityFactory()
    organization_of(town)
    return town


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def answer(town, question, reply=SelfReply.YES, **more):
    return actions.answer(
        municipality=town,
        year=YEAR,
        question=question,
        reply=reply,
        text="Como se ve en el acta.",
        by=administrator_of(town),
        **more,
    )


def whole(town, reply=SelfReply.NO):
    with municipality_scope(town):
        for question in QUESTIONS:
            answer(town, question.code, reply)


def published(town, reply=SelfReply.NO):
    whole(town, reply)
    with municipality_scope(town):
        actions.publish(municipality=town, year=YEAR, by=UserFactory())


def of(town, code):
    with municipality_scope(town):
        return next(one for one in evaluation_of(town, YEAR).answered if one.question.code == code)


@pytest.mark.parametrize(
    ("reply", "with_evidence", "unsupported"),
    [
        (SelfReply.YES, False, True),
        (SelfReply.PARTLY, False, True),
        (SelfReply.NO, False, False),
        (SelfReply.YES, True, False),
    ],
)
def test_a_claim_without_evidence_is_unsupported(town, reply, with_evidence, unsupported):
    with municipality_scope(town):
        answer(town, "norm", reply, url="https://example.org/ordenanza" if with_evidence else "")
    assert of(town, "norm").is_unsupported == unsupported


def test_removed_evidence_supports_nothing(town):
    with municipality_scope(town):
        answer(town, "norm", url="https://example.org/ordenanza")
        Evidence.objects.update(state="removed", state_reason="Era otra.")
    assert of(town, "norm").is_unsupported


def test_it_is_published_whole_or_not_at_all(town):
    with municipality_scope(town):
        answer(town, "norm")
        with pytest.raises(actions.CannotAnswer):
            actions.publish(municipality=town, year=YEAR, by=UserFactory())
        assert not SelfAnswer.objects.exclude(published_at=None).exists()


def test_once_published_nobody_changes_it_not_even_by_sql(town):
    published(town)
    with municipality_scope(town):
        with pytest.raises(actions.CannotAnswer):
            answer(town, "norm")
        for change in (
            lambda: SelfAnswer.objects.update(reply=SelfReply.YES),
            lambda: SelfAnswer.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
                change()


def test_the_guided_form_goes_from_question_to_question_and_takes_a_file(client, town, settings):
    year = timezone.localdate().year
    client.force_login(administrator_of(town))
    first, second = QUESTIONS[0].code, QUESTIONS[1].code

    address = reverse("agreed:answer_question", args=[town.slug, year, first])
    done = client.post(
        address,
        {"reply": "yes", "file": pdf()},
    )
    wrong = client.post(address, {"reply": "yes", "file": SimpleUploadedFile("o.exe", b"MZ\x00")})

    assert done.url == reverse("agreed:answer_question", args=[town.slug, year, second])
    assert wrong.status_code == 422
    with municipality_scope(town):
        shown = Evidence.objects.get(answer__question=first)
        assert len(shown.sha256) == 64


def test_a_draft_is_read_by_nobody_else(client, town):
    whole(town)
    address = reverse("agreements:self_evaluation", args=[town.slug, YEAR])

    before = client.get(address).status_code
    with municipality_scope(town):
        actions.publish(municipality=town, year=YEAR, by=UserFactory())

    assert (before, client.get(address).status_code) == (404, 200)


def test_everybody_reads_the_same_support_as_the_town_before_it_is_verified(client, town):
    with municipality_scope(town):
        answer(town, "norm", url="https://example.org/ordenanza")
        for question in QUESTIONS[1:]:
            answer(town, question.code)
        actions.publish(municipality=town, year=YEAR, by=UserFactory())

    page = client.get(reverse("agreements:self_evaluation", args=[town.slug, YEAR]))

    assert [one.question.code for one in page.context["evaluation"].supported] == ["norm"]
    assert len(page.context["evaluation"].unsupported) == len(QUESTIONS) - 1


def test_a_university_answers_beside_it_once(client, town):
    published(town, SelfReply.YES)
    organization = university()
    client.force_login(observer_of(organization))
    with in_the_region():
        asked = SelfAnswer.objects.get(question="women")
    address = reverse("agreements:answer_back", args=[asked.pk])

    first = client.post(address, {"reply": "no", "text": "No hubo cuidado de niños."})
    second = client.post(address, {"reply": "yes", "text": "Sí."})
    page = client.get(reverse("agreements:self_evaluation", args=[town.slug, YEAR]))

    assert (first.status_code, second.status_code) == (302, 422)
    assert [one.question.code for one in page.context["evaluation"].doubted] == ["women"]
    with in_the_region():
        asked.refresh_from_db()
        assert asked.reply == SelfReply.YES
        assert CounterAnswer.objects.get().organization == organization


def test_pdf_and_docx_say_the_same_questions_and_what_is_unsupported(client, town):
    published(town, SelfReply.YES)

    def paper(ending):
        address = reverse("agreements:self_evaluation_paper", args=[town.slug, YEAR, ending])
        return BytesIO(client.get(address).content)

    pdf = "".join(page.extract_text() for page in PdfReader(paper("pdf")).pages)
    tables = Document(paper("docx")).tables
    assert town.name in pdf
    assert len(tables[-1].rows) == len(QUESTIONS) + 1
    assert [row.cells[1].text for row in tables[0].rows][:2] == ["0", str(len(QUESTIONS))]


def test_a_year_that_has_not_come_is_not_there(client, town):
    client.force_login(administrator_of(town))
    later = timezone.localdate().year + 1
    address = reverse("agreed:own_evaluation_of", args=[town.slug, later])
    assert client.get(address).status_code == 404
