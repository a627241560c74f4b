"""What a worker does with a padrón's file: read it into hashes, and store them once confirmed.

COPY refuses tables under row-level security, so rows go into a temporary table first and
from there, by one INSERT that the policies judge, to where they belong. Both halves run
in one transaction each: killed in between, nothing has happened and they may run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from decide.common import documents
from municipalities.enums import ImportState
from municipalities.models import Padron, PadronEntry, PadronImport, private_storage
from municipalities.padron_files import PadronFile, Problem, UnreadableFile
from municipalities.padron_rows import Fault, PadronResource


ERRORS_KEPT = 500
SAMPLE_KEPT = 5
TELL_EVERY = 5_000
STAGE = """
INSERT INTO municipalities_padronrow
       (municipality_id, source_id, document_hash, birth_hash, district_id, sector)
SELECT DISTINCT ON (document_hash) %s, %s, document_hash, birth_hash, district_id, sector
  FROM padron_staging ORDER BY document_hash, number
"""
STORE = """
INSERT INTO municipalities_padronentry AS entry
       (municipality_id, padron_id, document_hash, birth_hash, district_id, sector)
SELECT municipality_id, %s, document_hash, birth_hash, district_id, sector
  FROM municipalities_padronrow WHERE source_id = %s
    ON CONFLICT (municipality_id, padron_id, document_hash) DO UPDATE
   SET birth_hash = excluded.birth_hash,
       district_id = excluded.district_id,
       sector = excluded.sector
 WHERE (entry.birth_hash, entry.district_id, entry.sector)
       IS DISTINCT FROM (excluded.birth_hash, excluded.district_id, excluded.sector)
"""
COMPARE = """
SELECT count(*) FILTER (WHERE entry.id IS NULL),
       count(*) FILTER (WHERE entry.id IS NOT NULL
           AND (entry.birth_hash, entry.district_id, entry.sector)
               IS DISTINCT FROM (staged.birth_hash, staged.district_id, staged.sector)),
       count(*)
  FROM municipalities_padronrow AS staged
  LEFT JOIN municipalities_padronentry AS entry
    ON entry.municipality_id = staged.municipality_id
   AND entry.padron_id = %s AND entry.document_hash = staged.document_hash
 WHERE staged.source_id = %s
"""


def progress_key(source_id: int) -> str:
    return f"padron-import:{source_id}"


def progress(source: PadronImport) -> dict[str, int]:
    """How much of the file has been read: a worker's transaction is invisible until it ends."""
    return cache.get(progress_key(source.pk)) or {"percent": 0, "rows": 0}


@transaction.atomic
def read(source_id: int) -> None:
    """Turn the file into hashed rows to be confirmed, or say what is wrong with it."""
    source = (
        PadronImport.objects.select_for_update(of=("self",))
        .select_related("padron", "municipality")
        .get(pk=source_id)
    )
    if source.state != ImportState.WAITING:
        return

    try:
        with transaction.atomic():
            _stage(source)
        source.state = ImportState.READY
    except UnreadableFile as error:
        source.state = ImportState.FAILED
        source.problem = error.problem
    name, source.file = source.file, ""
    source.save()
    transaction.on_commit(partial(private_storage().delete, name))


@transaction.atomic
def store(source_id: int) -> None:
    """Put the confirmed rows into the padrón: all of them, in one statement."""
    source = (
        PadronImport.objects.select_for_update(of=("self",))
        .select_related("padron")
        .get(pk=source_id)
    )
    if source.state != ImportState.STORING:
        return
    padron = Padron.objects.select_for_update(of=("self",)).get(pk=source.padron_id)

    if not padron.is_valid or source.staged.count() != source.rows - source.rejected:
        source.state = ImportState.FAILED
        source.problem = Problem.GONE
    else:
        _compare(source)
        with connection.cursor() as cursor:
            cursor.execute(
                STORE,
                [padron.pk, source.pk],
            )
        entries = PadronEntry.objects.filter(padron=padron)
        padron.entry_count = entries.count()
        padron.districts = sorted(
            entries.order_by().values_list("district_id", flat=True).distinct()
        )
        padron.save(update_fields=["entry_count", "districts"])
        source.state = ImportState.DONE
    source.finished_at = timezone.now()
    source.save()
    source.staged.all().delete()


def _stage(source: PadronImport) -> None:
    """Read the file into hashed rows of this import, and count what storing them would do."""
    resource = PadronResource(
        source.municipality, source.padron, default_district=source.default_district_id or ""
    )
    try:
        file = private_storage().open(source.file)
    except OSError:
        raise UnreadableFile(Problem.GONE) from None
    source.errors, source.sample, source.rows, source.rejected = [], [], 0, 0
    with file, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.padron_staging")
        cursor.execute(
            "CREATE TEMP TABLE padron_staging (number int, document_hash bytea,"
            " birth_hash bytea, district_id text, sector text) ON COMMIT DROP"
        )
        table = PadronFile(file, is_xlsx=source.file.endswith(".xlsx"))
        try:
            resource.check_columns(table)
            with cursor.copy("COPY padron_staging FROM STDIN") as copy:
                for row in _clean_rows(table, resource, source):
                    copy.write_row(row)
        finally:
            table.close()
        if source.rows == 0:
            raise UnreadableFile(Problem.EMPTY)
        _reject_repeated(source, cursor)
        source.staged.all().delete()
        cursor.execute(
            STAGE,
            [source.municipality_id, source.pk],
        )
        cursor.execute("DROP TABLE pg_temp.padron_staging")
    _compare(source)


def _clean_rows(
    table: PadronFile, resource: PadronResource, source: PadronImport
) -> Iterator[tuple[Any, ...]]:
    for number, values in table:
        source.rows += 1
        row, faults = resource.clean_row(values)
        if row is None:
            source.rejected += 1
            for column, wrong in faults:
                _note(source, number, column, wrong.fault, wrong.hint)
        else:
            if len(source.sample) < SAMPLE_KEPT:
                document = documents.masked(values["document"])
                source.sample.append([number, document, row.district, row.sector])
            yield number, row.document_hash, row.birth_hash, row.district, row.sector
        if source.rows % TELL_EVERY == 0:
            told = {"percent": int(table.done_share * 100), "rows": source.rows}
            cache.set(progress_key(source.pk), told, 3600)


def _note(source: PadronImport, number: int, column: str, fault: str, hint: str = "") -> None:
    if len(source.errors) < ERRORS_KEPT:
        source.errors.append({"row": number, "column": column, "fault": fault, "hint": hint})


def _reject_repeated(source: PadronImport, cursor: Any) -> None:
    """A document counts once; its later rows are told, not silently dropped."""
    cursor.execute(
        """
        SELECT number, count(*) OVER () FROM (
            SELECT number,
                   row_number() OVER (PARTITION BY document_hash ORDER BY number) AS turn
              FROM padron_staging
        ) AS numbered WHERE turn > 1 ORDER BY number LIMIT %s
        """,
        [ERRORS_KEPT],
    )
    repeated = cursor.fetchall()
    if repeated:
        source.rejected += repeated[0][1]
        for number, _total in repeated:
            _note(source, number, "document", Fault.TWICE)
        source.errors.sort(key=lambda error: error["row"])


def _compare(source: PadronImport) -> None:
    """How many rows are new to the padrón, differ from it, or are there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            COMPARE,
            [source.padron_id, source.pk],
        )
        source.added, source.changed, total = cursor.fetchone()
        source.unchanged = total - source.added - source.changed
