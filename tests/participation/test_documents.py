import io

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from municipalities.rls import municipality_scope
from participation import documents
from participation.documents import InvalidDocument, TooManyDocuments, store_document
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory
from tests.participation.files import pdf, text_file


@pytest.fixture
def thread():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield ThreadFactory(municipality=municipality, author=UserFactory())


def content_of(document):
    with default_storage.open(document.file.name) as file:
        return file.read()


def test_only_the_pages_of_a_pdf_are_kept(thread):
    document = store_document(
        thread, pdf(2, script="app.alert(1)", author="Rosa Quispe"), "Informe", by=thread.author
    )

    kept = content_of(document)
    reader = PdfReader(io.BytesIO(kept))
    assert (len(reader.pages), reader.metadata, list(reader.attachments)) == (2, None, [])
    for trace in (b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Author"):
        assert trace not in kept
    assert (document.size, len(document.sha256)) == (len(kept), 64)


def test_links_stay_and_what_runs_upon_a_page_goes(thread):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://www.gob.pe/"))
    launch = Link(rect=(0, 0, 9, 9), url="x")
    launch[NameObject("/A")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    writer.add_annotation(0, launch)
    out = io.BytesIO()
    writer.write(out)

    kept = content_of(store_document(thread, text_file(out.getvalue()), "Informe", by=None))

    [link] = PdfReader(io.BytesIO(kept)).pages[0]["/Annots"]
    assert link["/A"]["/URI"] == "https://www.gob.pe/"
    assert b"/JS" not in kept


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lambda: text_file(b"hello"), "no es un PDF|not a PDF"),
        (lambda: text_file(b"%PDF-1.7\n" + b"x" * 500), "dañado|damaged"),
        (lambda: pdf(password="1234"), "contraseña|password"),
        (lambda: pdf(documents.MAX_PAGES + 1), "301"),
        (lambda: pdf(0), "0 p"),
        (lambda: text_file(b"%PDF-" + b"x" * documents.MAX_BYTES), "MB"),
    ],
    ids=["text", "damaged", "locked", "too long", "no pages", "too heavy"],
)
def test_what_is_no_pdf_for_everybody_is_refused_in_words(thread, upload, words):
    with pytest.raises(InvalidDocument, match=words):
        store_document(thread, upload(), "Informe", by=thread.author)


def test_a_thread_has_three_documents(thread):
    for _ in range(3):
        store_document(thread, pdf(), "Informe", by=thread.author)

    with pytest.raises(TooManyDocuments):
        store_document(thread, pdf(), "Informe", by=thread.author)
