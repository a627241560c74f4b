"""Word documents for tests: good ones with python-docx, wicked ones put together by hand."""

import io
import zipfile

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from norms.docx_numbering import written


TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELS = (
    '<?xml version="1.0"?><Relationships'
    ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
)
OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TO_MAIN = f'<Relationship Id="r1" Type="{OF_OFFICE}/officeDocument" Target="word/document.xml"/>'
BODY = (
    "<w:document"
    ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{inner}'
    "</w:body></w:document>"
)
PARAGRAPH = "<w:p><w:r><w:t>Artículo 1.- La norma rige.</w:t></w:r></w:p>"
ROW = "<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"


def parts(*, body=PARAGRAPH, document=None, main=MAIN, rels="", files=()):
    """The files of a small document, to be changed and zipped."""
    found = {
        "[Content_Types].xml": TYPES.format(main=main),
        "_rels/.rels": RELS.format(inner=TO_MAIN),
        "word/document.xml": document or BODY.format(inner=body),
    }
    if rels:
        found["word/_rels/document.xml.rels"] = RELS.format(inner=rels)
    return found | dict(files)


def zipped(files, *, name="norma.docx", compress=zipfile.ZIP_DEFLATED):
    """`files` is a dictionary, or a list of pairs if a name comes twice."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compress) as archive:
        for path, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(path, data)
    return named(file.getvalue(), name)


def named(data, name="norma.docx"):
    file = io.BytesIO(data)
    file.name = name
    return file


def docx(*paragraphs, **kwargs):
    """A plain document; a paragraph is its text, or a pair of its text and its style."""
    document = Document()
    for paragraph in paragraphs:
        text, style = paragraph if isinstance(paragraph, tuple) else (paragraph, None)
        document.add_paragraph(text, style=style)
    return saved(document, **kwargs)


def saved(document, name="norma.docx"):
    file = io.BytesIO()
    document.save(file)
    return named(file.getvalue(), name)


def numbered(document, levels):
    """A list of its own for a document: (format, text) of each level; gives the id of the list."""
    numbering = document.part.numbering_part.element
    number = str(900 + len(numbering))
    inner = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    ids = nsdecls("w")
    abstract = f'<w:abstractNum {ids} w:abstractNumId="{number}">{inner}</w:abstractNum>'
    numbering.insert(0, parse_xml(abstract))
    numbering.append(
        parse_xml(f'<w:num {ids} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
    )
    return number


def in_list(paragraph, number, level=0):
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        )
    )
    return paragraph


def ordinance(articles=40):
    """A Word document as an office would write it: with headings, numbers of its own and a table."""
    document = Document()
    document.add_heading("Ordenanza que regula el uso de la bicicleta", 0)
    document.add_paragraph("CONSIDERANDO:")
    document.add_paragraph("Que la bicicleta es un medio de transporte.")
    letters = numbered(document, [("lowerLetter", "%1)"), ("lowerRoman", "%2)")])
    for number in range(1, articles + 1):
        if number % 10 == 1:
            document.add_heading(f"TÍTULO {written(number // 10 + 1, 'upperRoman')}", 1)
            document.add_heading("Disposiciones", 1)
        document.add_heading(f"Artículo {number}.- Regla {number}", 2)
        document.add_paragraph(
            f"La regla número {number} dice cómo se circula por la vía {number}."
        )
        if number % 5 == 0:
            in_list(document.add_paragraph("con casco;"), letters)
            in_list(document.add_paragraph("con luces."), letters)
    document.add_heading("DISPOSICIONES COMPLEMENTARIAS FINALES", 1)
    document.add_paragraph("PRIMERA.- La ordenanza rige desde el día siguiente.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Falta", "Multa", "Sin casco", "S/ 100"), strict=True):
        cell.text = text
    return saved(document)
