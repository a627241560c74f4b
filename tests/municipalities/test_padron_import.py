import io
import stat
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from decide.common import documents
from municipalities import padron as actions, padron_store, periodic, tasks
from municipalities.enums import ImportState
from municipalities.models import Padron, PadronEntry, PadronImport, PadronRow, private_storage
from municipalities.padron_rows import Fault
from municipalities.rls import municipality_scope
from tests.factories import DistrictFactory, MunicipalityFactory, PadronFactory


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def town():
    town = MunicipalityFactory()
    with municipality_scope(town):
        yield town


@pytest.fixture
def padron(town):
    return PadronFactory(municipality=town)


@pytest.fixture
def bring(town, padron, django_capture_on_commit_callbacks):
    """Upload a file and have it read, as the worker would."""

    def bring(content, name="padron.csv", default=town.place, into=None):
        if isinstance(content, str):
            content = content.encode()
        with django_capture_on_commit_callbacks(execute=True):
            source = actions.upload(
                into or padron, ContentFile(content, name), by=None, default_district=default
            )
        source.refresh_from_db()
        return source

    return bring


@pytest.fixture
def confirm(django_capture_on_commit_callbacks):
    def confirm(source, *, skip=False):
        with django_capture_on_commit_callbacks(execute=True):
            actions.confirm(source, by=None, skip_bad_rows=skip)
        source.refresh_from_db()
        return source

    return confirm


def csv_of(*rows, header="dni,fecha_nacimiento"):
    return "\n".join([header, *rows])


def xlsx_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def faults(source):
    return [(error["row"], error["column"], error["fault"]) for error in source.errors]


def test_three_bad_rows_in_five_thousand_store_nothing_and_are_named(padron, bring, confirm):
    rows = [f"99{n:06},{n % 28 + 1:02}/05/1980" for n in range(5000)]
    wrong = rows.copy()
    wrong[10] = "9900001,11/05/1980"
    wrong[2500] = "99002500,31/02/1980"
    wrong[4998] = "99004998;11,"

    source = bring(csv_of(*wrong))

    assert faults(source) == [
        (12, "document", Fault.DNI),
        (2502, "born", Fault.DATE),
        (5000, "document", Fault.DNI),
        (5000, "born", Fault.MISSING),
    ]
    assert (source.rows, source.rejected) == (5000, 3)
    with pytest.raises(actions.CannotImport, match="wrong"):
        confirm(source)
    assert padron.entries.count() == 0

    corrected = confirm(bring(csv_of(*rows)))

    assert (corrected.state, corrected.added) == (ImportState.DONE, 5000)
    assert padron.entries.count() == 5000
    before = set(padron.entries.values_list("pk", "document_hash", "birth_hash"))

    again = confirm(bring(csv_of(*rows)))

    assert (again.added, again.changed, again.unchanged) == (0, 0, 5000)
    assert set(padron.entries.values_list("pk", "document_hash", "birth_hash")) == before


def test_bad_rows_may_knowingly_be_skipped(padron, bring, confirm):
    source = bring(csv_of("99000001,01/02/1980", "1234,01/02/1980"))

    confirm(source, skip=True)

    assert source.state == ImportState.DONE
    assert source.skips_bad_rows
    assert padron.entries.count() == 1


def test_a_file_without_one_right_row_is_not_stored(bring, confirm):
    source = bring(csv_of("1234,01/02/1980"))

    with pytest.raises(actions.CannotImport, match="No row"):
        confirm(source, skip=True)


def test_a_correction_changes_its_row_and_no_other(padron, bring, confirm):
    confirm(bring(csv_of("99000001,01/02/1980", "99000002,01/02/1980")))

    source = bring(csv_of("99000001,02/02/1980", "99000002,01/02/1980", "99000003,01/02/1980"))
    assert (source.added, source.changed, source.unchanged) == (1, 1, 1)
    confirm(source)

    entry = padron.entries.get(document_hash=documents.document_hash("dni", "99000001"))
    assert bytes(entry.birth_hash) == documents.birth_hash("dni", "99000001", date(1980, 2, 2))
    assert padron.entries.count() == 3


def test_what_is_kept_is_hashes_and_a_district(town, padron, bring, confirm):
    confirm(bring(csv_of("00000001,01/02/1980")))

    entry = padron.entries.get()
    padron.refresh_from_db()
    assert bytes(entry.document_hash) == documents.document_hash("dni", "00000001")
    assert entry.district == town.place
    assert (padron.entry_count, padron.districts) == (1, [town.place_id])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_will_do(padron, bring, confirm, encoding, separator):
    table = [["Nº", "DNI", "Fecha de Nacimiento", "Sector"], ["1", "99000001", "1/2/1980", "Ñaupé"]]
    text = "\r\n".join(separator.join(row) for row in table)

    confirm(bring(text.encode(encoding)))

    assert padron.entries.get().sector == "Ñaupé"


def test_a_spreadsheet_brings_its_own_dates_and_numbers(padron, bring, confirm):
    content = xlsx_of(
        ["DNI", "fecha_nacimiento", "dígito"],
        ["09000001", datetime(1980, 2, 1), None],  # noqa: DTZ001  as a sheet holds it
        [99000001, "1980-02-01", 3],
        [99000002, 29252, "F"],
        [9000003, "01/02/1980", None],
        ["99000003", "01/02/1980", 9],
    )

    source = bring(content, name="padron.XLSX")

    assert faults(source) == [(5, "document", Fault.DNI_NUMBER), (6, "digit", Fault.DIGIT)]
    confirm(source, skip=True)
    assert {bytes(entry.birth_hash) for entry in padron.entries.all()} == {
        documents.birth_hash("dni", number, date(1980, 2, 1)) for number in ("09000001", "99000001")
    } | {documents.birth_hash("dni", "99000002", date(1980, 2, 1))}


def test_the_districts_come_with_the_codes_of_inei_or_of_reniec(town, padron, bring, confirm):
    town.place.reniec_code = "120999"
    town.place.save()
    confirm(
        bring(csv_of(f"99000001,01/02/1980,{town.place_id}", header="dni,nacimiento,ubigeo_inei"))
    )
    confirm(bring(csv_of("99000002,01/02/1980,120999", header="dni,nacimiento,UBIGEO RENIEC")))

    assert set(padron.entries.values_list("district_id", flat=True)) == {town.place_id}
    assert padron.entries.count() == 2


def test_a_municipality_imports_only_for_places_it_governs(padron, bring):
    elsewhere = DistrictFactory()

    source = bring(
        csv_of(
            f"99000001,01/02/1980,{elsewhere.code}",
            "99000002,01/02/1980,990101",
            header="dni,fecha_nacimiento,ubigeo_inei",
        )
    )

    assert faults(source) == [
        (2, "district", Fault.ELSEWHERE),
        (3, "district", Fault.UBIGEO),
    ]


def test_a_province_imports_for_each_of_its_districts():
    district = DistrictFactory()
    province = MunicipalityFactory(kind="provincial", place=district.parent)
    with municipality_scope(province):
        content = f"dni,fecha_nacimiento,ubigeo_inei\n99000001,01/02/1980,{district.code}"
        source = PadronImport.objects.create(
            municipality=province,
            padron=PadronFactory(municipality=province),
            file=private_storage().save("p.csv", ContentFile(content)),
        )
        tasks.read_padron(province.pk, source.pk)

        source.refresh_from_db()
        assert (source.state, source.added) == (ImportState.READY, 1)


def test_foreign_residents_are_imported_with_their_card(padron, bring, confirm):
    confirm(bring(csv_of("001234567,01/02/1980,C.E.", header="documento,fecha_nacimiento,tipo")))

    assert bytes(padron.entries.get().document_hash) == documents.document_hash("ce", "001234567")


def test_the_same_document_twice_is_told(bring):
    source = bring(csv_of("99000001,01/02/1980", "99000002,01/02/1980", "99-000-001,01/02/1981"))

    assert faults(source) == [(4, "document", Fault.TWICE)]
    assert (source.added, source.rejected) == (2, 1)


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "p.csv", "empty"),
        (b"dni,fecha_nacimiento,ubigeo_inei\n", "p.csv", "empty"),
        (b"nombre,fecha_nacimiento\nAna,01/02/1980", "p.csv", "no_document"),
        (b"dni\n99000001", "p.csv", "no_birth_date"),
        (b"dni,fecha_nacimiento,ubigeo\n99000001,01/02/1980,130101", "p.csv", "which_ubigeo"),
        (b"dni,fecha_nacimiento\n99000001,01/02/1980", "p.csv", "no_district"),
        (b"PK\x03\x04 not really", "p.xlsx", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "p.csv", "not_a_table"),
        (b'dni,fecha_nacimiento,ubigeo_inei\n"' + b"9" * 200_000, "p.csv", "not_a_table"),
        (b"dni,fecha_nacimiento\n\xff\xfe\xfa" * 3, "p.csv", None),
        (b"\xff\xfed\0n\0i\0\xd8", "p.csv", "encoding"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(bring, content, name, problem):
    source = bring(content, name=name, default=None)

    if problem:
        assert (source.state, source.problem) == (ImportState.FAILED, problem)
    assert PadronRow.objects.count() == 0
    assert not source.file


def test_a_broken_book_is_told_too(bring):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/workbook.xml", "<nonsense")

    assert bring(file.getvalue(), name="p.xlsx").problem == "not_a_table"


def test_no_document_is_ever_repeated(bring):
    source = bring(csv_of("99000001,01/02/1980", "123456789,01/02/1980", "99000001,x"))

    told = str(source.errors) + str(source.sample)
    assert "99000001" not in told
    assert "123456789" not in told
    assert source.sample == [[2, "••••••01", source.default_district_id, ""]]


def test_the_file_is_private_and_gone_when_cancelled(
    padron, settings, django_capture_on_commit_callbacks
):
    source = actions.upload(padron, ContentFile(b"dni", "99000001.csv"), by=None)
    name = source.file
    path = Path(private_storage().path(name))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "99000001" not in name
    assert not path.is_relative_to(settings.MEDIA_ROOT)

    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(source)
    assert not path.exists()


def test_what_a_worker_left_behind_goes_after_a_day(
    padron, town, django_capture_on_commit_callbacks
):
    source = actions.upload(padron, ContentFile(b"dni", "p.csv"), by=None)
    name = source.file

    with django_capture_on_commit_callbacks(execute=True):
        periodic.clean_padrones()
    assert private_storage().exists(name)

    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        periodic.clean_padrones()
    assert not private_storage().exists(name)
    source.refresh_from_db()
    assert source.state == ImportState.CANCELLED


def test_a_worker_that_died_may_begin_again(town, padron, bring):
    content = csv_of("99000001,01/02/1980")
    source = actions.upload(
        padron, ContentFile(content.encode(), "p.csv"), by=None, default_district=town.place
    )
    padron_store.read(source.pk)
    padron_store.read(source.pk)
    assert source.staged.count() == 1

    PadronImport.objects.filter(pk=source.pk).update(state=ImportState.STORING)
    padron_store.store(source.pk)
    padron_store.store(source.pk)

    assert padron.entries.count() == 1
    assert PadronRow.objects.count() == 0


def test_rows_lost_before_they_were_stored_are_asked_for_again(padron, bring, confirm):
    source = bring(csv_of("99000001,01/02/1980"))
    PadronRow.objects.all().delete()

    confirm(source)

    assert (source.state, source.problem) == (ImportState.FAILED, "gone")
    assert padron.entries.count() == 0


def test_an_import_of_one_town_never_touches_another(town, padron, bring, confirm):
    theirs = MunicipalityFactory()
    with municipality_scope(theirs):
        their_padron = PadronFactory(municipality=theirs)
        PadronEntry.objects.create(
            municipality=theirs,
            padron=their_padron,
            document_hash=documents.document_hash("dni", "99000001"),
            birth_hash=b"x",
            district=theirs.place,
        )

    source = confirm(bring(csv_of("99000001,01/02/1980")))

    assert source.added == 1
    assert Padron.objects.filter(pk=their_padron.pk).count() == 0
    with pytest.raises(PadronImport.DoesNotExist), municipality_scope(theirs):
        padron_store.store(source.pk)
    with municipality_scope(theirs):
        assert [bytes(entry.birth_hash) for entry in PadronEntry.objects.all()] == [b"x"]


def test_a_padron_goes_at_its_date(padron, bring, confirm):
    confirm(bring(csv_of("99000001,01/02/1980")))

    with time_machine.travel(padron.expires_on + timedelta(days=2)):
        assert list(Padron.objects.valid()) == []
        with pytest.raises(actions.CannotImport, match="ended"):
            bring(csv_of("99000001,01/02/1980"))
        assert periodic.clean_padrones() == 1
        assert periodic.clean_padrones() == 0

    padron.refresh_from_db()
    assert padron.emptied_at is not None
    assert padron.entries.count() == 0


def test_a_padron_begun_under_an_older_key_keeps_it(settings, padron, bring, confirm):
    confirm(bring(csv_of("99000001,01/02/1980")))
    settings.DOCUMENT_KEYS = settings.DOCUMENT_KEYS | {2: "newer"}

    source = bring(csv_of("99000001,01/02/1980"))

    assert (source.added, source.unchanged) == (0, 1)
