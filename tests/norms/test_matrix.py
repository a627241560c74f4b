import csv
import io

import docx
import pytest
from django.urls import reverse
from django.utils import timezone
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from pypdf import PdfReader

from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import contributions as facts, matrix, matrix_papers, places
from norms.actions import answers as actions
from tests.factories import MunicipalityFactory, UserFactory
from tests.norms.answering import comment, neighbour, propose, put_forward, rewrite, staff
from tests.norms.factories import CauseFactory


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def settled(otuzco):
    """A wording by Rosa, taken up, that changed article 2; and a comment without an answer."""
    norm, parts = put_forward(otuzco, closed=True)
    rosa = UserFactory(display_name="Rosa Quispe Luján")
    wording = propose(
        norm,
        parts[1],
        "tasa anual",
        "cuota mensual",
        comment__author=rosa,
        comment__text="Mejor así",
    )
    waiting = comment(norm, text="¿Y los peatones?")
    version, _new = rewrite(norm, [(p.article, p.text) for p in parts], is_final=True)
    ana = staff(otuzco)
    made = actions.answer(
        norm, by=ana, comments=[wording.comment_id], verdict="taken", text="Está en el artículo 2."
    )
    actions.publish(made, by=ana)
    CauseFactory(
        municipality=otuzco, version=version, article=parts[1].article, comment=wording.comment
    )
    return norm, wording, waiting


def page(client, norm, **asked):
    return client.get(reverse("norms:answers", args=["otuzco", norm.pk]), asked)


def download(client, norm, kind, **asked):
    return client.get(reverse("norms:matrix", args=["otuzco", norm.pk, kind]), asked)


def lines(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_contribution_has_its_answer_and_its_change(client, settled):
    norm, wording, waiting = settled

    rows = {comment.pk: row for comment, row in page(client, norm).context["rows"]}

    row = rows[wording.comment_id]
    assert (row.verdict, row.old, row.new) == ("taken", "tasa anual", "cuota mensual")
    [change] = row.changed
    assert "Artículo 2" in change
    assert (rows[waiting.pk].verdict, rows[waiting.pk].changed) == ("", [])


def test_what_is_hidden_or_prepared_is_not_in_it(client, otuzco):
    norm, _parts = put_forward(otuzco, closed=True)
    ana = staff(otuzco)
    hidden, drafted = comment(norm), comment(norm)
    for one in (hidden, drafted):
        actions.answer(norm, by=ana, comments=[one.pk], verdict="no", text="Secret so far.")
    hidden.hidden_at, hidden.hidden_rule = timezone.now(), "insult"
    hidden.save()

    response = page(client, norm)

    assert [(one, row.verdict) for one, row in response.context["rows"]] == [(drafted, "")]
    assert "Secret so far." not in response.content.decode()
    assert "Secret so far." not in download(client, norm, "csv").content.decode()


def test_nobody_finds_out_what_is_drafted(client, otuzco):
    norm, _parts = put_forward(otuzco, closed=True)
    drafted, _other = comment(norm), comment(norm)
    actions.answer(norm, by=staff(otuzco), comments=[drafted.pk], verdict="no", text="Not yet.")

    for asked in ({"estado": "borrador"}, {}):
        assert len(page(client, norm, **asked).context["rows"]) == 2
    assert page(client, norm, estado="no").context["rows"] == []


def test_one_sees_only_ones_own(client, settled):
    norm, wording, _waiting = settled
    client.force_login(wording.comment.author)

    rows = page(client, norm, mios="si").context["rows"]

    assert [one for one, _row in rows] == [wording.comment]


def test_an_erased_account_has_no_name(otuzco):
    norm, _parts = put_forward(otuzco, closed=True)
    empty = {"email": None, "handle": None, "display_name": "", "is_active": False}
    gone = UserFactory(deleted_at=timezone.now(), **empty)

    assert matrix.who(comment(norm, author=gone)) == ""
    assert matrix.who(comment(norm, author=None)) == ""
    assert matrix.who(comment(norm, author=gone, organisation="Vecinos")) == "Vecinos"


# --- Files


def test_the_csv_has_a_line_for_each_and_runs_nothing(client, settled):
    norm, wording, waiting = settled
    waiting.text = "=HYPERLINK('x')"
    waiting.save()

    response = download(client, norm, "csv")
    found = {row["aporte"]: row for row in lines(response)}

    assert response["Content-Disposition"].startswith("attachment")
    row = found[str(wording.comment_id)]
    assert (row["decision"], row["redaccion_propuesta"]) == ("taken", "cuota mensual")
    assert (row["quien"], row["razones"]) == ("Rosa Quispe Luján", "Está en el artículo 2.")
    assert row["cambio_que_causo"].startswith("Artículo 2")
    assert found[str(waiting.pk)]["texto"] == "'=HYPERLINK('x')"


def test_the_files_hold_what_the_page_was_narrowed_to(client, settled):
    norm, wording, _waiting = settled

    [row] = lines(download(client, norm, "csv", estado="taken"))

    assert row["aporte"] == str(wording.comment_id)


def test_the_pdf_says_what_the_matrix_says_on_wide_pages(client, settled):
    norm, _wording, _waiting = settled

    response = download(client, norm, "pdf")
    reader = PdfReader(io.BytesIO(response.content))
    words = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())

    assert response["Content-Type"] == "application/pdf"
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    for said in ("Rosa Quispe Luján", "Mejor así", "cuota mensual", "Está en el artículo 2."):
        assert said in words
    assert norm.title in words


def test_the_docx_says_the_same(client, settled):
    norm, _wording, _waiting = settled

    document = docx.Document(io.BytesIO(download(client, norm, "docx").content))
    table = document.tables[-1]
    cells = "\n".join(cell.text for row in table.rows for cell in row.cells)

    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for said in ("Rosa Quispe Luján", "Mejor así", "cuota mensual", "Está en el artículo 2."):
        assert said in cells
    assert len(table.rows) == 3


def test_a_norm_without_contributions_has_its_files_too(client, otuzco):
    norm, _parts = put_forward(otuzco)

    assert [download(client, norm, kind).status_code for kind in ("pdf", "docx", "csv", "xls")] == [
        *(200, 200, 200),
        404,
    ]


def many(norm, count, text="Que se mantenga la ciclovía de la avenida. "):
    """So many rows, the words of some longer than a page."""
    now = timezone.now()
    return [
        matrix.Row(
            number=number,
            place="Artículo 1",
            who="Rosa Quispe Luján",
            at=now,
            text=text * (70 if number % 100 == 0 else 3),
            old="una tasa",
            new="una cuota",
            verdict="partly",
            reasons="Se acoge en parte. " * 8 if number % 100 else "Línea\n" * 300,
            office="Transporte",
            answered_at=now,
            changed=["Artículo 1 (versión 2)"],
        )
        for number in range(1, count + 1)
    ]


COUNTS = {"all": 500, "taken": 0, "partly": 500, "no": 0, "unanswered": 0, "late": 0}


def test_of_500_rows_each_page_of_the_pdf_says_what_its_columns_are(otuzco):
    norm, _parts = put_forward(otuzco, closed=True)

    reader = PdfReader(io.BytesIO(matrix_papers.as_pdf(norm, many(norm, 500), COUNTS)))
    texts = [sheet.extract_text() for sheet in reader.pages]
    head = matrix_papers.paper(norm, [], COUNTS).head

    assert len(texts) > 50
    with_head = [text for text in texts if all(name in text for name in head[1:])]
    assert len(with_head) >= len(texts) - 1
    assert "".join(texts).count("Rosa Quispe Luján") == 500


def test_500_rows_fit_into_a_docx(otuzco):
    norm, _parts = put_forward(otuzco, closed=True)

    made = docx.Document(io.BytesIO(matrix_papers.as_docx(norm, many(norm, 500), COUNTS)))

    assert len(made.tables[-1]._tbl.tr_lst) == 501


def test_what_no_document_can_hold_is_left_out(otuzco):
    norm, _parts = put_forward(otuzco, closed=True)
    rows = many(norm, 1, text="a\x0bb\ufffe<b>&amp;\u202f☂ ")

    made = docx.Document(io.BytesIO(matrix_papers.as_docx(norm, rows, COUNTS)))
    sheet = PdfReader(io.BytesIO(matrix_papers.as_pdf(norm, rows, COUNTS)))

    assert "ab<b>&amp;" in made.tables[-1].rows[1].cells[2].text
    assert "<b>&amp;" in "".join(page.extract_text() for page in sheet.pages)


def test_more_than_one_document_holds_is_taken_in_parts(client, settled, monkeypatch):
    norm, _wording, _waiting = settled
    monkeypatch.setitem(matrix.AT_MOST, "pdf", 1)

    assert download(client, norm, "pdf").url == reverse("norms:answers", args=["otuzco", norm.pk])
    assert download(client, norm, "pdf", estado="taken").status_code == 200
    assert len(lines(download(client, norm, "csv"))) == 2


def test_rows_are_read_in_portions_and_in_order(otuzco, monkeypatch):
    norm, parts = put_forward(otuzco, closed=True)
    said = [comment(norm, parts[number % 3]) for number in range(7)]
    monkeypatch.setattr(matrix, "CHUNK", 2)
    found = facts.in_order(facts.contributions(norm))

    rows = list(matrix.rows(norm, found, places.places(norm)))

    assert [row.number for row in rows] == [one.pk for one in said[0::3] + said[1::3] + said[2::3]]


def test_of_a_norm_in_preparation_nothing_is_told(client, otuzco):
    norm, _parts = put_forward(otuzco, draft=True)
    client.force_login(neighbour(otuzco).user)

    assert page(client, norm).status_code == 404
    assert download(client, norm, "csv").status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_the_matrix_asks_the_same_queries_for_one_or_many(
    client, otuzco, count, django_assert_max_num_queries
):
    norm, parts = put_forward(otuzco, closed=True)
    ana = staff(otuzco)
    for number in range(count):
        said = propose(norm, parts[number % 3], parts[number % 3].text[:8], f"otras {number}")
        made = actions.answer(
            norm, by=ana, comments=[said.comment_id], verdict="no", text=f"Why {number}."
        )
        actions.publish(made, by=ana)
    page(client, norm)

    with django_assert_max_num_queries(14):
        assert len(page(client, norm).context["rows"]) == count
