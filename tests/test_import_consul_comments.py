import csv
import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from municipalities.rls import municipality_scope
from participation.enums import Channel, InterventionKind
from participation.models import Comment, Intervention, Thread
from tests.factories import MunicipalityFactory
from tests.test_import_consul import GOOD, REAL


COMMENT = {
    "": "0",
    "id": "1",
    "parentId": "-1",
    "proposalId": "7",
    "page": "1",
    "userId": "9",
    "userType": "",
    "date": "2018-09-16",
    "time": "0 days 10:50:19",
    "text": "De acuerdo con la luz.",
    "numVotes": "3",
    "numPositiveVotes": "2",
    "numNegativeVotes": "1",
}


@pytest.fixture
def here():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def proposals(tmp_path):
    """Two proposals: 7 and 8."""
    path = tmp_path / "proposals.csv"
    write(path, GOOD, {"id": "7", "code": "LIB-7"}, {"id": "8", "code": "LIB-8"})
    return path


@pytest.fixture
def bring(here, proposals, tmp_path):
    """Bring these comments; without numbers of their own they are 1, 2, 3…"""

    def bring(*rows, **options):
        path = tmp_path / "comments.csv"
        write(path, COMMENT, *[{"id": f"{n}"} | row for n, row in enumerate(rows, start=1)])
        return run(here, proposals, path, **options)

    return bring


def write(path, sample, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sample)
        writer.writeheader()
        writer.writerows(sample | row for row in rows)


def run(here, proposals, comments, **options):
    out, said = StringIO(), StringIO()
    options |= {"municipality": here.slug, "proposals": proposals, "comments": comments}
    try:
        call_command("import_consul", stdout=out, stderr=said, **options)
    finally:
        run.printed, run.said = out.getvalue(), said.getvalue()
    return json.loads(run.printed)


def everything(here):
    with municipality_scope(here):
        comments = Comment.objects.select_related("parent", "thread").order_by("imported_code")
        return list(comments)


def reasons(notes):
    return [(note["row"], note["code"], note["reason"]) for note in notes]


def test_a_comment_arrives_with_its_moment_and_votes_and_without_a_name(here, bring):
    summary = bring({"id": "17092"}, zone="Europe/Madrid")

    assert summary["comments"] == {
        "created": 1,
        "unchanged": 0,
        "kept": [],
        "left_out": [],
        "rejected": [],
    }
    [comment] = everything(here)
    assert (comment.imported_code, comment.text) == ("17092", "De acuerdo con la luz.")
    assert (comment.author, comment.as_office, comment.channel) == (None, "", Channel.IMPORT)
    assert comment.created_at == datetime(2018, 9, 16, 8, 50, 19, tzinfo=UTC)
    assert (comment.imported_agrees, comment.imported_disagrees) == (2, 1)
    assert (comment.agrees, comment.disagrees, comment.resident_agrees) == (2, 1, 0)
    assert 0.2 < comment.score < 0.3
    with municipality_scope(here):
        assert Thread.objects.get(title=GOOD["title"], comment_count=1) == comment.thread
        [counted] = Intervention.objects.filter(kind=InterventionKind.COMMENT)
    assert (counted.channel, counted.day) == (Channel.IMPORT, date(2018, 9, 16))


def test_clocks_are_those_of_lima_if_nobody_says_otherwise(here, bring):
    bring({"time": "10:50"})

    assert everything(here)[0].created_at == datetime(2018, 9, 16, 15, 50, tzinfo=UTC)


def test_replies_find_their_parents_at_any_depth_and_in_any_order(here, bring):
    chain = [{"id": f"{n}", "parentId": f"{n - 1}" if n else "-1"} for n in range(10, 40)]
    chain[0]["parentId"] = "-1"
    bring(*reversed(chain))

    comments = everything(here)
    assert [c.parent and c.parent.imported_code for c in comments] == [
        None,
        *[c.imported_code for c in comments[:-1]],
    ]
    assert [c.reply_count for c in comments] == [*[1] * 29, 0]


def test_a_reply_without_its_parent_stays_at_the_top_and_that_is_said(here, bring):
    summary = bring({"id": "5", "parentId": "4"}, {"id": "6", "parentId": "5"})

    assert [c.parent_id is None for c in everything(here)] == [True, False]
    assert reasons(summary["comments"]["kept"]) == [
        (2, "5", "the comment 4 it replies to is not in the export: kept at the top level")
    ]


def test_an_empty_comment_is_left_out_and_its_replies_stay_at_the_top(here, bring):
    summary = bring({"text": " \xa0<p></p>\n"}, {"parentId": "1"}, {"parentId": "2"})

    assert [(c.imported_code, c.parent_id is None) for c in everything(here)] == [
        ("2", True),
        ("3", False),
    ]
    assert reasons(summary["comments"]["left_out"]) == [(2, "1", "has no text")]
    assert reasons(summary["comments"]["kept"]) == [
        (3, "2", "the comment 1 it replies to has no text: kept at the top level")
    ]


def test_what_belongs_to_a_proposal_that_is_not_here_is_left_out_and_said(here, bring):
    summary = bring({"proposalId": "99"}, {"parentId": "1", "proposalId": "99"}, {})

    assert [c.imported_code for c in everything(here)] == ["3"]
    assert reasons(summary["comments"]["left_out"]) == [
        (2, "1", "of the proposal 99, which is not here"),
        (3, "2", "of the proposal 99, which is not here"),
    ]


def test_a_reply_on_another_proposal_than_its_parent_stays_at_the_top(here, bring):
    summary = bring({}, {"parentId": "1", "proposalId": "8"}, {"parentId": "2", "proposalId": "8"})

    first, second, third = everything(here)
    assert (second.parent, third.parent) == (None, second)
    assert first.thread != second.thread
    [note] = summary["comments"]["kept"]
    assert note["reason"] == (
        "the comment 1 it replies to is on another proposal: kept at the top level"
    )


def test_comments_that_reply_to_each_other_in_a_circle_hang_on_the_first(here, bring):
    summary = bring(
        {"parentId": "3"},
        {"parentId": "1"},
        {"parentId": "2"},
        {"parentId": "4"},
        {"parentId": "2"},
    )

    parents = [c.parent and c.parent.imported_code for c in everything(here)]
    assert parents == [None, "1", "2", None, "2"]
    reason = "it replies to itself in a circle: kept at the top level"
    assert reasons(summary["comments"]["kept"]) == [(2, "1", reason), (5, "4", reason)]


def test_who_spoke_for_the_town_there_stands_out_and_nobody_else_does(here, bring):
    summary = bring(
        {"userType": "Empleados públicos"},
        {"userType": "Autor"},
        {"userType": "Colectivo"},
        {"userType": "Alcaldía de otra parte"},
    )

    offices = [c.as_office for c in everything(here)]
    assert offices == ["Empleados públicos (portal anterior)", "", "", ""]
    [note] = summary["comments"]["kept"]
    assert (note["row"], note["reason"][:8]) == (5, "userType")


def test_a_sum_of_votes_that_does_not_match_is_said(here, bring):
    summary = bring({"numVotes": "9"})

    assert summary["comments"]["kept"][0]["reason"].startswith("numVotes is not the sum")
    assert everything(here)[0].agrees == 2


def test_html_becomes_plain_paragraphs(here, bring):
    bring({"text": "<p>Falta <b>luz</b></p><script>alert(1)</script>Y agua &amp; caminos"})

    assert everything(here)[0].text == "Falta luz\nY agua & caminos"


def test_a_second_run_changes_nothing(here, bring):
    rows = [{}, {"parentId": "1"}, {"parentId": "77"}, {"text": ""}, {"parentId": "5"}]
    bring(*rows)
    before = [(c.pk, c.parent_id, c.agrees, c.reply_count) for c in everything(here)]

    summary = bring(*rows)["comments"]

    assert (summary["created"], summary["unchanged"], summary["kept"]) == (0, 4, [])
    assert reasons(summary["left_out"]) == [(5, "4", "has no text")]
    assert [(c.pk, c.parent_id, c.agrees, c.reply_count) for c in everything(here)] == before
    with municipality_scope(here):
        assert Intervention.objects.filter(kind=InterventionKind.COMMENT).count() == 4
        assert Thread.objects.filter(comment_count=4).count() == 1


def test_what_differs_is_left_as_it_is_and_said_and_new_replies_find_what_is_here(here, bring):
    bring({})

    summary = bring({"text": "Otra cosa", "time": "1:00:00"}, {"parentId": "1"})["comments"]

    [note] = summary["kept"]
    assert note["reason"].endswith("differs in text, date or time")
    first, second = everything(here)
    assert (first.text, second.parent) == (COMMENT["text"], first)


def test_a_later_file_may_answer_comments_that_only_the_earlier_one_had(here, bring):
    bring({"id": "1"})
    bring({"id": "2", "parentId": "1"})

    first, second = everything(here)
    assert second.parent == first


def test_a_dry_run_writes_nothing(here, bring):
    summary = bring({}, {"parentId": "1"}, dry_run=True)

    assert (summary["written"], summary["comments"]["created"]) == (False, 2)
    assert everything(here) == []


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ({"id": ""}, "id"),
        ({"id": "1"}, "id"),
        ({"id": "9" * 31}, "id"),
        ({"proposalId": ""}, "proposalId"),
        ({"date": "16 de setiembre"}, "date"),
        ({"date": "2199-01-01"}, "date"),
        ({"date": "0001-01-01"}, "date"),
        ({"time": "25:00:00"}, "time"),
        ({"time": "mediodía"}, "time"),
        ({"numPositiveVotes": "-1"}, "numPositiveVotes"),
        ({"numPositiveVotes": "9" * 400}, "numPositiveVotes"),
        ({"numNegativeVotes": "x"}, "numNegativeVotes"),
        ({"numVotes": ""}, "numVotes"),
        ({"text": "x" * 3001}, "text"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_stored(here, bring, cell, column):
    with pytest.raises(CommandError, match="1 rows were rejected"):
        bring({}, {}, cell)

    summary = json.loads(run.printed)
    [rejected] = summary["comments"]["rejected"]
    assert (rejected["row"], rejected["column"]) == (4, column)
    assert (summary["written"], everything(here)) == (False, [])
    with municipality_scope(here):
        assert not Thread.objects.exists()


def test_a_moment_that_has_not_come_yet_is_refused(bring):
    now = timezone.localtime()
    with pytest.raises(CommandError):
        bring({"date": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M:%S}"}, zone="Pacific/Honolulu")

    assert "lies in the future" in run.printed


def test_the_good_comments_come_without_the_bad_ones_if_that_is_wanted(here, bring):
    summary = bring({"time": "x"}, {"parentId": "1"}, skip_bad=True)

    assert [c.imported_code for c in everything(here)] == ["2"]
    [note] = summary["comments"]["kept"]
    assert note["reason"] == "the comment 1 it replies to was rejected: kept at the top level"


def test_what_is_no_export_of_comments_is_refused_in_a_sentence(here, proposals, tmp_path, bring):
    path = tmp_path / "x.csv"
    path.write_text("id,text\n1,x\n")

    with pytest.raises(CommandError, match="parentId"):
        run(here, proposals, path)
    with pytest.raises(CommandError, match="no time zone"):
        bring({}, zone="Mordor/Barad-dur")
    with pytest.raises(CommandError, match="no time zone"):
        bring({}, zone="../../etc/passwd")
    write(proposals, GOOD, {"code": "LIB-7"}, {"code": "LIB-8"})
    with pytest.raises(CommandError, match="id of another"):
        bring({})
    assert everything(here) == []


def test_it_says_how_far_it_is(bring):
    bring(*[{}] * 3)

    assert run.said.splitlines() == ["comments: 3 of 3"]


# --- The real thing


def test_the_5633_comments_of_a_real_portal_arrive_once(here):
    if not REAL.is_dir():
        pytest.skip(f"The real export is not beside the project: {REAL} is missing.")
    with (REAL / "comments.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    there = {code for code, row in rows.items() if row["text"].strip()}
    files = (REAL / "proposals.csv", REAL / "comments.csv")

    first = run(here, *files, zone="Europe/Madrid")["comments"]
    second = run(here, *files, zone="Europe/Madrid")["comments"]

    assert (first["created"], len(first["left_out"]), first["rejected"]) == (5571, 62, [])
    assert (second["created"], second["unchanged"], second["kept"]) == (0, 5571, [])
    at_top = {note["code"] for note in first["kept"]}
    assert len(at_top) == 275
    comments = everything(here)
    assert {comment.imported_code for comment in comments} == there
    for comment in comments:
        row = rows[comment.imported_code]
        assert comment.text == " ".join(row["text"].split())
        assert (comment.agrees, comment.disagrees) == (
            int(row["numPositiveVotes"]),
            int(row["numNegativeVotes"]),
        )
        if comment.parent:
            assert comment.parent.imported_code == row["parentId"]
        else:
            assert (row["parentId"] == "-1") != (comment.imported_code in at_top)
            assert row["parentId"] not in there
    with municipality_scope(here):
        assert sum(Thread.objects.values_list("comment_count", flat=True)) == 5571
        assert Intervention.objects.filter(kind=InterventionKind.COMMENT).count() == 5571
