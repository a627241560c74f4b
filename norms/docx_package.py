"""A Word document as the package of files it is, looked at with care before anything is read in it.

A .docx is a zip that anybody may have made. Sizes, names and what it calls for are judged
first; then its files are read within limits, and XML with a document type is refused, for
nothing that Word writes has one. Nothing is ever fetched or written to disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _


MB = 1_000_000
LARGEST_UPLOAD = 10 * MB
LARGEST_DIRECTORY = MB // 2
MOST_FILES = 2_000
LARGEST_ALL = 80 * MB  # unpacked
LARGEST_XML = 20 * MB
# An XML file of Word shrinks to a tenth or a twentieth; what is made to explode, to a thousandth.
MOST_SHRUNK, SHRUNK_FROM = 100, MB
DEEPEST = 200  # elements within elements: a table within a table takes four

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
DIRECTORY_END, DIRECTORY_64 = b"PK\x05\x06", b"PK\x06\x07"
DOCTYPES = tuple(
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("utf-8", "utf-16-le", "utf-16-be")
)
MAIN = "wordprocessingml.document.main+xml"
OFFICE = "/relationships/officeDocument"


class BadDocx(Exception):
    """The file is no Word document that is taken here; says why, and what to do."""


class Package:
    """The files of a .docx by their names, all of them judged; `main` names its document."""

    def __init__(self, upload: IO[bytes]) -> None:
        self.files = _unpacked(upload)
        self._refuse_macros()
        self._refuse_what_is_elsewhere()
        self.main = self._document()

    def __getitem__(self, name: str) -> bytes:
        return self.files[name]

    def beside_main(self, kind: str) -> bytes | None:
        """The file of a kind that the document names, as its styles; None if it has none."""
        folder = PurePosixPath(self.main).parent
        rels = str(folder / "_rels" / f"{PurePosixPath(self.main).name}.rels")
        for relation in self._relations(rels):
            if relation.get("Type", "").endswith(f"/relationships/{kind}"):
                return self.files.get(_joined(folder, relation.get("Target", "")))
        return None

    def _relations(self, name: str) -> list[dict[str, str]]:
        if name not in self.files:
            return []
        found: list[dict[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(" ")[2] == "Relationship":
                found.append(attributes)

        parse(self.files[name], start=start)
        return found

    def _document(self) -> str:
        for relation in self._relations("_rels/.rels"):
            if relation.get("Type", "").endswith(OFFICE):
                name = _joined(PurePosixPath(), relation.get("Target", ""))
                if name in self.files and self._type_of(name).endswith(MAIN):
                    return name
        raise BadDocx(_("This is not a Word document. Save it as .docx and choose it again."))

    def _types(self) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            key = attributes.get("PartName") or f"*.{attributes.get('Extension', '')}"
            if "ContentType" in attributes:
                found[key.lower()] = attributes["ContentType"]

        parse(self.files.get("[Content_Types].xml", b"<none/>"), start=start)
        return found

    def _type_of(self, name: str) -> str:
        types = self._types()
        return types.get(f"/{name}".lower()) or types.get(
            f"*{PurePosixPath(name).suffix}".lower(), ""
        )

    def _refuse_macros(self) -> None:
        named = any(
            "vbaproject" in name.lower() or "vbadata" in name.lower() for name in self.files
        )
        kinds = " ".join(self._types().values()).lower()
        if named or "macroenabled" in kinds or "vbaproject" in kinds:
            raise BadDocx(_("It has macros. Save it as «Word document (.docx)», without them."))

    def _refuse_what_is_elsewhere(self) -> None:
        """Links for readers are left alone; what Word would fetch by itself is not taken."""
        for name in self.files:
            if not name.endswith(".rels"):
                continue
            for relation in self._relations(name):
                is_external = relation.get("TargetMode", "").lower() == "external"
                is_link = relation.get("Type", "").endswith("/hyperlink")
                if is_external and not is_link and _is_remote(relation.get("Target", "")):
                    raise BadDocx(
                        _(
                            "It calls for something from outside: «%(address)s». Put the picture or"
                            " the template into the document, or take it out, and save it again."
                        )
                        % {"address": relation["Target"].strip()[:80]}
                    )


def _is_remote(target: str) -> bool:
    """Whether it is on another machine; the path of a template on whoever's own disk is not."""
    target = target.strip().lower().replace("\\", "/")
    is_own_disk = target.startswith("file:///") and not target.startswith("file:////")
    return target.startswith("//") or ("://" in target and not is_own_disk)


def parse(data: bytes, *, start=None, end=None, text=None) -> None:
    """Go through XML without keeping it; namespaces stand before names, with a space between.

    Raises BadDocx for a document type, for what is nested too deep and for what is not XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def doctype(*_args: object) -> None:
        raise BadDocx(_("It has an XML document type, which Word never writes. It is not taken."))

    def starts(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BadDocx(
                _("It has tables within tables, too many of them. Put them one after the other.")
            )
        if start:
            start(tag, attributes)

    def ends(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged() from error


def damaged() -> BadDocx:
    return BadDocx(_("The file is damaged: it cannot be opened. Save it again from Word."))


# --- The zip


def _unpacked(upload: IO[bytes]) -> dict[str, bytes]:
    upload.seek(0, 2)
    if upload.tell() > LARGEST_UPLOAD:
        raise _too_large(LARGEST_UPLOAD)
    upload.seek(0)
    raw = upload.read(LARGEST_UPLOAD + 1)
    if raw.startswith(OLE):
        raise BadDocx(
            _(
                "It is an old .doc, or it is locked with a password. Save it as .docx without a"
                " password."
            )
        )
    if not raw.startswith(ZIP):
        raise BadDocx(_("This is not a Word document. Save it as .docx and choose it again."))
    _refuse_long_directory(raw)
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            _judge(archive, len(raw))
            return _read_all(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise damaged() from error
    except (ValueError, struct.error, zlib.error) as error:
        raise damaged() from error


def _refuse_long_directory(raw: bytes) -> None:
    """Before zipfile reads it: a directory of a hundred thousand files would fill the memory."""
    tail = raw[-(2**16 + 22) :]
    at = tail.find(DIRECTORY_END)
    if DIRECTORY_64 in tail:
        raise _too_many()
    while 0 <= at <= len(tail) - 22:
        files, size = struct.unpack("<HL", tail[at + 10 : at + 16])
        if files > MOST_FILES or size > LARGEST_DIRECTORY:
            raise _too_many()
        at = tail.find(DIRECTORY_END, at + 1)


def _judge(archive: zipfile.ZipFile, size: int) -> None:
    """By what the directory says, before a single byte is unpacked."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _too_many()
    names = [entry.filename.casefold() for entry in entries]
    if len(names) != len(set(names)):
        raise BadDocx(_("It has the same file twice inside. Save it again from Word."))
    if sum(entry.compress_size for entry in entries) > size:
        raise damaged()
    if sum(entry.file_size for entry in entries) > LARGEST_ALL:
        raise _too_large(LARGEST_ALL, unpacked=True)
    for entry in entries:
        _judge_one(entry)


def _judge_one(entry: zipfile.ZipInfo) -> None:
    path = entry.orig_filename
    parts = path.replace("\\", "/").split("/")
    if "\0" in path or "\\" in path or path.startswith("/") or ":" in parts[0] or ".." in parts:
        raise BadDocx(_("It has a file inside with a name that leads elsewhere. It is not taken."))
    if entry.flag_bits & 1:
        raise BadDocx(_("It is locked with a password. Save it without one."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    is_xml = path.lower().endswith((".xml", ".rels"))
    if is_xml and entry.file_size > LARGEST_XML:
        raise _too_large(LARGEST_XML, unpacked=True)
    if entry.file_size > SHRUNK_FROM and entry.file_size > MOST_SHRUNK * max(
        entry.compress_size, 1
    ):
        raise BadDocx(
            _("It grows a hundredfold when it is opened, as no document does. It is not taken.")
        )


def _read_all(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """XML is kept; the rest is read to know that it is what it says, and let go."""
    kept: dict[str, bytes] = {}
    total = 0
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        with archive.open(entry) as file:
            data = file.read((LARGEST_XML if is_xml else LARGEST_ALL) + 1)
        total += len(data)
        if total > LARGEST_ALL or (is_xml and len(data) > LARGEST_XML):
            raise _too_large(LARGEST_ALL, unpacked=True)
        if data.startswith((ZIP, DIRECTORY_END)):
            raise BadDocx(
                _(
                    "It has another file inside, as a sheet or a package. Take it out, or paste it"
                    " as a table, and save it again."
                )
            )
        if is_xml and any(mark in data.upper() for mark in DOCTYPES):
            raise BadDocx(
                _("It has an XML document type, which Word never writes. It is not taken.")
            )
        kept[entry.filename] = data if is_xml else b""
    return kept


def _too_large(limit: int, *, unpacked: bool = False) -> BadDocx:
    size = {"size": limit // MB}
    if unpacked:
        return BadDocx(
            _(
                "Opened, it takes more than %(size)d MB. Take its pictures out: only the text is read."
            )
            % size
        )
    return BadDocx(
        _("It takes more than %(size)d MB. Take its pictures out: only the text is read.") % size
    )


def _too_many() -> BadDocx:
    return BadDocx(_("It has too many files inside. Save it again from Word."))


def _joined(folder: PurePosixPath, target: str) -> str:
    """The name inside the package; one that leads out of it names nothing."""
    if target.startswith("/"):
        return target[1:]
    return str(folder / target)
