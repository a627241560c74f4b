import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from municipalities.rls import municipality_scope
from participation.enums import Channel
from participation.models import Intervention
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal, ProposalSettings
from tests.factories import MunicipalityFactory, ProposalFactory


REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "decide-madrid"
GOOD = {
    "id": "7",
    "code": "LIB-2018-09-7",
    "title": "Alumbrado en la avenida",
    "date": "2018-09-15",
    "summary": "Más luz para caminar de noche.",
    "text": "",
    "numComments": "3",
    "status": "archived",
    "numSupports": "12",
    "isAssociation": "0",
}


@pytest.fixture
def here():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def export(tmp_path):
    def export(*rows, delimiter=",", encoding="utf-8"):
        out = StringIO()
        writer = csv.DictWriter(out, GOOD, delimiter=delimiter)
        writer.writeheader()
        for number, row in enumerate(rows, start=1):
            writer.writerow(GOOD | {"code": f"LIB-{number}"} | row)
        path = tmp_path / "proposals.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return path

    return export


def bring(here, path, **options):
    out = StringIO()
    try:
        call_command("import_consul", municipality=here.slug, proposals=path, stdout=out, **options)
    finally:
        bring.printed = out.getvalue()
    return json.loads(bring.printed)


def everything(here):
    with municipality_scope(here):
        return list(Proposal.objects.order_by("code"))


def test_a_proposal_arrives_with_its_supports_date_and_code(here, export):
    summary = bring(here, export({"code": "LIB-2018-09-7"}))

    assert summary["proposals"] == {
        "created": 1,
        "unchanged": 0,
        "kept": [],
        "left_out": [],
        "rejected": [],
    }
    [proposal] = everything(here)
    assert (proposal.code, proposal.title) == ("LIB-2018-09-7", "Alumbrado en la avenida")
    assert timezone.localdate(proposal.published_at) == date(2018, 9, 15)
    assert (proposal.imported_supports, proposal.support_count) == (12, 12)
    assert (proposal.state, proposal.author, proposal.channel) == (
        ProposalState.ARCHIVED,
        None,
        Channel.IMPORT,
    )
    with municipality_scope(here):
        assert proposal.thread.path == proposal.get_absolute_url()
        assert list(proposal.thread.events.values_list("verb", flat=True)) == [
            "published",
            "imported",
        ]
        [counted] = Intervention.objects.all()
    assert (counted.channel, counted.day) == (Channel.IMPORT, date(2018, 9, 15))


def test_what_was_archived_never_shows_a_full_bar(here, export):
    bring(here, export({"numSupports": "6560"}, {"numSupports": "2"}), threshold=100)

    assert [(p.threshold, p.missing_supports) for p in everything(here)] == [(6561, 1), (100, 98)]


def test_what_is_still_open_goes_on_gathering_and_what_has_run_out_does_not(here, export):
    today = timezone.localdate()
    summary = bring(
        here,
        export({"status": "open", "date": f"{today}"}, {"status": "open"}, {"status": "retired"}),
    )

    states = [p.state for p in everything(here)]
    assert states == [ProposalState.GATHERING, ProposalState.ARCHIVED, ProposalState.RETIRED]
    notes = [(note["row"], note["reason"][:10]) for note in summary["proposals"]["kept"]]
    assert notes == [(2, "still open"), (3, "open there")]


def test_an_open_one_needs_as_many_residents_here_as_any_other(here, export):
    with municipality_scope(here):
        ProposalSettings.objects.create(municipality=here, threshold_number=40)

    bring(here, export({"status": "open", "date": f"{timezone.localdate()}"}))

    [proposal] = everything(here)
    assert (proposal.support_count, proposal.missing_supports) == (12, 40)


def test_an_association_is_one_though_its_name_is_not_in_the_data(here, export):
    bring(here, export({"isAssociation": "1"}))

    [proposal] = everything(here)
    assert (proposal.author_kind, bool(proposal.organisation)) == (AuthorKind.ORGANISATION, True)


def test_what_is_too_long_is_kept_whole_and_said(here, export):
    title = "Una propuesta con un título demasiado largo " * 5
    summary = bring(here, export({"title": title, "summary": "palabra " * 60}))

    [proposal] = everything(here)
    assert len(proposal.title) <= 120
    assert proposal.title.endswith("…")
    assert title.strip() in proposal.body
    assert [note["reason"].split(":")[0] for note in summary["proposals"]["kept"]] == [
        "title longer than 120",
        "summary longer than 300",
    ]


def test_an_empty_summary_is_taken_from_the_text(here, export):
    summary = bring(here, export({"summary": " \xa0", "text": "Falta luz."}))

    [proposal] = everything(here)
    assert proposal.summary == "Falta luz."
    assert summary["proposals"]["kept"][0]["row"] == 2


def test_html_and_entities_become_plain_text(here, export):
    bring(
        here,
        export(
            {
                "title": "Luz &amp; agua",
                "text": "<p>Falta <b>luz</b>.</p><script>alert(1)</script><p>Y agua &lt; ayer</p>",
            }
        ),
    )

    [proposal] = everything(here)
    assert proposal.title == "Luz & agua"
    assert proposal.body == "Falta luz.\nY agua < ayer"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_usual_encodings_and_separators_are_understood(here, export, encoding):
    bring(here, export({"title": "Señalización del camino"}, delimiter=";", encoding=encoding))

    assert everything(here)[0].title == "Señalización del camino"


def test_a_second_run_changes_nothing(here, export):
    path = export({}, {"title": "t" * 200})
    bring(here, path)
    before = [(p.pk, p.saved_at) for p in everything(here)]

    summary = bring(here, path)

    assert summary["proposals"]["created"] == 0
    assert summary["proposals"]["unchanged"] == 2
    assert [(p.pk, p.saved_at) for p in everything(here)] == before
    with municipality_scope(here):
        assert Intervention.objects.count() == 2


def test_what_differs_from_what_is_here_is_left_and_said(here, export):
    bring(here, export({}))

    summary = bring(here, export({"title": "Otro título", "numSupports": "99"}))

    [note] = summary["proposals"]["kept"]
    assert note["reason"].endswith("differs in title, numSupports")
    assert everything(here)[0].imported_supports == 12


def test_a_dry_run_says_all_and_writes_nothing(here, export):
    summary = bring(here, export({}, {}), dry_run=True)

    assert (summary["written"], summary["proposals"]["created"]) == (False, 2)
    assert everything(here) == []


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ({"date": "15 de setiembre"}, "date"),
        ({"date": "2199-01-01"}, "date"),
        ({"numSupports": "muchos"}, "numSupports"),
        ({"numSupports": "-3"}, "numSupports"),
        ({"numSupports": "99999999999"}, "numSupports"),
        ({"numSupports": "nan"}, "numSupports"),
        ({"status": "unknown"}, "status"),
        ({"title": "  "}, "title"),
        ({"code": ""}, "code"),
        ({"code": "LIB-1"}, "code"),
        ({"code": "x" * 31}, "code"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_stored(here, export, cell, column):
    path = export({}, {}, cell)

    with pytest.raises(CommandError, match="1 rows were rejected"):
        bring(here, path)

    summary = json.loads(bring.printed)
    [rejected] = summary["proposals"]["rejected"]
    assert (rejected["row"], rejected["column"]) == (4, column)
    assert (summary["written"], everything(here)) == (False, [])


def test_the_good_rows_come_without_the_bad_ones_if_that_is_wanted(here, export):
    summary = bring(here, export({}, {"date": "x"}, {}), skip_bad=True)

    assert (summary["written"], summary["proposals"]["created"]) == (True, 2)
    assert len(everything(here)) == 2


def test_a_code_of_a_proposal_written_here_is_not_taken(here, export):
    with municipality_scope(here):
        ProposalFactory(municipality=here, published=True, code="LIB-1")

    with pytest.raises(CommandError):
        bring(here, export({}))

    assert "written here" in bring.printed


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x81\x8d", b'code,title\n"x'])
def test_what_is_no_export_is_refused_in_a_sentence(here, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError):
        bring(here, path)
    with pytest.raises(CommandError):
        bring(here, tmp_path / "missing.csv")


def test_an_unknown_municipality_is_refused(export):
    with pytest.raises(CommandError, match="no municipality"):
        call_command("import_consul", municipality="nowhere", proposals=export({}))


# --- The real thing


@pytest.fixture
def real():
    if not REAL.is_dir():
        pytest.skip(f"The real export is not beside the project: {REAL} is missing.")
    return REAL


def test_all_80_proposals_of_a_real_portal_arrive_once(here, real):
    with (real / "proposals.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}

    first = bring(here, real / "proposals.csv")
    second = bring(here, real / "proposals.csv")

    assert (first["proposals"]["created"], first["proposals"]["rejected"]) == (80, [])
    assert (second["proposals"]["created"], second["proposals"]["unchanged"]) == (0, 80)
    assert second["proposals"]["kept"] == []
    for proposal in everything(here):
        row = rows.pop(proposal.code)
        assert proposal.support_count == proposal.imported_supports == int(row["numSupports"])
        assert str(timezone.localdate(proposal.published_at)) == row["date"]
        assert proposal.missing_supports > 0
    assert rows == {}
