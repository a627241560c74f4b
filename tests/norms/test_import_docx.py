"""Word documents: what is found in good ones, and that wicked ones are refused at once."""

import io
import re
import struct
import time
import zipfile

import pytest
from docx import Document

from norms import docx_in
from norms.docx_in import BadDocx
from norms.docx_numbering import written
from tests.norms import word_files as word


SOON = 3  # seconds, on a slow machine that does other things too


def read(file):
    return docx_in.read(file)


def refused(file):
    """The reason; it comes soon, or the test fails."""
    began = time.monotonic()
    with pytest.raises(BadDocx) as reason:
        read(file)
    assert time.monotonic() - began < SOON
    return str(reason.value)


# --- Good ones


def test_headings_lists_and_tables_are_found():
    parts = read(word.ordinance(articles=12))

    assert [(part.kind, part.label, part.heading) for part in parts[:5]] == [
        ("preamble", "", "Ordenanza que regula el uso de la bicicleta"),
        ("preamble", "CONSIDERANDO", ""),
        ("title", "TÍTULO I", "Disposiciones"),
        ("article", "Artículo 1", "Regla 1"),
        ("article", "Artículo 2", "Regla 2"),
    ]
    fifth = next(part for part in parts if part.label == "Artículo 5")
    assert fifth.lines[1:] == ["\ta) con casco;", "\tb) con luces."]
    assert parts[-1].label == "PRIMERA"
    assert parts[-1].lines[-2:] == ["Falta | Multa", "Sin casco | S/ 100"]


def test_articles_that_word_numbers_by_itself_have_their_numbers():
    document = Document()
    articles = word.numbered(
        document, [("decimal", "Artículo %1.-"), ("decimal", "%1.%2"), ("lowerLetter", "%3)")]
    )
    for text, level in [
        ("Objeto", 0),
        ("La norma rige.", 1),
        ("En la ciudad:", 1),
        ("en la plaza;", 2),
        ("en el parque.", 2),
        ("Finalidad", 0),
        ("Otra cosa.", 1),
    ]:
        word.in_list(document.add_paragraph(text), articles, level)

    parts = read(word.saved(document))

    assert [(part.label, part.heading, part.lines) for part in parts] == [
        (
            "Artículo 1",
            "Objeto",
            [
                "\t1.1 La norma rige.",
                "\t1.2 En la ciudad:",
                "\t\ta) en la plaza;",
                "\t\tb) en el parque.",
            ],
        ),
        ("Artículo 2", "Finalidad", ["\t2.1 Otra cosa."]),
    ]


@pytest.mark.parametrize(
    ("count", "kind", "text"),
    [
        (3, "decimal", "3"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (12, "ordinalText", "Décimo Segundo"),
        (7, "decimalZero", "07"),
        (2, "ordinal", "2º"),
        (0, "lowerRoman", "0"),
    ],
)
def test_numbers_are_written_as_word_writes_them(count, kind, text):
    assert written(count, kind) == text


def test_what_was_deleted_with_tracked_changes_stays_deleted():
    body = (
        "<w:p><w:r><w:t>Artículo 1.- La norma </w:t></w:r><w:del><w:r><w:delText>no </w:delText></w:r>"
        "</w:del><w:ins><w:r><w:t>sí </w:t></w:r></w:ins><w:r><w:t>rige.</w:t></w:r></w:p>"
    )

    (part,) = read(word.zipped(word.parts(body=body)))

    assert part.text == "La norma sí rige."


def test_a_frame_of_one_cell_is_only_a_frame():
    body = word.ROW.format(inner=word.PARAGRAPH + word.PARAGRAPH.replace("1", "2"))

    assert [part.label for part in read(word.zipped(word.parts(body=body)))] == [
        "Artículo 1",
        "Artículo 2",
    ]


def test_some_tables_within_tables_are_read():
    inner = word.PARAGRAPH
    for _level in range(10):
        inner = word.ROW.format(inner=inner)

    assert len(read(word.zipped(word.parts(body=inner)))) == 1


def test_links_for_readers_and_a_template_of_ones_own_disk_are_left_alone():
    rels = (
        f'<Relationship Id="r2" Type="{word.OF_OFFICE}/hyperlink" Target="https://ejemplo.pe"'
        ' TargetMode="External"/>'
        f'<Relationship Id="r3" Type="{word.OF_OFFICE}/attachedTemplate"'
        ' Target="file:///C:/plantilla.dotx" TargetMode="External"/>'
    )

    assert len(read(word.zipped(word.parts(rels=rels)))) == 1


# --- Wicked ones


def test_what_is_no_zip_is_refused():
    assert refused(word.named(b"Hola"))
    assert refused(word.named(b""))
    assert refused(word.named(b"PK\x03\x04" + b"\0" * 500))


def test_an_old_or_locked_document_is_refused_with_what_to_do():
    assert ".docx" in refused(word.named(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600))


def test_a_sheet_under_another_name_is_refused():
    kind = word.MAIN.replace("wordprocessingml.document", "spreadsheetml.sheet")

    assert refused(word.zipped(word.parts(main=kind)))


def test_what_grows_a_thousandfold_is_refused():
    assert refused(word.zipped(word.parts(files={"word/media/a.png": b"\0" * 60_000_000})))


def test_what_is_larger_than_all_that_is_taken_is_refused():
    noise = bytes(range(256)) * 4_000
    files = {f"word/media/{at}.png": noise * 3 for at in range(30)}

    assert refused(word.zipped(word.parts(files=files)))


def test_a_size_that_is_told_smaller_than_it_is_is_refused():
    """The bomb says in its directory that it is tiny."""
    data = bytearray(word.zipped(word.parts(files={"word/a.xml": b" " * 5_000_000})).getvalue())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            if struct.unpack_from("<L", data, found.start() + at)[0] == 5_000_000:
                struct.pack_into("<L", data, found.start() + at, 100)

    assert refused(word.named(bytes(data)))


def test_entries_that_share_their_bytes_are_refused():
    """A bomb without any large part: thousands of names for the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in word.parts().items():
            archive.writestr(name, data)
        archive.writestr("word/a.bin", bytes(range(256)) * 2_000)
        kept = archive.infolist()[-1]
        for at in range(900):
            copy = zipfile.ZipInfo(f"word/{at}.bin")
            for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(copy, field, getattr(kept, field))
            archive.filelist.append(copy)

    assert refused(word.named(file.getvalue()))


def test_too_many_files_are_refused_before_they_are_listed():
    assert refused(word.zipped([(f"{at}.txt", "") for at in range(3_000)]))


def test_a_file_that_is_too_large_is_refused():
    assert refused(word.named(b"PK\x03\x04" + b"\0" * 11_000_000))


def test_a_package_within_is_refused():
    inner = word.zipped(word.parts()).getvalue()

    assert refused(word.zipped(word.parts(files={"word/embeddings/a.bin": inner})))


DOCTYPES = {
    "an entity of a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "an entity of another machine": '<!DOCTYPE x SYSTEM "http://malo.example/x.dtd">',
    "laughs": '<!DOCTYPE x [<!ENTITY a "ja"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(doctype, encoding):
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{word.BODY.format(inner="&e;")}'
    )

    assert refused(word.zipped(word.parts(document=document.encode(encoding))))


@pytest.mark.parametrize("name", ["word/styles.xml", "customXml/item1.xml", "word/_rels/x.rels"])
def test_a_document_type_is_refused_wherever_it_is(name):
    data = '<?xml version="1.0"?><!doctype x SYSTEM "http://malo.example/x.dtd"><x/>'

    assert refused(word.zipped(word.parts(files={name: data})))


def test_macros_are_refused_however_they_are_called():
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"

    assert refused(word.zipped(word.parts(files={"word/vbaProject.bin": b"x"})))
    assert refused(word.zipped(word.parts(main=enabled)))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "http://malo.example/plantilla.dotm"),
        ("attachedTemplate", "\\\\malo.example\\plantilla.dotm"),
        ("image", "https://malo.example/espia.png"),
        ("oleObject", "file:////malo.example/x.bin"),
        ("frame", "FTP://malo.example/x"),
        ("subDocument", "//malo.example/x.docx"),
    ],
)
def test_what_would_be_fetched_from_elsewhere_is_refused_with_its_address(kind, target):
    rels = (
        f'<Relationship Id="r2" Type="{word.OF_OFFICE}/{kind}" Target="{target}"'
        ' TargetMode="External"/>'
    )

    assert "malo.example" in refused(word.zipped(word.parts(rels=rels)))


def test_ten_megabytes_of_tables_within_tables_are_refused():
    depth = 10_000_000 // len(word.ROW)
    head, tail = word.ROW.split("{inner}")
    body = head * depth + word.PARAGRAPH + tail * depth

    assert refused(word.zipped(word.parts(body=body)))
    assert refused(
        word.zipped(word.parts(body=body[: 2_000_000 // 2]), compress=zipfile.ZIP_STORED)
    )


def test_a_few_hundred_tables_within_tables_are_refused_too():
    head, tail = word.ROW.split("{inner}")

    assert refused(word.zipped(word.parts(body=head * 300 + word.PARAGRAPH + tail * 300)))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:/x.xml", "word/../../x"]
)
def test_names_that_lead_elsewhere_are_refused(name):
    assert refused(word.zipped(word.parts(files={name: "x"})))


def test_the_same_name_twice_is_refused():
    files = [*word.parts().items(), ("WORD/document.xml", "<x/>")]

    assert refused(word.zipped(files))


def test_a_document_without_a_paragraph_is_refused():
    assert refused(word.zipped(word.parts(body="")))
    assert refused(word.docx("", "   "))


def test_xml_that_is_none_is_refused():
    assert refused(word.zipped(word.parts(document="<w:document>")))
    assert refused(word.zipped(word.parts(document=b"\xff\xfe\x00")))


def test_a_locked_entry_is_refused():
    data = bytearray(word.zipped(word.parts()).getvalue())
    for found in re.finditer(b"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1

    assert refused(word.named(bytes(data)))


def test_another_way_of_packing_is_refused():
    assert refused(word.zipped(word.parts(), compress=zipfile.ZIP_LZMA))
