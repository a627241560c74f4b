"""Convenios on the site: what everybody reads, what only its parties do, and what is not even there."""

import csv
from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from accounts.enums import Role
from agreements import drafts
from agreements.models import Agreement, AgreementFile
from tests.agreements.convenios import municipal_party, regional, staff_of, whole
from tests.agreements.factories import (
    AddendumFactory,
    AgreementFactory,
    AgreementFileFactory,
    ClauseFactory,
    CoordinatorFactory,
    OfficeFactory,
    ReportFactory,
    SourceDocumentFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def towns():
    return MunicipalityFactory.create_batch(3)


@pytest.fixture
def published(towns):
    return whole(towns[0], towns[1], signed=True, published=True, code="CONV-2026-0001")


@pytest.fixture
def kept(towns):
    return whole(towns[0], towns[1], signed=True, code="CONV-2026-0002")


def at(town, name, *args):
    return reverse(f"agreed:{name}", args=[town.slug, *args])


# --- Everybody


def test_everybody_reads_a_published_convenio_and_no_other(client, published, kept):
    listed = client.get(reverse("agreements:convenios"))

    assert [agreement for agreement, _badge in listed.context["rows"]] == [published]
    assert client.get(published.get_absolute_url()).status_code == 200
    for name in ("convenio", "convenio_pdf"):
        assert client.get(reverse(f"agreements:{name}", args=[kept.code])).status_code == 404


def test_nobody_reads_more_in_the_observatory_whoever_they_are(client, towns, kept):
    for person in (regional(), staff_of(towns[0])):
        client.force_login(person)
        assert client.get(kept.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"q": "caserio"}, 1),
        ({"q": "CONV-2026-0001"}, 1),
        ({"q": "nothing"}, 0),
        ({"situacion": "in_force"}, 1),
        ({"situacion": "expired"}, 1),
        ({"situacion": "not_yet"}, 0),
        ({"tipo": "especifico"}, 2),
        ({"tipo": "marco"}, 0),
        ({"mecanismo": "pp"}, 2),
        ({"mecanismo": "cclp"}, 0),
        ({"area": "gender"}, 1),
        ({"area": "nonsense"}, 2),
    ],
)
def test_the_list_is_narrowed_by_its_address(client, towns, asked, found):
    today = timezone.localdate()
    whole(
        towns[0],
        signed=True,
        published=True,
        code="CONV-2026-0001",
        title="Voces del caserío",
        ends_on=None,
        open_ended_why="Sigue mientras haga falta.",
        policy_areas=["gender"],
    )
    whole(
        towns[1], signed=True, published=True, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1)
    )
    assert today > date(2021, 1, 1)

    page = client.get(reverse("agreements:convenios"), asked)

    assert len(page.context["rows"]) == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_of_the_database_for_one_or_many(
    client, towns, count, django_assert_max_num_queries
):
    for _number in range(count):
        whole(towns[0], towns[1], signed=True, published=True)
    client.get(reverse("agreements:convenios"))
    with django_assert_max_num_queries(12):
        client.get(reverse("agreements:convenios"))


def test_a_sheet_asks_the_same_however_much_was_agreed(client, towns):
    asked = []
    for weights in ((100,), (25, 25, 25, 25)):
        agreement = whole(*towns[: len(weights)], signed=True, published=True, weights=weights)
        for _number in weights:
            AgreementFileFactory(agreement=agreement, is_public=True)
        client.get(agreement.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(agreement.get_absolute_url())
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_drafts_of_addenda_and_reports_stay_inside(client, towns, published):
    party = municipal_party(published)
    AddendumFactory(agreement=published, reason="Aún se discute")
    ReportFactory(agreement=published, party=party, text="Aún no se acepta")

    page = client.get(published.get_absolute_url()).content.decode()
    public = client.get(at(towns[0], "convenio", published.pk)).content.decode()
    client.force_login(staff_of(towns[0]))
    inside = client.get(at(towns[0], "convenio", published.pk)).content.decode()

    for text in (page, public):
        assert "Aún se discute" not in text
    assert "Aún se discute" in inside


def test_an_office_past_its_day_is_shown_as_such(client, published):
    party = municipal_party(published)
    office = OfficeFactory(
        organization=party.organization, email="mesa@example.org", valid_until=date(2020, 1, 1)
    )
    CoordinatorFactory(agreement=published, party=party, office=office)

    page = client.get(published.get_absolute_url())

    line = next(one for one in page.context["sheet"].parties if one.party == party)
    assert not line.is_current
    assert "mailto:mesa@example.org" in page.content.decode()


def test_two_convenios_side_by_side_word_for_word(client, towns):
    first = whole(towns[0], published=True, code="CONV-2026-0001")
    second = whole(towns[1], published=True, code="CONV-2026-0002")
    with in_the_region():
        second.clauses.filter(key="plazo").update(text="Rige por tres años.")
        second.clauses.filter(key="domicilio").delete()
    ClauseFactory(agreement=second, key="lengua", title="Lengua", text="También en quechua.")

    page = client.get(
        reverse("agreements:convenios_compare"), {"uno": first.code, "otro": second.code}
    )

    by_title = {one.title: one for one in page.context["compared"]}
    assert by_title["Objeto"].is_same
    assert {piece.kind for piece in by_title["Plazo"].pieces} == {"same", "removed", "added"}
    assert (by_title["Domicilios"].second, by_title["Lengua"].first) == ("", "")
    assert "<del>" in page.content.decode()


def test_a_convenio_that_is_not_published_is_compared_with_nothing(client, published, kept):
    page = client.get(
        reverse("agreements:convenios_compare"), {"uno": published.code, "otro": kept.code}
    )
    assert "compared" not in page.context


def test_the_open_data_hold_the_published_with_their_policy_areas(client, published, kept):
    with in_the_region():
        Agreement.objects.filter(pk=published.pk).update(policy_areas=["gender"])
    answer = client.get(reverse("agreements:convenios_data"))
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["codigo"], row["policy_areas"], row["mecanismos"]) for row in rows] == [
        (published.code, "gender", "pp")
    ]


# --- Two municipalities and a third (acceptance test 1)


def test_staff_of_both_parties_read_it_and_of_a_third_do_not(client, towns, kept):
    for town, status in zip(towns, (200, 200, 404), strict=True):
        client.force_login(staff_of(town))
        for name in ("convenio", "convenio_pdf", "convenio_docx"):
            assert client.get(at(town, name, kept.pk)).status_code == status


def test_others_read_below_a_municipality_what_is_published(client, towns, published, kept):
    people = [None, UserFactory(), staff_of(towns[1]), staff_of(towns[0], Role.MODERATOR)]
    for person in people:
        client.logout()
        if person:
            client.force_login(person)
        listed = client.get(at(towns[0], "convenios"))
        assert [agreement for agreement, _badge in listed.context["rows"]] == [published]
        assert client.get(at(towns[0], "convenio", published.pk)).status_code == 200
        assert client.get(at(towns[0], "convenio", kept.pk)).status_code == 404
        assert client.get(at(towns[0], "convenio_docx", published.pk)).status_code == 404
        assert client.get(at(towns[2], "convenio", published.pk)).status_code == 404


def test_the_staff_s_list_holds_theirs_unpublished_too_and_what_they_owe(client, towns, kept):
    report = ReportFactory(agreement=kept, party=municipal_party(kept))
    client.force_login(staff_of(towns[0]))

    page = client.get(at(towns[0], "convenios"))

    assert [agreement for agreement, _badge in page.context["rows"]] == [kept]
    assert [line.report for line in page.context["owed"]] == [report]


# --- Documents: who may not read one does not even learn that it is there


def test_documents_are_read_by_whom_they_are_for(client, towns, published, kept):
    secret = AgreementFileFactory(agreement=published, kind="act", content=b"%PDF secret")
    open_one = AgreementFileFactory(
        agreement=published, kind="act", is_public=True, content=b"%PDF open"
    )
    unpublished = AgreementFileFactory(agreement=kept, is_public=True, content=b"%PDF kept")

    def asked(name, *args):
        answer = client.get(name)
        return answer.status_code, b"".join(answer) if answer.status_code == 200 else b""

    def public(file):
        return reverse("agreements:convenio_file", args=[file.pk])

    assert asked(public(open_one)) == (200, b"%PDF open")
    assert asked(at(towns[0], "convenio_file", open_one.pk)) == (200, b"%PDF open")
    for file in (secret, unpublished):
        assert asked(public(file))[0] == 404
        assert asked(at(towns[0], "convenio_file", file.pk))[0] == 404
    assert asked(reverse("agreements:convenio_file", args=[10**9]))[0] == 404

    client.force_login(staff_of(towns[0]))
    assert asked(at(towns[0], "convenio_file", secret.pk)) == (200, b"%PDF secret")
    assert asked(public(secret))[0] == 404
    client.force_login(staff_of(towns[2]))
    for town in towns:
        assert asked(at(town, "convenio_file", secret.pk))[0] == 404


def test_of_a_signed_file_the_public_gets_its_redacted_copy_or_nothing(client, towns, published):
    with in_the_region():
        signed = AgreementFile.objects.get(agreement=published, kind="signed")
        signed.is_public = True
        signed.save()
    address = reverse("agreements:convenio_file", args=[signed.pk])
    assert client.get(address).status_code == 404

    with in_the_region():
        signed.public_file.save("publico.pdf", ContentFile(b"%PDF tachado"))
    assert b"".join(client.get(address)) == b"%PDF tachado"
    assert b"".join(client.get(at(towns[0], "convenio_file", signed.pk))) == b"%PDF tachado"


# --- On paper


def test_the_pdf_says_what_the_sheet_says(client, published):
    answer = client.get(reverse("agreements:convenio_pdf", args=[published.code]))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    for words in (published.code, "Libre adhesión y separación", "60.00"):
        assert words in text
    assert "DNI" not in text


def test_the_docx_draft_is_made_of_the_data(published):
    with in_the_region():
        published.title = "Convenio con <b>signos</b> & eñes"
        made = Document(BytesIO(drafts.as_docx(published)))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "Convenio con <b>signos</b> & eñes" in text
    assert "CLÁUSULA PRIMERA: Antecedentes" in text
    assert "{{" not in text
    assert len(made.tables[0].rows) == 1 + 2
    assert made.tables[0].rows[1].cells[4].text == "60.00"


# --- Reports


def test_staff_send_a_report_and_another_certifies_it(client, towns, kept):
    report = ReportFactory(agreement=kept, party=municipal_party(kept))
    address, certify = at(towns[0], "report", report.pk), at(towns[0], "certify_report", report.pk)
    first, second = staff_of(towns[0]), staff_of(towns[0])

    client.force_login(first)
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": " "}).context["form"].errors["text"]
    assert client.post(address, {"text": "Dos talleres."}).status_code == 302
    client.post(certify)
    with in_the_region():
        report.refresh_from_db()
        assert report.state == "submitted"

    client.force_login(second)
    client.post(certify)
    with in_the_region():
        report.refresh_from_db()
        assert (report.state, report.certified_by) == ("certified", second)


def test_a_report_is_not_there_for_anybody_else(client, towns, published):
    report = ReportFactory(agreement=published, party=municipal_party(published))
    for person in (None, UserFactory(), staff_of(towns[1]), staff_of(towns[2]), regional()):
        client.logout()
        if person:
            client.force_login(person)
        for town in towns:
            assert client.get(at(town, "report", report.pk)).status_code == 404
            assert client.post(at(town, "report", report.pk), {"text": "x"}).status_code == 404
            assert client.post(at(town, "certify_report", report.pk)).status_code == 404


def test_a_list_without_convenios_says_so(client, towns):
    assert client.get(at(towns[0], "convenios")).status_code == 200
    assert client.get(reverse("agreements:convenios")).status_code == 200
    AgreementFactory(towns=towns[:1])
    assert not client.get(at(towns[0], "convenios")).context["rows"]


# --- Official documents


def test_an_official_document_keeps_its_copy_when_its_address_is_gone(client):
    kept = SourceDocumentFactory(
        file=ContentFile(b"%PDF copia", "plan.pdf"),
        sha256="a" * 64,
        url="https://gone.example.org/",
    )
    without = SourceDocumentFactory()

    page = client.get(reverse("agreements:documents")).content.decode()

    assert kept.url in page
    assert kept.sha256 in page
    copy = client.get(reverse("agreements:document", args=[kept.pk]))
    assert b"".join(copy) == b"%PDF copia"
    assert client.get(reverse("agreements:document", args=[without.pk])).status_code == 404
