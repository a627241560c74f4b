"""The end-of-commitment form: from the record, with evidence for what is more than marginal."""

from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from agreements.actions import closing as actions
from agreements.closing import closing_of, problems_of_files
from agreements.enums import Assessor, Completion, EarlyResult, EvidenceState, Gate, OgpValue
from agreements.models import EndForm, Evidence
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    AssessmentFactory,
    EndFormFactory,
    EndValueFactory,
    EvidenceFactory,
    MilestoneFactory,
    VerificationFactory,
    in_the_region,
    the_region,
)
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def form():
    form = EndFormFactory(
        commitment__code="LAL0009",
        explanation="Se firmaron convenios con doce provincias.",
        lessons="La radio llega más lejos que la web.",
    )
    MilestoneFactory(commitment=form.commitment, number=1, gate=Gate.AGREEMENT)
    return form


def accepted(**fields):
    town = MunicipalityFactory()
    with municipality_scope(town):
        evidence = EvidenceFactory(municipality=town, **fields)
        VerificationFactory(municipality=town, evidence=evidence)
        evidence.state = EvidenceState.ACCEPTED
        evidence.is_public = True
        evidence.save()
        return evidence


def publish(form):
    with in_the_region():
        return actions.publish(form=form, by=UserFactory())


@pytest.mark.parametrize("result", [EarlyResult.MAJOR, EarlyResult.OUTSTANDING])
@pytest.mark.parametrize("missing", ["narrative", "evidence"])
def test_more_than_marginal_needs_reasons_and_evidence(form, result, missing):
    said = {"narrative": "Cambió la norma.", "evidence": accepted()}
    said[missing] = "" if missing == "narrative" else None
    with pytest.raises(IntegrityError), transaction.atomic():
        EndValueFactory(form=form, result=result, **said)


def test_with_both_it_is_kept_and_marginal_needs_neither(form):
    EndValueFactory(
        form=form,
        result=EarlyResult.MAJOR,
        narrative="Cambió la norma.",
        evidence=accepted(),
    )
    EndValueFactory(form=form, value=OgpValue.INFORMATION, result=EarlyResult.MARGINAL)
    with in_the_region():
        assert form.values.count() == 2


def test_a_value_that_nobody_answered_is_not_applicable(form):
    EndValueFactory(form=form, value=OgpValue.INFORMATION, result=EarlyResult.MARGINAL)
    with in_the_region():
        lines = closing_of(form.commitment).values
    assert len(lines) == 4
    assert len({one.result for one in lines[1:]}) == 1
    assert lines[0].result != lines[1].result


def test_each_assessor_stands_beside_the_others_and_who_said_nothing_has_no_data(form):
    with in_the_region():
        milestone = form.commitment.milestones.get()
        for completion in (Completion.LIMITED, Completion.SUBSTANTIAL):
            AssessmentFactory(
                municipality=the_region(),
                commitment=form.commitment,
                milestone=milestone,
                assessor=Assessor.SELF,
                completion=completion,
                published_at=timezone.now(),
            )
        AssessmentFactory(
            municipality=the_region(),
            commitment=form.commitment,
            milestone=milestone,
            assessor=Assessor.COUNTERPART,
            completion=Completion.COMPLETE,
        )  # nobody has published it
        (line,) = closing_of(form.commitment).milestones
    computed, own, counterpart, irm = line.by_assessor
    assert computed[1] == str(Completion.NOT_STARTED.label)
    assert own[1] == str(Completion.SUBSTANTIAL.label)
    assert counterpart[1] not in map(str, Completion.labels)
    assert irm[1] not in map(str, Completion.labels)


def test_at_most_three_verified_files_of_ten_megabytes(form):
    files = [accepted() for _n in range(4)]
    assert len(problems_of_files(files[:3])) == 0
    assert len(problems_of_files(files)) == 1
    unverified = Evidence(title="Foto", state=EvidenceState.UPLOADED, url="https://example.org")
    assert len(problems_of_files([unverified])) == 1


def test_a_form_without_its_explanation_or_lessons_is_not_published(form):
    with in_the_region():
        EndForm.objects.update(lessons="")
    with pytest.raises(actions.CannotClose):
        publish(form)


def test_it_is_there_once_it_is_published_as_page_pdf_and_docx(client, form):
    address = reverse("agreements:end_form", args=["LAL0009"])
    before = client.get(address).status_code
    evidence = accepted(title="Ordenanza de Otuzco")
    with in_the_region():
        form.evidence.add(evidence)
    publish(form)

    assert (before, client.get(address).status_code) == (404, 200)
    paper = {
        ending: BytesIO(
            client.get(reverse("agreements:end_form_paper", args=["LAL0009", ending])).content
        )
        for ending in ("pdf", "docx")
    }
    told = "".join(one.extract_text() for one in PdfReader(paper["pdf"]).pages)
    document = Document(paper["docx"])
    milestones, values, files = document.tables
    assert form.explanation in told.replace("\n", " ")
    assert form.explanation in {one.text for one in document.paragraphs}
    assert len(milestones.rows) == 2 + len(Assessor)
    assert len(values.rows) == 1 + len(OgpValue)
    assert [row.cells[0].text for row in files.rows][1:] == ["Ordenanza de Otuzco"]


def test_what_people_wrote_is_no_markup(client, form):
    with in_the_region():
        EndForm.objects.update(explanation="<b>Más</b> & {{ mejor }}")
    publish(form)
    address = reverse("agreements:end_form_paper", args=["LAL0009", "docx"])
    document = Document(BytesIO(client.get(address).content))
    assert "<b>Más</b> & {{ mejor }}" in {one.text for one in document.paragraphs}
