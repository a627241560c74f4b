"""Reads a padrón's file row by row, whatever programme wrote it, and keeps no more than a row.

CSV comes from spreadsheets with any separator and encoding; XLSX is read as a stream.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.db import models
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.exceptions import InvalidFileException


CELL = 64 * 1024


class Problem(models.TextChoices):
    """Why nothing of a file could be used."""

    NOT_A_TABLE = "not_a_table", _("This is neither a CSV nor an XLSX file that can be opened.")
    ENCODING = "encoding", _("The letters of the file cannot be read. Save it as CSV UTF-8.")
    EMPTY = "empty", _("The file has no rows.")
    NO_DOCUMENT = "no_document", _("The column «dni» (or «documento») is missing.")
    NO_BIRTH_DATE = "no_birth_date", _("The column «fecha_nacimiento» is missing.")
    WHICH_UBIGEO = (
        "which_ubigeo",
        _("Say whose codes they are: name the column «ubigeo_inei» or «ubigeo_reniec»."),
    )
    NO_DISTRICT = (
        "no_district",
        _("Add a column «ubigeo_inei» or «ubigeo_reniec», or choose a district for all."),
    )
    GONE = "gone", _("The file is no longer here. Upload it again.")


class UnreadableFile(Exception):
    """Nothing of the file can be used; says why."""

    def __init__(self, problem: Problem):
        super().__init__(problem.value)
        self.problem = problem


Row = tuple[int, dict[str, Any]]
UNZIPPED_AT_MOST = 3 * 1024**3
COLUMNS = {
    "document": {"dni", "documento", "numero_documento", "nro_documento", "numero_de_documento"},
    "kind": {"tipo", "tipo_documento", "tipo_de_documento"},
    "born": {"fecha_nacimiento", "fecha_de_nacimiento", "nacimiento", "fec_nacimiento"},
    "digit": {"digito", "digito_verificador"},
    "district": {"ubigeo_inei"},
    "district_reniec": {"ubigeo_reniec"},
    "sector": {"sector", "centro_poblado", "caserio"},
    "unknown_ubigeo": {"ubigeo"},
}


class PadronFile:
    """The rows of a file as (number, values by column), and how far it has been read."""

    def __init__(self, file: IO[bytes], *, is_xlsx: bool):
        self.file = file
        self.size = file.seek(0, io.SEEK_END) or 1
        file.seek(0)
        self.book = None
        self.rows = self._xlsx() if is_xlsx else self._csv()
        try:
            self.columns = [_column(cell) for cell in next(self.rows)]
        except StopIteration:
            raise UnreadableFile(Problem.EMPTY) from None
        self.done_share = 0.0

    def __iter__(self) -> Iterator[Row]:
        """Row numbers are those the spreadsheet shows; the first is the header."""
        for number, cells in enumerate(self.rows, start=2):
            if any(cell not in (None, "") for cell in cells):
                values = {
                    column: cell
                    for column, cell in zip(self.columns, cells, strict=False)
                    if column
                }
                yield number, values

    def close(self) -> None:
        self.rows.close()
        if self.book:
            self.book.close()

    def _csv(self) -> Iterator[list[Any]]:
        text = io.TextIOWrapper(self.file, encoding=_encoding(self.file), newline="")
        csv.field_size_limit(CELL)  # the module's own, which others may have changed
        try:
            start = text.read(64 * 1024)
            if "\0" in start:
                raise UnreadableFile(Problem.NOT_A_TABLE)
            text.seek(0)
            for count, row in enumerate(csv.reader(text, delimiter=_delimiter(start))):
                if count % 1000 == 0:
                    self.done_share = min(self.file.tell() / self.size, 1)
                yield row
        except csv.Error:
            raise UnreadableFile(Problem.NOT_A_TABLE) from None
        except UnicodeError:
            raise UnreadableFile(Problem.ENCODING) from None
        finally:
            text.detach()

    def _xlsx(self) -> Iterator[tuple[Any, ...]]:
        try:
            with zipfile.ZipFile(self.file) as parts:
                if sum(part.file_size for part in parts.infolist()) > UNZIPPED_AT_MOST:
                    raise UnreadableFile(Problem.NOT_A_TABLE)
            self.book = openpyxl.load_workbook(self.file, read_only=True, data_only=True)
            sheet = self.book.worksheets[0]
            total = sheet.max_row or 1
            sheet.reset_dimensions()
            for count, row in enumerate(sheet.iter_rows(values_only=True)):
                if count % 1000 == 0:
                    self.done_share = min(count / total, 1)
                yield row
        except UnreadableFile:
            raise
        except (
            zipfile.BadZipFile,
            InvalidFileException,
            ParseError,
            KeyError,
            ValueError,
            IndexError,
            OSError,
        ):
            # What openpyxl says of a broken book may repeat its cells.
            raise UnreadableFile(Problem.NOT_A_TABLE) from None


def _column(title: Any) -> str:
    """What a column holds, by its title, however it is written; '' if we do not use it."""
    plain = unicodedata.normalize("NFKD", str(title or "")).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    return next((column for column, names in COLUMNS.items() if name in names), "")


def _encoding(file: IO[bytes]) -> str:
    """UTF-16 and UTF-8 say so or prove so; all else comes from an old Windows."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1024 * 1024):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _delimiter(start: str) -> str:
    header = start.partition("\n")[0]
    return max(";,\t|", key=header.count)
