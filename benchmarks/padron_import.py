"""How fast a padrón comes in, and how much memory its worker takes.

    python -m benchmarks.padron_import [rows] [csv|xlsx]

Makes a file of invented people, imports it into a municipality of its own in the database of
this installation, once more the same, and takes everything away again.
"""

import os
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import django

from decide import servers


def make_file(path: Path, rows: int) -> None:
    """Invented people, as a municipality would send them."""
    chance = random.Random(13)
    people = (
        (
            f"{n * 150 % 100_000_000:08}",
            (date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))).strftime("%d/%m/%Y"),
            f"Sector {n % 40}",
        )
        for n in range(1, rows + 1)
    )
    header = ("DNI", "Fecha de nacimiento", "Sector")
    if path.suffix == ".xlsx":
        import openpyxl  # noqa: PLC0415  only for this kind

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in (header, *people):
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8") as file:
            file.write(";".join(header) + "\n")
            file.writelines(";".join(row) + "\n" for row in people)


def main(rows: int, kind: str) -> None:
    servers.into_environ()
    os.environ["DJANGO_SETTINGS_MODULE"] = "decide.settings"
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"padron.{kind}"
        # In a process of its own, for what it takes is not the worker's.
        if os.fork() == 0:
            make_file(path, rows)
            os._exit(0)
        os.wait()
        print(f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB of {kind}")
        run(path, rows)


def run(path: Path, rows: int) -> None:
    from django.core.files.base import File  # noqa: PLC0415  once Django is there
    from django.utils import timezone  # noqa: PLC0415

    from municipalities import padron as actions, padron_store  # noqa: PLC0415
    from municipalities.models import Municipality, PadronImport, Place  # noqa: PLC0415
    from municipalities.rls import scoped_transaction  # noqa: PLC0415

    region, _new = Place.objects.get_or_create(
        code="99", defaults={"level": "region", "name": "Bench"}
    )
    province, _new = Place.objects.get_or_create(
        code="9901", defaults={"level": "province", "name": "Bench", "parent": region}
    )
    district, _new = Place.objects.get_or_create(
        code="990101", defaults={"level": "district", "name": "Bench", "parent": province}
    )
    town, _new = Municipality.objects.get_or_create(
        slug="bench-padron",
        defaults={
            "place": district,
            "kind": "district",
            "name": "Bench",
            "short_name": "Bench",
            "state": "invited",
        },
    )
    at_rest = peak()
    with scoped_transaction(town):
        padron = actions.begin(
            town,
            by=None,
            name="Bench",
            legal_basis="–",
            source="–",
            purpose="–",
            cutoff_on=timezone.localdate(),
            expires_on=timezone.localdate() + timedelta(days=1),
        )
    try:
        for turn in ("first", "the same again"):
            with scoped_transaction(town), path.open("rb") as file:
                source = PadronImport.objects.create(
                    municipality=town,
                    padron=padron,
                    default_district=district,
                    file=padron_store.private_storage().save(f"padron/{path.name}", File(file)),
                )
            begun = time.perf_counter()
            with scoped_transaction(town):
                padron_store.read(source.pk)
            read = time.perf_counter()
            with scoped_transaction(town):
                PadronImport.objects.filter(pk=source.pk, state="ready").update(state="storing")
                padron_store.store(source.pk)
                source.refresh_from_db()
            stored = time.perf_counter()
            print(
                f"{turn}: read {read - begun:.1f} s, stored {stored - read:.1f} s:"
                f" {rows / (stored - begun):,.0f} rows/s"
                f" (new {source.added}, unchanged {source.unchanged}, rejected {source.rejected})"
            )
            print(f"  peak memory {peak():.0f} MB, at rest {at_rest:.0f} MB")
    finally:
        with scoped_transaction(town):
            actions.empty(padron, by=None)
            padron.delete()
        for made in (town, district, province, region):
            made.delete()


def peak() -> float:
    """Of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 500_000,
        sys.argv[2] if len(sys.argv) > 2 else "csv",
    )
